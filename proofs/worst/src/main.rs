//! Searches for the worst text against each subject, and says how much worse than ordinary it is: in the machine's
//! steps, in time, and in instructions where Valgrind is installed.
//!
//! It fails where the worst costs too many steps, or, for the recorded literals, too much time. Instructions are only
//! shown: a text that repeats itself runs from the nearest cache and is foreseen by the processor, so an instruction of
//! it takes less time than one of an ordinary text. For the small content time is only shown as well: its ordinary texts
//! are mostly passed over by vectors, so its ratio grows with whatever makes them cheaper, although the worst costs no
//! more.
//!
//! `cargo run --release -p cofferdam-worst`

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use cofferdam_worst::search::{Effort, worst, worst_beyond_ascii};
use cofferdam_worst::{Judge, MOST, Subject};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // What Valgrind runs.
    if let [content, texts] = arguments.as_slice() {
        judge(Path::new(content), Path::new(texts));
        return ExitCode::SUCCESS;
    }
    let (small, _) = report(&Subject::small());
    let recorded = match Subject::recorded() {
        Some(subject) => {
            let (steps, time) = report(&subject);
            steps.max(time)
        }
        None => {
            println!("recorded literals: skipped, no data");
            0.0
        }
    };
    if small.max(recorded) <= MOST {
        ExitCode::SUCCESS
    } else {
        println!("a unit costs more than {MOST} times the ordinary");
        ExitCode::FAILURE
    }
}

/// Searches and prints; how many times the ordinary the worst is, in steps and in time.
fn report(subject: &Subject) -> (f64, f64) {
    let mut judge = Judge::new(&subject.content);
    println!(
        "{}: {} ordinary texts",
        subject.name,
        subject.ordinary.len()
    );
    let any = worst(&mut judge, Effort::LONG);
    let beyond_ascii = worst_beyond_ascii(&mut judge, Effort::LONG);
    let mut sets = vec![subject.ordinary.clone()];
    let found = [any, beyond_ascii].into_iter();
    sets.extend(found.filter(|it| !it.is_empty()).map(|it| vec![it]));
    let proved = f64::from(judge.proved());
    let times = nanoseconds(&mut judge, &sets);
    let mut ordinary = None;
    let mut most = (0.0_f64, 0.0_f64);
    for (texts, time) in sets.iter().zip(times) {
        let steps = judge.per_unit(texts);
        let instructions = instructions(&subject.content, texts);
        let Some((usual, usual_time, usual_instructions)) = ordinary else {
            println!("  a unit is proved to cost {proved} steps at most");
            println!(
                "  ordinary: {steps:.2} steps, {time:.2} ns, {} instructions a unit",
                shown(instructions)
            );
            ordinary = Some((steps, time, instructions));
            continue;
        };
        let text = texts.iter().flatten().take(60).copied();
        println!(
            "  {:?}...",
            String::from_utf16_lossy(&text.collect::<Vec<u16>>())
        );
        println!(
            "    {steps:.2} steps, {time:.2} ns, {} instructions a unit",
            shown(instructions)
        );
        let ratio = instructions
            .zip(usual_instructions)
            .map(|(it, usual)| it / usual);
        println!(
            "    times the ordinary: {:.2} in steps, {:.2} in time, {} in instructions",
            steps / usual,
            time / usual_time,
            shown(ratio)
        );
        most = (most.0.max(steps / usual), most.1.max(time / usual_time));
    }
    most
}

fn shown(figure: Option<f64>) -> String {
    figure.map_or_else(|| "(no Valgrind)".to_owned(), |it| format!("{it:.2}"))
}

/// Rounds of which the best counts.
const ROUNDS: usize = 40;

/// Units that a round judges of each set of texts, about.
const UNITS: usize = 400_000;

/// Nanoseconds that a unit of each set's texts costs: how much longer they take than as many empty texts. The sets take
/// turns, so that whatever else the machine does meets all of them.
fn nanoseconds(judge: &mut Judge<'_>, sets: &[Vec<Vec<u16>>]) -> Vec<f64> {
    let mut best = vec![(f64::INFINITY, f64::INFINITY); sets.len()];
    for _ in 0..ROUNDS {
        for (texts, (full, empty)) in sets.iter().zip(&mut best) {
            let times = UNITS.div_ceil(units(texts));
            *full = full.min(time(
                || texts.iter().map(|text| judge.steps(text)).sum(),
                times,
            ));
            *empty = empty.min(time(|| texts.iter().map(|_| judge.steps(&[])).sum(), times));
        }
    }
    let each = sets.iter().zip(best);
    each.map(|(texts, (full, empty))| (full - empty) / units(texts) as f64)
        .collect()
}

/// Nanoseconds that one of so many times takes.
fn time(mut judge: impl FnMut() -> u64, times: usize) -> f64 {
    let started = Instant::now();
    for _ in 0..times {
        std::hint::black_box(judge());
    }
    started.elapsed().as_nanos() as f64 / times as f64
}

fn units(texts: &[Vec<u16>]) -> usize {
    texts.iter().map(Vec::len).sum()
}

/// Instructions that a unit of these texts costs: how many more they are than as many empty texts.
fn instructions(content: &[u8], texts: &[Vec<u16>]) -> Option<f64> {
    let full = counted(content, texts)?;
    let empty = counted(content, &vec![Vec::new(); texts.len()])?;
    Some(full.saturating_sub(empty) as f64 / units(texts) as f64)
}

/// Instructions of this program while it judges the texts, from its start to its end.
fn counted(content: &[u8], texts: &[Vec<u16>]) -> Option<u64> {
    let folder = std::env::temp_dir().join(format!("cofferdam-worst-{}", std::process::id()));
    std::fs::create_dir_all(&folder).ok()?;
    let paths = [folder.join("content.dam"), folder.join("texts")];
    let mut rows = Vec::new();
    for text in texts {
        rows.extend((text.len() as u32).to_le_bytes());
        rows.extend(text.iter().flat_map(|unit| unit.to_le_bytes()));
    }
    std::fs::write(&paths[0], content).ok()?;
    std::fs::write(&paths[1], rows).ok()?;
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    command.arg(std::env::current_exe().ok()?).args(&paths);
    let output = command.output();
    let _ = std::fs::remove_dir_all(&folder);
    let said = String::from_utf8_lossy(&output.ok()?.stderr).into_owned();
    let (_, count) = said.split_once("Collected : ")?;
    count.split_whitespace().next()?.parse().ok()
}

/// Judges every text.
fn judge(content: &Path, texts: &Path) {
    let (Ok(content), Ok(rows)) = (std::fs::read(content), std::fs::read(texts)) else {
        return;
    };
    let mut texts: Vec<Vec<u16>> = Vec::new();
    let mut rest = rows.as_slice();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let bytes = u32::from_le_bytes(*length) as usize * 2;
        let (text, after) = after.split_at(bytes.min(after.len()));
        let (units, _) = text.as_chunks::<2>();
        texts.push(units.iter().map(|unit| u16::from_le_bytes(*unit)).collect());
        rest = after;
    }
    let mut judge = Judge::new(&content);
    let steps: u64 = texts.iter().map(|text| judge.steps(text)).sum();
    std::hint::black_box(steps);
}
