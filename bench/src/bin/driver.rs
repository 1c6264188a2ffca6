//! What the driver's callbacks cost, in the image that ships on the simulated kernel; the kernel's own part is taken away.
//!
//! `driver` prints nanoseconds, the best of rounds in turns; `driver instructions` what Valgrind counts. From both, what an
//! empty callback costs has been subtracted.

use std::path::Path;

use cofferdam_bench::measure::{self, Case, report};
use cofferdam_bench::{content, data};
use cofferdam_compiler::model::Rule;
use cofferdam_engine::Mode;
use cofferdam_engine::stats::Counter;
use cofferdam_stage::machine::Disk;
use cofferdam_stage::machine::costs::Bench;
use cofferdam_stage::sensor::{Session, installed_noting, sign};

const ROUNDS: usize = 200;

/// Callbacks of one round.
const EACH: u64 = 64;

/// A file name of 100 units.
const PATH: &str = concat!(
    r"C:\Users\a\AppData\Local\Packages\",
    r"Contoso.Application_8wekyb3d8bbwe\LocalState\cached\item-0042.json"
);
const IMAGE: &str = r"C:\Program Files\Contoso\Application\bin\contoso-agent.exe";
const COMMAND_LINE: &str = concat!(
    r#""C:\Program Files\Contoso\Application\bin\contoso-agent.exe" "#,
    r"--profile default --cache C:\Users\somebody\AppData\Local\Contoso --quiet"
);

/// What is measured: a name, the category whose rules are loaded, and whether a process begins or a file is made.
const CASES: [(&str, Option<&str>, bool); 4] = [
    ("create, nothing loaded", None, false),
    ("create, all file rules", Some("file_event"), false),
    ("process, nothing loaded", None, true),
    ("process, all process rules", Some("process_creation"), true),
];

fn main() {
    assert_eq!(PATH.len(), 100);
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => nanoseconds(),
        ["instructions"] => instructions(),
        [case, rounds, content] => {
            let rounds = rounds.parse().expect("a number of rounds");
            counted(case, rounds, Path::new(content));
        }
        _ => panic!("unknown arguments"),
    }
    // The machines cannot be unloaded any more.
    std::process::exit(0);
}

/// Kernel content of a category's rules; none where there is no category.
fn content_of(rules: &[Rule], category: Option<&str>) -> Vec<u8> {
    let Some(category) = category else {
        return Vec::new();
    };
    let of = |rule: &&Rule| rule.meta.logsource.category.as_deref() == Some(category);
    let rules: Vec<Rule> = rules.iter().filter(of).cloned().collect();
    sign(content::kernel(&rules))
}

fn bench(content: &[u8]) -> Bench {
    // Valgrind does not get over breakpoints.
    let machine = installed_noting(Mode::Audit, Disk::default(), None);
    assert_eq!(machine.load(), 0, "DriverEntry fails");
    if !content.is_empty() {
        let session = Session::open(&machine);
        let answer = session.upload(content).expect("the upload succeeds");
        assert_eq!(answer.outcome, 0, "{answer:?}");
    }
    Bench::new(machine)
}

/// The round of a case, with the numbers of its processes from `next` on.
fn round(bench: &Bench, begins: bool) -> Box<dyn FnMut() + '_> {
    let mut next = 0;
    if begins {
        let begin = bench.begin(IMAGE, COMMAND_LINE);
        return Box::new(move || {
            for _ in 0..EACH {
                next += 1;
                bench.announce_process(&begin, next);
            }
        });
    }
    let create = bench.create(PATH);
    Box::new(move || (0..EACH).for_each(|_| bench.announce_create(&create)))
}

/// The same number of callbacks that do nothing: a process has one, a create two where anything is loaded.
fn empty(bench: &Bench, callbacks: u64) -> impl FnMut() {
    move || (0..EACH * callbacks).for_each(|_| bench.nothing())
}

const fn callbacks(category: Option<&str>, begins: bool) -> u64 {
    if begins || category.is_none() { 1 } else { 2 }
}

fn nanoseconds() {
    let rules = data::rules();
    for (name, category, begins) in CASES {
        let bench = bench(&content_of(&rules, category));
        let mut cases = [
            Case::new(name, round(&bench, begins)),
            Case::new("empty", empty(&bench, callbacks(category, begins))),
        ];
        let best = measure::nanoseconds(&mut cases, ROUNDS);
        report("driver", name, "ns", (best[0] - best[1]) / EACH as f64);
        drop(cases);
        if category.is_some() {
            // Every one was judged, or the figure means nothing.
            let judged = Session::open(bench.machine()).counter(Counter::Events);
            assert_eq!(judged, ROUNDS as u64 * EACH);
        }
        std::mem::forget(bench);
    }
}

fn instructions() {
    let rules = data::rules();
    let path = std::env::temp_dir().join("cofferdam-bench-driver.dam");
    for (name, category, begins) in CASES {
        std::fs::write(&path, content_of(&rules, category)).expect("a temporary file");
        let path = path.to_string_lossy();
        let total = |case: &str, rounds: &str| {
            measure::all_instructions(&[case, rounds, &path]).expect("Valgrind")
        };
        // What comes before the rounds is the same, but for a few thousand instructions by chance.
        let count = |case: &str| (total(case, "110") - total(case, "10")) / 100.0;
        let empty = count("empty") * callbacks(category, begins) as f64;
        let all = count(name) - empty;
        report("driver", name, "instructions", all / EACH as f64);
    }
}

/// What Valgrind counts.
fn counted(case: &str, rounds: u64, content: &Path) {
    let bench = bench(&std::fs::read(content).expect("content"));
    let found = CASES.iter().find(|it| it.0 == case);
    let mut round: Box<dyn FnMut()> = match found {
        Some((_, _, begins)) => self::round(&bench, *begins),
        None => Box::new(empty(&bench, 1)),
    };
    (0..rounds).for_each(|_| round());
    std::process::exit(0);
}
