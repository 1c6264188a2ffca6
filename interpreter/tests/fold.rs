//! The case fold against independent sources of the same facts, and its fast paths against the slow one.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::as_conversions,
    reason = "a test may panic: that is how it fails"
)]

use std::collections::BTreeMap;

use cofferdam_interpreter::fold;
use icu_casemap::CaseMapper;
use sha2::{Digest as _, Sha256};

/// Every unit; under Miri, which is some thousand times slower, a few blocks: ASCII and scripts with case,
/// surrogates, the last block.
fn units() -> impl Iterator<Item = u16> {
    (0..=0xFF)
        .filter(|block| !cfg!(miri) || matches!(block, 0x00..=0x02 | 0xD8 | 0xFF))
        .flat_map(|block| block << 8..=(block << 8 | 0xFF))
}

fn pairs_in(file: &str) -> BTreeMap<u16, u16> {
    let number = |digits| u16::from_str_radix(digits, 16).unwrap();
    file.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_once(';').unwrap())
        .map(|(from, to)| (number(from), number(to)))
        .collect()
}

/// A xorshift generator: the same texts in every run.
struct Texts(u64);

impl Texts {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    /// Mostly ASCII, sometimes of the first blocks, sometimes any unit.
    fn unit(&mut self) -> u16 {
        let bound = [0x80, 0x80, 0x80, 0x80, 0x80, 0x600, 0x1_0000][self.below(7) as usize];
        self.below(bound) as u16
    }

    fn text(&mut self, longest: u64) -> Vec<u16> {
        (0..self.below(longest + 1)).map(|_| self.unit()).collect()
    }
}

fn bytes(units: &[u16]) -> Vec<[u8; 2]> {
    units.iter().map(|unit| unit.to_le_bytes()).collect()
}

fn folded(units: &[u16]) -> Vec<u16> {
    units.iter().map(|&unit| fold::unit(unit)).collect()
}

#[test]
fn is_the_pinned_extract() {
    let extract = pairs_in(include_str!("../unicode/simple-uppercase.txt"));
    for unit in units() {
        assert_eq!(
            fold::unit(unit),
            *extract.get(&unit).unwrap_or(&unit),
            "{unit:04X}"
        );
    }
}

/// ICU4X carries data of its own. Both are of Unicode 17: a library that knows a newer one will differ in
/// the letters that are new there, and in no other.
#[test]
#[cfg_attr(miri, ignore = "mostly the library's own code, and slow")]
fn agrees_with_icu4x() {
    let mapper = CaseMapper::new();
    for unit in units() {
        let Some(character) = char::from_u32(unit.into()) else {
            assert_eq!(fold::unit(unit), unit, "the surrogate {unit:04X}");
            continue;
        };
        let expected = u32::from(mapper.simple_uppercase(character));
        assert_eq!(u32::from(fold::unit(unit)), expected, "{unit:04X}");
    }
}

/// A second independent source: where the standard library's full mapping is one character, that is the
/// simple mapping too.
#[test]
fn agrees_with_the_full_mapping_where_that_is_one_character() {
    assert_eq!(
        char::UNICODE_VERSION.0,
        17,
        "the toolchain's Unicode moved on: compare again"
    );
    for character in units().filter_map(|unit| char::from_u32(unit.into())) {
        let unit = u16::try_from(u32::from(character)).unwrap();
        let mut full = character.to_uppercase();
        if let (Some(only), None) = (full.next(), full.next()) {
            assert_eq!(u32::from(fold::unit(unit)), u32::from(only), "{unit:04X}");
        }
    }
}

#[test]
fn folds_what_the_documentation_says() {
    for (from, to) in [
        (0x61, 0x41),
        (0x131, 0x49),
        (0x17F, 0x53),
        (0xFF, 0x178),
        (0xFF5A, 0xFF3A),
    ] {
        assert_eq!(fold::unit(from), to, "{from:04X}");
    }
    for unit in [
        0x00, 0x40, 0x5B, 0x60, 0x7B, 0x7F, 0xDF, 0x149, 0x1E9E, 0xD83A, 0xDD22, 0xFFFF,
    ] {
        assert!(fold::is_folded(unit), "{unit:04X}");
    }
    let into_ascii = units().filter(|&unit| unit > 0x7F && fold::unit(unit) < 0x80);
    assert!(into_ascii.eq([0x131, 0x17F]));
}

#[test]
fn the_fold_of_a_fold_is_itself() {
    for unit in units() {
        let once = fold::unit(unit);
        assert_eq!(fold::unit(once), once, "{unit:04X}");
        assert_eq!(fold::is_folded(unit), once == unit, "{unit:04X}");
    }
}

#[test]
#[cfg_attr(miri, ignore = "needs every unit")]
fn the_hash_is_of_the_pairs() {
    let mut digest = Sha256::new();
    for unit in units().filter(|&unit| !fold::is_folded(unit)) {
        digest.update(unit.to_le_bytes());
        digest.update(fold::unit(unit).to_le_bytes());
    }
    assert_eq!(fold::HASH, <[u8; 32]>::from(digest.finalize()));
}

#[test]
fn the_differences_from_windows_are_folds_of_ours() {
    let differences = pairs_in(include_str!("../unicode/windows-differences.txt"));
    assert_eq!(differences.len(), 225);
    for (from, to) in differences {
        assert_eq!(fold::unit(from), to, "{from:04X}");
    }
}

#[test]
fn a_chunk_is_four_units_in_every_lane() {
    // Neighbours that are ASCII, at its edges, and not ASCII.
    for others in [0x0000, 0x0041, 0x007A, 0x007F, 0x00E9, 0xFFFF] {
        for unit in units().step_by(if cfg!(miri) { 41 } else { 1 }) {
            for lane in 0..fold::LANES {
                let mut units = [others; fold::LANES];
                units[lane] = unit;
                let word = fold::pack(units);
                let expected = fold::pack(units.map(fold::unit));
                assert_eq!(fold::chunk(units), expected, "{units:04X?}");
                assert_eq!(fold::word(word), expected, "{units:04X?}");
                assert_eq!(
                    fold::word_is_ascii(word),
                    unit < 0x80 && others < 0x80,
                    "{units:04X?}"
                );
            }
        }
    }
}

#[test]
fn a_chunk_is_four_units_of_any_text() {
    let mut texts = Texts(0x5EED);
    for _ in 0..if cfg!(miri) { 60 } else { 1_000_000 } {
        let units = [(); fold::LANES].map(|()| texts.unit());
        assert_eq!(
            fold::chunk(units),
            fold::pack(units.map(fold::unit)),
            "{units:04X?}"
        );
    }
}

/// No lane of ASCII may carry into its neighbour.
#[test]
fn a_chunk_of_ascii_is_exact_for_every_two_neighbours() {
    let step = if cfg!(miri) { 53 } else { 1 };
    for low in (0..0x80).step_by(step) {
        for high in (0..0x80).step_by(step) {
            for units in [[low, high, low, high], [high, low, 0x7F, 0x60]] {
                assert_eq!(
                    fold::chunk(units),
                    fold::pack(units.map(fold::unit)),
                    "{units:04X?}"
                );
            }
        }
    }
}

#[test]
fn a_word_has_its_first_unit_lowest() {
    assert_eq!(fold::pack([1, 2, 3, 4]), 0x0004_0003_0002_0001);
    assert_eq!(
        fold::chunk([0x61, 0x131, 0x7A, 0xDC00]),
        0xDC00_005A_0049_0041
    );
}

#[test]
fn equality_is_unit_by_unit() {
    let mut texts = Texts(0xC0FF_E411);
    for _ in 0..if cfg!(miri) { 20 } else { 50_000 } {
        let text = texts.text(21);
        let upper = folded(&text);
        assert!(fold::eq(&text, &bytes(&upper)), "{text:04X?}");
        assert!(fold::eq_cased(&text, &bytes(&text)), "{text:04X?}");
        assert_eq!(
            fold::eq_cased(&text, &bytes(&upper)),
            text == upper,
            "{text:04X?}"
        );

        for place in 0..text.len() {
            let mut other = upper.clone();
            other[place] = texts.unit();
            assert_eq!(
                fold::eq(&text, &bytes(&other)),
                upper == other,
                "{text:04X?} {other:04X?}"
            );
            assert_eq!(
                fold::eq_cased(&text, &bytes(&other)),
                text == other,
                "{text:04X?} {other:04X?}"
            );
        }
        let other = folded(&texts.text(3));
        assert_eq!(
            fold::eq(&text, &bytes(&other)),
            upper == other,
            "{text:04X?} {other:04X?}"
        );
    }
}

#[test]
fn texts_of_different_lengths_are_not_equal() {
    let text = [0x41; 9];
    for length in 0..=text.len() {
        for other in 0..=text.len() {
            let literal = bytes(&text[..other]);
            assert_eq!(fold::eq(&text[..length], &literal), length == other);
            assert_eq!(fold::eq_cased(&text[..length], &literal), length == other);
        }
    }
}

#[test]
fn a_literal_is_read_at_any_alignment() {
    let text: Vec<u16> = "Program Files\u{131}\u{3C3}".encode_utf16().collect();
    let upper = bytes(&folded(&text)).concat();
    for shift in 0..8 {
        let mut buffer = vec![0xA5; shift];
        buffer.extend_from_slice(&upper);
        let (literal, rest) = buffer[shift..].as_chunks();
        assert!(
            rest.is_empty() && fold::eq(&text, literal),
            "shifted by {shift}"
        );
    }
}

#[test]
fn a_literal_that_is_not_folded_equals_nothing() {
    for length in [1, 3, 4, 5, 8] {
        let text = vec![0x61; length];
        assert!(!fold::eq(&text, &bytes(&text)), "{length}");
        assert!(fold::eq_cased(&text, &bytes(&text)), "{length}");
    }
}
