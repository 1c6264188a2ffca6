//! Every PowerShell script of the repository: its syntax, what it calls, what all of them must say, and the vocabulary
//! that the Hyper-V scripts must know.
#![allow(clippy::expect_used, reason = "a test")]

mod commands;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cofferdam_scenarios::scenarios;
use tree_sitter::{Node, Parser, Tree};

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

fn parse(text: &str) -> Tree {
    let mut parser = Parser::new();
    let language = tree_sitter_powershell::LANGUAGE.into();
    parser
        .set_language(&language)
        .expect("the grammar is of this version");
    parser.parse(text, None).expect("nothing stops it")
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
    let tree = parse(text);
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

/// Each stops at the first error, reads no variable that is not set, names its needs, and hides no secret.
#[test]
fn every_script_keeps_the_house_rules() {
    for script in all_scripts() {
        let text = fs::read_to_string(&script).expect("it can be read");
        let name = script.display();
        for line in [
            "#Requires -Version 5.1\n",
            "\nSet-StrictMode -Version 3\n",
            "\n$ErrorActionPreference = 'Stop'\n",
        ] {
            assert!(
                text.contains(line) || text.starts_with(line),
                "{name}: {line:?}"
            );
        }
        if script.extension().is_some_and(|it| it == "ps1") {
            for word in ["#Requires -RunAsAdministrator", ".SYNOPSIS", ".EXAMPLE"] {
                assert!(text.contains(word), "{name}: {word}");
            }
        }
        let lower = text.to_lowercase();
        for word in [
            // Secrets are handed in, as objects that are not shown.
            "-asplaintext",
            "password '",
            "password \"",
            "password = '",
            "[string] $password",
            "begin private key",
            // Text that is run.
            "invoke-expression",
            "| iex",
            // In Windows PowerShell, errors of a program that are redirected end a script that stops at errors.
            "2>",
        ] {
            assert!(!lower.contains(word), "{name}: {word}");
        }
    }
}

/// Removing what is not there is no error: what was begun can be begun again.
#[test]
fn uninstalling_twice_is_no_error() {
    let folder = root().join("inf/test-vm");
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("it can be read");
    let uninstall = read("Uninstall.ps1");
    // The driver is stopped only where it is; packages are looked for, and the loop is empty where there are none.
    let asks = uninstall.find("if (Get-CimInstance").expect("it asks");
    let stops = uninstall.find("'Stop.ps1'").expect("it stops the driver");
    let loops = uninstall.find("foreach ($package in $packages)");
    let deletes = uninstall.find("/delete-driver").expect("it deletes");
    assert!(asks < stops && stops < loops.expect("it loops") && loops < Some(deletes));
    // 1062: a driver that does not run.
    assert!(read("Stop.ps1").contains("-notin 0, 1062"));
}

/// Steps, points, files and corruptions are branches of the scripts: a word without one would fail only on a host.
#[test]
fn the_scripts_know_every_word_of_the_scenarios() {
    let folder = root().join("tests/hyperv");
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("it can be read");
    let code = read("Invoke-Scenarios.ps1") + &read("Machine.psm1");
    // The list is the one that the simulated crash tests play.
    assert!(code.contains("Join-Path $PSScriptRoot 'scenarios.toml'"));
    assert!(!scenarios().expect("they can be read").is_empty());
    let document: toml::Value = toml::from_str(&read("scenarios.toml")).expect("it is TOML");
    let written = document["scenario"].as_array().expect("scenarios");
    let steps = written
        .iter()
        .flat_map(|it| it["steps"].as_array().expect("steps"));
    let words: BTreeSet<&str> = steps
        .filter_map(|step| step.as_str())
        .flat_map(|step| step.split(' '))
        .filter(|word| word.parse::<u32>().is_err())
        .collect();
    assert!(words.len() >= 20, "{words:?}");
    for word in words {
        // Content is a file's name; the deletion of a file has no branch but a condition.
        let is_known = [
            format!("'{word}' {{"),
            format!("-eq '{word}'"),
            format!("'{word}', "),
            format!(", '{word}'"),
        ];
        assert!(
            is_known.iter().any(|it| code.contains(it)),
            "{word} has no branch"
        );
    }
}

/// What the scripts ask of the sensor's status, the command says.
#[test]
fn the_status_has_what_the_scripts_ask_for() {
    let read = |path: &str| fs::read_to_string(root().join(path)).expect("it can be read");
    let scripts = read("tests/hyperv/Invoke-Scenarios.ps1") + &read("tests/hyperv/Sensor.psm1");
    let fields: BTreeSet<String> = scripts
        .match_indices("$status.")
        .map(|(at, word)| {
            let rest = &scripts[at + word.len()..];
            rest.chars()
                .take_while(|it| it.is_alphanumeric() || *it == '_')
                .collect()
        })
        .collect();
    assert!(fields.len() >= 3, "{fields:?}");
    let status = read("client/src/status.rs");
    for field in fields {
        assert!(status.contains(&format!("pub {field}:")), "{field}");
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
