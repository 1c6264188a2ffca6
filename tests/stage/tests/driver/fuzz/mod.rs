//! Fuzzing of the driver's image, guided by which of its blocks run: content, control requests, the texts of events.
//!
//! A campaign is deterministic: the same seed gives the same inputs in the same order, and the machine runs one thread at a
//! time. What runs a block that no input before did is kept and changed further. `cargo xtask image-fuzz` runs longer;
//! inputs worth keeping are committed under `corpus/`, and are the first of every campaign.

mod campaign;
mod content;
mod control;
mod events;
mod planted;
mod rows;

use serde_json::json;

use super::asked;
use campaign::{Campaign, Found, Subject};
use cofferdam_stage::coverage::Coverage;
use cofferdam_stage::image::driver_image;
use cofferdam_stage::record;
pub(super) use events::{every_event, prepare};

/// Numbers by xorshift.
pub(super) struct Random(pub(super) u64);

impl Random {
    /// One below `limit`.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }

    fn byte(&mut self) -> u8 {
        self.below(256) as u8
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// A campaign of as many inputs as are usual, or as `COFFERDAM_FUZZ` asks for.
fn fuzz(name: &str, usual: u64, subject: &mut dyn Subject) {
    let image = driver_image().unwrap_or_else(|error| panic!("{error}"));
    let coverage = Coverage::new(&image).unwrap_or_else(|error| panic!("{error}"));
    let seed = asked("COFFERDAM_FUZZ_SEED", 1);
    let mut campaign = Campaign::new(coverage, seed, true);
    campaign.begin(subject, &campaign::corpus(name));
    let seeds = campaign.coverage.reached();
    campaign.run(subject, asked("COFFERDAM_FUZZ", usual), |_| false);
    campaign.keep(name);
    let Campaign {
        coverage,
        executions,
        found,
        ..
    } = &campaign;
    let shared = Coverage::shared(&image).unwrap_or_else(|error| panic!("{error}"));
    shared.merge(coverage);
    let (reached, blocks) = (coverage.reached(), coverage.blocks());
    eprintln!(
        "{name}: {executions} inputs, {reached} of {blocks} blocks, {seeds} by the first inputs"
    );
    record::note(
        &format!("fuzz.{name}"),
        json!({
            "inputs": executions,
            "seed": seed,
            "accepted": subject.accepted(),
            "corpus": campaign.corpus.len(),
            "reached_first": seeds,
            "reached": reached,
            "blocks": blocks,
            "findings": found.len(),
        }),
    );
    let texts: Vec<String> = found.iter().map(Found::to_string).collect();
    assert!(found.is_empty(), "{}", texts.join("\n\n"));
}

#[test]
fn content() {
    fuzz("content", 1500, &mut content::Contents::default());
}

#[test]
fn control_requests() {
    fuzz("control", 1500, &mut control::Requests::default());
}

#[test]
fn texts_of_events() {
    fuzz("events", 1500, &mut events::Events::default());
}
