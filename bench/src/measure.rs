//! How to measure on a machine that others use too: rounds in turns, the best of each; and instructions, counted by
//! Valgrind, which do not depend on the others.

use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

/// Something to measure: called once for each item of a round.
pub struct Case<'c> {
    /// Its name in the machine-readable line.
    pub name: String,
    /// One round over all items.
    pub round: Box<dyn FnMut() + 'c>,
}

impl<'c> Case<'c> {
    /// A case.
    pub fn new(name: impl Into<String>, round: impl FnMut() + 'c) -> Self {
        Self {
            name: name.into(),
            round: Box::new(round),
        }
    }
}

/// The best time of a round of each case, in nanoseconds; the cases take turns.
pub fn nanoseconds(cases: &mut [Case<'_>], rounds: usize) -> Vec<f64> {
    let best = |times: Vec<f64>| times.into_iter().fold(f64::MAX, f64::min);
    times(cases, rounds).into_iter().map(best).collect()
}

/// The median time of a round of each case, in nanoseconds; the cases take turns.
pub fn medians(cases: &mut [Case<'_>], rounds: usize) -> Vec<f64> {
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    };
    times(cases, rounds).into_iter().map(median).collect()
}

fn times(cases: &mut [Case<'_>], rounds: usize) -> Vec<Vec<f64>> {
    let mut times = vec![Vec::new(); cases.len()];
    for _ in 0..rounds {
        for (case, times) in cases.iter_mut().zip(&mut times) {
            let start = Instant::now();
            (case.round)();
            times.push(start.elapsed().as_nanos() as f64);
        }
    }
    times
}

/// The time of each item alone, as [`cold_each`] takes it, in nanoseconds for all items.
pub fn cold<'t, T>(items: &'t [T], each: impl FnMut(&'t T)) -> f64 {
    let mut times = vec![f64::MAX; items.len()];
    cold_each(items, each, &mut times);
    times.iter().sum()
}

/// Times each item alone, after as much memory was touched as throws the caches' first megabyte out, and keeps in
/// `best`, in nanoseconds for each item, what is less than before: a busy machine stops some items of every round.
pub fn cold_each<'t, T>(items: &'t [T], mut each: impl FnMut(&'t T), best: &mut [f64]) {
    let mut memory = vec![0_u8; 1 << 20];
    let clock = {
        let mut least = f64::MAX;
        for _ in 0..1000 {
            let start = Instant::now();
            least = least.min(start.elapsed().as_nanos() as f64);
        }
        least
    };
    for (item, best) in items.iter().zip(best) {
        for byte in memory.iter_mut().step_by(64) {
            *byte = byte.wrapping_add(1);
        }
        black_box(&mut memory);
        let start = Instant::now();
        each(item);
        *best = best.min(start.elapsed().as_nanos() as f64 - clock);
    }
}

/// Instructions of one round: this program is run again under Valgrind with these arguments, which must make it call
/// [`round`]; nothing else is counted. `None` where there is no Valgrind.
#[must_use]
pub fn instructions(arguments: &[&str]) -> Option<f64> {
    valgrind(&["--toggle-collect=*measure::counted*"], arguments)
}

/// Instructions of the whole program with these arguments: for code that leaves its stack, where Valgrind loses track of
/// who called whom. Differences of two counts mean something.
#[must_use]
pub fn all_instructions(arguments: &[&str]) -> Option<f64> {
    valgrind(&[], arguments)
}

fn valgrind(options: &[&str], arguments: &[&str]) -> Option<f64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .args(options)
        .arg(std::env::current_exe().ok()?)
        .args(arguments)
        .output()
        .ok()
        .filter(|it| it.status.success())?;
    let report = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = report.lines().find(|line| line.contains("Collected"))?;
    line.rsplit(' ').next()?.parse().ok()
}

/// Runs one round without measuring: what [`instructions`] counts.
pub fn round(mut round: impl FnMut()) {
    counted(&mut round);
}

#[inline(never)]
fn counted(round: &mut dyn FnMut()) {
    round();
}

/// One machine-readable line: JSON.
pub fn report(bench: &str, case: &str, unit: &str, value: f64) {
    let value = (value * 1000.0).round() / 1000.0;
    println!(
        "{}",
        serde_json::json!({ "bench": bench, "case": case, "unit": unit, "value": value })
    );
}
