//! One block of records: read, routed, assembled, judged.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use cofferdam_events::{
    Assembler, Block, Damage, Destination, Header, Place, Record, Routed, Routes, Sink, number,
    read,
};
use cofferdam_interpreter::event::Event;
use cofferdam_interpreter::{Outcome, Verdict, Verified};

use super::unknown::{Touched, Walker};

/// What judges: shared by all threads.
pub(crate) struct Bench<'c> {
    pub(crate) content: Verified<'c>,
    pub(crate) routes: Routes,
    /// The kernel's content, and for each rule the kernel's rule of the same id.
    pub(crate) kernel: Option<(Verified<'c>, Vec<Option<u32>>)>,
    /// The content as a model; made when a record asks.
    pub(crate) walker: OnceLock<Option<Walker>>,
}

/// A rule that answered on a record.
#[derive(Debug)]
pub(crate) struct Hit {
    /// The record's number within the block.
    pub(crate) number: u64,
    /// The rule's number in the content.
    pub(crate) rule: u32,
    pub(crate) verdict: Verdict,
    /// What the kernel tier alone says, where that is asked.
    pub(crate) kernel: Verdict,
    pub(crate) context: Arc<Context>,
}

/// What a record says of itself.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) channel: Option<String>,
    pub(crate) event_id: Option<u16>,
    pub(crate) record_id: Option<u64>,
    pub(crate) time: Option<String>,
    pub(crate) computer: Option<String>,
}

/// How many records went where.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    /// Records that were read.
    pub(crate) records: u64,
    /// Records that some rule was run on.
    pub(crate) judged: u64,
    /// Records of kinds for which the content has no rules.
    pub(crate) no_rules: u64,
    /// Records of no kind that the schema knows.
    pub(crate) unknown: u64,
    /// Maybes of the kernel tier on which the content does not match: what user mode would have to look at.
    pub(crate) kernel_raised: u64,
}

impl Counts {
    pub(crate) fn add(&mut self, other: Counts) {
        self.records += other.records;
        self.judged += other.judged;
        self.no_rules += other.no_rules;
        self.unknown += other.unknown;
        self.kernel_raised += other.kernel_raised;
    }
}

/// Channel and event id of records that go to no kind of the schema, and how many there were.
pub(crate) type Unrouted = BTreeMap<(String, Option<u16>), u64>;

/// What a block came to.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    pub(crate) unrouted: Unrouted,
    pub(crate) hits: Vec<Hit>,
    pub(crate) damages: Vec<Damage>,
    pub(crate) counts: Counts,
    /// The number of the first record, where the block knows it.
    pub(crate) first: Option<u64>,
    /// Places for records in the block.
    pub(crate) places: u64,
}

/// One thread's working memory.
pub(crate) struct Worker<'b, 'c> {
    record: Record,
    judge: Judge<'b, 'c>,
}

impl<'b, 'c> Worker<'b, 'c> {
    pub(crate) fn new(bench: &'b Bench<'c>) -> Self {
        let words = |content: &Verified<'_>| content.content().header().scratch_words as usize;
        let kernel_words = bench.kernel.as_ref().map_or(0, |(kernel, _)| words(kernel));
        Self {
            record: Record::default(),
            judge: Judge {
                bench,
                scratch: vec![0; words(&bench.content)],
                kernel_scratch: vec![0; kernel_words],
                assembler: Assembler::default(),
                routed: Vec::new(),
                found: Vec::new(),
                judged: Judged::default(),
            },
        }
    }

    pub(crate) fn block(&mut self, block: &Block) -> Judged {
        let places = read(block, &mut self.record, &mut self.judge);
        let mut judged = std::mem::take(&mut self.judge.judged);
        judged.places = places;
        judged.first = block.first();
        judged
    }
}

struct Judge<'b, 'c> {
    bench: &'b Bench<'c>,
    scratch: Vec<u64>,
    kernel_scratch: Vec<u64>,
    assembler: Assembler,
    routed: Vec<Routed>,
    found: Vec<(u32, Verdict, Verdict)>,
    judged: Judged,
}

impl Sink for Judge<'_, '_> {
    fn record(&mut self, number: u64, record: &mut Record) {
        self.judged.counts.records += 1;
        let mut routed = std::mem::take(&mut self.routed);
        match self.bench.routes.kinds(record, &mut routed) {
            Destination::Kinds => self.judged.counts.judged += 1,
            Destination::NoRules => self.judged.counts.no_rules += 1,
            Destination::Unknown => {
                self.judged.counts.unknown += 1;
                let channel = record.header_text(Header::Channel).unwrap_or_default();
                let key = (channel, record.event_id());
                *self.judged.unrouted.entry(key).or_default() += 1;
            }
        }
        self.found.clear();
        for each in &routed {
            if let Err(message) = self.event(*each, record) {
                self.judged.damages.push(Damage {
                    place: Place::Record(number),
                    message,
                });
            }
        }
        self.routed = routed;
        if !self.found.is_empty() {
            let context = Arc::new(context(record));
            let hits = self.found.drain(..).map(|(rule, verdict, kernel)| Hit {
                number,
                rule,
                verdict,
                kernel,
                context: Arc::clone(&context),
            });
            self.judged.hits.extend(hits);
        }
    }

    fn damage(&mut self, damage: Damage) {
        self.judged.damages.push(damage);
    }
}

impl Judge<'_, '_> {
    /// Judges a record as an event of one kind.
    fn event(&mut self, routed: Routed, record: &Record) -> Result<(), String> {
        let bench = self.bench;
        let mut fields = self.assembler.fields(routed, record).map_err(|too_long| {
            format!(
                "{} is {} UTF-16 units long, more than Windows' own texts can be: not judged as {}",
                too_long.0,
                too_long.1,
                routed.kind.name()
            )
        })?;
        let event = Event {
            kind: routed.kind,
            fields: fields.values(),
        };
        let first = self.found.len();
        if routed.translated {
            let mut touched = Touched::new(&event);
            let outcome = bench
                .content
                .run_observed(&event, &mut self.scratch, &mut touched)
                .map_err(|fault| fault.to_string())?;
            collect(&outcome, &mut self.found);
            let rules = touched.rules;
            reconsider(bench, &event, rules, &mut self.found, first);
        } else {
            let outcome = bench
                .content
                .run(&event, &mut self.scratch)
                .map_err(|fault| fault.to_string())?;
            collect(&outcome, &mut self.found);
            if let Some((rule, fault)) = outcome.fault() {
                return Err(format!("rule number {rule} faulted: {fault}"));
            }
        }
        if routed.uncertain {
            for (_, verdict, _) in self.found.iter_mut().skip(first) {
                *verdict = Verdict::Maybe;
            }
        }
        if let Some((kernel, pairs)) = &bench.kernel {
            fields.for_kernel(routed.kind);
            let event = Event {
                kind: routed.kind,
                fields: fields.values(),
            };
            let outcome = kernel
                .run(&event, &mut self.kernel_scratch)
                .map_err(|fault| format!("in the kernel's content: {fault}"))?;
            let found = self.found.get_mut(first..).unwrap_or_default();
            self.judged.counts.kernel_raised += compare(&outcome, pairs, found);
        }
        Ok(())
    }
}

fn collect(outcome: &Outcome<'_>, found: &mut Vec<(u32, Verdict, Verdict)>) {
    let hits = |bits, verdict| {
        let rules = Iterator::map(bits, |bit| outcome.rule(bit));
        rules.map(move |rule| (rule, verdict, Verdict::NoMatch))
    };
    found.extend(hits(outcome.matched(), Verdict::Match));
    found.extend(hits(outcome.maybe(), Verdict::Maybe));
}

/// Puts the verdicts of rules that tested unknown fields right.
fn reconsider(
    bench: &Bench<'_>,
    event: &Event<'_>,
    rules: std::collections::BTreeSet<u32>,
    found: &mut Vec<(u32, Verdict, Verdict)>,
    first: usize,
) {
    if rules.is_empty() {
        return;
    }
    let walker = bench
        .walker
        .get_or_init(|| Walker::new(bench.content.content()));
    for rule in rules {
        let verdict = match walker {
            Some(walker) => walker.verdict(rule, event),
            None => Verdict::Maybe,
        };
        let at = found.iter().skip(first).position(|it| it.0 == rule);
        match (at.map(|at| first + at), verdict) {
            (Some(at), Verdict::NoMatch) => {
                found.remove(at);
            }
            (Some(at), verdict) => found[at].1 = verdict,
            (None, Verdict::NoMatch) => {}
            (None, verdict) => found.push((rule, verdict, Verdict::NoMatch)),
        }
    }
}

/// Notes what the kernel's rules say on what was found; returns how many of its maybes nothing came of.
fn compare(
    outcome: &Outcome<'_>,
    pairs: &[Option<u32>],
    found: &mut [(u32, Verdict, Verdict)],
) -> u64 {
    let mut matched: Vec<u32> = outcome.matched().map(|bit| outcome.rule(bit)).collect();
    let mut maybe: Vec<u32> = outcome.maybe().map(|bit| outcome.rule(bit)).collect();
    matched.sort_unstable();
    maybe.sort_unstable();
    let mut confirmed = 0;
    for (rule, verdict, kernel) in found {
        let Some(Some(other)) = pairs.get(*rule as usize) else {
            continue;
        };
        if matched.binary_search(other).is_ok() {
            *kernel = Verdict::Match;
        } else if maybe.binary_search(other).is_ok() {
            *kernel = Verdict::Maybe;
            confirmed += u64::from(*verdict == Verdict::Match);
        }
    }
    maybe.len() as u64 - confirmed
}

fn context(record: &Record) -> Context {
    let time = record.header_text(Header::Time).or_else(|| {
        let time = record.text("UtcTime")?;
        Some(String::from_utf16_lossy(time))
    });
    Context {
        channel: record.header_text(Header::Channel),
        event_id: record.event_id(),
        record_id: record.header(Header::RecordId).and_then(number),
        time,
        computer: record.header_text(Header::Computer),
    }
}
