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
//! * **unit**: by up to four units, eight or twelve, of which the first is not ASCII; probed only at such units, in the widths
//!   that keys have which begin with one. The three tables above have ASCII keys only, and are not probed there: so a
//!   unit costs look-ups in some of the tables, not in all.
//! * **singles**: literals of one ASCII unit, looked up when all units have been seen.
//! * **edge**: other starts and endings, by the first or last units of the text, four at most, probed once.
//! * **tail**: whole texts and endings that contain a `\`, by a hash of the text's last component, probed once.
//!
//! A finder may name up to four pairs of units, its *gates*, of which each literal behind the lead has one: in a text
//! that has none, nothing behind the lead is looked for. So a few short literals do not cost a pass that looks at each unit.
//!
//! For all but grams a text is passed over in blocks of 64 places. Each block is first folded and narrowed to bytes, so
//! that four units are one 32-bit word; what tables and lead say of its places is gathered as one bit each, without a
//! branch, because no branch on it would be predictable. Only then keys are looked up.
//!
//! A found literal sets its atoms; an atom that is set for the first time fires its rules. A literal whose atoms
//! are all set already is not compared again, buckets hold at most eight entries, and scanned literals at most
//! 256 units: a text that an attacker chooses cannot make a unit cost more than the verifier computed.

mod block;
mod each;
mod grams;
mod once;
mod singles;
mod units;

pub(crate) use each::LEAD_WORDS;
pub(crate) use units::widths;

use block::{BLOCK, Block};

use crate::bits;
use crate::cast;
use crate::content::{Content, run};
use crate::fold::{self, Likeness};
use crate::key::{self, Key, beyond};
use crate::layout::{EntryRecord, FinderRecord, LiteralRecord, TableRecord};
use crate::literal::{Literal, Mode, OPEN_STEPS, Place, compare_steps, word_steps};
use crate::table::Buckets;

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
    pub(crate) fn spend(&mut self, steps: u64) {
        self.steps = self.steps.wrapping_add(steps);
    }
}

/// Finds every literal of one finder that the text meets, which is as long as the shortest of them or longer.
#[inline(always)]
pub(crate) fn scan(
    content: &Content<'_>,
    record: &[u8; FinderRecord::SIZE],
    text: &[u16],
    found: &mut Found<'_>,
) {
    let scan = Scan {
        content,
        record,
        text,
    };
    let record = scan.record();
    if record.tail.log2 != 0 {
        scan.tail(found);
    }
    if record.edge.log2 != 0 {
        scan.edges(found);
    }
    if record.gram.log2 != 0 {
        scan.grams(found);
    }
    if record.singles_count != 0 {
        scan.singles(found);
    }
    let is_led = scan.has_lead() && (u64::from_le_bytes(record.gates) == 0 || scan.has_gate(found));
    let all = if is_led {
        Some(scan.blocks(found))
    } else {
        None
    };
    if record.unit.log2 != 0 {
        let all = all.unwrap_or_else(|| text.iter().fold(0, |all, unit| all | unit));
        found.spend(cast::wide(text.len()));
        if all >= 0x80 {
            scan.units(found);
        }
    }
}

/// Sets the atom that holds where the field is unsupplied.
#[inline(never)]
pub(crate) fn set_unsupplied(
    content: &Content<'_>,
    record: &[u8; FinderRecord::SIZE],
    found: &mut Found<'_>,
) {
    let scan = Scan {
        content,
        record,
        text: &[],
    };
    if let Some(atom) = scan.record().unsupplied.checked_sub(1) {
        scan.set(cast::low16(atom.into()), found);
    }
}

/// A literal's record in place: what is asked of it is read where it is asked, not held on the stack.
type Record<'a> = &'a [u8; LiteralRecord::SIZE];

/// A finder's tables, for look-ups: which one is known where the code is made.
struct At;

impl At {
    const GRAM: u8 = Place::Gram.number();
    const FOUR: u8 = Place::Four.number();
    const PAIR: u8 = Place::Pair.number();
    const UNIT: u8 = Place::Unit.number();
    const EDGE: u8 = Place::Edge.number();
}

/// One finder and the text in which it looks. The finder's record is read again wherever something of it is wanted: so
/// little of it is on the stack.
#[derive(Clone, Copy, Debug)]
struct Scan<'a> {
    content: &'a Content<'a>,
    record: &'a [u8; FinderRecord::SIZE],
    text: &'a [u16],
}

impl<'a> Scan<'a> {
    #[inline(always)]
    fn record(&self) -> FinderRecord {
        FinderRecord::read(self.record)
    }

    /// One of the finder's tables: read again for each hit, not held on the stack.
    #[inline(always)]
    fn table<const AT: u8>(&self) -> TableRecord {
        let record = self.record();
        match AT {
            At::GRAM => record.gram,
            At::FOUR => record.four,
            At::PAIR => record.pair,
            At::UNIT => record.unit,
            _ => record.edge,
        }
    }

    /// Passes over the text in blocks; all units, joined by *or*. What is found in one is looked up before the next.
    #[inline(never)]
    fn blocks(&self, found: &mut Found<'_>) -> u16 {
        found.spend(cast::wide(self.text.len()));
        let mut all = 0;
        let mut block = Block::new();
        while let Some(units) = block.advance(self.text) {
            all |= units;
            let pairs = if units < 0x80 {
                u64::MAX
            } else {
                block.ascii_pairs()
            };
            let led = match pairs {
                0 => 0,
                _ => pairs & self.leads(&block),
            };
            if led != 0 {
                found.spend(led.count_ones().into());
                let (pairs, fours) = self.pairs_and_fours(led, &block);
                if pairs != 0 {
                    self.look_up_places::<{ At::PAIR }, 2>(pairs, &block, found);
                }
                if fours != 0 {
                    self.look_up_places::<{ At::FOUR }, 4>(fours, &block, found);
                }
            }
        }
        all
    }

    #[inline(always)]
    fn has_lead(&self) -> bool {
        let record = self.record();
        record.four.log2 | record.pair.log2 != 0
    }

    /// Looks up the keys that the block has at these places.
    #[inline(never)]
    fn look_up_places<const AT: u8, const WIDTH: usize>(
        &self,
        places: u64,
        block: &Block,
        found: &mut Found<'_>,
    ) {
        let buckets = self.buckets::<AT>();
        for place in Places(places & self.whole::<WIDTH>(block)) {
            let key = match WIDTH {
                2 => key::pair(block.window_of_pair(place)),
                _ => key::four(block.window(place)),
            };
            let at = block.at(place);
            self.look_up_in::<AT, WIDTH>(&buckets, &Hit { key, at }, found);
        }
    }

    /// The block's places at which so many units of the text stand. Behind its end a block has zeros, which are none of them.
    #[inline(always)]
    fn whole<const WIDTH: usize>(&self, block: &Block) -> u64 {
        let left = self.text.len().wrapping_sub(block.at(0));
        match left.saturating_sub(const { WIDTH.wrapping_sub(1) }) {
            BLOCK.. => u64::MAX,
            count => !u64::MAX.wrapping_shl(cast::narrow(count)),
        }
    }

    /// Compares the text with the literals of a key, whose bit is set.
    #[inline(always)]
    fn look_up<const AT: u8, const WIDTH: usize>(&self, hit: &Hit, found: &mut Found<'_>) {
        let buckets = self.buckets::<AT>();
        self.look_up_in::<AT, WIDTH>(&buckets, hit, found);
    }

    #[inline(always)]
    fn buckets<const AT: u8>(&self) -> Buckets<'a> {
        Buckets::open(self.content, &self.table::<AT>())
    }

    /// The same in a table that is open.
    #[inline(always)]
    fn look_up_in<const AT: u8, const WIDTH: usize>(
        &self,
        buckets: &Buckets<'a>,
        hit: &Hit,
        found: &mut Found<'_>,
    ) {
        let bucket = buckets.of(hit.key);
        let mut steps = LOOK_UP_STEPS.wrapping_add(cast::wide(bucket.len()));
        for entry in bucket {
            let entry = EntryRecord::read(entry);
            if hit.agrees::<AT>(&entry)
                && let Some(record) = self.wanted(&entry, found)
                && self.is_at::<WIDTH>(hit, &entry, record, &mut steps)
            {
                self.post(record, found);
            }
        }
        found.spend(steps);
    }

    /// Whether the text meets the literal of a hit's entry.
    #[inline(always)]
    fn is_at<const WIDTH: usize>(
        &self,
        hit: &Hit,
        entry: &EntryRecord,
        record: Record<'_>,
        steps: &mut u64,
    ) -> bool {
        let record = LiteralRecord::read(record);
        let offset = usize::from(cast::low8(entry.target));
        let length = usize::from(record.length);
        let Some(start) = hit.at.checked_sub(offset) else {
            return false;
        };
        let is_in_tag = length <= 4
            && WIDTH >= 2
            && offset.wrapping_add(WIDTH) == length
            && key::is_ascii(hit.key.tag);
        if is_in_tag && Mode::from_number(record.shape) == Mode::Contains {
            return true;
        }
        *steps = steps.wrapping_add(OPEN_STEPS);
        let Some(literal) = Literal::open(self.content, &record) else {
            return false;
        };
        let Some(here) = literal.place(self.text, start) else {
            return false;
        };
        // An attacker can make a text that nearly has many literals at each place: what differs in the first word that
        // is compared costs no more than that.
        if fold::differ(here, literal.units) {
            return false;
        }
        let likeness = fold::likeness(here, literal.units);
        *steps = steps.wrapping_add(match likeness {
            Likeness::Different => 0,
            Likeness::Similar(words) => cast::wide(words),
            Likeness::Same => word_steps(length),
        });
        likeness == Likeness::Same
    }

    /// The entry's literal, unless finding it would set nothing new.
    #[inline(always)]
    fn wanted(&self, entry: &EntryRecord, found: &Found<'_>) -> Option<Record<'a>> {
        let first = self.record().literal_start;
        let number = first.wrapping_add(entry.target >> 8);
        let bytes = self.content.literals.get(cast::index(number))?;
        let record = LiteralRecord::read(bytes);
        if !bits::has(found.atoms, self.atom(record.first_post)) {
            return Some(bytes);
        }
        (record.posts_count > 1 && self.any_clear(record.posts_start, record.posts_count, found))
            .then_some(bytes)
    }

    /// Whether any of these posts' atoms is clear.
    #[inline(never)]
    fn any_clear(&self, start: u32, count: u16, found: &Found<'_>) -> bool {
        let posts = run(self.content.posts, start, count.into()).unwrap_or(&[]);
        let mut posts = posts.iter().map(|post| u16::from_le_bytes(*post));
        posts.any(|post| !bits::has(found.atoms, self.atom(post)))
    }

    #[inline(always)]
    fn literal(&self, record: Record<'_>, found: &mut Found<'_>) -> Option<Literal<'a>> {
        let record = LiteralRecord::read(record);
        found.spend(compare_steps(record.length.into()));
        Literal::open(self.content, &record)
    }

    /// The number within the kind of the atom that a post names.
    #[inline(always)]
    fn atom(&self, post: u16) -> u32 {
        self.record().atom_start.wrapping_add(post.into())
    }

    /// Sets the literal's atoms. Apart, because most look-ups find nothing, and have no room for what this needs.
    #[inline(never)]
    fn post(&self, record: Record<'_>, found: &mut Found<'_>) {
        let record = LiteralRecord::read(record);
        if record.posts_count == 1 {
            return self.set(record.first_post, found);
        }
        let posts = run(
            self.content.posts,
            record.posts_start,
            record.posts_count.into(),
        );
        for post in posts.unwrap_or(&[]) {
            self.set(u16::from_le_bytes(*post), found);
        }
    }

    /// Sets an atom, and fires its rules if it was clear.
    #[inline(always)]
    fn set(&self, post: u16, found: &mut Found<'_>) {
        found.spend(1);
        let record = self.record();
        if bits::insert(found.atoms, self.atom(post)) && record.phase == 0 {
            for rule in fires(self.content, record.fire_bounds_start, post) {
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
}

impl Hit {
    /// Whether the entry's tag is the key's. In some tags units before the key count only where the literal has them.
    #[inline(always)]
    fn agrees<const AT: u8>(&self, entry: &EntryRecord) -> bool {
        let before = cast::low8(entry.target);
        let mask = match AT {
            At::PAIR => key::pair_mask(before),
            At::UNIT => beyond::mask(before),
            _ => u32::MAX,
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
