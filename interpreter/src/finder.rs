//! Finding literals: one pass over a text says which of thousands of literals it meets.
//!
//! No automaton: an automaton over ten thousand literals does not fit a cache. Instead each literal has one
//! *key*, a few of its units chosen for their rarity, and a table leads from keys to literals:
//!
//! * **gram**: the text is probed at every fourth unit with the four units there. A literal of seven units or
//!   more contains such an aligned word wherever it stands; it is entered under four successive 4-grams, one for
//!   each alignment. So a text costs one hash and one bit for every *four* units. Where literals of five or six
//!   units are to be found too, every second unit is probed, and two successive 4-grams are entered.
//! * **three**: literals of four units, and longer ones whose 4-grams are all common, by two successive runs of
//!   three units, probed at every second unit.
//! * **pair**: literals of two or three ASCII units, by two of them, which number a bit; probed at every unit.
//! * **unit**: what remains: by one unit that is not ASCII (or, where many literals share each of their units, as
//!   flags made of 26 letters do, by four units that end with one), probed only where a text has such units; and
//!   literals of one ASCII unit, looked up at the end, once for each distinct ASCII unit that the text has.
//! * **tail**: whole texts and endings that contain a `\`, by a hash of the text's last component, probed once.
//!
//! A found literal sets its atoms; an atom that is set for the first time fires its rules. A literal whose atoms
//! are all set already is not compared again, buckets hold at most eight entries, and scanned literals at most
//! 256 units: a text that an attacker chooses cannot make a unit cost more than the verifier computed.

use crate::bits;
use crate::cast;
use crate::content::{Content, run};
use crate::fold;
use crate::key::{self, Key};
use crate::layout::{EntryRecord, FinderRecord, LiteralRecord, TableRecord};
use crate::literal::{Literal, Mode, compare_steps};
use crate::table::Table;

/// Bit 0 of [`FinderRecord::flags`]: the unit table has ASCII keys.
pub(crate) const ASCII_UNITS: u8 = 1;

/// Bit 1 of [`FinderRecord::flags`]: the unit table has keys of four units.
pub(crate) const WIDE_UNITS: u8 = 2;

/// Bit 2 of [`FinderRecord::flags`]: grams are probed at every second unit.
pub(crate) const EVERY_SECOND: u8 = 4;

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
    /// Counts one pass over a text.
    #[inline(always)]
    fn pass(&mut self, text: &[u16]) {
        self.steps = self.steps.wrapping_add(cast::wide(text.len()));
    }
}

/// The literals of one field, opened for scanning.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finder<'a, 'r> {
    content: &'a Content<'a>,
    record: &'r FinderRecord,
    literals: &'a [[u8; 16]],
}

impl<'a, 'r> Finder<'a, 'r> {
    #[inline(always)]
    pub(crate) fn open(content: &'a Content<'a>, record: &'r FinderRecord) -> Option<Self> {
        Some(Self {
            content,
            record,
            literals: run(content.literals, record.literal_start, record.literal_count)?,
        })
    }

    /// Finds every literal that the text meets.
    #[inline]
    pub(crate) fn scan(&self, text: &[u16], found: &mut Found<'_>) {
        if let Some(table) = self.table(&self.record.tail) {
            self.scan_tail(&table, text, found);
        }
        if let Some(table) = self.table(&self.record.gram) {
            if self.has(EVERY_SECOND) {
                self.scan_every_second(&table, text, found);
            } else {
                self.scan_every_fourth(&table, text, found);
            }
        }
        if let Some(table) = self.table(&self.record.three) {
            self.scan_threes(&table, text, found);
        }
        if let Some(table) = self.table(&self.record.pair) {
            self.scan_pairs(&table, text, found);
        }
        if let Some(table) = self.table(&self.record.unit) {
            self.scan_units(&table, text, found);
            if self.has(ASCII_UNITS) {
                self.scan_ascii_units(&table, text, found);
            }
        }
    }

    #[inline(always)]
    fn has(&self, flag: u8) -> bool {
        self.record.flags & flag != 0
    }

    #[inline(always)]
    fn table(&self, record: &TableRecord) -> Option<Table<'a>> {
        Table::open(self.content, record)
    }

    #[inline(never)]
    fn scan_tail(&self, table: &Table<'a>, text: &[u16], found: &mut Found<'_>) {
        found.pass(text);
        let key = key::tail_of_text(text);
        for entry in table.bucket(key.slot(table.log2)) {
            let entry = EntryRecord::read(entry);
            found.steps = found.steps.wrapping_add(1);
            if entry.tag != key.tag {
                continue;
            }
            let Some(record) = self.wanted(&entry, found) else {
                continue;
            };
            if let Some(literal) = self.literal(&record, found)
                && literal.meets(text)
            {
                self.post(&record, found);
            }
        }
    }

    #[inline(never)]
    fn scan_every_fourth(&self, table: &Table<'a>, text: &[u16], found: &mut Found<'_>) {
        found.pass(text);
        let (chunks, _) = text.as_chunks::<4>();
        let mut at = 0_usize;
        for chunk in chunks {
            let word = fold::chunk(*chunk);
            if table.has(key::slot(key::gram_hash(word), table.log2)) {
                self.gram_hit(table, word, at, text, found);
            }
            at = at.wrapping_add(4);
        }
    }

    #[inline(never)]
    fn scan_every_second(&self, table: &Table<'a>, text: &[u16], found: &mut Found<'_>) {
        found.pass(text);
        each_word(text, |window| {
            let (middle, word) = (window.middle(), window.word);
            if table.has(key::slot(key::gram_hash(middle), table.log2))
                && let Some(at) = window.at.checked_sub(2)
            {
                self.gram_hit(table, middle, at, text, found);
            }
            if table.has(key::slot(key::gram_hash(word), table.log2)) {
                self.gram_hit(table, word, window.at, text, found);
            }
        });
    }

    #[inline(never)]
    fn scan_threes(&self, table: &Table<'a>, text: &[u16], found: &mut Found<'_>) {
        found.pass(text);
        each_word(text, |window| {
            let (middle, word) = (window.middle(), window.word);
            if table.has(key::slot(key::three_hash(middle), table.log2))
                && let Some(at) = window.at.checked_sub(1)
            {
                self.three_hit(table, middle, at, text, found);
            }
            if table.has(key::slot(key::three_hash(word), table.log2)) {
                self.three_hit(table, word, window.at.wrapping_add(1), text, found);
            }
        });
    }

    #[inline(never)]
    fn scan_pairs(&self, table: &Table<'a>, text: &[u16], found: &mut Found<'_>) {
        found.pass(text);
        each_word(text, |window| {
            // In each lane the number of a pair's bit: seven bits of each unit, so ASCII lanes do not touch.
            let slots = (window.word << 16 | window.before >> 48) << 7 | window.word;
            let lane = |lane: u32| {
                let slot = cast::low32(slots.wrapping_shr(lane.wrapping_mul(16))) & 0x3FFF;
                u32::from(table.has(slot)).wrapping_shl(lane)
            };
            let lanes = lane(0) | lane(1) | lane(2) | lane(3);
            if !fold::word_is_ascii(window.word | window.before) {
                self.pair_hits(table, 0b1111, window, text, found);
            } else if lanes != 0 {
                self.pair_hits(table, lanes, window, text, found);
            }
        });
    }

    #[inline(never)]
    fn scan_units(&self, table: &Table<'a>, text: &[u16], found: &mut Found<'_>) {
        found.pass(text);
        each_word(text, |window| {
            if !fold::word_is_ascii(window.word) {
                self.unit_hits(table, window, text, found);
            }
        });
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
        self.hits(table, key::gram(word), |_| u32::MAX, at, text, found);
    }

    #[inline(never)]
    fn three_hit(
        &self,
        table: &Table<'a>,
        word: u64,
        at: usize,
        text: &[u16],
        found: &mut Found<'_>,
    ) {
        let mask = |offset: u8| key::context_mask(offset.saturating_add(3));
        self.hits(table, key::three(word), mask, at, text, found);
    }

    /// Looks up those pairs that end in a marked lane of this word.
    #[inline(never)]
    fn pair_hits(
        &self,
        table: &Table<'a>,
        lanes: u32,
        window: &Window,
        text: &[u16],
        found: &mut Found<'_>,
    ) {
        let mut lanes = lanes;
        while lanes != 0 {
            let lane = lanes.trailing_zeros();
            lanes &= lanes.wrapping_sub(1);
            let ending = window.ending(lane);
            if fold::word_is_ascii(ending >> 32)
                && let Some(at) = window.place(lane, 1)
            {
                let mask = |offset: u8| key::context_mask(offset.saturating_add(2));
                self.hits(table, key::pair(ending), mask, at, text, found);
            }
        }
    }

    /// Looks up those of this word's units that are not ASCII, and the four units that end with them.
    #[inline(never)]
    fn unit_hits(&self, table: &Table<'a>, window: &Window, text: &[u16], found: &mut Found<'_>) {
        for lane in 0..4 {
            let ending = window.ending(lane);
            let unit = cast::low16(ending >> 48);
            if unit < 0x80 {
                continue;
            }
            let Some(at) = window.place(lane, 0) else {
                continue;
            };
            let all = |_| u32::MAX;
            self.hits(table, key::unit(unit), all, at, text, found);
            if self.has(WIDE_UNITS) {
                self.hits(table, key::gram(ending), all, at, text, found);
            }
        }
    }

    /// Looks up each distinct ASCII unit of the text once.
    #[inline(never)]
    fn scan_ascii_units(&self, table: &Table<'a>, text: &[u16], found: &mut Found<'_>) {
        found.pass(text);
        let mut seen = [0_u8; 128];
        let mut mark = |unit: u64| {
            if let Some(seen) = seen.get_mut(usize::from(cast::low16(unit))) {
                *seen = 1;
            }
        };
        // Not by `each_word`: a zero that only fills up the last word is none that the text has.
        let (chunks, rest) = text.as_chunks::<4>();
        for chunk in chunks {
            let word = fold::chunk(*chunk);
            mark(word & 0xFFFF);
            mark(word >> 16 & 0xFFFF);
            mark(word >> 32 & 0xFFFF);
            mark(word >> 48);
        }
        for unit in rest {
            mark(cast::unit(fold::unit(*unit)));
        }
        for (unit, seen) in (0_u16..).zip(seen) {
            if seen == 0 {
                continue;
            }
            let key = key::unit(unit);
            for entry in table.bucket(key.slot(table.log2)) {
                let entry = EntryRecord::read(entry);
                found.steps = found.steps.wrapping_add(1);
                if entry.tag != key.tag {
                    continue;
                }
                // The text has the unit; where matters only for the other modes.
                if let Some(record) = self.wanted(&entry, found)
                    && let Some(literal) = self.literal(&record, found)
                    && (Mode::from_number(record.shape) == Mode::Contains || literal.meets(text))
                {
                    self.post(&record, found);
                }
            }
        }
    }

    /// Compares the text with the literals of one key, which begins at `at`.
    #[inline(always)]
    fn hits(
        &self,
        table: &Table<'a>,
        key: Key,
        mask: impl Fn(u8) -> u32,
        at: usize,
        text: &[u16],
        found: &mut Found<'_>,
    ) {
        let bucket = table.bucket(key.slot(table.log2));
        found.steps = found.steps.wrapping_add(cast::wide(bucket.len()));
        for entry in bucket {
            let entry = EntryRecord::read(entry);
            let differs = (entry.tag ^ key.tag) & mask(cast::low8(entry.target));
            if differs == 0 {
                self.candidate(&entry, at, text, found);
            }
        }
    }

    /// Compares the text with a literal whose key was met at `at`.
    #[inline]
    fn candidate(&self, entry: &EntryRecord, at: usize, text: &[u16], found: &mut Found<'_>) {
        let Some(record) = self.wanted(entry, found) else {
            return;
        };
        let offset = usize::from(cast::low8(entry.target));
        if let Some(literal) = self.literal(&record, found)
            && let Some(start) = at.checked_sub(offset)
            && literal.stands_at(text, start)
        {
            self.post(&record, found);
        }
    }

    /// The entry's literal, unless finding it would set nothing new.
    #[inline(always)]
    fn wanted(&self, entry: &EntryRecord, found: &Found<'_>) -> Option<LiteralRecord> {
        let record = self
            .literals
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
        found.steps = found
            .steps
            .wrapping_add(compare_steps(record.length.into()));
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
        self.record.atom_start.wrapping_add(post.into())
    }

    /// Sets the literal's atoms, and fires the rules of those that were clear.
    fn post(&self, record: &LiteralRecord, found: &mut Found<'_>) {
        for post in self.posts(record).unwrap_or(&[]) {
            let post = u16::from_le_bytes(*post);
            found.steps = found.steps.wrapping_add(1);
            if bits::insert(found.atoms, self.atom(post)) && self.record.phase == 0 {
                for rule in fires(self.content, self.record, post) {
                    found.steps = found.steps.wrapping_add(1);
                    bits::insert(found.fired, u16::from_le_bytes(*rule).into());
                }
            }
        }
    }
}

/// Four folded units of a text, and the four before them (zeros before the first).
#[derive(Clone, Copy)]
struct Window {
    before: u64,
    word: u64,
    /// Where the word begins.
    at: usize,
}

/// Hands out the text's words one by one. The last is filled up with zeros: what they seem to complete fails the
/// comparison with the text itself.
#[inline(always)]
fn each_word(text: &[u16], mut probe: impl FnMut(&Window)) {
    let (chunks, rest) = text.as_chunks::<4>();
    let mut before = 0;
    let mut at = 0_usize;
    for chunk in chunks {
        let word = fold::chunk(*chunk);
        probe(&Window { before, word, at });
        before = word;
        at = at.wrapping_add(4);
    }
    if !rest.is_empty() {
        let word = fold::chunk(key::padded(rest));
        probe(&Window { before, word, at });
    }
}

impl Window {
    /// The four units that end in the middle of the word.
    #[inline(always)]
    fn middle(&self) -> u64 {
        self.before >> 32 | self.word << 32
    }

    /// The four units that end in this lane.
    #[inline(always)]
    fn ending(&self, lane: u32) -> u64 {
        let shift = lane.wrapping_add(1).wrapping_mul(16);
        // A shift by 64 has no meaning: the last lane is the word itself.
        match 64_u32.checked_sub(shift) {
            Some(rest) if rest != 0 => self.before >> shift | self.word << rest,
            _ => self.word,
        }
    }

    /// The place in the text of the unit so many before this lane's.
    #[inline(always)]
    fn place(&self, lane: u32, before: usize) -> Option<usize> {
        self.at.wrapping_add(cast::index(lane)).checked_sub(before)
    }
}

/// The rules that an eager finder's atom fires.
#[inline]
pub(crate) fn fires<'a>(content: &Content<'a>, finder: &FinderRecord, atom: u16) -> &'a [[u8; 2]] {
    let at = cast::index(finder.fire_bounds_start).wrapping_add(atom.into());
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
