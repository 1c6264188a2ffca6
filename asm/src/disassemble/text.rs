//! Strings as the assembler reads them.

use std::fmt::Write as _;

/// The units as a quoted string: `'...'` where there is a backslash and nothing that needs an escape, else
/// `"..."`. Control characters, unpaired surrogates and whatever is neither ASCII nor a letter or digit are
/// written as escapes, so that a text cannot look like another.
#[must_use]
pub fn quote(units: &[u16]) -> String {
    let plain = |c: &Result<char, _>| c.as_ref().is_ok_and(|c| is_plain(*c) && *c != '\'');
    if units.contains(&u16::from(b'\\'))
        && char::decode_utf16(units.iter().copied()).all(|c| plain(&c))
    {
        return format!("'{}'", String::from_utf16_lossy(units));
    }
    let mut text = String::from("\"");
    for c in char::decode_utf16(units.iter().copied()) {
        // Writing to a string cannot fail.
        let _ = match c {
            Ok('"') => write!(text, "\\\""),
            Ok('\\') => write!(text, "\\\\"),
            Ok('\n') => write!(text, "\\n"),
            Ok('\r') => write!(text, "\\r"),
            Ok('\t') => write!(text, "\\t"),
            Ok(c) if is_plain(c) => write!(text, "{c}"),
            Ok(c) => write!(text, "\\u{{{:X}}}", u32::from(c)),
            Err(unpaired) => write!(text, "\\u{{{:X}}}", unpaired.unpaired_surrogate()),
        };
    }
    text.push('"');
    text
}

/// [`quote`] of a string.
pub(super) fn quote_str(text: &str) -> String {
    quote(&text.encode_utf16().collect::<Vec<_>>())
}

fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~') || (!c.is_ascii() && c.is_alphanumeric())
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
