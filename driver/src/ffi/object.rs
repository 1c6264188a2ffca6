//! Handles to processes, as they are created and duplicated.

use core::ffi::c_void;
use core::ptr;
use core::sync::atomic::{AtomicPtr, Ordering};

use wdk_sys::ntddk::{ObRegisterCallbacks, ObUnRegisterCallbacks};
use wdk_sys::{
    NTSTATUS, OB_CALLBACK_REGISTRATION, OB_OPERATION_REGISTRATION, POB_PRE_OPERATION_INFORMATION,
    POBJECT_TYPE, PVOID,
};

use super::check;
use super::process::ProcessView;
use super::registration::ALTITUDE;
use super::text::Counted;
use crate::handle;

const OB_FLT_REGISTRATION_VERSION: u16 = 0x100;
const CREATE: u32 = 1;
const DUPLICATE: u32 = 2;

// `wdk-sys` declares data of the kernel as its import library has it; imported so, it is the same with and without one.
#[link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")]
unsafe extern "C" {
    static PsProcessType: POBJECT_TYPE;
}

static REGISTRATION: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());

/// A handle that is about to be created or duplicated.
pub struct HandleRequest<'a> {
    /// The process that will own it.
    pub owner: ProcessView<'a>,
    /// The process that it will be to.
    pub target: ProcessView<'a>,
    /// The access asked for.
    pub access: u32,
    /// Whether it is the kernel's own.
    pub is_kernels: bool,
}

/// Registers for both.
pub fn start() -> Result<(), NTSTATUS> {
    let mut operation = OB_OPERATION_REGISTRATION {
        ObjectType: (&raw const PsProcessType).cast_mut(),
        Operations: CREATE | DUPLICATE,
        PreOperation: Some(before),
        PostOperation: None,
    };
    let altitude = Counted::new(ALTITUDE);
    let mut registration = OB_CALLBACK_REGISTRATION {
        Version: OB_FLT_REGISTRATION_VERSION,
        OperationRegistrationCount: 1,
        Altitude: altitude.get(),
        RegistrationContext: ptr::null_mut(),
        OperationRegistration: &raw mut operation,
    };
    let mut handle = ptr::null_mut();
    // SAFETY: the routine copies what it is given; the callback is removed before the image is unloaded.
    check(unsafe { ObRegisterCallbacks(&raw mut registration, &raw mut handle) })?;
    REGISTRATION.store(handle, Ordering::Release);
    Ok(())
}

/// Removes the callback and waits until no call is under way.
pub fn stop() {
    let handle = REGISTRATION.swap(ptr::null_mut(), Ordering::AcqRel);
    if !handle.is_null() {
        // SAFETY: registered, and taken out for good.
        unsafe { ObUnRegisterCallbacks(handle) };
    }
}

unsafe extern "C" fn before(_: PVOID, information: POB_PRE_OPERATION_INFORMATION) -> i32 {
    const KERNEL_HANDLE: u32 = 1;
    const CONTINUE: i32 = 0;
    // SAFETY: the object manager's structure, alive until this returns.
    let facts = unsafe { information.read() };
    // SAFETY: a plain number.
    let flags = unsafe { facts.__bindgen_anon_1.Flags };
    let (owner, place) = if facts.Operation == DUPLICATE {
        // SAFETY: the parameters of a duplication.
        let parameters = unsafe { &raw mut (*facts.Parameters).DuplicateHandleInformation };
        // SAFETY: the same.
        let owner = unsafe { (*parameters).TargetProcess };
        // SAFETY: the same.
        (owner, unsafe { &raw mut (*parameters).DesiredAccess })
    } else {
        // SAFETY: the parameters of a creation.
        let parameters = unsafe { &raw mut (*facts.Parameters).CreateHandleInformation };
        // SAFETY: the same.
        let place = unsafe { &raw mut (*parameters).DesiredAccess };
        (ptr::null_mut(), place)
    };
    let request = HandleRequest {
        // SAFETY: the process that gets the handle; null, for a creation, is the current one.
        owner: unsafe { ProcessView::or_current(owner.cast()) },
        // SAFETY: registered for processes only.
        target: unsafe { ProcessView::or_current(facts.Object.cast()) },
        // SAFETY: `place` is in the parameters.
        access: unsafe { place.read() },
        is_kernels: flags & KERNEL_HANDLE != 0,
    };
    if let Some(access) = handle::requested(&request) {
        // SAFETY: this member is the callback's to reduce.
        unsafe { place.write(access & request.access) };
    }
    CONTINUE
}
