//! Literals that every match contains.
//!
//! Folded, so that they can be looked for in folded text: if a text contains a literal, its fold contains
//! the literal's fold, with or without regard to case.

use std::collections::BTreeSet;

use super::node::{Node, Repeat, Syntax};

/// Literals, folded, of which every match contains at least one.
pub type Clause = Vec<Vec<u16>>;

/// Most literals of a clause, and most units of one; what grows further is cut where it stands.
const MAX_ALTERNATIVES: usize = 32;
const MAX_UNITS: usize = 128;

/// The clauses of the expression: longest literals first, then fewest.
pub(super) fn required(syntax: &Syntax) -> Vec<Clause> {
    let mut facts = facts(&syntax.root);
    facts.finish();
    let mut clauses: Vec<Clause> = facts
        .clauses
        .into_iter()
        .map(|clause| clause.into_iter().collect())
        .collect();
    clauses.sort_by_key(|clause: &Clause| {
        let shortest = clause.iter().map(Vec::len).min().unwrap_or(0);
        (std::cmp::Reverse(shortest), clause.len(), clause.clone())
    });
    // A clause that an earlier one implies is of use only if it has fewer literals.
    let mut kept: Vec<Clause> = Vec::new();
    for clause in clauses {
        if !kept
            .iter()
            .any(|other| other.len() <= clause.len() && implies(other, &clause))
        {
            kept.push(clause);
        }
    }
    kept
}

/// Whether each literal of the first clause contains one of the second's.
fn implies(first: &Clause, second: &Clause) -> bool {
    first.iter().all(|long| {
        second
            .iter()
            .any(|short| long.windows(short.len()).any(|at| at == short))
    })
}

type Texts = BTreeSet<Vec<u16>>;

/// What is known of the texts that a part of the expression matches.
struct Facts {
    /// All of their folds, if they are few.
    exact: Option<Texts>,
    /// Of each of these sets they contain one.
    clauses: Vec<Texts>,
}

impl Facts {
    fn exactly(texts: Texts) -> Self {
        Self {
            exact: Some(texts),
            clauses: Vec::new(),
        }
    }

    fn nothing() -> Self {
        Self {
            exact: None,
            clauses: Vec::new(),
        }
    }

    /// Turns the exact texts into a clause.
    fn finish(&mut self) {
        if let Some(texts) = self.exact.take() {
            self.state(texts);
        }
    }

    fn state(&mut self, texts: Texts) {
        if !texts.is_empty() && texts.iter().all(|text| !text.is_empty()) {
            self.clauses.push(texts);
        }
    }

    /// The clause that says most: the longest shortest literal.
    fn best(mut self) -> Option<Texts> {
        self.finish();
        self.clauses
            .into_iter()
            .max_by_key(|texts| texts.iter().map(Vec::len).min())
    }
}

fn facts(node: &Node) -> Facts {
    match node {
        Node::Empty | Node::Assert(_) => Facts::exactly(Texts::from([Vec::new()])),
        Node::One(units) => {
            // Folding a big class is slow and would find too many.
            if units.len() > 8 * MAX_ALTERNATIVES {
                return Facts::nothing();
            }
            let folds = units.folds();
            if folds.len() > MAX_ALTERNATIVES {
                return Facts::nothing();
            }
            Facts::exactly(folds.into_iter().map(|unit| vec![unit]).collect())
        }
        Node::Concat(nodes) => concat(nodes),
        Node::Either(nodes) => either(nodes),
        Node::Repeat(repeat) => repeated(repeat),
    }
}

fn concat(nodes: &[Node]) -> Facts {
    let mut clauses = Vec::new();
    // The texts of a run of exactly known parts, and whether that run is all so far.
    let mut run = Facts::exactly(Texts::from([Vec::new()]));
    let mut whole = true;
    // Beside that, the run of parts with one text each: shorter, but one literal instead of many.
    let mut single = Vec::new();
    for node in nodes {
        let part = facts(node);
        clauses.extend(part.clauses);
        match part.exact.iter().flatten().collect::<Vec<_>>()[..] {
            [only] => single.extend(only),
            _ => clauses.extend(clause_of(std::mem::take(&mut single))),
        }
        let joined = match (&run.exact, &part.exact) {
            (Some(run), Some(texts)) => product(run, texts),
            _ => None,
        };
        if joined.is_none() {
            whole = false;
            run.finish();
            run.exact = part.exact.or_else(|| Some(Texts::from([Vec::new()])));
        } else {
            run.exact = joined;
        }
    }
    if !whole {
        run.finish();
    }
    clauses.extend(clause_of(single));
    clauses.append(&mut run.clauses);
    Facts {
        exact: run.exact,
        clauses,
    }
}

/// The clause of one literal, unless it is empty.
fn clause_of(literal: Vec<u16>) -> Option<Texts> {
    (!literal.is_empty() && literal.len() <= MAX_UNITS).then(|| Texts::from([literal]))
}

fn either(nodes: &[Node]) -> Facts {
    let parts: Vec<Facts> = nodes.iter().map(facts).collect();
    let mut all = Texts::new();
    if parts.iter().all(|part| part.exact.is_some()) {
        for part in &parts {
            all.extend(part.exact.iter().flatten().cloned());
        }
        if all.len() <= MAX_ALTERNATIVES {
            return Facts::exactly(all);
        }
    }
    let mut all = Texts::new();
    for part in parts {
        match part.best() {
            Some(texts) => all.extend(texts),
            None => return Facts::nothing(),
        }
    }
    let mut facts = Facts::nothing();
    if all.len() <= MAX_ALTERNATIVES {
        facts.state(all);
    }
    facts
}

fn repeated(repeat: &Repeat) -> Facts {
    let mut part = facts(&repeat.node);
    match (repeat.min, repeat.max) {
        (0, Some(1)) => {
            if let Some(texts) = &mut part.exact {
                texts.insert(Vec::new());
                return Facts::exactly(std::mem::take(texts));
            }
            Facts::nothing()
        }
        (_, Some(0)) => Facts::exactly(Texts::from([Vec::new()])),
        (0, _) => Facts::nothing(),
        (min, max) => {
            let mut run = Texts::from([Vec::new()]);
            if let Some(texts) = &part.exact {
                let mut times = 0;
                while times < min
                    && let Some(longer) = product(&run, texts)
                {
                    // Nothing but the empty text: more of it is the same.
                    times = if longer == run { min } else { times + 1 };
                    run = longer;
                }
                if times == min && max == Some(min) {
                    return Facts::exactly(run);
                }
                part.exact = None;
                part.state(run);
            }
            part
        }
    }
}

/// Every text of the first set with every one of the second after it, unless they are too many or long.
fn product(first: &Texts, second: &Texts) -> Option<Texts> {
    let longest = |texts: &Texts| texts.iter().map(Vec::len).max().unwrap_or(0);
    if first.len() * second.len() > MAX_ALTERNATIVES || longest(first) + longest(second) > MAX_UNITS
    {
        return None;
    }
    Some(
        first
            .iter()
            .flat_map(|one| second.iter().map(move |two| [&one[..], &two[..]].concat()))
            .collect(),
    )
}
