//! `cargo xtask report`: what was tried on the driver's image, how often, and what was found, for whoever decides whether
//! to install it. Everything is taken from what the tests have written (`target/verification`, `tests/stage/runs`);
//! what they have not written is said to be missing.

mod html;
mod records;
mod sections;

use std::fmt::Write as _;

use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::output::workspace;
use records::Records;

/// A part of the report.
struct Section {
    title: &'static str,
    /// What was done, and what it means.
    text: &'static str,
    /// Records that it is made of, and are not there.
    missing: Vec<String>,
    /// What could not be tried on this machine: it is said, and no failure.
    skipped: Vec<&'static str>,
    findings: u64,
    facts: Vec<(String, String)>,
    tables: Vec<Table>,
}

/// A table of a part.
struct Table {
    title: String,
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

/// Writes `target/verification.html` and `target/verification.json`.
///
/// # Errors
/// A record cannot be read, a report cannot be written, or something was found or never tried.
pub(crate) fn write() -> Result<(), String> {
    let target = workspace().join("target");
    let image = std::fs::read(target.join("driver/cofferdam.sys"))
        .map_err(|error| format!("the driver's image: {error}; run `cargo xtask driver`"))?;
    let hash = Sha256::digest(&image)
        .iter()
        .fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
    let records = Records::read(hash)?;
    let others = records.of_other_images();
    let sections = sections::all(&records);
    let page = html::page(&sections, &records.image, &records.dates(), &others);
    let missing: Vec<&String> = sections.iter().flat_map(|it| &it.missing).collect();
    let findings: u64 = sections.iter().map(|it| it.findings).sum();
    let machine = json!({
        "image": records.image,
        "findings": findings,
        "missing": missing,
        "of_other_images": others,
        "records": records.all,
        "long_runs": records.runs,
    });
    for (name, text) in [
        ("verification.html", page),
        ("verification.json", format!("{machine:#}\n")),
    ] {
        std::fs::write(target.join(name), text).map_err(|error| format!("{name}: {error}"))?;
        println!("target/{name}");
    }
    if !missing.is_empty() {
        return Err(format!("never tried: {missing:?}; run the tests first"));
    }
    match findings {
        0 => Ok(()),
        _ => Err(format!("{findings} findings")),
    }
}
