//! Where Windows enters the driver: `DriverEntry` and the filter's registration.

use core::ptr;
use core::sync::atomic::{AtomicPtr, Ordering};

use wdk_sys::{
    IRP_MJ_CREATE, NTSTATUS, PCUNICODE_STRING, PDRIVER_OBJECT, PVOID, STATUS_SUCCESS, ULONG,
};

use super::flt::*;

/// The registered filter.
static FILTER: AtomicPtr<core::ffi::c_void> = AtomicPtr::new(ptr::null_mut());

/// Registrations are read by Filter Manager alone and hold no interior state.
struct Fixed<T>(T);
// SAFETY: read-only.
unsafe impl<T> Sync for Fixed<T> {}

static OPERATIONS: Fixed<[FLT_OPERATION_REGISTRATION; 2]> = Fixed([
    FLT_OPERATION_REGISTRATION {
        MajorFunction: IRP_MJ_CREATE as u8,
        Flags: FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO,
        PreOperation: Some(pre_create),
        PostOperation: None,
        Reserved1: ptr::null_mut(),
    },
    FLT_OPERATION_REGISTRATION {
        MajorFunction: IRP_MJ_OPERATION_END,
        Flags: 0,
        PreOperation: None,
        PostOperation: None,
        Reserved1: ptr::null_mut(),
    },
]);

static REGISTRATION: Fixed<FLT_REGISTRATION> = Fixed(FLT_REGISTRATION {
    Size: size_of::<FLT_REGISTRATION>() as u16,
    Version: FLT_REGISTRATION_VERSION,
    Flags: FLTFL_REGISTRATION_SUPPORT_NPFS_MSFS | FLTFL_REGISTRATION_SUPPORT_DAX_VOLUME,
    ContextRegistration: ptr::null(),
    OperationRegistration: OPERATIONS.0.as_ptr(),
    FilterUnloadCallback: Some(unload),
    InstanceSetupCallback: None,
    InstanceQueryTeardownCallback: None,
    InstanceTeardownStartCallback: None,
    InstanceTeardownCompleteCallback: None,
    Unused: [ptr::null_mut(); 6],
});

/// # Safety
/// Called by the I/O manager.
#[unsafe(export_name = "DriverEntry")]
#[unsafe(link_section = "INIT")]
pub unsafe extern "system" fn driver_entry(
    driver: PDRIVER_OBJECT,
    _: PCUNICODE_STRING,
) -> NTSTATUS {
    let mut filter = ptr::null_mut();
    // SAFETY: `driver` is this driver's; the registration is static.
    let status = unsafe { FltRegisterFilter(driver, &REGISTRATION.0, &mut filter) };
    if status < 0 {
        return status;
    }
    FILTER.store(filter, Ordering::Release);
    // SAFETY: registered above.
    let status = unsafe { FltStartFiltering(filter) };
    if status < 0 {
        // SAFETY: registered above, and not used any more.
        unsafe { FltUnregisterFilter(filter) };
    }
    status
}

unsafe extern "C" fn pre_create(
    _: PFLT_CALLBACK_DATA,
    _: PCFLT_RELATED_OBJECTS,
    _: *mut PVOID,
) -> i32 {
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

unsafe extern "C" fn unload(_: ULONG) -> NTSTATUS {
    let filter = FILTER.swap(ptr::null_mut(), Ordering::AcqRel);
    if !filter.is_null() {
        // SAFETY: registered by `driver_entry`.
        unsafe { FltUnregisterFilter(filter) };
    }
    STATUS_SUCCESS
}
