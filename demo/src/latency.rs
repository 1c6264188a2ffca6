//! How long the driver's callbacks took, by the host's clock: the simulated kernel's own clock stands still meanwhile.

use std::collections::BTreeMap;
use std::time::Duration;

use cofferdam_stage::kernel::Took;
use serde_json::json;

use crate::show::{Show, Tone, time};

/// The calls of each callback.
#[derive(Debug, Default)]
pub(crate) struct Latency {
    driver: BTreeMap<&'static str, Vec<Duration>>,
    whole: Duration,
}

/// The rows that people are shown: the callbacks that took the most time in all.
const ROWS: usize = 8;

impl Latency {
    /// Takes in calls; the driver's part of them in all.
    pub(crate) fn add(&mut self, calls: &[Took]) -> Duration {
        for call in calls {
            self.driver
                .entry(call.callback)
                .or_default()
                .push(call.driver);
            self.whole += call.whole;
        }
        calls.iter().map(|call| call.driver).sum()
    }

    /// A table of the callbacks, and what an event took on the average.
    pub(crate) fn tell(mut self, show: Show, judged: u64) {
        let columns = [28, 8, 9, 9, 9];
        let row = |words: [&str; 5], tone| {
            let [name, rest @ ..] = words;
            let rest = rest.map(|word| format!("{word:>9}"));
            let mut all = vec![(name, columns[0], Tone::Plain)];
            all.extend(rest.iter().map(|word| (word.as_str(), 9, tone)));
            show.row(&all);
        };
        row(
            ["callback", "calls", "median", "99 %", "longest"],
            Tone::Faint,
        );
        let mut all: Vec<_> = self.driver.iter_mut().collect();
        all.sort_by_key(|(_, taken)| std::cmp::Reverse(taken.iter().sum::<Duration>()));
        let mut total = Duration::ZERO;
        for (place, (name, taken)) in all.into_iter().enumerate() {
            taken.sort_unstable();
            total += taken.iter().sum::<Duration>();
            let at = |share: usize| taken.get((taken.len() - 1) * share / 100).copied();
            let [median, most, longest] = [50, 99, 100].map(|it| at(it).unwrap_or_default());
            if place < ROWS {
                row(
                    [
                        name,
                        &taken.len().to_string(),
                        &time(median),
                        &time(most),
                        &time(longest),
                    ],
                    Tone::Plain,
                );
            }
            let nanoseconds = |it: Duration| u64::try_from(it.as_nanos()).unwrap_or(u64::MAX);
            show.object([Some(json!({
                "event": "callback", "what": name, "calls": taken.len(), "median_ns": nanoseconds(median),
                "p99_ns": nanoseconds(most), "longest_ns": nanoseconds(longest),
            }))]);
        }
        let mean = total.checked_div(u32::try_from(judged).unwrap_or(u32::MAX));
        let mean = mean.unwrap_or_default();
        show.step(
            "the driver's code",
            &format!(
                "{} of host time for a judged event on the average; {} in all with the simulated kernel's routines",
                time(mean),
                time(self.whole)
            ),
            Some(total),
            json!({ "judged": judged, "mean_ns": mean.as_nanos() as u64, "with_routines_ms": self.whole.as_secs_f64() * 1e3 }),
        );
    }
}
