//! Finding literals: one pass over a text says which of thousands of literals it meets.
//!
//! No automaton: an automaton over ten thousand literals does not fit a cache. Instead each literal has one
//! *key*, a few of its units chosen for their rarity, and a table leads from keys to literals:
//!
//! * **gram**: the text is probed at every fourth unit with the four units there. A literal of seven units or
//!   more contains such an aligned word wherever it stands; it is entered under four successive 4-grams, one for
//!   each alignment. So a text costs one hash and one bit for every *four* units: enough for rare, long literals,
//!   and most triggers are that.
//! * **four** and **pair**: shorter literals, and common ones, by four units anywhere, or by two ASCII units. Both
//!   stand behind the *lead*, 4,096 bits: whether some key begins with this pair of units. Keys are chosen so that
//!   it seldom does, and only there the two tables are probed.
//! * **unit**: what remains, by one unit that is not ASCII; probed only where a text has such units.
//! * **singles**: literals of one ASCII unit, looked up at the end, when all units have been seen.
//! * **tail**: whole texts and endings that contain a `\`, by a hash of the text's last component, probed once.
//!
//! A found literal sets its atoms; an atom that is set for the first time fires its rules. A literal whose atoms
//! are all set already is not compared again, buckets hold at most eight entries, and scanned literals at most
//! 256 units: a text that an attacker chooses cannot make a unit cost more than the verifier computed.
//!
//! What a probe finds is seldom predictable, so the passes do not branch on it: they note places in a list, whose
//! length grows by the bit that was found.

mod each;
mod singles;

use crate::bits;
use crate::cast;
use crate::content::{Content, run};
use crate::fold;
use crate::key::{self, Key};
use crate::layout::{EntryRecord, FinderRecord, LiteralRecord};
use crate::literal::{Literal, Mode, compare_steps};
use crate::table::Table;

/// Steps of one look-up in a table apart from its entries.
pub(crate) const LOOK_UP_STEPS: u64 = 2;

/// Where a scan leaves what it found.
#[derive(Debug)]
pub(crate) struct Found<'s> {
    /// The kind's atoms.
    pub(crate) atoms: &'s mut [u64],
    /// The kind's rules that a trigger atom fired.
    pub(crate) fired: &'s mut [u64],
    /// Steps spent so far.
    pub(crate) steps: u64,
}

impl Found<'_> {
    #[inline(always)]
    fn spend(&mut self, steps: u64) {
        self.steps = self.steps.wrapping_add(steps);
    }
}

/// Finds every literal of one finder that the text meets.
#[inline(always)]
pub(crate) fn scan(
    content: &Content<'_>,
    record: &[u8; FinderRecord::SIZE],
    text: &[u16],
    found: &mut Found<'_>,
) {
    let record = FinderRecord::read(record);
    let Some(literals) = run(content.literals, record.literal_start, record.literal_count) else {
        return;
    };
    let literals = Literals {
        content,
        records: literals,
        atom_start: record.atom_start,
        fire_bounds: (record.phase == 0).then_some(record.fire_bounds_start),
    };
    if let Some(table) = Table::open(content, &record.tail) {
        literals.scan_tail(&table, text, found);
    }
    if let Some(table) = Table::open(content, &record.gram) {
        literals.scan_grams(&table, text, found);
    }
    if let Some(tables) = each::Tables::open(content, &record) {
        literals.scan_each(&tables, text, found);
    }
    if let Some(table) = Table::open(content, &record.unit) {
        literals.scan_units(&table, text, found);
    }
    if record.singles_count != 0
        && let Some(singles) = run(content.entries, record.singles_start, record.singles_count)
    {
        literals.scan_singles(singles, text, found);
    }
}

/// The literals of one finder, and what finding them does.
#[derive(Clone, Copy, Debug)]
struct Literals<'a> {
    content: &'a Content<'a>,
    records: &'a [[u8; LiteralRecord::SIZE]],
    atom_start: u32,
    /// The first fire bound, for an eager finder.
    fire_bounds: Option<u32>,
}

impl<'a> Literals<'a> {
    #[inline(never)]
    fn scan_tail(&self, table: &Table<'a>, text: &[u16], found: &mut Found<'_>) {
        found.spend(cast::wide(text.len()));
        let key = key::tail_of_text(text);
        let slot = key.slot(table.log2);
        if table.bit(slot) == 0 {
            return;
        }
        for entry in table.bucket(slot) {
            let entry = EntryRecord::read(entry);
            found.spend(1);
            if entry.tag == key.tag
                && let Some(record) = self.wanted(&entry, found)
                && let Some(literal) = self.literal(&record, found)
                && literal.meets(text)
            {
                self.post(&record, found);
            }
        }
    }

    #[inline(never)]
    fn scan_grams(&self, table: &Table<'a>, text: &[u16], found: &mut Found<'_>) {
        found.spend(cast::wide(text.len()));
        let (chunks, _) = text.as_chunks::<4>();
        let mut at = 0_usize;
        for chunk in chunks {
            let mut word = fold::pack(*chunk);
            if !fold::word_is_ascii(word) {
                word = fold::word(word);
            }
            if table.bit(key::slot(key::gram_hash(word), table.log2)) != 0 {
                self.gram_hit(table, word, at, text, found);
            }
            at = at.wrapping_add(4);
        }
    }

    #[inline(never)]
    fn gram_hit(
        &self,
        table: &Table<'a>,
        word: u64,
        at: usize,
        text: &[u16],
        found: &mut Found<'_>,
    ) {
        let key = key::gram(fold::word(word));
        self.hits(table, key, |_| u32::MAX, (at, 0), text, found);
    }

    /// Looks up the units that are not ASCII.
    #[inline(never)]
    fn scan_units(&self, table: &Table<'a>, text: &[u16], found: &mut Found<'_>) {
        found.spend(cast::wide(text.len()));
        if text.iter().fold(0, |all, unit| all | unit) < 0x80 {
            return;
        }
        for (at, unit) in text.iter().enumerate() {
            if *unit >= 0x80 {
                let key = key::unit(fold::unit(*unit));
                if table.bit(key.slot(table.log2)) != 0 {
                    self.hits(table, key, |_| u32::MAX, (at, 0), text, found);
                }
            }
        }
    }

    /// Compares the text with the literals of one key, which begins at `at`.
    ///
    /// `mask` says which bits of the tag count, by the key's offset within the literal. A literal of up to `sure`
    /// units that ends with its key needs no comparison: the tag has them all, and the text there is ASCII.
    #[inline(always)]
    fn hits(
        &self,
        table: &Table<'a>,
        key: Key,
        mask: impl Fn(u8) -> u32,
        (at, sure): (usize, usize),
        text: &[u16],
        found: &mut Found<'_>,
    ) {
        let bucket = table.bucket(key.slot(table.log2));
        found.spend(LOOK_UP_STEPS.wrapping_add(cast::wide(bucket.len())));
        for entry in bucket {
            let entry = EntryRecord::read(entry);
            let differs = (entry.tag ^ key.tag) & mask(cast::low8(entry.target));
            if differs == 0 {
                self.candidate(&entry, (at, sure), text, found);
            }
        }
    }

    /// Compares the text with a literal whose key was met at `at`.
    #[inline(always)]
    fn candidate(
        &self,
        entry: &EntryRecord,
        (at, sure): (usize, usize),
        text: &[u16],
        found: &mut Found<'_>,
    ) {
        let Some(record) = self.wanted(entry, found) else {
            return;
        };
        let offset = usize::from(cast::low8(entry.target));
        let Some(start) = at.checked_sub(offset) else {
            return;
        };
        if usize::from(record.length) <= sure
            && offset.wrapping_add(sure_width(sure)) == usize::from(record.length)
            && Mode::from_number(record.shape) == Mode::Contains
        {
            return self.post(&record, found);
        }
        if let Some(literal) = self.literal(&record, found)
            && literal.stands_at(text, start)
        {
            self.post(&record, found);
        }
    }
}
