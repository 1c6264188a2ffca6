//! What names depend on: the volumes' drive letters, where Windows lies, which control set is current.

use cofferdam_interpreter::cast;

use crate::text::{COLON, SEPARATOR, same, strip_components, wide};

/// Volumes that the table holds. Names on others keep their device.
pub const MAX_VOLUMES: usize = 64;

/// Longest device name of a volume, in units; `\Device\HarddiskVolume9999999999` has 32.
const MAX_DEVICE: usize = 64;

/// Longest path of Windows' own folder, in units.
const MAX_SYSTEM_ROOT: usize = 64;

/// A bounded text.
#[derive(Clone, Copy, Debug)]
struct Short<const N: usize> {
    units: [u16; N],
    length: u8,
}

impl<const N: usize> Short<N> {
    const EMPTY: Self = Self {
        units: [0; N],
        length: 0,
    };

    fn set(&mut self, text: &[u16]) -> bool {
        let Some(place) = self.units.get_mut(..text.len()) else {
            return false;
        };
        for (place, unit) in place.iter_mut().zip(text) {
            *place = *unit;
        }
        self.length = cast::count8(text.len());
        true
    }

    fn get(&self) -> &[u16] {
        self.units.get(..self.length.into()).unwrap_or(&[])
    }
}

#[derive(Clone, Copy, Debug)]
struct Volume {
    device: Short<MAX_DEVICE>,
    /// An upper-case letter; 0 where the volume has none.
    letter: u16,
}

/// Why a volume could not be noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VolumeFault {
    /// The table is full.
    Full,
    /// The device's name is empty or longer than 64 units.
    Device,
    /// The letter is not one of `A` to `Z`.
    Letter,
}

/// The tables that names are made with. About 9 KiB: for a static or the pool, never for a stack.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    volumes: [Volume; MAX_VOLUMES],
    system_root: Short<MAX_SYSTEM_ROOT>,
    control_set: u16,
}

impl Default for Names {
    fn default() -> Self {
        Self::new()
    }
}

impl Names {
    /// No volumes, Windows in `C:\Windows`, the first control set.
    #[must_use]
    pub const fn new() -> Self {
        const NONE: Volume = Volume {
            device: Short::EMPTY,
            letter: 0,
        };
        const WINDOWS: [u16; 10] = wide(b"C:\\Windows");
        let mut system_root = Short::EMPTY;
        if let Some(start) = system_root.units.first_chunk_mut() {
            *start = WINDOWS;
            system_root.length = cast::count8(WINDOWS.len());
        }
        Self {
            volumes: [NONE; MAX_VOLUMES],
            system_root,
            control_set: 1,
        }
    }

    /// Notes a volume's drive letter, or that it has none. `device` is as `\Device\HarddiskVolume3`.
    ///
    /// # Errors
    /// [`VolumeFault`]; nothing changes.
    pub fn set_volume(&mut self, device: &[u16], letter: Option<u8>) -> Result<(), VolumeFault> {
        let letter = match letter {
            None => 0,
            Some(letter) if letter.is_ascii_alphabetic() => letter.to_ascii_uppercase().into(),
            Some(_) => return Err(VolumeFault::Letter),
        };
        if device.is_empty() || device.len() > MAX_DEVICE {
            return Err(VolumeFault::Device);
        }
        let known = self.position(device);
        let at = known
            .or_else(|| self.position(&[]))
            .ok_or(VolumeFault::Full)?;
        let volume = self.volumes.get_mut(at).ok_or(VolumeFault::Full)?;
        volume.letter = letter;
        volume.device.set(device);
        Ok(())
    }

    /// Forgets a volume; whether it was known.
    pub fn remove_volume(&mut self, device: &[u16]) -> bool {
        if device.is_empty() {
            return false;
        }
        let at = self.position(device);
        match at.and_then(|at| self.volumes.get_mut(at)) {
            Some(volume) => {
                volume.device.length = 0;
                true
            }
            None => false,
        }
    }

    /// Notes where Windows lies, as `C:\Windows`; false where that is longer than 64 units or no path with a letter.
    pub fn set_system_root(&mut self, path: &[u16]) -> bool {
        matches!(path, [_, COLON, SEPARATOR, ..]) && self.system_root.set(path)
    }

    /// Notes which control set is the current one: `Current` in `HKLM\SYSTEM\Select`.
    pub fn set_control_set(&mut self, number: u16) {
        self.control_set = number;
    }

    pub(super) fn control_set(&self) -> u16 {
        self.control_set
    }

    pub(super) fn system_root(&self) -> &[u16] {
        self.system_root.get()
    }

    /// The letter of the volume that a device path lies on, and the path there.
    pub(super) fn letter<'t>(&self, path: &'t [u16]) -> Option<(u16, &'t [u16])> {
        self.volumes
            .iter()
            .filter(|volume| volume.letter != 0 && volume.device.length != 0)
            .find_map(|volume| {
                let rest = strip_components(path, volume.device.get())?;
                Some((volume.letter, rest))
            })
    }

    fn position(&self, device: &[u16]) -> Option<usize> {
        self.volumes
            .iter()
            .position(|volume| same(volume.device.get(), device))
    }
}
