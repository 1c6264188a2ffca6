//! The disassembler: from a content file to the text that assembles to it.
//!
//! What it guarantees: whatever verifies becomes a text, with the same kinds, atoms, literals, places and rules.
//! For files of our [writer](crate::writer) that text assembles to the very same bytes, the signature apart: it
//! says for each literal in which table and under which key it stands, and the writer derives everything else.
//! A file whose bytes the writer would have arranged otherwise says so in its first line.
//!
//! [`Printer`] prints programs from any source, whole or rule by rule.

mod print;
mod raise;
mod text;

use std::fmt;

use cofferdam_interpreter::{Content, Limits, Refusal};

use crate::rarity::Rarity;

pub use print::{Line, Printer};
pub use raise::{program, step};
pub use text::quote;

/// What the format can express at most; a hostile header must not make the disassembler allocate more than this.
const LIMITS: Limits = Limits {
    file_bytes: u32::MAX,
    scratch_words: 1 << 20,
    always_rules: u16::MAX,
    rule_fixed: u64::MAX,
    rule_per_unit: u64::MAX,
    event_fixed: u64::MAX,
    event_per_unit: u64::MAX,
    engine: u32::MAX,
};

/// The text of a content file.
///
/// # Errors
/// [`DisassembleError::Refused`] for bytes that do not verify, [`DisassembleError::TooLarge`] for a file whose
/// text would be out of all proportion.
pub fn disassemble(bytes: &[u8]) -> Result<String, DisassembleError> {
    let unverified = Content::decode(bytes).map_err(DisassembleError::Refused)?;
    let words = unverified.content().header().scratch_words;
    let mut scratch = vec![0; words.min(LIMITS.scratch_words) as usize];
    let verified = unverified
        .verify(&LIMITS, &mut scratch)
        .map_err(DisassembleError::Refused)?;
    let program = program(verified.content())?;
    let mut text = String::new();
    let body = bytes.len() - unverified.signature().len();
    // Every place is given, so nothing is chosen by rarity.
    let written = crate::writer::write_with(&program, &Rarity::default());
    if written.is_ok_and(|written| written.get(..body) != bytes.get(..body)) {
        text.push_str("# Not the writer's arrangement: this text assembles to other bytes that say the same.\n");
    }
    if unverified.signature().iter().any(|byte| *byte != 0) {
        text.push_str("# The file is signed; a text has no signature.\n");
    }
    text.push_str(&Printer::new(&program).program());
    Ok(text)
}

/// Why a file has no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DisassembleError {
    /// The bytes do not verify.
    Refused(Refusal),
    /// Written out for each atom, the literals are longer than any honest file's.
    TooLarge,
    /// A record leads outside its section: impossible for verified content, checked for all the same.
    Inconsistent,
}

impl fmt::Display for DisassembleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DisassembleError::Refused(refusal) => refusal.fmt(f),
            DisassembleError::TooLarge => f.write_str(
                "the literals, written out for each atom that they set, are longer than 64 Mi units",
            ),
            DisassembleError::Inconsistent => f.write_str("a record leads outside its section"),
        }
    }
}

impl std::error::Error for DisassembleError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            DisassembleError::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}
