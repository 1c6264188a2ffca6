//! The machine as a test sees it: it is started with a driver, things happen on it, the driver is unloaded.
//!
//! * [`Machine`]: start, unload, what was found. * [`program`]: processes and what they do with files, the registry, each
//!   other. * [`control`]: clients of the driver's control device. * [`costs`]: what callbacks cost.

pub mod control;
pub mod costs;
mod handles;
mod keys;
mod processes;
pub mod program;
mod volumes;

pub use crate::disk::{Disk, Disposition};
pub use crate::fakes::flt::operation::IoStatus;
pub use crate::fakes::flt::volumes::FileSystem;
pub use crate::fakes::io::devices::Security;
pub use crate::fakes::io::irps::Completed;
pub use crate::fakes::processes::Process;
pub use crate::fakes::registry::Value;
pub use crate::fakes::requests::Create;
pub use control::Client;
pub use processes::NewProcess;
pub use program::{Handle, Program};

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::Arc;

use crate::coverage::Coverage;
use crate::cpu::thread::current;
use crate::fakes::sync::PATIENCE;
use crate::finding::{Check, Finding};
use crate::image::LoadError;
use crate::kernel::{Kernel, lock};
use crate::memory;

/// The volume that a machine starts from, `C:`.
pub const SYSTEM_VOLUME: &str = r"\Device\HarddiskVolume1";

/// `DRIVER_OBJECT` on x64.
const DRIVER_OBJECT_SIZE: usize = 336;
const TAG: [u8; 4] = *b"Driv";
/// The flag that makes a filter's unload mandatory.
const MANDATORY: u64 = 1;
/// `STATUS_FLT_DO_NOT_DETACH`.
pub const DO_NOT_DETACH: u32 = 0xc01c_0010;
/// `STATUS_PENDING`: an unload that waits for the last handle to be closed.
pub const PENDING: u32 = 0x103;

/// How a driver is asked to unload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unload {
    /// It may refuse (`fltmc unload`).
    Optional,
    /// It may not (`sc stop`).
    Mandatory,
}

/// A machine with one driver.
#[derive(Debug)]
pub struct Machine {
    kernel: Arc<Kernel>,
    driver: u64,
    service: Vec<u16>,
    loaded: std::sync::atomic::AtomicBool,
    unload_pending: std::sync::atomic::AtomicBool,
    unloading: std::sync::atomic::AtomicBool,
}

use std::sync::atomic::Ordering::SeqCst;

impl Machine {
    /// A machine on which the driver of this image is installed as the service `name`, but not started. It has a
    /// system volume, `C:`, and the first processes.
    ///
    /// # Errors
    /// When the file is no image that Windows would load.
    pub fn new(image: &Path, name: &str) -> Result<Self, LoadError> {
        Self::with_disk(image, name, Disk::default())
    }

    /// The same with another disk as `C:`, such as another machine left it.
    ///
    /// # Errors
    /// When the file is no image that Windows would load.
    pub fn with_disk(image: &Path, name: &str, disk: Disk) -> Result<Self, LoadError> {
        Self::covered(image, name, disk, None)
    }

    /// The same, which notes what of the image runs.
    ///
    /// # Errors
    /// When the file is no image that Windows would load.
    pub fn covered(
        image: &Path,
        name: &str,
        disk: Disk,
        coverage: Option<Arc<Coverage>>,
    ) -> Result<Self, LoadError> {
        let kernel = Kernel::load(image, coverage)?;
        let driver = {
            let system = &kernel.state.system;
            let at = system.allocate(DRIVER_OBJECT_SIZE, TAG, false, Some(0), Vec::new());
            memory::write(at, 4u16);
            memory::write(at + 2, DRIVER_OBJECT_SIZE as u16);
            memory::write(at + 24, kernel.image().base());
            memory::write(at + 32, kernel.image().size() as u32);
            memory::write(at + 88, kernel.image().entry());
            at
        };
        let service = format!(r"\REGISTRY\MACHINE\SYSTEM\ControlSet001\Services\{name}");
        let machine = Self {
            kernel,
            driver,
            service: memory::utf16(&service),
            loaded: false.into(),
            unload_pending: false.into(),
            unloading: false.into(),
        };
        machine.kernel.state.registry.create(&machine.service);
        let dword = |number: u32| (4, number.to_le_bytes().to_vec());
        machine.set_key(r"\REGISTRY\MACHINE\SYSTEM\Select", "Current", dword(1));
        let root: Vec<u16> = memory::utf16("C:\\Windows\0");
        machine.set_key(
            r"\REGISTRY\MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion",
            "SystemRoot",
            (1, memory::to_bytes(&root)),
        );
        machine.first_processes();
        machine.add_volume(SYSTEM_VOLUME, Some('C'), FileSystem::Ntfs, disk);
        machine.set_system_volume(SYSTEM_VOLUME);
        machine.make_directories(r"C:\Windows\System32\drivers\x");
        machine.make_directories(r"C:\Users\user\x");
        Ok(machine)
    }

    /// The kernel below.
    pub const fn kernel(&self) -> &Arc<Kernel> {
        &self.kernel
    }

    /// Sets a value of the driver's service key, or of a key below it.
    pub fn set_parameter(&self, below: &str, name: &str, value: Value) {
        let mut path = self.service.clone();
        if !below.is_empty() {
            path.push(u16::from(b'\\'));
            path.extend(below.encode_utf16());
        }
        self.kernel.state.registry.create(&path);
        self.kernel
            .state
            .registry
            .set(&path, &memory::utf16(name), value);
    }

    /// Sets a value of a key, unseen by the driver.
    pub fn set_key(&self, path: &str, name: &str, value: Value) {
        let path = memory::utf16(path);
        self.kernel.state.registry.create(&path);
        self.kernel
            .state
            .registry
            .set(&path, &memory::utf16(name), value);
    }

    /// Starts in safe mode.
    pub fn set_safe_mode(&self, mode: u32) {
        self.kernel.state.cells.set("InitSafeBootMode", mode.into());
    }

    /// Loads the driver: what DriverEntry returned.
    pub fn load(&self) -> u32 {
        let system = &self.kernel.state.system;
        let bytes = memory::to_bytes(&self.service);
        let text = system.text(&bytes, *b"RegP");
        let path = system.allocate(16, *b"RegP", false, Some(0), Vec::new());
        memory::set_unicode_string(path, text, bytes.len() as u16, bytes.len() as u16);
        current(|it| it.process.set(crate::fakes::processes::SYSTEM));
        let status = self.kernel.call(
            "DriverEntry",
            self.kernel.image().entry(),
            &[self.driver, path],
        ) as u32;
        // Both go away with DriverEntry.
        for address in [path, text] {
            let _ = system.free(address, None);
        }
        if (status as i32) < 0 {
            self.check_clean();
            return status;
        }
        self.kernel.image().discard();
        self.kernel.devices_ready();
        self.loaded.store(true, SeqCst);
        self.settle();
        status
    }

    /// Whether the driver is loaded.
    pub fn is_loaded(&self) -> bool {
        self.loaded.load(SeqCst)
    }

    /// Asks the driver to unload: its answer, or [`PENDING`] while handles to its device are open and it must unload.
    ///
    /// The I/O manager unloads no driver whose devices are open ("ZwUnloadDriver"): it waits for the last handle.
    pub fn unload(&self, how: Unload) -> u32 {
        {
            let clients = lock(&self.kernel.state.clients);
            if how == Unload::Mandatory && !clients.is_empty() {
                self.unload_pending.store(true, SeqCst);
                return PENDING;
            }
            // From here on the device cannot be opened.
            if how == Unload::Mandatory {
                self.unloading.store(true, SeqCst);
            }
        }
        let sync = &self.kernel.state.sync;
        sync.wake(&mut sync.state());
        let flags = match how {
            Unload::Optional => 0,
            Unload::Mandatory => MANDATORY,
        };
        let unload = self.kernel.state.filters.get().map(|it| it.unload);
        let status = match unload {
            Some(0) => DO_NOT_DETACH,
            Some(unload) => {
                self.as_system(|| self.kernel.call("FilterUnloadCallback", unload, &[flags]) as u32)
            }
            None => self.driver_unload(),
        };
        if status != 0 {
            if how == Unload::Mandatory {
                let what = format!("a mandatory unload returned {status:#x}");
                self.kernel
                    .report(Check::ReturnValue, what, None, Vec::new());
            }
            return status;
        }
        self.loaded.store(false, SeqCst);
        self.check_clean();
        status
    }

    /// A driver without a filter unloads by its driver object's routine.
    fn driver_unload(&self) -> u32 {
        const UNLOAD: u64 = 104;
        match memory::read::<u64>(self.driver + UNLOAD) {
            0 => return DO_NOT_DETACH,
            unload => self.as_system(|| self.kernel.call("DriverUnload", unload, &[self.driver])),
        };
        0
    }

    fn as_system<R>(&self, run: impl FnOnce() -> R) -> R {
        let before = current(|it| it.process.replace(crate::fakes::processes::SYSTEM));
        let result = run();
        current(|it| it.process.set(before));
        result
    }

    /// Nothing of the driver may be left.
    fn check_clean(&self) {
        let state = &self.kernel.state;
        if !state.sync.settle() {
            let what = "something of the driver still runs".to_owned();
            self.kernel.report(Check::Lifetime, what, None, Vec::new());
        }
        let running = state.sync.state().running;
        if running > 0 {
            let what = format!("{running} threads of the driver still run");
            self.kernel.report(Check::Lifetime, what, None, Vec::new());
        }
        state.held.report(&self.kernel);
        crate::fakes::sync::rundown::report(&self.kernel);
        state.pool.report(&self.kernel);
    }

    /// Waits until all that the driver does by itself has come to rest.
    ///
    /// # Panics
    /// When it does not.
    pub fn settle(&self) {
        assert!(
            self.kernel.state.sync.settle(),
            "the driver does not come to rest"
        );
    }

    /// From now on one thread at a time runs driver code, chosen by the seed at each of its calls to the kernel. Before
    /// the driver is loaded.
    pub fn schedule(&self, seed: u64) {
        self.kernel.state.sync.schedule.begin(seed);
    }

    /// How often the schedule could have chosen another thread.
    pub fn switches(&self) -> u64 {
        self.kernel.state.sync.schedule.switches()
    }

    /// Runs these in threads of their own, and waits until all have ended.
    ///
    /// # Panics
    /// When one of them does.
    pub fn threads<'s>(&'s self, bodies: Vec<Box<dyn FnOnce() + Send + 's>>) {
        let sync = &self.kernel.state.sync;
        let ticket = std::thread::scope(|scope| {
            for body in bodies {
                let ticket = sync.schedule.ticket();
                scope.spawn(move || {
                    sync.schedule.arrive(ticket);
                    let result = catch_unwind(AssertUnwindSafe(body));
                    sync.wake(&mut sync.state());
                    sync.schedule.depart();
                    if let Err(panic) = result {
                        resume_unwind(panic);
                    }
                });
            }
            // This thread waits outside the schedule: it must not be the one that is told that nothing goes on.
            sync.schedule.step_out()
        });
        sync.schedule.admit(ticket);
        sync.schedule.arrive(ticket);
    }

    /// Runs with this thread as one that [`Suspension`](crate::kernel::Suspension) may stop.
    pub fn suspendable<R>(&self, run: impl FnOnce() -> R) -> R {
        let before = current(|it| it.suspendable.replace(true));
        let result = run();
        current(|it| it.suspendable.set(before));
        result
    }

    /// Waits until something is so; `false` where it never is.
    pub fn wait_until(&self, mut so: impl FnMut() -> bool) -> bool {
        let sync = &self.kernel.state.sync;
        sync.wake(&mut sync.state());
        sync.wait(PATIENCE, |_| so().then_some(())).is_some()
    }

    /// Whether a mandatory unload has begun.
    pub fn is_unloading(&self) -> bool {
        self.unloading.load(SeqCst)
    }

    /// Lets time pass.
    pub fn advance(&self, time: std::time::Duration) {
        self.kernel
            .state
            .clock
            .advance((time.as_nanos() / 100) as u64);
        {
            let mut state = self.kernel.state.sync.state();
            self.kernel.state.sync.wake(&mut state);
        }
        self.settle();
    }

    /// See [`Kernel::watch_paging`].
    pub fn watch_paging(&self, on: bool) {
        self.kernel.watch_paging(on);
    }

    /// See [`Kernel::watch_suspension`].
    pub fn watch_suspension(&self, on: bool) {
        self.kernel.watch_suspension(on);
    }

    /// Post-operation callbacks run at DISPATCH_LEVEL wherever Filter Manager may call them so.
    pub fn post_at_dispatch(&self, on: bool) {
        let operations = &self.kernel.state.operations;
        operations.post_at_dispatch.store(on, SeqCst);
    }

    /// Runs with this thread inside a request of the file system's own: its top-level IRP is set.
    pub fn inside_file_system<R>(&self, run: impl FnOnce() -> R) -> R {
        let before = current(|it| it.top_level_irp.replace(1));
        let result = run();
        current(|it| it.top_level_irp.set(before));
        result
    }

    /// Runs inside a guarded region: no APC is delivered.
    pub fn guarded<R>(&self, run: impl FnOnce() -> R) -> R {
        let before = current(|it| it.guarded.replace(true));
        let result = run();
        current(|it| it.guarded.set(before));
        result
    }

    /// What the driver did that it must not.
    pub fn findings(&self) -> Vec<Finding> {
        self.kernel.findings()
    }

    /// The same, forgotten by the machine: a test that wants findings takes them.
    pub fn take_findings(&self) -> Vec<Finding> {
        self.kernel.take_findings()
    }

    /// How often the driver has asked for the name of a file.
    pub fn name_queries(&self) -> u64 {
        self.kernel.state.operations.name_queries()
    }

    /// The characteristics of a device and who may open it.
    pub fn device(&self, name: &str) -> Option<(u32, Option<Security>)> {
        let (_, device) = self.kernel.state.devices.by_name(&memory::utf16(name))?;
        Some((device.characteristics, device.security))
    }

    /// How many bytes of pool the driver has.
    pub fn pool_bytes(&self) -> usize {
        self.kernel.state.pool.bytes()
    }

    pub(crate) fn handle_closed(&self) {
        let last = lock(&self.kernel.state.clients).is_empty();
        if last && self.is_loaded() && self.unload_pending.swap(false, SeqCst) {
            self.unload(Unload::Mandatory);
        }
    }
}

/// A machine that ends unloads its driver, and must have nothing to say against it.
impl Drop for Machine {
    fn drop(&mut self) {
        crate::record::stack(&self.kernel);
        crate::record::coverage(&self.kernel);
        if std::thread::panicking() || self.kernel.has_stopped() {
            self.kernel.state.sync.schedule.depart();
            return;
        }
        if self.is_loaded() {
            self.unload(Unload::Mandatory);
        }
        self.kernel.state.sync.schedule.depart();
        let findings = self.findings();
        let text: Vec<_> = findings.iter().map(ToString::to_string).collect();
        assert!(
            findings.is_empty(),
            "{} findings:\n{}",
            findings.len(),
            text.join("\n")
        );
    }
}
