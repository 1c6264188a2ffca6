//! Values of events as the case files write them.

use std::collections::BTreeMap;

use cofferdam_asm::assemble::assemble;
use cofferdam_asm::model::{Step, Test};
use cofferdam_interpreter::schema::Kind;
use toml::{Table, Value};

use super::{OwnedEvent, OwnedValue};

/// The variables of one case.
pub(crate) type Variables = BTreeMap<String, Value>;

/// Puts variables into a text, for `$name`.
pub(crate) fn substitute(text: &str, variables: &Variables) -> String {
    let mut text = text.to_owned();
    // Longer names first, so that `$literal` is not taken for `$lit`.
    let mut names: Vec<&String> = variables.keys().collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    for name in names {
        let value = match &variables[name] {
            Value::String(value) => value.clone(),
            Value::Integer(value) => value.to_string(),
            Value::Table(table) if table.contains_key("repeat") => {
                let times = table["times"].as_integer().unwrap() as usize;
                table["repeat"].as_str().unwrap().repeat(times)
            }
            _ => continue,
        };
        text = text.replace(&format!("${name}"), &value);
    }
    text
}

/// The event of a case: fields by name, all others as `others` says.
pub(crate) fn event(
    kind: Kind,
    fields: &Table,
    others: OwnedValue,
    variables: &Variables,
) -> OwnedEvent {
    let mut event = OwnedEvent {
        kind,
        fields: vec![others; kind.fields().len()],
    };
    for (name, written) in fields {
        let field = kind.info().field_by_name(name);
        let field = field.unwrap_or_else(|| panic!("{} has no {name}", kind.name()));
        event.fields[usize::from(field.number)] = value(written, variables);
    }
    event
}

/// A value:
///
/// * a string is a text in the notation of the assembler's `"..."`; `$name` alone is that variable;
/// * an integer is a number, as is `{ number = "0x10" }`;
/// * `{ absent = true }` and `{ unsupplied = true }`;
/// * `{ repeat = "ab", times = 3 }` is a text, and an array is the texts of its items, one after the other.
pub(crate) fn value(written: &Value, variables: &Variables) -> OwnedValue {
    match written {
        Value::String(text) => {
            if let Some(variable) = text.strip_prefix('$').and_then(|name| variables.get(name)) {
                return value(variable, &Variables::new());
            }
            OwnedValue::Text(units(&substitute(text, variables)))
        }
        Value::Integer(number) => OwnedValue::Number(u64::try_from(*number).unwrap()),
        Value::Array(parts) => OwnedValue::Text(
            parts
                .iter()
                .flat_map(|part| match value(part, variables) {
                    OwnedValue::Text(text) => text,
                    other => panic!("{other:?} is no part of a text"),
                })
                .collect(),
        ),
        Value::Table(table) => special(table, variables),
        other => panic!("{other:?} is no value"),
    }
}

fn special(table: &Table, variables: &Variables) -> OwnedValue {
    let (key, content) = table.iter().next().expect("a value");
    match key.as_str() {
        "absent" => OwnedValue::Absent,
        "unsupplied" => OwnedValue::Unsupplied,
        "number" => {
            let text = content.as_str().unwrap();
            let number = match text.strip_prefix("0x") {
                Some(digits) => u64::from_str_radix(digits, 16),
                None => text.parse(),
            };
            OwnedValue::Number(number.unwrap())
        }
        "repeat" => {
            let part = units(&substitute(content.as_str().unwrap(), variables));
            OwnedValue::Text(part.repeat(table["times"].as_integer().unwrap() as usize))
        }
        other => panic!("`{other}` is no value"),
    }
}

/// A text's units, read by the assembler itself.
pub(crate) fn units(text: &str) -> Vec<u16> {
    let source = format!(
        "kind process_creation {{ rule 1.0 low alert 'x' always {{ if Image text equals \"{text}\" cased -> +0 }} }}"
    );
    let program = assemble(&source).unwrap_or_else(|error| panic!("{text}: {error}"));
    match &program.kinds[0].rules[0].code[0] {
        Step::Test {
            test: Test::Text { units, .. },
            ..
        } => units.clone(),
        other => panic!("{other:?}"),
    }
}
