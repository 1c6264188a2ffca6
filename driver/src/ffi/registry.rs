//! Registry operations, as the configuration manager announces them.
//!
//! What a caller passes in is captured by the kernel before it is announced (since Windows 8); where results go may be
//! user memory and is not read, but for a create's disposition, and that only where it lies in kernel memory.

use core::cell::UnsafeCell;
use core::ffi::c_void;
use core::mem::offset_of;
use core::ptr::{self, NonNull};
use core::slice;
use core::sync::atomic::{AtomicBool, Ordering};

use cofferdam_engine::judge::Phase;
use cofferdam_engine::operation::registry::{Change, Notification};
use cofferdam_engine::stats::Counter;
use wdk_sys::ntddk::*;
use wdk_sys::{
    LARGE_INTEGER, NTSTATUS, PCUNICODE_STRING, PDRIVER_OBJECT, PUNICODE_STRING, PVOID,
    REG_CREATE_KEY_INFORMATION, REG_DELETE_KEY_INFORMATION, REG_DELETE_VALUE_KEY_INFORMATION,
    REG_POST_OPERATION_INFORMATION, REG_RENAME_KEY_INFORMATION, REG_SET_VALUE_KEY_INFORMATION,
    STATUS_ACCESS_DENIED, STATUS_SUCCESS,
};

use super::check;
use super::registration::ALTITUDE;
use super::text::{Counted, units};
use crate::cast;
use crate::registry::{Subject, changed, watches};
use crate::sensor::count;

#[link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")]
unsafe extern "C" {
    static MmHighestUserAddress: PVOID;
}

/// The registration's cookie: written once, before the first callback that reads it.
struct Cookie(UnsafeCell<LARGE_INTEGER>);
// SAFETY: written by the kernel when it registers, read afterwards.
unsafe impl Sync for Cookie {}

static COOKIE: Cookie = Cookie(UnsafeCell::new(LARGE_INTEGER { QuadPart: 0 }));
static REGISTERED: AtomicBool = AtomicBool::new(false);

/// Registers for registry operations.
///
/// # Safety
/// `driver` is this driver's object, in DriverEntry.
pub unsafe fn start(driver: PDRIVER_OBJECT) -> Result<(), NTSTATUS> {
    let altitude = Counted::new(ALTITUDE);
    let (none, cookie) = (ptr::null_mut(), COOKIE.0.get());
    // SAFETY: a routine of this image, removed before it is unloaded; the cookie is static.
    check(unsafe {
        CmRegisterCallbackEx(
            Some(notified),
            altitude.as_ptr(),
            driver.cast(),
            none,
            cookie,
            none,
        )
    })?;
    REGISTERED.store(true, Ordering::Release);
    Ok(())
}

/// Removes the callback and waits until no call is under way.
pub fn stop() {
    if REGISTERED.swap(false, Ordering::AcqRel) {
        // SAFETY: registered: the cookie is written.
        let cookie = unsafe { COOKIE.0.get().read() };
        // SAFETY: the same.
        unsafe { CmUnRegisterCallback(cookie) };
    }
}

/// A key's name, kept by the configuration manager.
struct KeyName(NonNull<c_void>);

impl KeyName {
    /// The name of a key object: null, or one that the configuration manager announces.
    fn of(object: PVOID) -> Option<Self> {
        if object.is_null() {
            return None;
        }
        let (none, cookie) = (ptr::null_mut(), COOKIE.0.get());
        let mut name: PCUNICODE_STRING = ptr::null();
        // SAFETY: a key object that lives while it is announced; the cookie is written.
        check(unsafe { CmCallbackGetKeyObjectIDEx(cookie, object, none, &raw mut name, 0) })
            .inspect_err(|_| count(Counter::NameFailures))
            .ok()?;
        NonNull::new(name.cast_mut().cast()).map(Self)
    }

    /// The whole name, as `\REGISTRY\MACHINE\SOFTWARE`.
    fn text(&self) -> &[u16] {
        // SAFETY: the configuration manager's string, alive until it is released.
        unsafe { units(self.0.as_ptr().cast()) }.unwrap_or(&[])
    }

    fn into_raw(self) -> PVOID {
        let raw = self.0.as_ptr();
        core::mem::forget(self);
        raw
    }
}

impl Drop for KeyName {
    fn drop(&mut self) {
        // SAFETY: got from `CmCallbackGetKeyObjectIDEx`.
        unsafe { CmCallbackReleaseKeyObjectIDEx(self.0.as_ptr().cast()) };
    }
}

/// How every pre-notification's structure but a create's begins; deleting, loading, restoring and replacing a key have
/// no name.
#[repr(C)]
struct Start {
    object: PVOID,
    name: PUNICODE_STRING,
}

const _: () = assert!(
    offset_of!(REG_SET_VALUE_KEY_INFORMATION, ValueName) == 8
        && offset_of!(REG_DELETE_VALUE_KEY_INFORMATION, ValueName) == 8
        && offset_of!(REG_RENAME_KEY_INFORMATION, NewName) == 8
        && offset_of!(REG_DELETE_KEY_INFORMATION, Object) == 0
);

/// What was announced, to be judged.
struct Noticed<'a> {
    /// The key; none for a create by a whole name.
    key: Option<KeyName>,
    /// What it is called since it was renamed.
    renamed: Option<KeyName>,
    /// See [`Subject`].
    name: Option<&'a [u16]>,
    data_type: u32,
    data: &'a [u8],
}

impl Noticed<'_> {
    fn new(key: Option<KeyName>) -> Self {
        Self {
            key,
            renamed: None,
            name: None,
            data_type: 0,
            data: &[],
        }
    }

    fn subject(&self) -> Subject<'_> {
        let renamed = self.renamed.as_ref().map(KeyName::text);
        Subject {
            key: self.key.as_ref().map(KeyName::text).unwrap_or_default(),
            name: renamed.or(self.name),
            data_type: self.data_type,
            data: self.data,
        }
    }
}

unsafe extern "C" fn notified(_: PVOID, class: PVOID, information: PVOID) -> NTSTATUS {
    let Some(Notification { change, phase }) =
        u32::try_from(class.addr()).ok().and_then(Notification::of)
    else {
        return STATUS_SUCCESS;
    };
    let mut noticed = if phase == Phase::After {
        // SAFETY: the class says what the information is.
        unsafe { after(change, information.cast()) }
    } else {
        // SAFETY: the same.
        unsafe { before(change, information) }
    };
    let Some(noticed) = &mut noticed else {
        return STATUS_SUCCESS;
    };
    if changed(change, phase, &|| noticed.subject()) {
        return STATUS_ACCESS_DENIED;
    }
    if phase != Phase::After
        && keeps(change)
        && let Some(key) = noticed.key.take()
    {
        // SAFETY: the same.
        unsafe { keep(change, information, key) };
    }
    STATUS_SUCCESS
}

/// Whether a key's name is kept for afterwards: those of keys that are deleted or renamed are gone then.
fn keeps(change: Change) -> bool {
    matches!(change, Change::DeleteKey | Change::Rename) && watches(change.kind(), Phase::After)
}

/// # Safety
/// `information` is that of a pre-notification of `change`, and lives for `'a`.
#[inline(never)]
unsafe fn before<'a>(change: Change, information: PVOID) -> Option<Noticed<'a>> {
    if change == Change::Replace || !(keeps(change) || watches(change.kind(), Phase::Before)) {
        return None;
    }
    // SAFETY: the caller's promise.
    unsafe { subject(change, information, None) }
}

/// Keeps a key's name for the post-notification, which follows every pre-notification that is let through.
///
/// # Safety
/// `information` is that of a pre-notification of `change`: of a deletion or a renaming.
unsafe fn keep(change: Change, information: PVOID, key: KeyName) {
    let place = if change == Change::Rename {
        let rename = information.cast::<REG_RENAME_KEY_INFORMATION>();
        // SAFETY: the caller's promise.
        unsafe { &raw mut (*rename).CallContext }
    } else {
        let delete = information.cast::<REG_DELETE_KEY_INFORMATION>();
        // SAFETY: the caller's promise.
        unsafe { &raw mut (*delete).CallContext }
    };
    // SAFETY: this member is the callback's to write.
    unsafe { place.write(key.into_raw()) };
}

/// # Safety
/// `information` is that of a post-notification of `change`, and lives for `'a`.
#[inline(never)]
unsafe fn after<'a>(
    change: Change,
    information: *const REG_POST_OPERATION_INFORMATION,
) -> Option<Noticed<'a>> {
    // SAFETY: the caller's promise; nobody changes it while it is announced.
    let facts = unsafe { &*information };
    // Only what `keep` kept stands in the context of these.
    let kept = match change {
        Change::DeleteKey | Change::Rename => NonNull::new(facts.CallContext).map(KeyName),
        _ => None,
    };
    let create = facts.PreInformation.cast::<REG_CREATE_KEY_INFORMATION>();
    let disposition = || {
        // SAFETY: asked for only where the pre-notification was a create's.
        let place = unsafe { (*create).Disposition };
        // SAFETY: in kernel memory it is the disposition in the parse context of this create.
        unsafe { kernel_number(place) }
    };
    if facts.PreInformation.is_null()
        || !watches(change.kind(), Phase::After)
        || !change.has_happened(facts.Status, disposition)
    {
        return None;
    }
    if matches!(change, Change::SetValue | Change::DeleteValue) {
        let object = Some(facts.Object);
        // SAFETY: the pre-notification's structure.
        return unsafe { subject(change, facts.PreInformation, object) };
    }
    // What a key is called when it has been created or renamed.
    let now = match change {
        Change::DeleteKey => None,
        _ => Some(KeyName::of(facts.Object)?),
    };
    let (key, renamed) = match change {
        Change::DeleteKey | Change::Rename => (Some(kept?), now),
        _ => (now, None),
    };
    Some(Noticed {
        renamed,
        ..Noticed::new(key)
    })
}

/// The number at a pointer, where that is one of the kernel's.
///
/// # Safety
/// `pointer` points to a number if it points into kernel memory.
unsafe fn kernel_number(pointer: *const u32) -> Option<u32> {
    // SAFETY: a constant of the kernel.
    let highest = unsafe { MmHighestUserAddress };
    // SAFETY: the caller's promise.
    (pointer.addr() > highest.addr()).then(|| unsafe { pointer.read() })
}

/// The key that a pre-notification is about (none for a create by a whole name), and what else it says. `object` is the
/// key where the notification's own is not to be used any more.
///
/// # Safety
/// `information` is that of a pre-notification of `change`, and lives for `'a`.
unsafe fn subject<'a>(
    change: Change,
    information: PVOID,
    object: Option<PVOID>,
) -> Option<Noticed<'a>> {
    if change == Change::Create {
        // SAFETY: the caller's promise.
        let create = unsafe { &*information.cast::<REG_CREATE_KEY_INFORMATION>() };
        // SAFETY: the kernel's string.
        let name = unsafe { units(create.CompleteName) }?;
        // Relative to the root unless it begins with a separator.
        let root = match name {
            [0x5c, ..] => None,
            _ => Some(KeyName::of(create.RootObject)?),
        };
        return Some(Noticed {
            name: Some(name),
            ..Noticed::new(root)
        });
    }
    let start = information.cast::<Start>();
    // SAFETY: the caller's promise: so these structures begin.
    let own = unsafe { (*start).object };
    let key = KeyName::of(object.unwrap_or(own))?;
    let mut noticed = Noticed::new(Some(key));
    if change != Change::DeleteKey {
        // SAFETY: the same.
        let name = unsafe { (*start).name };
        // SAFETY: the kernel's string.
        noticed.name = Some(unsafe { units(name) }.unwrap_or(&[]));
    }
    if change == Change::SetValue {
        // SAFETY: the caller's promise.
        let set = unsafe { &*information.cast::<REG_SET_VALUE_KEY_INFORMATION>() };
        noticed.data_type = set.Type;
        if !set.Data.is_null() {
            // SAFETY: captured by the kernel, of that length.
            noticed.data =
                unsafe { slice::from_raw_parts(set.Data.cast(), cast::index(set.DataSize)) };
        }
    }
    Some(noticed)
}
