//! The verifier: from [`Unverified`] to [`Verified`] in one linear pass.
//!
//! # What it guarantees
//! * **Safe**: every length, offset, index, opcode, operand type and jump is checked; ranges follow each other
//!   without gaps, so nothing overlaps and nothing is left over.
//! * **Canonical**: what could stand in any order ascends, so nothing stands twice; atoms are numbered as the rules
//!   first ask for them; and everything is asked for. So a program has one encoding, but for what the format leaves
//!   to the writer's choice: place and key of each literal, and the size of each table.
//! * **Findable**: each literal's keys are recomputed and its tables must lead to it; each of its units is its
//!   own fold; each atom is set by some literal. Content cannot be silently blind.
//! * **Honest triggers**: with all its trigger atoms false, a rule cannot reach MATCH or MAYBE.
//! * **Costed**: the worst cost of a rule and of an event, `fixed + sum(per_unit * length)`, is computed, must be
//!   the declared one and must be within the limits.
//!
//! # Order, and why
//! Header first, since it says whether the rest means what this engine thinks. Then patterns, because the cost
//! of a rule asks for theirs. Then kind by kind its finders, because a rule's atoms are theirs; its rules; its
//! costs. Last the pools that all kinds share, which rules have marked by then, and what must not be left over.
//!
//! No recursion, no allocation: the scratch that running needs serves as workspace. No range analysis: every
//! check is of a value that stands in the file.

mod costs;
mod finders;
mod literals;
mod pools;
mod rules;
mod tables;

use core::cmp::Ordering;

use pools::{Pools, check_patterns};

use crate::bits::words_for;
use crate::cast;
use crate::content::{Content, Unverified, run};
use crate::event::Event;
use crate::fault::Fault;
use crate::finder::LEAD_WORDS;
use crate::layout::{Header, KindRecord};
use crate::limits::{Limits, MAX_RULES};
use crate::machine::{self, Observer, Outcome};
use crate::numbered::numbered;
use crate::refusal::{Code, Refusal, Section};
use crate::schema::{FINGERPRINT, Kind, KindInfo, SCHEMA_NUMBER, Tier};

/// Content that may run.
#[derive(Clone, Copy, Debug)]
pub struct Verified<'a> {
    content: Content<'a>,
}

impl<'a> Verified<'a> {
    /// The sections, to look at.
    #[must_use]
    pub fn content(&self) -> &Content<'a> {
        &self.content
    }

    /// Judges one event by all its kind's rules.
    ///
    /// `scratch` is working memory of at least [`Header::scratch_words`] words; what it holds does not matter.
    ///
    /// # Errors
    /// [`Fault::FieldCount`] when the event's values are not as many as the schema's fields of its kind,
    /// [`Fault::TextLength`], [`Fault::Scratch`]: nothing was judged.
    #[inline]
    pub fn run<'s>(&self, event: &Event<'_>, scratch: &'s mut [u64]) -> Result<Outcome<'s>, Fault> {
        self.run_observed(event, scratch, &mut ())
    }

    /// As [`run`](Self::run), with an observer that chooses the rules and watches their tests.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_observed<'s>(
        &self,
        event: &Event<'_>,
        scratch: &'s mut [u64],
        observer: &mut impl Observer,
    ) -> Result<Outcome<'s>, Fault> {
        machine::judge(&self.content, event, scratch, observer)
    }
}

impl<'a> Unverified<'a> {
    /// Verifies the content.
    ///
    /// `scratch` is working memory of at least [`Header::scratch_words`] words.
    ///
    /// # Errors
    /// The first [`Refusal`], in the order that the module's documentation states.
    pub fn verify(self, limits: &Limits, scratch: &mut [u64]) -> Result<Verified<'a>, Refusal> {
        let scratch_needed = self.prove(limits, scratch, &mut ())?;
        if self.content.header().scratch_words != scratch_needed {
            return refuse(Code::ScratchSize, Section::Header, 124);
        }
        Ok(Verified {
            content: self.content,
        })
    }

    /// Everything that [`verify`](Self::verify) does, but hands the proved costs to `ledger` and the words of
    /// scratch to the caller: a writer declares them, and can ask for them nowhere else.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    #[doc(hidden)]
    pub fn prove(
        &self,
        limits: &Limits,
        scratch: &mut [u64],
        ledger: &mut impl Ledger,
    ) -> Result<u32, Refusal> {
        let content = &self.content;
        check_header(content, limits, cast::narrow(scratch.len()))?;
        check_patterns(content)?;
        let Some((pools, scratch)) = Pools::cut(content, scratch) else {
            return refuse(Code::ScratchLimit, Section::Header, 124);
        };
        let mut verifier = Verifier {
            content,
            limits,
            user_tier: content.header().tier == 1,
            cursors: Cursors::default(),
            pools,
            scratch_needed: 0,
        };
        let mut last = None;
        for (index, record) in numbered(0, content.kinds) {
            let kind = KindRecord::read(record);
            if !KindRecord::is_canonical(record) {
                return refuse(Code::Reserved, Section::Kinds, index);
            }
            if last.is_some_and(|last| kind.kind <= last) {
                return refuse(Code::Order, Section::Kinds, index);
            }
            last = Some(kind.kind);
            verifier.kind(index, &kind, scratch, ledger)?;
        }
        verifier.pools.check(content, &mut verifier.cursors)?;
        verifier.rest()?;
        Ok(verifier.scratch_needed)
    }

    /// Runs the content as it is: for tests and fuzzers that show the machine does not lean on the verifier.
    ///
    /// # Errors
    /// As [`Verified::run`], and [`Fault::Table`] where the content leads nowhere.
    #[doc(hidden)]
    pub fn run_unverified<'s>(
        &self,
        event: &Event<'_>,
        scratch: &'s mut [u64],
    ) -> Result<Outcome<'s>, Fault> {
        machine::judge(&self.content, event, scratch, &mut ())
    }
}

fn refuse<T>(code: Code, section: Section, index: u32) -> Result<T, Refusal> {
    Err(Refusal {
        code,
        section,
        index,
    })
}

fn check_header(content: &Content<'_>, limits: &Limits, scratch: u32) -> Result<(), Refusal> {
    let header = content.header();
    let checks = [
        (Header::is_canonical(content.header), Code::Reserved, 200),
        (
            header.total_length <= limits.file_bytes,
            Code::TooLarge,
            120,
        ),
        (header.tier <= 1, Code::Tier, 10),
        (
            header.schema_number == SCHEMA_NUMBER,
            Code::SchemaNumber,
            12,
        ),
        (
            header.schema_fingerprint == FINGERPRINT,
            Code::SchemaFingerprint,
            16,
        ),
        (header.min_engine <= limits.engine, Code::EngineTooOld, 64),
        (
            header.rollback_floor <= header.content_version,
            Code::Validity,
            56,
        ),
        (
            header.expires == 0 || header.expires > header.issued,
            Code::Validity,
            80,
        ),
        (is_channel(&header.channel), Code::Channel, 88),
        (
            header.scratch_words <= limits.scratch_words && header.scratch_words <= scratch,
            Code::ScratchLimit,
            124,
        ),
    ];
    for (holds, code, offset) in checks {
        if !holds {
            return refuse(code, Section::Header, offset);
        }
    }
    Ok(())
}

/// Printable ASCII, then zeros.
fn is_channel(channel: &[u8; 16]) -> bool {
    let mut ended = false;
    channel.iter().all(|byte| {
        ended |= *byte == 0;
        if ended {
            *byte == 0
        } else {
            byte.is_ascii_graphic()
        }
    })
}

/// Receives the proved costs of each kind.
#[doc(hidden)]
pub trait Ledger {
    /// Whether the declared costs are to be compared with the proved ones.
    const COMPARES: bool = true;

    /// The costs of the kind with this index: apart from the texts, and for each field for each unit.
    fn kind(&mut self, index: u32, fixed: u64, per_unit: &[u64]) {
        let _ = (index, fixed, per_unit);
    }
}

impl Ledger for () {}

/// Whether a record comes after the one before it, by their order.
fn ascends(order: Ordering, section: Section, index: u32) -> Result<(), Refusal> {
    match order {
        Ordering::Less => Ok(()),
        Ordering::Equal => refuse(Code::Duplicate, section, index),
        Ordering::Greater => refuse(Code::Order, section, index),
    }
}

/// Where the next range of each section must begin.
#[derive(Clone, Copy, Debug, Default)]
struct Cursors {
    costs: u32,
    rules: u32,
    finders: u32,
    literals: u32,
    units: u32,
    posts: u32,
    fire_bounds: u32,
    fires: u32,
    bits: u32,
    bounds: u32,
    entries: u32,
    code: u32,
    names: u32,
}

/// Moves a cursor over the range that a record claims, and hands out the range.
fn take<'a, T>(
    cursor: &mut u32,
    records: &'a [T],
    (start, count): (u32, u32),
    section: Section,
    index: u32,
) -> Result<&'a [T], Refusal> {
    if start != *cursor {
        return refuse(Code::Gap, section, index);
    }
    let Some(range) = run(records, start, count) else {
        return refuse(Code::OutOfRange, section, index);
    };
    // The range lies within the records, so the sum is at most their number.
    *cursor = cursor.wrapping_add(count);
    Ok(range)
}

/// The pass over the kinds.
struct Verifier<'v, 'a> {
    content: &'v Content<'a>,
    limits: &'v Limits,
    user_tier: bool,
    cursors: Cursors,
    pools: Pools<'v>,
    scratch_needed: u32,
}

/// One kind on its way through the pass.
struct KindPass<'v> {
    index: u32,
    record: &'v KindRecord,
    info: &'static KindInfo,
    work: Workspace<'v>,
    /// Steps of one event apart from its texts.
    fixed: u64,
    /// Rules in the lists of the kind's eager atoms.
    fires: u32,
    /// Atoms that are triggers of a rule, for all rules.
    triggers: u32,
}

/// The workspace, cut from the scratch.
struct Workspace<'w> {
    /// One bit for each instruction of a rule.
    reach: &'w mut [u64],
    /// For each field the steps of each unit.
    per_unit: &'w mut [u64],
    /// For each field its eager finder's atoms.
    eager: Atoms<'w>,
    /// The same for its lazy finder.
    lazy: Atoms<'w>,
    /// One bit for each atom of the kind; before that, for one finder after the other, the lead that its keys ask for.
    marks: &'w mut [u64],
}

/// The atoms of one phase's finders, field by field.
struct Atoms<'w> {
    /// The first, and their number in the high half.
    ranges: &'w mut [u64],
    /// How many of them rules have asked for so far.
    asked: &'w mut [u64],
}

/// Words that mark the instructions of the longest rule.
const REACH_WORDS: u32 = words_for(cast::narrow(crate::limits::MAX_RULE_CODE));

impl<'w> Workspace<'w> {
    fn words(kind: &KindRecord) -> u32 {
        REACH_WORDS
            .wrapping_add(u32::from(kind.field_count).wrapping_mul(5))
            .wrapping_add(words_for(kind.atom_count).max(cast::narrow(LEAD_WORDS)))
    }

    fn cut(scratch: &'w mut [u64], kind: &KindRecord) -> Option<Self> {
        let fields = usize::from(kind.field_count);
        let words = cast::index(Self::words(kind));
        let (scratch, _) = scratch.split_at_mut_checked(words)?;
        scratch.fill(0);
        let (reach, rest) = scratch.split_at_mut_checked(cast::index(REACH_WORDS))?;
        let (per_unit, rest) = rest.split_at_mut_checked(fields)?;
        let (eager, rest) = Atoms::cut(rest, fields)?;
        let (lazy, marks) = Atoms::cut(rest, fields)?;
        Some(Self {
            reach,
            per_unit,
            eager,
            lazy,
            marks,
        })
    }
}

impl<'w> Atoms<'w> {
    fn cut(scratch: &'w mut [u64], fields: usize) -> Option<(Self, &'w mut [u64])> {
        let (ranges, rest) = scratch.split_at_mut_checked(fields)?;
        let (asked, rest) = rest.split_at_mut_checked(fields)?;
        Some((Self { ranges, asked }, rest))
    }
}

impl Verifier<'_, '_> {
    fn kind(
        &mut self,
        index: u32,
        record: &KindRecord,
        scratch: &mut [u64],
        ledger: &mut impl Ledger,
    ) -> Result<(), Refusal> {
        let here = |code| refuse(code, Section::Kinds, index);
        let Some(kind) = Kind::from_number(record.kind) else {
            return here(Code::UnknownKind);
        };
        let info = kind.info();
        if info.tier == Tier::User && !self.user_tier {
            return here(Code::UnknownKind);
        }
        if usize::from(record.field_count) != info.fields.len() {
            return here(Code::FieldCount);
        }
        if record.rule_count == 0 {
            return here(Code::Unreferenced);
        }
        if record.rule_count > MAX_RULES {
            return here(Code::TooMany);
        }
        if u32::from(record.always_count) > record.rule_count
            || record.always_count > self.limits.always_rules
        {
            return here(Code::TooManyAlways);
        }
        let Some(work) = Workspace::cut(scratch, record) else {
            return here(Code::ScratchLimit);
        };
        let mut pass = KindPass {
            index,
            record,
            info,
            work,
            fixed: 0,
            fires: 0,
            triggers: 0,
        };
        self.finders(&mut pass)?;
        self.rules(&mut pass)?;
        self.costs(&pass, ledger)?;
        self.scratch_needed = self
            .scratch_needed
            .max(machine::scratch_words(record))
            .max(self.pools.words().wrapping_add(Workspace::words(record)));
        Ok(())
    }

    /// Nothing is left over.
    fn rest(&self) -> Result<(), Refusal> {
        let content = self.content;
        let cursors = &self.cursors;
        let ends = [
            (cursors.costs, content.costs.len(), Section::Costs),
            (cursors.rules, content.rules.len(), Section::Rules),
            (cursors.finders, content.finders.len(), Section::Finders),
            (cursors.units, content.units.len(), Section::Units),
            (cursors.posts, content.posts.len(), Section::Posts),
            (
                cursors.fire_bounds,
                content.fire_bounds.len(),
                Section::FireBounds,
            ),
            (cursors.fires, content.fires.len(), Section::Fires),
            (cursors.bits, content.bits.len(), Section::Bits),
            (cursors.bounds, content.bounds.len(), Section::Bounds),
            (cursors.entries, content.entries.len(), Section::Entries),
            (cursors.code, content.code.len(), Section::Code),
            (cursors.names, content.names.len(), Section::Names),
        ];
        for (cursor, length, section) in ends {
            if cast::index(cursor) != length {
                return refuse(Code::Unreferenced, section, cursor);
            }
        }
        Ok(())
    }
}
