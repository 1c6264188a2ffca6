//! `CODES.md` lists every code, and is written from the tables in the source (with `COFFERDAM_BLESS` set); `SIGMA.md`
//! leaves no modifier out.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use cofferdam_compiler::diagnostics::Code;
use cofferdam_compiler::lower::MODIFIERS;
use cofferdam_interpreter::Code as Refusal;

#[test]
fn the_list_is_up_to_date() {
    let mut text = String::from(
        "# Diagnostics\n\nE: the rule, filter or file is left out. W: it is used; look at it. N: for information.\n\n",
    );
    text.push_str("| code | name | meaning | remedy |\n| --- | --- | --- | --- |\n");
    for code in Code::ALL {
        let _ = writeln!(
            text,
            "| {} | `{}` | {} | {} |",
            code.number(),
            code.name(),
            code.meaning(),
            code.remedy().replace('|', "\\|"),
        );
    }
    text.push_str(
        "\n## Refusals\n\nWhat the verifier says of a content file, in `cofferdam check` and in the kernel. Content that \
         the compiler wrote is refused only when it was damaged since, when it costs more than the tier allows, or when \
         it was made for another schema or engine: compile the rules again.\n\n| code | name | meaning |\n| --- | --- | --- |\n",
    );
    for code in Refusal::ALL {
        let _ = writeln!(
            text,
            "| DAM{:03} | `{}` | {} |",
            code.number(),
            code.name(),
            code.message()
        );
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("CODES.md");
    if std::env::var_os("COFFERDAM_BLESS").is_some() {
        fs::write(&path, &text).expect("a place for the list");
    }
    let found = fs::read_to_string(&path)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    assert!(found == text, "CODES.md is out of date");
}

#[test]
fn no_modifier_is_left_out() {
    let text = include_str!("../SIGMA.md");
    let (_, table) = text.split_once("## Modifiers").expect("a heading");
    let (table, _) = table.split_once("\n## ").expect("another heading");
    for name in MODIFIERS {
        assert!(table.contains(&format!("`{name}`")), "{name}");
    }
}
