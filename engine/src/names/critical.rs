//! Programs without which Windows does not run.

use super::Names;
use crate::text::{same, strip, wide};

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
    #[must_use]
    pub fn is_critical(&self, image: &[u16]) -> bool {
        let program = strip(image, self.system_root()).and_then(|rest| strip(rest, &SYSTEM32));
        program.is_some_and(|program| PROGRAMS.iter().any(|known| same(known, program)))
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
}
