//! `explain`: one event, one rule, test by test.
//!
//! Two witnesses: the virtual machine, watched through its observer, says which tests it made; the reference
//! evaluator says how every test of the rule comes out, made or not. Where they disagree, that is a defect of
//! ours, and it is said.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use cofferdam_asm::disassemble::{Line, Printer, program};
use cofferdam_asm::model::{KindProgram, Rule, Step};
use cofferdam_asm::reference;
use cofferdam_events::{Assembler, Block, Damage, Place, Record, Routes, Sink, Stopped, cut, read};
use cofferdam_interpreter::code::Instruction;
use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::schema::{Kind, RENDER_UNITS};
use cofferdam_interpreter::{Observer, Verdict, Verified};
use serde_json::json;

use crate::args::{Explain, Format};
use crate::content::{ContentFile, rule_id};
use crate::failure::{Exit, Failure};
use crate::output::{self, safe, style};
use crate::scan::report::word;
use crate::scan::unknown::field;

pub(crate) fn run(args: &Explain) -> Result<Exit, Failure> {
    let file = ContentFile::read(&args.content)?;
    let content = file.verified()?;
    let program = program(content.content())
        .map_err(|error| Failure::refused(format!("{}: {error}", args.content.display())))?;
    let rules = program.kinds.iter();
    let rules = rules.flat_map(|kind| kind.rules.iter().map(move |rule| (kind, rule)));
    let mut places: Vec<_> = (0..)
        .zip(rules)
        .map(|(at, (kind, rule))| (kind, rule, at))
        .collect();
    let wanted = args.rule.to_ascii_lowercase();
    let id = |rule: &Rule| rule_id(rule.id, rule.condition);
    let whole = places.iter().any(|(_, rule, _)| id(rule) == wanted);
    places.retain(|(_, rule, _)| match whole {
        true => id(rule) == wanted,
        false => id(rule).starts_with(&wanted),
    });
    let Some((_, first, _)) = places.first() else {
        return Err(Failure::usage(format!(
            "{} has no rule {}",
            args.content.display(),
            args.rule
        ))
        .help("`cofferdam inspect FILE.dam --rules` lists them; a rule may also be left out at compile time"));
    };
    if let Some((_, other, _)) = places.iter().find(|(_, rule, _)| id(rule) != id(first)) {
        return Err(Failure::usage(format!(
            "several rules of {} begin with {}, for example {} and {}",
            args.content.display(),
            args.rule,
            id(first),
            id(other)
        )));
    }
    let (title, whole_id) = (first.title.clone(), id(first));
    let kinds: Vec<Kind> = places.iter().map(|(kind, ..)| kind.kind).collect();
    let record = find(&args.event, args.record)?;
    let routes = Routes::new(|kind| kinds.contains(&kind), args.channel.as_deref());
    let mut routed = Vec::new();
    routes.kinds(&record, &mut routed);
    let mut assembler = Assembler::default();
    let mut explained = Vec::new();
    for each in &routed {
        let fields = assembler.fields(*each, &record).map_err(|too_long| {
            Failure::usage(format!(
                "{} is {} UTF-16 units long",
                too_long.0, too_long.1
            ))
        })?;
        let event = Event {
            kind: each.kind,
            fields: fields.values(),
        };
        let place = places.iter().find(|(kind, ..)| kind.kind == each.kind);
        if let Some((kind, rule, number)) = place {
            let lines = Printer::new(&program).rule(kind, rule);
            explained.push(explain(&content, kind, rule, *number, lines, &event)?);
        }
    }
    if explained.is_empty() {
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
        return Err(Failure::usage(format!(
            "the rule is about {} events; record {} of {} is none",
            names.join(", "),
            args.record,
            args.event.display()
        ))
        .help("`--record N` chooses another; `--channel NAME` says the channel of records that name none"));
    }
    match args.format {
        Format::Json => output::print_json(&json!({
            "rule": whole_id,
            "title": title,
            "kinds": explained.iter().map(Explained::to_json).collect::<Vec<_>>(),
        }))?,
        Format::Human => {
            let mut text = format!("{}{}{:#}\n", style::TITLE, safe(&title), style::TITLE);
            for each in &explained {
                text.push_str(&each.to_text());
            }
            output::print(&text)?;
        }
    }
    Ok(Exit::Ok)
}

/// A record of a file, by the number that `scan` prints.
fn find(path: &Path, wanted: u64) -> Result<Record, Failure> {
    struct Finder {
        /// Counted from the block's first.
        wanted: u64,
        /// Its line, where records are lines.
        line: u64,
        found: Option<Record>,
        /// The record's own damage, or else the last that was met.
        damage: Option<Damage>,
        is_its_own: bool,
    }
    impl Sink for Finder {
        fn record(&mut self, number: u64, record: &mut Record) {
            if number == self.wanted {
                self.found = Some(std::mem::take(record));
            }
        }
        fn damage(&mut self, damage: Damage) {
            if !self.is_its_own {
                self.is_its_own = match damage.place {
                    Place::Line(line) => line == self.line,
                    Place::Record(number) => number == self.wanted,
                    Place::Element(number) => number.saturating_add(1) == self.line,
                    Place::File | Place::Offset(_) => false,
                };
                self.damage = Some(damage);
            }
        }
    }
    let mut first = 0_u64;
    let mut record = Record::default();
    let mut finder = Finder {
        wanted: 0,
        line: wanted.saturating_add(1),
        found: None,
        damage: None,
        is_its_own: false,
    };
    let mut give = |block: Block| {
        first = block.first().unwrap_or(first);
        let Some(here) = wanted.checked_sub(first) else {
            return Err(Stopped);
        };
        finder.wanted = here;
        first += read(&block, &mut record, &mut finder);
        if finder.found.is_some() {
            Err(Stopped)
        } else {
            Ok(())
        }
    };
    let _ = if path.as_os_str() == "-" {
        cut(std::io::stdin().lock(), &mut give)
    } else {
        let file = std::fs::File::open(path).map_err(|error| Failure::io("read", path, &error))?;
        cut(file, &mut give)
    };
    if let Some(record) = finder.found {
        return Ok(record);
    }
    let message = format!("{} has no record {wanted}", path.display());
    Err(match finder.damage {
        Some(damage) => Failure::usage(format!(
            "{message}: {}{}: {}",
            path.display(),
            damage.place,
            damage.message
        )),
        None => Failure::usage(format!("{message}: it has {first}, counted from 0")),
    })
}

/// Watches one rule.
struct Watch {
    rule: u32,
    ran: bool,
    outcomes: BTreeMap<usize, bool>,
}

impl Observer for Watch {
    fn runs(&mut self, rule: u32) -> bool {
        self.ran |= rule == self.rule;
        rule == self.rule
    }

    fn tested(&mut self, rule: u32, at: u32, _: &Instruction, holds: bool) {
        if rule == self.rule {
            self.outcomes.insert(at as usize, holds);
        }
    }
}

/// What became of one rule on an event of one kind.
struct Explained {
    kind: Kind,
    verdict: Verdict,
    ran: bool,
    /// For people, and as JSON.
    fields: Vec<(&'static str, String, serde_json::Value)>,
    steps: Vec<ExplainedStep>,
}

struct ExplainedStep {
    line: Line,
    field: Option<&'static str>,
    /// How the test comes out, after the reference; `None` for what is no test.
    holds: Option<bool>,
    /// How it came out in the machine, if it was made.
    made: Option<bool>,
}

fn explain(
    content: &Verified<'_>,
    kind: &KindProgram,
    rule: &Rule,
    number: u32,
    lines: Vec<Line>,
    event: &Event<'_>,
) -> Result<Explained, Failure> {
    let mut scratch = vec![0; content.content().header().scratch_words as usize];
    let mut watch = Watch {
        rule: number,
        ran: false,
        outcomes: BTreeMap::new(),
    };
    let outcome = content
        .run_observed(event, &mut scratch, &mut watch)
        .map_err(|fault| Failure::refused(fault.to_string()))?;
    let is_in =
        |mut bits: cofferdam_interpreter::Bits<'_>| bits.any(|bit| outcome.rule(bit) == number);
    let verdict = match () {
        () if is_in(outcome.matched()) => Verdict::Match,
        () if is_in(outcome.maybe()) => Verdict::Maybe,
        () => Verdict::NoMatch,
    };
    let mut fields: Vec<(&'static str, String, serde_json::Value)> = Vec::new();
    let mut steps = Vec::new();
    for ((at, step), line) in rule.code.iter().enumerate().zip(lines) {
        let test = match step {
            Step::Test { test, .. } => Some(test),
            _ => None,
        };
        let tested = test
            .and_then(|test| field(kind, test))
            .and_then(|number| kind.kind.info().field(number));
        if let Some(tested) = tested
            && !fields.iter().any(|(name, ..)| *name == tested.name)
        {
            let (shown, value) = shown(event, tested.number);
            fields.push((tested.name, shown, value));
        }
        steps.push(ExplainedStep {
            line,
            field: tested.map(|field| field.name),
            holds: test.map(|test| reference::holds(kind, test, event)),
            made: watch.outcomes.get(&at).copied(),
        });
    }
    Ok(Explained {
        kind: kind.kind,
        verdict,
        ran: watch.ran,
        fields,
        steps,
    })
}

/// A field's value for people, and as JSON: an absent one is `null`, a number has its text beside it.
fn shown(event: &Event<'_>, number: u8) -> (String, serde_json::Value) {
    match event.fields.get(usize::from(number)) {
        Some(Value::Text(text)) => {
            let text = String::from_utf16_lossy(text);
            (format!("{text:?}"), json!({ "text": text }))
        }
        Some(Value::Number(value)) => {
            let mut buffer = [0; RENDER_UNITS];
            let rendering = event.kind.info().field(number).map(|field| field.rendering);
            let text = rendering.map_or(&[][..], |it| it.render(*value, &mut buffer));
            let text = String::from_utf16_lossy(text);
            let shown = format!("{value}, which reads {text:?}");
            (shown, json!({ "number": value, "text": text }))
        }
        Some(Value::Absent) => ("absent".to_owned(), json!(null)),
        _ => (
            "unknown to this source".to_owned(),
            json!({ "unknown": true }),
        ),
    }
}

impl Explained {
    fn to_text(&self) -> String {
        const SHOWN: usize = 300;
        let mut text = format!("as {}: {}\n\n", self.kind.name(), word(self.verdict));
        for (name, shown, _) in &self.fields {
            let mut value = safe(shown);
            if value.chars().count() > SHOWN {
                value = value.chars().take(SHOWN).collect();
                value.push_str(" ...");
            }
            let _ = writeln!(text, "  {}{name}{:#} = {value}", style::TITLE, style::TITLE);
        }
        text.push('\n');
        if !self.ran {
            text.push_str(
                "  No trigger was found, so the rule did not run. How its tests come out all the same:\n\n",
            );
        }
        for step in &self.steps {
            let mark = match (step.holds, step.made) {
                (None, _) => "        ".to_owned(),
                (Some(true), _) => format!("{}holds   {:#}", style::GOOD, style::GOOD),
                (Some(false), _) => format!("{}does not{:#}", style::ERROR, style::ERROR),
            };
            let asked = match (step.holds, step.made) {
                (Some(_), None) => "(not asked) ",
                _ => "",
            };
            let label = step.line.label.as_deref();
            let label = label.map_or(String::new(), |label| format!("{label}:"));
            let _ = write!(text, "  {mark} {label:<5} {}", safe(&step.line.text));
            let note = safe(&step.line.note);
            let _ = writeln!(text, "  {}{asked}{note}{:#}", style::DIM, style::DIM);
            if step.made.is_some() && step.made != step.holds {
                text.push_str(
                    "           the machine says otherwise: a defect; please report it\n",
                );
            }
        }
        text.push('\n');
        text
    }

    fn to_json(&self) -> serde_json::Value {
        let steps: Vec<_> = self
            .steps
            .iter()
            .map(|step| {
                json!({
                    "label": step.line.label,
                    "step": step.line.text,
                    "note": step.line.note,
                    "field": step.field,
                    "holds": step.holds,
                    "asked": step.made.is_some(),
                })
            })
            .collect();
        let fields: serde_json::Map<String, serde_json::Value> = self
            .fields
            .iter()
            .map(|(name, _, value)| ((*name).to_owned(), value.clone()))
            .collect();
        json!({
            "kind": self.kind.name(),
            "verdict": word(self.verdict),
            "ran": self.ran,
            "fields": fields,
            "steps": steps,
        })
    }
}
