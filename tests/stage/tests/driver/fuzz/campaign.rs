//! The search: inputs, what they reached, and what they found.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use cofferdam_stage::coverage::Coverage;
use cofferdam_stage::machine::Machine;

use super::Random;

/// Inputs after which a machine is replaced by a fresh one: a finding needs no more of them to be had again.
const MACHINE: u64 = 2000;

/// What is fuzzed.
pub(super) trait Subject {
    /// A machine, ready for inputs.
    fn machine(&mut self, coverage: &Arc<Coverage>) -> Machine;
    /// Hands an input to the machine.
    fn run(&mut self, machine: &Machine, input: &[u8]);
    /// Changes an input; another one may be taken from.
    fn mutate(&self, input: &mut Vec<u8>, other: &[u8], random: &mut Random);
    /// Inputs to begin with.
    fn seeds(&self) -> Vec<Vec<u8>>;
    /// How many inputs the driver has taken in, where it may refuse one.
    fn accepted(&self) -> Option<u64> {
        None
    }
}

/// An input that found something.
#[derive(Debug)]
pub(super) struct Found {
    /// Which of the campaign's inputs it was, from 1.
    pub(super) number: u64,
    input: Vec<u8>,
    findings: Vec<String>,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            number,
            input,
            findings,
        } = self;
        write!(f, "input {number}, {input:02x?}:\n{}", findings.join("\n"))
    }
}

/// A search under way.
pub(super) struct Campaign {
    pub(super) coverage: Arc<Coverage>,
    /// Inputs that reached what none before did.
    pub(super) corpus: Vec<Vec<u8>>,
    pub(super) executions: u64,
    pub(super) found: Vec<Found>,
    random: Random,
    guided: bool,
    machine: Option<Machine>,
}

impl Campaign {
    /// A search by this seed; one that is not `guided` keeps the first inputs alone.
    pub(super) fn new(coverage: Arc<Coverage>, seed: u64, guided: bool) -> Self {
        Self {
            coverage,
            corpus: Vec::new(),
            executions: 0,
            found: Vec::new(),
            random: Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1),
            guided,
            machine: None,
        }
    }

    /// Runs the subject's first inputs, then others that are known.
    pub(super) fn begin(&mut self, subject: &mut dyn Subject, known: &[Vec<u8>]) {
        self.corpus = subject.seeds();
        for input in self.corpus.clone() {
            self.execute(subject, &input);
        }
        for input in known {
            self.consider(subject, input);
        }
    }

    /// Tries as many inputs, or until `done`.
    pub(super) fn run(
        &mut self,
        subject: &mut dyn Subject,
        inputs: u64,
        done: impl Fn(&Self) -> bool,
    ) {
        for _ in 0..inputs {
            if done(self) {
                return;
            }
            // What was found last is followed first, but not alone.
            let count = self.corpus.len();
            let newest = count - count.div_ceil(4);
            let parent = match self.random.below(2) {
                0 => newest + self.random.below(count - newest),
                _ => self.random.below(count),
            };
            let other = self.corpus[self.random.below(count)].clone();
            let mut input = self.corpus[parent].clone();
            for _ in 0..=self.random.below(3) {
                subject.mutate(&mut input, &other, &mut self.random);
            }
            self.consider(subject, &input);
        }
        if let Some(machine) = self.machine.take() {
            self.end(machine, &[]);
        }
    }

    /// Runs an input, and keeps it where it reached something new.
    fn consider(&mut self, subject: &mut dyn Subject, input: &[u8]) {
        let before = self.coverage.reached();
        self.execute(subject, input);
        if self.guided && self.coverage.reached() > before {
            self.corpus.push(input.to_vec());
        }
    }

    fn execute(&mut self, subject: &mut dyn Subject, input: &[u8]) {
        if self.executions.is_multiple_of(MACHINE)
            && let Some(machine) = self.machine.take()
        {
            self.end(machine, input);
        }
        self.executions += 1;
        let coverage = &self.coverage;
        let machine = self.machine.take();
        let machine = machine.unwrap_or_else(|| subject.machine(coverage));
        let ran = catch_unwind(AssertUnwindSafe(|| subject.run(&machine, input)));
        let findings = machine.take_findings();
        if ran.is_ok() && findings.is_empty() {
            self.machine = Some(machine);
            return;
        }
        // It cannot be relied on any more.
        std::mem::forget(machine);
        let mut texts: Vec<String> = findings.iter().map(ToString::to_string).collect();
        if texts.is_empty() {
            texts.push("a panic of the test".into());
        }
        self.note(input, texts);
    }

    /// Unloads: what is left behind is a finding, too.
    fn end(&mut self, machine: Machine, input: &[u8]) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| drop(machine))) {
            let text = panic.downcast_ref::<String>().cloned();
            self.note(input, vec![text.unwrap_or_default()]);
        }
    }

    fn note(&mut self, input: &[u8], findings: Vec<String>) {
        self.found.push(Found {
            number: self.executions,
            input: input.to_vec(),
            findings,
        });
    }

    /// Writes the corpus, and every input that found something, to the folder that `COFFERDAM_FUZZ_KEEP` names.
    pub(super) fn keep(&self, name: &str) {
        let Some(folder) = std::env::var_os("COFFERDAM_FUZZ_KEEP") else {
            return;
        };
        let folder = PathBuf::from(folder).join(name);
        std::fs::create_dir_all(&folder).expect("a folder for the corpus");
        let write = |file: String, input: &[u8]| {
            std::fs::write(folder.join(file), input).expect("an input is written");
        };
        for (number, input) in self.corpus.iter().enumerate() {
            write(format!("{number:04}"), input);
        }
        for found in &self.found {
            write(format!("found-{}", found.number), &found.input);
        }
    }
}

/// The inputs of a subject that are committed, in the order of their names.
pub(super) fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(name);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.flatten().map(|it| it.path()).collect();
    files.sort();
    let read = |it: &PathBuf| std::fs::read(it).expect("a committed input");
    files.iter().map(read).collect()
}
