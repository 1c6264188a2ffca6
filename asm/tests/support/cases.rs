//! The case files of `tests/conformance`: families of cases that share a program.
//!
//! A family has one of
//! * `program`: a whole assembly text;
//! * `test`: one test, which a rule `1.0` that always runs is made of;
//! * `literals`: an atom's body, which becomes a program in each of `forms`: `eager` (as a trigger), `lazy`, and
//!   `loose` (a test of the text itself; for single literals).
//!
//! and `event`, `kind` (process_creation), `others` (what fields have that `event` does not name: absent),
//! `each` (variables with several values: every case is run with every combination), `cases`.
//!
//! A case is a table of variables for `$name` in program and event, and what is expected: `is` (`match`, `maybe`
//! or `no`, of rule 1.0; or a table of all rules), `refused` (a code's name), `error` (a part of the assembler's
//! message), `unwritable` (a part of the writer's), or `fault` with `count`, the number of values.

use std::path::Path;

use cofferdam_interpreter::schema::Kind;
use toml::{Table, Value};

use super::values::{self, Variables, substitute};
use super::{OwnedEvent, OwnedValue};

/// One program, one event, one expectation.
#[derive(Debug)]
pub(crate) struct Case {
    /// File, family, form and variables.
    pub(crate) name: String,
    pub(crate) source: String,
    pub(crate) event: OwnedEvent,
    pub(crate) expected: Expected,
    /// Whether the program is one atom of literals, which can be put into other tables.
    pub(crate) movable: bool,
}

/// What a case expects.
#[derive(Clone, Debug)]
pub(crate) enum Expected {
    /// By rule, as `1.0`.
    Verdicts(Vec<(String, String)>),
    Refused(String),
    Error(String),
    Unwritable(String),
    Fault(String),
}

/// Every case of every file in a folder, in order.
pub(crate) fn load(folder: &Path) -> Vec<Case> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder of cases")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|it| it == "toml"))
        .collect();
    paths.sort();
    paths.iter().flat_map(|path| load_file(path)).collect()
}

fn load_file(path: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(path).expect("a case file");
    let file: Table = text
        .parse()
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let families = file["family"].as_array().expect("families");
    families
        .iter()
        .flat_map(|family| Family::read(&stem, family.as_table().expect("a table")).cases())
        .collect()
}

struct Family<'t> {
    name: String,
    table: &'t Table,
    kind: Kind,
}

impl<'t> Family<'t> {
    fn read(file: &str, table: &'t Table) -> Self {
        let name = format!("{file}: {}", text(table, "name").expect("a name"));
        let known = [
            "name", "program", "test", "literals", "field", "forms", "event", "kind", "others",
            "each", "cases",
        ];
        for key in table.keys() {
            assert!(known.contains(&key.as_str()), "{name}: unknown `{key}`");
        }
        let kind = text(table, "kind").unwrap_or("process_creation");
        let kind = Kind::from_name(kind).unwrap_or_else(|| panic!("{name}: no kind {kind}"));
        Self { name, table, kind }
    }

    fn cases(&self) -> Vec<Case> {
        let mut cases = Vec::new();
        let rows = self.table["cases"].as_array().expect("cases");
        for row in rows {
            let row = row.as_table().expect("a case");
            for variables in self.combinations(row) {
                for (form, template) in self.programs() {
                    cases.push(self.case(row, &variables, form, &template));
                }
            }
        }
        cases
    }

    /// The row's variables with every combination of those in `each`.
    fn combinations(&self, row: &Table) -> Vec<Variables> {
        let own = row
            .iter()
            .filter(|(name, _)| !EXPECTED.contains(&name.as_str()));
        let own: Variables = own
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let mut all = vec![own];
        let each = self.table.get("each").and_then(Value::as_table);
        for (name, values) in each.into_iter().flatten() {
            let values = values.as_array().expect("several values");
            all = all
                .into_iter()
                .flat_map(|variables| {
                    values.iter().map(move |value| {
                        let mut variables = variables.clone();
                        variables.insert(name.clone(), value.clone());
                        variables
                    })
                })
                .collect();
        }
        all
    }

    /// The family's programs, by form.
    fn programs(&self) -> Vec<(&'static str, String)> {
        let kind = self.kind.name();
        if let Some(program) = text(self.table, "program") {
            return vec![("", program.to_owned())];
        }
        let rule = |atom: &str, runs: &str, test: &str| {
            format!(
                "kind {kind} {{\n{atom}\nrule 1.0 low alert \"r\" {runs} {{\nunless {test} -> no\nmatch\nno: end\n}}\n}}"
            )
        };
        if let Some(test) = text(self.table, "test") {
            return vec![("", rule("", "always", test))];
        }
        let literals = text(self.table, "literals").expect("program, test or literals");
        let field = text(self.table, "field").unwrap_or("CommandLine");
        let forms = self.table.get("forms").and_then(Value::as_array);
        let wanted =
            |form: &str| forms.is_none_or(|forms| forms.iter().any(|it| it.as_str() == Some(form)));
        let atom = |phase: &str| format!("atom a {phase} {field} {{ {literals} }}");
        let all = [
            ("eager", rule(&atom("eager"), "triggered", "trigger a")),
            ("lazy", rule(&atom("lazy"), "always", "lazy a")),
            (
                "loose",
                rule("", "always", &format!("{field} text {literals}")),
            ),
        ];
        all.into_iter().filter(|(form, _)| wanted(form)).collect()
    }

    fn case(&self, row: &Table, variables: &Variables, form: &str, template: &str) -> Case {
        let empty = Table::new();
        let fields = self.table.get("event").and_then(Value::as_table);
        let others = match text(self.table, "others").unwrap_or("absent") {
            "absent" => OwnedValue::Absent,
            "unsupplied" => OwnedValue::Unsupplied,
            "empty" => OwnedValue::Text(Vec::new()),
            other => panic!("{}: others cannot be {other}", self.name),
        };
        let mut event = values::event(self.kind, fields.unwrap_or(&empty), others, variables);
        if let Some(count) = row.get("count").and_then(Value::as_integer) {
            event.fields.resize(count as usize, OwnedValue::Absent);
        }
        let name = format!("{} {form} {variables:?}", self.name);
        Case {
            expected: expected(row, &name),
            source: substitute(template, variables),
            event,
            movable: !form.is_empty() && form != "loose",
            name,
        }
    }
}

/// What in a row is not a variable.
const EXPECTED: [&str; 6] = ["is", "refused", "error", "unwritable", "fault", "count"];

fn expected(row: &Table, name: &str) -> Expected {
    if let Some(is) = row.get("is") {
        let all = match is {
            Value::String(verdict) => vec![("1.0".to_owned(), verdict.clone())],
            Value::Table(rules) => rules
                .iter()
                .map(|(rule, verdict)| {
                    (
                        rule.clone(),
                        verdict.as_str().expect("a verdict").to_owned(),
                    )
                })
                .collect(),
            _ => panic!("{name}: `is` is a verdict or a table of them"),
        };
        return Expected::Verdicts(all);
    }
    let owned = |key| text(row, key).map(str::to_owned);
    if let Some(code) = owned("refused") {
        Expected::Refused(code)
    } else if let Some(part) = owned("error") {
        Expected::Error(part)
    } else if let Some(part) = owned("unwritable") {
        Expected::Unwritable(part)
    } else if let Some(fault) = owned("fault") {
        Expected::Fault(fault)
    } else {
        panic!("{name}: nothing is expected")
    }
}

fn text<'t>(table: &'t Table, key: &str) -> Option<&'t str> {
    table.get(key).and_then(Value::as_str)
}
