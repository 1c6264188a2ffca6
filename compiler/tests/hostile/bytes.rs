//! Truncated and mutated rule files.

use cofferdam_compiler::Options;

use crate::support::{golden, load};

#[test]
fn every_truncation() {
    let options = Options::default();
    for text in golden() {
        for (at, _) in text.char_indices() {
            load(&text[..at], &options);
        }
    }
}

/// A small generator (xorshift), so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).expect("a limit"))
            .expect("below the limit")
    }
}

const PIECES: [&str; 34] = [
    ":",
    "- ",
    "|",
    "|all",
    "|re",
    "|contains",
    "|windash",
    "|base64offset",
    "|expand",
    "'",
    "\"",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "\n",
    "\n---\n",
    "\n    ",
    "*",
    "?",
    "\\",
    "%",
    "null",
    "0x",
    "1 of ",
    "not ",
    "(",
    ")",
    "é",
    "\u{1F600}",
    "\r\n",
    "#",
];

fn mutated(texts: &[String], dice: &mut Dice) -> String {
    let mut characters: Vec<char> = texts[dice.below(texts.len())].chars().collect();
    for _ in 0..=dice.below(6) {
        let at = dice.below(characters.len() + 1);
        let until = (at + dice.below(12)).min(characters.len());
        match dice.below(5) {
            0 => drop(characters.drain(at..until)),
            1 => drop(characters.splice(at..at, PIECES[dice.below(PIECES.len())].chars())),
            2 => drop(characters.splice(at..until, PIECES[dice.below(PIECES.len())].chars())),
            3 => {
                let other: Vec<char> = texts[dice.below(texts.len())].chars().collect();
                let from = dice.below(other.len());
                let to = (from + dice.below(80)).min(other.len());
                drop(characters.splice(at..until, other[from..to].iter().copied()));
            }
            _ => {
                let copy = characters[at..until].to_vec();
                drop(characters.splice(at..at, copy));
            }
        }
    }
    characters.into_iter().collect()
}

#[test]
fn mutations() {
    let texts = golden();
    let options = Options::default();
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut rules = 0;
    for _ in 0..20_000 {
        rules += load(&mutated(&texts, &mut dice), &options).rules.len();
    }
    println!("{rules} rules came of 20,000 mutated files");
    assert!(rules > 1000, "mutations should leave some rules whole");
}
