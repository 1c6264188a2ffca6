//! Where content slots and guard records lie: four files in a folder of the driver's own.

use cofferdam_engine::slots::{File as Which, Slot, Storage};
use wdk_sys::{NTSTATUS, STATUS_END_OF_FILE, STATUS_OBJECT_NAME_NOT_FOUND};

use crate::cast;
use crate::ffi::disk::{self, File};
use crate::ffi::pool::Block;
use crate::ffi::text::wide;

/// The folder. Only the system and administrators write below `System32`.
const FOLDER: &[u16] = wide!("\\SystemRoot\\System32\\drivers\\Cofferdam");

/// Bytes that are read at a time.
const PIECE: usize = 64 << 10;

/// The files, on the system's volume.
pub struct Disk;

fn path(file: Which) -> &'static [u16] {
    match file {
        Which::Slot(Slot::Zero) => {
            wide!("\\SystemRoot\\System32\\drivers\\Cofferdam\\slot0.dam")
        }
        Which::Slot(Slot::One) => wide!("\\SystemRoot\\System32\\drivers\\Cofferdam\\slot1.dam"),
        Which::Guard(Slot::Zero) => {
            wide!("\\SystemRoot\\System32\\drivers\\Cofferdam\\guard0.bin")
        }
        Which::Guard(Slot::One) => {
            wide!("\\SystemRoot\\System32\\drivers\\Cofferdam\\guard1.bin")
        }
    }
}

impl Disk {
    /// Makes the folder where there is none yet; fails while the system's volume is not there.
    pub fn prepare() -> Result<(), NTSTATUS> {
        disk::make_folder(FOLDER)
    }

    /// Reads a slot's content, all of it.
    pub fn content(slot: Slot, out: &mut [u8]) -> Result<(), NTSTATUS> {
        let file = File::open(path(Which::Slot(slot)), disk::READ)?;
        let mut piece = Block::new(PIECE).ok_or(wdk_sys::STATUS_INSUFFICIENT_RESOURCES)?;
        let mut offset = 0_usize;
        // Through a buffer of the pool's: content's pages are not for a file system to lock.
        for place in out.chunks_mut(PIECE) {
            let piece = piece.get_mut(..place.len()).unwrap_or_default();
            if file.read(cast::wide(offset), piece)? != place.len() {
                return Err(STATUS_END_OF_FILE);
            }
            for (place, byte) in place.iter_mut().zip(piece) {
                *place = *byte;
            }
            offset = offset.wrapping_add(place.len());
        }
        Ok(())
    }
}

impl Storage for Disk {
    type Error = NTSTATUS;

    fn read(&mut self, file: Which, out: &mut [u8]) -> Result<Option<usize>, NTSTATUS> {
        match File::open(path(file), disk::READ) {
            Ok(file) => file.read(0, out).map(Some),
            Err(STATUS_OBJECT_NAME_NOT_FOUND) => Ok(None),
            Err(status) => Err(status),
        }
    }

    fn write(&mut self, file: Which, content: &[u8]) -> Result<(), NTSTATUS> {
        File::open(path(file), disk::REPLACE)?.write(content)
    }

    fn flush(&mut self, file: Which) -> Result<(), NTSTATUS> {
        File::open(path(file), disk::WRITE)?.flush()
    }
}
