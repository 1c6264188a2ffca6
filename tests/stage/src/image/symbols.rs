//! Names for addresses, from the linker's map file.

use std::collections::BTreeMap;
use std::path::Path;

/// Functions by their offset from the image's base.
#[derive(Debug, Default)]
pub(crate) struct Symbols(BTreeMap<u32, String>);

impl Symbols {
    /// Reads the map file that lies beside an image, or where cargo leaves it; without one, addresses stay numbers.
    pub(crate) fn beside(image: &Path) -> Self {
        let map = image.with_extension("map");
        let name = map.file_name().unwrap_or_default();
        let of_cargo = map.with_file_name("deps").join(name);
        let read = std::fs::read_to_string(&map).or_else(|_| std::fs::read_to_string(of_cargo));
        Self::parse(&read.unwrap_or_default())
    }

    /// A symbol's line is `0001:00000040  name  0000000140001040  object`; the image's base stands above.
    fn parse(text: &str) -> Self {
        let mut base = 0x1_4000_0000;
        let mut names = BTreeMap::new();
        for line in text.lines() {
            if let Some(at) = line.find("Preferred load address is ") {
                let number = line[at..].rsplit(' ').next().unwrap_or_default();
                base = u64::from_str_radix(number, 16).unwrap_or(base);
            }
            let mut words = line.split_whitespace();
            let (Some(place), Some(name), Some(address)) =
                (words.next(), words.next(), words.next())
            else {
                continue;
            };
            if !place.contains(':') || address.len() != 16 {
                continue;
            }
            let offset = u64::from_str_radix(address, 16)
                .ok()
                .and_then(|it| u32::try_from(it.checked_sub(base)?).ok());
            if let Some(offset) = offset {
                names.insert(offset, format!("{:#}", rustc_demangle::demangle(name)));
            }
        }
        Self(names)
    }

    /// The function that an offset lies in.
    pub(crate) fn name(&self, offset: u32) -> String {
        match self.0.range(..=offset).next_back() {
            Some((begin, name)) => format!("{name}+{:#x}", offset - begin),
            None => format!("image+{offset:#x}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Symbols;

    #[test]
    fn a_map_names_offsets() {
        let text = " Preferred load address is 0000000140000000\n\
                    \x20 Address         Publics by Value              Rva+Base               Lib:Object\n\
                    \x20 0001:00000040       DriverEntry                0000000140001040     a.obj\n\
                    \x20 0001:00000100       _ZN1a1b17h0123456789abcdefE 0000000140001100     a.obj\n";
        let symbols = Symbols::parse(text);
        assert_eq!(symbols.name(0x1050), "DriverEntry+0x10");
        assert_eq!(symbols.name(0x1100), "a::b+0x0");
        assert_eq!(symbols.name(0x10), "image+0x10");
    }
}
