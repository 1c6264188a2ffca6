//! One rule's events: made, judged by the specification, judged by the machine.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use cofferdam_interpreter::code::Instruction;
use cofferdam_interpreter::event::{self, Event};
use cofferdam_interpreter::schema::{FieldInfo, Kind, RENDER_UNITS, Tier, Type};
use cofferdam_interpreter::{Observer, Verified};
use serde_json::{Map, json};

use super::plan::{Plan, deciding};
use super::text::{FIELD_REF, compose, misses};
use super::tree::{Place, Tree, keyword_fields};
use super::{ANY, Disagreement, MadeEvent, RuleTest};
use crate::model::{Matcher, Rule};
use crate::reference::{self, Reference, Value, Verdict};

/// Ways in which a test is tried before it counts as one that does not decide.
const ATTEMPTS: usize = 6;

/// Events that are made where one is not enough: for a regular expression, whose alternatives differ, for dates, of which
/// many may do, and where operands are counted, because any of the others may be those that hold.
const ALTERNATIVES: usize = 16;

/// Near misses of each test.
const NEAR_MISSES: usize = 2;

/// Rules with more tests than this have one near miss for each: what they cost grows with the square.
const MANY_TESTS: usize = 128;

/// Texts by field; `None` where the field is absent on purpose.
type Fields = BTreeMap<u8, Option<Vec<u16>>>;

/// One value of an event, before it is borrowed.
enum Owned {
    Unsupplied,
    Absent,
    Text(Vec<u16>),
    Number(u64),
}

impl Owned {
    fn borrowed(&self) -> event::Value<'_> {
        match self {
            Self::Unsupplied => event::Value::Unsupplied,
            Self::Absent => event::Value::Absent,
            Self::Text(units) => event::Value::Text(units),
            Self::Number(number) => event::Value::Number(*number),
        }
    }
}

pub(super) struct Judge<'c> {
    content: &'c Verified<'c>,
    tier: Tier,
    keep_events: bool,
    scratch: Vec<u64>,
    /// The file's rules by kind, id and condition.
    numbers: HashMap<(u8, [u8; 16], u8), u32>,
}

impl<'c> Judge<'c> {
    pub(super) fn new(content: &'c Verified<'c>, tier: Tier, keep_events: bool) -> Self {
        let inner = content.content();
        let mut numbers = HashMap::new();
        for kind in inner.kinds() {
            for number in kind.rule_start..kind.rule_start.saturating_add(kind.rule_count) {
                if let Some(rule) = inner.rule(number) {
                    numbers.insert((kind.kind, rule.id, rule.condition), number);
                }
            }
        }
        Self {
            content,
            tier,
            keep_events,
            scratch: vec![0; inner.header().scratch_words as usize],
            numbers,
        }
    }

    /// Tests one rule on events of one kind. An `open` rule is a *maybe* wherever it does not match.
    pub(super) fn rule(
        &mut self,
        rule: &Rule,
        kind: Kind,
        open: bool,
    ) -> (RuleTest, Vec<MadeEvent>) {
        let condition = u8::try_from(rule.id.condition).unwrap_or(u8::MAX);
        let key = (kind.number(), rule.id.uuid.into_bytes(), condition);
        let keyword_fields = keyword_fields(kind, self.tier);
        let (first, others) = keyword_fields.split_first().unwrap_or((&0, &[]));
        let tier = self.tier;
        let tree = Tree::new(&rule.expr, kind, tier, *first);
        let mut one = OneRule {
            number: self.numbers.get(&key).copied(),
            judge: self,
            reference: Reference::new(rule),
            oracle: reference::Event::of(kind, &[]),
            filled: Vec::new(),
            open,
            tested: RuleTest {
                rule: rule.id,
                kind,
                tests: 0,
                undecided: Vec::new(),
                matches: 0,
                near_misses: 0,
                disagreements: Vec::new(),
            },
            events: Vec::new(),
        };
        for info in kind.fields() {
            one.tell(info, &Fields::new());
        }
        // A rule that matches an event with nothing in it may match every other, too: then no test decides.
        if one.expected(&Fields::new()) == Verdict::Match {
            one.check(&Fields::new(), Verdict::Match, Verdict::NoMatch);
        }
        for (test, asked) in tree.tests.iter().enumerate() {
            if matches!(asked.place, Place::Field(_)) {
                one.tested.tests += 1;
                if !one.test(&tree, test) {
                    one.tested.undecided.push(asked.span);
                }
            }
        }
        // A keyword may stand in any field.
        if tree.tests.iter().any(|asked| asked.is_keyword) {
            for field in others {
                let tree = Tree::new(&rule.expr, kind, tier, *field);
                for (test, asked) in tree.tests.iter().enumerate() {
                    if asked.is_keyword {
                        one.test(&tree, test);
                    }
                }
            }
        }
        (one.tested, one.events)
    }
}

/// A rule while it is tested.
struct OneRule<'j, 'c> {
    judge: &'j mut Judge<'c>,
    number: Option<u32>,
    reference: Reference,
    /// The event as the reference sees it; used again and again.
    oracle: reference::Event,
    /// The fields that were filled in it last.
    filled: Vec<u8>,
    open: bool,
    tested: RuleTest,
    events: Vec<MadeEvent>,
}

impl OneRule<'_, '_> {
    /// Looks for events on which a test decides, and judges them; whether there are some.
    fn test(&mut self, tree: &Tree<'_>, test: usize) -> bool {
        let asked = &tree.tests[test];
        let Place::Field(field) = asked.place else {
            return false;
        };
        let wanted = if tree.tests.len() > MANY_TESTS {
            1
        } else {
            NEAR_MISSES
        };
        let (attempts, enough) = match asked.matcher {
            Matcher::Regex(_) | Matcher::Time(..) => (ALTERNATIVES, ALTERNATIVES),
            _ if tree.counts => (ALTERNATIVES, ALTERNATIVES),
            _ => (ATTEMPTS, 1),
        };
        let mut seen = BTreeSet::new();
        for attempt in 0..attempts {
            let Some(plan) = deciding(tree, test, attempt) else {
                continue;
            };
            let Some((mut fields, made)) = self.fields(tree, &plan, attempt) else {
                continue;
            };
            if seen.contains(&fields) {
                continue;
            }
            let with = self.expected(&fields);
            let mut found = 0;
            let mut other = with;
            for miss in misses(&made, asked) {
                let own = fields.insert(field, miss);
                let without = self.expected(&fields);
                if without != with {
                    found += 1;
                    other = without;
                    self.check(&fields, without, with);
                }
                if let Some(own) = own {
                    fields.insert(field, own);
                }
                if found == wanted {
                    break;
                }
            }
            if found > 0 {
                self.check(&fields, with, other);
                seen.insert(fields);
            }
            if seen.len() == enough {
                break;
            }
        }
        !seen.is_empty()
    }

    /// Values that the plan asks for, and that of its first test with its core.
    fn fields(
        &self,
        tree: &Tree<'_>,
        plan: &Plan,
        attempt: usize,
    ) -> Option<(Fields, super::text::Made)> {
        let info = self.tested.kind.info();
        let mut fields = Fields::new();
        let mut first = None;
        for test in &plan.holds {
            let place = tree.tests[*test].place;
            let Place::Field(field) = place else { continue };
            if fields.contains_key(&field) {
                continue;
            }
            let held = plan.holds.iter().map(|test| &tree.tests[*test]);
            let asked: Vec<_> = held.filter(|asked| asked.place == place).collect();
            let made = compose(&asked, attempt)?;
            fields.insert(field, made.text.clone());
            first.get_or_insert(made);
            for asked in asked {
                if let Matcher::FieldRef { other, .. } = asked.matcher
                    && let Some(other) = info.field_by_name(other)
                {
                    let same = FIELD_REF.encode_utf16().collect();
                    fields.insert(other.number, Some(same));
                }
            }
        }
        for test in &plan.fails {
            if let Place::Field(field) = tree.tests[*test].place {
                fields.entry(field).or_insert_with(|| Some(vec![0x71]));
            }
        }
        Some((fields, first?))
    }

    /// What the specification says.
    fn expected(&mut self, fields: &Fields) -> Verdict {
        let before = std::mem::replace(&mut self.filled, fields.keys().copied().collect());
        let any = self.tested.kind.info().field_by_name(ANY);
        for number in before
            .iter()
            .chain(fields.keys())
            .copied()
            .chain(any.map(|any| any.number))
        {
            if let Some(info) = self.tested.kind.info().field(number) {
                self.tell(info, fields);
            }
        }
        self.reference.verdict(&self.oracle)
    }

    /// Tells the reference what a field holds.
    fn tell(&mut self, info: &'static FieldInfo, fields: &Fields) {
        let value = Value::of(info, self.value(info, fields).borrowed());
        if info.in_source || info.name == ANY {
            self.oracle.set(info.name, value);
        } else {
            self.oracle.add(info.name, value);
        }
    }

    fn value(&self, info: &'static FieldInfo, fields: &Fields) -> Owned {
        if self.judge.tier == Tier::Kernel && info.tier == Tier::User {
            return Owned::Unsupplied;
        }
        let text = match fields.get(&info.number) {
            _ if info.name == ANY => Some(joined(fields, info.number)).filter(|it| !it.is_empty()),
            Some(text) => text.clone(),
            None => usual(self.tested.kind, info),
        };
        let Some(mut units) = text else {
            return Owned::Absent;
        };
        units.truncate(event::MAX_TEXT_UNITS);
        match info.rendering.parse(&units) {
            Some(number) if info.ty == Type::Number => Owned::Number(number),
            _ => Owned::Text(units),
        }
    }

    fn values(&self, fields: &Fields) -> Vec<Owned> {
        let all = self.tested.kind.fields().iter();
        all.map(|info| self.value(info, fields)).collect()
    }

    /// Lets the machine judge an event; `other` is the verdict on the event that differs in one test.
    fn check(&mut self, fields: &Fields, expected: Verdict, other: Verdict) {
        if expected > other {
            self.tested.matches += 1;
        } else {
            self.tested.near_misses += 1;
        }
        let values = self.values(fields);
        let said = self.said(&values);
        if said != Ok(expected) || self.judge.keep_events {
            let line = self.line(&values, expected);
            if said != Ok(expected) {
                self.tested.disagreements.push(Disagreement {
                    expected,
                    said: match said {
                        Ok(verdict) => verdict.to_string(),
                        Err(why) => why,
                    },
                    event: line.clone(),
                });
            }
            if self.judge.keep_events {
                let kind = self.tested.kind;
                self.events.push(MadeEvent { kind, line });
            }
        }
    }

    /// What the machine says.
    fn said(&mut self, values: &[Owned]) -> Result<Verdict, String> {
        let number = self.number.ok_or("the content does not hold the rule")?;
        let fields: Vec<event::Value<'_>> = values.iter().map(Owned::borrowed).collect();
        let event = Event {
            kind: self.tested.kind,
            fields: &fields,
        };
        let mut only = Only(number);
        let outcome = self
            .judge
            .content
            .run_observed(&event, &mut self.judge.scratch, &mut only)
            .map_err(|fault| fault.to_string())?;
        if let Some((_, fault)) = outcome.fault() {
            return Err(fault.to_string());
        }
        let is =
            |mut bits: cofferdam_interpreter::Bits<'_>| bits.any(|bit| outcome.rule(bit) == number);
        Ok(match (is(outcome.matched()), is(outcome.maybe())) {
            (true, _) => Verdict::Match,
            (_, true) => Verdict::Maybe,
            _ if self.open => Verdict::Maybe,
            _ => Verdict::NoMatch,
        })
    }

    /// The event as one line of JSON, such as recorded events come in.
    fn line(&self, values: &[Owned], expected: Verdict) -> String {
        let info = self.tested.kind.info();
        let mut object = Map::new();
        let source = info.sources.first();
        if let Some(source) = source {
            object.insert("Channel".to_owned(), json!(source.channel));
        }
        for constant in info.constants {
            object.insert(constant.name.to_owned(), json!(constant.value));
        }
        for (info, value) in info.fields.iter().zip(values) {
            let value = match value {
                // A reader takes what is not there for absent where the source reports the field.
                Owned::Absent if !info.in_source => json!(null),
                Owned::Unsupplied | Owned::Absent => continue,
                Owned::Text(_) if info.name == ANY => continue,
                Owned::Text(units) => json!(String::from_utf16_lossy(units)),
                Owned::Number(number) => json!(rendered(info, *number)),
            };
            object.insert(info.name.to_owned(), value);
        }
        let due = json!({
            "rule": self.tested.rule.to_string(),
            "kind": info.name,
            "verdict": expected.to_string(),
        });
        object.insert("_cofferdam".to_owned(), due);
        serde_json::Value::Object(object).to_string()
    }
}

/// What a field holds of which the plan says nothing. An event without id would be of no kind.
fn usual(kind: Kind, info: &FieldInfo) -> Option<Vec<u16>> {
    let ids = kind.info().sources.first().map(|source| source.event_ids);
    let text = match info.name {
        "EventID" => ids.and_then(<[u16]>::first).unwrap_or(&0).to_string(),
        "EventType" if kind == Kind::RegistryDelete => "DeleteKey".to_owned(),
        _ => return None,
    };
    Some(text.encode_utf16().collect())
}

/// All of an event's texts, that of the field itself first.
fn joined(fields: &Fields, own: u8) -> Vec<u16> {
    let own_text = fields.get(&own).into_iter();
    let others = fields.iter().filter(|(number, _)| **number != own);
    let texts = own_text.chain(others.map(|(_, text)| text)).flatten();
    texts.cloned().collect::<Vec<_>>().join(&0x0A)
}

fn rendered(info: &FieldInfo, number: u64) -> String {
    let mut buffer = [0; RENDER_UNITS];
    String::from_utf16_lossy(info.rendering.render(number, &mut buffer))
}

/// Runs one rule alone.
struct Only(u32);

impl Observer for Only {
    fn runs(&mut self, rule: u32) -> bool {
        rule == self.0
    }

    fn tested(&mut self, _: u32, _: u32, _: &Instruction, _: bool) {}
}
