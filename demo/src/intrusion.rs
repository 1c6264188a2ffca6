//! Recorded events happen on the machine; what the driver says of each is shown as it happens.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use cofferdam_engine::protocol::RecordVerdict;
use cofferdam_stage::machine::Machine;
use cofferdam_stage::replay::{Player, Reason, Recorded, kind};
use cofferdam_stage::sensor::Session;
use serde_json::json;

use crate::rules::Rules;
use crate::show::{Show, Tone};

/// What came of the events.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Events that happened.
    pub(crate) played: usize,
    pub(crate) alerts: usize,
    pub(crate) maybes: usize,
    pub(crate) denied: usize,
    /// Events that could not happen, because the process that would have acted was denied.
    pub(crate) prevented: usize,
    pub(crate) skipped: BTreeMap<Reason, usize>,
    /// How long events took, setting them up included.
    pub(crate) took: Duration,
}

/// Rows of one rule and program that are shown before the rest is only counted.
const SHOWN: usize = 3;

/// Rows that say the same of one file after another.
#[derive(Default)]
struct Run {
    of: (String, String),
    count: usize,
}

impl Run {
    /// Whether this row is shown; a run that ends says how long it was.
    fn shows(&mut self, show: Show, title: &str, image: &str) -> bool {
        if self.of.0 != title || self.of.1 != image {
            self.end(show);
            *self = Self {
                of: (title.to_owned(), image.to_owned()),
                count: 0,
            };
        }
        self.count += 1;
        self.count <= SHOWN
    }

    fn end(&self, show: Show) {
        if self.count > SHOWN {
            let more = format!("and {} more", self.count - SHOWN);
            let words = [("", 8, Tone::Plain), (more.as_str(), 0, Tone::Faint)];
            show.remark(&words);
        }
    }
}

/// Plays the events.
pub(crate) fn play(
    show: Show,
    machine: &Machine,
    session: &Session<'_>,
    rules: &Rules,
    events: &[Recorded],
) -> Outcome {
    let mut player = Player::new(machine, session);
    let mut outcome = Outcome::default();
    let mut run = Run::default();
    let begin = Instant::now();
    for (number, event) in events.iter().enumerate() {
        let Some(kind) = kind(event) else {
            *outcome.skipped.entry(Reason::Kind).or_default() += 1;
            continue;
        };
        let records = match player.play(kind, event) {
            Ok(records) => records,
            Err(Reason::Denied) => {
                outcome.prevented += 1;
                continue;
            }
            Err(reason) => {
                *outcome.skipped.entry(reason).or_default() += 1;
                continue;
            }
        };
        outcome.played += 1;
        for record in &records {
            let (word, tone) = match record.verdict {
                RecordVerdict::Denied => ("DENIED", Tone::Bad),
                RecordVerdict::Match => ("alert", Tone::Warn),
                RecordVerdict::Maybe => ("maybe", Tone::Faint),
                _ => ("fault", Tone::Bad),
            };
            match record.verdict {
                RecordVerdict::Denied => outcome.denied += 1,
                RecordVerdict::Match => outcome.alerts += 1,
                _ => outcome.maybes += 1,
            }
            let title = rules.title(&record.rule);
            let time = event
                .get("UtcTime")
                .and_then(|it| it.as_str())
                .unwrap_or("");
            let clock = time.get(11..19).unwrap_or("");
            let image = record.image.rsplit('\\').next().unwrap_or("");
            let words = [
                (clock, 8, Tone::Faint),
                (word, 6, tone),
                (kind.name(), 18, Tone::Plain),
                (image, 16, Tone::Plain),
                (record.object.as_str(), 44, Tone::Plain),
                (title, 0, tone),
            ];
            let fields = json!({
                "record": number, "time": time, "verdict": word.to_lowercase(), "kind": kind.name(),
                "image": record.image, "object": record.object, "title": title,
            });
            if run.shows(show, title, image) || show.is_json() {
                show.row(&words, "verdict", fields);
            }
        }
    }
    run.end(show);
    outcome.took = begin.elapsed();
    outcome
}
