//! A content file taken apart in place: the step before verification.
//!
//! [`Content::decode`] checks only what is needed to say where each section lies; it reads the header and the
//! length, in constant time. What the sections hold is the verifier's business.

use crate::cast;
use crate::code::{Form, Instruction, Operand};
use crate::layout::{
    EntryRecord, FORMAT_VERSION, FinderRecord, Header, KindRecord, LiteralRecord, MAGIC,
    PatternRecord, RECORD_SIZES, RuleRecord, SECTIONS, SIGNATURE_SIZE,
};
use crate::refusal::{Code, Refusal, Section};

/// The sections of a content file, borrowed from its bytes.
#[derive(Clone, Copy, Debug)]
pub struct Content<'a> {
    /// The header's bytes.
    pub header: &'a [u8; Header::SIZE],
    /// [`KindRecord`]s.
    pub kinds: &'a [[u8; 48]],
    /// [`CostRecord`](crate::layout::CostRecord)s.
    pub costs: &'a [[u8; 8]],
    /// [`RuleRecord`]s.
    pub rules: &'a [[u8; 48]],
    /// [`FinderRecord`]s.
    pub finders: &'a [[u8; FinderRecord::SIZE]],
    /// [`LiteralRecord`]s: those of finders first, then loose ones.
    pub literals: &'a [[u8; 16]],
    /// The literals' units.
    pub units: &'a [[u8; 2]],
    /// Atoms that literals set, within their finder.
    pub posts: &'a [[u8; 2]],
    /// Where eager atoms' rule lists begin.
    pub fire_bounds: &'a [[u8; 4]],
    /// Rules that eager atoms fire, within their kind.
    pub fires: &'a [[u8; 2]],
    /// Words of the tables' bits.
    pub bits: &'a [[u8; 8]],
    /// Where buckets begin, within their table.
    pub bounds: &'a [[u8; 4]],
    /// [`EntryRecord`]s.
    pub entries: &'a [[u8; 8]],
    /// [`Instruction`](crate::code::Instruction)s.
    pub code: &'a [[u8; 8]],
    /// Numbers to compare with, ascending.
    pub numbers: &'a [[u8; 8]],
    /// [`NetworkRecord`](crate::layout::NetworkRecord)s.
    pub networks: &'a [[u8; 24]],
    /// [`PatternRecord`]s.
    pub patterns: &'a [[u8; 8]],
    /// Patterns' programs.
    pub pattern_bytes: &'a [u8],
    /// Titles and metadata, UTF-8.
    pub names: &'a [u8],
}

/// Decoded content that nobody has verified. It can be looked at, authenticated and verified, not run.
#[derive(Clone, Copy, Debug)]
pub struct Unverified<'a> {
    pub(crate) content: Content<'a>,
    bytes: &'a [u8],
}

/// Says whether a signature is right. Implemented with the kernel's CNG in the driver and with a library on
/// the host; the interpreter holds no cryptography.
pub trait SignatureCheck {
    /// Whether `signature` (ECDSA P-256 over SHA-256, `r || s`) is the named key's over `signed`.
    fn check(&self, key_id: &[u8; 16], signed: &[u8], signature: &[u8; SIGNATURE_SIZE]) -> bool;
}

fn refuse<T>(code: Code, offset: u32) -> Result<T, Refusal> {
    Err(Refusal {
        code,
        section: Section::Header,
        index: offset,
    })
}

/// Cuts the next section off `rest`.
fn cut<'a, const N: usize>(
    rest: &mut &'a [u8],
    counts: &mut core::slice::Iter<'_, [u8; 4]>,
) -> Option<&'a [[u8; N]]> {
    let count = cast::index(u32::from_le_bytes(*counts.next()?));
    let (section, after) = rest.split_at_checked(count.checked_mul(N)?)?;
    *rest = after;
    let (records, remainder) = section.as_chunks::<N>();
    remainder.is_empty().then_some(records)
}

impl<'a> Content<'a> {
    /// Takes a file apart.
    ///
    /// # Errors
    /// The first of: [`Code::Truncated`] below the header's size, [`Code::Magic`], [`Code::FormatVersion`],
    /// [`Code::CountOverflow`], [`Code::LengthMismatch`], [`Code::Truncated`], [`Code::TrailingBytes`].
    /// The index is the byte offset of the header field that is wrong.
    pub fn decode(bytes: &'a [u8]) -> Result<Unverified<'a>, Refusal> {
        let Some((raw, body)) = bytes.split_first_chunk::<{ Header::SIZE }>() else {
            return refuse(Code::Truncated, 0);
        };
        let header = Header::read(raw);
        if header.magic != MAGIC {
            return refuse(Code::Magic, 0);
        }
        if header.format_version != FORMAT_VERSION {
            return refuse(Code::FormatVersion, 8);
        }
        let (counts, _) = header.counts.as_chunks::<4>();
        let mut total = cast::wide(Header::SIZE).wrapping_add(cast::wide(SIGNATURE_SIZE));
        for (count, (_, size)) in counts.iter().zip(&RECORD_SIZES) {
            // At most 18 products below 2^39: the sum cannot overflow.
            let bytes = u64::from(u32::from_le_bytes(*count)).wrapping_mul(u64::from(*size));
            total = total.wrapping_add(bytes);
        }
        if total > u64::from(u32::MAX) {
            return refuse(Code::CountOverflow, 128);
        }
        if total != u64::from(header.total_length) {
            return refuse(Code::LengthMismatch, 120);
        }
        if cast::wide(bytes.len()) < total {
            return refuse(Code::Truncated, 120);
        }
        if cast::wide(bytes.len()) > total {
            return refuse(Code::TrailingBytes, header.total_length);
        }
        let mut rest = body;
        let mut counts = counts.iter();
        let content = (|| {
            Some(Content {
                header: raw,
                kinds: cut(&mut rest, &mut counts)?,
                costs: cut(&mut rest, &mut counts)?,
                rules: cut(&mut rest, &mut counts)?,
                finders: cut(&mut rest, &mut counts)?,
                literals: cut(&mut rest, &mut counts)?,
                units: cut(&mut rest, &mut counts)?,
                posts: cut(&mut rest, &mut counts)?,
                fire_bounds: cut(&mut rest, &mut counts)?,
                fires: cut(&mut rest, &mut counts)?,
                bits: cut(&mut rest, &mut counts)?,
                bounds: cut(&mut rest, &mut counts)?,
                entries: cut(&mut rest, &mut counts)?,
                code: cut(&mut rest, &mut counts)?,
                numbers: cut(&mut rest, &mut counts)?,
                networks: cut(&mut rest, &mut counts)?,
                patterns: cut(&mut rest, &mut counts)?,
                pattern_bytes: cut::<1>(&mut rest, &mut counts)?.as_flattened(),
                names: cut::<1>(&mut rest, &mut counts)?.as_flattened(),
            })
        })();
        match content {
            Some(content) => Ok(Unverified { content, bytes }),
            None => refuse(Code::Truncated, 120),
        }
    }

    /// The header.
    #[must_use]
    pub fn header(&self) -> Header {
        Header::read(self.header)
    }

    /// The number of records of a section; 0 for the header.
    #[must_use]
    pub fn count(&self, section: Section) -> u32 {
        let at = usize::from(section.number()).wrapping_sub(1);
        let header = self.header();
        let (counts, _) = header.counts.as_chunks::<4>();
        counts.get(at).map_or(0, |count| u32::from_le_bytes(*count))
    }

    /// The records of the kinds that have rules, ascending by kind number in verified content.
    pub fn kinds(&self) -> impl ExactSizeIterator<Item = KindRecord> + use<'a> {
        self.kinds.iter().map(KindRecord::read)
    }

    /// The record of one kind.
    #[inline]
    pub(crate) fn kind(&self, number: u8) -> Option<&'a [u8; KindRecord::SIZE]> {
        let mut kinds = self.kinds.iter();
        kinds.find(|record| record.first() == Some(&number))
    }

    /// The rules of a kind; `None` where they lie outside the section.
    #[inline]
    pub(crate) fn rules_of(&self, kind: &KindRecord) -> Option<&'a [[u8; RuleRecord::SIZE]]> {
        run(self.rules, kind.rule_start, kind.rule_count)
    }

    /// A rule.
    #[must_use]
    pub fn rule(&self, index: u32) -> Option<RuleRecord> {
        self.rules.get(cast::index(index)).map(RuleRecord::read)
    }

    /// The fields that a rule tests: bit n is the field with number n.
    #[must_use]
    pub fn fields_tested(&self, rule: &RuleRecord) -> u64 {
        let code = run(self.code, rule.code_start, rule.code_count).unwrap_or(&[]);
        let bit = |field: u8| 1_u64.checked_shl(field.into()).unwrap_or(0);
        code.iter()
            .filter_map(|bytes| Instruction::decode(*bytes))
            .fold(0, |fields, it| match (it.op.form(), it.op.operand()) {
                (Form::Test, Operand::Field) => {
                    fields | bit(it.field) | bit(cast::low8(it.operand))
                }
                (Form::Test, _) => fields | bit(it.field),
                _ => fields,
            })
    }

    /// A rule's title and metadata; empty where they are not UTF-8.
    #[must_use]
    pub fn name(&self, rule: &RuleRecord) -> (&'a str, &'a str) {
        let length = u32::from(rule.name_length).wrapping_add(rule.meta_length.into());
        let text = run(self.names, rule.name_start, length).unwrap_or(&[]);
        let (title, meta) = text
            .split_at_checked(rule.name_length.into())
            .unwrap_or((&[], &[]));
        (
            core::str::from_utf8(title).unwrap_or(""),
            core::str::from_utf8(meta).unwrap_or(""),
        )
    }

    #[inline(always)]
    pub(crate) fn literal(&self, index: u32) -> Option<LiteralRecord> {
        self.literals
            .get(cast::index(index))
            .map(LiteralRecord::read)
    }

    /// The finder records of a kind, eager ones first; `None` where they lie outside the section.
    #[must_use]
    pub fn finders_of(&self, kind: &KindRecord) -> Option<&'a [[u8; FinderRecord::SIZE]]> {
        let count = usize::from(kind.eager_count).wrapping_add(usize::from(kind.lazy_count));
        run(self.finders, kind.finder_start, cast::narrow(count))
    }

    /// A pattern's program.
    #[inline]
    pub(crate) fn pattern(&self, index: u32) -> Option<&'a [u8]> {
        let record = PatternRecord::read(self.patterns.get(cast::index(index))?);
        run(self.pattern_bytes, record.start, record.length)
    }
}

impl<'a> Unverified<'a> {
    /// The sections, to look at.
    #[must_use]
    pub fn content(&self) -> &Content<'a> {
        &self.content
    }

    /// Every byte that the signature covers.
    #[must_use]
    pub fn signed(&self) -> &'a [u8] {
        let (signed, _) = self.split();
        signed
    }

    /// The signature block.
    #[must_use]
    pub fn signature(&self) -> &'a [u8; SIGNATURE_SIZE] {
        let (_, signature) = self.split();
        signature
    }

    /// Whether the signature block is the named key's. It says who, never that the content is well-formed.
    #[must_use]
    pub fn is_authentic(&self, check: &impl SignatureCheck) -> bool {
        let header = self.content.header();
        check.check(&header.key_id, self.signed(), self.signature())
    }

    fn split(&self) -> (&'a [u8], &'a [u8; SIGNATURE_SIZE]) {
        self.bytes
            .split_last_chunk()
            .unwrap_or((self.bytes, &[0; SIGNATURE_SIZE]))
    }
}

/// `records[start..start + count]`, if it is there.
#[inline(always)]
pub(crate) fn run<T>(records: &[T], start: u32, count: u32) -> Option<&[T]> {
    let (_, rest) = records.split_at_checked(cast::index(start))?;
    let (run, _) = rest.split_at_checked(cast::index(count))?;
    Some(run)
}

const _: () = assert!(RECORD_SIZES.len() == SECTIONS);
const _: () = assert!(
    KindRecord::SIZE == 48 && FinderRecord::SIZE == 172 && EntryRecord::SIZE == 8,
    "record sizes and section types agree"
);
