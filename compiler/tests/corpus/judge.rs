//! All rules on all events, on all processors.

use std::collections::BTreeSet;
use std::thread;

use cofferdam_compiler::model::Rule;
use cofferdam_compiler::reference::{Event, Reference, Verdict};
use uuid::Uuid;

/// Which rules match which events.
pub(crate) fn matches(rules: &[&Rule], events: &[Event]) -> BTreeSet<(usize, Uuid)> {
    let ready: Vec<(Uuid, Reference)> = rules
        .iter()
        .map(|rule| (rule.id.uuid, Reference::new(rule)))
        .collect();
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let share = |worker: usize| {
        let mut found = Vec::new();
        for (line, event) in events.iter().enumerate().skip(worker).step_by(workers) {
            for (uuid, reference) in &ready {
                if reference.verdict(event) == Verdict::Match {
                    found.push((line, *uuid));
                }
            }
        }
        found
    };
    thread::scope(|scope| {
        let share = &share;
        let running: Vec<_> = (0..workers)
            .map(|worker| scope.spawn(move || share(worker)))
            .collect();
        running
            .into_iter()
            .flat_map(|thread| thread.join().expect("a worker that ended"))
            .collect()
    })
}
