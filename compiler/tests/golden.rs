//! Rule files and what comes of them: `tests/golden/NN-name.yml` and `NN-name.out`.
//!
//! An `.out` holds the rules as `model::dump` shows them, then the diagnostics as people see them. With
//! `COFFERDAM_BLESS` set, the `.out` files are written instead of compared; read the difference before you
//! commit it.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use cofferdam_compiler::diagnostics::{Code, Style, render};
use cofferdam_compiler::lower::{MODIFIERS, Placeholders};
use cofferdam_compiler::{Options, load_texts, model};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn inputs() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).expect("the folder of golden files");
    let mut inputs: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    inputs.retain(|path| path.extension().is_some_and(|extension| extension == "yml"));
    inputs.sort();
    inputs
}

fn outcome(name: &str, text: &str) -> String {
    let mut placeholders = Placeholders::default();
    placeholders.set("Servers", vec!["srv*".into(), "db?".into()]);
    placeholders.set("Domain", vec!["example".into()]);
    let options = Options {
        placeholders,
        ..Options::default()
    };
    let loaded = load_texts(&[(name, text)], &options);
    let mut out = String::new();
    for rule in &loaded.rules {
        out.push_str(&model::dump(rule));
        if !rule.stand_alone {
            out.push_str("  (for correlation only)\n");
        }
        out.push('\n');
    }
    for correlation in &loaded.correlations {
        let _ = writeln!(
            out,
            "correlation \"{}\": {} of {}\n",
            correlation.title,
            correlation.kind,
            correlation.rules.join(", ")
        );
    }
    for refused in &loaded.refused {
        let title = refused.title.as_deref().unwrap_or("(no title)");
        let codes: Vec<&str> = refused.codes.iter().map(|code| code.number()).collect();
        let _ = writeln!(out, "refused \"{title}\": {}\n", codes.join(", "));
    }
    for diagnostic in loaded.report.all() {
        let shown = render(diagnostic, &loaded.sources, Style::Plain);
        let lines: Vec<&str> = shown.lines().map(str::trim_end).collect();
        let _ = writeln!(out, "{}\n", lines.join("\n"));
    }
    format!("{}\n", out.trim_end())
}

#[test]
fn golden_files() {
    let bless = std::env::var_os("COFFERDAM_BLESS").is_some();
    let mut wrong = Vec::new();
    for path in inputs() {
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&path)
            .expect("a golden file")
            .replace("\r\n", "\n");
        let found = outcome(&name, &text);
        let expected = path.with_extension("out");
        if bless {
            fs::write(&expected, found).expect("a place for the result");
        } else if fs::read_to_string(&expected)
            .ok()
            .map(|text| text.replace("\r\n", "\n"))
            != Some(found.clone())
        {
            println!("--- {name}: this came of it\n{found}");
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(inputs().len() >= 60);
}

/// Codes about files and bounds, about what the schema knows, and of the self-test and of the tiers, which have tests of their own.
const ELSEWHERE: [Code; 23] = [
    Code::Unreadable,
    Code::FileTooLarge,
    Code::NotUtf8,
    Code::TooManyFiles,
    Code::NoRules,
    Code::YamlTooDeep,
    Code::TooManyDocuments,
    Code::YamlTooLarge,
    Code::RuleTooLarge,
    Code::ConditionTooDeep,
    Code::ConditionTooLong,
    Code::TextTooLong,
    Code::UnknownField,
    Code::UnknownLogSource,
    Code::SelfTestFailed,
    Code::NeverMatched,
    Code::NeverDecided,
    Code::NotExpressible,
    Code::CannotDeny,
    Code::OverLimit,
    Code::NeverMatches,
    Code::NeedsUserField,
    Code::NoSuchEvent,
];

#[test]
fn every_code_has_a_golden_file() {
    let results = inputs().into_iter().map(|path| path.with_extension("out"));
    let all: String = results
        .filter_map(|path| fs::read_to_string(path).ok())
        .collect();
    for code in Code::ALL.iter().filter(|code| !ELSEWHERE.contains(code)) {
        assert!(
            all.contains(&format!("[{}]", code.number())),
            "no golden file shows {} {}",
            code.number(),
            code.name()
        );
    }
}

#[test]
fn every_modifier_has_a_golden_file() {
    let all: String = inputs()
        .into_iter()
        .filter_map(|path| fs::read_to_string(path).ok())
        .collect();
    for modifier in MODIFIERS {
        let used = [
            format!("|{modifier}:"),
            format!("|{modifier}|"),
            format!("|{modifier}'"),
        ];
        assert!(
            used.iter().any(|used| all.contains(used)),
            "no golden file uses {modifier}"
        );
    }
}
