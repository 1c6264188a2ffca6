//! More rules of the same kind: each literal varied within the family of its rarest gram.
//!
//! A variant keeps the four units by which its literal is rarest, and everything that is no letter or digit; of the
//! rest it changes some. So the copies crowd the very keys that the originals have, as rules of one campaign do, which
//! random texts would not.

use cofferdam_asm::rarity::Rarity;
use cofferdam_compiler::model::{Expr, Matcher, Pattern, Piece, Rule, Test};
use cofferdam_interpreter::fold;
use uuid::Uuid;

/// The rules with so many copies of each, the original among them. A rule without anything that can vary, such as one
/// that tests nothing but an expression, would be the same rule again: it is not copied.
#[must_use]
pub fn times(rules: &[Rule], copies: u8) -> Vec<Rule> {
    let rarity = Rarity::builtin();
    let mut all = rules.to_vec();
    for copy in 1..copies {
        for rule in rules {
            let expr = expr(&rule.expr, copy, &rarity);
            if expr != rule.expr {
                let mut rule = rule.clone();
                rule.expr = expr;
                rule.id.uuid = Uuid::from_u128(rule.id.uuid.as_u128() ^ u128::from(copy));
                all.push(rule);
            }
        }
    }
    all
}

fn expr(expr: &Expr, copy: u8, rarity: &Rarity) -> Expr {
    let all = |operands: &[Expr]| -> Vec<Expr> {
        let operands = operands.iter();
        operands.map(|it| self::expr(it, copy, rarity)).collect()
    };
    match expr {
        Expr::Not(inner) => Expr::Not(Box::new(self::expr(inner, copy, rarity))),
        Expr::And(operands) => Expr::And(all(operands)),
        Expr::Or(operands) => Expr::Or(all(operands)),
        Expr::AtLeast(count, operands) => Expr::AtLeast(*count, all(operands)),
        Expr::Test(test) => {
            let Matcher::Text { pattern, cased } = &test.matcher else {
                return expr.clone();
            };
            let mut varied = Pattern::default();
            for piece in pattern.pieces() {
                varied.push(match piece {
                    Piece::Literal(units) => Piece::Literal(vary(units, copy, rarity)),
                    other => other.clone(),
                });
            }
            Expr::Test(Test {
                matcher: Matcher::Text {
                    pattern: varied,
                    cased: *cased,
                },
                ..test.clone()
            })
        }
    }
}

/// One variant. A text of four units or fewer is its own gram: there one unit changes.
fn vary(units: &[u16], copy: u8, rarity: &Rarity) -> Vec<u16> {
    let kept = match units.len() {
        0..=4 => 0..0,
        _ => {
            let folded: Vec<u16> = units.iter().map(|unit| fold::unit(*unit)).collect();
            let runs = folded.windows(4).map(|run| rarity.of(run)).enumerate();
            let rarest = runs.min_by_key(|(at, often)| (*often, *at));
            let at = rarest.map_or(0, |(at, _)| at);
            at..at + 4
        }
    };
    let mut varied = units.to_vec();
    let mut changed = 0;
    for (at, unit) in varied.iter_mut().enumerate() {
        let base: u16 = match *unit {
            0x30..=0x39 => 0x30,
            0x41..=0x5A => 0x41,
            0x61..=0x7A => 0x61,
            _ => continue,
        };
        let size = if base == 0x30 { 10 } else { 26 };
        if kept.contains(&at) || changed == 3 {
            continue;
        }
        *unit = base + (*unit - base + u16::from(copy) * (2 * changed + 1)) % size;
        changed += 1;
    }
    varied
}
