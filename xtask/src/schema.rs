//! `cargo xtask schema`: makes `interpreter/src/schema/generated.rs` from the schema's one declaration,
//! `interpreter/schema/events.txt`.

mod emit;
mod table;

use sha2::{Digest as _, Sha256};

use crate::output::{Mode, settle, workspace};
use table::Table;

const SOURCE: &str = "interpreter/schema/events.txt";
const FOLD: &str = "interpreter/src/fold/table.rs";
const GENERATED: &str = "interpreter/src/schema/generated.rs";

/// Makes the code, or compares it.
pub(crate) fn run(mode: Mode) -> Result<(), String> {
    let read = |path: &str| {
        std::fs::read_to_string(workspace().join(path)).map_err(|error| format!("{path}: {error}"))
    };
    let table = table::parse(&read(SOURCE)?).map_err(|reason| format!("{SOURCE}: {reason}"))?;
    let fold = fold_hash(&read(FOLD)?).ok_or_else(|| format!("{FOLD}: no HASH"))?;
    let fingerprint = fingerprint(&table, &fold);
    settle(GENERATED, &emit::code(&table, &fingerprint), mode)
}

/// The fold table's hash, from the code that is compiled into the interpreter.
fn fold_hash(code: &str) -> Option<[u8; 32]> {
    let (_, hash) = code.split_once("HASH: [u8; 32] = [")?;
    let (hash, _) = hash.split_once(']')?;
    let bytes: Option<Vec<u8>> = hash
        .split(',')
        .map(str::trim)
        .filter(|byte| !byte.is_empty())
        .map(|byte| u8::from_str_radix(byte.strip_prefix("0x")?, 16).ok())
        .collect();
    bytes?.try_into().ok()
}

/// SHA-256 over the table's canonical form and the fold's hash.
fn fingerprint(table: &Table, fold: &[u8; 32]) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(canonical(table));
    digest.update(fold);
    digest.finalize().into()
}

/// Everything that compiled content depends on, one statement a line, whatever the table's layout.
///
/// Constants are sorted: their order means nothing. Sources, callbacks, origins and notes are left out:
/// they say where events come from, not what rules see.
fn canonical(table: &Table) -> String {
    let mut lines = vec![format!("schema {}", table.number)];
    for (number, kind) in table.kinds.iter().enumerate() {
        let deny = if kind.denied() { "deny" } else { "no" };
        lines.push(format!(
            "kind {number} {} {} {} {deny}",
            kind.name, kind.tier, kind.log_source
        ));
        let mut constants: Vec<String> = kind
            .constants
            .iter()
            .map(|(name, value)| match value {
                Some(value) => format!("const {name} = {value}"),
                None => format!("absent {name}"),
            })
            .collect();
        constants.sort();
        lines.append(&mut constants);
        for (number, field) in kind.fields.iter().enumerate() {
            lines.push(format!(
                "field {number} {} {} {} {}",
                field.name, field.ty, field.tier, field.rendering
            ));
        }
    }
    for (name, kinds) in &table.categories {
        lines.push(format!("category {name} = {}", kinds.join(" ")));
    }
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "schema 7\n\
        kind 0 file_event kernel category\n\
        source Log = 11\n\
        callback post-create\n\
        deny no\n\
        const EventID = 11\n\
        absent Details\n\
        field 0 Image text kernel verbatim source | a note\n\
        field 1 ProcessId number kernel decimal source\n\
        category file_any = file_event\n";

    #[test]
    fn the_committed_code_is_fresh() {
        run(Mode::Check).unwrap();
    }

    #[test]
    fn the_fingerprint_covers_meaning_only() {
        let of = |text: &str, fold: u8| fingerprint(&table::parse(text).unwrap(), &[fold; 32]);
        let small = of(SMALL, 0);
        for (from, to) in [
            (" | a note", ""),
            ("field 0 Image text", "# why\n\n  field  0   Image  text"),
            ("post-create", "elsewhere"),
            ("Log = 11", "Log = 11 12"),
            ("decimal source", "decimal extra"),
            (
                "const EventID = 11\nabsent Details",
                "absent Details\nconst EventID = 11",
            ),
        ] {
            assert!(SMALL.contains(from));
            assert_eq!(of(&SMALL.replace(from, to), 0), small, "{to}");
        }
        assert_ne!(of(SMALL, 1), small);
        for (from, to) in [
            ("schema 7", "schema 8"),
            ("0 Image", "0 image"),
            ("text kernel", "text user"),
            ("decimal", "hex"),
            ("deny no", "deny pre-create"),
            ("EventID = 11", "EventID = 12"),
            ("absent Details", "absent Detail"),
            (
                "1 ProcessId number kernel decimal",
                "1 ProcessId text kernel verbatim",
            ),
            ("file_any", "file_every"),
        ] {
            assert!(SMALL.contains(from));
            assert_ne!(of(&SMALL.replace(from, to), 0), small, "{to}");
        }
    }

    #[test]
    fn refuses_what_would_not_be_one_schema() {
        table::parse(SMALL).unwrap();
        for (from, to, reason) in [
            ("schema 7\n", "", "schema NUMBER"),
            ("kind 0", "kind 1", "expected number 0"),
            ("field 1", "field 2", "expected number 1"),
            ("field 1", "field 0", "expected number 1"),
            ("ProcessId", "Image", "twice"),
            ("ProcessId", "EventID", "twice"),
            ("deny no\n", "", "missing"),
            ("source Log = 11\n", "", "missing"),
            ("Log = 11", "Log = eleven", "event ids"),
            ("callback post-create\n", "", "callback"),
            ("event kernel", "event user", "callback"),
            ("decimal", "verbatim", "expected one of"),
            ("decimal", "roman", "expected one of"),
            (
                "number kernel decimal source",
                "number kernel decimal",
                "6 columns",
            ),
            ("= file_event", "= file_events", "no kind"),
            ("file_any", "file_event", "a kind's name"),
            ("const", "constant", "unknown statement"),
        ] {
            assert!(SMALL.contains(from));
            let refusal = table::parse(&SMALL.replace(from, to)).unwrap_err();
            assert!(refusal.contains(reason), "{to}: {refusal}");
        }
    }
}
