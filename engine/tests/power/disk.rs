//! A disk of four files that keeps what was flushed, and of a write that was not, any part.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use cofferdam_engine::slots::{File, Slot, Slots, Storage};

/// What the disk has for certain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Disk {
    slots: [Option<Vec<u8>>; 2],
    guards: [Option<Vec<u8>>; 2],
}

/// What goes wrong, at which write or flush of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Power is cut: the machine is off.
    Cut(usize),
    /// The operation fails, and the machine goes on.
    Fail(usize),
}

/// The error of every operation that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken;

/// The disk at work.
#[derive(Clone, Debug)]
pub(crate) struct Drive {
    pub(crate) disk: Disk,
    /// Written, not flushed.
    pending: Option<(File, Vec<u8>)>,
    fault: Option<Fault>,
    /// Writes and flushes so far.
    pub(crate) operations: usize,
    /// Whether power was cut.
    pub(crate) is_off: bool,
}

fn number(slot: Slot) -> usize {
    match slot {
        Slot::Zero => 0,
        Slot::One => 1,
    }
}

impl Disk {
    fn file(&self, file: File) -> &Option<Vec<u8>> {
        match file {
            File::Slot(slot) => &self.slots[number(slot)],
            File::Guard(slot) => &self.guards[number(slot)],
        }
    }

    fn file_mut(&mut self, file: File) -> &mut Option<Vec<u8>> {
        match file {
            File::Slot(slot) => &mut self.slots[number(slot)],
            File::Guard(slot) => &mut self.guards[number(slot)],
        }
    }

    /// The content of a slot's file.
    pub(crate) fn content(&self, slot: Slot) -> Option<&[u8]> {
        self.slots[number(slot)].as_deref()
    }

    /// The content of a slot's file is lost.
    pub(crate) fn rot(&mut self, slot: Slot) {
        self.slots[number(slot)] = None;
    }

    /// Everything that can still matter: what the guard record says, which file it is in, and of the slots' files those
    /// that it, or the machine, names. The older guard record does not matter: it is overwritten next, and the newer one
    /// stays.
    pub(crate) fn identify(&self, machine: Option<&Slots>, into: &mut impl Hasher) {
        let remembered = Slots::open(&mut Drive::new(self.clone(), None)).ok();
        remembered.as_ref().map(Slots::unnumbered).hash(into);
        self.guards.each_ref().map(Option::is_some).hash(into);
        for slot in Slot::ALL {
            let names = |slots: &Slots| slots.content(slot).is_some();
            if remembered.as_ref().is_some_and(names) || machine.is_some_and(names) {
                self.content(slot).hash(into);
            }
        }
    }
}

impl Drive {
    pub(crate) fn new(disk: Disk, fault: Option<Fault>) -> Self {
        Self {
            disk,
            pending: None,
            fault,
            operations: 0,
            is_off: false,
        }
    }

    fn operate(&mut self) -> Result<(), Broken> {
        let at = self.operations;
        self.operations += 1;
        if self.is_off {
            return Err(Broken);
        }
        match self.fault {
            Some(Fault::Cut(cut)) if cut == at => {
                self.is_off = true;
                Err(Broken)
            }
            Some(Fault::Fail(fail)) if fail == at => Err(Broken),
            _ => Ok(()),
        }
    }

    /// Every state that the disk can be in.
    pub(crate) fn outcomes(self) -> Vec<Disk> {
        let Some((file, new)) = self.pending else {
            return vec![self.disk];
        };
        let sectors = match file {
            File::Slot(_) => 2,
            File::Guard(_) => 3,
        };
        let parts = parts(self.disk.file(file).as_deref(), &new, sectors);
        let with = |part| {
            let mut disk = self.disk.clone();
            *disk.file_mut(file) = part;
            disk
        };
        // What does not matter is all alike: one stands for the others.
        let mut identities = BTreeSet::new();
        parts
            .into_iter()
            .map(with)
            .filter(|disk| {
                let mut hasher = DefaultHasher::new();
                disk.identify(None, &mut hasher);
                identities.insert(hasher.finish())
            })
            .collect()
    }
}

/// Every content that a file can have while a write is under way: each sector old, new or neither; or a shorter file.
fn parts(old: Option<&[u8]>, new: &[u8], sectors: usize) -> Vec<Option<Vec<u8>>> {
    let size = new.len().div_ceil(sectors);
    let mut parts = vec![
        old.map(<[u8]>::to_vec),
        Some(Vec::new()),
        Some(new[..size].to_vec()),
    ];
    for choice in 0..3_usize.pow(sectors as u32) {
        let mut bytes = new.to_vec();
        for (sector, chunk) in bytes.chunks_mut(size).enumerate() {
            let start = sector * size;
            match choice / 3_usize.pow(sector as u32) % 3 {
                0 => {}
                1 => {
                    let old = old.and_then(|old| old.get(start..start + chunk.len()));
                    match old {
                        Some(old) => chunk.copy_from_slice(old),
                        None => chunk.fill(0),
                    }
                }
                _ => chunk.fill(0xEE),
            }
        }
        parts.push(Some(bytes));
    }
    parts
}

impl Storage for Drive {
    type Error = Broken;

    fn read(&mut self, file: File, out: &mut [u8]) -> Result<Option<usize>, Broken> {
        if self.is_off {
            return Err(Broken);
        }
        let Some(bytes) = self.disk.file(file) else {
            return Ok(None);
        };
        for (place, byte) in out.iter_mut().zip(bytes) {
            *place = *byte;
        }
        Ok(Some(bytes.len()))
    }

    fn write(&mut self, file: File, content: &[u8]) -> Result<(), Broken> {
        assert!(
            self.pending
                .as_ref()
                .is_none_or(|(pending, _)| *pending == file),
            "a file is written while another is not flushed"
        );
        // The write may have begun when it fails.
        let operated = self.operate();
        if !(operated.is_err() && self.is_off && self.pending.is_some()) {
            self.pending = Some((file, content.to_vec()));
        }
        operated
    }

    fn flush(&mut self, file: File) -> Result<(), Broken> {
        self.operate()?;
        if let Some((pending, content)) = self.pending.take() {
            assert_eq!(pending, file, "the file that was written is flushed");
            *self.disk.file_mut(file) = Some(content);
        }
        Ok(())
    }
}
