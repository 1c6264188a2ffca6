//! The promises of the rollout, under any sequence of events: machines that ask, fall silent, lose answers, report,
//! leave; operators who pause, resume, pin and revert; a clock that jumps; a store that refuses.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::float_arithmetic,
    reason = "a test"
)]

mod world;

use cofferdam_rollout::{Answer, MachineId, Phase, Report, Ring, Standing};
use proptest::prelude::*;
use world::{CANDIDATE, Event, MACHINES, World};

fn event() -> impl Strategy<Value = Event> {
    let machine = 0..MACHINES;
    prop_oneof![
        40 => (machine.clone(), any::<bool>()).prop_map(|(machine, lost)| Event::Ask { machine, lost }),
        30 => machine.clone().prop_map(|machine| Event::Report(machine, Report::Healthy)),
        2 => machine.clone().prop_map(|machine| Event::Report(machine, Report::Failed)),
        3 => machine.clone().prop_map(|machine| Event::Report(machine, Report::Leaving)),
        1 => machine.clone().prop_map(Event::FallBack),
        10 => (0..4000u64).prop_map(Event::Tick),
        1 => Just(Event::ClockBack),
        1 => Just(Event::Pause),
        2 => Just(Event::Resume),
        1 => machine.clone().prop_map(Event::Pin),
        1 => machine.prop_map(Event::Unpin),
        1 => (0..8u32).prop_map(|odds| Event::Revert { really: odds == 0 }),
        2 => Just(Event::StoreFails),
    ]
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    prop::collection::vec(event(), 0..800)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn promises_hold_at_every_step(events in events()) {
        let mut world = World::new();
        for event in events {
            world.happen(event);
        }
    }

    #[test]
    fn a_revert_reaches_every_machine_that_got_it(events in events()) {
        let mut world = World::new();
        for event in events {
            world.happen(event);
        }
        world.happen(Event::Revert { really: true });
        // Once to be told, once to confirm, once more where the store refuses.
        for _ in 0..3 {
            for machine in 0..MACHINES {
                world.happen(Event::Ask { machine, lost: false });
            }
        }
        for machine in 0..MACHINES {
            prop_assert_ne!(world.runs(machine), CANDIDATE);
        }
        let over = matches!(world.rollout().phase(), Phase::Reverted { .. });
        prop_assert!(over, "{:?} {}", world.rollout().phase(), world.rollout().holders());
        prop_assert_eq!(world.rollout().holders(), 0);
    }
}

#[test]
fn a_healthy_candidate_reaches_everybody_who_wants_it() {
    for seed in 0..3u64 {
        let mut world = World::new();
        let mut order: Vec<u64> = (0..MACHINES).collect();
        order.sort_by_key(|machine| (machine + seed).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        for _ in 0..200 {
            for machine in &order {
                world.happen(Event::Ask {
                    machine: *machine,
                    lost: false,
                });
                if world.standing(*machine) != Standing::Waiting {
                    world.happen(Event::Report(*machine, Report::Healthy));
                }
            }
            world.happen(Event::Tick(600));
        }
        let released = matches!(world.rollout().phase(), Phase::Released { .. });
        assert!(released, "{:?}", world.rollout().phase());
        for machine in 0..MACHINES {
            assert_eq!(
                world.runs(machine),
                world.released_for(machine),
                "{machine}"
            );
        }
    }
}

#[test]
fn a_candidate_that_silences_every_machine_stops_in_the_first_ring() {
    let mut world = World::new();
    for _ in 0..100 {
        for machine in 0..MACHINES {
            if world.runs(machine) != CANDIDATE {
                world.happen(Event::Ask {
                    machine,
                    lost: false,
                });
            }
        }
        world.happen(Event::Tick(600));
    }
    assert!(matches!(world.rollout().phase(), Phase::Reverting { .. }));
    let hit = (0..MACHINES).filter(|machine| world.runs(*machine) == CANDIDATE);
    assert_eq!(hit.count(), 2, "no more than may be in flight");
}

#[test]
fn a_pin_is_refused_while_a_revert_may_have_to_reach_the_machine() {
    let mut world = World::new();
    let machine = (0..MACHINES)
        .find(|machine| {
            world.ask(MachineId(*machine), false);
            world.runs(*machine) == CANDIDATE
        })
        .expect("the first ring has a machine");
    assert!(!world.pin(machine));
    world.happen(Event::Revert { really: true });
    assert_eq!(
        world.ask(MachineId(machine), false),
        Answer::Rollback(world::NEWEST)
    );
    assert!(!world.pin(machine));
    world.ask(MachineId(machine), false);
    assert!(world.pin(machine));
}

#[test]
fn a_ring_whose_test_is_undecided_stays_however_long_it_bakes() {
    let mut world = World::new();
    let mut failed = false;
    for _ in 0..50 {
        for machine in 0..MACHINES {
            world.happen(Event::Ask {
                machine,
                lost: false,
            });
            if matches!(world.standing(machine), Standing::Given { .. }) {
                let report = if failed {
                    Report::Healthy
                } else {
                    Report::Failed
                };
                world.happen(Event::Report(machine, report));
                failed = true;
            }
        }
        world.happen(Event::Tick(3_600));
    }
    // One failure of nine machines: neither enough to reject nor few enough to accept.
    let baking = matches!(world.rollout().phase(), Phase::Baking { ring: Ring(0), .. });
    assert!(baking, "{:?}", world.rollout().phase());
    assert_eq!(world.rollout().tally(Ring(0)).reported, 9);
}
