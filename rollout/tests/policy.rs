//! Policies: what is refused, and that rings are diverse samples.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test"
)]

use cofferdam_rollout::sequential::{Errors, Rate};
use cofferdam_rollout::{
    BeginError, MAX_RINGS, Policy, PolicyError, Releases, Ring, RingPolicy, Rollout, Rules,
    Seconds, Time, Version,
};
use proptest::prelude::*;

fn rate(parts: u32) -> Rate {
    Rate::per_million(parts).unwrap()
}

fn ring(reach: u32) -> RingPolicy {
    RingPolicy {
        reach,
        minimum: 4,
        in_flight: 200_000,
        quorum: 900_000,
        bake: Seconds(60),
        unacceptable: rate(100_000),
    }
}

fn rules() -> Rules {
    Rules {
        acceptable: rate(1_000),
        class_unacceptable: rate(100_000),
        errors: Errors {
            false_alarm: rate(1_000),
            missed: rate(10_000),
        },
        probation: Seconds(600),
        deadline: Seconds(1_200),
    }
}

fn policy() -> Policy {
    Policy::new(&[ring(2_000), ring(100_000), ring(1_000_000)], rules()).unwrap()
}

#[test]
fn each_number_that_cannot_be_followed_is_refused() {
    let first = Ring(0);
    let one = |change: fn(&mut RingPolicy)| {
        let mut only = ring(1_000_000);
        change(&mut only);
        Policy::new(&[only], rules()).err()
    };
    assert_eq!(one(|_| {}), None);
    assert_eq!(one(|it| it.reach = 0), Some(PolicyError::Reach(first)));
    assert_eq!(
        one(|it| it.reach = 1_000_001),
        Some(PolicyError::Reach(first))
    );
    assert_eq!(
        one(|it| it.reach = 999_999),
        Some(PolicyError::LastReach(first))
    );
    assert_eq!(
        one(|it| it.in_flight = 0),
        Some(PolicyError::InFlight(first))
    );
    assert_eq!(
        one(|it| it.quorum = 1_000_001),
        Some(PolicyError::Quorum(first))
    );
    assert_eq!(
        one(|it| it.bake = Seconds(0)),
        Some(PolicyError::Bake(first))
    );
    let unacceptable = one(|it| it.unacceptable = Rate::per_million(1_000).unwrap());
    assert_eq!(unacceptable, Some(PolicyError::Unacceptable(first)));
    let with = |rings: &[RingPolicy], change: fn(&mut Rules)| {
        let mut rules = rules();
        change(&mut rules);
        Policy::new(rings, rules).err()
    };
    assert_eq!(with(&[], |_| {}), Some(PolicyError::NoRings));
    let twice = [ring(5), ring(5)];
    assert_eq!(with(&twice, |_| {}), Some(PolicyError::Reach(Ring(1))));
    let many: Vec<_> = (1..=9).map(|number| ring(number * 100_000)).collect();
    assert_eq!(with(&many, |_| {}), Some(PolicyError::TooManyRings));
    let all = [ring(1_000_000)];
    let late = with(&all, |it| it.deadline = it.probation);
    assert_eq!(late, Some(PolicyError::Deadline));
    let errors = with(&all, |it| {
        it.errors.missed = Rate::per_million(999_000).unwrap()
    });
    assert_eq!(errors, Some(PolicyError::Errors));
    let class = with(&all, |it| it.class_unacceptable = it.acceptable);
    assert_eq!(class, Some(PolicyError::ClassUnacceptable));
}

#[test]
fn a_rollout_begins_only_where_it_could_end() {
    let begin = |candidate, sizes: &[u32]| {
        Rollout::begin(
            policy(),
            Releases::first(Version(9)),
            Version(candidate),
            sizes,
            Time(0),
        )
        .err()
    };
    assert_eq!(begin(10, &[50_000]), None);
    let old = BeginError::NotNewer {
        candidate: Version(9),
        newest: Version(9),
    };
    assert_eq!(begin(9, &[50_000]), Some(old));
    let small = BeginError::RingTooSmall {
        ring: Ring(0),
        quorum: 9,
        needed: 45,
    };
    assert_eq!(begin(10, &[5_000]), Some(small));
    // Five small classes have the minimum of machines five times: enough.
    assert_eq!(begin(10, &[5_000; 5]), None);
}

proptest! {
    #[test]
    fn every_ring_has_machines_of_every_class_that_is_left(sizes in prop::collection::vec(0u32..20_000, 1..40)) {
        let policy = policy();
        let mut counts = [0u32; MAX_RINGS];
        for size in &sizes {
            let mut of_class = [0u32; MAX_RINGS];
            let mut last = Ring(0);
            for rank in 0..*size {
                let ring = policy.ring_of(rank, *size);
                prop_assert!(ring >= last && ring <= policy.last());
                last = ring;
                of_class[usize::from(ring.0)] += 1;
            }
            let mut left = *size;
            for (number, numbers) in policy.rings() {
                let count = of_class[usize::from(number.0)];
                prop_assert!(count >= numbers.minimum.min(left), "ring {number:?} has {count} of {size}");
                left -= count;
            }
            prop_assert_eq!(left, 0);
            for (sum, count) in counts.iter_mut().zip(of_class) {
                *sum += count;
            }
        }
        prop_assert_eq!(counts, policy.census(&sizes));
    }
}
