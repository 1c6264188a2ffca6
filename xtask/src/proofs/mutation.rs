//! `cargo xtask mutation`: changes the verifier in one place after another, and demands that a test fails each time.
//!
//! A copy of the workspace is made in which every mutant is compiled in behind a switch (see [`sites`]), so that there
//! is one build; then test after test runs with each mutant, which an environment variable names, until one fails: those
//! first that noticed most. What no test notices must be explained in `docs/mutation.md`.

mod copy;
mod edits;
mod sites;

use std::cmp::Reverse;
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

/// A package and a test program of it.
type Program = (&'static str, &'static str);

/// What aims at the verifier and takes a second or two, all of it together.
const QUICK: [Program; 8] = [
    ("cofferdam-asm", "refusals"),
    ("cofferdam-asm", "costs"),
    ("cofferdam-asm", "limits"),
    ("cofferdam-asm", "boundaries"),
    ("cofferdam-asm", "content"),
    ("cofferdam-asm", "writer"),
    ("cofferdam-asm", "placement"),
    ("cofferdam-interpreter", "pattern"),
];

/// What runs only with the mutants that no quick test notices.
const SLOW: [Program; 4] = [
    ("cofferdam-asm", "conformance"),
    ("cofferdam-asm", "properties"),
    ("cofferdam-asm", "exhaustive"),
    ("cofferdam-fuzzing", "regressions"),
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
    let list: String = mutants
        .iter()
        .map(|it| format!("{} {it} (line {})\n", it.number, it.line))
        .collect();
    let path = folder.join("mutants.txt");
    std::fs::write(&path, list).map_err(|error| format!("{}: {error}", path.display()))?;
    let journal = Journal::open(&folder)?;
    let all: Vec<&Mutant> = mutants.iter().collect();
    let left = phase("quick", &QUICK, &all, &folder, &journal)?;
    // What is explained can be noticed by nothing, so an hour of tests would say nothing of it.
    let (explained, left) = explained(&read_report()?, left);
    let mut left = phase("slow", &SLOW, &left, &folder, &journal)?;
    left.extend(explained);
    left.sort_by_key(|mutant| mutant.number);
    for mutant in &left {
        println!("survives: {mutant} (line {})", mutant.line);
    }
    judge(&mutants, &left, started)
}

/// Builds tests; the mutants that survive them all.
fn phase<'m>(
    name: &str,
    programs: &[Program],
    mutants: &[&'m Mutant],
    folder: &Path,
    journal: &Journal,
) -> Result<Vec<&'m Mutant>, String> {
    println!("{} mutants are left to the {name} tests", mutants.len());
    if mutants.is_empty() {
        return Ok(Vec::new());
    }
    let tests = tests(folder, programs)?;
    println!("{} {name} tests", tests.len());
    let left = survivors(mutants, &tests, journal, name);
    // What cannot be started does not pass either.
    match tests.iter().find(|test| !Path::new(&test.program).exists()) {
        Some(gone) => Err(format!("{} is gone", gone.program)),
        None => Ok(left),
    }
}

/// The mutants with which each of the tests passes. Tests come in the order in which they are given, those first that
/// noticed most.
fn survivors<'m>(
    mutants: &[&'m Mutant],
    tests: &[Test],
    journal: &Journal,
    phase: &str,
) -> Vec<&'m Mutant> {
    let next = AtomicUsize::new(0);
    let survivors = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some(mutant) = mutants.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let known = journal.survives(phase, mutant.number);
                    if known.unwrap_or_else(|| {
                        let mut tests: Vec<&Test> = tests.iter().collect();
                        tests.sort_by_key(|test| Reverse(test.worth()));
                        let survives = tests.iter().all(|test| test.passes(mutant.number));
                        journal.add(phase, mutant.number, survives);
                        survives
                    }) {
                        let mut survivors =
                            survivors.lock().unwrap_or_else(PoisonError::into_inner);
                        survivors.push(*mutant);
                    }
                }
            });
        }
    });
    let mut survivors = survivors
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    survivors.sort_by_key(|mutant| mutant.number);
    survivors
}

/// Parts survivors into those that the report explains and others. One that says the same as another must stand in the
/// report as often.
fn explained<'m>(report: &str, survivors: Vec<&'m Mutant>) -> (Vec<&'m Mutant>, Vec<&'m Mutant>) {
    let mut alike: BTreeMap<String, usize> = BTreeMap::new();
    for mutant in &survivors {
        *alike.entry(mutant.to_string()).or_default() += 1;
    }
    survivors.into_iter().partition(|mutant| {
        let text = mutant.to_string();
        report.matches(&text).count() >= alike[&text]
    })
}

fn read_report() -> Result<String, String> {
    let report = workspace().join(REPORT);
    std::fs::read_to_string(&report).map_err(|error| format!("{REPORT}: {error}"))
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
    let (_, unexplained) = explained(&read_report()?, survivors.to_vec());
    if unexplained.is_empty() {
        Ok(())
    } else {
        let unexplained: Vec<String> = unexplained.iter().map(ToString::to_string).collect();
        Err(format!(
            "{REPORT} does not explain\n{}",
            unexplained.join("\n")
        ))
    }
}

/// What is known of the mutants of this very copy: a run that was stopped goes on where it was.
struct Journal {
    path: PathBuf,
    /// Whether a mutant survived the tests of a phase.
    known: BTreeMap<(String, usize), bool>,
    lock: Mutex<()>,
}

impl Journal {
    /// Opens the journal of the copy as it is now.
    fn open(folder: &Path) -> Result<Self, String> {
        let path = folder.join(format!("journal-{:016x}", copy::fingerprint(folder)?));
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let known = text.lines().filter_map(|line| {
            let mut words = line.split(' ');
            let (phase, number) = (words.next()?.to_owned(), words.next()?.parse().ok()?);
            Some(((phase, number), words.next()? == "survives"))
        });
        Ok(Self {
            known: known.collect(),
            path,
            lock: Mutex::new(()),
        })
    }

    fn survives(&self, phase: &str, mutant: usize) -> Option<bool> {
        self.known.get(&(phase.to_owned(), mutant)).copied()
    }

    /// What cannot be written down is tried again by the next run.
    fn add(&self, phase: &str, mutant: usize, survives: bool) {
        let _guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let word = if survives { "survives" } else { "noticed" };
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path);
        let _ = file.and_then(|mut file| writeln!(file, "{phase} {mutant} {word}"));
    }
}

/// One test, and the processor time that it takes when nothing is wrong.
struct Test {
    program: String,
    name: String,
    takes: Duration,
    /// How many mutants it noticed.
    noticed: AtomicUsize,
}

/// Runs a test within a limit of processor time, so that a busy machine makes none fail; then says how it ended and what
/// it took: `times` prints the shell's own time, then its children's.
const SCRIPT: &str = "ulimit -t $2; \"$0\" --exact \"$1\" >/dev/null 2>&1; echo $?; times";

impl Test {
    /// Whether the test passes with this mutant, and how long it ran. One that does not come to an end does not pass.
    fn run(&self, mutant: usize) -> Option<(bool, Duration)> {
        let mut command = Command::new("sh");
        command.args(["-c", SCRIPT, &self.program, &self.name]);
        command.arg((self.takes.as_secs() * 4 + 10).to_string());
        command.env(SWITCH, mutant.to_string());
        command.env("RUST_BACKTRACE", "0");
        let output = command.stderr(Stdio::null()).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let (status, times) = text.split_once('\n')?;
        let (user, system) = times.lines().last()?.split_once(' ')?;
        Some((status == "0", minutes(user)? + minutes(system)?))
    }

    /// How many mutants it noticed for the time that it takes; starting it takes some, too.
    fn worth(&self) -> u128 {
        let noticed = self.noticed.load(Ordering::Relaxed) as u128;
        noticed * 1_000_000 / (self.takes.as_millis() + 10)
    }

    fn passes(&self, mutant: usize) -> bool {
        let passes = self.run(mutant).is_some_and(|(passes, _)| passes);
        if !passes {
            self.noticed.fetch_add(1, Ordering::Relaxed);
        }
        passes
    }
}

/// A time as the shell writes it: `0m1.25s`.
fn minutes(text: &str) -> Option<Duration> {
    let (minutes, seconds) = text.strip_suffix('s')?.split_once('m')?;
    let minutes: f64 = minutes.parse().ok()?;
    let seconds: f64 = seconds.parse().ok()?;
    Duration::try_from_secs_f64(60.0 * minutes + seconds).ok()
}

/// Builds the copy's tests; the quickest first.
fn tests(folder: &Path, programs: &[Program]) -> Result<Vec<Test>, String> {
    let mut tests = Vec::new();
    for program in copy::build(folder, programs)? {
        let listed = super::run(Command::new(&program).arg("--list"))?;
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        for name in listed.lines().filter_map(|it| it.strip_suffix(": test")) {
            let mut test = Test {
                program: program.clone(),
                name: name.to_owned(),
                takes: Duration::from_secs(60),
                noticed: AtomicUsize::new(0),
            };
            match test.run(0) {
                Some((true, takes)) => test.takes = takes,
                _ => return Err(format!("{name} of {program} fails without a mutant")),
            }
            tests.push(test);
        }
    }
    tests.sort_by_key(|test| test.takes);
    Ok(tests)
}

#[cfg(test)]
mod tests {
    use super::{Mutant, explained};

    /// An explanation is of one mutant: another that reads alike needs its own.
    #[test]
    fn each_survivor_needs_an_explanation() {
        let mutant = |number, change: &str| Mutant {
            number,
            what: "verify.rs, fn take: `1`".to_owned(),
            change: change.to_owned(),
            line: number,
        };
        let (one, two, other) = (mutant(1, "2"), mutant(2, "2"), mutant(3, "20"));
        let unexplained = |report: &str| {
            let (_, left) = explained(report, vec![&one, &two, &other]);
            left.iter().map(|it| it.number).collect::<Vec<usize>>()
        };
        let line = "* verify.rs, fn take: `1` as `2`\n";
        assert_eq!(unexplained(""), [1, 2, 3]);
        assert_eq!(unexplained(line), [1, 2, 3]);
        assert_eq!(unexplained(&line.repeat(2)), [3]);
    }
}
