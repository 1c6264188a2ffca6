//! Recorded rules and events.

use std::collections::BTreeSet;
use std::path::PathBuf;

use cofferdam_compiler::model::{Expr, Matcher, Piece, Rule, Shape};
use cofferdam_compiler::{Options, load};
use cofferdam_interpreter::fold;
use cofferdam_interpreter::schema::Kind;

/// Where the data lie.
///
/// # Panics
/// Where there are none: a measurement without data means nothing.
#[must_use]
pub fn root() -> PathBuf {
    let root = std::env::var_os("COFFERDAM_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data")),
        PathBuf::from,
    );
    assert!(
        root.join("sigma").is_dir(),
        "no data in {}: set COFFERDAM_DATA",
        root.display()
    );
    root
}

/// All recorded rules.
#[must_use]
pub fn rules() -> Vec<Rule> {
    load(&[root().join("sigma")], &Options::default()).rules
}

/// The distinct texts that the rules look for in a field, as written, with the expansions of their modifiers. A text
/// with wildcards inside counts as its longest piece.
#[must_use]
pub fn literals(rules: &[Rule], field: &str) -> BTreeSet<Vec<u16>> {
    let mut literals = BTreeSet::new();
    for rule in rules {
        collect(&rule.expr, field, &mut literals);
    }
    literals.remove(&Vec::new());
    literals
}

fn collect(expr: &Expr, field: &str, literals: &mut BTreeSet<Vec<u16>>) {
    match expr {
        Expr::Not(inner) => collect(inner, field, literals),
        Expr::And(operands) | Expr::Or(operands) | Expr::AtLeast(_, operands) => {
            for operand in operands {
                collect(operand, field, literals);
            }
        }
        Expr::Test(test) => {
            if let (Some(of), Matcher::Text { pattern, .. }) = (&test.field, &test.matcher)
                && &**of == field
            {
                let text = match pattern.shape() {
                    Shape::Equals(text)
                    | Shape::StartsWith(text)
                    | Shape::EndsWith(text)
                    | Shape::Contains(text) => text,
                    Shape::Anything => &[],
                    Shape::Glob(pieces) => longest(pieces),
                };
                literals.insert(text.to_vec());
            }
        }
    }
}

fn longest(pieces: &[Piece]) -> &[u16] {
    let literals = pieces.iter().filter_map(|piece| match piece {
        Piece::Literal(units) => Some(units.as_slice()),
        _ => None,
    });
    literals.max_by_key(|units| units.len()).unwrap_or(&[])
}

/// The literals that a finder can scan for, each folded, once.
#[must_use]
pub fn folded(literals: &BTreeSet<Vec<u16>>) -> Vec<Vec<u16>> {
    let folded: BTreeSet<Vec<u16>> = literals
        .iter()
        .map(|units| units.iter().map(|unit| fold::unit(*unit)).collect())
        .filter(|units: &Vec<u16>| units.len() <= cofferdam_interpreter::limits::MAX_SCANNED)
        .collect();
    folded.into_iter().collect()
}

/// The recorded events of a kind: for each the text of each field, if it has it.
///
/// # Panics
/// Where there are no such events.
#[must_use]
pub fn events(kind: Kind, category: &str) -> Vec<Vec<Option<Vec<u16>>>> {
    let path = root().join("events").join(format!("{category}.ndj"));
    let lines = std::fs::read_to_string(path).expect("recorded events");
    let event = |line: &str| {
        let json: serde_json::Value = serde_json::from_str(line).expect("one JSON object a line");
        let text = |name: &str| {
            json[name]
                .as_str()
                .map(|text| text.encode_utf16().collect())
        };
        let fields = kind.fields().iter();
        fields.map(|field| text(field.name)).collect()
    };
    lines.lines().map(event).collect()
}

/// The recorded command lines.
#[must_use]
pub fn command_lines() -> Vec<Vec<u16>> {
    let field = usize::from(crate::content::command_line());
    let events = events(Kind::ProcessCreation, "process_creation").into_iter();
    events
        .map(|mut event| event[field].take().unwrap_or_default())
        .collect()
}
