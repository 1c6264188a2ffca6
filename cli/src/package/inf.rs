//! INF files, as far as a driver package needs them: sections of entries, with `%strings%` put in.
//!
//! The syntax is that of "General Syntax Rules for INF Files" (Microsoft Learn): sections in brackets, `;` begins a
//! comment outside quotation marks, names ignore case. Line continuations are not used here and are refused.

use std::collections::BTreeMap;

/// An INF file.
#[derive(Debug)]
pub(crate) struct Inf {
    sections: Vec<Section>,
}

#[derive(Debug)]
struct Section {
    name: String,
    entries: Vec<Entry>,
}

/// One line of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// What stands before `=`, where there is one.
    pub(crate) key: Option<String>,
    /// The values: separated by commas, without quotation marks, strings put in.
    pub(crate) values: Vec<String>,
}

impl Inf {
    /// Reads a file's text.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut sections: Vec<(String, Vec<String>)> = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = uncomment(line).trim();
            if line.is_empty() {
                continue;
            }
            let wrong = |what: &str| format!("line {}: {what}", number + 1);
            if line.ends_with('\\') {
                return Err(wrong("a line that goes on in the next is not supported"));
            }
            if let Some(name) = line.strip_prefix('[') {
                let name = name
                    .strip_suffix(']')
                    .ok_or_else(|| wrong("a section's name has no end"))?;
                sections.push((name.to_owned(), Vec::new()));
            } else {
                let section = sections.last_mut();
                let (_, lines) = section.ok_or_else(|| wrong("a line before any section"))?;
                lines.push(line.to_owned());
            }
        }
        let strings = strings(&sections);
        let parsed = |(name, lines): (String, Vec<String>)| Section {
            name,
            entries: lines.iter().map(|line| entry(line, &strings)).collect(),
        };
        Ok(Self {
            sections: sections.into_iter().map(parsed).collect(),
        })
    }

    /// The sections' names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.sections.iter().map(|section| section.name.as_str())
    }

    /// The entries of the sections of this name; none where there is no such section.
    pub(crate) fn section(&self, name: &str) -> impl Iterator<Item = &Entry> {
        self.sections
            .iter()
            .filter(move |section| section.name.eq_ignore_ascii_case(name))
            .flat_map(|section| &section.entries)
    }

    /// The first value of a key.
    pub(crate) fn value(&self, section: &str, key: &str) -> Option<&str> {
        let has = |entry: &&Entry| {
            let own = entry.key.as_deref();
            own.is_some_and(|own| own.eq_ignore_ascii_case(key))
        };
        let entry = self.section(section).find(has)?;
        entry.values.first().map(String::as_str)
    }

    /// Every entry of every section.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.sections.iter().flat_map(|section| {
            let name = section.name.as_str();
            section.entries.iter().map(move |entry| (name, entry))
        })
    }
}

/// Whether a character at this place stands in quotation marks, for each character.
fn quoted(line: &str) -> impl Iterator<Item = (usize, char, bool)> {
    let mut inside = false;
    line.char_indices().map(move |(at, character)| {
        if character == '"' {
            inside = !inside;
        }
        (at, character, inside)
    })
}

fn uncomment(line: &str) -> &str {
    let comment = quoted(line).find(|(_, character, inside)| *character == ';' && !inside);
    comment.map_or(line, |(at, ..)| line.get(..at).unwrap_or(line))
}

fn strings(sections: &[(String, Vec<String>)]) -> BTreeMap<String, String> {
    let of_strings = |section: &&(String, Vec<String>)| section.0.eq_ignore_ascii_case("Strings");
    sections
        .iter()
        .filter(of_strings)
        .flat_map(|(_, lines)| lines)
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| {
            let value = value.trim().trim_matches('"').to_owned();
            (key.trim().to_ascii_lowercase(), value)
        })
        .collect()
}

fn entry(line: &str, strings: &BTreeMap<String, String>) -> Entry {
    let equals = quoted(line).find(|(_, character, inside)| *character == '=' && !inside);
    let (key, rest) = match equals {
        Some((at, ..)) => (line.get(..at), line.get(at + 1..).unwrap_or_default()),
        None => (None, line),
    };
    let mut values = vec![String::new()];
    for (_, character, inside) in quoted(rest) {
        match (character, inside) {
            (',', false) => values.push(String::new()),
            ('"', _) => {}
            _ => {
                if let Some(value) = values.last_mut() {
                    value.push(character);
                }
            }
        }
    }
    let fill = |value: String| substitute(value.trim(), strings);
    Entry {
        key: key.map(|key| key.trim().to_owned()),
        values: values.into_iter().map(fill).collect(),
    }
}

/// Puts strings in for their names; directory numbers such as `%13%` stay.
fn substitute(value: &str, strings: &BTreeMap<String, String>) -> String {
    let mut parts = value.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    while let Some(name) = parts.next() {
        let string = strings.get(&name.to_ascii_lowercase());
        match (string, parts.next()) {
            (Some(string), Some(after)) => {
                out.push_str(string);
                out.push_str(after);
            }
            (None, Some(after)) => out.push_str(&format!("%{name}%{after}")),
            (_, None) => out.push_str(&format!("%{name}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_quotation_marks_and_strings() {
        let text = "[A] ; first\nKey = \"a;b, c\",%Name%,%13%\\x ; rest\nHKR,\"Sub\\\"%Name%,,1\n[Strings]\nname = \"N\"\n";
        let inf = Inf::parse(text).expect("it is an INF");
        let entries: Vec<_> = inf.section("a").collect();
        assert_eq!(entries[0].key.as_deref(), Some("Key"));
        assert_eq!(entries[0].values, ["a;b, c", "N", "%13%\\x"]);
        assert_eq!(entries[1].values, ["HKR", "Sub\\N", "", "1"]);
        assert_eq!(inf.value("A", "key"), Some("a;b, c"));
    }

    #[test]
    fn what_it_does_not_know_it_refuses() {
        for (text, message) in [
            ("x = 1\n", "line 1: a line before any section"),
            ("[A\n", "line 1: a section's name has no end"),
            (
                "[A]\nx = 1,\\\n2\n",
                "line 2: a line that goes on in the next is not supported",
            ),
        ] {
            assert_eq!(Inf::parse(text).err().as_deref(), Some(message));
        }
    }
}
