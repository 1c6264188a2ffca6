//! Graphs: a tree of tests becomes instructions whose jumps lead forward only.
//!
//! Nodes are made from the end: a test is made after both places to which it leads, so that in the reverse of the
//! order of making all jumps lead forward. Equal nodes are one node.

use std::collections::HashMap;

use cofferdam_asm::model::{Rule, Step, Test};

use super::kind::Atoms;
use super::leaf::{Leaf, Literals};
use super::logic::Bool;
use super::{RuleDraft, order};
use crate::model::Level;

/// Where a test leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Target {
    Node(usize),
    Match,
    Maybe,
    End,
}

/// A test and where its outcomes lead.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Node {
    test: Test,
    trigger: bool,
    holds: Target,
    fails: Target,
}

struct Graph<'g, 'a> {
    atoms: &'g mut Atoms<'a>,
    /// Whether there are patterns enough that one scan for what they need costs less.
    has_patterns: bool,
    nodes: Vec<Node>,
    known: HashMap<Node, usize>,
}

/// The rule's instructions.
pub(super) fn rule(draft: &RuleDraft, atoms: &mut Atoms<'_>) -> Rule {
    let mut graph = Graph {
        atoms,
        has_patterns: draft.possible.patterns() > 1,
        nodes: Vec::new(),
        known: HashMap::new(),
    };
    let exact = draft.definite == draft.possible;
    let otherwise = if exact {
        Target::End
    } else {
        let possible = draft.after_trigger(&draft.possible);
        graph.tree(&possible, Target::Maybe, Target::End)
    };
    let definite = draft.after_trigger(&draft.definite);
    let mut entry = graph.tree(&definite, Target::Match, otherwise);
    if let Some(clause) = &draft.trigger {
        // What is not supplied has a rule run, and be looked at by those who know more; alone it holds for nothing.
        let unsupplied = clause.unsupplied();
        let fails = unsupplied.fold(Target::End, |fails, field| {
            graph.trigger(&field, Target::End, fails)
        });
        let atoms = clause.atoms();
        entry = atoms.fold(fails, |fails, literals| {
            graph.trigger(literals, entry, fails)
        });
    }
    Rule {
        id: draft.id.uuid.into_bytes(),
        condition: u8::try_from(draft.id.condition).unwrap_or(u8::MAX),
        severity: severity(draft.level),
        deny: draft.deny,
        title: draft.title.to_string(),
        meta: if draft.open { r#"{"open":true}"# } else { "" }.to_owned(),
        always: draft.trigger.is_none(),
        code: layout(&graph.nodes, entry),
    }
}

fn severity(level: Option<Level>) -> u8 {
    match level {
        None | Some(Level::Informational) => 0,
        Some(Level::Low) => 1,
        Some(Level::Medium) => 2,
        Some(Level::High) => 3,
        Some(Level::Critical) => 4,
    }
}

impl Graph<'_, '_> {
    fn node(&mut self, node: Node) -> Target {
        if node.holds == node.fails {
            return node.holds;
        }
        if let Some(index) = self.known.get(&node) {
            return Target::Node(*index);
        }
        let index = self.nodes.len();
        self.nodes.push(node.clone());
        self.known.insert(node, index);
        Target::Node(index)
    }

    /// The test of a trigger, which stands even where both outcomes lead to the same.
    fn trigger(&mut self, literals: &Literals, holds: Target, fails: Target) -> Target {
        let test = Test::Atom(self.atoms.number(literals));
        self.nodes.push(Node {
            test,
            trigger: true,
            holds,
            fails,
        });
        Target::Node(self.nodes.len() - 1)
    }

    /// Where the tree begins. Depth is bounded by the rule's.
    fn tree(&mut self, tree: &Bool, holds: Target, fails: Target) -> Target {
        match tree {
            Bool::True => holds,
            Bool::False => fails,
            Bool::Leaf { leaf, sense } => {
                let (holds, fails) = if *sense {
                    (holds, fails)
                } else {
                    (fails, holds)
                };
                self.leaf(leaf, holds, fails)
            }
            // Made last, run first.
            Bool::And(operands) => order::for_all(operands, self.atoms.known())
                .into_iter()
                .rev()
                .fold(holds, |next, operand| self.tree(operand, next, fails)),
            Bool::Or(operands) => order::for_any(operands, self.atoms.known())
                .into_iter()
                .rev()
                .fold(fails, |next, operand| self.tree(operand, holds, next)),
            Bool::AtLeast(count, operands) => self.at_least(*count, operands, holds, fails),
        }
    }

    /// One copy of each operand for each number that is still wanted when it is its turn.
    fn at_least(
        &mut self,
        count: usize,
        operands: &[Bool],
        holds: Target,
        fails: Target,
    ) -> Target {
        // `entries[wanted]` is where to go on when so many are still wanted.
        let mut entries = vec![fails; count + 1];
        entries[0] = holds;
        for operand in order::by_cost(operands, self.atoms.known())
            .into_iter()
            .rev()
        {
            for wanted in (1..=count).rev() {
                entries[wanted] = self.tree(operand, entries[wanted - 1], entries[wanted]);
            }
        }
        entries[count]
    }

    fn leaf(&mut self, leaf: &Leaf, holds: Target, fails: Target) -> Target {
        if let Leaf::Literals(literals) = leaf {
            return self.literals(literals, holds, fails);
        }
        let Some(test) = leaf.test() else {
            return fails;
        };
        let test = self.test(test, holds, fails);
        // A pattern costs more than to know that what it needs is not there.
        match self.atoms.odds.gate(leaf) {
            Some(gate) if self.has_patterns || self.atoms.is_eager(&gate) => {
                self.literals(&gate, test, fails)
            }
            _ => test,
        }
    }

    /// Few literals that no finder has looked for beforehand cost less one by one than a scan for all.
    fn literals(&mut self, literals: &Literals, holds: Target, fails: Target) -> Target {
        let (alone, together) = self.atoms.divide(literals);
        let fails = match together {
            Some(literals) => self.atom(&literals, holds, fails),
            None => fails,
        };
        alone.into_iter().rev().fold(fails, |fails, literal| {
            if self.atoms.is_eager(&literal) {
                return self.atom(&literal, holds, fails);
            }
            let texts = literal.set.into_iter();
            texts.fold(fails, |fails, (mode, units)| {
                let test = Test::Text {
                    field: literal.field,
                    mode,
                    cased: false,
                    units,
                };
                self.test(test, holds, fails)
            })
        })
    }

    fn atom(&mut self, literals: &Literals, holds: Target, fails: Target) -> Target {
        let test = Test::Atom(self.atoms.number(literals));
        self.test(test, holds, fails)
    }

    fn test(&mut self, test: Test, holds: Target, fails: Target) -> Target {
        self.node(Node {
            test,
            trigger: false,
            holds,
            fails,
        })
    }
}

/// Puts the nodes that can be reached in a row.
fn layout(nodes: &[Node], entry: Target) -> Vec<Step> {
    let mut reached = vec![false; nodes.len()];
    if let Target::Node(entry) = entry {
        reached[entry] = true;
    }
    for index in (0..nodes.len()).rev() {
        if reached[index] {
            for target in [nodes[index].holds, nodes[index].fails] {
                if let Target::Node(next) = target {
                    reached[next] = true;
                }
            }
        }
    }
    let row: Vec<usize> = (0..nodes.len()).rev().filter(|it| reached[*it]).collect();
    let ends = [Target::Match, Target::Maybe, Target::End].map(|end| {
        let used = entry == end
            || row
                .iter()
                .any(|index| nodes[*index].holds == end || nodes[*index].fails == end);
        used.then_some(end)
    });
    let ends: Vec<Target> = ends.into_iter().flatten().collect();
    // A node that leads nowhere near the next needs a jump behind it.
    let after = |position: usize| {
        row.get(position + 1)
            .map_or(ends[0], |next| Target::Node(*next))
    };
    let mut places: HashMap<Target, usize> = HashMap::new();
    let mut place = 0;
    for (position, index) in row.iter().enumerate() {
        places.insert(Target::Node(*index), place);
        let next = after(position);
        let node = &nodes[*index];
        place += if node.holds == next || node.fails == next {
            1
        } else {
            2
        };
    }
    for end in &ends {
        places.insert(*end, place);
        place += 1;
    }
    let mut steps = Vec::new();
    for (position, index) in row.iter().enumerate() {
        let node = &nodes[*index];
        let next = after(position);
        let (sense, to) = if node.holds == next {
            (false, node.fails)
        } else {
            (true, node.holds)
        };
        let skip =
            |from: usize, to: Target| u16::try_from(places[&to] - from - 1).unwrap_or(u16::MAX);
        steps.push(Step::Test {
            test: node.test.clone(),
            sense,
            skip: skip(steps.len(), to),
            trigger: node.trigger,
        });
        if node.holds != next && node.fails != next {
            let skip = skip(steps.len(), node.fails);
            steps.push(Step::Jump { skip });
        }
    }
    steps.extend(ends.into_iter().map(|end| match end {
        Target::Match => Step::Match,
        Target::Maybe => Step::Maybe,
        Target::End | Target::Node(_) => Step::End,
    }));
    steps
}
