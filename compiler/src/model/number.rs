//! Numbers of rules.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// A number: whole numbers are held exactly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// A whole number.
    Int(i128),
    /// Any other, always finite.
    Float(f64),
}

/// A number and how the rule writes it, because fields are texts as often as numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct WrittenNumber {
    /// The number.
    pub number: Number,
    /// As written: `0x10` is not `16`.
    pub written: Arc<str>,
}

impl Number {
    /// How `self` compares with `other`, exactly.
    #[must_use]
    pub fn compare(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Int(left), Self::Int(right)) => left.cmp(&right),
            (Self::Float(left), Self::Float(right)) => left.total_cmp(&right),
            (Self::Int(left), Self::Float(right)) => compare_mixed(left, right),
            (Self::Float(left), Self::Int(right)) => compare_mixed(right, left).reverse(),
        }
    }
}

/// Exact: the whole part of a finite float in range is an integer, and beyond the range the sign decides.
fn compare_mixed(left: i128, right: f64) -> Ordering {
    const BEYOND: f64 = 1.7e38;
    if right >= BEYOND {
        return Ordering::Less;
    }
    if right <= -BEYOND {
        return Ordering::Greater;
    }
    let floor = right.floor();
    let beyond_floor = if right > floor {
        Ordering::Less
    } else {
        Ordering::Equal
    };
    left.cmp(&(floor as i128)).then(beyond_floor)
}

impl fmt::Display for Number {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(number) => write!(out, "{number}"),
            Self::Float(number) => write!(out, "{number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_are_exact() {
        let int = |number| Number::Int(number);
        let float = |number| Number::Float(number);
        assert_eq!(int(1).compare(float(1.5)), Ordering::Less);
        assert_eq!(int(2).compare(float(1.5)), Ordering::Greater);
        assert_eq!(int(-2).compare(float(-1.5)), Ordering::Less);
        assert_eq!(int(3).compare(float(3.0)), Ordering::Equal);
        assert_eq!(float(3.5).compare(int(3)), Ordering::Greater);
        assert_eq!(
            int(9_007_199_254_740_993).compare(float(9_007_199_254_740_992.0)),
            Ordering::Greater
        );
        assert_eq!(int(i128::MAX).compare(float(1e300)), Ordering::Less);
        assert_eq!(int(i128::MIN).compare(float(-1e300)), Ordering::Greater);
    }
}
