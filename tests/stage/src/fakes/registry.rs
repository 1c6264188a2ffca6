//! The registry: keys, values, callbacks on what happens to them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use crate::fakes::strings::upcased;
use crate::fakes::sync::gate::Gate;
use crate::fakes::{LOW, SUCCESS, status};
use crate::finding::Check;
use crate::kernel::{Kernel, lock};
use crate::memory;
use crate::routine::{APC, Call, PASSIVE, Routine, routine};

/// A value: its type and data.
pub type Value = (u32, Vec<u8>);

/// The registry.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    table: Mutex<Table>,
    /// Threads inside the driver's callback.
    pub(crate) gate: Gate,
}

#[derive(Debug, Default)]
struct Table {
    /// By upper-cased path.
    keys: BTreeMap<Vec<u16>, Key>,
    /// Open key objects.
    objects: HashMap<u64, Vec<u16>>,
    /// The driver's callback: its cookie, function and context.
    callback: Option<Callback>,
    /// Names that were handed out: the structure's address.
    names: HashMap<u64, u64>,
}

#[derive(Debug, Default)]
struct Key {
    /// As created.
    path: Vec<u16>,
    values: BTreeMap<Vec<u16>, (Vec<u16>, Value)>,
}

/// The driver's registry callback.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Callback {
    pub(crate) cookie: u64,
    pub(crate) function: u64,
    pub(crate) context: u64,
}

const CALLBACK: &str = "registry callback";
const NAME: &str = "key name";
const NOT_FOUND: u64 = status(0xc000_0034);
const TOO_SMALL: u64 = status(0xc000_0023);
const OVERFLOW: u64 = status(0x8000_0005);
const INVALID_PARAMETER: u64 = status(0xc000_000d);

/// The links that lead elsewhere: the current control set.
fn linked(path: &[u16]) -> Vec<u16> {
    let text = String::from_utf16_lossy(path);
    let upper = text.to_ascii_uppercase();
    let link = r"\REGISTRY\MACHINE\SYSTEM\CURRENTCONTROLSET";
    let inside =
        upper.starts_with(link) && matches!(upper.as_bytes().get(link.len()), None | Some(b'\\'));
    if !inside {
        return path.to_vec();
    }
    let rest = path.get(link.len()..).unwrap_or_default();
    let target = r"\REGISTRY\MACHINE\SYSTEM\ControlSet001";
    target.encode_utf16().chain(rest.iter().copied()).collect()
}

impl Registry {
    /// Makes a key, and those above it; whether it is new.
    pub(crate) fn create(&self, path: &[u16]) -> bool {
        let path = linked(path);
        let mut table = lock(&self.table);
        let fresh = !table.keys.contains_key(&upcased(&path));
        let slash = u16::from(b'\\');
        let ends = path
            .iter()
            .enumerate()
            .skip(1)
            .filter(|(_, it)| **it == slash);
        for end in ends.map(|(at, _)| at).chain([path.len()]) {
            let part = &path[..end];
            table.keys.entry(upcased(part)).or_insert_with(|| Key {
                path: part.to_vec(),
                values: BTreeMap::new(),
            });
        }
        fresh
    }

    /// Whether a key exists, and as what it was created.
    pub(crate) fn key(&self, path: &[u16]) -> Option<Vec<u16>> {
        let table = lock(&self.table);
        table
            .keys
            .get(&upcased(&linked(path)))
            .map(|it| it.path.clone())
    }

    /// Sets a value of a key that exists.
    pub(crate) fn set(&self, path: &[u16], name: &[u16], value: Value) {
        let mut table = lock(&self.table);
        if let Some(key) = table.keys.get_mut(&upcased(&linked(path))) {
            key.values.insert(upcased(name), (name.to_vec(), value));
        }
    }

    pub(crate) fn value(&self, path: &[u16], name: &[u16]) -> Option<Value> {
        let table = lock(&self.table);
        let key = table.keys.get(&upcased(&linked(path)))?;
        key.values.get(&upcased(name)).map(|it| it.1.clone())
    }

    pub(crate) fn delete_value(&self, path: &[u16], name: &[u16]) -> bool {
        let mut table = lock(&self.table);
        let key = table.keys.get_mut(&upcased(&linked(path)));
        key.is_some_and(|it| it.values.remove(&upcased(name)).is_some())
    }

    pub(crate) fn delete_key(&self, path: &[u16]) {
        lock(&self.table).keys.remove(&upcased(&linked(path)));
    }

    /// Renames a key's last component, with all that lies below.
    pub(crate) fn rename(&self, path: &[u16], name: &[u16]) {
        let mut table = lock(&self.table);
        let old = upcased(&linked(path));
        let parent = crate::disk::split(&old).0.len();
        let renamed = |path: &[u16]| {
            let slash = [u16::from(b'\\')];
            [&path[..parent], &slash, name, &path[old.len()..]].concat()
        };
        let moved: Vec<_> = table
            .keys
            .keys()
            .filter(|it| it.starts_with(&old))
            .cloned()
            .collect();
        for key in moved {
            if let Some(mut it) = table.keys.remove(&key) {
                it.path = renamed(&it.path);
                table.keys.insert(upcased(&it.path), it);
            }
        }
        // Open keys have the new name too.
        for path in table.objects.values_mut() {
            if upcased(path).starts_with(&old) {
                *path = renamed(path);
            }
        }
    }

    /// The driver's callback.
    pub(crate) fn callback(&self) -> Option<Callback> {
        lock(&self.table).callback
    }

    /// A key object.
    pub(crate) fn open(&self, kernel: &Kernel, path: &[u16]) -> u64 {
        let object = kernel.state.objects.new_named("a key object");
        lock(&self.table).objects.insert(object, linked(path));
        object
    }

    pub(crate) fn close(&self, object: u64) {
        lock(&self.table).objects.remove(&object);
    }

    /// The path of a key object.
    pub(crate) fn path(&self, object: u64) -> Option<Vec<u16>> {
        lock(&self.table).objects.get(&object).cloned()
    }
}

pub(crate) const ROUTINES: &[Routine] = &[
    routine("ZwOpenKey", "wdm/nf-wdm-zwopenkey", PASSIVE, open).or(LOW),
    routine(
        "ZwQueryValueKey",
        "wdm/nf-wdm-zwqueryvaluekey",
        PASSIVE,
        query,
    )
    .or(LOW),
    routine(
        "CmRegisterCallbackEx",
        "wdm/nf-wdm-cmregistercallbackex",
        APC,
        register,
    )
    .or(LOW),
    routine(
        "CmUnRegisterCallback",
        "wdm/nf-wdm-cmunregistercallback",
        APC,
        unregister,
    ),
    routine(
        "CmCallbackGetKeyObjectIDEx",
        "wdm/nf-wdm-cmcallbackgetkeyobjectidex",
        APC,
        key_name,
    )
    .or(LOW),
    routine(
        "CmCallbackReleaseKeyObjectIDEx",
        "wdm/nf-wdm-cmcallbackreleasekeyobjectidex",
        APC,
        release_name,
    ),
];

/// The name of an `OBJECT_ATTRIBUTES`, a root directory's before it.
pub(crate) fn object_name(kernel: &Kernel, call: &Call<'_>, attributes: u64) -> Vec<u16> {
    const OBJ_KERNEL_HANDLE: u32 = 0x200;
    if memory::read::<u32>(attributes) != 48 {
        call.stop(Check::Contract, "object attributes of the wrong size");
    }
    if memory::read::<u32>(attributes + 24) & OBJ_KERNEL_HANDLE == 0 {
        call.wrong(Check::Contract, "a handle that user mode could use");
    }
    let name = memory::unicode_string(memory::read(attributes + 16));
    let root: u64 = memory::read(attributes + 8);
    if root == 0 {
        return name;
    }
    let object = kernel.state.handles.object(root).unwrap_or_default();
    let base = kernel.state.registry.path(object).unwrap_or_default();
    [&*base, &[u16::from(b'\\')], &*name].concat()
}

fn open(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let path = object_name(kernel, call, call.u64(2));
    let Some(path) = kernel.state.registry.key(&path) else {
        return NOT_FOUND;
    };
    let object = kernel.state.registry.open(kernel, &path);
    let handle = kernel.state.handles.open(kernel, call, object);
    memory::write(call.u64(0), handle);
    SUCCESS
}

/// `KeyValuePartialInformation` only.
fn query(kernel: &Kernel, call: &Call<'_>) -> u64 {
    const PARTIAL: u32 = 2;
    const HEADER: usize = 12;
    let object = kernel.state.handles.object(call.u64(0));
    let Some(path) = object.and_then(|it| kernel.state.registry.path(it)) else {
        return crate::fakes::handles::INVALID_HANDLE;
    };
    if call.u32(2) != PARTIAL {
        call.stop(Check::Stage, "only partial information is simulated");
    }
    let name = memory::unicode_string(call.u64(1));
    let Some((kind, data)) = kernel.state.registry.value(&path, &name) else {
        return NOT_FOUND;
    };
    let (out, room) = (call.u64(3), call.u32(4) as usize);
    memory::write(call.u64(5), (HEADER + data.len()) as u32);
    if room < HEADER {
        return TOO_SMALL;
    }
    memory::write(out, 0u32);
    memory::write(out + 4, kind);
    memory::write(out + 8, data.len() as u32);
    let fits = data.len().min(room - HEADER);
    memory::store(out + HEADER as u64, &data[..fits]);
    if fits < data.len() { OVERFLOW } else { SUCCESS }
}

fn register(kernel: &Kernel, call: &Call<'_>) -> u64 {
    if memory::unicode_string(call.u64(1)).is_empty() {
        call.wrong(Check::Contract, "an altitude must be given");
        return INVALID_PARAMETER;
    }
    let cookie = kernel.state.objects.new_address();
    let callback = Callback {
        cookie,
        function: call.u64(0),
        context: call.u64(3),
    };
    lock(&kernel.state.registry.table).callback = Some(callback);
    kernel.state.held.take(kernel, call, CALLBACK, cookie);
    memory::write(call.u64(4), cookie);
    SUCCESS
}

fn unregister(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let cookie = call.u64(0);
    let known = kernel
        .state
        .registry
        .callback()
        .is_some_and(|it| it.cookie == cookie);
    if !known {
        return INVALID_PARAMETER;
    }
    lock(&kernel.state.registry.table).callback = None;
    kernel.state.held.give(call, CALLBACK, cookie);
    if !kernel.state.registry.gate.wait_idle(kernel) {
        call.stop(Check::Lock, "callbacks never end");
    }
    SUCCESS
}

fn key_name(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let (object, id, out) = (call.u64(1), call.u64(2), call.u64(3));
    let Some(path) = kernel.state.registry.path(object) else {
        call.stop(Check::Reference, "no key object");
    };
    if id != 0 {
        memory::write(id, object);
    }
    if out == 0 {
        return SUCCESS;
    }
    let bytes = kernel.state.counted(&path);
    let system = &kernel.state.system;
    let text = system.text(&bytes, *b"CMnb");
    let name = system.allocate(16, *b"CMnb", false, Some(0), Vec::new());
    let length = bytes.len() as u16;
    memory::set_unicode_string(name, text, length, length);
    lock(&kernel.state.registry.table).names.insert(name, text);
    kernel.state.held.take(kernel, call, NAME, name);
    memory::write(out, name);
    SUCCESS
}

fn release_name(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let name = call.u64(0);
    if kernel.state.held.give(call, NAME, name) {
        let text = lock(&kernel.state.registry.table).names.remove(&name);
        let _ = kernel.state.system.free(text.unwrap_or_default(), None);
        let _ = kernel.state.system.free(name, None);
    }
    0
}
