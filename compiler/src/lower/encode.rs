//! Value transformations: Base64, UTF-16, dashes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::draft::{Part, TextDraft};

/// The dashes that `windash` takes for one another.
const DASHES: [char; 5] = ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}'];

/// The bytes as Base64.
pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// How the bytes look inside Base64 at each of the three offsets: the characters at both ends that depend on
/// the neighbours are left away.
pub(super) fn base64_offsets(bytes: &[u8]) -> [String; 3] {
    [0, 1, 2].map(|offset| {
        let mut padded = vec![b' '; offset];
        padded.extend_from_slice(bytes);
        let encoded = STANDARD.encode(&padded);
        let start = [0, 2, 3][offset];
        let drop = [0, 3, 2][padded.len() % 3];
        let end = encoded.len().saturating_sub(drop);
        encoded.get(start..end).unwrap_or_default().to_owned()
    })
}

/// UTF-16 as characters that stand for bytes.
pub(super) fn utf16(text: &str, big_endian: bool, byte_order_mark: bool) -> String {
    let units = byte_order_mark
        .then_some(0xFEFF)
        .into_iter()
        .chain(text.encode_utf16());
    let bytes = |unit: u16| {
        if big_endian {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        }
    };
    units.flat_map(bytes).map(char::from).collect()
}

/// The bytes that such characters stand for.
pub(super) fn bytes_of(text: &str) -> Vec<u8> {
    text.chars()
        .filter_map(|character| u8::try_from(character).ok())
        .collect()
}

/// All variants of a text in which the dashes that begin a flag are taken for one another; none if there are
/// more than `limit`.
///
/// The specification's reason is that flags can be written with each of the five characters, so a dash counts
/// where a flag can begin: before a word and not after one. `a-b`, `--` and a path's `/` after a name stay.
pub(super) fn windash(draft: &TextDraft, limit: usize) -> Option<Vec<TextDraft>> {
    let mut variants: Vec<Vec<Part>> = vec![Vec::new()];
    for part in &draft.parts {
        let Part::Literal(text) = part else {
            variants
                .iter_mut()
                .for_each(|variant| variant.push(part.clone()));
            continue;
        };
        let mut copied = 0;
        for at in flags(text) {
            let before = &text[copied..at];
            if variants.len() > limit / DASHES.len() {
                return None;
            }
            variants = variants
                .iter()
                .flat_map(|variant| {
                    DASHES.map(|dash| {
                        let mut variant = variant.clone();
                        variant.push(Part::Literal(format!("{before}{dash}")));
                        variant
                    })
                })
                .collect();
            copied = at + text[at..].chars().next().map_or(0, char::len_utf8);
        }
        let rest = &text[copied..];
        variants
            .iter_mut()
            .for_each(|variant| variant.push(Part::Literal(rest.to_owned())));
    }
    Some(
        variants
            .into_iter()
            .map(|parts| draft.with(parts))
            .collect(),
    )
}

/// Where a dash begins a flag.
fn flags(text: &str) -> Vec<usize> {
    let word = |character: char| character.is_alphanumeric() || character == '_';
    let mut before = false;
    let mut found = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let after = characters.peek().is_some_and(|(_, next)| word(*next));
        if DASHES.contains(&character) && !before && after {
            found.push(at);
        }
        before = word(character);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_hold_at_every_offset() {
        for text in ["a", "ab", "abc", "abcd", "/bin/bash", "http://"] {
            let forms = base64_offsets(text.as_bytes());
            for (offset, form) in forms.iter().enumerate() {
                for after in ["", "x", "yz", "qqq"] {
                    for before in 0..9 {
                        if before % 3 != offset {
                            continue;
                        }
                        let whole = format!("{}{text}{after}", "\u{7f}".repeat(before));
                        let encoded = base64(whole.as_bytes());
                        assert!(encoded.contains(form.as_str()), "{form} in {encoded}");
                    }
                }
            }
        }
        assert_eq!(
            base64_offsets(b"foobar"),
            ["Zm9vYmFy", "Zvb2Jhc", "mb29iYX"]
        );
    }

    #[test]
    fn utf16_is_bytes() {
        assert_eq!(bytes_of(&utf16("cmd", false, false)), b"c\0m\0d\0");
        assert_eq!(bytes_of(&utf16("cmd", true, false)), b"\0c\0m\0d");
        assert_eq!(bytes_of(&utf16("c", false, true)), b"\xFF\xFEc\0");
    }

    #[test]
    fn dashes_that_begin_a_flag() {
        let count = |text: &str| {
            windash(&TextDraft::new(text.into(), false), 1000).map(|variants| variants.len())
        };
        assert_eq!(count("-enc"), Some(5));
        assert_eq!(count(" -a /b"), Some(25));
        assert_eq!(count("a-b"), Some(1));
        assert_eq!(count("--flag"), Some(5));
        assert_eq!(count("-"), Some(1));
        assert_eq!(count("\u{2013}x*-y"), Some(25));
        assert_eq!(count("-a -b -c -d -e"), None);
    }
}
