//! Every PowerShell script of the repository: its syntax, and the vocabulary that the Hyper-V scripts must know.

use std::fs;
use std::path::{Path, PathBuf};

use tree_sitter::{Node, Parser};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn scripts(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("it can be read") {
        let path = entry.expect("it can be read").path();
        let extension = path.extension().and_then(|it| it.to_str());
        if path.is_dir() {
            scripts(&path, found);
        } else if matches!(extension, Some("ps1" | "psm1" | "psd1")) {
            found.push(path);
        }
    }
}

fn all_scripts() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for directory in ["inf", "tests/hyperv"] {
        scripts(&root().join(directory), &mut found);
    }
    found.sort();
    found
}

/// The first place that is not PowerShell.
fn wrong(text: &str) -> Option<String> {
    fn first<'a>(node: Node<'a>) -> Option<Node<'a>> {
        if node.is_error() || node.is_missing() {
            return Some(node);
        }
        let mut cursor = node.walk();
        node.children(&mut cursor).find_map(first)
    }
    let mut parser = Parser::new();
    let language = tree_sitter_powershell::LANGUAGE.into();
    parser
        .set_language(&language)
        .expect("the grammar is of this version");
    let tree = parser.parse(text, None).expect("nothing stops it");
    let root = tree.root_node();
    if !root.has_error() {
        return None;
    }
    let place = first(root).map_or(0, |node| node.start_position().row + 1);
    let line = text
        .lines()
        .nth(place.saturating_sub(1))
        .unwrap_or_default();
    Some(format!("line {place}: {line}"))
}

#[test]
fn every_script_is_powershell() {
    let scripts = all_scripts();
    assert!(scripts.len() >= 13, "{scripts:?}");
    for script in scripts {
        let text = fs::read_to_string(&script).expect("it can be read");
        assert_eq!(wrong(&text), None, "{}", script.display());
    }
}

/// The parser is worth something only if it refuses what is broken: each script, broken in several ways.
#[test]
fn a_broken_script_is_refused() {
    for text in [
        "if ($true) { 'no end'",
        "foreach ($x in 1, 2) 3 }",
        "param([string $Name)",
        "$a = @{ 'x' = }",
        "function { }",
        "switch ($x) { 'a' { 1 }",
        "Write-Output \"no end",
    ] {
        assert!(wrong(text).is_some(), "{text}");
    }
    for script in all_scripts() {
        let text = fs::read_to_string(&script).expect("it can be read");
        for (before, after) in [("if (", ""), ("", "}"), ("", "@{ x ="), ("'", "")] {
            let broken = format!("{before}{text}{after}");
            assert!(
                wrong(&broken).is_some(),
                "{before}{}{after}",
                script.display()
            );
        }
    }
}

/// Steps, points, files and corruptions are branches of the scripts: a word without one would fail only on a host.
#[test]
fn the_scripts_know_every_word_of_the_scenarios() {
    let folder = root().join("tests/hyperv");
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("it can be read");
    let code = read("Invoke-Scenarios.ps1") + &read("Machine.psm1");
    let scenarios = read("scenarios.toml");
    let words = [
        "upload",
        "wait",
        "cut",
        "bugcheck",
        "nmi",
        "crash-when-active",
        "corrupt",
        "start",
        "stop",
        "load",
        "written",
        "tried",
        "active",
        "healthy",
        "slot-active",
        "slot-standby",
        "guard-newest",
        "guard-oldest",
        "zeros",
        "truncate",
        "flip",
    ];
    for word in words {
        assert!(scenarios.contains(word), "{word} is in no scenario");
        assert!(
            code.contains(&format!("'{word}' {{")),
            "{word} has no branch"
        );
    }
}

/// The scripts change files on a disk: they must be the driver's.
#[test]
fn the_files_are_the_drivers() {
    let read = |path: &str| fs::read_to_string(root().join(path)).expect("it can be read");
    let (scripts, driver) = (
        read("tests/hyperv/Machine.psm1"),
        read("driver/src/storage.rs"),
    );
    assert!(scripts.contains("'Windows\\System32\\drivers\\Cofferdam'"));
    for name in ["slot0.dam", "slot1.dam", "guard0.bin", "guard1.bin"] {
        assert!(scripts.contains(&format!("'{name}'")), "{name}");
        let path = format!("\\\\SystemRoot\\\\System32\\\\drivers\\\\Cofferdam\\\\{name}");
        assert!(driver.contains(&path), "{path}");
    }
}
