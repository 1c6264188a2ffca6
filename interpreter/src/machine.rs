//! The virtual machine: one event, every rule that it concerns, one verdict for each.
//!
//! 1. The scratch is cleared.
//! 2. The kind's eager finders scan their fields; what they find sets atoms, and atoms fire rules.
//! 3. The rules that always run, and those that were fired, run once each.
//!
//! A rule is a forward-jump graph of tests ending in MATCH, MAYBE or END. It cannot loop (see
//! [`code`](crate::code)), holds no state but the program counter, and cannot disturb another rule: a fault
//! ends that rule alone, as *no match*.
//!
//! Nothing here believes the verifier: the same code runs unverified bytes in tests and fuzzers, where it may
//! fault, never panic, never loop, never read outside.

use crate::bits::{self, Bits, words_for};
use crate::cast;
use crate::code::{Instruction, Op};
use crate::content::{Content, run};
use crate::event::{Event, MAX_TEXT_UNITS, Value};
use crate::fault::Fault;
use crate::finder::{self, Found};
use crate::fold;
use crate::layout::{FinderRecord, KindRecord, NetworkRecord, RuleRecord};
use crate::literal::{Literal, Mode};
use crate::network;
use crate::pattern::Pattern;
use crate::schema::{FieldInfo, RENDER_UNITS};

/// Words in which the lazy finders that have run are marked, one bit for each field number.
const ASKED_WORDS: u32 = 4;

/// What became of an event. The bits number the kind's rules; [`rule`](Self::rule) turns them into the file's.
#[derive(Clone, Copy, Debug)]
pub struct Outcome<'s> {
    first: u32,
    matched: &'s [u64],
    maybe: &'s [u64],
    faulted: &'s [u64],
    steps: u64,
    fault: Option<(u32, Fault)>,
}

impl<'s> Outcome<'s> {
    /// The kind's rules that matched.
    #[must_use]
    pub fn matched(&self) -> Bits<'s> {
        Bits::new(self.matched)
    }

    /// The kind's rules that this tier cannot decide.
    #[must_use]
    pub fn maybe(&self) -> Bits<'s> {
        Bits::new(self.maybe)
    }

    /// The kind's rules that faulted, each of them no match. Always empty for verified content.
    #[must_use]
    pub fn faulted(&self) -> Bits<'s> {
        Bits::new(self.faulted)
    }

    /// The first rule that faulted, by its number in the file, and why.
    #[must_use]
    pub fn fault(&self) -> Option<(u32, Fault)> {
        self.fault
    }

    /// The number in the file of one of the kind's rules.
    #[must_use]
    pub fn rule(&self, bit: u32) -> u32 {
        self.first.wrapping_add(bit)
    }

    /// Steps spent: never more than the verifier proved.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    const NOTHING: Outcome<'static> = Outcome {
        first: 0,
        matched: &[],
        maybe: &[],
        faulted: &[],
        steps: 0,
        fault: None,
    };
}

/// How a rule ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The rule does not hold.
    NoMatch,
    /// The rule holds.
    Match,
    /// A field that this tier cannot know decides.
    Maybe,
}

/// Chooses rules and watches them run. The unit type chooses all and watches nothing, at no cost.
pub trait Observer {
    /// Whether this rule, by its number in the file, is to run. A quarantined one is not.
    #[inline(always)]
    fn runs(&mut self, rule: u32) -> bool {
        let _ = rule;
        true
    }

    /// A rule's test was evaluated.
    #[inline(always)]
    fn tested(&mut self, rule: u32, at: u32, instruction: &Instruction, holds: bool) {
        let _ = (rule, at, instruction, holds);
    }
}

impl Observer for () {}

/// Words of scratch that one event of a kind needs.
pub(crate) const fn scratch_words(kind: &KindRecord) -> u32 {
    let rules = words_for(kind.rule_count).wrapping_mul(4);
    words_for(kind.atom_count)
        .wrapping_add(rules)
        .wrapping_add(ASKED_WORDS)
}

/// Runs content that need not be verified.
pub(crate) fn judge<'s>(
    content: &Content<'_>,
    event: &Event<'_>,
    scratch: &'s mut [u64],
    observer: &mut impl Observer,
) -> Result<Outcome<'s>, Fault> {
    let info = event.kind.info();
    let kind = content.kind(event.kind.number());
    let expected = kind.map_or(cast::count8(info.fields.len()), |kind| kind.field_count);
    if event.fields.len() != usize::from(expected) || event.fields.len() != info.fields.len() {
        return Err(Fault::FieldCount {
            expected,
            given: cast::count8(event.fields.len()),
        });
    }
    if event.fields.iter().any(Value::is_too_long) {
        return Err(Fault::TextLength);
    }
    let Some(kind) = kind else {
        return Ok(Outcome::NOTHING);
    };
    let finders = content.finders_of(&kind).ok_or(Fault::Table)?;
    let rules = run(content.rules, kind.rule_start, kind.rule_count).ok_or(Fault::Table)?;

    let (scratch, _) = scratch
        .split_at_mut_checked(cast::index(scratch_words(&kind)))
        .ok_or(Fault::Scratch)?;
    scratch.fill(0);
    let rule_words = cast::index(words_for(kind.rule_count));
    let (asked, rest) = split(scratch, cast::index(ASKED_WORDS))?;
    let (fired, rest) = split(rest, rule_words)?;
    let (matched, rest) = split(rest, rule_words)?;
    let (maybe, rest) = split(rest, rule_words)?;
    let (faulted, atoms) = split(rest, rule_words)?;

    let mut run = Run {
        content,
        event,
        fields: info.fields,
        finders,
        asked,
        found: Found {
            atoms,
            fired,
            steps: 0,
        },
    };
    run.scan_eager(kind.eager_count.into());
    let mut fault = None;
    let mut judge = |run: &mut Run<'_>, bit: u32, record: &[u8; 48]| {
        let number = kind.rule_start.wrapping_add(bit);
        if !observer.runs(number) {
            return;
        }
        match run.rule(&RuleRecord::read(record), number, &kind, observer) {
            Ok(Verdict::NoMatch) => {}
            Ok(Verdict::Match) => {
                bits::insert(matched, bit);
            }
            Ok(Verdict::Maybe) => {
                bits::insert(maybe, bit);
            }
            Err(why) => {
                bits::insert(faulted, bit);
                fault = fault.or(Some((number, why)));
            }
        }
    };
    let mut bit = 0_u32;
    for record in rules.iter().take(kind.always_count.into()) {
        judge(&mut run, bit, record);
        bit = bit.wrapping_add(1);
    }
    // A rule cannot fire another: the eager scans are over, and lazy finders fire nothing.
    for word in 0..rule_words {
        let mut left = run.found.fired.get(word).copied().unwrap_or(0);
        while left != 0 {
            let bit = cast::narrow(word)
                .wrapping_mul(64)
                .wrapping_add(left.trailing_zeros());
            left &= left.wrapping_sub(1);
            if let Some(record) = rules.get(cast::index(bit)) {
                judge(&mut run, bit, record);
            }
        }
    }
    let steps = run.found.steps;
    Ok(Outcome {
        first: kind.rule_start,
        matched,
        maybe,
        faulted,
        steps,
        fault,
    })
}

fn split(words: &mut [u64], at: usize) -> Result<(&mut [u64], &mut [u64]), Fault> {
    words.split_at_mut_checked(at).ok_or(Fault::Scratch)
}

/// One event on its way through a kind's rules.
struct Run<'e> {
    content: &'e Content<'e>,
    event: &'e Event<'e>,
    fields: &'static [FieldInfo],
    finders: &'e [[u8; FinderRecord::SIZE]],
    asked: &'e mut [u64],
    found: Found<'e>,
}

impl Run<'_> {
    fn scan_eager(&mut self, count: usize) {
        for finder in self.finders.iter().take(count) {
            self.scan(finder);
        }
    }

    #[inline(never)]
    fn scan(&mut self, finder: &[u8; FinderRecord::SIZE]) {
        let mut buffer = [0; RENDER_UNITS];
        if let Some(text) = self.text(FinderRecord::read(finder).field, &mut buffer) {
            finder::scan(self.content, finder, text, &mut self.found);
        }
    }

    /// The steps that the content declares possible for this event.
    #[inline(never)]
    fn fuel(&self, kind: &KindRecord) -> u64 {
        let costs = run(self.content.costs, kind.cost_start, kind.cost_count).unwrap_or(&[]);
        let mut fuel = kind.cost_fixed;
        for cost in costs {
            let cost = crate::layout::CostRecord::read(cost);
            let length = self.event.fields.get(usize::from(cost.field));
            let length = length.map_or(0, Value::cost_units);
            fuel = fuel.wrapping_add(u64::from(cost.per_unit).wrapping_mul(length));
        }
        fuel
    }

    fn rule(
        &mut self,
        rule: &RuleRecord,
        number: u32,
        kind: &KindRecord,
        observer: &mut impl Observer,
    ) -> Result<Verdict, Fault> {
        let code = run(self.content.code, rule.code_start, rule.code_count).ok_or(Fault::Code)?;
        let mut at = 0_usize;
        loop {
            let bytes = code.get(at).ok_or(Fault::Code)?;
            let instruction = Instruction::decode(*bytes).ok_or(Fault::Instruction)?;
            self.found.steps = self.found.steps.wrapping_add(1);
            let taken = match instruction.op {
                Op::End => return self.end(Verdict::NoMatch, kind),
                Op::Match => return self.end(Verdict::Match, kind),
                Op::Maybe => return self.end(Verdict::Maybe, kind),
                Op::Jump => true,
                Op::Atom | Op::Lazy => {
                    // Here and not among the other tests: a scan needs the most stack.
                    if instruction.op == Op::Lazy {
                        self.ask(instruction.field)?;
                    }
                    let holds = bits::has(self.found.atoms, instruction.operand);
                    observer.tested(number, cast::narrow(at), &instruction, holds);
                    holds == instruction.sense
                }
                _ => {
                    let holds = self.test(&instruction)?;
                    observer.tested(number, cast::narrow(at), &instruction, holds);
                    holds == instruction.sense
                }
            };
            let skip = if taken { instruction.skip.into() } else { 0 };
            at = at.wrapping_add(1).wrapping_add(skip);
        }
    }

    #[inline(always)]
    fn end(&self, verdict: Verdict, kind: &KindRecord) -> Result<Verdict, Fault> {
        // Few events come near the part that does not depend on their texts.
        if self.found.steps > kind.cost_fixed && self.found.steps > self.fuel(kind) {
            return Err(Fault::Fuel);
        }
        Ok(verdict)
    }

    /// Evaluates a test other than of an atom.
    #[inline(never)]
    fn test(&mut self, instruction: &Instruction) -> Result<bool, Fault> {
        let value = *self
            .event
            .fields
            .get(usize::from(instruction.field))
            .ok_or(Fault::Operand)?;
        Ok(match instruction.op {
            Op::Text => self.literal(instruction)?,
            Op::Pattern => self.pattern(instruction)?,
            Op::Fields => self.fields(instruction)?,
            Op::Network => self.network(instruction)?,
            Op::NumberEq => self
                .number(instruction, value)?
                .is_some_and(|(n, m)| n == m),
            Op::NumberLt => self.number(instruction, value)?.is_some_and(|(n, m)| n < m),
            Op::NumberLe => self
                .number(instruction, value)?
                .is_some_and(|(n, m)| n <= m),
            Op::NumberGt => self.number(instruction, value)?.is_some_and(|(n, m)| n > m),
            Op::NumberGe => self
                .number(instruction, value)?
                .is_some_and(|(n, m)| n >= m),
            Op::Present => matches!(value, Value::Text(_) | Value::Number(_)),
            Op::Absent => matches!(value, Value::Absent),
            Op::Empty => matches!(value, Value::Text([])),
            Op::Unsupplied => matches!(value, Value::Unsupplied),
            Op::End | Op::Match | Op::Maybe | Op::Jump | Op::Atom | Op::Lazy => {
                return Err(Fault::Instruction);
            }
        })
    }

    /// Has the field's lazy finder scan, once.
    fn ask(&mut self, field: u8) -> Result<(), Fault> {
        if bits::insert(self.asked, field.into()) {
            let finder = self
                .finders
                .iter()
                .find(|finder| {
                    let finder = FinderRecord::read(finder);
                    finder.phase == 1 && finder.field == field
                })
                .ok_or(Fault::Operand)?;
            self.scan(finder);
        }
        Ok(())
    }

    fn literal(&mut self, instruction: &Instruction) -> Result<bool, Fault> {
        let record = self
            .content
            .literal(instruction.operand)
            .ok_or(Fault::Operand)?;
        let literal = Literal::open(self.content, &record).ok_or(Fault::Operand)?;
        let mut buffer = [0; RENDER_UNITS];
        let Some(text) = self.text(instruction.field, &mut buffer) else {
            return Ok(false);
        };
        let holds = literal.meets(text);
        let length = text.len();
        let (fixed, per_unit) = literal.cost();
        self.spend(fixed, per_unit, length);
        Ok(holds)
    }

    fn pattern(&mut self, instruction: &Instruction) -> Result<bool, Fault> {
        let program = self
            .content
            .pattern(instruction.operand)
            .ok_or(Fault::Operand)?;
        let pattern = Pattern::unverified(program).map_err(|_| Fault::Operand)?;
        let mut buffer = [0; RENDER_UNITS];
        let Some(text) = self.text(instruction.field, &mut buffer) else {
            return Ok(false);
        };
        let holds = pattern.run(text).map_err(|_| Fault::Operand)?;
        let length = text.len();
        self.spend(pattern.fixed_cost().into(), pattern.cost_per_unit(), length);
        Ok(holds)
    }

    fn fields(&mut self, instruction: &Instruction) -> Result<bool, Fault> {
        let other = cast::low8(instruction.operand);
        let mode = Mode::from_number(cast::low8(instruction.operand >> 8));
        let cased = instruction.operand & 1 << 10 != 0;
        if usize::from(other) >= self.event.fields.len() || mode == Mode::Contains {
            return Err(Fault::Operand);
        }
        let (mut one, mut two) = ([0; RENDER_UNITS], [0; RENDER_UNITS]);
        let Some(text) = self.text(instruction.field, &mut one) else {
            return Ok(false);
        };
        let Some(part) = self.text(other, &mut two) else {
            return Ok(false);
        };
        let length = text.len();
        let here = match mode {
            Mode::Starts => text.get(..part.len()),
            Mode::Ends => length
                .checked_sub(part.len())
                .and_then(|start| text.get(start..)),
            _ => Some(text),
        };
        let unit = |unit: u16| if cased { unit } else { fold::unit(unit) };
        let holds = here.is_some_and(|here| {
            here.len() == part.len()
                && here
                    .iter()
                    .zip(part)
                    .all(|(one, two)| unit(*one) == unit(*two))
        });
        self.spend(FIELDS_COST, FIELDS_COST_PER_UNIT, length);
        Ok(holds)
    }

    fn network(&mut self, instruction: &Instruction) -> Result<bool, Fault> {
        let record = self
            .content
            .networks
            .get(cast::index(instruction.operand))
            .ok_or(Fault::Operand)?;
        let network = NetworkRecord::read(record);
        let mut buffer = [0; RENDER_UNITS];
        let holds = self
            .text(instruction.field, &mut buffer)
            .is_some_and(|text| network::contains(&network, text));
        self.spend(network::COST, 0, 0);
        Ok(holds)
    }

    /// The field's number and the operand's.
    fn number(
        &self,
        instruction: &Instruction,
        value: Value<'_>,
    ) -> Result<Option<(u64, u64)>, Fault> {
        let operand = self
            .content
            .numbers
            .get(cast::index(instruction.operand))
            .ok_or(Fault::Operand)?;
        Ok(match value {
            Value::Number(number) => Some((number, u64::from_le_bytes(*operand))),
            _ => None,
        })
    }

    fn spend(&mut self, fixed: u64, per_unit: u32, length: usize) {
        let units = u64::from(per_unit).wrapping_mul(cast::wide(length));
        self.found.steps = self.found.steps.wrapping_add(fixed).wrapping_add(units);
    }

    /// The field as text: a number as its event source writes it. `None` where there is nothing to test.
    #[inline]
    fn text<'b>(&self, field: u8, buffer: &'b mut [u16; RENDER_UNITS]) -> Option<&'b [u16]>
    where
        Self: 'b,
    {
        match self.event.fields.get(usize::from(field))? {
            Value::Text(text) => Some(text),
            Value::Number(number) => {
                let info = self.fields.get(usize::from(field))?;
                Some(info.rendering.render(*number, buffer))
            }
            Value::Absent | Value::Unsupplied => None,
        }
    }
}

/// Steps of comparing two fields, apart from the text.
pub(crate) const FIELDS_COST: u64 = 4;

/// Steps of comparing two fields, for each unit of the first: neither is folded beforehand.
pub(crate) const FIELDS_COST_PER_UNIT: u32 = 4;

impl Value<'_> {
    fn is_too_long(&self) -> bool {
        matches!(self, Value::Text(text) if text.len() > MAX_TEXT_UNITS)
    }

    /// Units for which a test of the value costs.
    fn cost_units(&self) -> u64 {
        match self {
            Value::Text(text) => cast::wide(text.len()),
            Value::Number(_) => cast::wide(RENDER_UNITS),
            Value::Absent | Value::Unsupplied => 0,
        }
    }
}
