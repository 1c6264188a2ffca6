//! Volumes and the filter's instances on them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::disk::Disk;
use crate::fakes::objects::OBJECT;
use crate::fakes::{LOW, SUCCESS, status};
use crate::finding::Check;
use crate::kernel::{Kernel, lock};
use crate::memory;
use crate::routine::{APC, Call, Routine, routine};

/// File systems, as instance setup is told them (`FLT_FILESYSTEM_TYPE`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileSystem {
    /// NTFS.
    Ntfs = 2,
    /// FAT.
    Fat = 3,
    /// Named pipes.
    Pipes = 25,
    /// The redirector of remote files.
    Remote = 13,
}

/// A mounted volume.
#[derive(Clone, Debug)]
pub(crate) struct Volume {
    pub(crate) object: u64,
    pub(crate) name: Vec<u16>,
    pub(crate) letter: Option<u16>,
    pub(crate) file_system: FileSystem,
    /// The device object of the disk that the volume lies on.
    pub(crate) device: u64,
    pub(crate) disk: Arc<Mutex<Disk>>,
}

/// An instance of the filter on a volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Instance {
    pub(crate) object: u64,
    pub(crate) volume: u64,
    pub(crate) filter: u64,
}

/// All volumes and instances.
#[derive(Debug, Default)]
pub(crate) struct Volumes(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    volumes: BTreeMap<u64, Arc<Volume>>,
    instances: BTreeMap<u64, Instance>,
}

impl Volumes {
    pub(crate) fn add(&self, volume: Arc<Volume>) {
        lock(&self.0).volumes.insert(volume.object, volume);
    }

    pub(crate) fn remove(&self, volume: u64) {
        lock(&self.0).volumes.remove(&volume);
    }

    pub(crate) fn by_object(&self, object: u64) -> Option<Arc<Volume>> {
        lock(&self.0).volumes.get(&object).cloned()
    }

    pub(crate) fn by_name(&self, name: &[u16]) -> Option<Arc<Volume>> {
        let table = lock(&self.0);
        table.volumes.values().find(|it| it.name == name).cloned()
    }

    pub(crate) fn all(&self) -> Vec<Arc<Volume>> {
        lock(&self.0).volumes.values().cloned().collect()
    }

    pub(crate) fn set_letter(&self, volume: u64, letter: Option<u16>) {
        if let Some(volume) = lock(&self.0).volumes.get_mut(&volume) {
            Arc::make_mut(volume).letter = letter;
        }
    }

    pub(crate) fn letter_of_device(&self, device: u64) -> Option<u16> {
        let table = lock(&self.0);
        let found = table.volumes.values().find(|it| it.device == device);
        found.and_then(|it| it.letter)
    }

    pub(crate) fn instance(&self, object: u64) -> Option<Instance> {
        lock(&self.0).instances.get(&object).copied()
    }

    /// The instance on a volume.
    pub(crate) fn instance_on(&self, volume: u64) -> Option<Instance> {
        let table = lock(&self.0);
        let found = table.instances.values().find(|it| it.volume == volume);
        found.copied()
    }

    pub(crate) fn instances(&self) -> Vec<Instance> {
        lock(&self.0).instances.values().copied().collect()
    }

    pub(crate) fn attach(&self, instance: Instance) {
        lock(&self.0).instances.insert(instance.object, instance);
    }

    /// Takes an instance away: whether it was there.
    pub(crate) fn detach(&self, instance: u64) -> bool {
        lock(&self.0).instances.remove(&instance).is_some()
    }
}

pub(crate) const ROUTINES: &[Routine] = &[
    routine(
        "FltGetVolumeName",
        "fltkernel/nf-fltkernel-fltgetvolumename",
        APC,
        name,
    ),
    routine(
        "FltGetDiskDeviceObject",
        "fltkernel/nf-fltkernel-fltgetdiskdeviceobject",
        APC,
        disk_device,
    ),
    routine(
        "FltGetVolumeProperties",
        "fltkernel/nf-fltkernel-fltgetvolumeproperties",
        APC,
        properties,
    )
    .or(LOW),
    routine(
        "FltObjectDereference",
        "fltkernel/nf-fltkernel-fltobjectdereference",
        APC,
        dereference,
    ),
];

fn find(kernel: &Kernel, call: &Call<'_>) -> Arc<Volume> {
    let found = kernel.state.volumes.by_object(call.u64(0));
    found.unwrap_or_else(|| call.stop(Check::Lifetime, "no such volume"))
}

const BUFFER_TOO_SMALL: u64 = status(0xc000_0023);

fn name(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let volume = find(kernel, call);
    let (target, needed) = (call.u64(1), call.u64(2));
    let bytes = memory::to_bytes(&volume.name);
    if needed != 0 {
        memory::write(needed, bytes.len() as u32);
    }
    if target == 0 {
        return BUFFER_TOO_SMALL;
    }
    let room: u16 = memory::read(target + 2);
    if usize::from(room) < bytes.len() {
        return BUFFER_TOO_SMALL;
    }
    memory::store(memory::read(target + 8), &bytes);
    memory::write(target, bytes.len() as u16);
    SUCCESS
}

/// `STATUS_FLT_NO_DEVICE_OBJECT`.
const NO_DEVICE: u64 = status(0xc01c_0019);

fn disk_device(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let volume = find(kernel, call);
    if volume.file_system == FileSystem::Remote || volume.file_system == FileSystem::Pipes {
        return NO_DEVICE;
    }
    kernel.state.held.take(kernel, call, OBJECT, volume.device);
    memory::write(call.u64(1), volume.device);
    SUCCESS
}

fn properties(kernel: &Kernel, call: &Call<'_>) -> u64 {
    const FILE_DEVICE_DISK_FILE_SYSTEM: u32 = 8;
    const FILE_DEVICE_NETWORK_FILE_SYSTEM: u32 = 0x14;
    const FILE_DEVICE_NAMED_PIPE: u32 = 0x11;
    const SIZE: u32 = 72;
    let volume = find(kernel, call);
    if call.u64(3) != 0 {
        memory::write(call.u64(3), SIZE);
    }
    if call.u32(2) < SIZE {
        return BUFFER_TOO_SMALL;
    }
    memory::fill(call.u64(1), 0, SIZE as usize);
    let kind = match volume.file_system {
        FileSystem::Ntfs | FileSystem::Fat => FILE_DEVICE_DISK_FILE_SYSTEM,
        FileSystem::Remote => FILE_DEVICE_NETWORK_FILE_SYSTEM,
        FileSystem::Pipes => FILE_DEVICE_NAMED_PIPE,
    };
    memory::write(call.u64(1), kind);
    memory::write(call.u64(1) + 16, 512u16);
    SUCCESS
}

/// The kind under which references to Filter Manager's objects are held.
const FILTER_OBJECT: &str = "filter object reference";

fn dereference(kernel: &Kernel, call: &Call<'_>) -> u64 {
    kernel.state.held.give(call, FILTER_OBJECT, call.u64(0));
    SUCCESS
}
