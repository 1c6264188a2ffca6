//! `CODES.md` lists every code, and is written from the table in the source (with `COFFERDAM_BLESS` set).

use std::fmt::Write;
use std::fs;
use std::path::Path;

use cofferdam_compiler::diagnostics::Code;

#[test]
fn the_list_is_up_to_date() {
    let mut text = String::from(
        "# Diagnostics\n\nE: the rule, filter or file is left out. W: it is used; look at it. N: for information.\n\n",
    );
    text.push_str("| code | name | meaning |\n| --- | --- | --- |\n");
    for code in Code::ALL {
        let _ = writeln!(
            text,
            "| {} | `{}` | {} |",
            code.number(),
            code.name(),
            code.meaning()
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
