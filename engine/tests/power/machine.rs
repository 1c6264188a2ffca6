//! A machine with a driver: what it does with its slots when it boots, is given content, and stops.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use cofferdam_engine::protocol::{LoadOutcome, RollbackOrder};
use cofferdam_engine::slots::{Candidate, Slot, Slots, Unreadable};
use cofferdam_interpreter::layout::Header;

use super::disk::{Disk, Drive, Fault};
use super::ghost::Ghost;

/// The machine, its disk, and what must be remembered of it.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) disk: Disk,
    pub(crate) machine: Machine,
    pub(crate) ghost: Ghost,
    /// How it came about, for a finding.
    pub(crate) history: Option<Arc<Step>>,
}

/// The last thing that happened, and what happened before.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) action: Action,
    pub(crate) fault: Option<Fault>,
    pub(crate) before: Option<Arc<Step>>,
}

impl Step {
    /// One line for each thing that happened, the first one first.
    pub(crate) fn tell(last: &Option<Arc<Step>>) -> String {
        let steps = std::iter::successors(last.as_ref(), |step| step.before.as_ref());
        let lines = steps.map(|step| format!("{:?} {:?}\n", step.action, step.fault));
        lines.collect::<Vec<_>>().into_iter().rev().collect()
    }
}

/// Whether it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Machine {
    Off,
    /// It runs, with this content version in memory or 0.
    On(Slots, u64),
    /// It runs without content, because its state could not be read or recorded.
    Blind,
}

/// What happens to it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Action {
    Boot,
    /// While it is off, the disk loses a slot's content.
    Rot(Slot),
    /// Stops at once: the content, anything else, or power.
    Crash,
    Stop,
    Health,
    Upload(u64),
    Order {
        number: u64,
        to: u64,
    },
}

/// A version's content, in two sectors. Its hash is itself, so the model has no collisions.
fn content(version: u64) -> [u8; 32] {
    let mut bytes = [version as u8; 32];
    bytes[16..].fill(version as u8 + 100);
    bytes
}

const CHANNEL: [u8; 16] = *b"model\0\0\0\0\0\0\0\0\0\0\0";

fn header(version: u64) -> Header {
    let mut header = Header::read(&[0; Header::SIZE]);
    header.content_version = version;
    header.total_length = 32;
    header.channel = CHANNEL;
    // The third version forbids going back to the first.
    header.rollback_floor = version.saturating_sub(1) & !1;
    header
}

impl State {
    /// What can happen next.
    pub(crate) fn actions(&self, versions: u64, orders: u64) -> Vec<Action> {
        let mut actions = match &self.machine {
            Machine::Off => {
                let rot = Slot::ALL
                    .into_iter()
                    .filter(|slot| self.disk.content(*slot).is_some());
                return [Action::Boot]
                    .into_iter()
                    .chain(rot.map(Action::Rot))
                    .collect();
            }
            Machine::Blind => return vec![Action::Crash],
            Machine::On(..) => vec![Action::Crash, Action::Stop, Action::Health],
        };
        actions.extend((1..=versions).map(Action::Upload));
        for number in 1..=orders {
            actions.extend((1..versions).map(|to| Action::Order { number, to }));
        }
        actions
    }

    /// Everything that sets it apart from other states.
    pub(crate) fn identify(&self, into: &mut impl Hasher) {
        let slots = match &self.machine {
            Machine::On(slots, _) => Some(slots),
            Machine::Off | Machine::Blind => None,
        };
        self.disk.identify(slots, into);
        self.ghost.hash(into);
        match &self.machine {
            Machine::Off => 0.hash(into),
            Machine::Blind => 1.hash(into),
            Machine::On(slots, version) => {
                (slots.unnumbered(), version).hash(into);
            }
        }
    }

    /// Every state that the action can lead to, and how many operations of the disk it took.
    pub(crate) fn perform(&self, action: Action, fault: Option<Fault>) -> (Vec<State>, usize) {
        let mut drive = Drive::new(self.disk.clone(), fault);
        let mut ghost = self.ghost.clone();
        let mut confirmed = false;
        let machine = match (&self.machine, action) {
            (Machine::Off, Action::Boot) => boot(&mut drive, &mut ghost),
            (Machine::Off, Action::Rot(slot)) => {
                drive.disk.rot(slot);
                ghost.rots();
                Machine::Off
            }
            (_, Action::Crash) => Machine::Off,
            (Machine::On(slots, version), action) => {
                let mut slots = slots.clone();
                let (version, is_confirmed) =
                    run(&mut slots, *version, &mut drive, &mut ghost, action);
                confirmed = is_confirmed;
                match action {
                    Action::Stop => Machine::Off,
                    _ => Machine::On(slots, version),
                }
            }
            _ => unreachable!("no such action here"),
        };
        let operations = drive.operations;
        let machine = if drive.is_off { Machine::Off } else { machine };
        let remembered = |disk: &Disk| Slots::open(&mut Drive::new(disk.clone(), None));
        let before = remembered(&self.disk);
        let states = drive.outcomes().into_iter().map(|disk| {
            let mut ghost = ghost.clone();
            let after = remembered(&disk);
            if let (false, Ok(before), Ok(after)) = (confirmed, &before, after) {
                remember(&mut ghost, action, before, &after);
            }
            State {
                disk,
                machine: machine.clone(),
                ghost,
                history: None,
            }
        });
        (states.collect(), operations)
    }
}

/// What was not confirmed may still have reached the disk: then it counts.
fn remember(ghost: &mut Ghost, action: Action, before: &Slots, after: &Slots) {
    match action {
        Action::Upload(version)
            if before.new_version() != version && after.new_version() == version =>
        {
            ghost.uploads(version, false);
        }
        Action::Health if before.unnumbered() != after.unnumbered() => {
            ghost.proves(after.fallback_version(), false);
        }
        Action::Order { number, to } if before.last_order() != after.last_order() => {
            ghost.orders(number, after.highest_version(), to, None);
        }
        _ => {}
    }
}

fn is_whole(drive: &Drive, candidate: &Candidate) -> bool {
    drive
        .disk
        .content(candidate.slot)
        .is_some_and(|bytes| bytes.len() == candidate.length as usize && bytes == candidate.sha256)
}

/// Activates content that was read and checked.
fn activate(slots: &mut Slots, candidate: &Candidate, drive: &Drive, ghost: &mut Ghost) -> u64 {
    let bytes = drive.disk.content(candidate.slot);
    assert_eq!(
        bytes,
        Some(&content(candidate.version)[..]),
        "whole content runs"
    );
    ghost.activates(candidate.version);
    slots.activated(candidate.slot);
    candidate.version
}

fn boot(drive: &mut Drive, ghost: &mut Ghost) -> Machine {
    let mut slots = match Slots::open(drive) {
        Ok(slots) => slots,
        Err(Unreadable::Storage(_)) => return Machine::Blind,
        Err(Unreadable::Damaged) => panic!("a power cut damaged both records"),
    };
    loop {
        ghost.tries();
        let candidate = match slots.next_candidate(drive) {
            Ok(candidate) => candidate,
            Err(_) => return Machine::Blind,
        };
        let Some(candidate) = candidate else {
            ghost.runs_without();
            return Machine::On(slots, 0);
        };
        if is_whole(drive, &candidate) {
            let version = activate(&mut slots, &candidate, drive, ghost);
            return Machine::On(slots, version);
        }
        if slots.unusable(drive, candidate.slot).is_err() {
            return Machine::Blind;
        }
    }
}

/// Does what a running machine can do; the version in memory afterwards.
fn run(
    slots: &mut Slots,
    version: u64,
    drive: &mut Drive,
    ghost: &mut Ghost,
    action: Action,
) -> (u64, bool) {
    match action {
        Action::Stop => {
            let stopped = slots.stopped(drive);
            ghost.stops();
            (version, stopped.is_ok())
        }
        Action::Health => {
            let proved = slots.healthy(drive, version).is_ok();
            if proved {
                ghost.proves(version, true);
            }
            (version, proved)
        }
        Action::Upload(new) => {
            let bytes = content(new);
            match slots.store(drive, &bytes, &header(new), bytes, 0) {
                Ok(candidate) => {
                    ghost.uploads(new, true);
                    (activate(slots, &candidate, drive, ghost), true)
                }
                Err((outcome, error)) => {
                    let expected = if error.is_some() {
                        LoadOutcome::Storage
                    } else {
                        LoadOutcome::NotNewer
                    };
                    assert_eq!(outcome, expected);
                    (version, false)
                }
            }
        }
        Action::Order { number, to } => {
            let from = slots.highest_version();
            let order = RollbackOrder {
                magic: RollbackOrder::MAGIC,
                number,
                from,
                to,
                expires: 0,
                channel: CHANNEL,
                key_id: [0; 16],
                signature: [0; 64],
            };
            match slots.roll_back(drive, &order, 0) {
                Ok(candidate) => {
                    ghost.orders(number, from, to, Some(candidate.is_some()));
                    let version = match candidate {
                        Some(candidate) => {
                            order_activates(slots, version, &candidate, drive, ghost)
                        }
                        None => version,
                    };
                    (version, true)
                }
                Err(_) => (version, false),
            }
        }
        Action::Boot | Action::Rot(_) | Action::Crash => unreachable!("not while it runs"),
    }
}

/// What an order asked for may have rotted in its slot: then what runs goes on.
fn order_activates(
    slots: &mut Slots,
    version: u64,
    candidate: &Candidate,
    drive: &mut Drive,
    ghost: &mut Ghost,
) -> u64 {
    if is_whole(drive, candidate) {
        return activate(slots, candidate, drive, ghost);
    }
    let _ = slots.unusable(drive, candidate.slot);
    version
}
