//! The writer: from a [`Program`] to the bytes of a content file.
//!
//! What it guarantees: the same program gives the same bytes, whatever the order of its kinds and rules; and
//! what it returns has passed the verifier. Costs and scratch are not computed here a second time: the verifier
//! proves them, the writer declares what was proved.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::thread;

use cofferdam_interpreter::layout::{
    CostRecord, FORMAT_VERSION, Header, KindRecord, LiteralRecord, MAGIC, NetworkRecord,
    PatternRecord, RECORD_SIZES, RuleRecord, SIGNATURE_SIZE,
};
use cofferdam_interpreter::schema::{FINGERPRINT, SCHEMA_NUMBER, Tier};
use cofferdam_interpreter::{Content, Ledger, Limits, Place, Section, Shape};

use crate::error::WriteError;
use crate::finder::FinderWriter;
use crate::model::{Issue, KindProgram, Program, Rule, Step, Test};
use crate::rarity::Rarity;

/// Limits that let anything through that the format can express: a writer's output is judged by those who load it.
const UNLIMITED: Limits = Limits {
    file_bytes: u32::MAX,
    scratch_words: u32::MAX,
    always_rules: u16::MAX,
    rule_fixed: u64::MAX,
    rule_per_unit: u64::MAX,
    event_fixed: u64::MAX,
    event_per_unit: u64::MAX,
    engine: u32::MAX,
};

/// Writes a program, unsigned: the signature block is zero.
///
/// # Errors
/// [`WriteError`] where the program cannot be expressed or the verifier refuses the outcome.
pub fn write(program: &Program) -> Result<Vec<u8>, WriteError> {
    write_with(program, &Rarity::builtin())
}

/// As [`write`], with other counts to choose keys by.
///
/// # Errors
/// As [`write`].
pub fn write_with(program: &Program, rarity: &Rarity) -> Result<Vec<u8>, WriteError> {
    let mut kinds: Vec<&KindProgram> = program.kinds.iter().collect();
    kinds.sort_by_key(|kind| kind.kind.number());
    if let Some([twice, _]) = kinds
        .array_windows()
        .find(|[one, two]| one.kind == two.kind)
    {
        return Err(WriteError::KindTwice {
            kind: twice.kind.name(),
        });
    }
    let kinds = kinds.into_iter().map(KindWriter::new);
    let mut kinds = kinds.collect::<Result<Vec<_>, _>>()?;
    let scanned = kinds.iter().map(|kind| kind.finders.literal_count()).sum();
    choose_places(&mut kinds, scanned, rarity)?;
    let mut sections = Sections::new(program, scanned);
    let mut records = Vec::new();
    for kind in &kinds {
        records.push(kind.write(&mut sections)?);
    }
    sections.write_loose()?;
    let mut bytes = sections.assemble(&program.issue, &records, 0)?;
    let proved = Proved::of(&bytes)?;
    for (record, (fixed, per_unit)) in records.iter_mut().zip(&proved.kinds) {
        record.cost_fixed = *fixed;
        record.cost_start = sections.count(Section::Costs);
        for (field, steps) in (0_u8..).zip(per_unit).filter(|(_, steps)| **steps > 0) {
            let per_unit = u32::try_from(*steps).map_err(|_| WriteError::TooMany {
                what: "steps for one unit",
                count: *steps as usize,
                most: u32::MAX as usize,
            })?;
            sections.push(Section::Costs, &CostRecord { field, per_unit }.write());
            record.cost_count += 1;
        }
    }
    bytes = sections.assemble(&program.issue, &records, proved.scratch_words)?;
    verify(&bytes, proved.scratch_words)?;
    Ok(bytes)
}

/// Literals from which on several threads choose places sooner than one.
const MANY: usize = 2_000;

/// Chooses the places of all literals. No finder's depend on another's, so they are chosen side by side.
fn choose_places(
    kinds: &mut [KindWriter<'_>],
    literals: usize,
    rarity: &Rarity,
) -> Result<(), WriteError> {
    let workers = match literals {
        MANY.. => thread::available_parallelism().map_or(1, NonZeroUsize::get),
        _ => 1,
    };
    let groups = Mutex::new(kinds.iter_mut().flat_map(|kind| kind.finders.groups()));
    let work = || {
        let next = || groups.lock().map(|mut groups| groups.next()).ok().flatten();
        std::iter::from_fn(next).try_for_each(|group| group.choose(rarity))
    };
    thread::scope(|scope| {
        let others: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
        let own = work();
        let others = others.into_iter().map(|other| match other.join() {
            Ok(outcome) => outcome,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        // All are waited for; which of several errors is told does not matter.
        others.fold(own, Result::and)
    })
}

fn verify(bytes: &[u8], scratch_words: u32) -> Result<(), WriteError> {
    let mut scratch = vec![0; scratch_words as usize];
    Content::decode(bytes)
        .and_then(|content| content.verify(&UNLIMITED, &mut scratch))
        .map_err(WriteError::Refused)?;
    Ok(())
}

/// What the verifier proved of a file that declares nothing yet.
struct Proved {
    kinds: Vec<(u64, Vec<u64>)>,
    scratch_words: u32,
}

impl Ledger for Proved {
    const COMPARES: bool = false;

    fn kind(&mut self, _: u32, fixed: u64, per_unit: &[u64]) {
        self.kinds.push((fixed, per_unit.to_vec()));
    }
}

impl Proved {
    fn of(bytes: &[u8]) -> Result<Self, WriteError> {
        let unverified = Content::decode(bytes).map_err(WriteError::Refused)?;
        // Enough for the largest finder that the format can express.
        let mut scratch = vec![0; 1 << 16];
        let mut proved = Self {
            kinds: Vec::new(),
            scratch_words: 0,
        };
        proved.scratch_words = unverified
            .prove(&UNLIMITED, &mut scratch, &mut proved)
            .map_err(WriteError::Refused)?;
        Ok(proved)
    }
}

/// The sections as they grow, and the pools that all kinds share.
pub(crate) struct Sections {
    bytes: Vec<Vec<u8>>,
    /// Loose literals, numbers, networks and patterns, in order; their indices are known from the start.
    loose: Pool<(Vec<u16>, u8)>,
    numbers: Pool<u64>,
    networks: Pool<[u8; NetworkRecord::SIZE]>,
    patterns: Pool<Vec<u8>>,
    /// Literals of all finders: the loose ones come after them.
    scanned: usize,
}

/// Distinct values in ascending order.
struct Pool<T>(Vec<T>);

impl<T: Ord> Pool<T> {
    fn new(values: impl Iterator<Item = T>) -> Self {
        let mut values: Vec<T> = values.collect();
        values.sort();
        values.dedup();
        Self(values)
    }

    fn index(&self, value: &T) -> u32 {
        // Every value that is asked for was collected.
        self.0.binary_search(value).map_or(u32::MAX, |at| at as u32)
    }
}

impl Sections {
    fn new(program: &Program, scanned: usize) -> Self {
        let tests = || {
            let rules = program.kinds.iter().flat_map(|kind| &kind.rules);
            let steps = rules.flat_map(|rule| &rule.code);
            steps.filter_map(|step| match step {
                Step::Test { test, .. } => Some(test),
                _ => None,
            })
        };
        Self {
            bytes: vec![Vec::new(); Section::ALL.len()],
            loose: Pool::new(tests().filter_map(loose)),
            numbers: Pool::new(tests().filter_map(|test| match test {
                Test::Number { value, .. } => Some(*value),
                _ => None,
            })),
            networks: Pool::new(tests().filter_map(network)),
            patterns: Pool::new(tests().filter_map(|test| match test {
                Test::Pattern { program, .. } => Some(program.clone()),
                _ => None,
            })),
            scanned,
        }
    }

    pub(crate) fn push(&mut self, section: Section, record: &[u8]) {
        self.bytes[usize::from(section.number())].extend_from_slice(record);
    }

    /// Records of the section so far.
    pub(crate) fn count(&self, section: Section) -> u32 {
        let size = RECORD_SIZES
            .iter()
            .find(|(of, _)| *of == section)
            .map_or(1, |(_, size)| *size);
        (self.bytes[usize::from(section.number())].len() / size as usize) as u32
    }

    /// Writes the units of the next literal; where they begin.
    pub(crate) fn units(&mut self, units: &[u16]) -> u32 {
        let start = self.count(Section::Units);
        for unit in units {
            self.push(Section::Units, &unit.to_le_bytes());
        }
        start
    }

    /// Writes what is not a kind's own.
    fn write_loose(&mut self) -> Result<(), WriteError> {
        for (units, shape) in std::mem::take(&mut self.loose.0) {
            limit("units of a literal", units.len(), u16::MAX.into())?;
            let record = LiteralRecord {
                units_start: self.units(&units),
                length: units.len() as u16,
                shape,
                key: 0,
                posts_start: 0,
                posts_count: 0,
                first_post: 0,
            };
            self.push(Section::Literals, &record.write());
        }
        for number in std::mem::take(&mut self.numbers.0) {
            self.push(Section::Numbers, &number.to_le_bytes());
        }
        for network in std::mem::take(&mut self.networks.0) {
            self.push(Section::Networks, &network);
        }
        for program in std::mem::take(&mut self.patterns.0) {
            let record = PatternRecord {
                start: self.count(Section::PatternBytes),
                length: program.len() as u32,
            };
            self.push(Section::Patterns, &record.write());
            self.push(Section::PatternBytes, &program);
        }
        Ok(())
    }

    /// The whole file.
    fn assemble(
        &self,
        issue: &Issue,
        kinds: &[KindRecord],
        scratch_words: u32,
    ) -> Result<Vec<u8>, WriteError> {
        let kinds: Vec<u8> = kinds.iter().flat_map(|kind| kind.write()).collect();
        let body = |section: Section| match section {
            Section::Kinds => &kinds,
            _ => &self.bytes[usize::from(section.number())],
        };
        let total = Header::SIZE
            + SIGNATURE_SIZE
            + RECORD_SIZES
                .iter()
                .map(|(section, _)| body(*section).len())
                .sum::<usize>();
        let total_length = u32::try_from(total).map_err(|_| WriteError::TooMany {
            what: "bytes of content",
            count: total,
            most: u32::MAX as usize,
        })?;
        let mut counts = [0; 72];
        for (count, (section, size)) in counts.chunks_exact_mut(4).zip(RECORD_SIZES) {
            let records = body(section).len() as u32 / size;
            count.copy_from_slice(&records.to_le_bytes());
        }
        let header = Header {
            magic: MAGIC,
            format_version: FORMAT_VERSION,
            tier: u8::from(issue.tier == Tier::User),
            ring: issue.ring,
            schema_number: SCHEMA_NUMBER,
            schema_fingerprint: FINGERPRINT,
            content_version: issue.content_version,
            rollback_floor: issue.rollback_floor,
            min_engine: issue.min_engine,
            issued: issue.issued,
            expires: issue.expires,
            channel: channel(&issue.channel)?,
            key_id: issue.key_id,
            total_length,
            scratch_words,
            counts,
        };
        let mut bytes = Vec::with_capacity(total);
        bytes.extend_from_slice(&header.write());
        for (section, _) in RECORD_SIZES {
            bytes.extend_from_slice(body(section));
        }
        bytes.extend_from_slice(&[0; SIGNATURE_SIZE]);
        Ok(bytes)
    }
}

fn channel(name: &str) -> Result<[u8; 16], WriteError> {
    let mut channel = [0; 16];
    let valid = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
    match channel.get_mut(..name.len()).filter(|_| valid) {
        Some(place) => place.copy_from_slice(name.as_bytes()),
        None => {
            return Err(WriteError::Channel {
                channel: name.to_owned(),
            });
        }
    }
    Ok(channel)
}

fn loose(test: &Test) -> Option<(Vec<u16>, u8)> {
    match test {
        Test::Text {
            mode, cased, units, ..
        } => {
            let shape = Shape {
                mode: *mode,
                place: Place::Loose,
                cased: *cased,
            };
            Some((units.clone(), shape.encode()))
        }
        _ => None,
    }
}

fn network(test: &Test) -> Option<[u8; NetworkRecord::SIZE]> {
    match test {
        Test::Network {
            family,
            prefix,
            address,
            ..
        } => {
            let record = NetworkRecord {
                family: *family,
                prefix: *prefix,
                address: *address,
            };
            Some(record.write())
        }
        _ => None,
    }
}

/// One kind before it is bytes.
struct KindWriter<'p> {
    kind: &'p KindProgram,
    /// In file order.
    rules: Vec<&'p Rule>,
    finders: FinderWriter<'p>,
}

impl<'p> KindWriter<'p> {
    fn new(kind: &'p KindProgram) -> Result<Self, WriteError> {
        let mut rules: Vec<&Rule> = kind.rules.iter().collect();
        rules.sort_by_key(|rule| (!rule.always, rule.id, rule.condition));
        limit("rules of one kind", rules.len(), 65_535)?;
        let finders = FinderWriter::new(kind, &rules)?;
        Ok(Self {
            kind,
            rules,
            finders,
        })
    }

    fn write(&self, sections: &mut Sections) -> Result<KindRecord, WriteError> {
        let finder_start = sections.count(Section::Finders);
        self.finders.write(sections)?;
        let rule_start = sections.count(Section::Rules);
        for rule in &self.rules {
            write_rule(rule, &self.finders, sections)?;
        }
        let kind = self.kind.kind;
        Ok(KindRecord {
            kind: kind.number(),
            field_count: kind.fields().len() as u8,
            always_count: self.rules.iter().filter(|rule| rule.always).count() as u16,
            rule_start,
            rule_count: self.rules.len() as u32,
            finder_start,
            eager_count: self.finders.eager_count(),
            lazy_count: self.finders.lazy_count(),
            atom_count: self.finders.atom_count(),
            cost_fixed: 0,
            cost_start: 0,
            cost_count: 0,
        })
    }
}

fn write_rule(
    rule: &Rule,
    finders: &FinderWriter<'_>,
    sections: &mut Sections,
) -> Result<(), WriteError> {
    limit("bytes of a title", rule.title.len(), u16::MAX.into())?;
    limit("bytes of metadata", rule.meta.len(), u16::MAX.into())?;
    let record = RuleRecord {
        id: rule.id,
        condition: rule.condition,
        severity: rule.severity,
        action: rule.deny.into(),
        flags: rule.code.contains(&Step::Maybe).into(),
        code_start: sections.count(Section::Code),
        code_count: rule.code.len() as u32,
        name_start: sections.count(Section::Names),
        name_length: rule.title.len() as u16,
        meta_length: rule.meta.len() as u16,
    };
    sections.push(Section::Rules, &record.write());
    sections.push(Section::Names, rule.title.as_bytes());
    sections.push(Section::Names, rule.meta.as_bytes());
    for step in &rule.code {
        let instruction = crate::lower::instruction(step, rule, finders, sections)?;
        sections.push(Section::Code, &instruction.encode());
    }
    Ok(())
}

impl Sections {
    pub(crate) fn loose_index(&self, test: &Test) -> u32 {
        loose(test).map_or(u32::MAX, |value| {
            self.scanned as u32 + self.loose.index(&value)
        })
    }

    pub(crate) fn network_index(&self, test: &Test) -> u32 {
        network(test).map_or(u32::MAX, |value| self.networks.index(&value))
    }

    pub(crate) fn number_index(&self, value: u64) -> u32 {
        self.numbers.index(&value)
    }

    pub(crate) fn pattern_index(&self, program: &Vec<u8>) -> u32 {
        self.patterns.index(program)
    }
}

pub(crate) fn limit(what: &'static str, count: usize, most: usize) -> Result<(), WriteError> {
    if count > most {
        return Err(WriteError::TooMany { what, count, most });
    }
    Ok(())
}
