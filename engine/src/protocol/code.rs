//! Control codes: what a request asks for.

use super::{HelloAnswer, LoadAnswer, RECORD_SIZE, ReadAnswer};
use crate::stats::STATUS_SIZE;

/// `CTL_CODE(FILE_DEVICE_UNKNOWN, function, METHOD_BUFFERED, FILE_READ_ACCESS | FILE_WRITE_ACCESS)`, as wdm.h and
/// devioctl.h define it. Functions from 0x800 on are for drivers that are not Windows' own.
const fn ctl_code(function: u32) -> u32 {
    const FILE_DEVICE_UNKNOWN: u32 = 0x22;
    const FILE_READ_AND_WRITE_ACCESS: u32 = 3;
    FILE_DEVICE_UNKNOWN << 16 | FILE_READ_AND_WRITE_ACCESS << 14 | function << 2
}

macro_rules! control_codes {
    ($($(#[$doc:meta])+ $name:ident = $function:literal,)+) => {
        /// What a request asks for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ControlCode { $($(#[$doc])+ $name,)+ }

        impl ControlCode {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The number that `DeviceIoControl` takes.
            #[must_use]
            pub const fn number(self) -> u32 {
                match self { $(Self::$name => const { ctl_code($function) },)+ }
            }

            /// The request with this number.
            #[must_use]
            pub const fn from_number(number: u32) -> Option<Self> {
                $(if number == const { ctl_code($function) } {
                    return Some(Self::$name);
                })+
                None
            }
        }
    };
}

control_codes! {
    /// Who is there: see [`HelloAnswer`]. The only request that is answered whatever version the client speaks.
    Hello = 0x800,
    /// Mode, content and every counter in one answer: see [`stats`](crate::stats).
    Status = 0x801,
    /// Begins an upload; one that the client had under way is dropped.
    UploadBegin = 0x802,
    /// The next bytes of an upload.
    UploadChunk = 0x803,
    /// Checks what was uploaded, and activates it: see [`LoadAnswer`].
    UploadCommit = 0x804,
    /// Goes back to an older version by a signed order: see [`LoadAnswer`].
    Rollback = 0x805,
    /// Sets the [`Mode`] until the driver is loaded again.
    SetMode = 0x806,
    /// Mutes a path of an image, or unmutes all.
    Mute = 0x807,
    /// The user half says that the machine is well with this content: see [`LoadAnswer`].
    Health = 0x808,
    /// Waits for events: pended until there is one, then answered with as many as fit. See [`ReadAnswer`].
    ReadEvents = 0x809,
}

impl ControlCode {
    /// Bytes of the answer: the least that the client's buffer must hold.
    #[must_use]
    pub const fn answer_size(self) -> usize {
        match self {
            Self::Hello => HelloAnswer::SIZE,
            Self::Status => STATUS_SIZE,
            Self::UploadCommit | Self::Rollback | Self::Health => LoadAnswer::SIZE,
            Self::ReadEvents => const { ReadAnswer::SIZE.saturating_add(RECORD_SIZE) },
            Self::UploadBegin | Self::UploadChunk | Self::SetMode | Self::Mute => 0,
        }
    }
}
