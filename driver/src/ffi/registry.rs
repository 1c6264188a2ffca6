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

unsafe extern "C" fn notified(_: PVOID, class: PVOID, information: PVOID) -> NTSTATUS {
    let notification = u32::try_from(class.addr()).ok().and_then(Notification::of);
    // SAFETY: the class says what the information is.
    let deny = notification.is_some_and(|notification| match notification.phase {
        // SAFETY: the same.
        Phase::Before | Phase::Only => unsafe { before(notification.change, information) },
        Phase::After => {
            // SAFETY: the same.
            unsafe { after(notification.change, information.cast()) };
            false
        }
    });
    if deny {
        STATUS_ACCESS_DENIED
    } else {
        STATUS_SUCCESS
    }
}

/// # Safety
/// `information` is that of a pre-notification of `change`.
unsafe fn before(change: Change, information: PVOID) -> bool {
    // The names of keys that are deleted or renamed are gone afterwards.
    let keeps = matches!(change, Change::DeleteKey | Change::Rename)
        && watches(change.kind(), Phase::After);
    if change == Change::Replace || !(keeps || watches(change.kind(), Phase::Before)) {
        return false;
    }
    // SAFETY: the caller's promise.
    let Some((key, subject)) = (unsafe { subject(change, information, None) }) else {
        return false;
    };
    let key_text = key.as_ref().map(KeyName::text).unwrap_or_default();
    if changed(change, Phase::Before, key_text, &subject) {
        return true;
    }
    if let Some(key) = key.filter(|_| keeps) {
        // The post-notification, which gets this back, follows every pre-notification that is let through.
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
    false
}

/// # Safety
/// `information` is that of a post-notification of `change`.
unsafe fn after(change: Change, information: *mut REG_POST_OPERATION_INFORMATION) {
    // SAFETY: the caller's promise.
    let facts = unsafe { information.read() };
    // Only what `before` kept stands in the context of these.
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
        return;
    }
    // What a key is called when it has been created or renamed.
    let now = match change {
        Change::Create | Change::Rename | Change::Replace => KeyName::of(facts.Object),
        _ => None,
    };
    match (change, kept, now) {
        (Change::Create | Change::Replace, _, Some(key)) => {
            changed(change, Phase::After, key.text(), &Subject::default());
        }
        (Change::DeleteKey, Some(key), _) => {
            changed(change, Phase::After, key.text(), &Subject::default());
        }
        (Change::Rename, Some(key), Some(new)) => {
            let subject = Subject {
                name: Some(new.text()),
                ..Subject::default()
            };
            changed(change, Phase::After, key.text(), &subject);
        }
        (Change::SetValue | Change::DeleteValue, _, _) => {
            let object = Some(facts.Object);
            // SAFETY: the pre-notification's structure.
            let found = unsafe { subject(change, facts.PreInformation, object) };
            if let Some((Some(key), subject)) = found {
                changed(change, Phase::After, key.text(), &subject);
            }
        }
        _ => {}
    }
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
) -> Option<(Option<KeyName>, Subject<'a>)> {
    if change == Change::Create {
        // SAFETY: the caller's promise.
        let create = unsafe { information.cast::<REG_CREATE_KEY_INFORMATION>().read() };
        // SAFETY: the kernel's string.
        let name = unsafe { units(create.CompleteName) }?;
        // Relative to the root unless it begins with a separator.
        let root = match name {
            [0x5c, ..] => None,
            _ => Some(KeyName::of(create.RootObject)?),
        };
        let subject = Subject {
            name: Some(name),
            ..Subject::default()
        };
        return Some((root, subject));
    }
    let start = information.cast::<Start>();
    // SAFETY: the caller's promise: so these structures begin.
    let own = unsafe { (*start).object };
    let key = KeyName::of(object.unwrap_or(own))?;
    let mut subject = Subject::default();
    if change != Change::DeleteKey {
        // SAFETY: the same.
        let name = unsafe { (*start).name };
        // SAFETY: the kernel's string.
        subject.name = Some(unsafe { units(name) }.unwrap_or(&[]));
    }
    if change == Change::SetValue {
        // SAFETY: the caller's promise.
        let set = unsafe { information.cast::<REG_SET_VALUE_KEY_INFORMATION>().read() };
        subject.data_type = set.Type;
        if !set.Data.is_null() {
            // SAFETY: captured by the kernel, of that length.
            subject.data =
                unsafe { slice::from_raw_parts(set.Data.cast(), cast::index(set.DataSize)) };
        }
    }
    Some((Some(key), subject))
}
