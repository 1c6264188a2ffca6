//! Finding literals: one pass over a text says which of thousands of literals it meets.
//!
//! No automaton: an automaton over ten thousand literals does not fit a cache. Instead each literal has one
//! *key*, a few of its units chosen for their rarity, and a table leads from keys to literals:
//!
//! * **long**: the text is probed at every fourth unit with the four units there. A literal of seven units or
//!   more contains such an aligned word wherever it stands; it is entered under four successive 4-grams, one for
//!   each alignment. So a text costs one hash and one bit for every *four* units.
//! * **three**: shorter literals, and longer ones whose 4-grams are all common, by three neighbouring units,
//!   probed at every unit.
//! * **pair**: literals of two ASCII units, which number a bit.
//! * **unit**: what remains: by one unit that is not ASCII, probed only where a text has such units; and literals
//!   of one ASCII unit, looked up at the end, once for each distinct ASCII unit that the text has.
//! * **tail**: whole texts and endings that contain a `\`, by a hash of the text's last component, probed once.
//!
//! A found literal sets its atoms; an atom that is set for the first time fires its rules. A literal whose atoms
//! are all set already is not compared again, buckets hold at most eight entries, and scanned literals at most
//! 256 units: a text that an attacker chooses cannot make a unit cost more than the verifier computed.

use crate::bits::{self, Bits};
use crate::cast;
use crate::content::{Content, run};
use crate::fold;
use crate::key::{self, Key};
use crate::layout::{EntryRecord, FinderRecord, LiteralRecord, TableRecord};
use crate::literal::{Literal, Mode, compare_steps};
use crate::table::Table;

/// Bit 0 of [`FinderRecord::flags`]: the unit table has ASCII keys.
pub(crate) const ASCII_UNITS: u8 = 1;

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
        if self.record.tail.log2 != 0 {
            self.scan_tail(text, found);
        }
        let short = [&self.record.three, &self.record.pair, &self.record.unit];
        if short.iter().any(|table| table.log2 != 0) {
            self.scan_all(text, found);
        } else if self.record.long.log2 != 0 {
            self.scan_long(text, found);
        }
    }

    #[inline(always)]
    fn table(&self, record: &TableRecord) -> Option<Table<'a>> {
        Table::open(self.content, record)
    }

    #[inline(never)]
    fn scan_tail(&self, text: &[u16], found: &mut Found<'_>) {
        let Some(table) = self.table(&self.record.tail) else {
            return;
        };
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

    /// Probes at every fourth unit: all that most finders need.
    #[inline(never)]
    fn scan_long(&self, text: &[u16], found: &mut Found<'_>) {
        let Some(table) = self.table(&self.record.long) else {
            return;
        };
        found.pass(text);
        let (chunks, _) = text.as_chunks::<4>();
        let mut at = 0_usize;
        for chunk in chunks {
            let word = fold::chunk(*chunk);
            if table.has(key::slot(key::long_hash(word), table.log2)) {
                self.long_hit(&table, word, at, text, found);
            }
            at = at.wrapping_add(4);
        }
    }

    #[inline(never)]
    fn long_hit(
        &self,
        table: &Table<'a>,
        word: u64,
        at: usize,
        text: &[u16],
        found: &mut Found<'_>,
    ) {
        self.hits(table, key::long(word), at, text, found);
    }

    /// Probes for literals of every length. The word before the current one stays at hand, because a key can lie
    /// across both.
    #[inline(never)]
    fn scan_all(&self, text: &[u16], found: &mut Found<'_>) {
        found.pass(text);
        let tables = Tables {
            long: self.table(&self.record.long),
            three: self.table(&self.record.three),
            pair: self.table(&self.record.pair),
            unit: self.table(&self.record.unit),
        };
        let (chunks, rest) = text.as_chunks::<4>();
        let mut window = Window {
            before: 0,
            word: 0,
            at: 0,
            text,
        };
        for chunk in chunks {
            window.word = fold::chunk(*chunk);
            self.probe(&tables, &window, found);
            window.before = window.word;
            window.at = window.at.wrapping_add(4);
        }
        if !rest.is_empty() {
            // What the zeros seem to complete fails the comparison with the text itself.
            window.word = fold::chunk(key::padded(rest));
            self.probe(&tables, &window, found);
        }
        if let Some(units) = &tables.unit
            && self.record.flags & ASCII_UNITS != 0
        {
            self.ascii_units(units, text, found);
        }
    }

    #[inline(always)]
    fn probe(&self, tables: &Tables<'a>, window: &Window<'_>, found: &mut Found<'_>) {
        let word = window.word;
        if let Some(table) = &tables.long
            && table.has(key::slot(key::long_hash(word), table.log2))
        {
            self.long_hit(table, word, window.at, window.text, found);
        }
        if let Some(table) = &tables.three {
            let lanes = lanes(|lane| {
                table.has(key::slot(key::three_hash(window.ending(lane)), table.log2))
            });
            if lanes != 0 {
                self.three_hits(table, lanes, window, found);
            }
        }
        let ascii = fold::word_is_ascii(word | window.before);
        if let Some(table) = &tables.pair {
            // In each lane the number of a pair's bit: seven bits of each unit, so ASCII lanes do not touch.
            let slots = (word << 16 | window.before >> 48) << 7 | word;
            let lanes = lanes(|lane| {
                let slot = slots.wrapping_shr(lane.wrapping_mul(16));
                table.has(cast::low32(slot) & 0x3FFF)
            });
            if lanes != 0 || !ascii {
                self.pair_hits(table, window, found);
            }
        }
        if let Some(table) = &tables.unit
            && !fold::word_is_ascii(word)
        {
            self.unit_hits(table, window, found);
        }
    }

    /// Looks up those keys of three units that end in a marked lane.
    #[inline(never)]
    fn three_hits(
        &self,
        table: &Table<'a>,
        lanes: u32,
        window: &Window<'_>,
        found: &mut Found<'_>,
    ) {
        let mut lanes = lanes;
        while lanes != 0 {
            let lane = lanes.trailing_zeros();
            lanes &= lanes.wrapping_sub(1);
            let key = key::three(window.ending(lane));
            for entry in table.bucket(key.slot(table.log2)) {
                let entry = EntryRecord::read(entry);
                found.steps = found.steps.wrapping_add(1);
                let differs = (entry.tag ^ key.tag) & key::three_mask(cast::low8(entry.target));
                if differs == 0
                    && let Some(first) = window.place(lane, 2)
                {
                    self.candidate(&entry, first, window.text, found);
                }
            }
        }
    }

    /// Looks up the pairs that end in this word.
    #[inline(never)]
    fn pair_hits(&self, table: &Table<'a>, window: &Window<'_>, found: &mut Found<'_>) {
        for lane in 0..4 {
            let pair = window.ending(lane) >> 32;
            let Some(first) = window.place(lane, 1) else {
                continue;
            };
            if !fold::word_is_ascii(pair) {
                continue;
            }
            self.hits(table, key::pair(pair), first, window.text, found);
        }
    }

    /// Looks up those of this word's units that are not ASCII.
    #[inline(never)]
    fn unit_hits(&self, table: &Table<'a>, window: &Window<'_>, found: &mut Found<'_>) {
        for lane in 0..4 {
            let unit = cast::low16(window.word.wrapping_shr(16_u32.wrapping_mul(lane)));
            if unit < 0x80 {
                continue;
            }
            if let Some(at) = window.place(lane, 0) {
                self.hits(table, key::unit(unit), at, window.text, found);
            }
        }
    }

    /// Looks up one key whose first unit stands at `at`.
    #[inline(always)]
    fn hits(&self, table: &Table<'a>, key: Key, at: usize, text: &[u16], found: &mut Found<'_>) {
        for entry in table.bucket(key.slot(table.log2)) {
            let entry = EntryRecord::read(entry);
            found.steps = found.steps.wrapping_add(1);
            if entry.tag == key.tag {
                self.candidate(&entry, at, text, found);
            }
        }
    }

    /// Looks up each distinct ASCII unit of the text once.
    #[inline(never)]
    fn ascii_units(&self, table: &Table<'a>, text: &[u16], found: &mut Found<'_>) {
        found.pass(text);
        let mut seen = [0_u64; 2];
        for unit in text {
            let unit = fold::unit(*unit);
            let [low, high] = &mut seen;
            let half = if unit & 0x40 == 0 { low } else { high };
            *half |= u64::from(unit < 0x80).wrapping_shl(u32::from(unit) & 63);
        }
        for unit in Bits::new(&seen) {
            let key = key::unit(cast::low16(unit.into()));
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
    fn wanted(&self, entry: &EntryRecord, found: &mut Found<'_>) -> Option<LiteralRecord> {
        let record = self
            .literals
            .get(cast::index(entry.target >> 8))
            .map(LiteralRecord::read)?;
        let posts = self.posts(&record)?;
        posts
            .iter()
            .any(|post| !bits::has(found.atoms, self.atom(*post)))
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
    fn atom(&self, post: [u8; 2]) -> u32 {
        self.record
            .atom_start
            .wrapping_add(u16::from_le_bytes(post).into())
    }

    /// Sets the literal's atoms, and fires the rules of those that were clear.
    fn post(&self, record: &LiteralRecord, found: &mut Found<'_>) {
        for post in self.posts(record).unwrap_or(&[]) {
            found.steps = found.steps.wrapping_add(1);
            if bits::insert(found.atoms, self.atom(*post)) && self.record.phase == 0 {
                for rule in fires(self.content, self.record, u16::from_le_bytes(*post)) {
                    found.steps = found.steps.wrapping_add(1);
                    bits::insert(found.fired, u16::from_le_bytes(*rule).into());
                }
            }
        }
    }
}

/// The tables that a scan probes.
struct Tables<'a> {
    long: Option<Table<'a>>,
    three: Option<Table<'a>>,
    pair: Option<Table<'a>>,
    unit: Option<Table<'a>>,
}

/// Four folded units of a text, and the four before them (zeros before the first).
struct Window<'t> {
    before: u64,
    word: u64,
    /// Where the word begins.
    at: usize,
    text: &'t [u16],
}

impl Window<'_> {
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

/// Marks the lanes for which the probe holds.
#[inline(always)]
fn lanes(probe: impl Fn(u32) -> bool) -> u32 {
    u32::from(probe(0))
        | u32::from(probe(1)) << 1
        | u32::from(probe(2)) << 2
        | u32::from(probe(3)) << 3
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
