//! A disk that keeps only what was flushed, and can fail in the middle of an update.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use cofferdam_engine::slots::{File, Storage};
use cofferdam_scenarios::Corruption;

/// When the disk stops taking anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fails {
    Never,
    BeforeSlotIsFlushed,
    AfterSlotIsFlushed,
}

#[derive(Debug)]
pub(crate) struct Disk {
    durable: HashMap<File, Vec<u8>>,
    /// Written and not flushed.
    pending: HashMap<File, Vec<u8>>,
    fails: Fails,
    gone: bool,
}

impl Default for Disk {
    fn default() -> Self {
        Self {
            durable: HashMap::new(),
            pending: HashMap::new(),
            fails: Fails::Never,
            gone: false,
        }
    }
}

impl Disk {
    pub(crate) fn fail(&mut self, fails: Fails) {
        self.fails = fails;
    }

    /// Power is cut, and comes back.
    pub(crate) fn lose(&mut self) {
        self.pending.clear();
        (self.fails, self.gone) = (Fails::Never, false);
    }

    pub(crate) fn durable(&self, file: File) -> Option<&Vec<u8>> {
        self.durable.get(&file)
    }

    /// Eight bytes, little-endian, of a file.
    pub(crate) fn number(&self, file: File, at: usize) -> Option<u64> {
        let bytes = self.durable(file)?.get(at..)?.first_chunk()?;
        Some(u64::from_le_bytes(*bytes))
    }

    pub(crate) fn corrupt(&mut self, file: File, how: Corruption) {
        let bytes = self.durable.get_mut(&file).expect("it is there");
        match how {
            Corruption::Zeros => bytes.fill(0),
            Corruption::Truncate => bytes.truncate(bytes.len() / 2),
            Corruption::Flip => {
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
            }
            Corruption::Delete => drop(self.durable.remove(&file)),
        }
    }
}

impl Storage for Disk {
    type Error = ();

    fn read(&mut self, file: File, out: &mut [u8]) -> Result<Option<usize>, ()> {
        let newest = self.pending.get(&file).or_else(|| self.durable.get(&file));
        Ok(newest.map(|bytes| {
            for (to, from) in out.iter_mut().zip(bytes) {
                *to = *from;
            }
            bytes.len()
        }))
    }

    fn write(&mut self, file: File, content: &[u8]) -> Result<(), ()> {
        if self.gone {
            return Err(());
        }
        self.pending.insert(file, content.to_vec());
        Ok(())
    }

    fn flush(&mut self, file: File) -> Result<(), ()> {
        let slot = matches!(file, File::Slot(_));
        self.gone |= slot && self.fails == Fails::BeforeSlotIsFlushed;
        if self.gone {
            return Err(());
        }
        if let Some(bytes) = self.pending.remove(&file) {
            self.durable.insert(file, bytes);
        }
        self.gone |= slot && self.fails == Fails::AfterSlotIsFlushed;
        Ok(())
    }
}

/// Stands for the hash of a file: the engine only compares it.
pub(crate) fn hash(bytes: &[u8]) -> [u8; 32] {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    let mut out = [0; 32];
    out[..8].copy_from_slice(&hasher.finish().to_le_bytes());
    out
}
