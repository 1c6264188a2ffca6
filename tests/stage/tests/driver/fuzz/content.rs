//! Content: any bytes, put right as far as a search would not come, signed, uploaded, and run where it is accepted.

use std::sync::Arc;

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::LoadOutcome;
use cofferdam_engine::stats::Counter;
use cofferdam_fuzzing::{damaged, mended, seeds};
use cofferdam_stage::coverage::Coverage;
use cofferdam_stage::machine::{Disk, Machine};
use cofferdam_stage::sensor::{Session, content, installed_noting, sign};

use super::campaign::Subject;
use super::{Random, events, rows};
use crate::failures::rules;

/// Content files: a byte that says what is put right, then the file.
#[derive(Default)]
pub(super) struct Contents {
    version: u64,
    accepted: u64,
}

impl Subject for Contents {
    fn machine(&mut self, coverage: &Arc<Coverage>) -> Machine {
        self.version = 0;
        let machine = installed_noting(Mode::Enforce, Disk::default(), Some(Arc::clone(coverage)));
        machine.kernel().measure_stack(false);
        machine.schedule(1);
        events::prepare(&machine);
        assert_eq!(machine.load(), 0, "DriverEntry fails");
        machine
    }

    fn run(&mut self, machine: &Machine, input: &[u8]) {
        let Some((how, bytes)) = input.split_first() else {
            return;
        };
        self.version += 1;
        let mut file = mended(bytes, self.version);
        if how & 7 == 0 {
            // As it is, but for the signature.
            file = bytes.to_vec();
        }
        if file.len() >= 256 {
            file = sign(file);
        }
        let session = Session::open(machine);
        let Ok(answer) = session.upload(&file) else {
            return;
        };
        if answer.outcome == LoadOutcome::Done.number() {
            self.accepted += 1;
            events::every_event(machine);
            session.records_now();
            assert_eq!(
                session.counter(Counter::Faults),
                0,
                "verified content has faulted"
            );
        }
        drop(session);
        if self.version.is_multiple_of(64) {
            machine.advance(std::time::Duration::from_secs(60));
        }
    }

    fn mutate(&self, input: &mut Vec<u8>, _: &[u8], random: &mut Random) {
        if input.is_empty() || random.below(32) == 0 {
            input.insert(0, random.byte());
        }
        if random.below(8) == 0 {
            return rows::scramble(input, random);
        }
        let how: Vec<u8> = (0..8).map(|_| random.byte()).collect();
        let file = damaged(&input[1..], &how);
        input.truncate(1);
        input.extend(file);
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        let rules = rules();
        let texts: Vec<&str> = rules.iter().map(String::as_str).collect();
        let own = [[&[1][..], &content(&texts, 1)].concat()];
        own.into_iter().chain(seeds::of("verify", 16)).collect()
    }

    fn accepted(&self) -> Option<u64> {
        Some(self.accepted)
    }
}
