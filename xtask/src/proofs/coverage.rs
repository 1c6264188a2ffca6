//! `cargo xtask coverage`: which lines and regions of verifier and machine the tests run.

use std::fs;
use std::path::{Path, PathBuf};

use super::{cargo, run, target_folder};
use crate::output::workspace;

/// What is measured: the code that hostile bytes and texts reach.
const MEASURED: [&str; 9] = [
    "verify", "machine", "content", "table", "finder", "literal", "key", "network", "pattern",
];

/// Packages whose tests run the interpreter.
const PACKAGES: [&str; 3] = [
    "cofferdam-interpreter",
    "cofferdam-asm",
    "cofferdam-fuzzing",
];

/// The least share of lines that tests must run, in percent.
const LEAST: f64 = 95.0;

/// Tests that would take most of the time. What is covered without them is covered with them, too.
const LEFT_OUT: &str = "programs_of_three_instructions";

/// Runs the tests instrumented and prints what they cover, file by file.
///
/// # Errors
/// A test fails, a tool is missing, or less is covered than must be.
pub(crate) fn measure() -> Result<(), String> {
    let folder = target_folder("coverage");
    let profiles = folder.join("profiles");
    let _ = fs::remove_dir_all(&profiles);
    let mut command = cargo(".");
    command.args(["test", "--locked", "--no-fail-fast", "--tests"]);
    command.args(PACKAGES.map(|package| format!("--package={package}")));
    command.args(["--message-format=json-render-diagnostics"]);
    command.arg("--target-dir").arg(&folder);
    command.args(["--", "--skip", LEFT_OUT]);
    command.env("RUSTFLAGS", "-Cinstrument-coverage");
    command.env("LLVM_PROFILE_FILE", profiles.join("%p-%m.profraw"));
    command.stderr(std::process::Stdio::inherit());
    let output = run(&mut command)?;
    if !output.status.success() {
        return Err("a test fails".to_owned());
    }
    let tests = executables(&String::from_utf8_lossy(&output.stdout));

    let merged = folder.join("merged.profdata");
    let mut merge = tool("llvm-profdata")?;
    merge.args(["merge", "--sparse", "--output"]).arg(&merged);
    merge.args(files(&profiles)?);
    succeed(run(&mut merge)?)?;

    let mut report = tool("llvm-cov")?;
    report
        .arg("report")
        .arg(format!("--instr-profile={}", merged.display()));
    for (at, test) in tests.iter().enumerate() {
        if at > 0 {
            report.arg("--object");
        }
        report.arg(test);
    }
    report.args(sources()?);
    let report = succeed(run(&mut report)?)?;
    println!("{report}");
    judge(&report)
}

/// Whether a report's total is enough.
fn judge(report: &str) -> Result<(), String> {
    let covered = lines_covered(report).ok_or("the report has no total")?;
    if covered < LEAST {
        return Err(format!(
            "{covered} % of lines are covered, {LEAST} % must be"
        ));
    }
    Ok(())
}

/// The test programs that cargo names in its messages.
pub(super) fn executables(messages: &str) -> Vec<String> {
    let path = |line: &str| {
        let (_, rest) = line.split_once("\"executable\":\"")?;
        rest.split_once('"').map(|(path, _)| path.to_owned())
    };
    messages.lines().filter_map(path).collect()
}

/// A tool of the toolchain's component `llvm-tools`.
fn tool(name: &str) -> Result<std::process::Command, String> {
    let output = run(std::process::Command::new("rustc").args(["--print", "target-libdir"]))?;
    let library = succeed(output)?;
    let tool = Path::new(library.trim()).with_file_name("bin").join(name);
    if tool.exists() {
        Ok(std::process::Command::new(tool))
    } else {
        Err(format!("no {name}: rustup component add llvm-tools"))
    }
}

fn succeed(output: std::process::Output) -> Result<String, String> {
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect())
}

/// The measured files, with those in folders of the same name.
fn sources() -> Result<Vec<PathBuf>, String> {
    let source = workspace().join("interpreter/src");
    let mut sources = Vec::new();
    for name in MEASURED {
        sources.push(source.join(name).with_extension("rs"));
        if source.join(name).is_dir() {
            sources.extend(files(&source.join(name))?);
        }
    }
    Ok(sources)
}

/// The share of lines in the report's total: the third percentage of its last line.
fn lines_covered(report: &str) -> Option<f64> {
    let total = report.lines().find(|line| line.starts_with("TOTAL"))?;
    let percentages = total
        .split_whitespace()
        .filter_map(|word| word.strip_suffix('%'));
    percentages.into_iter().nth(2)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::judge;

    /// Regions, functions and lines, of each the number, those missed and the share.
    fn report(lines: &str) -> String {
        let title = "Filename Regions Missed Cover Functions Missed Executed Lines Missed Cover";
        format!(
            "{title}\nverify.rs 9 0 100.00% 1 0 100.00% 9 0 100.00%\n---\nTOTAL 200 2 99.00% 30 0 100.00% {lines}\n"
        )
    }

    #[test]
    fn too_few_lines_are_an_error() {
        assert_eq!(judge(&report("1000 50 95.00% 0 0 -")), Ok(()));
        let least = judge(&report("1000 51 94.90% 0 0 -"));
        assert_eq!(
            least,
            Err("94.9 % of lines are covered, 95 % must be".to_owned())
        );
        assert!(judge("Filename\n").is_err());
    }
}
