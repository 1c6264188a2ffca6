//! Images whose processes are not judged: backup and antivirus programs, say, that open every file.
//!
//! A bounded set of whole paths, compared without regard to case. It is asked when a process begins; the answer is kept
//! in the process's record together with the [`generation`](MuteSet::generation) that it belongs to, and asked for again
//! when that has changed.
//!
//! A muted process can do what it likes unseen, so muting is a privilege of whoever may open the control device.

use crate::text::same;

/// Paths that are muted at the most.
pub const MAX_MUTED: usize = 64;

/// Units of all paths together.
const ROOM: usize = 8192;

/// The set: 17 KiB, for a static or the pool, never for a stack.
#[derive(Debug)]
pub struct MuteSet {
    units: [u16; ROOM],
    /// Where each path ends; it begins where the one before it ends.
    ends: [u16; MAX_MUTED],
    count: u8,
    generation: u64,
}

/// Why a path was not muted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotMuted {
    /// There is no room for it.
    Full,
    /// It is empty.
    Empty,
}

impl Default for MuteSet {
    fn default() -> Self {
        Self::new()
    }
}

impl MuteSet {
    /// Nothing is muted.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            units: [0; ROOM],
            ends: [0; MAX_MUTED],
            count: 0,
            generation: 0,
        }
    }

    /// Changes whenever the set does.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// How many paths are muted.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.count.into()
    }

    /// Whether the path, as [`names::image`](crate::names::image) makes it, is muted.
    #[must_use]
    pub fn contains(&self, path: &[u16]) -> bool {
        let mut start = 0_u16;
        self.ends.iter().take(self.count.into()).any(|end| {
            let muted = self.units.get(start.into()..usize::from(*end));
            start = *end;
            muted.is_some_and(|muted| same(muted, path))
        })
    }

    /// Mutes a path; one that is muted already may be named again.
    ///
    /// # Errors
    /// [`NotMuted`]; nothing changes.
    pub fn insert(&mut self, path: impl ExactSizeIterator<Item = u16>) -> Result<(), NotMuted> {
        if path.len() == 0 {
            return Err(NotMuted::Empty);
        }
        let last = usize::from(self.count).checked_sub(1);
        let start = last
            .and_then(|last| self.ends.get(last))
            .copied()
            .unwrap_or(0);
        let end = usize::from(start).saturating_add(path.len());
        let new = self
            .units
            .get_mut(start.into()..end)
            .ok_or(NotMuted::Full)?;
        for (place, unit) in new.iter_mut().zip(path) {
            *place = unit;
        }
        // Written behind the others, where it is not in the set yet.
        if self
            .units
            .get(start.into()..end)
            .is_some_and(|new| self.contains(new))
        {
            return Ok(());
        }
        let place = self
            .ends
            .get_mut(usize::from(self.count))
            .ok_or(NotMuted::Full)?;
        *place = u16::try_from(end).map_err(|_| NotMuted::Full)?;
        self.count = self.count.wrapping_add(1);
        self.generation = self.generation.wrapping_add(1);
        Ok(())
    }

    /// Answers are to be asked for again: paths are made otherwise from now on.
    pub fn renew(&mut self) {
        if self.count != 0 {
            self.generation = self.generation.wrapping_add(1);
        }
    }

    /// Unmutes all.
    pub fn clear(&mut self) {
        self.count = 0;
        self.generation = self.generation.wrapping_add(1);
    }
}
