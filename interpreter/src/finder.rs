//! Finding literals: one pass over a text says which of thousands of literals it meets.
//!
//! No automaton: an automaton over ten thousand literals does not fit a cache. Instead each literal has one
//! *key*, a few of its units chosen for their rarity, and a table leads from keys to literals:
//!
//! * **gram**: the text is probed at every fourth unit with the four units there. A literal of seven units or
//!   more contains such an aligned word wherever it stands; it is entered under four successive 4-grams, one for
//!   each alignment. So a text costs one hash and one bit for every *four* units: enough for rare, long literals,
//!   and most triggers are that.
//! * **four** and **pair**: shorter literals, and common ones, by four units anywhere, or by two. Both
//!   stand behind the *lead*, 4,096 bits: whether some key begins with this pair of units. Keys are chosen so that
//!   it seldom does, and only there the two tables are probed.
//! * **unit**: what remains, by one unit that is not ASCII, or by four that end with one; probed only where a text
//!   has such units.
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

pub(crate) use each::LEAD_WORDS;

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
        let probe = Probe {
            key: key::gram(fold::word(word)),
            at,
            width: 4,
            exact: false,
        };
        self.look_up(table, &probe, text, found);
    }

    /// Looks up the units that are not ASCII.
    #[inline(never)]
    fn scan_units(&self, table: &Table<'a>, text: &[u16], found: &mut Found<'_>) {
        found.spend(cast::wide(text.len()));
        if text.iter().fold(0, |all, unit| all | unit) < 0x80 {
            return;
        }
        // The last four units, folded.
        let mut word = 0_u64;
        for (at, unit) in text.iter().enumerate() {
            let unit = fold::unit(*unit);
            word = word >> 16 | u64::from(unit) << 48;
            if unit < 0x80 {
                continue;
            }
            for key in [key::unit(unit), key::gram(word)] {
                if table.bit(key.slot(table.log2)) != 0 {
                    let probe = Probe {
                        key,
                        at,
                        width: 1,
                        exact: false,
                    };
                    self.look_up(table, &probe, text, found);
                }
            }
        }
    }

    /// Compares the text with the literals of a key, whose bit is set.
    #[inline(always)]
    fn look_up(&self, table: &Table<'a>, probe: &Probe, text: &[u16], found: &mut Found<'_>) {
        let bucket = table.bucket(probe.key.slot(table.log2));
        found.spend(LOOK_UP_STEPS.wrapping_add(cast::wide(bucket.len())));
        for entry in bucket {
            let entry = EntryRecord::read(entry);
            if probe.agrees(&entry)
                && let Some(record) = self.wanted(&entry, found)
                && self.is_at(probe, &entry, &record, text, found)
            {
                self.post(&record, found);
            }
        }
    }

    /// Whether the text meets the literal of a probe's entry.
    #[inline(always)]
    fn is_at(
        &self,
        probe: &Probe,
        entry: &EntryRecord,
        record: &LiteralRecord,
        text: &[u16],
        found: &mut Found<'_>,
    ) -> bool {
        let offset = usize::from(cast::low8(entry.target));
        let length = usize::from(record.length);
        let Some(start) = probe.at.checked_sub(offset) else {
            return false;
        };
        let is_in_tag = probe.exact && length <= 4 && offset.wrapping_add(probe.width) == length;
        if is_in_tag && Mode::from_number(record.shape) == Mode::Contains {
            return true;
        }
        self.literal(record, found)
            .is_some_and(|literal| literal.stands_at(text, start))
    }

    /// The entry's literal, unless finding it would set nothing new.
    #[inline(always)]
    fn wanted(&self, entry: &EntryRecord, found: &Found<'_>) -> Option<LiteralRecord> {
        let record = self
            .records
            .get(cast::index(entry.target >> 8))
            .map(LiteralRecord::read)?;
        let is_clear = |post: u16| !bits::has(found.atoms, self.atom(post));
        if is_clear(record.first_post) {
            return Some(record);
        }
        if record.posts_count == 1 {
            return None;
        }
        let mut posts = self.posts(&record)?.iter();
        posts
            .any(|post| is_clear(u16::from_le_bytes(*post)))
            .then_some(record)
    }

    #[inline(always)]
    fn literal(&self, record: &LiteralRecord, found: &mut Found<'_>) -> Option<Literal<'a>> {
        found.spend(compare_steps(record.length.into()));
        Literal::open(self.content, record)
    }

    #[inline(always)]
    fn posts(&self, record: &LiteralRecord) -> Option<&'a [[u8; 2]]> {
        run(
            self.content.posts,
            record.posts_start,
            record.posts_count.into(),
        )
    }

    /// The number within the kind of the atom that a post names.
    #[inline(always)]
    fn atom(&self, post: u16) -> u32 {
        self.atom_start.wrapping_add(post.into())
    }

    /// Sets the literal's atoms.
    #[inline(always)]
    fn post(&self, record: &LiteralRecord, found: &mut Found<'_>) {
        if record.posts_count == 1 {
            return self.set(record.first_post, found);
        }
        for post in self.posts(record).unwrap_or(&[]) {
            self.set(u16::from_le_bytes(*post), found);
        }
    }

    /// Sets an atom, and fires its rules if it was clear.
    #[inline(always)]
    fn set(&self, post: u16, found: &mut Found<'_>) {
        found.spend(1);
        if bits::insert(found.atoms, self.atom(post))
            && let Some(bounds) = self.fire_bounds
        {
            for rule in fires(self.content, bounds, post) {
                found.spend(1);
                bits::insert(found.fired, u16::from_le_bytes(*rule).into());
            }
        }
    }
}

/// A key that the text has.
struct Probe {
    key: Key,
    /// Where in the text it begins.
    at: usize,
    /// Its units.
    width: usize,
    /// Whether the key's tag is that of the four units that end with it, and they are ASCII. A literal of up to four
    /// units that ends with its key, and whose tag agrees, needs no comparison then.
    exact: bool,
}

impl Probe {
    /// Whether the entry's tag is the key's. In a pair's tag the units before it count only where the literal has them.
    #[inline(always)]
    fn agrees(&self, entry: &EntryRecord) -> bool {
        let mask = if self.width == 2 {
            key::pair_mask(cast::low8(entry.target))
        } else {
            u32::MAX
        };
        (entry.tag ^ self.key.tag) & mask == 0
    }
}

/// The rules that an eager finder's atom fires.
#[inline]
pub(crate) fn fires<'a>(content: &Content<'a>, first_bound: u32, atom: u16) -> &'a [[u8; 2]] {
    let at = cast::index(first_bound).wrapping_add(atom.into());
    let Some([from, to]) = content
        .fire_bounds
        .split_at_checked(at)
        .and_then(|(_, rest)| rest.first_chunk::<2>())
    else {
        return &[];
    };
    let from = u32::from_le_bytes(*from);
    let count = u32::from_le_bytes(*to).wrapping_sub(from);
    run(content.fires, from, count).unwrap_or(&[])
}
