//! What Filter Manager hands to callbacks, as the rest of the driver sees it.

use core::num::NonZeroU64;
use core::ptr::{self, NonNull};
use core::slice;
use core::sync::atomic::{AtomicU64, Ordering};

use cofferdam_engine::event::PipeAction;
use cofferdam_engine::operation::file::Create;
use cofferdam_engine::stats::Counter;
use wdk_sys::ntddk::{IoGetTopLevelIrp, KeAreAllApcsDisabled};
use wdk_sys::{
    _FILE_INFORMATION_CLASS as CLASS, _POOL_TYPE, FILE_OBJECT, IRP_MJ_CREATE_NAMED_PIPE,
    LARGE_INTEGER, NTSTATUS, PFILE_OBJECT, STATUS_END_OF_FILE, STATUS_FILE_DELETED,
    STATUS_INVALID_DEVICE_STATE, STATUS_UNSUCCESSFUL,
};

use super::flt::*;
use super::process::ProcessView;
use super::registration::{self, NPFS};
use super::{check, status_block};
use super::{text, thread};
use crate::cast;
use crate::file::Opened;
use crate::sensor::count;

/// IRP_PAGING_IO and IRP_SYNCHRONOUS_PAGING_IO (wdm.h).
const PAGING: u32 = 0x2 | 0x40;

/// One operation, for as long as its callback runs.
#[derive(Clone, Copy)]
pub struct Operation<'a> {
    raw: NonNull<FLT_CALLBACK_DATA>,
    objects: &'a FLT_RELATED_OBJECTS,
}

impl<'a> Operation<'a> {
    /// # Safety
    /// The pointers are what Filter Manager gave to the callback that is running.
    pub unsafe fn new(raw: PFLT_CALLBACK_DATA, objects: PCFLT_RELATED_OBJECTS) -> Option<Self> {
        Some(Self {
            raw: NonNull::new(raw)?,
            // SAFETY: valid while the callback runs.
            objects: unsafe { objects.as_ref() }?,
        })
    }

    fn data(&self) -> &'a FLT_CALLBACK_DATA {
        // SAFETY: valid while the callback runs, and written by `end` alone, to which no reference is held.
        unsafe { self.raw.as_ref() }
    }

    fn block(&self) -> &'a FLT_IO_PARAMETER_BLOCK {
        // SAFETY: every callback data has one, which lives as long.
        unsafe { &*self.data().Iopb }
    }

    /// Whether it is an I/O request packet, and not fast I/O or a file-system callback.
    pub fn is_irp(&self) -> bool {
        self.data().Flags & FLTFL_CALLBACK_DATA_IRP_OPERATION != 0
    }

    /// Whether this is paging I/O, in which nothing is asked.
    fn is_paging(&self) -> bool {
        self.block().IrpFlags & PAGING != 0
    }

    /// Whether it goes to the named pipe file system.
    pub fn is_pipe(&self) -> bool {
        NPFS.is(self.objects.Instance)
    }

    /// Which end of a pipe is made.
    pub fn pipe_action(&self) -> PipeAction {
        if u32::from(self.block().MajorFunction) == IRP_MJ_CREATE_NAMED_PIPE {
            PipeAction::Create
        } else {
            PipeAction::Connect
        }
    }

    /// Who asks.
    pub fn requestor(&self) -> ProcessView<'a> {
        // SAFETY: valid callback data.
        let process = unsafe { FltGetRequestorProcess(self.raw.as_ptr()) };
        // SAFETY: the requestor outlives its operation; null is the current process.
        unsafe { ProcessView::or_current(process) }
    }

    fn parameters(&self) -> FLT_CREATE_PARAMETERS {
        // SAFETY: asked for in creates only; a pipe's parameters agree in all that is read here.
        unsafe { self.block().Parameters.Create }
    }

    /// What a create asks for.
    #[inline(never)]
    pub fn create(&self) -> Create {
        let create = self.parameters();
        // SAFETY: null or the request's security context.
        let security = unsafe { create.SecurityContext.as_ref() };
        let access = security.map_or(0, |security| security.DesiredAccess);
        let flags = self.block().OperationFlags;
        Create::new(create.Options, access, flags, self.opens_volume())
    }

    /// The attributes that a create gives a new file.
    pub fn attributes(&self) -> u16 {
        self.parameters().FileAttributes
    }

    /// The sharing that a create allows.
    pub fn share(&self) -> u16 {
        self.parameters().ShareAccess
    }

    /// What a set-information request sets.
    pub fn information_class(&self) -> u32 {
        // SAFETY: called for set-information only.
        let set = unsafe { self.block().Parameters.SetFileInformation };
        cast::bits(set.FileInformationClass)
    }

    /// The first bytes of what a set-information request sets: a system buffer.
    pub fn information<const N: usize>(&self) -> Option<[u8; N]> {
        // SAFETY: called for set-information only.
        let set = unsafe { self.block().Parameters.SetFileInformation };
        if set.InfoBuffer.is_null() || cast::index(set.Length) < N {
            return None;
        }
        // SAFETY: set-information is buffered: the kernel's copy of `Length` bytes.
        let bytes = unsafe { slice::from_raw_parts(set.InfoBuffer.cast::<u8>(), N) };
        bytes.first_chunk().copied()
    }

    fn file(&self) -> Option<&'a FILE_OBJECT> {
        // SAFETY: the operation's file object lives as long as the operation.
        unsafe { self.objects.FileObject.as_ref() }
    }

    /// Whether a create opens the volume itself: no name, relative to nothing.
    fn opens_volume(&self) -> bool {
        self.file()
            .is_some_and(|file| file.FileName.Length == 0 && file.RelatedFileObject.is_null())
    }

    /// How the operation ended.
    pub fn status(&self) -> NTSTATUS {
        // SAFETY: the member that is always valid.
        unsafe { self.data().IoStatus.__bindgen_anon_1.Status }
    }

    /// For a create: FILE_SUPERSEDED (0), OPENED (1), CREATED (2), OVERWRITTEN (3).
    pub fn outcome(&self) -> u64 {
        self.data().IoStatus.Information
    }

    /// Ends the operation with a status, in a pre-operation callback that then completes it.
    pub fn end(&self, status: NTSTATUS) {
        // SAFETY: a pre-operation callback owns the status until it returns; no reference to it is held.
        let place = unsafe { &raw mut (*self.raw.as_ptr()).IoStatus };
        // SAFETY: the same.
        unsafe { place.write(status_block(status, 0)) };
    }

    /// Undoes a successful open, in a post-create callback: the file object is closed before anyone uses it.
    #[inline(never)]
    pub fn cancel_open(&self, status: NTSTATUS) {
        // SAFETY: post-create of a successful open, at PASSIVE_LEVEL, before any handle exists.
        unsafe { FltCancelFileOpen(self.objects.Instance, self.objects.FileObject) };
        self.end(status);
    }

    /// Whether Windows is in a state in which names may be asked for.
    fn may_query(&self) -> bool {
        // SAFETY: callable anywhere.
        let top = thread::is_passive() && unsafe { IoGetTopLevelIrp() }.is_null();
        // SAFETY: callable anywhere.
        top && !self.is_paging() && unsafe { KeAreAllApcsDisabled() } == 0
    }

    /// The normalised name of the operation's file, as it is now.
    pub fn name(&self) -> Result<Name, NTSTATUS> {
        self.query_name(FLT_FILE_NAME_NORMALIZED)
    }

    /// The name under which it was opened: of pipes, whose file system does not normalise.
    pub fn opened_name(&self) -> Result<Name, NTSTATUS> {
        self.query_name(FLT_FILE_NAME_OPENED)
    }

    fn query_name(&self, format: u32) -> Result<Name, NTSTATUS> {
        if !self.may_query() {
            return Err(STATUS_INVALID_DEVICE_STATE);
        }
        let mut name = ptr::null_mut();
        let options = format | FLT_FILE_NAME_QUERY_DEFAULT;
        // SAFETY: valid callback data, at PASSIVE_LEVEL, in none of the states in which it could deadlock.
        check(unsafe { FltGetFileNameInformation(self.raw.as_ptr(), options, &raw mut name) })?;
        NonNull::new(name).map(Name).ok_or(STATUS_UNSUCCESSFUL)
    }

    /// Whether the file is a directory; after a successful create.
    pub fn is_directory(&self) -> bool {
        let mut directory = 0;
        // SAFETY: an opened file, at PASSIVE_LEVEL.
        let status = unsafe {
            FltIsDirectory(
                self.objects.FileObject,
                self.objects.Instance,
                &raw mut directory,
            )
        };
        status >= 0 && directory != 0
    }

    fn query<const N: usize>(&self, class: i32) -> Result<[u64; N], NTSTATUS> {
        if !self.may_query() {
            return Err(STATUS_INVALID_DEVICE_STATE);
        }
        let mut information = [0; N];
        // SAFETY: an opened file, at PASSIVE_LEVEL; the buffer is as long as it says.
        check(unsafe {
            FltQueryInformationFile(
                self.objects.Instance,
                self.objects.FileObject,
                information.as_mut_ptr().cast(),
                cast::narrow(size_of::<[u64; N]>()),
                class,
                ptr::null_mut(),
            )
        })?;
        Ok(information)
    }

    /// The file's creation time, in 100 ns since 1601: the first member of FILE_BASIC_INFORMATION.
    pub fn creation_time(&self) -> Option<u64> {
        let [created, ..] = self.query::<5>(CLASS::FileBasicInformation).ok()?;
        Some(created)
    }

    /// Whether the file is gone, or will be when its last handle is: FILE_STANDARD_INFORMATION, DeletePending at 20.
    pub fn is_deleted(&self) -> bool {
        match self.query::<3>(CLASS::FileStandardInformation) {
            Ok([_, _, links]) => (links >> 32) & 0xff != 0,
            Err(STATUS_FILE_DELETED) => true,
            Err(_) => {
                count(Counter::Unjudged);
                false
            }
        }
    }

    /// Whether the file has one name alone.
    pub fn has_one_name(&self) -> bool {
        // FILE_STANDARD_INFORMATION: NumberOfLinks at 16.
        let standard = self.query::<3>(CLASS::FileStandardInformation);
        standard.is_ok_and(|[_, _, links]| cast::low(links) == 1)
    }

    /// Whether it belongs to a transaction, which sees other names than the rest.
    pub fn is_transacted(&self) -> bool {
        !self.objects.Transaction.is_null()
    }

    /// Reads from a file into memory of the driver's; what there was, nothing where it cannot be read now. `offset` and
    /// the buffer are a page's or more: so reads past the cache are allowed.
    pub fn read<'b>(&self, offset: u64, buffer: &'b mut [u8]) -> &'b [u8] {
        let mut read = 0;
        let mut at = LARGE_INTEGER {
            QuadPart: offset.cast_signed(),
        };
        if self.may_query() {
            // SAFETY: an opened file, at PASSIVE_LEVEL, in none of the states in which it could deadlock; nonpaged memory.
            let status = unsafe {
                FltReadFile(
                    self.objects.Instance,
                    self.objects.FileObject,
                    &raw mut at,
                    cast::narrow(buffer.len()),
                    buffer.as_mut_ptr().cast(),
                    FLTFL_IO_OPERATION_DO_NOT_UPDATE_BYTE_OFFSET,
                    &raw mut read,
                    ptr::null_mut(),
                    ptr::null_mut(),
                )
            };
            if status < 0 && status != STATUS_END_OF_FILE {
                count(Counter::Unjudged);
            }
        } else {
            count(Counter::Skipped);
        }
        buffer.get(..cast::index(read)).unwrap_or(&[])
    }

    /// The number of the file's stream, which no other has, if it was given one.
    pub fn stream(&self) -> Option<NonZeroU64> {
        // What a transaction sees is another's.
        if self.is_transacted() {
            return None;
        }
        self.tied(FltGetStreamContext, |number: &NonZeroU64| *number)
    }

    /// Gives the file's stream a number; `None` where it cannot have one, or got one at this moment.
    pub fn number_stream(&self) -> Option<NonZeroU64> {
        static STREAMS: AtomicU64 = AtomicU64::new(1);
        if self.is_transacted() {
            return None;
        }
        let number = NonZeroU64::new(STREAMS.fetch_add(1, Ordering::Relaxed))?;
        self.tie(FLT_STREAM_CONTEXT, number, FltSetStreamContext)
            .then_some(number)
    }

    /// Remembers `opened` with the handle. Fails open: a delete through this handle is then not seen.
    pub fn remember(&self, opened: Opened) -> bool {
        self.tie(FLT_STREAMHANDLE_CONTEXT, opened, FltSetStreamHandleContext)
    }

    /// Ties a value to what `set` does, unless one is tied to it already. The registration names size and clean-up of
    /// each kind's values.
    fn tie<T>(&self, kind: u16, value: T, set: SetContext) -> bool {
        let mut context = ptr::null_mut();
        // SAFETY: the filter is registered while its callbacks run.
        let status = unsafe {
            FltAllocateContext(
                registration::filter(),
                kind,
                cast::wide(size_of::<T>()),
                _POOL_TYPE::NonPagedPoolNx,
                &raw mut context,
            )
        };
        if status < 0 {
            return false;
        }
        // SAFETY: fresh, of that size and alignment.
        unsafe { context.cast::<T>().write(value) };
        // SAFETY: an opened file; `context` is initialised, its kind's cleanup callback drops it.
        let status = unsafe {
            set(
                self.objects.Instance,
                self.objects.FileObject,
                FLT_SET_CONTEXT_KEEP_IF_EXISTS,
                context,
                ptr::null_mut(),
            )
        };
        // SAFETY: the allocation's reference.
        unsafe { FltReleaseContext(context) };
        status >= 0
    }

    /// Looks at what [`remember`](Self::remember) stored.
    pub fn remembered<R>(&self, look: impl FnOnce(&Opened) -> R) -> Option<R> {
        self.tied(FltGetStreamHandleContext, look)
    }

    /// Looks at what [`tie`](Self::tie) stored, a `T` for what `get` gets.
    fn tied<T, R>(&self, get: GetContext, look: impl FnOnce(&T) -> R) -> Option<R> {
        let mut context = ptr::null_mut();
        // SAFETY: the operation's instance and file object.
        let status = unsafe {
            get(
                self.objects.Instance,
                self.objects.FileObject,
                &raw mut context,
            )
        };
        if status < 0 {
            return None;
        }
        // SAFETY: written by `tie`; the reference just taken keeps it.
        let outcome = look(unsafe { &*context.cast::<T>() });
        // SAFETY: the reference taken above.
        unsafe { FltReleaseContext(context) };
        Some(outcome)
    }
}

type GetContext = unsafe extern "C" fn(PFLT_INSTANCE, PFILE_OBJECT, *mut PFLT_CONTEXT) -> NTSTATUS;
type SetContext = unsafe extern "C" fn(
    PFLT_INSTANCE,
    PFILE_OBJECT,
    i32,
    PFLT_CONTEXT,
    *mut PFLT_CONTEXT,
) -> NTSTATUS;

/// A file's name, kept by Filter Manager.
pub struct Name(NonNull<FLT_FILE_NAME_INFORMATION>);

// SAFETY: Filter Manager's names are immutable and counted.
unsafe impl Send for Name {}

impl Name {
    /// The whole name, as `\Device\HarddiskVolume3\folder\file:stream`.
    pub fn text(&self) -> &[u16] {
        // SAFETY: counted by `self`.
        let name = unsafe { self.0.as_ref() };
        // SAFETY: Filter Manager's string, alive as long as the name.
        unsafe { text::units(&raw const name.Name) }.unwrap_or(&[])
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        // SAFETY: the reference of the query.
        unsafe { FltReleaseFileNameInformation(self.0.as_ptr()) };
    }
}
