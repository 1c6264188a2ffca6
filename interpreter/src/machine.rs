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
use crate::code::{Instruction, Op, Word, number};
use crate::content::{Content, run};
use crate::event::{Event, MAX_TEXT_UNITS, Value};
use crate::fault::Fault;
use crate::finder::{self, Found};
use crate::fold;
use crate::layout::{CostRecord, FinderRecord, KindRecord, NetworkRecord, RuleRecord};
use crate::literal::{Literal, Mode};
use crate::network;
use crate::pattern::{Pattern, WORK_WORDS, Work};
use crate::schema::RENDER_UNITS;

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
        .wrapping_add(cast::narrow(WORK_WORDS))
}

/// Runs content that need not be verified.
///
/// Whatever needs much stack is called from here and from nowhere deeper: the loop over the rules hands back what it
/// cannot do itself.
pub(crate) fn judge<'s>(
    content: &Content<'_>,
    event: &Event<'_>,
    scratch: &'s mut [u64],
    observer: &mut impl Observer,
) -> Result<Outcome<'s>, Fault> {
    let Some(kind) = check(content, event)? else {
        return Ok(Outcome::NOTHING);
    };
    let (mut run, work) = Run::new(content, event, kind, scratch).ok_or(Fault::Scratch)?;
    let mut buffer = [0; RENDER_UNITS];
    let mut eager = run.eager();
    loop {
        let finder = match eager.split_first() {
            Some((finder, rest)) => {
                eager = rest;
                finder
            }
            None => match run.rules(observer) {
                Pause::End => return Ok(run.outcome()),
                Pause::Scan(finder) => finder,
                Pause::Test(instruction) => {
                    run.text_test(instruction, &mut buffer, work);
                    continue;
                }
            },
        };
        let record = FinderRecord::read(finder);
        let field = record.field;
        let text = match event.fields.get(usize::from(field)) {
            Some(Value::Text(text)) => *text,
            Some(Value::Number(number)) if record.no_numbers == 0 => {
                render(event, field, *number, &mut buffer)
            }
            Some(Value::Unsupplied) => {
                finder::set_unsupplied(content, finder, &mut run.found);
                continue;
            }
            _ => continue,
        };
        if text.len() >= usize::from(record.shortest) {
            finder::scan(content, finder, text, &mut run.found);
        }
    }
}

/// Whether the event is one that this content can judge: the record of its kind, `None` where the kind has no rules.
#[inline(never)]
fn check<'e>(
    content: &Content<'e>,
    event: &Event<'_>,
) -> Result<Option<&'e [u8; KindRecord::SIZE]>, Fault> {
    let fields = event.kind.info().fields.len();
    let record = content.kind(event.kind.number());
    let kind = record.map(KindRecord::read);
    let expected = kind.map_or(cast::count8(fields), |kind| kind.field_count);
    if event.fields.len() != usize::from(expected) || event.fields.len() != fields {
        return Err(Fault::FieldCount {
            expected,
            given: cast::count8(event.fields.len()),
        });
    }
    // The most is all ones: so the lengths, joined by *or*, are more where one of them is.
    let lengths = event.fields.iter().map(Value::text_units);
    if lengths.fold(0, |all, length| all | length) > MAX_TEXT_UNITS {
        return Err(Fault::TextLength);
    }
    let Some(kind) = kind else {
        return Ok(None);
    };
    if content.finders_of(&kind).is_none() || content.rules_of(&kind).is_none() {
        return Err(Fault::Table);
    }
    Ok(record)
}

/// Why the loop over the rules stands still.
enum Pause<'e> {
    /// All rules have run.
    End,
    /// A lazy finder must scan first.
    Scan(&'e [u8; FinderRecord::SIZE]),
    /// A test of a text must be made first: of this instruction.
    Test([u8; 8]),
}

/// What is known about the instruction at which the current rule stands.
#[derive(Clone, Copy)]
enum Stand {
    /// The rule has not begun.
    Fresh,
    /// It is to be evaluated.
    Resumed,
    /// It was evaluated: whether it holds.
    Answered(bool),
}

/// One event on its way through a kind's rules.
struct Run<'e, 's> {
    content: &'e Content<'e>,
    event: &'e Event<'e>,
    kind: &'e [u8; KindRecord::SIZE],
    /// Atoms, and the rules that are still to run.
    found: Found<'s>,
    /// The lazy finders that have run, one bit for each field number; then the rules that matched, those that may, and
    /// those that faulted.
    marks: &'s mut [u64],
    /// The word of the fired rules in which the current one is.
    word: u32,
    /// The current rule's next instruction.
    at: u32,
    stand: Stand,
    fault: Option<(u32, Fault)>,
}

impl<'e, 's> Run<'e, 's> {
    /// Clears and cuts the scratch, of which the second part is for patterns, and fires the rules that always run.
    #[inline(always)]
    fn new(
        content: &'e Content<'e>,
        event: &'e Event<'e>,
        kind: &'e [u8; KindRecord::SIZE],
        scratch: &'s mut [u64],
    ) -> Option<(Self, &'s mut Work)> {
        let record = KindRecord::read(kind);
        let (scratch, _) = scratch.split_at_mut_checked(cast::index(scratch_words(&record)))?;
        let (work, scratch) = scratch.split_first_chunk_mut()?;
        clear(scratch);
        let rules = words_for(record.rule_count);
        let marks = ASKED_WORDS.wrapping_add(rules.wrapping_mul(3));
        let (marks, rest) = scratch.split_at_mut_checked(cast::index(marks))?;
        let (fired, atoms) = rest.split_at_mut_checked(cast::index(rules))?;
        bits::fill(fired, record.always_count.into());
        let found = Found {
            atoms,
            fired,
            steps: 0,
        };
        let run = Self {
            content,
            event,
            kind,
            found,
            marks,
            word: 0,
            at: 0,
            stand: Stand::Fresh,
            fault: None,
        };
        Some((run, work))
    }

    #[inline(always)]
    fn kind(&self) -> KindRecord {
        KindRecord::read(self.kind)
    }

    /// The finders that run on every event.
    #[inline(always)]
    fn eager(&self) -> &'e [[u8; FinderRecord::SIZE]] {
        let count = usize::from(self.kind().eager_count);
        self.finders().get(..count).unwrap_or(&[])
    }

    #[inline(always)]
    fn finders(&self) -> &'e [[u8; FinderRecord::SIZE]] {
        self.content.finders_of(&self.kind()).unwrap_or(&[])
    }

    /// The field's lazy finder.
    fn lazy(&self, field: u8) -> Option<&'e [u8; FinderRecord::SIZE]> {
        self.finders().iter().find(|finder| {
            let finder = FinderRecord::read(finder);
            finder.phase == 1 && finder.field == field
        })
    }

    /// Runs rules until all have, or one needs what is not done here. A rule cannot fire another: the eager scans are
    /// over, and lazy finders fire nothing.
    #[inline(never)]
    fn rules(&mut self, observer: &mut impl Observer) -> Pause<'e> {
        let first = self.kind().rule_start;
        let rules = self.content.rules_of(&self.kind()).unwrap_or(&[]);
        while let Some(fired) = self.next_fired() {
            let bit = self
                .word
                .wrapping_mul(64)
                .wrapping_add(fired.trailing_zeros());
            let number = first.wrapping_add(bit);
            let runs = !matches!(self.stand, Stand::Fresh) || observer.runs(number);
            let verdict = match rules.get(cast::index(bit)) {
                Some(rule) if runs => match self.rule(rule, number, observer) {
                    Ok(verdict) => verdict,
                    Err(pause) => return pause,
                },
                _ => Ok(Verdict::NoMatch),
            };
            self.end_rule(verdict);
        }
        Pause::End
    }

    /// The first word from the current one on in which a rule was fired; it becomes the current one.
    #[inline(always)]
    fn next_fired(&mut self) -> Option<u64> {
        let left = self.found.fired.get(cast::index(self.word)..)?;
        let clear = left.iter().position(|word| *word != 0)?;
        self.word = self.word.wrapping_add(cast::narrow(clear));
        left.get(clear).copied()
    }

    /// Runs the current rule from where it stands to its verdict or its fault, or to a pause.
    #[inline(always)]
    fn rule(
        &mut self,
        rule: &[u8; RuleRecord::SIZE],
        number: u32,
        observer: &mut impl Observer,
    ) -> Result<Result<Verdict, Fault>, Pause<'e>> {
        let rule = RuleRecord::read(rule);
        let Some(code) = run(self.content.code, rule.code_start, rule.code_count) else {
            return Ok(Err(Fault::Code));
        };
        let mut at = self.at;
        let mut steps = self.found.steps;
        let verdict = loop {
            let Some(bytes) = code.get(cast::index(at)) else {
                break Err(Fault::Code);
            };
            let word = Word::new(*bytes);
            let holds = match word.op() {
                number::END => break self.end(Verdict::NoMatch, steps),
                number::MATCH => break self.end(Verdict::Match, steps),
                number::MAYBE => break self.end(Verdict::Maybe, steps),
                number::JUMP => word.sense(),
                number::ATOM => bits::has(self.found.atoms, word.operand()),
                number::LAZY => {
                    if bits::insert(self.marks, word.field().into()) {
                        let Some(finder) = self.lazy(word.field()) else {
                            break Err(Fault::Operand);
                        };
                        (self.at, self.stand, self.found.steps) = (at, Stand::Resumed, steps);
                        return Err(Pause::Scan(finder));
                    }
                    bits::has(self.found.atoms, word.operand())
                }
                // The most frequent tests that are not an atom's need little room of their own, unless a number is to be
                // written.
                number::TEXT | number::FIELDS if let Some((text, other)) = self.texts(word) => {
                    self.found.steps = steps;
                    let answer = match word.op() {
                        number::TEXT => self.literal(word.operand(), text),
                        _ => self.same(word.operand(), text, other),
                    };
                    steps = self.found.steps;
                    match answer {
                        Ok(holds) => holds,
                        Err(fault) => break Err(fault),
                    }
                }
                number::TEXT | number::PATTERN | number::FIELDS | number::NETWORK => {
                    match self.stand {
                        Stand::Answered(holds) => {
                            self.stand = Stand::Resumed;
                            holds
                        }
                        _ => {
                            (self.at, self.found.steps) = (at, steps);
                            return Err(Pause::Test(*bytes));
                        }
                    }
                }
                number::ABSENT | number::EMPTY
                    if let Some(value) = self.event.fields.get(usize::from(word.field())) =>
                {
                    match word.op() {
                        number::ABSENT => matches!(value, Value::Absent),
                        _ => matches!(value, Value::Text([])),
                    }
                }
                _ => match self.test(*bytes) {
                    Ok(holds) => holds,
                    Err(fault) => break Err(fault),
                },
            };
            steps = steps.wrapping_add(1);
            if word.op() != number::JUMP
                && let Some(instruction) = Instruction::decode(*bytes)
            {
                observer.tested(number, at, &instruction, holds);
            }
            let skip = if holds == word.sense() {
                word.skip()
            } else {
                0
            };
            at = at.wrapping_add(1).wrapping_add(skip);
        };
        self.found.steps = steps.wrapping_add(1);
        Ok(verdict)
    }

    /// Notes the current rule's verdict and turns to the next.
    fn end_rule(&mut self, verdict: Result<Verdict, Fault>) {
        let Some(fired) = self.found.fired.get_mut(cast::index(self.word)) else {
            return;
        };
        let bit = self
            .word
            .wrapping_mul(64)
            .wrapping_add(fired.trailing_zeros());
        *fired &= fired.wrapping_sub(1);
        (self.at, self.stand) = (0, Stand::Fresh);
        let set = match verdict {
            Ok(Verdict::NoMatch) => return,
            Ok(Verdict::Match) => 0,
            Ok(Verdict::Maybe) => 1,
            Err(why) => {
                let number = self.kind().rule_start.wrapping_add(bit);
                self.fault = self.fault.or(Some((number, why)));
                2
            }
        };
        let rules = cast::narrow(self.found.fired.len());
        let first = rules.wrapping_mul(set).wrapping_add(ASKED_WORDS);
        bits::insert(self.marks, first.wrapping_mul(64).wrapping_add(bit));
    }

    #[inline(always)]
    fn end(&self, verdict: Verdict, steps: u64) -> Result<Verdict, Fault> {
        // Few events come near the part that does not depend on their texts.
        if steps >= self.kind().cost_fixed && steps >= self.fuel() {
            return Err(Fault::Fuel);
        }
        Ok(verdict)
    }

    /// The steps that the content declares possible for this event.
    #[inline(never)]
    fn fuel(&self) -> u64 {
        let kind = self.kind();
        let costs = run(self.content.costs, kind.cost_start, kind.cost_count).unwrap_or(&[]);
        let mut fuel = kind.cost_fixed;
        for cost in costs {
            let cost = CostRecord::read(cost);
            let length = self.event.fields.get(usize::from(cost.field));
            let length = length.map_or(0, Value::cost_units);
            fuel = fuel.wrapping_add(u64::from(cost.per_unit).wrapping_mul(length));
        }
        fuel
    }

    /// Evaluates a test of a value that is no test of its text.
    #[inline(never)]
    fn test(&self, instruction: [u8; 8]) -> Result<bool, Fault> {
        let instruction = Instruction::decode(instruction).ok_or(Fault::Instruction)?;
        let value = *self
            .event
            .fields
            .get(usize::from(instruction.field))
            .ok_or(Fault::Operand)?;
        let number = || self.number(&instruction, value);
        Ok(match instruction.op {
            Op::NumberEq => number()?.is_some_and(|(n, m)| n == m),
            Op::NumberLt => number()?.is_some_and(|(n, m)| n < m),
            Op::NumberLe => number()?.is_some_and(|(n, m)| n <= m),
            Op::NumberGt => number()?.is_some_and(|(n, m)| n > m),
            Op::NumberGe => number()?.is_some_and(|(n, m)| n >= m),
            Op::Present => matches!(value, Value::Text(_) | Value::Number(_)),
            Op::Absent => matches!(value, Value::Absent),
            Op::Empty => matches!(value, Value::Text([])),
            Op::Unsupplied => matches!(value, Value::Unsupplied),
            _ => return Err(Fault::Instruction),
        })
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

    /// Evaluates a test of a field's text, for the current rule.
    #[inline(always)]
    fn text_test(
        &mut self,
        instruction: [u8; 8],
        buffer: &mut [u16; RENDER_UNITS],
        work: &mut Work,
    ) {
        let word = Word::new(instruction);
        let field = word.field();
        let answer = match text(self.event, field, buffer) {
            Some(text) => match word.op() {
                number::TEXT => self.literal(word.operand(), text),
                number::PATTERN => self.pattern(word.operand(), text, work),
                number::FIELDS => self.fields(word.operand(), text),
                _ => self.network(word.operand(), text),
            },
            None if usize::from(field) < self.event.fields.len() => Ok(false),
            None => Err(Fault::Operand),
        };
        match answer {
            Ok(holds) => self.stand = Stand::Answered(holds),
            Err(fault) => self.end_rule(Err(fault)),
        }
    }

    fn spend(&mut self, fixed: u64, per_unit: u32, text: &[u16]) {
        let units = u64::from(per_unit).wrapping_mul(cast::wide(text.len()));
        self.found.spend(fixed.wrapping_add(units));
    }

    #[inline(never)]
    fn literal(&mut self, operand: u32, text: &[u16]) -> Result<bool, Fault> {
        let record = self.content.literal(operand).ok_or(Fault::Operand)?;
        let literal = Literal::open(self.content, &record).ok_or(Fault::Operand)?;
        let (fixed, per_unit) = literal.cost();
        self.spend(fixed, per_unit, text);
        Ok(literal.meets(text))
    }

    #[inline(never)]
    fn pattern(&mut self, operand: u32, text: &[u16], work: &mut Work) -> Result<bool, Fault> {
        let program = self.content.pattern(operand).ok_or(Fault::Operand)?;
        // Looked at where it is: it is large.
        let pattern = Pattern::unverified(program);
        let pattern = pattern.as_ref().map_err(|_| Fault::Operand)?;
        self.spend(pattern.fixed_cost().into(), pattern.cost_per_unit(), text);
        pattern.run_in(text, work).map_err(|_| Fault::Operand)
    }

    /// The field that a test names, and the other one that a test of two fields names, where they hold texts; of a test of
    /// one field the text twice.
    #[inline(always)]
    fn texts(&self, word: Word) -> Option<(&'e [u16], &'e [u16])> {
        let text = |field: u8| match self.event.fields.get(usize::from(field)) {
            Some(Value::Text(text)) => Some(*text),
            _ => None,
        };
        let one = text(word.field())?;
        match word.op() {
            number::FIELDS => Some((one, text(cast::low8(word.operand()))?)),
            _ => Some((one, one)),
        }
    }

    #[inline(never)]
    fn fields(&mut self, operand: u32, text: &[u16]) -> Result<bool, Fault> {
        let other = cast::low8(operand);
        if usize::from(other) >= self.event.fields.len() {
            return Err(Fault::Operand);
        }
        let mut buffer = [0; RENDER_UNITS];
        match self::text(self.event, other, &mut buffer) {
            Some(part) => self.same(operand, text, part),
            None => Ok(false),
        }
    }

    /// Whether a text is, begins with or ends with another, as the operand of a test of two fields says.
    #[inline(never)]
    fn same(&mut self, operand: u32, text: &[u16], part: &[u16]) -> Result<bool, Fault> {
        let mode = Mode::from_number(cast::low8(operand >> 8));
        self.spend(FIELDS_COST, FIELDS_COST_PER_UNIT, text);
        // Most texts differ in length.
        if mode == Mode::Equals && text.len() != part.len() {
            return Ok(false);
        }
        Self::alike(operand, text, part)
    }

    #[inline(never)]
    fn alike(operand: u32, text: &[u16], part: &[u16]) -> Result<bool, Fault> {
        let mode = Mode::from_number(cast::low8(operand >> 8));
        let cased = operand & 1 << 10 != 0;
        if mode == Mode::Contains {
            return Err(Fault::Operand);
        }
        let length = text.len();
        let here = match mode {
            Mode::Starts => text.get(..part.len()),
            Mode::Ends => length
                .checked_sub(part.len())
                .and_then(|start| text.get(start..)),
            _ => Some(text),
        };
        let unit = |unit: u16| if cased { unit } else { fold::unit(unit) };
        // The same file's name is mostly written the same.
        let holds = here.is_some_and(|here| {
            here == part
                || here.len() == part.len()
                    && here
                        .iter()
                        .zip(part)
                        .all(|(one, two)| unit(*one) == unit(*two))
        });
        Ok(holds)
    }

    #[inline(never)]
    fn network(&mut self, operand: u32, text: &[u16]) -> Result<bool, Fault> {
        let record = self.content.networks.get(cast::index(operand));
        let network = NetworkRecord::read(record.ok_or(Fault::Operand)?);
        self.spend(network::COST, 0, text);
        Ok(network::contains(&network, text))
    }

    fn outcome(self) -> Outcome<'s> {
        let marks: &[u64] = self.marks;
        let rules = self.found.fired.len();
        let (_, sets) = marks
            .split_at_checked(cast::index(ASKED_WORDS))
            .unwrap_or_default();
        let (matched, sets) = sets.split_at_checked(rules).unwrap_or_default();
        let (maybe, sets) = sets.split_at_checked(rules).unwrap_or_default();
        let (faulted, _) = sets.split_at_checked(rules).unwrap_or_default();
        Outcome {
            first: self.kind().rule_start,
            matched,
            maybe,
            faulted,
            steps: self.found.steps,
            fault: self.fault,
        }
    }
}

/// Zeroes. In pieces that are cleared by stores: a whole that is not small is by a string instruction, which takes longer
/// to begin than most scratch to clear.
#[inline(always)]
fn clear(scratch: &mut [u64]) {
    scratch.chunks_mut(CLEARED).for_each(|piece| piece.fill(0));
}

/// Words that are cleared at once.
const CLEARED: usize = 128;

/// The field as text: a number as its event source writes it. `None` where there is nothing to test.
#[inline]
fn text<'b>(
    event: &Event<'b>,
    field: u8,
    buffer: &'b mut [u16; RENDER_UNITS],
) -> Option<&'b [u16]> {
    match event.fields.get(usize::from(field))? {
        Value::Text(text) => Some(text),
        Value::Number(number) => Some(render(event, field, *number, buffer)),
        Value::Absent | Value::Unsupplied => None,
    }
}

/// A field's number as its event source writes it.
#[inline(never)]
fn render<'b>(
    event: &Event<'_>,
    field: u8,
    number: u64,
    buffer: &'b mut [u16; RENDER_UNITS],
) -> &'b [u16] {
    match event.kind.info().fields.get(usize::from(field)) {
        Some(info) => info.rendering.render(number, buffer),
        None => &[],
    }
}

/// Steps of comparing two fields, apart from the text.
pub(crate) const FIELDS_COST: u64 = 4;

/// Steps of comparing two fields, for each unit of the first: neither is folded beforehand.
pub(crate) const FIELDS_COST_PER_UNIT: u32 = 4;

const _: () = assert!(MAX_TEXT_UNITS & MAX_TEXT_UNITS.wrapping_add(1) == 0);

impl Value<'_> {
    /// Units of a text; none of a number.
    #[inline(always)]
    fn text_units(&self) -> usize {
        match self {
            Value::Text(text) => text.len(),
            _ => 0,
        }
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
