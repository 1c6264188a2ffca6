//! All that is wrong with a content file, as far as one thing can be told from another.
//!
//! The verifier stops at the first refusal: that is its contract, and in the kernel there is nothing else to do. Whoever
//! writes content wants to hear of everything at once. So the same verifier is asked again: with what it refused in the
//! header mended, and then of every rule and every kind by itself, written anew into a file of its own.
//!
//! What it guarantees: the first entry is the verifier's own refusal, there is none for a file that it accepts, and every
//! entry is the verifier's judgement, never one of this module. Where the file's structure is broken, so that its rules
//! cannot be told apart, only what was found up to there is said.

use cofferdam_interpreter::layout::Header;
use cofferdam_interpreter::schema::{FINGERPRINT, SCHEMA_NUMBER};
use cofferdam_interpreter::{Code, Content, Limits, Refusal, Section};

use crate::WriteError;
use crate::disassemble;
use crate::model::{Atom, Issue, KindProgram, Program, Rule, Step, Test};
use crate::rarity::Rarity;
use crate::writer::write_with;

/// Everything for which the verifier would refuse the file within these limits; empty where it accepts it.
#[must_use]
pub fn refusals(bytes: &[u8], limits: &Limits) -> Vec<Refusal> {
    let mut found = Vec::new();
    let mut bytes = bytes.to_vec();
    let mut limits = *limits;
    // Each turn mends something else, so there are few.
    while let Err(refusal) = verify(&bytes, &limits) {
        let again = found.contains(&refusal);
        if !again {
            found.push(refusal);
        }
        if again || !mend(&mut bytes, &mut limits, refusal) {
            apart(&bytes, &limits, &mut found);
            break;
        }
    }
    found
}

fn verify(bytes: &[u8], limits: &Limits) -> Result<(), Refusal> {
    let unverified = Content::decode(bytes)?;
    let mut scratch = vec![0; limits.scratch_words.min(MOST_SCRATCH) as usize];
    unverified.verify(limits, &mut scratch).map(drop)
}

/// Puts right what was refused in the header, so that the rest can be looked at; whether that is possible.
fn mend(bytes: &mut [u8], limits: &mut Limits, refusal: Refusal) -> bool {
    let Some(block) = bytes.first_chunk_mut::<{ Header::SIZE }>() else {
        return false;
    };
    let mut header = Header::read(block);
    match refusal.code {
        _ if refusal.section != Section::Header => return false,
        // Reading leaves reserved bytes out.
        Code::Reserved => {}
        Code::TooLarge => limits.file_bytes = u32::MAX,
        Code::Tier => header.tier = 1,
        Code::SchemaNumber => header.schema_number = SCHEMA_NUMBER,
        Code::SchemaFingerprint => header.schema_fingerprint = FINGERPRINT,
        Code::EngineTooOld => header.min_engine = 0,
        Code::Validity => (header.rollback_floor, header.expires) = (0, 0),
        Code::Channel => header.channel = *b"unnamed\0\0\0\0\0\0\0\0\0",
        Code::ScratchLimit if limits.scratch_words < MOST_SCRATCH => {
            limits.scratch_words = MOST_SCRATCH;
        }
        _ => return false,
    }
    *block = header.write();
    true
}

/// Words of scratch that are tried, whatever the limit is.
const MOST_SCRATCH: u32 = 1 << 20;

/// Adds what is wrong with each rule and each kind by itself.
fn apart(bytes: &[u8], limits: &Limits, found: &mut Vec<Refusal>) {
    let Ok(unverified) = Content::decode(bytes) else {
        return;
    };
    let content = unverified.content();
    let Ok(program) = disassemble::program(content) else {
        return;
    };
    for ((index, record), kind) in (0..).zip(content.kinds()).zip(&program.kinds) {
        let beyond = beyond(kind, &program.issue, limits);
        for (number, refusal) in &beyond {
            let number = record.rule_start.saturating_add(*number as u32);
            add(found, placed(*refusal, number, content));
        }
        let is_sound = |number: &usize| beyond.iter().all(|(refused, _)| refused != number);
        let sound = (0..kind.rules.len()).filter(is_sound);
        let rest = KindProgram {
            kind: kind.kind,
            atoms: kind.atoms.iter().map(unplaced).collect(),
            rules: sound.map(|number| kind.rules[number].clone()).collect(),
        };
        if !rest.rules.is_empty()
            && let Some(refusal) = judge(rest, &program.issue, limits)
            && refusal.section == Section::Kinds
        {
            add(found, Refusal { index, ..refusal });
        }
    }
}

/// The kind's rules that would be refused whatever else the content held, by their place in the kind. What is said of
/// code has the instruction's place in its rule.
#[must_use]
pub fn beyond(kind: &KindProgram, issue: &Issue, limits: &Limits) -> Vec<(usize, Refusal)> {
    let alone = |rule: &Rule| {
        let refusal = judge(alone(kind, rule.clone()), issue, limits)?;
        // What one rule makes the kind cost is the rule's cost; that there are too many is no rule's own doing.
        (refusal.code != Code::TooManyAlways).then_some(refusal)
    };
    let rules = kind.rules.iter().enumerate();
    rules
        .filter_map(|(number, rule)| Some((number, alone(rule)?)))
        .collect()
}

/// What the verifier says of a kind by itself, which declares no costs but those that it has.
fn judge(kind: KindProgram, issue: &Issue, limits: &Limits) -> Option<Refusal> {
    let program = Program {
        issue: issue.clone(),
        kinds: vec![kind],
    };
    match write_with(&program, &Rarity::default()) {
        Ok(bytes) => verify(&bytes, limits).err(),
        Err(WriteError::Refused(refusal)) => Some(refusal),
        Err(_) => None,
    }
}

/// Where in the whole file that stands which was refused of one rule.
fn placed(refusal: Refusal, number: u32, content: &Content<'_>) -> Refusal {
    let (section, index) = match (refusal.section, content.rule(number)) {
        (Section::Code, Some(rule)) => {
            (Section::Code, rule.code_start.saturating_add(refusal.index))
        }
        _ => (Section::Rules, number),
    };
    Refusal {
        section,
        index,
        ..refusal
    }
}

/// Adds a refusal, unless it is the same thing that the verifier said first and only its place is told otherwise.
fn add(found: &mut Vec<Refusal>, refusal: Refusal) {
    let is_of_rule = |section| matches!(section, Section::Rules | Section::Code | Section::Kinds);
    let is_said = |said: &Refusal| {
        *said == refusal || (said.code == refusal.code && !is_of_rule(said.section))
    };
    if !found.iter().any(is_said) {
        found.push(refusal);
    }
}

/// A kind with one rule, and the atoms that it asks for.
fn alone(kind: &KindProgram, mut rule: Rule) -> KindProgram {
    let mut atoms = Vec::new();
    for step in &mut rule.code {
        if let Step::Test {
            test: Test::Atom(atom),
            ..
        } = step
        {
            let place = atoms.iter().position(|known| known == atom);
            *atom = place.unwrap_or_else(|| {
                atoms.push(*atom);
                atoms.len() - 1
            });
        }
    }
    let atoms = atoms.iter().filter_map(|atom| kind.atoms.get(*atom));
    KindProgram {
        kind: kind.kind,
        atoms: atoms.map(unplaced).collect(),
        rules: vec![rule],
    }
}

/// The atom with the places of its literals left to the writer.
fn unplaced(atom: &Atom) -> Atom {
    let mut atom = atom.clone();
    for literal in &mut atom.literals {
        literal.place = None;
    }
    atom
}
