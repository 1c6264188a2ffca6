//! One rollout to a simulated fleet, event by event.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::convert::Infallible;

use cofferdam_rollout::{
    Answer, BeginError, Cadence, Controller, MachineId, Phase, Policy, Releases, Report, Ring,
    Rollout, Standing, Time, Version,
};
use fastrand::Rng;

use super::fault::Fault;
use super::fleet::{Habits, RARE, Records, class_sizes, people};

const RELEASED: Version = Version(1);
const CANDIDATE: Version = Version(2);
/// Machines ask this often.
const POLL: u64 = 15 * 60;
/// The controller looks at the time this often.
const TICK: u64 = 5 * 60;
/// One machine in so many fails during its probation whatever it runs.
const BACKGROUND: u32 = 5_000;
const HOUR: u64 = 3_600;
/// Longer than this no rollout is followed, and no revert after it began.
const HORIZON: u64 = 21 * 24 * HOUR;
const REVERT_HORIZON: u64 = 48 * HOUR;
/// So long after the release of the candidate, when delayed customers have it, too.
const AFTERMATH: u64 = 48 * HOUR;

/// How a rollout went. Times are seconds since it began.
#[derive(Clone, Debug)]
pub(crate) struct Course {
    /// Machines that loaded the candidate.
    pub(crate) loaded: u32,
    /// Machines that crashed because of it.
    pub(crate) hit: u32,
    /// The last ring that opened.
    pub(crate) ring: Ring,
    /// Where it ended.
    pub(crate) end: Phase,
    /// When it was stopped, or released.
    pub(crate) decided: u64,
    /// Machines that no revert has reached.
    pub(crate) unreached: u32,
    /// How many machines were hit until when.
    pub(crate) hits: Vec<(u64, u32)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Happening {
    Tick,
    /// The machine asks.
    Ask,
    /// The machine loads the version that it was told to.
    Load(u64),
    /// The candidate's fault strikes, if the machine still runs it.
    Strike,
    /// The machine is back after a crash, on the version before, and says so.
    Back,
    /// The machine's probation is over.
    Proven,
    /// The machine falls asleep.
    Sleep,
}

struct Machine {
    habits: Habits,
    runs: Version,
    /// Crashed and not back.
    down: bool,
    /// Has an `Ask` ahead.
    asking: bool,
}

struct Simulation {
    fault: Fault,
    controller: Controller<Records>,
    machines: Vec<Machine>,
    events: BinaryHeap<Reverse<(u64, u64, Happening, usize)>>,
    /// Numbers events, so that those of one time keep their order.
    count: u64,
    rng: Rng,
    probation: u64,
    open: Option<Ring>,
    course: Course,
}

/// The policy's own test and times, without its rings: everybody at once.
pub(crate) fn at_once(policy: &Policy) -> Policy {
    let mut ring = *policy.ring(policy.last());
    ring.in_flight = 1_000_000;
    Policy::new(&[ring], *policy.rules()).unwrap_or(*policy)
}

/// Runs a rollout to its end.
pub(crate) fn run(
    policy: &Policy,
    fault: Fault,
    machines: u32,
    seed: u64,
) -> Result<Course, BeginError> {
    let mut rng = Rng::with_seed(seed);
    let people = people(machines, &mut rng);
    let sizes = class_sizes(&people);
    let rollout = Rollout::begin(
        *policy,
        Releases::first(RELEASED),
        CANDIDATE,
        &sizes,
        Time(0),
    )?;
    let records = Records::new(policy, &people, RELEASED);
    let machine = |habits: Habits| Machine {
        habits,
        runs: RELEASED,
        down: false,
        asking: false,
    };
    let mut simulation = Simulation {
        fault,
        controller: Controller::new(rollout, records),
        machines: people.into_iter().map(machine).collect(),
        events: BinaryHeap::new(),
        count: 0,
        rng,
        probation: policy.rules().probation.0,
        open: None,
        course: Course {
            loaded: 0,
            hit: 0,
            ring: Ring(0),
            end: rollout.phase(),
            decided: 0,
            unreached: 0,
            hits: vec![(0, 0)],
        },
    };
    simulation.run();
    Ok(simulation.course)
}

fn sure<T>(result: Result<T, Infallible>) -> T {
    match result {
        Ok(value) => value,
        Err(never) => match never {},
    }
}

impl Simulation {
    fn run(&mut self) {
        self.ring_opens(0);
        self.at(TICK, Happening::Tick, 0);
        while let Some(Reverse((now, _, happening, machine))) = self.events.pop() {
            let before = self.controller.rollout().phase();
            self.happen(now, happening, machine);
            let phase = self.controller.rollout().phase();
            if phase != before {
                self.follow(now, phase);
            }
            if self.is_over(now, phase) {
                break;
            }
        }
        let rollout = self.controller.rollout();
        self.course.end = rollout.phase();
        if rollout.open().is_none() {
            self.course.unreached = rollout.holders();
        }
    }

    fn is_over(&self, now: u64, phase: Phase) -> bool {
        match phase {
            Phase::Reverted { .. } => true,
            Phase::Reverting { since, .. } => now > since.0 + REVERT_HORIZON,
            Phase::Released { since } => now > since.0 + AFTERMATH,
            Phase::Filling { .. } | Phase::Baking { .. } => now > HORIZON,
        }
    }

    fn at(&mut self, time: u64, happening: Happening, machine: usize) {
        self.count += 1;
        self.events
            .push(Reverse((time, self.count, happening, machine)));
    }

    /// The machine asks at this time, or when it wakes.
    fn asks(&mut self, time: u64, number: usize) {
        let Some(machine) = self.machines.get_mut(number) else {
            return;
        };
        if !machine.down && !machine.asking {
            machine.asking = true;
            let time = machine.habits.next_awake(time);
            self.at(time, Happening::Ask, number);
        }
    }

    /// Wakes the machines that have something to ask for since the phase changed.
    fn follow(&mut self, now: u64, phase: Phase) {
        match phase {
            Phase::Filling { .. } => self.ring_opens(now),
            Phase::Released { .. } => {
                self.course.decided = now;
                for number in 0..self.machines.len() {
                    let cadence = self.machines.get(number).map(|it| it.habits.cadence);
                    if let Some(Cadence::Delayed(delay)) = cadence {
                        let time = now + delay.0 + self.rng.u64(0..POLL);
                        self.asks(time, number);
                    }
                }
            }
            Phase::Reverting { .. } => {
                self.course.decided = now;
                for number in 0..self.machines.len() {
                    let holds = self.controller.fleet().all().get(number);
                    if holds.is_some_and(|it| it.standing.holds()) {
                        let time = now + self.rng.u64(0..POLL);
                        self.asks(time, number);
                    }
                }
            }
            Phase::Baking { .. } | Phase::Reverted { .. } => {}
        }
    }

    fn ring_opens(&mut self, now: u64) {
        let open = self.controller.rollout().open();
        if open == self.open {
            return;
        }
        self.open = open;
        if let Some(ring) = open {
            self.course.ring = ring;
        }
        for number in 0..self.machines.len() {
            let record = self.controller.fleet().all().get(number);
            let wants = record.is_some_and(|it| {
                Some(it.ring) == open && it.cadence == Cadence::Current && !it.pinned
            });
            if wants {
                let time = now + self.rng.u64(0..POLL);
                self.asks(time, number);
            }
        }
    }

    fn happen(&mut self, now: u64, happening: Happening, number: usize) {
        if happening == Happening::Tick {
            sure(self.controller.tick(Time(now)));
            return self.at(now + TICK, Happening::Tick, 0);
        }
        let Some(machine) = self.machines.get_mut(number) else {
            return;
        };
        let on_candidate = machine.runs == CANDIDATE && !machine.down;
        match happening {
            Happening::Ask => {
                machine.asking = false;
                if !machine.down {
                    self.ask(now, number);
                }
            }
            Happening::Load(version) => {
                machine.runs = Version(version);
                if machine.runs == CANDIDATE {
                    self.loaded(now, number);
                } else {
                    // The revert is over for this machine when it has said so.
                    self.asks(now + 60, number);
                }
            }
            Happening::Strike if on_candidate => self.crash(now, number),
            Happening::Back => {
                machine.down = false;
                machine.runs = RELEASED;
                self.report(now, number, Report::Failed);
                self.asks(now + 60, number);
            }
            Happening::Proven if on_candidate => {
                let failed = self.rng.u32(0..BACKGROUND) == 0;
                let report = if failed {
                    Report::Failed
                } else {
                    Report::Healthy
                };
                self.report(now, number, report);
            }
            Happening::Sleep if on_candidate => self.sleep(now, number),
            Happening::Tick | Happening::Strike | Happening::Proven | Happening::Sleep => {}
        }
    }

    fn ask(&mut self, now: u64, number: usize) {
        let (id, runs) = self.identity(number);
        let again = self.standing(number) == Some(Standing::Away);
        match sure(self.controller.ask(Time(now), id, runs)) {
            Answer::Install(Version(version)) | Answer::Rollback(Version(version)) => {
                // It is fetched within minutes, in the background of the machine's own work.
                let time = now + self.rng.u64(60..300);
                self.at(time, Happening::Load(version), number);
            }
            Answer::Keep if again && runs == CANDIDATE => self.proves_itself(now, number),
            // Its ring is open, but too many machines are in flight.
            Answer::Keep
                if self.controller.rollout().open().is_some()
                    && self.standing(number) == Some(Standing::Waiting) =>
            {
                self.asks(now + POLL, number);
            }
            Answer::Keep => {}
        }
    }

    fn loaded(&mut self, now: u64, number: usize) {
        self.course.loaded += 1;
        let rare = self.machines.get(number).map(|it| it.habits.class) == Some(RARE);
        match self.fault.strikes(rare) {
            Some(0) => self.crash(now, number),
            Some(delay) => {
                self.at(now + delay, Happening::Strike, number);
                self.proves_itself(now, number);
            }
            None => self.proves_itself(now, number),
        }
    }

    /// It reports after its probation, or leaves before that and begins anew when it is back.
    fn proves_itself(&mut self, now: u64, number: usize) {
        let until = self
            .machines
            .get(number)
            .map(|it| it.habits.awake_until(now));
        let proven = now + self.probation;
        match until {
            Some(Some(until)) if proven < until => self.at(proven, Happening::Proven, number),
            Some(Some(until)) => self.at(until, Happening::Sleep, number),
            _ => self.at(now, Happening::Sleep, number),
        }
    }

    fn sleep(&mut self, now: u64, number: usize) {
        self.report(now, number, Report::Leaving);
        self.asks(now, number);
    }

    fn crash(&mut self, now: u64, number: usize) {
        if let Some(machine) = self.machines.get_mut(number) {
            machine.down = true;
        }
        self.course.hit += 1;
        self.course.hits.push((now, self.course.hit));
        if self.fault != Fault::BootLoop {
            // A crash dump, a restart or two, and the boot guard has taken the version before.
            let time = now + self.rng.u64(180..900);
            self.at(time, Happening::Back, number);
        }
    }

    fn report(&mut self, now: u64, number: usize, report: Report) {
        let (id, _) = self.identity(number);
        sure(self.controller.report(Time(now), id, CANDIDATE, report));
    }

    fn identity(&self, number: usize) -> (MachineId, Version) {
        let runs = self.machines.get(number).map_or(RELEASED, |it| it.runs);
        (MachineId(number as u64), runs)
    }

    fn standing(&self, number: usize) -> Option<Standing> {
        let record = self.controller.fleet().all().get(number);
        record.map(|it| it.standing)
    }
}
