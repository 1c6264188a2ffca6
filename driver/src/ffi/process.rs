//! Processes, images and threads: notifications, and what can be asked about a process.

use core::marker::PhantomData;
use core::ops::Deref;
use core::ptr;
use core::sync::atomic::{AtomicBool, Ordering};

use wdk_sys::ntddk::*;
use wdk_sys::{
    _PSCREATEPROCESSNOTIFYTYPE, _TOKEN_INFORMATION_CLASS as TOKENS, BOOLEAN, HANDLE, LUID,
    NTSTATUS, PACCESS_TOKEN, PEPROCESS, PIMAGE_INFO, PPS_CREATE_NOTIFY_INFO, PUNICODE_STRING,
    PVOID, TOKEN_MANDATORY_LABEL,
};

use super::pool::Block;
use super::text::units;
use super::{check, text};
use crate::cast;
use crate::process;

/// A process object that somebody else keeps alive for `'a`.
#[derive(Clone, Copy)]
pub struct ProcessView<'a>(PEPROCESS, PhantomData<&'a ()>);

/// What a process's primary token says.
#[derive(Clone, Copy, Default)]
pub struct TokenFacts {
    /// The last sub-authority of its mandatory label.
    pub integrity: Option<u32>,
    /// Whether it is an app container's.
    pub app_container: Option<bool>,
    /// Its logon session.
    pub logon: Option<u64>,
    /// Its terminal session.
    pub session: Option<u32>,
}

impl<'a> ProcessView<'a> {
    /// # Safety
    /// `process` is null or a process object that lives for `'a`; null stands for the current one, whose threads run.
    pub unsafe fn or_current(process: PEPROCESS) -> Self {
        let process = if process.is_null() {
            // SAFETY: callable anywhere.
            unsafe { IoGetCurrentProcess() }
        } else {
            process
        };
        Self(process, PhantomData)
    }

    /// The process that runs.
    pub fn current() -> ProcessView<'static> {
        // SAFETY: the current process outlives the callback that asks.
        unsafe { ProcessView::or_current(ptr::null_mut()) }
    }

    /// Its id.
    pub fn id(self) -> u64 {
        // SAFETY: a process object.
        cast::wide(unsafe { PsGetProcessId(self.0) }.addr())
    }

    /// The number that no other process has until the next boot.
    pub fn start_key(self) -> u64 {
        // SAFETY: a process object.
        unsafe { PsGetProcessStartKey(self.0) }
    }

    /// The path of its image, copied. At PASSIVE_LEVEL.
    pub fn image(self) -> Option<Block<u16>> {
        let mut name = ptr::null_mut();
        // SAFETY: a process object, at PASSIVE_LEVEL.
        check(unsafe { SeLocateProcessImageName(self.0, &raw mut name) }).ok()?;
        // SAFETY: the routine's own string, ours until it is freed.
        let copy = unsafe { units(name) }.and_then(Block::copy);
        // SAFETY: allocated by the routine, which says to free it so.
        unsafe { ExFreePool(name.cast()) };
        copy
    }

    /// What its token says. At PASSIVE_LEVEL.
    pub fn token(self) -> TokenFacts {
        // SAFETY: a process object.
        let token = unsafe { PsReferencePrimaryToken(self.0) };
        let mut luid = LUID {
            LowPart: 0,
            HighPart: 0,
        };
        // SAFETY: a referenced token.
        let logon = check(unsafe { SeQueryAuthenticationIdToken(token, &raw mut luid) });
        let mut session = 0;
        // SAFETY: a referenced token.
        let has_session = check(unsafe { SeQuerySessionIdToken(token, &raw mut session) });
        let facts = TokenFacts {
            integrity: integrity(token),
            app_container: number(token, TOKENS::TokenIsAppContainer).map(|it| it != 0),
            logon: logon
                .ok()
                .map(|()| u64::from(cast::bits(luid.HighPart)) << 32 | u64::from(luid.LowPart)),
            session: has_session.ok().map(|()| session),
        };
        // SAFETY: referenced above.
        unsafe { PsDereferencePrimaryToken(token) };
        facts
    }
}

/// What a token says of itself in a word: the number that the routine stores where the documentation has a pointer, or
/// the one that it points to. A number is below every address.
fn number(token: PACCESS_TOKEN, class: i32) -> Option<u32> {
    let answer = Answer::of(token, class)?;
    // SAFETY: the routine's answer.
    answer
        .number()
        .or_else(|| Some(unsafe { answer.0.cast::<u32>().read() }))
}

/// The level of a token's mandatory label: a TOKEN_MANDATORY_LABEL, or as [`number`].
fn integrity(token: PACCESS_TOKEN) -> Option<u32> {
    let answer = Answer::of(token, TOKENS::TokenIntegrityLevel)?;
    if let Some(level) = answer.number() {
        return Some(level);
    }
    // SAFETY: the routine's answer.
    let label = unsafe { answer.0.cast::<TOKEN_MANDATORY_LABEL>().read() };
    let sid = label.Label.Sid.cast::<u8>();
    // SAFETY: the label's identifier lies in the same answer: its second byte counts the sub-authorities.
    let count = unsafe { sid.wrapping_add(1).read() };
    // Sub-authorities of four bytes begin at the eighth.
    let last = usize::from(count.checked_sub(1)?).wrapping_mul(4);
    let place = sid.wrapping_add(8).wrapping_add(last).cast::<u32>();
    // SAFETY: the same.
    Some(unsafe { place.read_unaligned() })
}

/// What `SeQueryInformationToken` answered.
struct Answer(PVOID);

impl Answer {
    fn of(token: PACCESS_TOKEN, class: i32) -> Option<Self> {
        let mut answer: PVOID = ptr::null_mut();
        // SAFETY: a referenced token.
        check(unsafe { SeQueryInformationToken(token, class, &raw mut answer) }).ok()?;
        Some(Self(answer))
    }

    fn number(&self) -> Option<u32> {
        u32::try_from(self.0.addr()).ok()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        if self.number().is_none() {
            // SAFETY: allocated by the routine, which says to free it so.
            unsafe { ExFreePool(self.0) };
        }
    }
}

/// A referenced process object.
pub struct ProcessObject(ProcessView<'static>);

impl ProcessObject {
    /// The process with this id. At or below APC_LEVEL.
    pub fn lookup(id: u64) -> Option<Self> {
        let mut process = ptr::null_mut();
        let id: HANDLE = ptr::without_provenance_mut(usize::try_from(id).ok()?);
        // SAFETY: any number may be asked for.
        check(unsafe { PsLookupProcessByProcessId(id, &raw mut process) }).ok()?;
        Some(Self(ProcessView(process, PhantomData)))
    }
}

impl Deref for ProcessObject {
    type Target = ProcessView<'static>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Drop for ProcessObject {
    fn drop(&mut self) {
        // SAFETY: the look-up's reference.
        unsafe { ObfDereferenceObject(self.0.0.cast()) };
    }
}

/// A process that is being created.
pub struct Creation<'a> {
    /// Its object, not running yet.
    pub process: ProcessView<'a>,
    /// The process that it inherits from.
    pub parent: u64,
    /// The path of its image, where Windows says it.
    pub image: Option<&'a [u16]>,
    /// Its command line, where Windows says it.
    pub command_line: Option<&'a [u16]>,
    /// Whether somebody refuses it already.
    pub refused: bool,
}

/// A kind of notification that can be registered and removed.
pub struct Notification {
    registered: AtomicBool,
    set: fn(remove: bool) -> NTSTATUS,
}

impl Notification {
    /// Registers it.
    pub fn start(&self) -> Result<(), NTSTATUS> {
        check((self.set)(false))?;
        self.registered.store(true, Ordering::Release);
        Ok(())
    }

    /// Removes it and waits until no call is under way.
    pub fn stop(&self) {
        if self.registered.swap(false, Ordering::AcqRel) {
            (self.set)(true);
        }
    }
}

/// Processes that begin and end.
pub static PROCESSES: Notification = Notification {
    registered: AtomicBool::new(false),
    set: |remove| {
        let routine: unsafe extern "C" fn(PEPROCESS, HANDLE, PPS_CREATE_NOTIFY_INFO) = on_process;
        #[expect(
            clippy::as_conversions,
            reason = "functions have no other way to become pointers"
        )]
        let routine = routine as PVOID;
        let kind = _PSCREATEPROCESSNOTIFYTYPE::PsCreateProcessNotifySubsystems;
        // SAFETY: the routine has the signature that the kind asks for.
        unsafe { PsSetCreateProcessNotifyRoutineEx2(kind, routine, remove.into()) }
    },
};

/// Threads that begin.
pub static THREADS: Notification = Notification {
    registered: AtomicBool::new(false),
    set: |remove| {
        if remove {
            // SAFETY: registered.
            unsafe { PsRemoveCreateThreadNotifyRoutine(Some(on_thread)) }
        } else {
            // SAFETY: a routine of this image, removed before it is unloaded.
            unsafe { PsSetCreateThreadNotifyRoutine(Some(on_thread)) }
        }
    },
};

/// Images that are mapped.
pub static IMAGES: Notification = Notification {
    registered: AtomicBool::new(false),
    set: |remove| {
        if remove {
            // SAFETY: registered.
            unsafe { PsRemoveLoadImageNotifyRoutine(Some(on_image)) }
        } else {
            // SAFETY: a routine of this image, removed before it is unloaded.
            unsafe { PsSetLoadImageNotifyRoutine(Some(on_image)) }
        }
    },
};

unsafe extern "C" fn on_process(
    process: PEPROCESS,
    _: HANDLE,
    information: PPS_CREATE_NOTIFY_INFO,
) {
    // SAFETY: the process lives while it is announced.
    let view = unsafe { ProcessView::or_current(process) };
    if information.is_null() {
        return process::ended(view);
    }
    // SAFETY: the kernel's structure, ours to read, and to write one member of, until this returns.
    let facts = unsafe { information.read() };
    let creation = Creation {
        process: view,
        parent: cast::wide(facts.ParentProcessId.addr()),
        // SAFETY: the kernel's string, alive until this returns.
        image: unsafe { text::units(facts.ImageFileName) },
        // SAFETY: the same.
        command_line: unsafe { text::units(facts.CommandLine) },
        refused: facts.CreationStatus < 0,
    };
    if let Some(status) = process::created(&creation) {
        // SAFETY: this member is the notified's to write.
        unsafe { (*information).CreationStatus = status };
    }
}

unsafe extern "C" fn on_thread(process: HANDLE, thread: HANDLE, created: BOOLEAN) {
    if created != 0 {
        process::thread_created(cast::wide(process.addr()), cast::wide(thread.addr()));
    }
}

unsafe extern "C" fn on_image(name: PUNICODE_STRING, process: HANDLE, information: PIMAGE_INFO) {
    const SYSTEM_MODE_IMAGE: u32 = 1 << 8;
    // SAFETY: the kernel's string, alive until this returns; there may be none.
    let name = unsafe { units(name) };
    // SAFETY: the kernel's structure.
    let information = unsafe { information.read() };
    // SAFETY: a plain number.
    let properties = unsafe { information.__bindgen_anon_1.Properties };
    let system = properties & SYSTEM_MODE_IMAGE != 0;
    process::image_loaded(name, cast::wide(process.addr()), system);
}
