//! The sizes that everything keeps to.

/// Longest literal that a scan looks for, in units.
pub const MAX_SCANNED: usize = 256;

/// Longest literal that is compared in one place only (whole text, ending, start), in units.
pub const MAX_LITERAL: usize = 4_096;

/// Most instructions of one rule.
pub const MAX_RULE_CODE: usize = 4_096;

/// Most entries of one bucket: what a lookup examines at most.
pub const MAX_BUCKET: usize = 8;

/// Most entries of one bucket, but for the tail table's, whose tags one text can have at once: what a look-up compares
/// at most.
pub const MAX_ALIKE: usize = 4;

/// Most rules of one kind.
pub const MAX_RULES: u32 = 65_535;

/// Most atoms of one finder.
pub const MAX_ATOMS: u32 = 65_536;

/// What a verifier accepts. Everything above is refused, whatever the signature says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest file in bytes.
    pub file_bytes: u32,
    /// Most 64-bit words of scratch.
    pub scratch_words: u32,
    /// Most rules of one kind that run on every event.
    pub always_rules: u16,
    /// Most steps that one rule may cost apart from its texts.
    pub rule_fixed: u64,
    /// Most steps that one rule may cost for each unit of text, all its fields together.
    pub rule_per_unit: u64,
    /// Most steps that one event may cost apart from its texts.
    pub event_fixed: u64,
    /// Most steps that one event may cost for each unit of text, all its fields together.
    pub event_per_unit: u64,
    /// This engine's version, to which the header's `min_engine` is compared.
    pub engine: u32,
}

impl Limits {
    /// What the driver accepts: 6 KiB of scratch; and of cost half as much again as all recorded rules need, or more.
    ///
    /// A step is about a nanosecond. So an event costs at most 0.13 milliseconds apart from its texts, and 6 microseconds
    /// for each unit of them: of a thousand units 6 milliseconds, and, were every field as long as one can be, a fifth
    /// of a second. That is where every pattern of every rule runs; an ordinary unit costs some five steps.
    pub const KERNEL: Limits = Limits {
        file_bytes: 16 << 20,
        scratch_words: 768,
        always_rules: 64,
        rule_fixed: 1 << 12,
        rule_per_unit: 1 << 9,
        event_fixed: 1 << 17,
        event_per_unit: 6 << 10,
        engine: ENGINE_VERSION,
    };

    /// What a host process accepts.
    pub const USER: Limits = Limits {
        file_bytes: 256 << 20,
        scratch_words: 1 << 16,
        always_rules: 1024,
        rule_fixed: 1 << 20,
        rule_per_unit: 1 << 16,
        event_fixed: 1 << 28,
        event_per_unit: 1 << 24,
        engine: ENGINE_VERSION,
    };
}

/// Version of this engine; grows when content may ask for something new.
pub const ENGINE_VERSION: u32 = 1;
