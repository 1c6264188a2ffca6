//! The four files, behind a trait.

/// One of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// The first.
    Zero,
    /// The second.
    One,
}

impl Slot {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Zero, Self::One];

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Zero => Self::One,
            Self::One => Self::Zero,
        }
    }
}

/// A file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum File {
    /// Content.
    Slot(Slot),
    /// A guard record.
    Guard(Slot),
}

/// Where the files lie. Only guard files are read through it: content is the caller's to read and check.
pub trait Storage {
    /// What goes wrong.
    type Error: Copy;

    /// Reads a file's start into `out`; how much there was, or `None` where there is no such file.
    ///
    /// # Errors
    /// It is there, or may be, and cannot be read.
    fn read(&mut self, file: File, out: &mut [u8]) -> Result<Option<usize>, Self::Error>;

    /// Replaces a file's content. Nothing need be on disk when it returns.
    ///
    /// # Errors
    /// It failed; what the file then holds does not matter.
    fn write(&mut self, file: File, content: &[u8]) -> Result<(), Self::Error>;

    /// Returns when the disk has all of the file.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    fn flush(&mut self, file: File) -> Result<(), Self::Error>;
}
