//! The content file's records, byte for byte.
//!
//! ```text
//! header 256 | kinds | costs | rules | finders | literals | units | posts | fire bounds | fires | bits
//!            | bounds | entries | code | numbers | networks | patterns | pattern bytes | names
//!            | signature 64
//! ```
//!
//! All numbers are little-endian. Sections follow each other without gaps, in this order; each is an array of
//! records of one size, and the header says how many. So sections cannot overlap, and an offset into the file
//! never needs to be stored. Within the sections, ranges follow each other in the same way: the verifier walks
//! them with one cursor for each section and refuses a range that begins anywhere else.
//!
//! Records are read in place from byte arrays: the buffer needs no alignment.

use crate::bytes::record;
use crate::refusal::Section;

/// The first eight bytes. The high bit, CR LF and Ctrl-Z catch transfers that alter bytes.
pub const MAGIC: [u8; 8] = *b"\x89DAM\r\n\x1a\n";

/// The format that this engine reads.
pub const FORMAT_VERSION: u16 = 1;

/// Bytes of the signature block: ECDSA P-256, `r || s`, big-endian as CNG has it; all zero when unsigned.
pub const SIGNATURE_SIZE: usize = 64;

/// Number of sections after the header.
pub const SECTIONS: usize = 18;

/// Bytes of one record of each section, in file order.
pub const RECORD_SIZES: [(Section, u32); SECTIONS] = [
    (Section::Kinds, 48),
    (Section::Costs, 8),
    (Section::Rules, 48),
    (Section::Finders, 172),
    (Section::Literals, 16),
    (Section::Units, 2),
    (Section::Posts, 2),
    (Section::FireBounds, 4),
    (Section::Fires, 2),
    (Section::Bits, 8),
    (Section::Bounds, 4),
    (Section::Entries, 8),
    (Section::Code, 8),
    (Section::Numbers, 8),
    (Section::Networks, 24),
    (Section::Patterns, 8),
    (Section::PatternBytes, 1),
    (Section::Names, 1),
];

record! {
    /// The header. Bytes 200 to 255 are reserved.
    pub struct Header: 256 {
        /// [`MAGIC`].
        magic: [u8; 8] = 0,
        /// [`FORMAT_VERSION`].
        format_version: u16 = 8,
        /// 0 kernel, 1 user.
        tier: u8 = 10,
        /// Rollout ring for which the file was issued.
        ring: u8 = 11,
        /// [`SCHEMA_NUMBER`](crate::schema::SCHEMA_NUMBER) of the compiler.
        schema_number: u32 = 12,
        /// [`FINGERPRINT`](crate::schema::FINGERPRINT) of the compiler.
        schema_fingerprint: [u8; 32] = 16,
        /// Grows with every issue of a channel.
        content_version: u64 = 48,
        /// The lowest content version that may replace this one by a rollback order.
        rollback_floor: u64 = 56,
        /// The lowest engine version that may run this content.
        min_engine: u32 = 64,
        /// Seconds since 1970 at which the file was issued.
        issued: u64 = 72,
        /// Seconds since 1970 after which it must not be activated; 0 means never.
        expires: u64 = 80,
        /// Channel name, ASCII, padded with zeros.
        channel: [u8; 16] = 88,
        /// Names the key that signed; all zero when unsigned.
        key_id: [u8; 16] = 104,
        /// Bytes of the whole file, signature block included.
        total_length: u32 = 120,
        /// 64-bit words of scratch that verifying and running need.
        scratch_words: u32 = 124,
        /// Number of records of each section, in file order, four bytes each.
        counts: [u8; 72] = 128,
    }
}

record! {
    /// Everything that one event kind runs.
    pub struct KindRecord: 48 {
        /// Schema number of the kind.
        kind: u8 = 0,
        /// Fields that the compiler's schema had for this kind.
        field_count: u8 = 1,
        /// The first rules of the kind, which run on every event.
        always_count: u16 = 2,
        /// First rule.
        rule_start: u32 = 4,
        /// Number of rules, at most 65,535.
        rule_count: u32 = 8,
        /// First finder; the eager ones come first.
        finder_start: u32 = 12,
        /// Finders that run on every event.
        eager_count: u16 = 16,
        /// Finders that run when a rule asks.
        lazy_count: u16 = 18,
        /// Atoms of all finders of the kind.
        atom_count: u32 = 20,
        /// Proved cost of one event apart from its texts, in steps.
        cost_fixed: u64 = 24,
        /// First entry of the proved cost per unit.
        cost_start: u32 = 32,
        /// Entries of the proved cost per unit.
        cost_count: u32 = 36,
    }
}

record! {
    /// What each unit of one field's text can cost.
    pub struct CostRecord: 8 {
        /// Field number.
        field: u8 = 0,
        /// Steps for each unit; never 0.
        per_unit: u32 = 4,
    }
}

record! {
    /// A rule.
    pub struct RuleRecord: 48 {
        /// The rule's UUID, in the order of its text.
        id: [u8; 16] = 0,
        /// Index of the condition within the rule.
        condition: u8 = 16,
        /// 0 informational to 4 critical.
        severity: u8 = 17,
        /// 0 alert, 1 deny.
        action: u8 = 18,
        /// Bit 0: some fields of the rule are not supplied in this tier, so it may answer *maybe*.
        flags: u8 = 19,
        /// First instruction.
        code_start: u32 = 20,
        /// Number of instructions, 1 to [`MAX_RULE_CODE`](crate::MAX_RULE_CODE).
        code_count: u32 = 24,
        /// First byte of the title.
        name_start: u32 = 28,
        /// Bytes of the title.
        name_length: u16 = 32,
        /// Bytes of metadata that follow the title.
        meta_length: u16 = 34,
    }
}

record! {
    /// One hash table: a bit for each key, and for each eight bits the bound of their bucket of entries.
    pub struct TableRecord: 20 {
        /// Base-2 logarithm of the number of bits, 6 to 20; 0 means that there is no table.
        log2: u8 = 0,
        /// First word of bits.
        bits_start: u32 = 4,
        /// First bound; there is one more than eighths of the bits.
        bounds_start: u32 = 8,
        /// First entry.
        entries_start: u32 = 12,
        /// Number of entries.
        entries_count: u32 = 16,
    }
}

record! {
    /// The literals of one field.
    pub struct FinderRecord: 172 {
        /// Field number.
        field: u8 = 0,
        /// 0 eager, 1 lazy.
        phase: u8 = 1,
        /// Units of the shortest literal: no shorter text meets any. 0 where there are no literals.
        shortest: u16 = 2,
        /// First literal.
        literal_start: u32 = 4,
        /// Number of literals.
        literal_count: u32 = 8,
        /// First atom, within the kind.
        atom_start: u32 = 12,
        /// Number of atoms, at most 65,536.
        atom_count: u32 = 16,
        /// First fire bound; an eager finder has one more than atoms, a lazy one none.
        fire_bounds_start: u32 = 20,
        /// Literals by four successive 4-grams.
        gram: TableRecord = 24,
        /// Literals by four units.
        four: TableRecord = 44,
        /// Literals by two units.
        pair: TableRecord = 64,
        /// Literals by up to twelve units of which the first is not ASCII. Behind its bits stand 256 words more, the
        /// [widths](crate::key::WIDTHS_BYTES).
        unit: TableRecord = 84,
        /// Whole texts and path endings, by their last component.
        tail: TableRecord = 104,
        /// First word of the lead, 512 words: [`leads`](crate::key::leads) says which bits of which byte of it each key
        /// of the four and pair tables sets. 0 where there are no such keys.
        lead_start: u32 = 124,
        /// First entry of literals of one ASCII unit: the unit as tag, ascending.
        singles_start: u32 = 128,
        /// Their number.
        singles_count: u32 = 132,
        /// The atom that holds where the field is unsupplied, counted from 1 within the finder; 0 where there is none.
        unsupplied: u32 = 136,
        /// Starts and endings by the text's first or last units.
        edge: TableRecord = 140,
        /// Units of the longest last component of a literal in the tail table.
        longest_tail: u16 = 160,
        /// Which units the edge table's keys are: bit `n` the first `n + 1`, bit `n + 4` the last `n + 1`.
        edges: u8 = 162,
        /// 1 where each literal has a unit that no number's text has: then numbers are passed over. 0 elsewhere.
        no_numbers: u8 = 163,
        /// Four pairs of ASCII units, folded, ascending, of which each literal of the four and pair tables has one; zeros
        /// for none. Where there is none at all, these tables are probed in every text.
        gates: [u8; 8] = 164,
    }
}

record! {
    /// A literal.
    pub struct LiteralRecord: 16 {
        /// First unit.
        units_start: u32 = 0,
        /// Number of units.
        length: u16 = 4,
        /// Bits 0-1 [`Mode`](crate::Mode), bits 2-4 [`Place`](crate::Place), bit 5 case-sensitive.
        shape: u8 = 6,
        /// Where in the literal its key begins.
        key: u8 = 7,
        /// First post.
        posts_start: u32 = 8,
        /// Number of posts.
        posts_count: u16 = 12,
        /// The first post once more, so that a literal of one atom needs no further look.
        first_post: u16 = 14,
    }
}

record! {
    /// One way into a literal.
    pub struct EntryRecord: 8 {
        /// More bits of the key, so that most wrong candidates fall here.
        tag: u32 = 0,
        /// Bits 8-31 the literal within the finder, bits 0-7 the key's offset within the literal.
        target: u32 = 4,
    }
}

record! {
    /// An IP network.
    pub struct NetworkRecord: 24 {
        /// 4 or 6.
        family: u8 = 0,
        /// Leading bits that must agree.
        prefix: u8 = 1,
        /// The network's address; an IPv4 address in the first four bytes.
        address: [u8; 16] = 8,
    }
}

record! {
    /// Where a pattern's program lies.
    pub struct PatternRecord: 8 {
        /// First byte.
        start: u32 = 0,
        /// Number of bytes.
        length: u32 = 4,
    }
}
