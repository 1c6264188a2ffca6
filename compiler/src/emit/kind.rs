//! One kind's rules: what fires each, what the finders look for beforehand, and which number each atom has.
//!
//! 1. Triggers are chosen in rounds: from the second on it is known how many rules share a field's finder, and so what
//!    a trigger there costs.
//! 2. A rule that nearly every event would fire loses its trigger.
//! 3. What rules ask for often is looked for beforehand, too; what they ask for seldom waits until they do.

use std::collections::{BTreeMap, BTreeSet};

use cofferdam_asm::model::{Atom, KindProgram, Literal, Phase};
use cofferdam_asm::rarity::Rarity;
use cofferdam_interpreter::schema::Kind;

use super::clause::{self, Clause};
use super::leaf::Literals;
use super::logic::Bool;
use super::odds::{ALWAYS, Odds};
use super::order::{self, Known};
use super::{RuleDraft, exclusions, graph};

/// Rounds in which triggers are chosen; from the second on it is known how many share a finder.
const ROUNDS: usize = 3;

/// Rules that always run although they have a trigger, at most.
const MAX_ALWAYS: usize = 24;

impl RuleDraft {
    /// What its tests cost in instructions, without its trigger.
    fn tests(&self, odds: &Odds<'_>, eager: &BTreeSet<Literals>) -> u64 {
        let known = Known {
            odds,
            eager,
            without: self.trigger.as_ref(),
        };
        order::estimate(&self.possible, known).cost
    }

    /// The tree without what the trigger has shown already.
    pub(super) fn after_trigger(&self, tree: &Bool) -> Bool {
        let Some(clause) = &self.trigger else {
            return tree.clone();
        };
        match tree {
            Bool::And(operands) => {
                let open = operands.iter().filter(|operand| !clause.implies(operand));
                Bool::and(open.cloned().collect())
            }
            tree if clause.implies(tree) => Bool::True,
            tree => tree.clone(),
        }
    }
}

/// One kind's rules as they gather.
pub(super) struct KindDraft {
    kind: Kind,
    pub(super) rules: Vec<RuleDraft>,
}

impl KindDraft {
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            kind,
            rules: Vec::new(),
        }
    }

    /// Chooses triggers and gives atoms their numbers.
    pub(super) fn finish(mut self, rarity: &Rarity) -> KindProgram {
        let mut odds = Odds::new(self.kind, rarity);
        let mut eager = BTreeSet::new();
        for _ in 0..ROUNDS {
            for rule in &mut self.rules {
                let choice = clause::Choice {
                    odds: &odds,
                    tests: rule.tests(&odds, &eager),
                    lacking: rule.lacking,
                };
                rule.trigger = clause::choose(&rule.possible, choice);
            }
            eager = self.eager();
            odds.share(self.triggers());
        }
        self.drop_triggers(&odds, &eager);
        for rule in self.rules.iter_mut().filter(|it| it.trigger.is_none()) {
            rule.possible = exclusions::join(&rule.possible, &odds);
            rule.definite = exclusions::join(&rule.definite, &odds);
        }
        let eager = self.eager();
        let mut atoms = Atoms {
            eager: self.often_asked(&odds, eager),
            odds,
            numbers: BTreeMap::new(),
            atoms: Vec::new(),
        };
        let rules = self
            .rules
            .iter()
            .map(|rule| graph::rule(rule, &mut atoms))
            .collect();
        KindProgram {
            kind: self.kind,
            atoms: atoms.atoms,
            rules,
        }
    }

    /// What the eager finders look for on account of triggers.
    fn eager(&self) -> BTreeSet<Literals> {
        let mut eager: BTreeSet<Literals> = self.triggers().cloned().collect();
        let clauses = self.rules.iter().filter_map(|rule| rule.trigger.as_ref());
        eager.extend(clauses.flat_map(Clause::unsupplied));
        eager
    }

    /// Adds what rules ask for so often, or what so often spares them a pattern, that the eager finders had better look for
    /// it, too; then what is left of it that many rules would each test alone.
    fn often_asked(&self, odds: &Odds<'_>, mut eager: BTreeSet<Literals>) -> BTreeSet<Literals> {
        for what in [Odds::spared, Odds::spared_alone] {
            let mut asked: BTreeMap<Literals, u64> = BTreeMap::new();
            let known = Known {
                odds,
                eager: &eager,
                without: None,
            };
            for rule in &self.rules {
                let runs = rule.trigger.as_ref().map_or(ALWAYS, Clause::odds);
                let tree = rule.after_trigger(&rule.possible);
                order::tested(&tree, known, runs, &mut |leaf, reached| {
                    for (literals, spared) in what(odds, leaf) {
                        *asked.entry(literals).or_default() += reached * spared;
                    }
                });
            }
            asked.retain(|literals, spared| odds.is_worthwhile(literals, *spared));
            eager.extend(asked.into_keys());
        }
        eager
    }

    fn triggers(&self) -> impl Iterator<Item = &Literals> {
        let triggers = self.rules.iter().filter_map(|rule| rule.trigger.as_ref());
        triggers.flat_map(Clause::atoms)
    }

    /// A rule that nearly every event would fire may as well always run: then no finder looks for its trigger.
    fn drop_triggers(&mut self, odds: &Odds<'_>, eager: &BTreeSet<Literals>) {
        let mut saved: Vec<(u64, usize)> = Vec::new();
        for (index, rule) in self.rules.iter().enumerate() {
            if let Some(trigger) = &rule.trigger {
                let tests = rule.tests(odds, eager);
                let price = trigger.price(tests);
                let always = Odds::runs(ALWAYS, tests);
                if price > always {
                    saved.push((price - always, index));
                }
            }
        }
        saved.sort_unstable_by(|one, two| two.cmp(one));
        for (_, index) in saved.into_iter().take(MAX_ALWAYS) {
            self.rules[index].trigger = None;
        }
    }
}

/// The atoms of a kind, each once.
pub(super) struct Atoms<'r> {
    eager: BTreeSet<Literals>,
    pub(super) odds: Odds<'r>,
    numbers: BTreeMap<Literals, usize>,
    atoms: Vec<Atom>,
}

impl Atoms<'_> {
    /// The atom's number.
    pub(super) fn number(&mut self, literals: &Literals) -> usize {
        if let Some(number) = self.numbers.get(literals) {
            return *number;
        }
        let phase = if self.is_eager(literals) {
            Phase::Eager
        } else {
            Phase::Lazy
        };
        let number = self.atoms.len();
        self.atoms.push(Atom {
            field: literals.field,
            phase,
            literals: literals
                .set
                .iter()
                .map(|(mode, units)| Literal {
                    units: units.clone(),
                    mode: *mode,
                    place: None,
                })
                .collect(),
        });
        self.numbers.insert(literals.clone(), number);
        number
    }

    pub(super) fn is_eager(&self, literals: &Literals) -> bool {
        self.eager.contains(literals)
    }

    pub(super) fn known(&self) -> Known<'_> {
        Known {
            odds: &self.odds,
            eager: &self.eager,
            without: None,
        }
    }

    /// Divides literals into those that are tested one by one, in this order, and those that a finder looks for.
    pub(super) fn divide(&self, literals: &Literals) -> (Vec<Literals>, Option<Literals>) {
        if self.is_eager(literals) {
            return (Vec::new(), Some(literals.clone()));
        }
        let (alone, together) = self.odds.divide(literals);
        let alone = alone.into_iter().map(|(_, literal)| literals.only(literal));
        let set: BTreeSet<_> = together.into_iter().map(|(_, it)| it.clone()).collect();
        let together = (!set.is_empty()).then_some(Literals {
            field: literals.field,
            set,
        });
        (alone.collect(), together)
    }
}
