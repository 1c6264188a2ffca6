//! What must hold of every result.

use std::fs;
use std::path::Path;

use cofferdam_compiler::diagnostics::{Code, Severity, Style, render, to_json};
use cofferdam_compiler::reference::{Event, Reference, Value};
use cofferdam_compiler::{Loaded, Options, load_texts, model};

/// The golden inputs, as material.
pub(crate) fn golden() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let entries = fs::read_dir(folder).expect("the folder of golden files");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yml"));
    paths.sort();
    let texts = paths
        .iter()
        .map(|path| fs::read_to_string(path).expect("a golden file"));
    texts.filter(|text| text.len() < 4000).collect()
}

/// Loads one text and checks what must hold of any result.
pub(crate) fn load(text: &str, options: &Options) -> Loaded {
    let loaded = load_texts(&[("hostile.yml", text)], options);
    assert_eq!(
        loaded.report.errors() > 0,
        !loaded.refused.is_empty(),
        "{text}"
    );
    for refused in &loaded.refused {
        assert!(!refused.codes.is_empty(), "{text}");
        assert!(
            refused
                .codes
                .iter()
                .all(|code| code.severity() == Severity::Error),
            "{text}"
        );
    }
    let places: Vec<_> = loaded
        .report
        .all()
        .iter()
        .map(|each| each.span.map(|span| span.start))
        .collect();
    assert!(places.is_sorted());
    for diagnostic in loaded.report.all().iter().take(3) {
        assert!(!render(diagnostic, &loaded.sources, Style::Plain).is_empty());
        assert!(to_json(diagnostic, &loaded.sources).is_object());
    }
    for rule in loaded.rules.iter().take(3) {
        assert!(model::dump(rule).lines().count() > rule.expr.tests().count());
        let mut event = Event::partial();
        event.set("A", Value::text("x -a /b"));
        event.set("B", Value::number(7));
        event.set("C", Value::Absent);
        let _ = Reference::new(rule).verdict(&event);
    }
    loaded
}

/// Loads one text and checks that this code is among what is said.
pub(crate) fn expect(code: Code, text: &str, options: &Options) {
    let loaded = load(text, options);
    let codes: Vec<_> = loaded.report.all().iter().map(|each| each.code).collect();
    assert!(codes.contains(&code), "{codes:?}");
}

/// A rule with this `detection` section, each line of which is indented here.
pub(crate) fn rule(detection: &str) -> String {
    let head = "title: Made\nid: 00000000-0000-4000-8000-000000000001\nlogsource: {product: windows}\ndetection:\n";
    detection
        .lines()
        .fold(head.to_owned(), |text, line| text + "    " + line + "\n")
}
