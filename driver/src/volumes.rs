//! Volumes and their drive letters: noted when an instance comes or goes, looked up by the worker.

use crate::ffi::pool::PoolBox;
use crate::ffi::sync::SpinLock;
use crate::ffi::volume::{DeviceName, Disk};
use crate::{sensor, worker};
use cofferdam_engine::names::{MAX_VOLUMES, Names};
use cofferdam_engine::stats::Counter;

/// How often a volume that has no letter is asked again: the mount manager gives letters a while after the mount.
const TRIES: u8 = 20;

/// A volume that came (with its disk) or went.
struct Change {
    name: DeviceName,
    disk: Option<Disk>,
    tries: u8,
}

static CHANGES: SpinLock<[Option<Change>; MAX_VOLUMES]> =
    SpinLock::new([const { None }; MAX_VOLUMES]);

/// A volume came. Until its letter is known, names on it keep its device.
pub fn appeared(name: DeviceName, disk: Disk) {
    note(Change {
        name,
        disk: Some(disk),
        tries: TRIES,
    });
}

/// A volume went.
pub fn disappeared(name: DeviceName) {
    note(Change {
        name,
        disk: None,
        tries: 0,
    });
}

fn note(change: Change) {
    // What does not fit comes back and is dropped outside the lock.
    let left = CHANGES.with(|changes| {
        let Some(place) = changes.iter_mut().find(|place| place.is_none()) else {
            return Some(change);
        };
        *place = Some(change);
        None
    });
    if left.is_some() {
        sensor::count(Counter::NameFailures);
    }
    worker::wake();
}

/// Looks letters up and makes them known. Whether some are to be asked for again. By the worker.
pub fn resolve() -> bool {
    let mut again = false;
    let mut names: Option<PoolBox<Names>> = None;
    for at in 0..MAX_VOLUMES {
        let change = CHANGES.with(|changes| changes.get_mut(at).and_then(|change| change.take()));
        let Some(mut change) = change else { continue };
        if names.is_none() {
            names = sensor::names();
        }
        let Some(names) = names.as_mut() else {
            note(change);
            return true;
        };
        let (units, length) = &change.name;
        let device = units.get(..*length).unwrap_or(&[]);
        match &change.disk {
            None => {
                names.remove_volume(device);
            }
            Some(disk) => {
                let letter = disk.letter();
                if names.set_volume(device, letter).is_err() {
                    sensor::count(Counter::NameFailures);
                }
                if letter.is_none() && change.tries > 0 {
                    change.tries = change.tries.wrapping_sub(1);
                    CHANGES.with(|changes| {
                        if let Some(place) = changes.get_mut(at)
                            && place.is_none()
                        {
                            *place = Some(change);
                            again = true;
                        }
                    });
                }
            }
        }
    }
    if let Some(names) = names {
        sensor::set_names(names);
    }
    again
}

/// Forgets what was not looked up, once no instance is left.
pub fn forget() {
    for at in 0..MAX_VOLUMES {
        drop(CHANGES.with(|changes| changes.get_mut(at).and_then(|change| change.take())));
    }
}
