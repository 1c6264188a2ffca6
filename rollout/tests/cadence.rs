//! Customers who stay behind or stay put: which version they are told to run, rollout after rollout.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "a test"
)]

use cofferdam_rollout::sequential::{Errors, Rate};
use cofferdam_rollout::{
    Answer, Cadence, Class, Machine, Phase, Policy, Releases, Report, Ring, RingPolicy, Rollout,
    Rules, Seconds, Time, Version,
};

const MACHINES: u32 = 50;

fn policy() -> Policy {
    let rate = |parts| Rate::per_million(parts).unwrap();
    let ring = RingPolicy {
        reach: 1_000_000,
        minimum: 0,
        in_flight: 1_000_000,
        quorum: 1_000_000,
        bake: Seconds(60),
        unacceptable: rate(500_000),
    };
    let rules = Rules {
        acceptable: rate(1_000),
        class_unacceptable: rate(500_000),
        errors: Errors {
            false_alarm: rate(1_000),
            missed: rate(1_000),
        },
        probation: Seconds(10),
        deadline: Seconds(100),
    };
    Policy::new(&[ring], rules).unwrap()
}

fn begin(releases: Releases, candidate: u64) -> Rollout {
    Rollout::begin(policy(), releases, Version(candidate), &[MACHINES], Time(0)).unwrap()
}

fn machine(cadence: Cadence, runs: u64) -> Machine {
    Machine::new(Class(0), Ring(0), cadence, Version(runs))
}

/// Every machine takes the candidate and is well. Released after an hour.
fn released(releases: Releases, candidate: u64) -> Rollout {
    let mut rollout = begin(releases, candidate);
    for _ in 0..MACHINES {
        let mut machine = machine(Cadence::Current, 0);
        rollout.ask(Time(1), &mut machine, Version(0));
        rollout.report(Time(11), &mut machine, Version(candidate), Report::Healthy);
    }
    rollout.tick(Time(3_600));
    assert!(matches!(rollout.phase(), Phase::Released { .. }));
    rollout
}

fn told(rollout: &mut Rollout, now: u64, cadence: Cadence, runs: u64) -> Option<u64> {
    let mut machine = machine(cadence, runs);
    match rollout.ask(Time(now), &mut machine, Version(runs)) {
        Answer::Keep => None,
        Answer::Install(Version(version)) => Some(version),
        Answer::Rollback(_) => Some(0),
    }
}

#[test]
fn each_customer_is_so_many_releases_behind() {
    let first = released(Releases::first(Version(10)), 11);
    let mut second = released(first.releases(), 12);
    let now = 4_000;
    // Released: 12, 11, 10.
    assert_eq!(told(&mut second, now, Cadence::Behind(0), 10), Some(12));
    assert_eq!(told(&mut second, now, Cadence::Behind(1), 10), Some(11));
    assert_eq!(told(&mut second, now, Cadence::Behind(2), 9), Some(10));
    // Nobody is told to go back, nor what it has.
    assert_eq!(told(&mut second, now, Cadence::Behind(1), 11), None);
    assert_eq!(told(&mut second, now, Cadence::Behind(2), 12), None);
    // While the next candidate is on its way, nothing changes for them.
    let mut third = begin(second.releases(), 13);
    assert_eq!(told(&mut third, 1, Cadence::Behind(0), 10), Some(12));
    assert_eq!(told(&mut third, 1, Cadence::Behind(1), 10), Some(11));
    assert_eq!(told(&mut third, 1, Cadence::Behind(2), 9), Some(10));
    // Nor when it is taken back.
    third.revert(Time(2));
    assert_eq!(third.releases(), second.releases());
    assert_eq!(told(&mut third, 3, Cadence::Behind(1), 10), None);
}

#[test]
fn a_delayed_customer_waits_its_time_out() {
    let mut rollout = released(Releases::first(Version(10)), 11);
    let delayed = Cadence::Delayed(Seconds(86_400));
    assert_eq!(told(&mut rollout, 3_600 + 86_399, delayed, 10), None);
    // A pause holds it, too.
    rollout.pause(Time(3_600 + 86_399));
    assert_eq!(told(&mut rollout, 3_600 + 86_400, delayed, 10), None);
    rollout.resume(Time(3_600 + 86_400));
    assert_eq!(told(&mut rollout, 3_600 + 86_400, delayed, 10), Some(11));
}

/// Delayed machines are watched: enough failures among them take a released version back.
#[test]
fn failures_of_delayed_machines_count() {
    let mut rollout = released(Releases::first(Version(10)), 11);
    let now = Time(10_000);
    let mut failures = 0;
    while rollout.open().is_some() {
        let mut machine = machine(Cadence::Delayed(Seconds(0)), 10);
        let answer = rollout.ask(now, &mut machine, Version(10));
        assert_eq!(answer, Answer::Install(Version(11)));
        rollout.report(now, &mut machine, Version(11), Report::Failed);
        failures += 1;
        assert!(failures < 10);
    }
    assert!(matches!(rollout.phase(), Phase::Reverting { .. }));
    assert_eq!(rollout.releases(), Releases::first(Version(10)));
    let tally = rollout.tally(Ring(0));
    assert_eq!(
        (tally.machines, tally.given, tally.failed),
        (MACHINES, MACHINES, 0)
    );
}

/// An answer that arrives late, after its machine was counted as reverted and pinned: the version goes back all the same.
#[test]
fn a_pin_does_not_keep_what_is_taken_back() {
    let mut rollout = begin(Releases::first(Version(10)), 11);
    let mut machine = machine(Cadence::Current, 10);
    assert_eq!(
        rollout.ask(Time(1), &mut machine, Version(10)),
        Answer::Install(Version(11))
    );
    rollout.revert(Time(2));
    assert_eq!(
        rollout.ask(Time(3), &mut machine, Version(10)),
        Answer::Keep
    );
    assert!(matches!(rollout.phase(), Phase::Reverted { .. }));
    machine.pin().unwrap();
    assert_eq!(
        rollout.ask(Time(4), &mut machine, Version(10)),
        Answer::Keep
    );
    assert_eq!(
        rollout.ask(Time(5), &mut machine, Version(11)),
        Answer::Rollback(Version(10))
    );
}
