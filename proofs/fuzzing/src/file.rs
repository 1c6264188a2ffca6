//! From any bytes to a content file that is worth verifying.

use cofferdam_interpreter::layout::{
    CostRecord, FORMAT_VERSION, Header, KindRecord, MAGIC, RECORD_SIZES, SECTIONS, SIGNATURE_SIZE,
};
use cofferdam_interpreter::schema::{FINGERPRINT, SCHEMA_NUMBER};
use cofferdam_interpreter::{Content, Ledger, Limits, Section};

use crate::support::sections::Sections;

/// Limits that only a defect could reach with files as small as a fuzzer's.
pub(crate) const LIMITS: Limits = Limits {
    always_rules: u16::MAX,
    ..Limits::USER
};

/// Words that suffice for nearly every file that a fuzzer makes; few, since they are cleared often.
pub(crate) const SCRATCH: usize = 1 << 12;

/// Where the header's reserved bytes begin: behind the counts.
const RESERVED: usize = 128 + 4 * SECTIONS;

/// Puts right what a fuzzer would hardly ever hit: magic, versions, fingerprint, lengths.
///
/// Counts that do not fit are cut down, and the last section takes what is left. The rest of the header stays as it is
/// unless `whole` says that all of it is to be put right.
pub(crate) fn fit(bytes: &[u8], whole: bool) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.resize(bytes.len().max(Header::SIZE + SIGNATURE_SIZE), 0);
    let length = bytes.len();
    let Some((raw, _)) = bytes.split_first_chunk_mut::<{ Header::SIZE }>() else {
        return bytes;
    };
    let mut header = Header::read(raw);
    header.magic = MAGIC;
    header.format_version = FORMAT_VERSION;
    header.schema_number = SCHEMA_NUMBER;
    header.schema_fingerprint = FINGERPRINT;
    header.total_length = length as u32;
    let mut room = length - Header::SIZE - SIGNATURE_SIZE;
    let (counts, _) = header.counts.as_chunks_mut::<4>();
    for (count, (section, size)) in counts.iter_mut().zip(RECORD_SIZES) {
        let size = size as usize;
        let wanted = u32::from_le_bytes(*count) as usize;
        let fitting = match section {
            Section::Names => room,
            _ => wanted.min(room / size),
        };
        room -= fitting * size;
        *count = (fitting as u32).to_le_bytes();
    }
    if whole {
        header.tier &= 1;
        header.min_engine = 1;
        header.rollback_floor = header.rollback_floor.min(header.content_version);
        header.expires = 0;
        header.channel = *b"fuzz\0\0\0\0\0\0\0\0\0\0\0\0";
        header.scratch_words = header.scratch_words.min(LIMITS.scratch_words);
        // What no field names is zero when it is written again.
        *raw = header.write();
    } else {
        let reserved = raw[RESERVED..].to_vec();
        *raw = header.write();
        raw[RESERVED..].copy_from_slice(&reserved);
    }
    bytes
}

/// The same with another content version.
pub(crate) fn of_version(bytes: &[u8], content_version: u64) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if let Some(raw) = bytes.first_chunk_mut::<{ Header::SIZE }>() {
        let header = Header {
            content_version,
            ..Header::read(raw)
        };
        *raw = header.write();
    }
    bytes
}

/// Declares the costs and the scratch that the verifier proves, where it gets that far.
pub(crate) fn declare(bytes: &[u8]) -> Option<Vec<u8>> {
    Content::decode(bytes).ok()?;
    let mut sections = Sections::read(bytes);
    sections.header.scratch_words = 0;
    each_kind(&mut sections, |_, kind| {
        kind.cost_start = 0;
        kind.cost_count = 0;
    });
    sections.body(Section::Costs).clear();
    let undeclared = sections.write();
    let mut proved = Proved(Vec::new());
    let content = Content::decode(&undeclared).ok()?;
    let words = content
        .prove(&LIMITS, &mut vec![0; SCRATCH], &mut proved)
        .ok()?;
    sections.header.scratch_words = words;
    let mut costs: Vec<CostRecord> = Vec::new();
    each_kind(&mut sections, |at, kind| {
        let Some((fixed, per_unit)) = proved.0.get(at) else {
            return;
        };
        let own = (0_u8..).zip(per_unit).filter(|(_, steps)| **steps > 0);
        kind.cost_fixed = *fixed;
        kind.cost_start = costs.len() as u32;
        costs.extend(own.map(|(field, steps)| CostRecord {
            field,
            per_unit: u32::try_from(*steps).unwrap_or(u32::MAX),
        }));
        kind.cost_count = costs.len() as u32 - kind.cost_start;
    });
    let body = sections.body(Section::Costs);
    body.extend(costs.iter().flat_map(CostRecord::write));
    Some(sections.write())
}

fn each_kind(sections: &mut Sections, mut change: impl FnMut(usize, &mut KindRecord)) {
    let (kinds, _) = sections.body(Section::Kinds).as_chunks_mut::<48>();
    for (at, bytes) in kinds.iter_mut().enumerate() {
        let mut kind = KindRecord::read(bytes);
        change(at, &mut kind);
        *bytes = kind.write();
    }
}

/// What the verifier proved of each kind.
struct Proved(Vec<(u64, Vec<u64>)>);

impl Ledger for Proved {
    const COMPARES: bool = false;

    fn kind(&mut self, _: u32, fixed: u64, per_unit: &[u64]) {
        self.0.push((fixed, per_unit.to_vec()));
    }
}
