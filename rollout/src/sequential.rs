//! Wald's sequential probability ratio test: after every machine that reports it says *accept*, *reject* or *go on*.
//!
//! Two rates are told apart: the *acceptable* one, at which machines fail whatever content they run, and the
//! *unacceptable* one. Every observation adds the logarithm of how much likelier it is at the second than at the
//! first. Above one bound the sum speaks for the second, below another for the first; with Wald's
//! bounds, ln((1 - missed) / false alarm) and ln(missed / (1 - false alarm)), the chances of being wrong are about
//! those stated, whatever the number of observations. (A. Wald, "Sequential Tests of Statistical Hypotheses", Annals
//! of Mathematical Statistics 16, 1945.)
//!
//! A test here goes on after it has accepted, so good evidence must not be banked against later failures: the sum
//! never falls below a floor. A sum with a floor is Page's cumulative sum ("Continuous Inspection Schemes", Biometrika
//! 41, 1954): at the acceptable rate it takes, on average, at least e^(reject - floor) observations to a false alarm.

use crate::logarithm::ln_ratio;

/// A rate in parts of a million, above zero and below one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(u32);

impl Rate {
    /// One whole, in the unit of a rate.
    pub const ONE: u32 = 1_000_000;

    /// A rate of so many in a million; `None` for zero and for a million and more.
    #[must_use]
    pub const fn per_million(parts: u32) -> Option<Self> {
        if parts == 0 || parts >= Self::ONE {
            None
        } else {
            Some(Self(parts))
        }
    }

    /// So many in a million.
    #[must_use]
    pub const fn parts(self) -> u32 {
        self.0
    }

    fn numerator(self) -> u64 {
        u64::from(self.0)
    }

    fn complement(self) -> u64 {
        u64::from(Self::ONE.saturating_sub(self.0))
    }
}

/// How often the test may be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errors {
    /// The chance of rejecting what fails at the acceptable rate.
    pub false_alarm: Rate,
    /// The chance of accepting what fails at the unacceptable rate.
    pub missed: Rate,
}

/// What was seen of one machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observation {
    /// It is healthy.
    Healthy,
    /// It failed.
    Failed,
}

/// What the evidence says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Too little is known.
    GoOn,
    /// The rate is acceptable.
    Accept,
    /// The rate is not acceptable.
    Reject,
}

/// The steps and bounds of a test, with 32 fractional bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Design {
    healthy: i64,
    failed: i64,
    accept: i64,
    reject: i64,
    floor: i64,
}

impl Design {
    /// A test that tells the two rates apart with these errors. Its floor is its bound of acceptance.
    ///
    /// `None` unless `acceptable < unacceptable` and both errors together are below one.
    #[must_use]
    pub fn new(acceptable: Rate, unacceptable: Rate, errors: Errors) -> Option<Self> {
        let Errors {
            false_alarm,
            missed,
        } = errors;
        if acceptable >= unacceptable || missed.numerator() >= false_alarm.complement() {
            return None;
        }
        let accept = ln_ratio(missed.numerator(), false_alarm.complement());
        Some(Self {
            healthy: ln_ratio(unacceptable.complement(), acceptable.complement()),
            failed: ln_ratio(unacceptable.numerator(), acceptable.numerator()),
            accept,
            reject: ln_ratio(missed.complement(), false_alarm.numerator()),
            floor: accept,
        })
    }

    /// The same test as one of `tests` of which each may raise the alarm: its bound is raised so that the chance of a
    /// false alarm by any of them stays what it was for one. It watches only; its floor is zero.
    #[must_use]
    pub fn one_of(self, tests: u32) -> Self {
        Self {
            reject: self.reject.saturating_add(ln_ratio(u64::from(tests), 1)),
            floor: 0,
            ..self
        }
    }

    /// How many healthy machines, and no failed one, it takes to accept.
    #[must_use]
    pub fn healthy_to_accept(&self) -> u32 {
        steps(self.accept, self.healthy)
    }

    /// How many failed machines, and no healthy one, it takes to reject.
    #[must_use]
    pub fn failed_to_reject(&self) -> u32 {
        steps(self.reject, self.failed)
    }
}

/// How many steps reach a bound: rounded up.
fn steps(bound: i64, step: i64) -> u32 {
    let (bound, step) = (bound.unsigned_abs(), step.unsigned_abs());
    let whole = bound.checked_div(step).unwrap_or(u64::MAX);
    let rest = bound.checked_rem(step).unwrap_or(0);
    u32::try_from(whole.saturating_add(u64::from(rest > 0))).unwrap_or(u32::MAX)
}

/// The evidence so far: a sum of logarithms, with 32 fractional bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence(i64);

impl Evidence {
    /// Nothing has been seen.
    pub const NONE: Self = Self(0);

    /// Adds what was seen, and says what the evidence now says.
    pub fn observe(&mut self, design: &Design, seen: Observation) -> Verdict {
        let step = match seen {
            Observation::Healthy => design.healthy,
            Observation::Failed => design.failed,
        };
        self.0 = self.0.saturating_add(step).max(design.floor);
        self.verdict(design)
    }

    /// What the evidence says.
    #[must_use]
    pub fn verdict(&self, design: &Design) -> Verdict {
        if self.0 >= design.reject {
            Verdict::Reject
        } else if self.0 <= design.accept {
            Verdict::Accept
        } else {
            Verdict::GoOn
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(parts: u32) -> Rate {
        Rate::per_million(parts).unwrap_or(Rate(1))
    }

    const ERRORS: Errors = Errors {
        false_alarm: Rate(1_000),
        missed: Rate(10_000),
    };

    #[test]
    fn the_bounds_are_walds() {
        let design = Design::new(rate(1_000), rate(100_000), ERRORS);
        // ln(0.99/0.001) = 6.898 over ln(100) = 4.605; ln(0.01/0.999) = -4.604 over ln(0.9/0.999) = -0.1044.
        assert_eq!(design.map(|it| it.failed_to_reject()), Some(2));
        assert_eq!(design.map(|it| it.healthy_to_accept()), Some(45));
    }

    #[test]
    fn rates_that_cannot_be_told_apart_make_no_test() {
        assert_eq!(Design::new(rate(1_000), rate(1_000), ERRORS), None);
        let errors = Errors {
            false_alarm: rate(500_000),
            missed: rate(500_000),
        };
        assert_eq!(Design::new(rate(1_000), rate(2_000), errors), None);
        assert_eq!(Rate::per_million(0), None);
        assert_eq!(Rate::per_million(Rate::ONE), None);
    }

    #[test]
    fn good_evidence_is_not_banked() {
        let Some(design) = Design::new(rate(1_000), rate(100_000), ERRORS) else {
            return assert_eq!("a design", "none");
        };
        let mut evidence = Evidence::NONE;
        for _ in 0..100_000 {
            evidence.observe(&design, Observation::Healthy);
        }
        assert_eq!(evidence.verdict(&design), Verdict::Accept);
        let mut failures = 0;
        while evidence.observe(&design, Observation::Failed) != Verdict::Reject {
            failures += 1;
        }
        assert_eq!(failures, 2);
    }

    #[test]
    fn one_of_many_needs_more_to_reject_and_never_falls_below_zero() {
        let alone = Design::new(rate(1_000), rate(100_000), ERRORS);
        let shared = alone.map(|it| it.one_of(100));
        assert_eq!(shared.map(|it| it.failed_to_reject()), Some(3));
        let mut evidence = Evidence::NONE;
        if let Some(shared) = shared {
            evidence.observe(&shared, Observation::Healthy);
        }
        assert_eq!(evidence, Evidence::NONE);
    }

    /// Wald's promise, tried: a million tests would be better, ten thousand show an order of magnitude.
    #[test]
    fn the_error_rates_are_those_stated() {
        let Some(design) = Design::new(rate(10_000), rate(100_000), ERRORS) else {
            return assert_eq!("a design", "none");
        };
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        let mut wrong = |failing: u32, wrong: Verdict| {
            let mut count = 0;
            for _ in 0..10_000 {
                let mut evidence = Evidence::NONE;
                let verdict = loop {
                    state ^= state << 13;
                    state ^= state >> 7;
                    state ^= state << 17;
                    let failed = (state >> 16) % u64::from(Rate::ONE) < u64::from(failing);
                    let seen = if failed {
                        Observation::Failed
                    } else {
                        Observation::Healthy
                    };
                    match evidence.observe(&design, seen) {
                        Verdict::GoOn => {}
                        verdict => break verdict,
                    }
                };
                count += u32::from(verdict == wrong);
            }
            count
        };
        // Stated: 10 and 100 of 10,000.
        let false_alarms = wrong(10_000, Verdict::Reject);
        assert!(false_alarms <= 25, "{false_alarms}");
        let missed = wrong(100_000, Verdict::Accept);
        assert!((25..=150).contains(&missed), "{missed}");
    }
}
