//! `cargo xtask mutation`: changes the verifier in one place after another, and demands that a test fails each time.
//!
//! A copy of the workspace is made in which every mutant is compiled in behind a switch (see [`sites`]), so that there
//! is one build; then the tests run once for each mutant, which an environment variable names, quickest first. What no
//! test notices must be explained in `docs/mutation.md`.

mod copy;
mod edits;
mod sites;

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sites::Mutant;

use crate::output::workspace;

/// Folders and files of the interpreter's source that are changed.
const SCOPE: [&str; 5] = [
    "verify.rs",
    "verify",
    "content.rs",
    "bytes.rs",
    "pattern/verify.rs",
];

/// Package and test program; all that aim at the verifier.
const TESTS: [(&str, &str); 9] = [
    ("cofferdam-asm", "refusals"),
    ("cofferdam-asm", "writer"),
    ("cofferdam-asm", "placement"),
    ("cofferdam-asm", "conformance"),
    ("cofferdam-asm", "properties"),
    ("cofferdam-asm", "exhaustive"),
    ("cofferdam-fuzzing", "boundaries"),
    ("cofferdam-fuzzing", "regressions"),
    ("cofferdam-interpreter", "pattern"),
];

/// What names the mutant that is switched on.
const SWITCH: &str = "COFFERDAM_MUTANT";

/// The least share of mutants that a test must notice, in percent.
const LEAST: f64 = 98.0;

/// Where survivors are explained.
const REPORT: &str = "docs/mutation.md";

/// Makes every mutant, runs the tests against each, and prints what survives.
///
/// # Errors
/// The tests fail without a mutant, fewer mutants are noticed than must be, or a survivor is not explained.
pub(crate) fn test() -> Result<(), String> {
    let started = Instant::now();
    let folder = super::target_folder("mutation");
    let (mutants, left_out) = copy::write(&folder)?;
    println!(
        "{} mutants; {} more do not compile and are left out",
        mutants.len(),
        left_out
    );
    let tests = programs(&folder)?;
    for test in &tests {
        println!("{:6.2} s {}", test.takes.as_secs_f64(), test.program);
    }
    let journal = Journal::open(&folder)?;
    let next = AtomicUsize::new(0);
    let survivors = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some(mutant) = mutants.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let survives = journal.survives(mutant.number).unwrap_or_else(|| {
                        let survives = tests.iter().all(|test| test.passes(Some(mutant.number)));
                        journal.add(mutant.number, survives);
                        survives
                    });
                    if survives {
                        println!("survives: {mutant} (line {})", mutant.line);
                        let mut survivors =
                            survivors.lock().unwrap_or_else(PoisonError::into_inner);
                        survivors.push(mutant);
                    }
                }
            });
        }
    });
    // What cannot be started does not pass either.
    if let Some(gone) = tests.iter().find(|test| !Path::new(&test.program).exists()) {
        return Err(format!("{} is gone", gone.program));
    }
    let survivors = survivors
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    judge(&mutants, &survivors, started)
}

fn judge(mutants: &[Mutant], survivors: &[&Mutant], started: Instant) -> Result<(), String> {
    let noticed = mutants.len() - survivors.len();
    let share = noticed as f64 * 100.0 / mutants.len() as f64;
    println!(
        "{noticed} of {} mutants noticed: {share:.1} %, in {} s",
        mutants.len(),
        started.elapsed().as_secs()
    );
    if share < LEAST {
        return Err(format!("{LEAST} % of mutants must be noticed"));
    }
    let report = workspace().join(REPORT);
    let report = std::fs::read_to_string(&report).map_err(|error| format!("{REPORT}: {error}"))?;
    let unexplained: Vec<String> = survivors
        .iter()
        .map(|mutant| mutant.to_string())
        .filter(|mutant| !report.contains(mutant))
        .collect();
    if unexplained.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "{REPORT} does not explain\n{}",
            unexplained.join("\n")
        ))
    }
}

/// What is known of the mutants of this very copy: a run that was stopped goes on where it was.
struct Journal {
    path: PathBuf,
    known: BTreeMap<usize, bool>,
    lock: Mutex<()>,
}

impl Journal {
    /// Opens the journal of the copy as it is now.
    fn open(folder: &Path) -> Result<Self, String> {
        let path = folder.join(format!("journal-{:016x}", copy::fingerprint(folder)?));
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let known = text.lines().filter_map(|line| {
            let (number, survives) = line.split_once(' ')?;
            Some((number.parse().ok()?, survives == "survives"))
        });
        Ok(Self {
            known: known.collect(),
            path,
            lock: Mutex::new(()),
        })
    }

    fn survives(&self, mutant: usize) -> Option<bool> {
        self.known.get(&mutant).copied()
    }

    /// What cannot be written down is tried again by the next run.
    fn add(&self, mutant: usize, survives: bool) {
        let _guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let word = if survives { "survives" } else { "noticed" };
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path);
        let _ = file.and_then(|mut file| writeln!(file, "{mutant} {word}"));
    }
}

/// A test program, and how long it takes when nothing is wrong.
struct Test {
    program: String,
    takes: Duration,
}

impl Test {
    /// Whether the tests pass with this mutant. One that does not come to an end does not pass: the limit is of processor
    /// time, so that a busy machine does not make it fail.
    fn passes(&self, mutant: Option<usize>) -> bool {
        let mut command = Command::new("sh");
        let seconds = self.takes.as_secs() * 4 + 10;
        command.args(["-c", "ulimit -t $1; exec \"$0\"", &self.program]);
        command.arg(seconds.to_string());
        command.env(SWITCH, mutant.unwrap_or(0).to_string());
        command.env("RUST_BACKTRACE", "0");
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }
}

/// Builds the test programs of the copy; the quickest first.
fn programs(folder: &Path) -> Result<Vec<Test>, String> {
    let mut tests = Vec::new();
    for program in copy::build(folder, &TESTS)? {
        let mut test = Test {
            program,
            takes: Duration::from_secs(60),
        };
        let started = Instant::now();
        if !test.passes(None) {
            return Err(format!("{} fails without a mutant", test.program));
        }
        test.takes = started.elapsed();
        tests.push(test);
    }
    tests.sort_by_key(|test| test.takes);
    Ok(tests)
}
