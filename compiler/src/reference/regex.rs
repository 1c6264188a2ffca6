//! Regular expressions by a library that is not ours.

use regex_automata::meta;
use regex_automata::util::syntax;

use super::event::Text;
use crate::model::Regex;

/// A compiled expression.
#[derive(Debug)]
pub(super) struct Searcher {
    regex: meta::Regex,
}

impl Searcher {
    pub(super) fn new(regex: &Regex) -> Self {
        // The text is valid UTF-8; `utf8(false)` only admits the ASCII forms of `\b` and `\B`.
        let config = meta::Config::new().utf8_empty(true).nfa_size_limit(None);
        let regex = meta::Builder::new()
            .configure(config)
            .syntax(syntax::Config::new().utf8(false))
            .build_from_hir(&regex.hir())
            .unwrap_or_else(|error| unreachable!("no size limit is set: {error}"));
        Self { regex }
    }

    /// Whether the expression is found anywhere.
    pub(super) fn finds(&self, text: &Text) -> bool {
        self.regex.is_match(text.characters())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RegexFlags;

    fn finds(pattern: &str, text: &str) -> bool {
        match Regex::parse(pattern, RegexFlags::default()) {
            Ok(regex) => Searcher::new(&regex).finds(&text.into()),
            Err(error) => panic!("{error:?}"),
        }
    }

    #[test]
    fn dialect() {
        for (pattern, text, expected) in [
            ("b", "abc", true),
            ("B", "abc", false),
            ("(?i)B", "abc", true),
            ("a.c", "a\nc", false),
            ("(?s)a.c", "a\nc", true),
            ("^b", "a\nb", false),
            ("(?m)^b", "a\nb", true),
            ("a$", "a\n", false),
            (r"\d", "\u{0661}", false),
            (r"\w", "é", false),
            (r"\s", "\u{a0}", false),
            (r"é\b", "é", false),
            (r"^\B", "", true),
            (r"\B", "aéa", false),
            ("^..$", "\u{1F600}", true),
            ("^.$", "\u{1F600}", false),
            ("\u{1F600}{2}", "x\u{1F600}\u{1F600}", true),
        ] {
            assert_eq!(finds(pattern, text), expected, "{pattern} {text:?}");
        }
        let lone = Text::new(vec![0x61, 0xD800, 0x62]);
        let regex = Regex::parse("a.b", RegexFlags::default());
        assert!(regex.is_ok_and(|regex| Searcher::new(&regex).finds(&lone)));
    }
}
