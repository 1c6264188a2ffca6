//! Device objects, their names and who may open them.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::fakes::{LOW, SUCCESS, status};
use crate::finding::Check;
use crate::kernel::{Kernel, lock};
use crate::memory;
use crate::routine::{APC, Call, PASSIVE, Routine, routine};

/// `DEVICE_OBJECT` on x64: the facts' offsets end at 328; the kit's size is 336.
const DEVICE_SIZE: usize = 336;
const EXTENSION: u64 = 64;
const FLAGS: u64 = 48;
/// The I/O manager clears it after DriverEntry for the devices made there; until then nobody can open them.
const DO_DEVICE_INITIALIZING: u32 = 0x80;
const TAG: [u8; 4] = *b"Devi";

/// Devices and links of the driver.
#[derive(Debug, Default)]
pub(crate) struct Devices(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    devices: BTreeMap<u64, Device>,
    links: BTreeMap<Vec<u16>, Vec<u16>>,
}

/// A device object.
#[derive(Clone, Debug)]
pub(crate) struct Device {
    pub(crate) name: Vec<u16>,
    pub(crate) characteristics: u32,
    /// The security descriptor that was set, self-relative or absolute, as its access control list's entries.
    pub(crate) security: Option<Security>,
}

/// What a security descriptor says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Security {
    /// Nothing is inherited.
    pub protected: bool,
    /// Who is allowed what.
    pub allowed: Vec<(Vec<u8>, u32)>,
}

impl Devices {
    /// The device that a name or link leads to.
    pub(crate) fn by_name(&self, name: &[u16]) -> Option<(u64, Device)> {
        let table = lock(&self.0);
        let target = table.links.get(name).map_or(name, |it| &**it);
        let named = |it: &(&u64, &Device)| it.1.name == target;
        let found = table.devices.iter().find(named);
        found.map(|(address, device)| (*address, device.clone()))
    }

    pub(crate) fn addresses(&self) -> Vec<u64> {
        lock(&self.0).devices.keys().copied().collect()
    }

    pub(crate) fn set_security(&self, device: u64, security: Security) -> bool {
        let mut table = lock(&self.0);
        let found = table.devices.get_mut(&device);
        found.map(|it| it.security = Some(security)).is_some()
    }
}

/// The kinds under which these are held.
const DEVICE: &str = "device object";
const LINK: &str = "symbolic link";
const COLLISION: u64 = status(0xc000_0035);
const NOT_FOUND: u64 = status(0xc000_0034);

pub(crate) const ROUTINES: &[Routine] = &[
    routine("IoCreateDevice", "wdm/nf-wdm-iocreatedevice", APC, create).or(LOW),
    routine("IoDeleteDevice", "wdm/nf-wdm-iodeletedevice", APC, delete),
    routine(
        "IoCreateSymbolicLink",
        "wdm/nf-wdm-iocreatesymboliclink",
        PASSIVE,
        link,
    )
    .or(LOW),
    routine(
        "IoDeleteSymbolicLink",
        "wdm/nf-wdm-iodeletesymboliclink",
        PASSIVE,
        unlink,
    ),
    routine(
        "IoVolumeDeviceToDosName",
        "ntddk/nf-ntddk-iovolumedevicetodosname",
        PASSIVE,
        dos_name,
    )
    .or(LOW),
];

fn create(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let name = memory::unicode_string(call.u64(2));
    let mut table = lock(&kernel.state.devices.0);
    if !name.is_empty() && table.devices.values().any(|it| it.name == name) {
        return COLLISION;
    }
    let extension = call.u32(1) as usize;
    let size = DEVICE_SIZE + extension;
    let system = &kernel.state.system;
    let address = system.allocate(size, TAG, false, Some(0), Vec::new());
    memory::write(address, 3u16);
    memory::write(address + 2, size as u16);
    memory::write(address + 8, call.u64(0));
    memory::write(address + FLAGS, DO_DEVICE_INITIALIZING);
    memory::write(address + 52, call.u32(4));
    memory::write(address + 72, call.u32(3));
    memory::write(address + 76, 1u8);
    if extension > 0 {
        memory::write(address + EXTENSION, address + DEVICE_SIZE as u64);
    }
    let device = Device {
        name,
        characteristics: call.u32(4),
        security: None,
    };
    table.devices.insert(address, device);
    drop(table);
    kernel.state.held.take(kernel, call, DEVICE, address);
    memory::write(call.u64(6), address);
    SUCCESS
}

fn delete(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let address = call.u64(0);
    let gone = lock(&kernel.state.devices.0).devices.remove(&address);
    if gone.is_none() {
        call.stop(Check::Reference, "no such device");
    }
    kernel.state.held.give(call, DEVICE, address);
    let open = kernel.state.clients_of(address);
    if open > 0 {
        call.wrong(Check::Lifetime, format!("deleted with {open} handles open"));
    }
    let _ = kernel.state.system.free(address, None);
    0
}

fn link(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let [name, target] = [call.u64(0), call.u64(1)].map(memory::unicode_string);
    let mut table = lock(&kernel.state.devices.0);
    if table.links.contains_key(&name) {
        return COLLISION;
    }
    let key = hash(&name);
    table.links.insert(name, target);
    drop(table);
    kernel.state.held.take(kernel, call, LINK, key);
    SUCCESS
}

fn unlink(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let name = memory::unicode_string(call.u64(0));
    if lock(&kernel.state.devices.0).links.remove(&name).is_none() {
        return NOT_FOUND;
    }
    kernel.state.held.give(call, LINK, hash(&name));
    SUCCESS
}

fn hash(name: &[u16]) -> u64 {
    name.iter().fold(0, |sum: u64, unit| {
        sum.wrapping_mul(31).wrapping_add((*unit).into())
    })
}

/// The letter that a volume's device has, in memory that the driver frees. Simplified: letters only, no mounted folders.
fn dos_name(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let Some(letter) = kernel.state.volumes.letter_of_device(call.u64(0)) else {
        return NOT_FOUND;
    };
    let text = memory::to_bytes(&[letter, u16::from(b':')]);
    let places = kernel.places(&call.registers());
    let pool = &kernel.state.pool;
    let at = pool.allocate(text.len() + 2, *b"DosN", true, Some(0), places);
    memory::store(at, &text);
    let length = text.len() as u16;
    memory::set_unicode_string(call.u64(1), at, length, length + 2);
    SUCCESS
}

impl Kernel {
    /// What the I/O manager does after DriverEntry.
    pub(crate) fn devices_ready(&self) {
        for device in self.state.devices.addresses() {
            let flags: u32 = memory::read(device + FLAGS);
            memory::write(device + FLAGS, flags & !DO_DEVICE_INITIALIZING);
        }
    }
}

/// Whether a device may be opened yet.
pub(crate) fn is_ready(device: u64) -> bool {
    memory::read::<u32>(device + FLAGS) & DO_DEVICE_INITIALIZING == 0
}
