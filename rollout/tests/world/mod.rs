//! Machines as they really are, beside what the rollout believes of them, and the promises to check after each event.

use std::collections::BTreeMap;

use cofferdam_rollout::sequential::{Errors, Rate};
use cofferdam_rollout::{
    Answer, Cadence, Class, Controller, Fleet, Machine, MachineId, Phase, Policy, Releases, Report,
    Ring, RingPolicy, Rollout, Rules, Seconds, Standing, Time, Version,
};

pub(crate) const MACHINES: u64 = 90;
pub(crate) const NEWEST: Version = Version(9);
pub(crate) const CANDIDATE: Version = Version(10);
const CLASSES: u64 = 3;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    /// A machine asks; the answer may be lost on the way.
    Ask {
        machine: u64,
        lost: bool,
    },
    /// A machine that runs the candidate reports.
    Report(u64, Report),
    /// A machine goes back by itself, as its boot guard makes it.
    FallBack(u64),
    Tick(u64),
    ClockBack,
    Pause,
    Resume,
    Pin(u64),
    Unpin(u64),
    Revert {
        really: bool,
    },
    /// The next change is not stored.
    StoreFails,
}

#[derive(Debug, Default)]
pub(crate) struct Records {
    machines: BTreeMap<MachineId, Machine>,
    stored: Option<Rollout>,
    refuse: bool,
}

#[derive(Debug, PartialEq)]
pub(crate) struct Refused;

impl Fleet for Records {
    type Error = Refused;

    fn machine(&mut self, id: MachineId) -> Result<Option<Machine>, Refused> {
        Ok(self.machines.get(&id).copied())
    }

    fn keep(
        &mut self,
        rollout: &Rollout,
        machine: Option<(MachineId, &Machine)>,
    ) -> Result<(), Refused> {
        if std::mem::take(&mut self.refuse) {
            return Err(Refused);
        }
        if let Some((id, machine)) = machine {
            self.machines.insert(id, *machine);
        }
        self.stored = Some(*rollout);
        Ok(())
    }

    fn overdue(&mut self, until: Time) -> Result<Option<MachineId>, Refused> {
        let late = |standing| matches!(standing, Standing::Given { at } if at <= until);
        let mut all = self.machines.iter();
        Ok(all.find(|(_, it)| late(it.standing)).map(|(id, _)| *id))
    }
}

/// The evidence for the ring that is open, computed once more in floating point.
#[derive(Debug)]
struct Shadow {
    ring: u8,
    sum: f64,
}

pub(crate) struct World {
    controller: Controller<Records>,
    runs: Vec<Version>,
    now: Time,
    shadow: Shadow,
}

const ACCEPTABLE: f64 = 0.01;
const UNACCEPTABLE: f64 = 0.5;
const ERROR: f64 = 0.01;

fn policy() -> Policy {
    let rate = |parts| Rate::per_million(parts).unwrap();
    let ring = |reach, minimum| RingPolicy {
        reach,
        minimum,
        in_flight: 200_000,
        quorum: 800_000,
        bake: Seconds(3_600),
        unacceptable: rate(500_000),
    };
    let rules = Rules {
        acceptable: rate(10_000),
        class_unacceptable: rate(500_000),
        errors: Errors {
            false_alarm: rate(10_000),
            missed: rate(10_000),
        },
        probation: Seconds(600),
        deadline: Seconds(1_800),
    };
    Policy::new(
        &[ring(100_000, 3), ring(300_000, 3), ring(1_000_000, 0)],
        rules,
    )
    .unwrap()
}

/// Machines at the end of each class want something else than the newest.
fn cadence(rank: u64) -> Cadence {
    match rank {
        27 => Cadence::Behind(1),
        28 => Cadence::Behind(2),
        29 => Cadence::Delayed(Seconds(7_200)),
        _ => Cadence::Current,
    }
}

impl World {
    pub(crate) fn new() -> Self {
        let policy = policy();
        let taking_part = 27;
        let now = Time(1_000_000);
        let sizes = [taking_part; CLASSES as usize];
        let releases = Releases::first(NEWEST);
        let rollout = Rollout::begin(policy, releases, CANDIDATE, &sizes, now).unwrap();
        let mut records = Records::default();
        let per_class = MACHINES / CLASSES;
        for id in 0..MACHINES {
            let (class, rank) = (id / per_class, id % per_class);
            let ring = policy.ring_of(rank as u32, taking_part);
            let machine = Machine::new(Class(class as u8), ring, cadence(rank), NEWEST);
            records.machines.insert(MachineId(id), machine);
        }
        Self {
            controller: Controller::new(rollout, records),
            runs: vec![NEWEST; MACHINES as usize],
            now,
            shadow: Shadow { ring: 0, sum: 0.0 },
        }
    }

    pub(crate) fn rollout(&self) -> &Rollout {
        self.controller.rollout()
    }

    pub(crate) fn runs(&self, machine: u64) -> Version {
        self.runs[machine as usize]
    }

    pub(crate) fn standing(&self, machine: u64) -> Standing {
        self.record(machine).standing
    }

    fn record(&self, machine: u64) -> Machine {
        self.controller.fleet().machines[&MachineId(machine)]
    }

    /// What a machine is to run once the candidate has been released for long.
    pub(crate) fn released_for(&self, machine: u64) -> Version {
        match self.record(machine).cadence {
            Cadence::Behind(_) => NEWEST,
            Cadence::Current | Cadence::Delayed(_) => CANDIDATE,
        }
    }

    pub(crate) fn pin(&mut self, machine: u64) -> bool {
        self.controller.pin(MachineId(machine)) == Ok(Ok(()))
    }

    pub(crate) fn ask(&mut self, id: MachineId, lost: bool) -> Answer {
        let machine = id.0 as usize;
        let (before, rollout) = (self.record(id.0), *self.rollout());
        let Ok(answer) = self.controller.ask(self.now, id, self.runs[machine]) else {
            assert_eq!(*self.rollout(), rollout, "a refused change is in force");
            return Answer::Keep;
        };
        if let Answer::Install(version) = answer {
            assert!(!rollout.is_paused(), "a paused rollout gave something");
            assert!(version > self.runs[machine], "a version went back");
            assert!(
                rollout.open().is_some(),
                "a reverting rollout gave something"
            );
        }
        if answer == Answer::Install(CANDIDATE) && before.standing == Standing::Waiting {
            assert!(rollout.in_flight() < rollout.most_in_flight());
            assert!(Some(before.ring) <= rollout.open(), "ahead of its ring");
        }
        if before.pinned {
            assert_eq!(answer, Answer::Keep, "a pinned machine was moved");
        }
        if let Answer::Rollback(version) = answer {
            assert!(rollout.open().is_none() && version == NEWEST);
        }
        match answer {
            Answer::Install(version) | Answer::Rollback(version) if !lost => {
                self.runs[machine] = version;
            }
            _ => {}
        }
        answer
    }

    pub(crate) fn happen(&mut self, event: Event) {
        let before = *self.rollout();
        match event {
            Event::Ask { machine, lost } => {
                self.ask(MachineId(machine), lost);
            }
            Event::Report(machine, report) => {
                if self.runs(machine) == CANDIDATE {
                    self.report(machine, report);
                }
            }
            Event::FallBack(machine) => {
                if self.runs(machine) == CANDIDATE {
                    self.runs[machine as usize] = NEWEST;
                    self.report(machine, Report::Failed);
                }
            }
            Event::Tick(seconds) => {
                self.now = self.now.after(Seconds(seconds));
                self.tick();
            }
            Event::ClockBack => {
                let now = std::mem::replace(&mut self.now, Time(0));
                self.tick();
                self.now = now;
            }
            Event::Pause => drop(self.controller.pause(self.now)),
            Event::Resume => drop(self.controller.resume(self.now)),
            Event::Pin(machine) => {
                self.pin(machine);
            }
            Event::Unpin(machine) => drop(self.controller.unpin(MachineId(machine))),
            Event::Revert { really } => {
                if really {
                    while self.controller.revert(self.now).is_err() {}
                }
            }
            Event::StoreFails => {
                // Made again through the same interface that tests have: a controller over changed records.
                self.refuse_next();
            }
        }
        self.check(&before, event);
    }

    fn refuse_next(&mut self) {
        let rollout = *self.rollout();
        let machines = self.controller.fleet().machines.clone();
        let records = Records {
            machines,
            stored: self.controller.fleet().stored,
            refuse: true,
        };
        self.controller = Controller::new(rollout, records);
    }

    fn report(&mut self, machine: u64, report: Report) {
        let before = self.rollout().open().map(|_| self.standing(machine));
        let stored = self
            .controller
            .report(self.now, MachineId(machine), CANDIDATE, report);
        if stored.is_ok()
            && let Some(before) = before
        {
            self.follow(before, self.standing(machine));
        }
    }

    /// Silent machines, one by one, so that the shadow sees each.
    fn tick(&mut self) {
        let given: Vec<(u64, Standing)> = (0..MACHINES)
            .map(|machine| (machine, self.standing(machine)))
            .collect();
        let open = self.rollout().open();
        let _ = self.controller.tick(self.now);
        for (machine, before) in given {
            if open.is_some() && self.standing(machine) != before {
                self.follow(before, self.standing(machine));
            }
        }
    }

    /// Adds to the shadow what a change of standing means.
    fn follow(&mut self, before: Standing, after: Standing) {
        if before == after {
            return;
        }
        let step = match after {
            Standing::Healthy => ((1.0 - UNACCEPTABLE) / (1.0 - ACCEPTABLE)).ln(),
            Standing::Failed => (UNACCEPTABLE / ACCEPTABLE).ln(),
            _ => return,
        };
        let accept = (ERROR / (1.0 - ERROR)).ln();
        self.shadow.sum = (self.shadow.sum + step).max(accept);
    }

    /// What must hold at any time.
    fn check(&mut self, before: &Rollout, event: Event) {
        let rollout = *self.rollout();
        if let Some(stored) = self.controller.fleet().stored {
            assert_eq!(stored, rollout, "what is in force is what is stored");
        }
        let records = &self.controller.fleet().machines;
        let count = |is: &dyn Fn(&Machine) -> bool| records.values().filter(|it| is(it)).count();
        let in_flight = count(&|it| matches!(it.standing, Standing::Given { .. }));
        assert_eq!(rollout.in_flight() as usize, in_flight);
        assert_eq!(rollout.holders() as usize, count(&|it| it.standing.holds()));
        assert_eq!(count(&|it| it.pinned && it.standing.holds()), 0);
        for (ring, _) in rollout
            .policy()
            .rings()
            .filter(|_| rollout.open().is_some())
        {
            let reported = count(&|it| {
                let said = matches!(it.standing, Standing::Healthy | Standing::Failed);
                said && it.ring == ring && it.cadence == Cadence::Current
            });
            assert_eq!(rollout.tally(ring).reported as usize, reported);
        }
        for (machine, runs) in self.runs.iter().enumerate() {
            let holds = records[&MachineId(machine as u64)].standing.holds();
            assert!(
                *runs != CANDIDATE || holds,
                "{machine} has it unknown to the rollout"
            );
        }
        self.rings_follow_health(before, &rollout, event);
    }

    /// No two rings ahead of health: the next ring opens when the one before it was accepted, and never skips one.
    fn rings_follow_health(&mut self, before: &Rollout, after: &Rollout, event: Event) {
        let accept = (ERROR / (1.0 - ERROR)).ln();
        match (before.phase(), after.phase()) {
            (
                Phase::Baking {
                    ring: Ring(ring),
                    since,
                },
                Phase::Filling { .. } | Phase::Baking { .. } | Phase::Released { .. },
            ) if after.open() > Some(Ring(ring))
                || matches!(after.phase(), Phase::Released { .. }) =>
            {
                assert_eq!(self.shadow.ring, ring);
                assert!(self.shadow.sum <= accept + 1e-6, "{:?}", self.shadow);
                assert!(self.now >= since.after(Seconds(3_600)), "not baked");
                assert!(!before.is_paused() || matches!(event, Event::Resume));
                assert!(after.open() <= Some(Ring(ring + 1)), "a ring was skipped");
                self.shadow = Shadow {
                    ring: after.open().unwrap().0,
                    sum: if after.open() == Some(Ring(ring)) {
                        self.shadow.sum
                    } else {
                        0.0
                    },
                };
            }
            (was, is) if was != is => {
                let stays = before.open() == after.open() || after.open().is_none();
                assert!(stays, "{was:?} to {is:?}");
                if let Phase::Filling { ring } = was
                    && let Phase::Baking { .. } = is
                {
                    let tally = after.tally(ring);
                    assert!(tally.reported * 10 >= tally.machines * 8, "{tally:?}");
                }
                if before.open().is_none() {
                    assert!(after.open().is_none(), "a revert came back");
                }
            }
            _ => {}
        }
    }
}
