//! Patterns: regular expressions and Sigma globs as one bit-parallel automaton over UTF-16 units.
//!
//! A pattern is compiled on the host to a *program*: bytes that are read in place, at any alignment,
//! without allocation. [`Pattern::verify`] checks one in time linear in its length; [`Pattern::run`] then
//! says whether a text matches, in time linear in the text with a factor that [`Pattern::cost_per_unit`]
//! states beforehand and that no text can exceed. There is no backtracking, no recursion and no cache.
//!
//! # The automaton
//!
//! A Glushkov automaton: each *position* is one occurrence of a class of units in the expression, at most
//! [`MAX_POSITIONS`] of them, and the state is the set of positions that the last unit may have been
//! matched by, one bit each in `W` words of 64 bits. Before a unit is read, the *candidates* are gathered:
//!
//! ```text
//! candidates = (state << 1) & chain      the position that follows in the expression
//!            | state & repeat            a position that follows itself
//!            | start                     an occurrence may begin anywhere
//!            | first                     ... or only at the text's beginning: first unit only
//!            | to, for each jump (from, to) with state & from != 0
//!            | to, for each guarded jump whose guard holds here
//! candidates |= (skip + (candidates & skip)) ^ skip
//! state = candidates & mask[class of the unit]
//! ```
//!
//! The last line but one lets every position that may be left out (`a?`, `a*`) hand its candidacy to the
//! one above it, through runs of any length, by the carry of one addition. The text matches as soon as
//! `state & accept != 0`, or at its end if `state & last != 0`, or where a guarded accept holds.
//!
//! Guards are conjunctions of [assertions](guard) about the place between two units. The host removes
//! assertions as such: a jump over one carries it as its guard.
//!
//! One position may be *counted*. `AT_LEAST n` (`X{n,}`) counts the units since the oldest entry into the
//! unbroken run of the position's class and shows the position as active from the n-th on. `AT_MOST n`
//! (`X{1,n}`) counts since the youngest entry and shows it up to the n-th. Both are exact: what is true of
//! any entry is true of the oldest, or of the youngest.
//!
//! A program may name a *run*: so many successive units of one position's class. A text without it is no match, and
//! is told by looking at few of its units.
//!
//! # The dialect
//!
//! The language that the host accepts is described with its compiler (`cofferdam-asm`, module `pattern`).
//! Case-insensitive patterns need nothing here: their classes hold every unit that folds to a member.
//!
//! # The program
//!
//! Little-endian; `W` is 1, 2, 4 or 8, the least that holds all positions. In this order, without gaps:
//!
//! | bytes | what |
//! | --- | --- |
//! | 24 | header, below |
//! | 128 | the class of each ASCII unit |
//! | 4 × ranges | for the units from 0x80: first unit (2), class (1), zero (1); to the next record's first unit |
//! | 56 × W | for each word, least first: `start`, `first`, `chain`, `repeat`, `skip`, `accept`, `last` |
//! | 8W × classes | the mask of each class: the positions that match its units |
//! | 8W × jumps | `from` of each jump |
//! | 8W × jumps | `to` of each jump |
//! | 8 × guarded | guard of each guarded jump |
//! | 8W × guarded | `from` of each |
//! | 8W × guarded | `to` of each |
//! | 8 × accepts | guard of each guarded accept |
//! | 8W × accepts | `from` of each |
//!
//! | header | what |
//! | --- | --- |
//! | 0 | `W` (1) |
//! | 1 | count (1): 0 none, 1 `AT_LEAST`, 2 `AT_MOST` |
//! | 2 | positions (2), 0..=512 |
//! | 4 | classes (2), 1..=256 |
//! | 6 | ranges (2), 1..=1024 |
//! | 8 | jumps (2), 0..=512 |
//! | 10 | guarded jumps (2), 0..=512 |
//! | 12 | guarded accepts (2), 0..=64 |
//! | 14 | counted position (2) |
//! | 16 | count's limit (2), 1..=65535 |
//! | 18 | a position of whose class the run is (2) |
//! | 20 | the run's units (2), 0 for none, else 2 or more |
//! | 22 | zero (2) |
//!
//! Canonical: class masks ascend strictly as numbers and every class is used; ranges ascend, begin at 0x80
//! and no two neighbours have one class; jumps ascend strictly by `from`, guarded ones by (guard, `from`);
//! no set has a bit at or above the number of positions; the run's position is the first of its class.

mod cost;
mod layout;
mod machine;
mod run;
mod verify;

pub use layout::{CountKind, MAX_ACCEPTS, MAX_CLASSES, MAX_JUMPS, MAX_POSITIONS, MAX_RANGES};
pub use verify::ProgramRefusal;

/// The bits of a guard: all assertions whose bits are set must hold at a place for the guard to hold.
pub mod guard {
    /// Before the first unit.
    pub const TEXT_START: u64 = 1;
    /// After the last unit.
    pub const TEXT_END: u64 = 2;
    /// At the text's beginning or after a line feed.
    pub const LINE_START: u64 = 4;
    /// At the text's end or before a line feed.
    pub const LINE_END: u64 = 8;
    /// Between an ASCII word unit (`[0-9A-Za-z_]`) and something else.
    pub const WORD_EDGE: u64 = 16;
    /// Not at a word edge.
    pub const NOT_WORD_EDGE: u64 = 32;
    /// Not an assertion: the jump or accept starts from every place, not from a set of positions.
    pub const ANYWHERE: u64 = 64;

    /// Every bit that a guard can have.
    pub const ALL: u64 = 127;
}

/// A pattern's program, laid out over the bytes that hold it.
#[derive(Clone, Copy, Debug)]
pub struct Pattern<'a> {
    layout: layout::Layout<'a>,
}

/// Words of a run's working memory: three of the largest sets.
pub(crate) const WORK_WORDS: usize = 24;

/// A run's working memory.
pub(crate) type Work = [u64; WORK_WORDS];

/// The program contradicts itself: impossible after [`Pattern::verify`], checked for all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokenProgram;

impl<'a> Pattern<'a> {
    /// Checks a whole program.
    ///
    /// Takes time linear in `bytes`, of which every one must belong to the program.
    ///
    /// # Errors
    ///
    /// The first [`ProgramRefusal`] found, in the order of the program's parts.
    pub fn verify(bytes: &'a [u8]) -> Result<Self, ProgramRefusal> {
        let layout = layout::Layout::new(bytes)?;
        verify::verify(&layout)?;
        Ok(Self { layout })
    }

    /// Lays a program out without checking more than that its parts fit `bytes`, in constant time.
    ///
    /// For bytes that [`verify`](Self::verify) accepted before, and for fuzzers: whatever the bytes,
    /// [`run`](Self::run) ends within its stated cost and touches nothing else.
    ///
    /// # Errors
    ///
    /// A [`ProgramRefusal`] of the header or the length.
    #[doc(hidden)]
    #[inline(always)]
    pub fn unverified(bytes: &'a [u8]) -> Result<Self, ProgramRefusal> {
        let layout = layout::Layout::new(bytes)?;
        Ok(Self { layout })
    }

    /// Whether `text` matches: an occurrence anywhere in it, unless the pattern is anchored.
    ///
    /// # Errors
    ///
    /// [`BrokenProgram`] where the program contradicts itself, which a verified one never does.
    pub fn run(&self, text: &[u16]) -> Result<bool, BrokenProgram> {
        self.run_in(text, &mut [0; WORK_WORDS])
    }

    /// [`run`](Self::run) with working memory of the caller's; what it holds does not matter.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    #[inline(always)]
    pub(crate) fn run_in(&self, text: &[u16], work: &mut Work) -> Result<bool, BrokenProgram> {
        run::run(&self.layout, text, work, &mut run::Uncounted)
    }

    /// [`run`](Self::run), with the number of steps it took; for tests of the stated cost.
    #[doc(hidden)]
    pub fn run_counted(&self, text: &[u16]) -> (Result<bool, BrokenProgram>, u64) {
        let mut steps = run::Counted(0);
        let result = run::run(&self.layout, text, &mut [0; WORK_WORDS], &mut steps);
        (result, steps.0)
    }

    /// Upper bound of the steps, of about a nanosecond each, for one unit of any text.
    #[must_use]
    pub fn cost_per_unit(&self) -> u32 {
        cost::per_unit(&self.layout)
    }

    /// Upper bound of the steps that a run takes apart from the text's units.
    #[must_use]
    pub fn fixed_cost(&self) -> u32 {
        cost::fixed(&self.layout)
    }

    /// Visits the program's parts, for listings.
    #[doc(hidden)]
    #[must_use]
    pub fn parts(&self) -> Parts<'a> {
        let layout = self.layout;
        let tables = layout.tables();
        Parts {
            words: layout.words,
            positions: layout.positions,
            count: layout.count,
            run: (layout.run_units != 0).then_some((layout.run_at, layout.run_units)),
            ascii: layout.ascii,
            ranges: layout.ranges,
            sets: tables.sets,
            masks: tables.masks,
            jump_from: tables.jump_from,
            jump_to: tables.jump_to,
            guarded: tables.guarded,
            guarded_from: tables.guarded_from,
            guarded_to: tables.guarded_to,
            accepts: tables.accepts,
            accepts_from: tables.accepts_from,
        }
    }
}

/// The parts of a program as the [module](self) lays them out, for listings.
#[doc(hidden)]
#[allow(missing_docs, reason = "the module's table describes each part")]
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    pub words: u8,
    pub positions: u16,
    pub count: Option<(CountKind, u16, u16)>,
    pub run: Option<(u16, u16)>,
    pub ascii: &'a [u8; 128],
    pub ranges: &'a [[u8; 4]],
    pub sets: &'a [[u8; 8]],
    pub masks: &'a [[u8; 8]],
    pub jump_from: &'a [[u8; 8]],
    pub jump_to: &'a [[u8; 8]],
    pub guarded: &'a [[u8; 8]],
    pub guarded_from: &'a [[u8; 8]],
    pub guarded_to: &'a [[u8; 8]],
    pub accepts: &'a [[u8; 8]],
    pub accepts_from: &'a [[u8; 8]],
}
