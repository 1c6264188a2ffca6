//! What callbacks cost: the driver's own part, without the simulated kernel's.
//!
//! A [`Bench`] puts routines of a few instructions in the place of those that callbacks call, and calls callbacks with
//! what Windows would hand over, prepared once. What is then left besides the driver is one round trip to its stack and
//! back for each callback, which [`Bench::nothing`] has alone.

use std::sync::atomic::Ordering::Relaxed;

use super::{Machine, SYSTEM_VOLUME};
use crate::fakes::flt::operation::{Operation, Related, data};
use crate::fakes::quick;
use crate::fakes::requests::major;
use crate::memory;

const TAG: [u8; 4] = *b"Cost";
/// The id of the processes that begin.
const PROCESS_ID: u64 = 0x8000;

/// A machine for measuring: it is of no other use any more, and is never unloaded.
#[derive(Debug)]
pub struct Bench {
    machine: Machine,
    create: (u64, u64),
    process: u64,
    /// Start key and id of the shell.
    shell: (u64, u64),
}

/// A create that succeeds, ready to be announced.
#[derive(Debug)]
pub struct Create {
    data: u64,
    related: Related,
    context: u64,
}

/// A process that begins, ready to be announced.
#[derive(Debug)]
pub struct Begin {
    information: u64,
}

impl Bench {
    /// From now on the shell acts on this machine, whose driver is loaded.
    ///
    /// # Panics
    /// When the driver is not loaded, or watches no files or processes.
    pub fn new(machine: Machine) -> Self {
        let kernel = machine.kernel();
        kernel.measure_stack(false);
        let shell = kernel.state.processes.by_id(machine.shell().id());
        let shell = shell.expect("the shell is there");
        quick::PROCESS.store(shell.object, Relaxed);
        let volume = machine.volume(SYSTEM_VOLUME);
        let (_, callbacks) = kernel
            .registered(&volume, &Operation::default())
            .expect("creates are watched");
        let process = kernel
            .state
            .notify
            .first(crate::fakes::notify::Kind::Process);
        let bench = Self {
            create: (callbacks.before, callbacks.after),
            process: process.expect("processes are watched"),
            shell: (shell.start_key, shell.id),
            machine,
        };
        for (name, address) in quick::all() {
            bench.machine.kernel().image().redirect(name, address);
        }
        bench
    }

    /// The machine, to ask its driver what it counted.
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    fn text(&self, text: &str) -> u64 {
        let system = &self.machine.kernel().state.system;
        let units = memory::utf16(text);
        let bytes = memory::to_bytes(&units);
        let buffer = system.text(&bytes, TAG);
        let string = system.allocate(16, TAG, false, Some(0), Vec::new());
        let length = bytes.len() as u16;
        memory::set_unicode_string(string, buffer, length, length);
        string
    }

    /// A file of this name, as user mode says it, is created.
    ///
    /// # Panics
    /// When the machine has no such volume.
    pub fn create(&self, path: &str) -> Create {
        const CREATED: u64 = 2;
        const OVERWRITE_IF: u64 = 5 << 24;
        const NAME_INFORMATION: usize = 120;
        let kernel = self.machine.kernel();
        let system = &kernel.state.system;
        let (volume, _) = self.machine.locate(&memory::utf16(path));
        let security = system.allocate(24, TAG, false, Some(0), Vec::new());
        memory::write(security + 16, 0x0012_0196u32);
        let file = system.allocate(216, TAG, false, Some(0), Vec::new());
        // A file object's name has a length: otherwise the volume would be opened.
        memory::write(file + 88, 2u16);
        let operation = Operation {
            major: major::CREATE,
            file,
            parameters: [security, OVERWRITE_IF, 0x0007_0080, 0, 0, 0],
            ..Operation::default()
        };
        let instance = kernel.registered(&volume, &operation);
        let (instance, _) = instance.expect("creates are watched");
        let data = kernel.new_data(&instance, &operation);
        memory::write(data + data::STATUS, 0u32);
        memory::write(data + data::INFORMATION, CREATED);
        let name = system.allocate(NAME_INFORMATION, TAG, false, Some(0), Vec::new());
        let device = self.machine.device_path(&memory::utf16(path));
        let string = self.text(&String::from_utf16_lossy(&device));
        memory::store(name + 8, &memory::bytes(string, 16));
        quick::FILE_NAME.store(name, Relaxed);
        Create {
            data,
            related: Related::new(kernel, &instance, file),
            context: system.allocate(8, TAG, false, Some(0), Vec::new()),
        }
    }

    /// The create's callbacks, before and after.
    pub fn announce_create(&self, create: &Create) {
        quick::START_KEY.store(self.shell.0, Relaxed);
        quick::PROCESS_ID.store(self.shell.1, Relaxed);
        let related = create.related.address;
        let before = [create.data, related, create.context];
        let before = self.call(self.create.0, &before);
        if before == 0 {
            let context = memory::read(create.context);
            self.call(self.create.1, &[create.data, related, context, 0]);
        }
    }

    /// A program of this image, as user mode says it, and command line begins, a child of the shell.
    pub fn begin(&self, image: &str, command_line: &str) -> Begin {
        let system = &self.machine.kernel().state.system;
        let information = system.allocate(72, TAG, false, Some(0), Vec::new());
        let device = self.machine.device_path(&memory::utf16(image));
        let name = self.text(&String::from_utf16_lossy(&device));
        quick::IMAGE_NAME.store(name, Relaxed);
        memory::write(information, 72u64);
        memory::write(information + 8, 1u32);
        memory::write(information + 16, self.shell.1);
        memory::write(information + 48, self.text(&format!(r"\??\{image}")));
        memory::write(information + 56, self.text(command_line));
        Begin { information }
    }

    /// The process's notification. Each is another process: its number is one that was not there before.
    pub fn announce_process(&self, begin: &Begin, number: u64) {
        quick::START_KEY.store(0x0002_0000_0000_0000 + number, Relaxed);
        quick::PROCESS_ID.store(PROCESS_ID, Relaxed);
        let process = quick::PROCESS.load(Relaxed);
        self.call(self.process, &[process, PROCESS_ID, begin.information]);
    }

    /// A callback that does nothing: what the way to the driver's stack and back costs.
    pub fn nothing(&self) {
        self.call(quick::nothing_at(), &[0; 4]);
    }

    fn call(&self, function: u64, arguments: &[u64]) -> u64 {
        self.machine.kernel().call("measured", function, arguments)
    }
}
