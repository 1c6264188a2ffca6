//! Finding literals: one pass over a text says which of thousands of literals it meets.
//!
//! No automaton: an automaton over ten thousand literals does not fit a cache. Instead each literal has one
//! *key*, a few of its units chosen for their rarity, and a table leads from keys to literals:
//!
//! * **gram**: the text is probed at every fourth unit with the four units there. A literal of seven units or
//!   more contains such an aligned word wherever it stands; it is entered under four successive 4-grams, one for
//!   each alignment. So a text costs one hash and one bit for every *four* units: enough for rare, long literals,
//!   and most triggers are that.
//! * **four** and **pair**: shorter literals, and common ones, by four units anywhere, or by two. Both stand behind
//!   the *lead*, 4 KiB: whether some key begins with the pair of units at a place, and what it knows of the next two.
//!   Only where it does, the two tables are probed.
//! * **unit**: what remains, by one unit that is not ASCII, or by four that end with one; probed only where a text
//!   has such units.
//! * **singles**: literals of one ASCII unit, looked up at the end, when all units have been seen.
//! * **tail**: whole texts and endings that contain a `\`, by a hash of the text's last component, probed once.
//!
//! A text is passed over in blocks of 64 places. Each block is first folded and narrowed to bytes, so that four units
//! are one 32-bit word; what tables and lead say of its places is gathered as one bit each, without a branch, because
//! no branch on it would be predictable. Only then keys are looked up.
//!
//! A found literal sets its atoms; an atom that is set for the first time fires its rules. A literal whose atoms
//! are all set already is not compared again, buckets hold at most eight entries, and scanned literals at most
//! 256 units: a text that an attacker chooses cannot make a unit cost more than the verifier computed.

mod block;
mod each;
mod singles;

pub(crate) use each::LEAD_WORDS;

use block::{BLOCK, Block};
use singles::Seen;

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
    let gram = Table::open(content, &record.gram);
    let others = record.four.log2 | record.pair.log2 | record.unit.log2;
    if others == 0 && record.singles_count == 0 {
        if let Some(table) = &gram {
            literals.scan_grams_alone(table, text, found);
        }
        return;
    }
    let passes = Passes {
        gram,
        each: each::Tables::open(content, &record),
        unit: Table::open(content, &record.unit),
        singles: run(content.entries, record.singles_start, record.singles_count).unwrap_or(&[]),
    };
    literals.scan_blocks(&passes, text, found);
}

/// What a text is passed over for.
struct Passes<'a> {
    gram: Option<Table<'a>>,
    each: Option<each::Tables<'a>>,
    unit: Option<Table<'a>>,
    singles: &'a [[u8; 8]],
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
    fn scan_blocks(&self, passes: &Passes<'a>, text: &[u16], found: &mut Found<'_>) {
        let mut block = Block::new();
        let mut seen = Seen::new();
        let mut all = 0;
        let mut at = 0_usize;
        let mut rest = text;
        while !rest.is_empty() {
            all |= block.advance(rest);
            if let Some(table) = &passes.gram {
                self.scan_grams(table, (&block, at), text, found);
            }
            if let Some(tables) = &passes.each {
                self.scan_each(tables, (&block, at), text, found);
            }
            if !passes.singles.is_empty() {
                seen.mark(&block);
            }
            rest = rest.get(BLOCK..).unwrap_or(&[]);
            at = at.wrapping_add(BLOCK);
        }
        let units = cast::wide(text.len());
        let count = |there: bool| if there { units } else { 0 };
        found.spend(count(passes.gram.is_some()));
        found.spend(count(passes.each.is_some()));
        if !passes.singles.is_empty() {
            self.scan_singles(passes.singles, &seen, text, found);
        }
        if let Some(table) = &passes.unit {
            found.spend(units);
            if all >= 0x80 {
                self.scan_units(table, text, found);
            }
        }
    }

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

    /// Finds the literals whose grams the text has at every fourth place, where nothing else is looked for: then only
    /// these places are narrowed.
    #[inline(never)]
    fn scan_grams_alone(&self, table: &Table<'a>, text: &[u16], found: &mut Found<'_>) {
        found.spend(cast::wide(text.len()));
        let (chunks, _) = text.as_chunks::<4>();
        let mut at = 0_usize;
        for chunk in chunks {
            let key = key::four(key::window(*chunk));
            if table.bit(key.slot(table.log2)) != 0 {
                self.gram_hit(table, Hit { key, at, width: 4 }, text, found);
            }
            at = at.wrapping_add(4);
        }
    }

    #[inline(never)]
    fn gram_hit(&self, table: &Table<'a>, hit: Hit, text: &[u16], found: &mut Found<'_>) {
        self.look_up(table, &hit, text, found);
    }

    /// Finds the literals whose grams the block at `at` has at every fourth place.
    #[inline(never)]
    fn scan_grams(
        &self,
        table: &Table<'a>,
        (block, at): (&Block, usize),
        text: &[u16],
        found: &mut Found<'_>,
    ) {
        let (words, _) = block.bytes().as_chunks::<4>();
        let mut hits = 0;
        let mut place = 0_u32;
        for word in words.iter().take(BLOCK / 4) {
            let key = key::four(u32::from_le_bytes(*word));
            hits |= table.bit(key.slot(table.log2)).wrapping_shl(place);
            place = place.wrapping_add(4);
        }
        for place in Places(hits) {
            let hit = Hit {
                key: key::four(block.window(place)),
                at: at.wrapping_add(usize::from(place)),
                width: 4,
            };
            self.look_up(table, &hit, text, found);
        }
    }

    /// Looks up the units that are not ASCII.
    #[inline(never)]
    fn scan_units(&self, table: &Table<'a>, text: &[u16], found: &mut Found<'_>) {
        // The last four units.
        let mut window = 0_u32;
        for (at, unit) in text.iter().enumerate() {
            let unit = fold::unit(*unit);
            window = window >> 8 | u32::from(key::narrow(unit)) << 24;
            if unit < 0x80 {
                continue;
            }
            for key in [key::unit(unit), key::four(window)] {
                if table.bit(key.slot(table.log2)) != 0 {
                    let hit = Hit { key, at, width: 1 };
                    self.look_up(table, &hit, text, found);
                }
            }
        }
    }

    /// Compares the text with the literals of a key, whose bit is set.
    #[inline(always)]
    fn look_up(&self, table: &Table<'a>, hit: &Hit, text: &[u16], found: &mut Found<'_>) {
        // Beyond the text's end a block has zeros.
        if hit.at.wrapping_add(hit.width) > text.len() {
            return;
        }
        let bucket = table.bucket(hit.key.slot(table.log2));
        found.spend(LOOK_UP_STEPS.wrapping_add(cast::wide(bucket.len())));
        for entry in bucket {
            let entry = EntryRecord::read(entry);
            if hit.agrees(&entry)
                && let Some(record) = self.wanted(&entry, found)
                && self.is_at(hit, &entry, &record, text, found)
            {
                self.post(&record, found);
            }
        }
    }

    /// Whether the text meets the literal of a hit's entry.
    #[inline(always)]
    fn is_at(
        &self,
        hit: &Hit,
        entry: &EntryRecord,
        record: &LiteralRecord,
        text: &[u16],
        found: &mut Found<'_>,
    ) -> bool {
        let offset = usize::from(cast::low8(entry.target));
        let length = usize::from(record.length);
        let Some(start) = hit.at.checked_sub(offset) else {
            return false;
        };
        let is_in_tag = length <= 4
            && hit.width >= 2
            && offset.wrapping_add(hit.width) == length
            && key::is_ascii(hit.key.tag);
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
struct Hit {
    key: Key,
    /// Where in the text it begins.
    at: usize,
    /// Its units: one, two, or four.
    width: usize,
}

impl Hit {
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

/// Places of a block, one bit each. What a probe finds is seldom predictable, so bits are gathered without a branch.
struct Places(u64);

impl Iterator for Places {
    type Item = u8;

    #[inline(always)]
    fn next(&mut self) -> Option<u8> {
        let place = cast::low8(self.0.trailing_zeros());
        let any = self.0 != 0;
        self.0 &= self.0.wrapping_sub(1);
        any.then_some(place)
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
