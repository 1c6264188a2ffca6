//! Finding literals: one pass over a text says which of thousands of literals it meets.
//!
//! No automaton: an automaton over ten thousand literals does not fit a cache. Instead each literal has one
//! *key*, a few of its units chosen for their rarity, and a table leads from keys to literals:
//!
//! * **long**: the text is probed at every fourth unit with the four units there. A literal of seven units or
//!   more contains such an aligned word wherever it stands; it is entered under four successive 4-grams, one for
//!   each alignment. So a text costs one hash and one bit for every *four* units.
//! * **pair**: shorter ASCII literals, by two neighbouring units, probed at every unit. The two units number a bit.
//! * **unit**: what remains (literals of one unit, short literals with a unit that is not ASCII), by one unit.
//!   Only units that are not ASCII are probed unless the table has ASCII keys.
//! * **tail**: whole texts and endings that contain a `\`, by a hash of the text's last component, probed once.
//!
//! A found literal sets its atoms; an atom that is set for the first time fires its rules. A literal whose atoms
//! are all set already is not compared again, buckets hold at most eight entries, and scanned literals at most
//! 256 units: a text that an attacker chooses cannot make a unit cost more than the verifier computed.

use crate::bits;
use crate::cast;
use crate::content::{Content, run};
use crate::fold;
use crate::key;
use crate::layout::{EntryRecord, FinderRecord, LiteralRecord, TableRecord};
use crate::literal::{Literal, compare_steps};
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
        if self.record.pair.log2 != 0 || self.record.unit.log2 != 0 {
            self.scan_short(text, found);
        }
        if self.record.long.log2 != 0 {
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
        let key = key::long(word);
        for entry in table.bucket(key.slot(table.log2)) {
            let entry = EntryRecord::read(entry);
            found.steps = found.steps.wrapping_add(1);
            if entry.tag == key.tag {
                self.candidate(&entry, at, text, found);
            }
        }
    }

    /// Probes pairs and units. The word before the current one stays at hand, because a pair and the two units
    /// before it can lie across both.
    #[inline(never)]
    fn scan_short(&self, text: &[u16], found: &mut Found<'_>) {
        let pairs = self.table(&self.record.pair);
        let units = self.table(&self.record.unit);
        found.pass(text);
        let every_unit = self.record.flags & ASCII_UNITS != 0;
        let (chunks, rest) = text.as_chunks::<4>();
        let mut before = 0_u64;
        let mut at = 0_usize;
        for chunk in chunks {
            let word = fold::chunk(*chunk);
            let ascii = fold::word_is_ascii(word | before);
            if let Some(pairs) = &pairs {
                // In each lane the pair of this unit and the one before it, as the bit's number.
                let previous = word << 16 | before >> 48;
                let slots = previous << 7 | word;
                if !ascii || any_pair(pairs, slots) {
                    self.pair_hits(pairs, before, word, at, text, found);
                }
            }
            if let Some(units) = &units
                && (every_unit || !ascii)
            {
                self.unit_hits(units, every_unit, word, at, text, found);
            }
            before = word;
            at = at.wrapping_add(4);
        }
        if !rest.is_empty() {
            // What the zeros seem to complete fails the comparison with the text itself.
            let word = fold::chunk(key::padded(rest));
            if let Some(pairs) = &pairs {
                self.pair_hits(pairs, before, word, at, text, found);
            }
            if let Some(units) = &units {
                self.unit_hits(units, every_unit, word, at, text, found);
            }
        }
    }

    /// Looks up the four pairs that end in this word.
    #[inline(never)]
    fn pair_hits(
        &self,
        table: &Table<'a>,
        before: u64,
        word: u64,
        at: usize,
        text: &[u16],
        found: &mut Found<'_>,
    ) {
        let mut lanes = [before, word];
        for lane in 0..4_usize {
            let [low, high] = lanes;
            // The four units that end with this lane's.
            let ending = low >> 16 | high << 48;
            lanes = [ending, high >> 16];
            if ending >> 32 & 0xFF80_FF80 != 0 {
                continue;
            }
            let key = key::pair(ending);
            for entry in table.bucket(key.slot(key::PAIR_LOG2)) {
                let entry = EntryRecord::read(entry);
                found.steps = found.steps.wrapping_add(1);
                let differs = (entry.tag ^ key.tag) & key::pair_mask(cast::low8(entry.target));
                if differs == 0
                    && let Some(first) = at.wrapping_add(lane).checked_sub(1)
                {
                    self.candidate(&entry, first, text, found);
                }
            }
        }
    }

    #[inline(never)]
    fn unit_hits(
        &self,
        table: &Table<'a>,
        every_unit: bool,
        word: u64,
        at: usize,
        text: &[u16],
        found: &mut Found<'_>,
    ) {
        let mut word = word;
        for lane in 0..4_usize {
            let unit = cast::low16(word);
            word >>= 16;
            if unit < 0x80 && !every_unit {
                continue;
            }
            let key = key::unit(unit);
            for entry in table.bucket(key.slot(table.log2)) {
                let entry = EntryRecord::read(entry);
                found.steps = found.steps.wrapping_add(1);
                if entry.tag == key.tag {
                    self.candidate(&entry, at.wrapping_add(lane), text, found);
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

/// Whether any of the four pairs numbered by the lanes has a bucket.
#[inline(always)]
fn any_pair(table: &Table<'_>, slots: u64) -> bool {
    let probe = |shift: u32| {
        let slot = cast::low32(slots.wrapping_shr(shift)) & 0x3FFF;
        table.word(slot).wrapping_shr(slot & 63)
    };
    (probe(0) | probe(16) | probe(32) | probe(48)) & 1 != 0
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
