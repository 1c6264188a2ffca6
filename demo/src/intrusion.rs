//! Recorded events happen on the machine; what the driver says of each is shown as it happens.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use cofferdam_engine::protocol::RecordVerdict;
use cofferdam_stage::machine::Machine;
use cofferdam_stage::replay::{Player, Reason, Recorded, kind};
use cofferdam_stage::sensor::{Record, Session};
use indicatif::ProgressBar;
use serde_json::json;

use crate::latency::Latency;
use crate::rules::Rules;
use crate::show::{Show, Tone};
use crate::table::{self, Line};

/// What came of the events.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Events that happened.
    pub(crate) played: usize,
    pub(crate) alerts: usize,
    pub(crate) maybes: usize,
    pub(crate) denied: usize,
    pub(crate) faults: usize,
    /// Events that could not happen, because the process that would have acted was denied.
    pub(crate) prevented: usize,
    pub(crate) skipped: BTreeMap<Reason, usize>,
    /// How long events took, setting them up included.
    pub(crate) took: Duration,
    /// How long the driver's callbacks took.
    pub(crate) latency: Latency,
}

/// Rows of one rule and program that are shown before the rest is only counted.
const SHOWN: usize = 3;

/// Events from which on there is a progress bar: fewer take no time that a person notices.
const MANY: usize = 2_000;

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
            show.row(&[("", 14, Tone::Plain), (more.as_str(), 0, Tone::Faint)]);
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
    let progress = if events.len() < MANY {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(events.len() as u64)
    };
    machine.kernel().time_calls(true);
    table::head(show);
    for (index, event) in events.iter().enumerate() {
        progress.inc(1);
        let Some(kind) = kind(event) else {
            *outcome.skipped.entry(Reason::Kind).or_default() += 1;
            continue;
        };
        let played = player.play(kind, event);
        let took = outcome.latency.add(&machine.kernel().timed_calls());
        let records = match played {
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
        let is_maybe = |it: &&Record| it.verdict == RecordVerdict::Maybe;
        let mut maybes = records.iter().filter(is_maybe).count();
        for record in &records {
            let (word, tone, count) = match record.verdict {
                RecordVerdict::Denied => ("DENIED", Tone::Bad, &mut outcome.denied),
                RecordVerdict::Match => ("alert", Tone::Warn, &mut outcome.alerts),
                RecordVerdict::Maybe => ("maybe", Tone::Faint, &mut outcome.maybes),
                _ => ("fault", Tone::Bad, &mut outcome.faults),
            };
            *count += 1;
            let time = event.get("UtcTime").and_then(|it| it.as_str());
            let time = time.unwrap_or_default();
            let line = Line {
                clock: time.get(11..19).unwrap_or_default(),
                number: index + 1,
                verdict: (word, tone),
                kind: kind.name(),
                program: record.image.rsplit('\\').next().unwrap_or_default(),
                object: &record.object,
                rule: rules.title(&record.rule),
                took,
            };
            // Many rules can wait for user mode to decide one event: people are told once.
            let waiting = format!("{maybes} rules, left to user mode");
            let shown = if record.verdict == RecordVerdict::Maybe {
                match std::mem::take(&mut maybes) {
                    0 => None,
                    1 => Some(line.rule),
                    _ => Some(waiting.as_str()),
                }
            } else {
                Some(line.rule)
            };
            progress.suspend(|| {
                if let Some(rule) = shown.filter(|rule| run.shows(show, rule, line.program)) {
                    table::line(show, &Line { rule, ..line });
                }
                show.object([Some(json!({
                    "event": "verdict", "record": line.number, "time": time, "verdict": word.to_lowercase(),
                    "kind": line.kind, "image": record.image, "object": record.object, "title": line.rule,
                    "driver_ns": took.as_nanos() as u64,
                }))]);
            });
        }
    }
    progress.finish_and_clear();
    run.end(show);
    machine.kernel().time_calls(false);
    outcome.took = begin.elapsed();
    outcome
}
