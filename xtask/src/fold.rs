//! `cargo xtask fold`: makes the case fold's table, `interpreter/src/fold/table.rs`, from the extract of
//! the Unicode Character Database in `interpreter/unicode`.
//!
//! The table has two levels: the units are cut into pages of 32, equal pages are stored once, and a page
//! holds for each unit the distance to its fold, modulo 2^16. A third level would halve the 6 KiB and take
//! twice as long. Both arrays are padded with zeros to a power of two, so that a masked index is provably
//! inside them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::output::{Mode, settle, workspace};

const SOURCE: &str = "interpreter/unicode/simple-uppercase.txt";
const TABLE: &str = "interpreter/src/fold/table.rs";

const UNITS_IN_PAGE: usize = 32;

/// Makes the table, or compares it.
pub(crate) fn run(mode: Mode) -> Result<(), String> {
    let source = std::fs::read_to_string(workspace().join(SOURCE))
        .map_err(|error| format!("{SOURCE}: {error}"))?;
    let pairs = parse(&source)?;
    settle(TABLE, &render(&pairs)?, mode)
}

/// Reads the extract and refuses whatever the fold could not promise with it.
fn parse(source: &str) -> Result<BTreeMap<u16, u16>, String> {
    let mut pairs = BTreeMap::new();
    for (number, line) in (1_usize..).zip(source.lines()) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let refuse = |reason: &str| format!("{SOURCE}:{number}: {reason}: {line}");
        let (from, to) = line
            .split_once(';')
            .ok_or_else(|| refuse("expected XXXX;YYYY"))?;
        let (from, to) = hexadecimal(from)
            .zip(hexadecimal(to))
            .ok_or_else(|| refuse("expected four capital hexadecimal digits, twice"))?;
        if [from, to]
            .iter()
            .any(|unit| (0xD800..0xE000).contains(unit))
        {
            return Err(refuse("a surrogate has no mapping"));
        }
        if from == to {
            return Err(refuse("maps to itself"));
        }
        if from < 0x80 && !(0x61..=0x7A).contains(&from)
            || to < 0x80 && !(0x41..=0x5A).contains(&to)
        {
            return Err(refuse("not a letter of ASCII"));
        }
        if pairs
            .last_key_value()
            .is_some_and(|(last, _)| *last >= from)
        {
            return Err(refuse("not in ascending order"));
        }
        pairs.insert(from, to);
    }
    for letter in 0x61..=0x7A {
        if pairs.get(&letter) != Some(&(letter ^ 0x20)) {
            return Err(format!(
                "{SOURCE}: {letter:04X} does not map to its capital"
            ));
        }
    }
    match pairs.iter().find(|(_, to)| pairs.contains_key(*to)) {
        Some((from, to)) => Err(format!(
            "{SOURCE}: {from:04X} maps to {to:04X}, which maps on: not a fold"
        )),
        None => Ok(pairs),
    }
}

fn hexadecimal(digits: &str) -> Option<u16> {
    let plain = digits.len() == 4
        && digits
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'));
    plain
        .then(|| u16::from_str_radix(digits, 16).ok())
        .flatten()
}

fn render(pairs: &BTreeMap<u16, u16>) -> Result<String, String> {
    let distances: Vec<u16> = (0..=u16::MAX)
        .map(|unit| pairs.get(&unit).unwrap_or(&unit).wrapping_sub(unit))
        .collect();
    let mut different: Vec<&[u16]> = Vec::new();
    let page_of: Vec<u8> = distances
        .chunks(UNITS_IN_PAGE)
        .map(|page| position(&mut different, page))
        .collect::<Result<_, _>>()?;
    let mut pages = different.concat();
    pages.resize(pages.len().next_power_of_two(), 0);

    let mut text = format!(
        "// Made by `cargo xtask fold` from {SOURCE}; do not edit.\n\
         //\n\
         // {} pairs, {} different pages, {} bytes.\n\n",
        pairs.len(),
        different.len(),
        page_of.len() + 2 * pages.len(),
    );
    array(&mut text, "pub(super) static PAGE_OF", "u8", &page_of, 2);
    array(&mut text, "pub(super) static PAGES", "u16", &pages, 4);
    array(&mut text, "pub(super) const HASH", "u8", &hash(pairs), 2);
    Ok(text)
}

/// SHA-256 over each pair, ascending: the unit, then its fold, each two bytes, little-endian.
fn hash(pairs: &BTreeMap<u16, u16>) -> [u8; 32] {
    let mut digest = Sha256::new();
    for (from, to) in pairs {
        digest.update(from.to_le_bytes());
        digest.update(to.to_le_bytes());
    }
    digest.finalize().into()
}

/// The place of `item` in `list`, to which it is added where it is new.
fn position<T: PartialEq>(list: &mut Vec<T>, item: T) -> Result<u8, String> {
    let place = list
        .iter()
        .position(|known| *known == item)
        .unwrap_or_else(|| {
            list.push(item);
            list.len() - 1
        });
    u8::try_from(place)
        .map_err(|_| "more than 256 different entries: the table's shape must change".into())
}

fn array<T: std::fmt::UpperHex>(
    text: &mut String,
    head: &str,
    of: &str,
    items: &[T],
    digits: usize,
) {
    let _ = writeln!(
        text,
        "#[rustfmt::skip]\n{head}: [{of}; {}] = [",
        items.len()
    );
    for row in items.chunks(16) {
        let row: Vec<String> = row
            .iter()
            .map(|item| format!("0x{item:0digits$X},"))
            .collect();
        let _ = writeln!(text, "    {}", row.join(" "));
    }
    text.push_str("];\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_table_is_fresh() {
        run(Mode::Check).unwrap();
    }

    #[test]
    fn refuses_what_is_not_a_fold() {
        let source = std::fs::read_to_string(workspace().join(SOURCE)).unwrap();
        assert_eq!(parse(&source).unwrap().len(), 1198);
        let lines = |more: &str| format!("{source}{more}\n");
        for (more, reason) in [
            ("FFFF", "expected XXXX;YYYY"),
            ("FF5B;FFF", "four capital"),
            ("FF5B;ffff", "four capital"),
            ("FF5B;FF5B", "itself"),
            ("FF5A;FF3B", "ascending"),
            ("FF5B;D800", "surrogate"),
            ("FF5B;0061", "ASCII"),
            ("FF5B;FF41", "maps on"),
        ] {
            let refusal = parse(&lines(more)).unwrap_err();
            assert!(refusal.contains(reason), "{more}: {refusal}");
        }
        let refusal = parse(&source.replace("0061;0041\n", "")).unwrap_err();
        assert!(refusal.contains("0061 does not map"), "{refusal}");
    }
}
