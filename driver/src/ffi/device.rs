//! The control device: who may open it, its requests, and reads that wait.
//!
//! METHOD_BUFFERED requests only: what they bring and take lies in the kernel's own buffer. A read that waits can be
//! cancelled at any time; the I/O manager's cancel-safe queue sees to that.

use core::cell::UnsafeCell;
use core::mem::MaybeUninit;
use core::ptr;
use core::slice;
use core::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

use wdk_sys::ntddk::*;
use wdk_sys::{
    IO_CSQ, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_DEVICE_CONTROL, KIRQL, KSPIN_LOCK,
    NTSTATUS, PDEVICE_OBJECT, PDRIVER_OBJECT, PFILE_OBJECT, PIO_CSQ, PIO_STACK_LOCATION, PIRP,
    PVOID, STATUS_ACCESS_DENIED, STATUS_CANCELLED, STATUS_DEVICE_BUSY,
    STATUS_INVALID_DEVICE_REQUEST, STATUS_PENDING, STATUS_SUCCESS,
};

use super::disk::OBJ_KERNEL_HANDLE;
use super::pool::PoolBox;
use super::text::{Counted, wide};
use super::{check, status_block};
use crate::cast;
use crate::control::{self, Answer, Session};

const DEVICE: &[u16] = wide!("\\Device\\Cofferdam");
const LINK: &[u16] = wide!("\\DosDevices\\Global\\Cofferdam");

/// The device, once everything about it is in place.
static CONTROL: AtomicPtr<wdk_sys::_DEVICE_OBJECT> = AtomicPtr::new(ptr::null_mut());

/// Makes the device, open to the system and administrators alone. It can be opened once DriverEntry has returned.
///
/// # Safety
/// `driver` is this driver's object, in DriverEntry.
pub unsafe fn start(driver: PDRIVER_OBJECT) -> Result<(), NTSTATUS> {
    const FILE_DEVICE_UNKNOWN: u32 = 0x22;
    const FILE_DEVICE_SECURE_OPEN: u32 = 0x100;
    // SAFETY: queues are initialised once, before anyone can reach them.
    check(unsafe {
        IoCsqInitialize(
            READS.csq(),
            Some(insert),
            Some(remove),
            Some(peek),
            Some(acquire),
            Some(release),
            Some(cancelled),
        )
    })?;
    let mut device = ptr::null_mut();
    // SAFETY: this driver's object.
    check(unsafe {
        IoCreateDevice(
            driver,
            0,
            Counted::new(DEVICE).as_ptr(),
            FILE_DEVICE_UNKNOWN,
            FILE_DEVICE_SECURE_OPEN,
            0,
            &raw mut device,
        )
    })?;
    CONTROL.store(device, Ordering::Release);
    protect(device)?;
    for major in [
        IRP_MJ_CREATE,
        IRP_MJ_CLEANUP,
        IRP_MJ_CLOSE,
        IRP_MJ_DEVICE_CONTROL,
    ] {
        // SAFETY: the I/O manager reads it when DriverEntry has returned.
        let table = unsafe { &mut (*driver).MajorFunction };
        if let Some(entry) = table.get_mut(cast::index(major)) {
            *entry = Some(dispatch);
        }
    }
    // SAFETY: names of our own.
    check(unsafe {
        IoCreateSymbolicLink(Counted::new(LINK).as_ptr(), Counted::new(DEVICE).as_ptr())
    })?;
    LINKED.store(1, Ordering::Release);
    Ok(())
}

static LINKED: AtomicU32 = AtomicU32::new(0);

/// Ends every read that waits.
pub fn cancel_reads() {
    while let Some(read) = READS.next(ptr::null_mut()) {
        complete(read, STATUS_CANCELLED, 0);
    }
}

/// Deletes link and device: the last thing of all.
pub fn stop() {
    if LINKED.swap(0, Ordering::AcqRel) != 0 {
        // SAFETY: made by `start`.
        unsafe { IoDeleteSymbolicLink(Counted::new(LINK).as_ptr()) };
    }
    let device = CONTROL.swap(ptr::null_mut(), Ordering::AcqRel);
    if !device.is_null() {
        // SAFETY: made by `start`, and taken out for good.
        unsafe { IoDeleteDevice(device) };
    }
}

/// A self-relative security descriptor with a protected access list (\[MS-DTYP\] 2.4.6): everything for the system
/// (S-1-5-18) and administrators (S-1-5-32-544), nothing for anyone else.
#[repr(C, align(8))]
struct Descriptor([u8; 72]);

static DESCRIPTOR: Descriptor = Descriptor([
    1, 0, 0x04, 0x90, // revision; control: self-relative, access list present and protected
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // no owner, group or audit list
    20, 0, 0, 0, // where the access list begins
    2, 0, 52, 0, 2, 0, 0, 0, // revision, its length, two entries
    0, 0, 20, 0, 0xff, 0x01, 0x1f, 0, // allow, length, all access
    1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0, // S-1-5-18
    0, 0, 24, 0, 0xff, 0x01, 0x1f, 0, // allow, length, all access
    1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 0x02, 0, 0, // S-1-5-32-544
]);

fn protect(device: PDEVICE_OBJECT) -> Result<(), NTSTATUS> {
    const WRITE_DAC: u32 = 0x4_0000;
    const DACL: u32 = 4;
    const PROTECTED: u32 = 0x8000_0000;
    let mut handle = ptr::null_mut();
    // SAFETY: our own device; a kernel handle.
    check(unsafe {
        ObOpenObjectByPointer(
            device.cast(),
            OBJ_KERNEL_HANDLE,
            ptr::null_mut(),
            WRITE_DAC,
            ptr::null_mut(),
            0,
            &raw mut handle,
        )
    })?;
    let descriptor: *const Descriptor = &raw const DESCRIPTOR;
    // SAFETY: the routine copies the descriptor.
    let status =
        unsafe { ZwSetSecurityObject(handle, DACL | PROTECTED, descriptor.cast_mut().cast()) };
    // SAFETY: opened above.
    unsafe { ZwClose(handle) };
    check(status)
}

fn location(irp: PIRP) -> PIO_STACK_LOCATION {
    // SAFETY: a request that this driver owns.
    let tail = unsafe { &raw const (*irp).Tail };
    // SAFETY: a request that a driver owns has a current location: the last pointer but one of the overlay.
    let place = unsafe {
        &raw const (*tail)
            .Overlay
            .__bindgen_anon_2
            .__bindgen_anon_1
            .CurrentStackLocation
    };
    // SAFETY: the same.
    unsafe { place.read() }
}

/// Input length, output length and code of a device control request.
fn parameters(location: PIO_STACK_LOCATION) -> (usize, usize, u32) {
    // SAFETY: a request's own location, and the union's member for these requests.
    let place = unsafe { &raw const (*location).Parameters.DeviceIoControl };
    // SAFETY: plain numbers.
    let parameters = unsafe { place.read() };
    (
        cast::index(parameters.InputBufferLength),
        cast::index(parameters.OutputBufferLength),
        parameters.IoControlCode,
    )
}

fn complete(irp: PIRP, status: NTSTATUS, information: usize) {
    // SAFETY: the driver owns the request until it completes it.
    let block = unsafe { &raw mut (*irp).IoStatus };
    // SAFETY: the same.
    unsafe { block.write(status_block(status, cast::wide(information))) };
    // SAFETY: the same; at or below DISPATCH_LEVEL.
    unsafe { IofCompleteRequest(irp, 0) };
}

unsafe extern "C" fn dispatch(_: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    let location = location(irp);
    // SAFETY: the request's own location.
    let major = u32::from(unsafe { (*location).MajorFunction });
    // SAFETY: the same.
    let file = unsafe { (*location).FileObject };
    let (status, information) = match major {
        IRP_MJ_CREATE => (open(file), 0),
        IRP_MJ_CLEANUP => {
            while let Some(read) = READS.next(file) {
                complete(read, STATUS_CANCELLED, 0);
            }
            if let Some(session) = session(file) {
                control::closed(session);
            }
            (STATUS_SUCCESS, 0)
        }
        IRP_MJ_CLOSE => {
            // SAFETY: the file object of a close.
            let session = unsafe { (*file).FsContext };
            // SAFETY: set by `open`; nobody else uses a file object that is being closed.
            drop(unsafe { PoolBox::<Session>::from_raw(session) });
            (STATUS_SUCCESS, 0)
        }
        _ => match request(irp, location, session(file)) {
            Some(outcome) => outcome,
            None => return STATUS_PENDING,
        },
    };
    complete(irp, status, information);
    status
}

fn open(file: PFILE_OBJECT) -> NTSTATUS {
    // SAFETY: the file object of a create.
    let named = unsafe { (*file).FileName.Length } != 0;
    // SAFETY: the same.
    if named || !unsafe { (*file).RelatedFileObject }.is_null() {
        return STATUS_ACCESS_DENIED;
    }
    match control::opened() {
        Ok(session) => {
            // SAFETY: this member of a driver's own file objects is the driver's.
            unsafe { (*file).FsContext = session.into_raw() };
            STATUS_SUCCESS
        }
        Err(status) => status,
    }
}

fn session<'a>(file: PFILE_OBJECT) -> Option<&'a Session> {
    // SAFETY: the file object of a request.
    let session = unsafe { (*file).FsContext };
    // SAFETY: set by `open`; freed by the close, which follows every other request.
    unsafe { session.cast::<Session>().as_ref() }
}

/// Serves a control request; `None` where it waits.
fn request(
    irp: PIRP,
    location: PIO_STACK_LOCATION,
    session: Option<&Session>,
) -> Option<(NTSTATUS, usize)> {
    let (input, output, code) = parameters(location);
    let (Some(session), true) = (session, control::is_open()) else {
        return Some((STATUS_INVALID_DEVICE_REQUEST, 0));
    };
    // SAFETY: the request is this driver's; METHOD_BUFFERED.
    let buffer = unsafe { buffer(irp, input.max(output)) };
    match control::request(session, code, buffer, input, output) {
        Answer::Done(Ok(length)) => Some((STATUS_SUCCESS, length)),
        Answer::Done(Err(status)) => Some((status, 0)),
        Answer::Wait if READS.insert(irp) => {
            control::reading();
            None
        }
        Answer::Wait => Some((STATUS_DEVICE_BUSY, 0)),
    }
}

/// # Safety
/// `irp` is a METHOD_BUFFERED request that the driver owns for `'a`, `length` the longer of its two lengths.
unsafe fn buffer<'a>(irp: PIRP, length: usize) -> &'a mut [u8] {
    // SAFETY: the caller's promise.
    let place = unsafe { &raw const (*irp).AssociatedIrp };
    // SAFETY: every member of the union is a pointer, or shorter than one.
    let address = unsafe { place.cast::<PVOID>().read() };
    if address.is_null() {
        return &mut [];
    }
    // SAFETY: the I/O manager's buffer, of the longer length, initialised as far as the input reaches; what lies beyond
    // is bytes of the pool, which the answer overwrites.
    unsafe { slice::from_raw_parts_mut(address.cast(), length) }
}

/// Whether a read waits.
pub fn reads_wait() -> bool {
    READS.taken.load(Ordering::Acquire) != 0
}

/// Gives every read that waits a chance: `fill` writes what there is and says how much, nothing to let it wait on.
pub fn serve_reads(mut has_more: impl FnMut() -> bool, mut fill: impl FnMut(&mut [u8]) -> usize) {
    while has_more() {
        let Some(irp) = READS.next(ptr::null_mut()) else {
            return;
        };
        let (_, output, _) = parameters(location(irp));
        // SAFETY: taken out of the queue: this driver's alone; METHOD_BUFFERED.
        let length = fill(unsafe { buffer(irp, output) });
        complete(irp, STATUS_SUCCESS, length);
    }
}

/// Reads that can wait at a time.
const READS_AT_MOST: usize = 16;

/// Reads that wait, the oldest first.
struct Reads {
    csq: UnsafeCell<MaybeUninit<IO_CSQ>>,
    lock: UnsafeCell<KSPIN_LOCK>,
    irps: UnsafeCell<[PIRP; READS_AT_MOST]>,
    /// Places taken or promised.
    taken: AtomicU32,
}

// SAFETY: the I/O manager's queue synchronises through the lock.
unsafe impl Sync for Reads {}

static READS: Reads = Reads {
    csq: UnsafeCell::new(MaybeUninit::uninit()),
    lock: UnsafeCell::new(0),
    irps: UnsafeCell::new([ptr::null_mut(); READS_AT_MOST]),
    taken: AtomicU32::new(0),
};

impl Reads {
    fn csq(&self) -> PIO_CSQ {
        self.csq.get().cast()
    }

    /// Lets a read wait, unless too many do.
    fn insert(&self, irp: PIRP) -> bool {
        let most = cast::narrow(READS_AT_MOST);
        let more = |taken: u32| (taken < most).then_some(taken.wrapping_add(1));
        if self
            .taken
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, more)
            .is_err()
        {
            return false;
        }
        // SAFETY: initialised by `start`; the request is this driver's, and marked as pending by the routine.
        unsafe { IoCsqInsertIrp(self.csq(), irp, ptr::null_mut()) };
        true
    }

    /// Takes the oldest one out, of this file object where it is not null.
    fn next(&self, file: PFILE_OBJECT) -> Option<PIRP> {
        if self.taken.load(Ordering::Acquire) == 0 {
            return None;
        }
        // SAFETY: initialised by `start`, without which nothing is taken.
        let irp = unsafe { IoCsqRemoveNextIrp(self.csq(), file.cast()) };
        (!irp.is_null()).then_some(irp)
    }

    /// # Safety
    /// The lock is held.
    #[expect(
        clippy::mut_from_ref,
        reason = "the lock stands for the exclusive borrow"
    )]
    unsafe fn irps(&self) -> &mut [PIRP; READS_AT_MOST] {
        // SAFETY: the caller's promise.
        unsafe { &mut *self.irps.get() }
    }
}

unsafe extern "C" fn insert(_: PIO_CSQ, irp: PIRP) {
    // SAFETY: the queue calls this with the lock held.
    let irps = unsafe { READS.irps() };
    // There is a place: `taken` counts them.
    if let Some(place) = irps.iter_mut().find(|place| place.is_null()) {
        *place = irp;
    }
}

unsafe extern "C" fn remove(_: PIO_CSQ, irp: PIRP) {
    // SAFETY: the queue calls this with the lock held.
    let irps = unsafe { READS.irps() };
    let mut later = ptr::null_mut();
    for place in irps.iter_mut().rev() {
        core::mem::swap(place, &mut later);
        if later == irp {
            break;
        }
    }
    READS.taken.fetch_sub(1, Ordering::AcqRel);
}

unsafe extern "C" fn peek(_: PIO_CSQ, irp: PIRP, file: PVOID) -> PIRP {
    // SAFETY: the queue calls this with the lock held.
    let irps = unsafe { READS.irps() };
    let start = irps.iter().position(|other| *other == irp);
    let from = start.map_or(0, |at| at.wrapping_add(usize::from(!irp.is_null())));
    let is_wanted = |irp: &&PIRP| {
        // SAFETY: a queued request is this driver's.
        !irp.is_null()
            && (file.is_null() || unsafe { (*location(**irp)).FileObject }.cast() == file)
    };
    let from = if irp.is_null() { 0 } else { from };
    let next = irps.iter().skip(from).find(is_wanted);
    next.copied().unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn acquire(_: PIO_CSQ, irql: *mut KIRQL) {
    // SAFETY: at or below DISPATCH_LEVEL.
    let before = unsafe { KeAcquireSpinLockRaiseToDpc(READS.lock.get()) };
    // SAFETY: the queue's place for it.
    unsafe { irql.write(before) };
}

unsafe extern "C" fn release(_: PIO_CSQ, irql: KIRQL) {
    // SAFETY: acquired by `acquire`.
    unsafe { KeReleaseSpinLock(READS.lock.get(), irql) };
}

unsafe extern "C" fn cancelled(_: PIO_CSQ, irp: PIRP) {
    complete(irp, STATUS_CANCELLED, 0);
}
