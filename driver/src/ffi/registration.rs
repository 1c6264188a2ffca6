//! The filter's registration with Filter Manager, and the callbacks that it names.

use core::ffi::c_void;
use core::ptr;
use core::sync::atomic::{AtomicPtr, Ordering};

use wdk_sys::{
    IRP_MJ_CLEANUP, IRP_MJ_CREATE, IRP_MJ_CREATE_NAMED_PIPE, IRP_MJ_SET_INFORMATION,
    IRP_MJ_SHUTDOWN, NTSTATUS, PDRIVER_OBJECT, PVOID, STATUS_FLT_DO_NOT_ATTACH,
    STATUS_FLT_DO_NOT_DETACH, STATUS_SUCCESS,
};

use super::entry;
use super::filter::Operation;
use super::flt::*;
use super::pool::{PoolBox, TAG};
use super::text::wide;
use super::{check, volume};
use crate::cast;
use crate::file::{self, Before, Opened, Pending};
use crate::load;

/// Where the driver stands among others of its kind: in the range of anti-virus filters, not assigned by Microsoft.
pub const ALTITUDE: &[u16] = wide!("325570.4773");

/// The registered filter.
static FILTER: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());

/// The instance on the named pipe file system.
pub static NPFS: Instance = Instance(AtomicPtr::new(ptr::null_mut()));

/// An instance to be recognised.
pub struct Instance(AtomicPtr<c_void>);

impl Instance {
    /// Whether `instance` is this one.
    pub fn is(&self, instance: PFLT_INSTANCE) -> bool {
        self.0.load(Ordering::Relaxed) == instance
    }
}

/// Read by Filter Manager alone.
struct Fixed<T>(T);
// SAFETY: never written.
unsafe impl<T> Sync for Fixed<T> {}

const fn operation(
    major: u32,
    before: PFLT_PRE_OPERATION_CALLBACK,
    after: Option<PFLT_POST_OPERATION_CALLBACK>,
) -> FLT_OPERATION_REGISTRATION {
    FLT_OPERATION_REGISTRATION {
        MajorFunction: cast::byte(major),
        Flags: 0,
        PreOperation: Some(before),
        PostOperation: after,
        Reserved1: ptr::null_mut(),
    }
}

static OPERATIONS: Fixed<[FLT_OPERATION_REGISTRATION; 6]> = Fixed([
    operation(IRP_MJ_CREATE, before_create, Some(after_create)),
    operation(
        IRP_MJ_CREATE_NAMED_PIPE,
        before_create_pipe,
        Some(after_create),
    ),
    operation(IRP_MJ_SET_INFORMATION, before_set, Some(after_set)),
    operation(IRP_MJ_CLEANUP, before_cleanup, Some(after_cleanup)),
    // There is no callback after this one ("Filtering I/O Operations in a Minifilter Driver").
    operation(IRP_MJ_SHUTDOWN, before_shutdown, None),
    FLT_OPERATION_REGISTRATION {
        MajorFunction: IRP_MJ_OPERATION_END,
        Flags: 0,
        PreOperation: None,
        PostOperation: None,
        Reserved1: ptr::null_mut(),
    },
]);

const fn context(
    kind: u16,
    size: usize,
    cleanup: Option<unsafe extern "C" fn(PFLT_CONTEXT, u16)>,
) -> FLT_CONTEXT_REGISTRATION {
    FLT_CONTEXT_REGISTRATION {
        ContextType: kind,
        Flags: 0,
        ContextCleanupCallback: cleanup,
        Size: cast::wide(size),
        PoolTag: TAG,
        ContextAllocateCallback: ptr::null_mut(),
        ContextFreeCallback: ptr::null_mut(),
        Reserved1: ptr::null_mut(),
    }
}

static CONTEXTS: Fixed<[FLT_CONTEXT_REGISTRATION; 3]> = Fixed([
    context(FLT_STREAMHANDLE_CONTEXT, size_of::<Opened>(), Some(forget)),
    // A stream's number.
    context(FLT_STREAM_CONTEXT, size_of::<u64>(), None),
    context(FLT_CONTEXT_END, 0, None),
]);

static REGISTRATION: Fixed<FLT_REGISTRATION> = Fixed(FLT_REGISTRATION {
    Size: cast::bytes16(size_of::<FLT_REGISTRATION>()),
    Version: FLT_REGISTRATION_VERSION,
    Flags: FLTFL_REGISTRATION_SUPPORT_NPFS_MSFS | FLTFL_REGISTRATION_SUPPORT_DAX_VOLUME,
    ContextRegistration: CONTEXTS.0.as_ptr(),
    OperationRegistration: OPERATIONS.0.as_ptr(),
    FilterUnloadCallback: Some(unload),
    InstanceSetupCallback: Some(instance_setup),
    InstanceQueryTeardownCallback: Some(instance_query_teardown),
    InstanceTeardownStartCallback: None,
    InstanceTeardownCompleteCallback: Some(instance_teardown),
    Unused: [ptr::null_mut(); 6],
});

/// The filter, while it is registered.
pub fn filter() -> PFLT_FILTER {
    FILTER.load(Ordering::Acquire)
}

/// Registers the filter; nothing is called back before [`start`].
///
/// # Safety
/// `driver` is this driver's object, in DriverEntry.
pub unsafe fn register(driver: PDRIVER_OBJECT) -> Result<(), NTSTATUS> {
    let mut filter = ptr::null_mut();
    // SAFETY: the caller's promise; the registration is never written.
    check(unsafe { FltRegisterFilter(driver, &REGISTRATION.0, &raw mut filter) })?;
    FILTER.store(filter, Ordering::Release);
    Ok(())
}

/// Starts filtering.
pub fn start() -> Result<(), NTSTATUS> {
    // SAFETY: registered.
    check(unsafe { FltStartFiltering(filter()) })
}

/// Ends filtering and waits until no callback runs.
pub fn unregister() {
    let filter = FILTER.load(Ordering::Acquire);
    if !filter.is_null() {
        // SAFETY: registered. Callbacks that still run may ask for the filter until this returns.
        unsafe { FltUnregisterFilter(filter) };
        FILTER.store(ptr::null_mut(), Ordering::Release);
    }
}

unsafe extern "C" fn unload(flags: u32) -> NTSTATUS {
    if flags & FLTFL_FILTER_UNLOAD_MANDATORY == 0 && !entry::may_unload() {
        return STATUS_FLT_DO_NOT_DETACH;
    }
    entry::stop();
    STATUS_SUCCESS
}

/// What a pre-operation callback found, in Filter Manager's terms. `synchronous` asks for the post-operation callback in
/// the same thread, below DISPATCH_LEVEL.
///
/// # Safety
/// The pointers are what Filter Manager gave to the callback.
unsafe fn before(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    completion: *mut PVOID,
    synchronous: bool,
    judge: fn(Operation<'_>) -> Before,
) -> i32 {
    // SAFETY: the caller's promise.
    let Some(operation) = (unsafe { Operation::new(data, objects) }) else {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    };
    let pending = match judge(operation) {
        Before::Ignore => return FLT_PREOP_SUCCESS_NO_CALLBACK,
        Before::Deny(status) => {
            operation.end(status);
            return FLT_PREOP_COMPLETE;
        }
        Before::Watch => ptr::null_mut(),
        Before::Remember(pending) => pending.into_raw(),
    };
    // SAFETY: the callback's own place for its completion context.
    unsafe { completion.write(pending) };
    if synchronous && operation.is_irp() {
        FLT_PREOP_SYNCHRONIZE
    } else {
        FLT_PREOP_SUCCESS_WITH_CALLBACK
    }
}

/// # Safety
/// As [`before`], in the post-operation callback.
unsafe fn after(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    completion: PVOID,
    flags: u32,
    judge: fn(Operation<'_>, Option<PoolBox<Pending>>),
) -> i32 {
    // SAFETY: what `before` gave for this very operation, or null.
    let pending = unsafe { PoolBox::from_raw(completion) };
    // While it drains, the instance goes away and nothing may be asked; what is pending is freed.
    if flags & FLTFL_POST_OPERATION_DRAINING == 0
        // SAFETY: the caller's promise.
        && let Some(operation) = unsafe { Operation::new(data, objects) }
    {
        judge(operation, pending);
    }
    FLT_POSTOP_FINISHED_PROCESSING
}

macro_rules! callbacks {
    ($($before:ident $after:ident $synchronous:literal;)*) => {
        $(
            unsafe extern "C" fn $before(
                data: PFLT_CALLBACK_DATA,
                objects: PCFLT_RELATED_OBJECTS,
                completion: *mut PVOID,
            ) -> i32 {
                // SAFETY: Filter Manager's arguments, as they came.
                unsafe { before(data, objects, completion, $synchronous, file::$before) }
            }

            unsafe extern "C" fn $after(
                data: PFLT_CALLBACK_DATA,
                objects: PCFLT_RELATED_OBJECTS,
                completion: PVOID,
                flags: u32,
            ) -> i32 {
                // SAFETY: Filter Manager's arguments, as they came.
                unsafe { after(data, objects, completion, flags, file::$after) }
            }
        )*
    };
}

callbacks! {
    before_create after_create false;
    before_set after_set true;
    before_cleanup after_cleanup true;
}

unsafe extern "C" fn before_create_pipe(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    completion: *mut PVOID,
) -> i32 {
    // SAFETY: Filter Manager's arguments, as they came.
    unsafe { before(data, objects, completion, true, file::before_create) }
}

/// Windows stops: file systems are told, one after the other, and before the first of them its filters.
unsafe extern "C" fn before_shutdown(
    _: PFLT_CALLBACK_DATA,
    _: PCFLT_RELATED_OBJECTS,
    _: *mut PVOID,
) -> i32 {
    load::stopped();
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

/// Drops what `remember` stored with a handle.
unsafe extern "C" fn forget(context: PFLT_CONTEXT, _: u16) {
    // SAFETY: written by `remember`; Filter Manager calls this once, before it frees the memory.
    unsafe { context.cast::<Opened>().drop_in_place() };
}

unsafe extern "C" fn instance_setup(
    objects: PCFLT_RELATED_OBJECTS,
    _: u32,
    _: u32,
    file_system: i32,
) -> NTSTATUS {
    // SAFETY: Filter Manager's structure.
    let objects = unsafe { &*objects };
    match file_system {
        FLT_FSTYPE_MSFS => return STATUS_FLT_DO_NOT_ATTACH,
        FLT_FSTYPE_NPFS => NPFS.0.store(objects.Instance, Ordering::Relaxed),
        // SAFETY: the volume of the instance that is set up.
        _ => unsafe { volume::appeared(objects.Volume) },
    }
    STATUS_SUCCESS
}

unsafe extern "C" fn instance_query_teardown(_: PCFLT_RELATED_OBJECTS, _: u32) -> NTSTATUS {
    // Manual detachment is as harmless as unloading.
    STATUS_SUCCESS
}

unsafe extern "C" fn instance_teardown(objects: PCFLT_RELATED_OBJECTS, _: u32) {
    // SAFETY: Filter Manager's structure.
    let objects = unsafe { &*objects };
    if NPFS.is(objects.Instance) {
        NPFS.0.store(ptr::null_mut(), Ordering::Relaxed);
    } else {
        // SAFETY: the volume of the instance that goes.
        unsafe { volume::disappeared(objects.Volume) };
    }
}
