//! Names as Windows' kernel has them become names as rules are written.
//!
//! `\Device\HarddiskVolume3\x` becomes `C:\x`, `\REGISTRY\MACHINE\x` becomes `HKLM\x`. Rules are written against what
//! Sysmon logs, so its spelling is the measure.
//!
//! Guarantees: a name is whole or an error, never cut; a name that begins with nothing known stays as it is; case and
//! every unit of what is not replaced are kept, unpaired surrogates included.

mod critical;
mod file;
mod pipe;
mod registry;
mod volumes;

pub use file::{FileName, file, has_short_component, image, lacks_letter};
pub use pipe::pipe;
pub use registry::{key, value};
pub use volumes::{MAX_VOLUMES, Names, VolumeFault};

/// Why a name could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameFault {
    /// The result does not fit into the caller's buffer.
    TooLong,
}

impl From<crate::text::Full> for NameFault {
    fn from(_: crate::text::Full) -> Self {
        Self::TooLong
    }
}
