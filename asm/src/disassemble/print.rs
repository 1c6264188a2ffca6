//! Programs as text.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

use cofferdam_interpreter::Mode;
use cofferdam_interpreter::schema::{Kind, Tier};

use super::text::{hex, quote, quote_str};
use crate::model::{Atom, Issue, KindProgram, Literal, Phase, Program, Rule, Step, Test};

/// Prints a program, or a rule of it. Atoms are named `a0`, `a1`, ... in each kind, patterns `p0`, `p1`, ... in
/// the file, labels after the number of the step that they stand before.
///
/// Every program that can be written reads back as itself. One that cannot (a field that its kind does not have,
/// a severity above 4) is printed all the same, with `?` where the language has no word.
#[derive(Debug)]
pub struct Printer<'p> {
    program: &'p Program,
    patterns: BTreeMap<&'p [u8], usize>,
}

/// A step of a rule, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The label before the step, if another step leads here.
    pub label: Option<String>,
    /// The step.
    pub text: String,
    /// What the names in it stand for; may be empty.
    pub note: String,
}

/// Bytes of a pattern in one line.
const BYTES_IN_LINE: usize = 32;

/// Literals that a note shows.
const NOTED: usize = 3;

/// Characters of a note.
const NOTE_LENGTH: usize = 120;

impl<'p> Printer<'p> {
    /// Prepares to print.
    #[must_use]
    pub fn new(program: &'p Program) -> Self {
        let rules = program.kinds.iter().flat_map(|kind| &kind.rules);
        let patterns: BTreeSet<&[u8]> = rules
            .flat_map(|rule| &rule.code)
            .filter_map(|step| match step {
                Step::Test {
                    test: Test::Pattern { program, .. },
                    ..
                } => Some(program.as_slice()),
                _ => None,
            })
            .collect();
        Self {
            program,
            patterns: patterns.into_iter().zip(0..).collect(),
        }
    }

    /// The whole program.
    #[must_use]
    pub fn program(&self) -> String {
        let mut out = issue(&self.program.issue);
        for (bytes, number) in &self.patterns {
            let _ = write!(out, "\npattern p{number} bytes {{\n");
            for line in crate::pattern::disassemble(bytes).lines() {
                let _ = writeln!(out, "    # {line}");
            }
            for line in bytes.chunks(BYTES_IN_LINE) {
                let _ = writeln!(out, "    {}", hex(line));
            }
            out.push_str("}\n");
        }
        for kind in &self.program.kinds {
            let _ = write!(out, "\nkind {} {{\n", kind.kind.name());
            for (number, atom) in kind.atoms.iter().enumerate() {
                print_atom(&mut out, kind.kind, number, atom);
            }
            for rule in &kind.rules {
                self.print_rule(&mut out, kind, rule);
            }
            out.push_str("}\n");
        }
        out
    }

    fn print_rule(&self, out: &mut String, kind: &KindProgram, rule: &Rule) {
        let _ = writeln!(out, "    {} {{", head(rule));
        for line in self.rule(kind, rule) {
            let label = line.label.map(|label| label + ":").unwrap_or_default();
            let _ = write!(out, "        {label:<6} {}", line.text);
            if !line.note.is_empty() {
                let _ = write!(out, "  # {}", line.note);
            }
            out.push('\n');
        }
        out.push_str("    }\n");
    }

    /// The steps of a rule, one line for each.
    #[must_use]
    pub fn rule(&self, kind: &KindProgram, rule: &Rule) -> Vec<Line> {
        let targets: BTreeSet<usize> = (1..)
            .zip(&rule.code)
            .filter_map(|(next, step)| target(next, step))
            .collect();
        let count = rule.code.len();
        (0..)
            .zip(&rule.code)
            .map(|(at, step): (usize, _)| Line {
                label: targets.contains(&at).then(|| format!("l{at}")),
                text: self.step(kind.kind, at, step, count),
                note: note(kind, step),
            })
            .collect()
    }

    fn step(&self, kind: Kind, at: usize, step: &Step, count: usize) -> String {
        let to = match target(at + 1, step) {
            Some(to) if to < count => format!("l{to}"),
            Some(to) => format!("+{}", to - at - 1),
            None => String::new(),
        };
        match step {
            Step::End => "end".to_owned(),
            Step::Match => "match".to_owned(),
            Step::Maybe => "maybe".to_owned(),
            Step::Jump { .. } => format!("jump -> {to}"),
            Step::Test {
                test,
                sense,
                trigger,
                ..
            } => {
                let word = if *sense { "if" } else { "unless" };
                let test = match test {
                    Test::Atom(atom) if *trigger => format!("trigger a{atom}"),
                    Test::Atom(atom) => format!("{} a{atom}", self.phase(kind, *atom)),
                    test => self.test(kind, test),
                };
                format!("{word} {test} -> {to}")
            }
        }
    }

    fn phase(&self, kind: Kind, atom: usize) -> &'static str {
        let mut kinds = self.program.kinds.iter();
        let kind = kinds.find(|other| other.kind == kind);
        match kind.and_then(|kind| kind.atoms.get(atom)) {
            Some(atom) if atom.phase == Phase::Lazy => "lazy",
            _ => "atom",
        }
    }

    fn test(&self, kind: Kind, test: &Test) -> String {
        let cased = |cased: &bool| if *cased { " cased" } else { "" };
        match test {
            // Printed by the step, which knows whether it is a trigger.
            Test::Atom(atom) => format!("atom a{atom}"),
            Test::Text {
                field,
                mode,
                cased: case,
                units,
            } => format!(
                "{} text {} {}{}",
                name(kind, *field),
                mode.name(),
                quote(units),
                cased(case)
            ),
            Test::Pattern { field, program } => {
                let number = self.patterns.get(program.as_slice()).unwrap_or(&0);
                format!("{} pattern p{number}", name(kind, *field))
            }
            Test::Fields {
                field,
                other,
                mode,
                cased: case,
            } => format!(
                "{} fields {} {}{}",
                name(kind, *field),
                mode.name(),
                name(kind, *other),
                cased(case)
            ),
            Test::Network {
                field,
                family,
                prefix,
                address,
            } => {
                let [a, b, c, d, ..] = *address;
                let address = match family {
                    4 => Ipv4Addr::new(a, b, c, d).to_string(),
                    _ => Ipv6Addr::from(*address).to_string(),
                };
                format!("{} network {address}/{prefix}", name(kind, *field))
            }
            Test::Number {
                field,
                relation,
                value,
            } => format!("{} {} {value}", name(kind, *field), relation.name()),
            Test::Presence { field, op } => format!("{} {}", name(kind, *field), op.name()),
        }
    }
}

/// The step that a step leads to, given the number of the next one.
fn target(next: usize, step: &Step) -> Option<usize> {
    match step {
        Step::Jump { skip } | Step::Test { skip, .. } => Some(next + usize::from(*skip)),
        _ => None,
    }
}

fn issue(issue: &Issue) -> String {
    let tier = match issue.tier {
        Tier::Kernel => "kernel",
        Tier::User => "user",
    };
    let mut out = String::from("content {\n");
    let _ = writeln!(out, "    tier {tier}");
    let _ = writeln!(out, "    channel {}", quote_str(&issue.channel));
    let _ = writeln!(out, "    ring {}", issue.ring);
    let _ = writeln!(out, "    version {}", issue.content_version);
    let _ = writeln!(out, "    floor {}", issue.rollback_floor);
    let _ = writeln!(out, "    engine {}", issue.min_engine);
    let _ = writeln!(out, "    issued {}", issue.issued);
    let _ = writeln!(out, "    expires {}", issue.expires);
    if issue.key_id != [0; 16] {
        let _ = writeln!(out, "    key {}", hex(&issue.key_id));
    }
    out.push_str("}\n");
    out
}

fn print_atom(out: &mut String, kind: Kind, number: usize, atom: &Atom) {
    let phase = match atom.phase {
        Phase::Eager => "eager",
        Phase::Lazy => "lazy",
    };
    let field = name(kind, atom.field);
    let _ = writeln!(out, "    atom a{number} {phase} {field} {{");
    if atom.literals.is_empty() {
        out.push_str("        unsupplied\n");
    }
    for literal in &atom.literals {
        let _ = write!(out, "        {}", literal_text(literal));
        if let Some((place, key)) = literal.place {
            let _ = write!(out, " @ {}:{key}", place.name());
        }
        out.push('\n');
    }
    out.push_str("    }\n");
}

fn literal_text(literal: &Literal) -> String {
    format!("{} {}", literal.mode.name(), quote(&literal.units))
}

fn head(rule: &Rule) -> String {
    let digits = hex(&rule.id);
    let groups = [0..8, 8..12, 12..16, 16..20, 20..32].map(|group| &digits[group]);
    let severities = crate::assemble::SEVERITIES;
    let severity = severities.get(usize::from(rule.severity)).unwrap_or(&"?");
    let action = if rule.deny { "deny" } else { "alert" };
    let meta = match rule.meta.as_str() {
        "" => String::new(),
        meta => format!(" meta {}", quote_str(meta)),
    };
    let runs = if rule.always { "always" } else { "triggered" };
    format!(
        "rule {}.{} {severity} {action} {}{meta} {runs}",
        groups.join("-"),
        rule.condition,
        quote_str(&rule.title)
    )
}

/// What an atom's name stands for.
fn note(kind: &KindProgram, step: &Step) -> String {
    let Step::Test {
        test: Test::Atom(atom),
        ..
    } = step
    else {
        return String::new();
    };
    let Some(atom) = kind.atoms.get(*atom) else {
        return String::new();
    };
    if atom.literals.is_empty() {
        return format!("{} unsupplied", name(kind.kind, atom.field));
    }
    let mut modes: BTreeMap<Mode, Vec<String>> = BTreeMap::new();
    for literal in atom.literals.iter().take(NOTED) {
        let texts = modes.entry(literal.mode).or_default();
        texts.push(quote(&literal.units));
    }
    let tests = modes
        .iter()
        .map(|(mode, texts)| format!("{} {}", mode.name(), texts.join(" | ")));
    let mut note = format!(
        "{} {}",
        name(kind.kind, atom.field),
        tests.collect::<Vec<_>>().join(", ")
    );
    if let Some(more @ 1..) = atom.literals.len().checked_sub(NOTED) {
        let _ = write!(note, " and {more} more");
    }
    match note.char_indices().nth(NOTE_LENGTH) {
        Some((at, _)) => format!("{}…", &note[..at]),
        None => note,
    }
}

fn name(kind: Kind, field: u8) -> &'static str {
    kind.info().field(field).map_or("?", |info| info.name)
}
