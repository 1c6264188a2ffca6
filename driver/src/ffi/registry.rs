//! Registry operations, as the configuration manager announces them.
//!
//! What a caller passes in is captured by the kernel before it is announced (since Windows 8); where results go may be
//! user memory and is not read, but for a create's disposition, and that only where it lies in kernel memory.

use core::cell::UnsafeCell;
use core::ffi::c_void;
use core::ptr::{self, NonNull};
use core::slice;
use core::sync::atomic::{AtomicBool, Ordering};

use wdk_sys::ntddk::*;
use wdk_sys::{
    _REG_NOTIFY_CLASS as CLASS, LARGE_INTEGER, NTSTATUS, PCUNICODE_STRING, PDRIVER_OBJECT, PVOID,
    REG_CREATE_KEY_INFORMATION, REG_DELETE_KEY_INFORMATION, REG_DELETE_VALUE_KEY_INFORMATION,
    REG_POST_OPERATION_INFORMATION, REG_RENAME_KEY_INFORMATION, REG_SET_VALUE_KEY_INFORMATION,
    STATUS_ACCESS_DENIED, STATUS_SUCCESS,
};

use super::check;
use super::registration::ALTITUDE;
use super::text::{Counted, units};
use crate::cast;
use crate::registry::{self, Change, Stage};
use crate::sensor::count;
use cofferdam_engine::stats::Counter;

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
    // SAFETY: a routine of this image, removed before it is unloaded; the cookie is static.
    check(unsafe {
        CmRegisterCallbackEx(
            Some(notified),
            altitude.as_ptr(),
            driver.cast(),
            ptr::null_mut(),
            COOKIE.0.get(),
            ptr::null_mut(),
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
pub struct KeyName(NonNull<c_void>);

impl KeyName {
    /// The name of a key object: null, or one that the configuration manager announces.
    fn of(object: PVOID) -> Option<Self> {
        if object.is_null() {
            return None;
        }
        let mut name: PCUNICODE_STRING = ptr::null();
        // SAFETY: a key object that lives while it is announced; the cookie is written.
        check(unsafe {
            CmCallbackGetKeyObjectIDEx(COOKIE.0.get(), object, ptr::null_mut(), &raw mut name, 0)
        })
        .inspect_err(|_| count(Counter::NameFailures))
        .ok()?;
        NonNull::new(name.cast_mut().cast()).map(Self)
    }

    /// The whole name, as `\REGISTRY\MACHINE\SOFTWARE`.
    pub fn text(&self) -> &[u16] {
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

unsafe extern "C" fn notified(_: PVOID, class: PVOID, information: PVOID) -> NTSTATUS {
    let Ok(class) = i32::try_from(class.addr()) else {
        return STATUS_SUCCESS;
    };
    let deny = match class {
        CLASS::RegNtPreCreateKeyEx
        | CLASS::RegNtPreSetValueKey
        | CLASS::RegNtPreDeleteKey
        | CLASS::RegNtPreDeleteValueKey
        | CLASS::RegNtPreRenameKey => {
            // SAFETY: the class says what the information is.
            unsafe { before(class, information) }
        }
        CLASS::RegNtPostCreateKeyEx
        | CLASS::RegNtPostSetValueKey
        | CLASS::RegNtPostDeleteKey
        | CLASS::RegNtPostDeleteValueKey
        | CLASS::RegNtPostRenameKey => {
            // SAFETY: post-notifications have this structure.
            unsafe { after(class, information.cast()) };
            false
        }
        _ => false,
    };
    if deny {
        STATUS_ACCESS_DENIED
    } else {
        STATUS_SUCCESS
    }
}

/// # Safety
/// `information` is that of the pre-notification `class`.
unsafe fn before(class: i32, information: PVOID) -> bool {
    match class {
        CLASS::RegNtPreCreateKeyEx if registry::watches(Change::CREATE, Stage::Before) => {
            // SAFETY: the class's structure.
            let create = unsafe { information.cast::<REG_CREATE_KEY_INFORMATION>().read() };
            // SAFETY: the kernel's string.
            let Some(name) = (unsafe { units(create.CompleteName) }) else {
                return false;
            };
            // Relative to the root unless it begins with a separator.
            let root = match name {
                [0x5c, ..] => None,
                _ => KeyName::of(create.RootObject),
            };
            let root = root.as_ref().map(KeyName::text).unwrap_or_default();
            registry::changed(&Change::Create { root, name }, Stage::Before)
        }
        CLASS::RegNtPreSetValueKey if registry::watches(Change::SET, Stage::Before) => {
            // SAFETY: the class's structure.
            unsafe { set(information, Stage::Before) }
        }
        CLASS::RegNtPreDeleteValueKey if registry::watches(Change::DELETE, Stage::Before) => {
            // SAFETY: the class's structure.
            unsafe { delete_value(information, Stage::Before) }
        }
        CLASS::RegNtPreDeleteKey if registry::watches(Change::DELETE, Stage::Either) => {
            let delete = information.cast::<REG_DELETE_KEY_INFORMATION>();
            // SAFETY: the class's structure.
            let Some(key) = KeyName::of(unsafe { (*delete).Object }) else {
                return false;
            };
            if registry::changed(&Change::DeleteKey { key: key.text() }, Stage::Before) {
                return true;
            }
            // The name is gone afterwards: it is kept for the post-notification, which follows every success here.
            // SAFETY: this member is the callback's to write.
            unsafe { (*delete).CallContext = key.into_raw() };
            false
        }
        CLASS::RegNtPreRenameKey if registry::watches(Change::RENAME, Stage::Either) => {
            let rename = information.cast::<REG_RENAME_KEY_INFORMATION>();
            // SAFETY: the class's structure.
            let Some(key) = KeyName::of(unsafe { (*rename).Object }) else {
                return false;
            };
            // SAFETY: the class's structure.
            let new = unsafe { (*rename).NewName };
            // SAFETY: the kernel's string.
            let new = unsafe { units(new) }.unwrap_or(&[]);
            let change = Change::Rename {
                key: key.text(),
                new,
            };
            if registry::changed(&change, Stage::Before) {
                return true;
            }
            // SAFETY: this member is the callback's to write.
            unsafe { (*rename).CallContext = key.into_raw() };
            false
        }
        _ => false,
    }
}

/// # Safety
/// `information` is that of the post-notification `class`.
unsafe fn after(class: i32, information: *mut REG_POST_OPERATION_INFORMATION) {
    // SAFETY: the caller's promise.
    let facts = unsafe { information.read() };
    // What the pre-notification kept; only deletion and renaming keep anything.
    let kept = match class {
        CLASS::RegNtPostDeleteKey | CLASS::RegNtPostRenameKey => {
            NonNull::new(facts.CallContext).map(KeyName)
        }
        _ => None,
    };
    if facts.Status != STATUS_SUCCESS || facts.PreInformation.is_null() {
        return;
    }
    match class {
        CLASS::RegNtPostCreateKeyEx if registry::watches(Change::CREATE, Stage::After) => {
            // SAFETY: the pre-notification's structure.
            let create = unsafe {
                facts
                    .PreInformation
                    .cast::<REG_CREATE_KEY_INFORMATION>()
                    .read()
            };
            if is_new(create.Disposition)
                && let Some(key) = KeyName::of(facts.Object)
            {
                let change = Change::Create {
                    root: &[],
                    name: key.text(),
                };
                registry::changed(&change, Stage::After);
            }
        }
        CLASS::RegNtPostSetValueKey if registry::watches(Change::SET, Stage::After) => {
            // SAFETY: the pre-notification's structure.
            unsafe { set(facts.PreInformation, Stage::After) };
        }
        CLASS::RegNtPostDeleteValueKey if registry::watches(Change::DELETE, Stage::After) => {
            // SAFETY: the pre-notification's structure.
            unsafe { delete_value(facts.PreInformation, Stage::After) };
        }
        CLASS::RegNtPostDeleteKey => {
            if let Some(key) = kept {
                registry::changed(&Change::DeleteKey { key: key.text() }, Stage::After);
            }
        }
        CLASS::RegNtPostRenameKey => {
            if let Some(key) = kept
                && let Some(new) = KeyName::of(facts.Object)
            {
                let change = Change::Rename {
                    key: key.text(),
                    new: new.text(),
                };
                registry::changed(&change, Stage::After);
            }
        }
        _ => {}
    }
}

/// REG_CREATED_NEW_KEY, where it can be read.
fn is_new(disposition: *const u32) -> bool {
    // SAFETY: a constant of the kernel.
    let highest = unsafe { MmHighestUserAddress };
    // SAFETY: in kernel memory: the parse context of the create that has just succeeded.
    disposition.addr() > highest.addr() && unsafe { disposition.read() } == 1
}

/// # Safety
/// `information` is a REG_SET_VALUE_KEY_INFORMATION.
unsafe fn set(information: PVOID, stage: Stage) -> bool {
    // SAFETY: the caller's promise.
    let set = unsafe { information.cast::<REG_SET_VALUE_KEY_INFORMATION>().read() };
    let Some(key) = KeyName::of(set.Object) else {
        return false;
    };
    let data: &[u8] = if set.Data.is_null() {
        &[]
    } else {
        // SAFETY: captured by the kernel, of that length.
        unsafe { slice::from_raw_parts(set.Data.cast(), cast::index(set.DataSize)) }
    };
    let change = Change::Set {
        key: key.text(),
        // SAFETY: the kernel's string.
        value: unsafe { units(set.ValueName) }.unwrap_or(&[]),
        data_type: set.Type,
        data,
    };
    registry::changed(&change, stage)
}

/// # Safety
/// `information` is a REG_DELETE_VALUE_KEY_INFORMATION.
unsafe fn delete_value(information: PVOID, stage: Stage) -> bool {
    // SAFETY: the caller's promise.
    let delete = unsafe {
        information
            .cast::<REG_DELETE_VALUE_KEY_INFORMATION>()
            .read()
    };
    let Some(key) = KeyName::of(delete.Object) else {
        return false;
    };
    let change = Change::DeleteValue {
        key: key.text(),
        // SAFETY: the kernel's string.
        value: unsafe { units(delete.ValueName) }.unwrap_or(&[]),
    };
    registry::changed(&change, stage)
}
