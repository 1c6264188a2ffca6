//! Creates, deletions, renames and time stamps of files.

use cofferdam_interpreter::schema::Kind;

/// The disposition that opens what is there and nothing else (ntifs.h).
const OPEN: u8 = 1;

/// Create options (ntifs.h).
const DIRECTORY_FILE: u32 = 0x0001;
const DELETE_ON_CLOSE: u32 = 0x1000;

/// Flags of the stack location (wdm.h): paging files belong to the memory manager, and the target directory is opened by
/// a rename, which is looked at itself.
const SL_OPEN_PAGING_FILE: u8 = 0x02;
const SL_OPEN_TARGET_DIRECTORY: u8 = 0x04;

/// Results of a create (ntifs.h): `IoStatus.Information`.
const FILE_SUPERSEDED: u64 = 0;
const FILE_OPENED: u64 = 1;
const FILE_CREATED: u64 = 2;
const FILE_OVERWRITTEN: u64 = 3;

/// A success code that says that nothing was opened yet (ntstatus.h).
const STATUS_REPARSE: i32 = 0x104;

/// Access to a volume's data (winnt.h): reading, writing, or anything generic.
const DATA_ACCESS: u32 = 0x0001 | 0x0002 | 0xF000_0000;

/// Rights that a handle can need (winnt.h): to delete; to write data, or append it; as many as the opener may have.
const DELETE: u32 = 0x0001_0000;
const WRITE_DATA: u32 = 0x0002 | 0x0004;
const MAXIMUM_ALLOWED: u32 = 0x0200_0000;
const GENERIC_ALL: u32 = 0x1000_0000;
const GENERIC_WRITE: u32 = 0x4000_0000;

/// What a create asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Create {
    /// Options: the low 24 bits of the parameter.
    pub options: u32,
    /// Disposition: its top byte.
    pub disposition: u8,
    /// Access that is asked for.
    pub access: u32,
    /// Flags of the stack location.
    pub flags: u8,
    /// Whether it names a volume and nothing on it.
    pub is_volume: bool,
}

/// What a create has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Created {
    /// What the file has become for it: [`Kind::FileEvent`], or [`Kind::CreateStreamHash`] for a named stream;
    /// [`Kind::FileAccess`] where it was there and stays as it was; [`Kind::RawAccessThread`].
    pub kind: Kind,
    /// Whether closing the file undoes it, so that it can be denied yet: only what was merely opened.
    pub can_cancel: bool,
}

impl Create {
    /// From the parameter that holds options and disposition.
    #[must_use]
    pub const fn new(options: u32, access: u32, flags: u8, is_volume: bool) -> Self {
        let [low, middle, high, disposition] = options.to_le_bytes();
        Self {
            options: u32::from_le_bytes([low, middle, high, 0]),
            disposition,
            access,
            flags,
            is_volume,
        }
    }

    /// Whether it is none of ours: paging files and target directories.
    #[must_use]
    pub const fn is_skipped(&self) -> bool {
        self.flags & (SL_OPEN_PAGING_FILE | SL_OPEN_TARGET_DIRECTORY) != 0
    }

    /// Whether it could make a file, or destroy what is in one: every disposition but a plain open. An unknown one could.
    #[must_use]
    pub const fn could_make(&self) -> bool {
        self.disposition != OPEN && self.options & DIRECTORY_FILE == 0 && !self.is_volume
    }

    /// Whether the file goes when the handle does.
    #[must_use]
    pub const fn deletes_on_close(&self) -> bool {
        self.options & DELETE_ON_CLOSE != 0
    }

    /// Whether the handle may delete the file.
    #[must_use]
    pub const fn may_delete(&self) -> bool {
        self.access & (DELETE | MAXIMUM_ALLOWED | GENERIC_ALL) != 0 || self.deletes_on_close()
    }

    /// Whether the handle may write the file's data, or map the file to write it.
    #[must_use]
    pub const fn may_write(&self) -> bool {
        self.access & (WRITE_DATA | MAXIMUM_ALLOWED | GENERIC_ALL | GENERIC_WRITE) != 0
    }

    /// Whether it has to be judged before it is done, because denying afterwards would come too late.
    #[must_use]
    pub const fn must_be_judged_before(&self) -> bool {
        !self.is_skipped() && (self.could_make() || self.deletes_on_close())
    }

    /// What it has done; `None` where it is no event: it failed, was sent elsewhere, opened a directory, or a volume
    /// without access to its data.
    #[must_use]
    pub fn done(
        &self,
        status: i32,
        information: u64,
        is_directory: bool,
        is_stream: bool,
    ) -> Option<Created> {
        if status < 0 || status == STATUS_REPARSE || self.is_skipped() {
            return None;
        }
        if self.is_volume {
            let kind = Kind::RawAccessThread;
            return (self.access & DATA_ACCESS != 0).then_some(Created {
                kind,
                can_cancel: false,
            });
        }
        // A directory can have named streams: those are data.
        if is_directory && !is_stream {
            return None;
        }
        let kind = match information {
            FILE_SUPERSEDED | FILE_CREATED | FILE_OVERWRITTEN if is_stream => {
                Kind::CreateStreamHash
            }
            FILE_SUPERSEDED | FILE_CREATED | FILE_OVERWRITTEN => Kind::FileEvent,
            FILE_OPENED => Kind::FileAccess,
            _ => return None,
        };
        Some(Created {
            kind,
            can_cancel: kind == Kind::FileAccess && !self.deletes_on_close(),
        })
    }
}

/// What setting information does (wdm.h, `FILE_INFORMATION_CLASS`), of what matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The file's times and attributes.
    Times,
    /// Its name.
    Rename,
    /// Another name for it.
    Link,
    /// Whether it goes when the last handle does.
    Disposition,
    /// The same, with flags.
    DispositionFlags,
}

impl Setting {
    /// What the class sets. Those that bypass access checks do the same.
    #[must_use]
    pub const fn of(class: u32) -> Option<Self> {
        match class {
            4 => Some(Self::Times),
            10 | 56 | 65 | 66 => Some(Self::Rename),
            11 | 57 | 72 | 73 => Some(Self::Link),
            13 => Some(Self::Disposition),
            64 => Some(Self::DispositionFlags),
            _ => None,
        }
    }
}

/// Flags of `FILE_DISPOSITION_INFORMATION_EX` (ntddk.h).
const DISPOSITION_DELETE: u8 = 0x01;
const DISPOSITION_ON_CLOSE: u8 = 0x08;

/// Whether a handle's file is going to be deleted: what was asked for when it was opened, and since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deletion {
    on_close: bool,
    is_set: bool,
}

impl Deletion {
    /// As a create asks for it.
    #[must_use]
    pub const fn new(create: &Create) -> Self {
        Self {
            on_close: create.deletes_on_close(),
            is_set: false,
        }
    }

    /// After a disposition was set with success; `first` is the first byte of what was set.
    #[must_use]
    pub const fn after(self, setting: Setting, first: u8) -> Self {
        let deletes = first & DISPOSITION_DELETE != 0;
        match setting {
            Setting::Disposition => Self {
                is_set: first != 0,
                ..self
            },
            Setting::DispositionFlags if first & DISPOSITION_ON_CLOSE != 0 => Self {
                on_close: deletes,
                ..self
            },
            Setting::DispositionFlags => Self {
                is_set: deletes,
                ..self
            },
            Setting::Times | Setting::Rename | Setting::Link => self,
        }
    }

    /// Whether cleanup has to ask if the file is gone.
    #[must_use]
    pub const fn may_delete(self) -> bool {
        self.on_close || self.is_set
    }
}

/// The creation time that `FILE_BASIC_INFORMATION` sets, in 100 ns since 1601; `None` where it leaves it: 0, and what is
/// negative (ntifs.h).
#[must_use]
pub const fn new_creation_time(first: [u8; 8]) -> Option<u64> {
    let time = u64::from_le_bytes(first);
    if time == 0 || time > i64::MAX.unsigned_abs() {
        None
    } else {
        Some(time)
    }
}

/// Where a file that begins so says that its PE header is; `None` where it is no executable image. (Microsoft's
/// "PE Format", "MS-DOS Stub": the offset at 0x3c.)
#[must_use]
pub fn program_header(first: &[u8]) -> Option<usize> {
    let (offset, _) = first
        .strip_prefix(b"MZ")?
        .get(0x3a..)?
        .split_first_chunk()?;
    usize::try_from(u32::from_le_bytes(*offset)).ok()
}

/// Whether this is how a PE header begins.
#[must_use]
pub fn is_program_header(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PE\0\0")
}
