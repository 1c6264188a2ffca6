//! Processes begin and end, threads begin, images are mapped.

use std::sync::Arc;

use super::{Machine, Process, Program};
use crate::cpu::thread::current;
use crate::fakes::USER_MEMORY;
use crate::fakes::notify::Kind;
use crate::fakes::processes::SYSTEM;
use crate::memory;

/// A process to be started.
#[derive(Clone, Debug)]
pub struct NewProcess {
    /// Its executable, as user mode names it or as the object manager does.
    pub image: Vec<u16>,
    /// `None` where Windows gives none.
    pub command_line: Option<Vec<u16>>,
    /// Another parent than the process that starts it.
    pub parent: Option<u64>,
    /// The id, where it matters.
    pub id: Option<u64>,
    /// The last part of the integrity SID.
    pub integrity: u32,
    /// Whether it runs in an app container.
    pub app_container: bool,
    /// The account.
    pub sid: Vec<u8>,
    /// The logon session.
    pub logon: u64,
    /// The terminal session.
    pub session: u32,
    /// A subsystem other than Windows'.
    pub subsystem: bool,
}

/// `S-1-5-18`.
const SYSTEM_SID: [u8; 12] = [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0];
/// A user's.
const USER_SID: [u8; 28] = [
    1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0xe9, 3, 0, 0,
];
const MEDIUM: u32 = 0x2000;
const SYSTEM_INTEGRITY: u32 = 0x4000;

impl NewProcess {
    /// A process of an ordinary user.
    pub fn new(image: &str, command_line: &str) -> Self {
        Self {
            image: memory::utf16(image),
            command_line: Some(memory::utf16(command_line)),
            parent: None,
            id: None,
            integrity: MEDIUM,
            app_container: false,
            sid: USER_SID.to_vec(),
            logon: 0x3e7_1234,
            session: 1,
            subsystem: false,
        }
    }
}

impl Machine {
    /// The processes that run before the driver is loaded.
    pub(crate) fn first_processes(&self) {
        let system = NewProcess {
            id: Some(SYSTEM),
            command_line: None,
            integrity: SYSTEM_INTEGRITY,
            sid: SYSTEM_SID.to_vec(),
            logon: 0x3e7,
            session: 0,
            ..NewProcess::new("", "")
        };
        self.add_process(0, &system);
        let service = NewProcess {
            id: Some(0x200),
            image: memory::utf16(r"\Device\HarddiskVolume1\Windows\System32\services.exe"),
            ..system.clone()
        };
        self.add_process(SYSTEM, &service);
        let shell = NewProcess {
            id: Some(0x400),
            ..NewProcess::new(
                r"\Device\HarddiskVolume1\Windows\explorer.exe",
                r"C:\Windows\explorer.exe",
            )
        };
        self.add_process(0x3f0, &shell);
    }

    /// The shell, which ran before the driver was loaded.
    pub fn shell(&self) -> Program<'_> {
        self.program(0x400)
    }

    /// The system process.
    pub fn system(&self) -> Program<'_> {
        self.program(SYSTEM)
    }

    /// What a process does.
    pub fn program(&self, id: u64) -> Program<'_> {
        Program::new(self, id)
    }

    fn add_process(&self, parent: u64, new: &NewProcess) -> Arc<Process> {
        let state = &self.kernel.state;
        let key = state.processes.next_key();
        let process = Arc::new(Process {
            object: state.objects.new_named("a process object"),
            token: state.objects.new_named("a token"),
            id: new.id.unwrap_or(0x1000 + 4 * (key & 0xffff_ffff)),
            parent,
            start_key: key,
            session: new.session,
            image: self.device_path(&new.image),
            integrity: new.integrity,
            app_container: new.app_container,
            sid: new.sid.clone(),
            logon: new.logon,
            exited: false,
        });
        state.processes.add(process.clone());
        process
    }

    /// A process starts another: its id, and the status that the driver left for it. Where that is a failure, the process
    /// is gone again.
    pub(crate) fn start(&self, creator: u64, new: &NewProcess) -> (u64, u32) {
        let parent = new.parent.unwrap_or(creator);
        let process = self.add_process(parent, new);
        let status = self.notify_created(&process, new);
        if (status as i32) < 0 {
            self.end(process.id);
            return (process.id, status);
        }
        let thread = self.kernel.state.sync.new_thread_id();
        self.notify_thread(process.id, thread, true);
        (process.id, status)
    }

    fn notify_created(&self, process: &Process, new: &NewProcess) -> u32 {
        /// `FileOpenNameAvailable`, `IsSubsystemProcess`.
        const NAME_AVAILABLE: u32 = 1;
        const SUBSYSTEM: u32 = 2;
        const SIZE: usize = 72;
        let state = &self.kernel.state;
        let system = &state.system;
        let mut texts = Vec::new();
        let mut text = |units: &[u16]| {
            let bytes = state.counted(units);
            let at = system.text(&bytes, *b"PsNo");
            let string = system.allocate(16, *b"PsNo", false, Some(0), Vec::new());
            let length = bytes.len() as u16;
            memory::set_unicode_string(string, at, length, length);
            texts.extend([at, string]);
            string
        };
        let image = text(&[&memory::utf16(r"\??\"), &*new.image].concat());
        let command_line = new.command_line.as_deref().map_or(0, &mut text);
        let info = system.allocate(SIZE, *b"PsNo", false, Some(0), Vec::new());
        let flags = if new.subsystem {
            SUBSYSTEM
        } else {
            NAME_AVAILABLE
        };
        memory::write(info, SIZE as u64);
        memory::write(info + 8, flags);
        memory::write(info + 16, process.parent);
        memory::write(info + 24, current(|it| it.process.get()));
        memory::write(info + 32, current(|it| it.thread.get()));
        memory::write(info + 40, self.kernel.state.thread_object);
        memory::write(info + 48, if new.subsystem { 0 } else { image });
        memory::write(info + 56, if new.subsystem { 0 } else { command_line });
        let arguments = [process.object, process.id, info];
        self.kernel
            .notify(Kind::Process, "process notification", &arguments);
        let status = memory::read(info + 64);
        let _ = system.free(info, None);
        for at in texts {
            let _ = system.free(at, None);
        }
        status
    }

    /// A process ends.
    pub(crate) fn end(&self, id: u64) {
        let Some(process) = self.kernel.state.processes.by_id(id) else {
            return;
        };
        let ended = Arc::new(Process {
            exited: true,
            ..(*process).clone()
        });
        self.kernel.state.processes.add(ended);
        let before = current(|it| it.process.replace(id));
        let arguments = [process.object, id, 0];
        self.kernel
            .notify(Kind::Process, "process notification", &arguments);
        current(|it| it.process.set(before));
        self.kernel.state.processes.remove(id);
    }

    /// A thread begins or ends.
    pub(crate) fn notify_thread(&self, process: u64, thread: u64, begins: bool) {
        let arguments = [process, thread, begins.into()];
        self.kernel
            .notify(Kind::Thread, "thread notification", &arguments);
    }

    /// An image is mapped: into a process, or into the system where `process` is 0.
    pub(crate) fn notify_image(&self, process: u64, name: Option<&[u16]>) {
        const SIZE: usize = 40;
        const SYSTEM_MODE: u32 = 1 << 8;
        let system = &self.kernel.state.system;
        let info = system.allocate(SIZE + 16, *b"PsIm", false, Some(0), Vec::new());
        memory::write(info, if process == 0 { SYSTEM_MODE } else { 0 });
        memory::write(info + 8, USER_MEMORY);
        memory::write(info + 24, 0x1000u64);
        let bytes = self.kernel.state.counted(name.unwrap_or_default());
        let text = system.text(&bytes, *b"PsIm");
        let string = system.allocate(16, *b"PsIm", false, Some(0), Vec::new());
        memory::set_unicode_string(string, text, bytes.len() as u16, bytes.len() as u16);
        let given = if name.is_some() { string } else { 0 };
        let arguments = [given, process, info];
        self.kernel
            .notify(Kind::Image, "image notification", &arguments);
        for at in [info, string, text] {
            let _ = system.free(at, None);
        }
    }
}
