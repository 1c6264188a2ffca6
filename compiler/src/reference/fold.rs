//! Ignoring case: Unicode's simple upper-case mapping, one unit to one unit.
//!
//! Worked out from the standard library's *full* mapping, so that it has nothing in common with a table made
//! from `UnicodeData.txt`: where the full mapping is one character it is the simple one, too; where it is
//! several, the simple mapping is the character itself, except for the Greek letters with iota subscript,
//! whose simple upper case is the title case letter.

/// The unit that stands for `unit` when case is ignored. Surrogates stand for themselves.
#[must_use]
pub fn fold(unit: u16) -> u16 {
    match unit {
        // The full mapping says the same of these, only more slowly.
        0x61..=0x7A => return unit - 0x20,
        0..=0x7F => return unit,
        0x1F80..=0x1F87 | 0x1F90..=0x1F97 | 0x1FA0..=0x1FA7 => return unit + 8,
        0x1FB3 | 0x1FC3 | 0x1FF3 => return unit + 9,
        _ => {}
    }
    let Some(character) = char::from_u32(unit.into()) else {
        return unit;
    };
    let mut upper = character.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(only), None) => u16::try_from(u32::from(only)).unwrap_or(unit),
        _ => unit,
    }
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn well_known_units() {
        let folded = |character: char| char::from_u32(fold(character as u16).into());
        assert_eq!(folded('a'), Some('A'));
        assert_eq!(folded('é'), Some('É'));
        assert_eq!(folded('ß'), Some('ß'));
        assert_eq!(folded('ÿ'), Some('Ÿ'));
        assert_eq!(folded('ı'), Some('I'));
        assert_eq!(folded('ſ'), Some('S'));
        assert_eq!(folded('K'), Some('K'));
        assert_eq!(folded('ᾀ'), Some('ᾈ'));
        assert_eq!(folded('ᾳ'), Some('ᾼ'));
        assert_eq!(folded('ǆ'), Some('Ǆ'));
        assert_eq!(folded('ǅ'), Some('Ǆ'));
        assert_eq!(fold(0xD800), 0xD800);
    }

    #[test]
    fn folding_twice_is_folding_once() {
        for unit in 0..=u16::MAX {
            assert_eq!(fold(fold(unit)), fold(unit), "{unit:#x}");
        }
    }
}
