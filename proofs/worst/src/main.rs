//! Searches for the worst text against each subject, and says how much worse than ordinary it is: in the machine's
//! steps, and in instructions where Valgrind is installed.
//!
//! It fails where the worst costs too many steps, or, for the recorded literals, too many instructions. For the small
//! content instructions are only shown: its ordinary texts are mostly passed over by vectors, so its ratio grows with
//! whatever makes them cheaper, although the worst costs no more.
//!
//! `cargo run --release -p cofferdam-worst`

use std::path::Path;
use std::process::{Command, ExitCode};

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
            let (steps, instructions) = report(&subject);
            steps.max(instructions)
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

/// Searches and prints; how many times the ordinary the worst is, in steps and in instructions, 0 where those were not
/// counted.
fn report(subject: &Subject) -> (f64, f64) {
    let mut judge = Judge::new(&subject.content);
    let ordinary = judge.per_unit(&subject.ordinary);
    let text = worst(&mut judge, Effort::LONG);
    let beyond_ascii = worst_beyond_ascii(&mut judge, Effort::LONG);
    let most = judge.per_unit(std::slice::from_ref(&text));
    let proved = f64::from(judge.proved());
    let shown: String = String::from_utf16_lossy(&text).chars().take(60).collect();
    println!(
        "{}: {} ordinary texts",
        subject.name,
        subject.ordinary.len()
    );
    println!("  steps a unit: ordinary {ordinary:.2}, worst {most:.2}, proved {proved}");
    println!("  worst text: {shown:?}...");
    let steps = most / ordinary;
    println!(
        "  steps: {steps:.2} times the ordinary; proved: {:.2} times",
        proved / ordinary
    );
    let ordinary = instructions(&subject.content, &subject.ordinary);
    let mut times = 0.0_f64;
    for (name, text) in [("this", text), ("not ASCII", beyond_ascii)] {
        if text.is_empty() {
            continue;
        }
        let shown: String = String::from_utf16_lossy(&text).chars().take(60).collect();
        let most = instructions(&subject.content, &[text]);
        if let (Some(ordinary), Some(most)) = (ordinary, most) {
            println!(
                "  {shown:?}...\n  instructions a unit, {name}: ordinary {ordinary:.2}, worst {most:.2}"
            );
            println!("  instructions: {:.2} times the ordinary", most / ordinary);
            times = times.max(most / ordinary);
        } else {
            println!("  instructions: skipped, no Valgrind");
        }
    }
    (steps, times)
}

/// Instructions that a unit of these texts costs: how many more they are than as many empty texts.
fn instructions(content: &[u8], texts: &[Vec<u16>]) -> Option<f64> {
    let units: usize = texts.iter().map(Vec::len).sum();
    let full = counted(content, texts)?;
    let empty = counted(content, &vec![Vec::new(); texts.len()])?;
    Some(full.saturating_sub(empty) as f64 / units as f64)
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
