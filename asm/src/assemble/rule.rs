//! A rule: its head, its steps, and where their labels lead.

use std::collections::HashMap;

use super::error::AsmError;
use super::kind::KindBlock;
use super::token::{Place, Token, quoted};
use super::{Assembler, number};
use crate::model::{Rule, Step, Test};

/// The severities' words, by number.
pub(crate) const SEVERITIES: [&str; 5] = ["informational", "low", "medium", "high", "critical"];

/// Where a step leads.
enum Target<'s> {
    /// To a label, which is yet to come.
    Label(Place, &'s str),
    /// Over this many steps.
    Skip(u16),
}

/// A step whose target may still be a label.
struct Open<'s> {
    step: Step,
    target: Option<Target<'s>>,
}

impl<'s> Assembler<'s> {
    pub(super) fn rule(&mut self, block: &mut KindBlock<'s>) -> Result<(), AsmError> {
        let expected = "the rule's UUID, a dot and the condition's index";
        let (place, id) = self.tokens.run(expected)?;
        let Some((id, condition)) = number::rule_id(id) else {
            return Err(AsmError::new(place, expected, quoted(id))
                .remedy("write `5f2d0c3e-9a41-4d3c-8a55-0f6a1d2b3c4d.0`, or `7.0` in tests"));
        };
        let expected = "a severity";
        let (place, word) = self.tokens.run(expected)?;
        let severity = SEVERITIES.iter().position(|severity| *severity == word);
        let Some(severity) = severity.and_then(|at| u8::try_from(at).ok()) else {
            return Err(
                AsmError::new(place, expected, quoted(word)).known(word, SEVERITIES.into_iter())
            );
        };
        let deny = self.either("alert", "deny")?;
        let (_, title) = self.tokens.unicode("the rule's title in quotes")?;
        let meta = if self.tokens.take(&Token::Run("meta"))? {
            self.tokens.unicode("the rule's metadata in quotes")?.1
        } else {
            String::new()
        };
        let always = self.either("triggered", "always")?;
        let code = self.steps(block)?;
        block.program.rules.push(Rule {
            id,
            condition,
            severity,
            deny,
            title,
            meta,
            always,
            code,
        });
        Ok(())
    }

    /// One of two words; whether it is the second.
    fn either(&mut self, no: &str, yes: &str) -> Result<bool, AsmError> {
        let expected = format!("`{no}` or `{yes}`");
        let (place, word) = self.tokens.run(&expected)?;
        if word != no && word != yes {
            return Err(AsmError::new(place, expected, quoted(word)));
        }
        Ok(word == yes)
    }

    fn steps(&mut self, block: &KindBlock<'s>) -> Result<Vec<Step>, AsmError> {
        let mut steps = Vec::new();
        let mut labels = HashMap::new();
        self.open()?;
        while let Some((place, word)) = self.item("an instruction")? {
            if let Some(label) = word.strip_suffix(':') {
                if !is_name(label) {
                    return Err(AsmError::new(place, "a label", quoted(word)).remedy(
                        "labels are letters, digits and `_`, and begin with a letter or `_`",
                    ));
                }
                if labels.insert(label, steps.len()).is_some() {
                    return Err(AsmError::new(
                        place,
                        "a label that the rule does not have yet",
                        quoted(word),
                    ));
                }
                continue;
            }
            steps.push(self.step(block, place, word)?);
            self.tokens.end()?;
        }
        let targets = Targets {
            labels,
            count: steps.len(),
        };
        steps
            .into_iter()
            .enumerate()
            .map(|(at, open)| targets.close(at, open))
            .collect()
    }

    fn step(
        &mut self,
        block: &KindBlock<'s>,
        place: Place,
        word: &'s str,
    ) -> Result<Open<'s>, AsmError> {
        let ends = |step| Ok(Open { step, target: None });
        match word {
            "end" => ends(Step::End),
            "match" => ends(Step::Match),
            "maybe" => ends(Step::Maybe),
            "jump" => Ok(Open {
                step: Step::Jump { skip: 0 },
                target: Some(self.target()?),
            }),
            "if" | "unless" => {
                let (test, trigger) = self.test(block)?;
                Ok(Open {
                    step: Step::Test {
                        test,
                        sense: word == "if",
                        skip: 0,
                        trigger,
                    },
                    target: Some(self.target()?),
                })
            }
            other => {
                let words = ["if", "unless", "jump", "match", "maybe", "end"];
                Err(AsmError::new(place, "an instruction", quoted(other))
                    .known(other, words.into_iter()))
            }
        }
    }

    fn target(&mut self) -> Result<Target<'s>, AsmError> {
        let expected = "`->` and where to go on";
        self.tokens.expect(&Token::Arrow, expected)?;
        let (place, run) = self
            .tokens
            .run("a label, or `+` and a number of instructions")?;
        let Some(skip) = run.strip_prefix('+') else {
            return Ok(Target::Label(place, run));
        };
        number::unsigned(skip)
            .and_then(|skip| u16::try_from(skip).ok())
            .map(Target::Skip)
            .ok_or_else(|| AsmError::new(place, "`+` and a number up to 65,535", quoted(run)))
    }

    /// An atom's test, or a field's; whether it is a trigger.
    fn test(&mut self, block: &KindBlock<'s>) -> Result<(Test, bool), AsmError> {
        let expected = "`atom`, `trigger`, `lazy` or a field";
        match self.tokens.run(expected)? {
            (_, word @ ("atom" | "trigger" | "lazy")) => {
                let atom = self.atom_named(block, word == "lazy")?;
                Ok((Test::Atom(atom), word == "trigger"))
            }
            (place, name) => {
                let field = self.field_named(block.program.kind, place, name)?;
                Ok((self.field_test(block.program.kind, field)?, false))
            }
        }
    }
}

/// The places that a rule's labels name.
struct Targets<'s> {
    labels: HashMap<&'s str, usize>,
    count: usize,
}

impl<'s> Targets<'s> {
    /// Turns a step's label into the number of steps to pass over.
    fn close(&self, at: usize, open: Open<'s>) -> Result<Step, AsmError> {
        let skip = match open.target {
            None => 0,
            Some(Target::Skip(skip)) => skip,
            Some(Target::Label(place, label)) => self.skip(at, place, label)?,
        };
        Ok(match open.step {
            Step::Jump { .. } => Step::Jump { skip },
            Step::Test {
                test,
                sense,
                trigger,
                ..
            } => Step::Test {
                test,
                sense,
                skip,
                trigger,
            },
            step => step,
        })
    }

    fn skip(&self, at: usize, place: Place, label: &str) -> Result<u16, AsmError> {
        let Some(to) = self.labels.get(label) else {
            let labels = self.labels.keys().copied();
            return Err(
                AsmError::new(place, "a label of this rule", quoted(label)).known(label, labels)
            );
        };
        if *to >= self.count {
            return Err(AsmError::new(
                place,
                "a label with an instruction behind it",
                quoted(label),
            )
            .remedy("write `end` after it"));
        }
        let Some(skip) = to.checked_sub(at + 1) else {
            return Err(AsmError::new(
                place,
                "a label further down: jumps lead forward only",
                quoted(label),
            ));
        };
        u16::try_from(skip).map_err(|_| {
            AsmError::new(
                place,
                "a label at most 65,535 instructions away",
                quoted(label),
            )
        })
    }
}

fn is_name(label: &str) -> bool {
    let mut letters = label.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}
