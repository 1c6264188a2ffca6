//! Programs without which Windows does not run.

use super::Names;
use crate::text::{SEPARATOR, same, strip, wide};

/// A local disk's volume whose letter is not known yet; names on it keep its device.
const VOLUME: [u16; 22] = wide(b"\\Device\\HarddiskVolume");

const SYSTEM32: [u16; 10] = wide(b"\\System32\\");

/// Those whose end stops the machine, or at whose failure nobody can log on (Windows Internals, 7th edition, part 1,
/// chapter 2, "System processes").
const PROGRAMS: [&[u16]; 6] = [
    &wide(b"smss.exe"),
    &wide(b"csrss.exe"),
    &wide(b"wininit.exe"),
    &wide(b"winlogon.exe"),
    &wide(b"services.exe"),
    &wide(b"lsass.exe"),
];

impl Names {
    /// Whether a path, as [`image`](super::image) makes it, is such a program's where Windows keeps it.
    /// Processes are met before volumes have letters: then Windows' folder counts on any local volume.
    #[must_use]
    pub fn is_critical(&self, image: &[u16]) -> bool {
        let program = self
            .in_windows(image)
            .and_then(|rest| strip(rest, &SYSTEM32));
        program.is_some_and(|program| PROGRAMS.iter().any(|known| same(known, program)))
    }

    /// What follows Windows' folder in a path.
    fn in_windows<'t>(&self, path: &'t [u16]) -> Option<&'t [u16]> {
        let root = self.system_root();
        strip(path, root).or_else(|| {
            let number = strip(path, &VOLUME)?;
            let end = number.iter().position(|unit| *unit == SEPARATOR)?;
            let (_, folder) = root.split_at_checked("C:".len())?;
            strip(number.get(end..)?, folder)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Names, wide};

    #[test]
    fn a_program_is_critical_only_where_windows_keeps_it() {
        let names = Names::new();
        assert!(names.is_critical(&wide(b"C:\\Windows\\System32\\lsass.exe")));
        assert!(names.is_critical(&wide(b"c:\\WINDOWS\\system32\\CSRSS.EXE")));
        assert!(!names.is_critical(&wide(b"C:\\Users\\a\\System32\\lsass.exe")));
        assert!(!names.is_critical(&wide(b"C:\\Windows\\System32\\x\\lsass.exe")));
        assert!(!names.is_critical(&wide(b"C:\\Windows\\System32\\notepad.exe")));
    }

    #[test]
    fn it_is_critical_before_its_volume_has_a_letter() {
        let names = Names::new();
        let windows = wide(b"\\Device\\HarddiskVolume3\\Windows\\System32\\csrss.exe");
        assert!(names.is_critical(&windows));
        let below = wide(b"\\Device\\HarddiskVolume3\\x\\Windows\\System32\\csrss.exe");
        assert!(!names.is_critical(&below));
        // A server of that name is nobody's Windows.
        let server = wide(b"\\Device\\Mup\\Windows\\System32\\csrss.exe");
        assert!(!names.is_critical(&server));
    }
}
