//! Compiles regular expressions and Sigma globs to programs that the interpreter's pattern engine runs.
//!
//! The engine is a bit-parallel automaton of at most 512 positions
//! ([`cofferdam_interpreter::pattern`] describes it and the program's bytes). What it cannot express is
//! refused here with the place in the pattern and a remedy; nothing is approximated.
//!
//! # The dialect
//!
//! The syntax is that of the `regex` crate, which is the common part of PCRE and Python's `re` as Sigma
//! rules use them. The question asked is only *whether* a text matches, so greediness and capture do not matter.
//!
//! * Text is a sequence of UTF-16 units. A character of the basic plane is one unit. One beyond it is the
//!   two units of its surrogate pair, also as a member of a class; `.` and every class without such
//!   members matches one unit, which may be half of a pair or unpaired.
//! * An expression matches anywhere in the text unless it is anchored.
//! * `.` is every unit but line feed (U+000A); with `s`, every unit.
//! * `\d` is `[0-9]`, `\w` is `[0-9A-Za-z_]`, `\s` is `[\t\n\v\f\r ]`, in ASCII and always so; `\D \W \S`
//!   are all other units. `\b` and `\B` look at `\w`. Python's `\d` matches other scripts' digits: not here.
//! * `^` and `\A` hold before the first unit, `$` and `\z` after the last one. In PCRE and Python `$` also
//!   holds before a line feed that ends the text: not here. With `m`, `^` also holds after a line feed and
//!   `$` before one. A carriage return is an ordinary unit.
//! * With `i`, two units are the same if [`cofferdam_interpreter::fold::unit`] makes them so, the simple
//!   upper-case mapping of the basic plane; a class matches each unit that folds to the fold of a member,
//!   and its negation all others. `\d \w \s` and `\b` stay ASCII.
//! * `\p{...}` knows Unicode's general categories, scripts and binary properties, and is big: most do not
//!   fit beside much else. `[[:alpha:]]` and its kin are ASCII.
//! * Flags may be set inside: `(?i)`, `(?ims)`, `(?i:...)`, `(?x)`.
//! * `\<` and `\>` are the characters, as in PCRE.
//!
//! Refused: lookaround, back-references, atomic groups, possessive repetition and other doubled operators
//! (`a++`), `\b{start}` and its kin, classes in classes and class arithmetic (`[a&&b]`), `u` and `R` flags,
//! a negated class with members beyond the basic plane, and what needs more than 512 positions once
//! repetitions are written out. One repetition of a single class may be as long as 65,535.

mod automaton;
mod class;
mod encode;
mod error;
mod glob;
mod jumps;
mod listing;
mod literals;
mod node;
mod parse;
mod runs;
#[cfg(test)]
mod tests;
mod trim;
mod units;

pub use error::{PatternError, Problem};
pub use glob::{GlobAnchor, GlobPiece};
pub use listing::disassemble;
pub use literals::Clause;

use cofferdam_interpreter::pattern::Pattern;

use node::Syntax;

/// Shorter runs are met too often for looking for them to spare anything.
const SHORTEST_RUN: u16 = 8;

/// How a regular expression is to be read, as Sigma's `re` sub-modifiers say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flags {
    /// `i`: letters match either case.
    pub ignore_case: bool,
    /// `m`: `^` and `$` hold at lines, too.
    pub multi_line: bool,
    /// `s`: `.` matches line feeds.
    pub dot_all: bool,
}

/// Compiles a regular expression to a program.
///
/// # Errors
///
/// [`PatternError`] with the place in `source` for what the [dialect](self) does not have, and for
/// expressions that are too big.
pub fn regex(source: &str, flags: Flags) -> Result<Vec<u8>, PatternError> {
    compile(&parse::parse(source, flags)?)
}

/// Compiles a Sigma wildcard string to a program.
///
/// `*` ([`GlobPiece::AnyRun`]) is any run of units, line feeds included, also an empty one; `?`
/// ([`GlobPiece::AnyUnit`]) is exactly one unit of any kind.
///
/// # Errors
///
/// [`PatternError`] if the pieces need too many positions; its span counts pieces.
pub fn glob(
    pieces: &[GlobPiece],
    anchor: GlobAnchor,
    ignore_case: bool,
) -> Result<Vec<u8>, PatternError> {
    compile(&glob::parse(pieces, anchor, ignore_case))
}

/// Whether a program names a run of units without which nothing matches: a text without it costs little.
#[must_use]
pub fn has_run(program: &[u8]) -> bool {
    Pattern::verify(program).is_ok_and(|pattern| pattern.parts().run.is_some())
}

/// What every match contains, for gating: of each clause's literals at least one, folded.
///
/// Clauses with longer literals come first. Empty if nothing can be said. A text whose fold lacks all
/// literals of a clause cannot match, whether the expression ignores case or not; the reverse says nothing.
///
/// # Errors
///
/// As [`regex`] for what cannot be read.
pub fn required_clauses(source: &str, flags: Flags) -> Result<Vec<Clause>, PatternError> {
    Ok(literals::required(&parse::parse(source, flags)?))
}

/// [`required_clauses`] of a wildcard string.
#[must_use]
pub fn required_clauses_of_glob(pieces: &[GlobPiece], anchor: GlobAnchor) -> Vec<Clause> {
    literals::required(&glob::parse(pieces, anchor, true))
}

/// The literals that every match contains, folded, longest first: the clauses with one literal.
///
/// # Errors
///
/// As [`regex`] for what cannot be read.
pub fn required_literals(source: &str, flags: Flags) -> Result<Vec<Vec<u16>>, PatternError> {
    let clauses = required_clauses(source, flags)?;
    Ok(clauses
        .into_iter()
        .filter_map(|mut clause| match clause.len() {
            1 => clause.pop(),
            _ => None,
        })
        .collect())
}

/// The smallest program for the syntax: with a counted repetition if that saves words.
fn compile(syntax: &Syntax) -> Result<Vec<u8>, PatternError> {
    let root = trim::trim(&syntax.root);
    let plain = root.positions(None);
    let mut best = (plain, None);
    // A count costs time at every unit, so it must save a word at least.
    if plain > 64 {
        for repeat in root.countable() {
            let positions = root.positions(Some(repeat));
            let words = |positions| node::words(positions).unwrap_or(usize::MAX);
            if words(positions) < words(best.0) {
                best = (positions, Some(repeat));
            }
        }
    }
    let (positions, counted) = best;
    if node::words(positions).is_none() {
        return Err(PatternError::new(
            Problem::TooManyPositions,
            syntax.span.clone(),
            format!("needs {positions} positions, at most 512 are possible"),
            "shorten repetitions such as `{1,300}`, or write them open-ended: `+` needs one position",
        ));
    }
    let automaton = automaton::Automaton::new(&root, counted);
    let run = runs::longest(&root).filter(|run| run.length >= SHORTEST_RUN);
    encode::encode(&automaton, run.as_ref(), &syntax.span)
}
