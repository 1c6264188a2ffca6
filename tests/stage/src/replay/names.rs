//! From Sysmon's names back to the kernel's.

use super::{Player, Reason};
use crate::machine::{Disk, FileSystem};

/// Sysmon's roots of the registry and the kernel's. The longer come first.
const ROOTS: [(&str, &str); 5] = [
    (
        r"HKLM\System\CurrentControlSet",
        r"\REGISTRY\MACHINE\SYSTEM\ControlSet001",
    ),
    ("HKLM", r"\REGISTRY\MACHINE"),
    ("HKCR", r"\REGISTRY\MACHINE\SOFTWARE\Classes"),
    ("HKU", r"\REGISTRY\USER"),
    (r"\REGISTRY", r"\REGISTRY"),
];

/// The kernel's name of a registry key or value.
pub(super) fn registry(name: &str) -> Result<String, Reason> {
    for (sysmon, kernel) in ROOTS {
        let Some(start) = name.get(..sysmon.len()) else {
            continue;
        };
        let rest = &name[sysmon.len()..];
        if start.eq_ignore_ascii_case(sysmon) && (rest.is_empty() || rest.starts_with('\\')) {
            return Ok(format!("{kernel}{rest}"));
        }
    }
    Err(Reason::Name)
}

impl Player<'_> {
    /// Makes sure that the volume of a path with a drive letter is there.
    pub(super) fn place(&mut self, path: &str) -> Result<(), Reason> {
        let mut units = path.chars();
        let (Some(letter), Some(':'), Some('\\')) = (units.next(), units.next(), units.next())
        else {
            return Err(Reason::Name);
        };
        if !letter.is_ascii_alphabetic() {
            return Err(Reason::Name);
        }
        let letter = letter.to_ascii_uppercase();
        if self.letters.insert(letter) {
            let device = format!(r"\Device\HarddiskVolume{}", u32::from(letter));
            self.machine
                .add_volume(&device, Some(letter), FileSystem::Ntfs, Disk::default());
        }
        Ok(())
    }

    /// The same for a file that is to be made there, with the directories above it. A file system allows no name with
    /// these units, and no empty one.
    pub(super) fn room(&mut self, path: &str) -> Result<(), Reason> {
        self.place(path)?;
        let rest = &path[3..];
        let (name, _) = rest.split_once(':').unwrap_or((rest, ""));
        let is_bad = |unit: char| unit < ' ' || "/*?\"<>|".contains(unit);
        if rest.contains(is_bad) || name.split('\\').any(str::is_empty) {
            return Err(Reason::Characters);
        }
        self.machine.make_directories(path);
        Ok(())
    }
}
