//! What the registry tells the driver: its parameters, and where Windows lies.

use cofferdam_engine::Mode;
use cofferdam_engine::names::Names;
use cofferdam_engine::stats::Degraded;

use crate::ffi::disk::Key;
use crate::ffi::pool::Block;
use crate::ffi::sync::SpinLock;
use crate::ffi::text::wide;
use crate::sensor;

/// Keys that can be trusted at a time.
const MOST_KEYS: usize = 8;

/// A key: 16 bytes that name it, 64 of its public point.
const KEY_BYTES: usize = 80;

/// The trusted keys; places without one are zero, which no key's point is.
static KEYS: SpinLock<[[u8; KEY_BYTES]; MOST_KEYS]> = SpinLock::new([[0; KEY_BYTES]; MOST_KEYS]);

const REG_BINARY: u32 = 3;
const REG_DWORD: u32 = 4;

/// Reads `Parameters` below the service's key. What is missing or malformed leaves the default: audit, no trusted key.
pub fn read(service: &[u16]) {
    let parameters = wide!("\\Parameters");
    let length = service.len().saturating_add(parameters.len());
    let key = Block::new(length).and_then(|mut path| {
        for (place, unit) in path.iter_mut().zip(service.iter().chain(parameters)) {
            *place = *unit;
        }
        Key::open(&path).ok()
    });
    let Some(key) = key else {
        return sensor::degrade(Degraded::NoKeys);
    };
    if let Some(mode) = dword(&key, wide!("Mode"))
        && let Some(mode) = u8::try_from(mode).ok().and_then(Mode::from_number)
    {
        sensor::set_mode(mode);
    }
    let mut found = false;
    if let Ok(value) = key.value(wide!("TrustedKeys"))
        && value.data_type() == REG_BINARY
        && let (keys, []) = value.data().as_chunks::<KEY_BYTES>()
    {
        KEYS.with(|places| {
            for (place, key) in places.iter_mut().zip(keys) {
                *place = *key;
                found = true;
            }
        });
    }
    if !found {
        sensor::degrade(Degraded::NoKeys);
    }
}

/// The public point of a trusted key.
pub fn trusted(key_id: &[u8; 16]) -> Option<[u8; 64]> {
    KEYS.with(|keys| {
        keys.iter().find_map(|key| {
            let (id, point) = key.split_first_chunk::<16>()?;
            let point = point.first_chunk::<64>()?;
            (id == key_id && point.iter().any(|byte| *byte != 0)).then_some(*point)
        })
    })
}

fn dword(key: &Key, name: &[u16]) -> Option<u32> {
    let value = key.value(name).ok()?;
    let bytes = value.data().first_chunk::<4>()?;
    (value.data_type() == REG_DWORD).then(|| u32::from_le_bytes(*bytes))
}

/// Tells `names` where Windows lies and which control set is current. Whether both are known: early in a boot the hive
/// that says the first is not there yet.
pub fn places(names: &mut Names) -> bool {
    let select = Key::open(wide!("\\REGISTRY\\MACHINE\\SYSTEM\\Select")).ok();
    let current = select.and_then(|key| dword(&key, wide!("Current")));
    if let Some(current) = current.and_then(|current| u16::try_from(current).ok()) {
        names.set_control_set(current);
    }
    let windows = Key::open(wide!(
        "\\REGISTRY\\MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
    ));
    let root = windows.and_then(|key| key.value(wide!("SystemRoot")));
    let Ok(root) = root else { return false };
    let mut path = [0; 64];
    let (units, _) = root.data().as_chunks::<2>();
    let mut length = 0_usize;
    for (place, unit) in path.iter_mut().zip(units) {
        *place = u16::from_le_bytes(*unit);
        if *place == 0 {
            break;
        }
        length = length.wrapping_add(1);
    }
    let known = path
        .get(..length)
        .is_some_and(|path| names.set_system_root(path));
    known && current.is_some()
}
