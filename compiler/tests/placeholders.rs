//! Placeholder files.

use cofferdam_compiler::diagnostics::{Code, Report};
use cofferdam_compiler::limits::Limits;
use cofferdam_compiler::lower::Placeholders;
use cofferdam_compiler::source::Sources;

fn read(text: &str) -> (Placeholders, Vec<Code>) {
    let (mut sources, mut report, mut placeholders) = (
        Sources::default(),
        Report::default(),
        Placeholders::default(),
    );
    let file = sources.add("placeholders.yml", text);
    placeholders.read(&sources, file, &Limits::default(), &mut report);
    (
        placeholders,
        report.all().iter().map(|each| each.code).collect(),
    )
}

#[test]
fn a_value_or_a_list_of_values() {
    let (placeholders, codes) = read("Servers: [srv*, 'db?']\nDomain: example\nPort: 0443\n");
    assert_eq!(codes, []);
    assert_eq!(
        placeholders.names().collect::<Vec<_>>(),
        ["Domain", "Port", "Servers"]
    );
    assert_eq!(
        placeholders.get("Servers"),
        Some(["srv*".to_owned(), "db?".to_owned()].as_slice())
    );
    assert_eq!(
        placeholders.get("Port"),
        Some(["0443".to_owned()].as_slice())
    );
    assert_eq!(placeholders.get("Other"), None);
}

#[test]
fn whatever_else_is_reported() {
    assert_eq!(read("- a\n").1, [Code::NotAMapping]);
    assert_eq!(
        read("A: []\nB: {c: d}\nC:\n").1,
        [Code::WrongType, Code::WrongType, Code::WrongType]
    );
    assert_eq!(read("A: [").1, [Code::YamlSyntax]);
}
