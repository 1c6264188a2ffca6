//! Processes open each other.

use super::Program;
use crate::fakes::object_callbacks::Registration;
use crate::kernel::Kernel;
use crate::memory;

const CREATE: u32 = 1;
const DUPLICATE: u32 = 2;

impl Program<'_> {
    /// Opens a process: the access that is granted.
    pub fn open_process(&self, id: u64, access: u32) -> u32 {
        self.run(|| {
            self.machine()
                .kernel()
                .handle_to(id, access, CREATE, 0, false)
        })
    }

    /// Duplicates a handle to a process from a third process into this one.
    pub fn duplicate_process(&self, id: u64, source: u64, access: u32) -> u32 {
        self.run(|| {
            self.machine()
                .kernel()
                .handle_to(id, access, DUPLICATE, source, false)
        })
    }

    /// Opens a process by a kernel handle, as drivers do.
    pub fn open_process_for_kernel(&self, id: u64, access: u32) -> u32 {
        self.run(|| {
            self.machine()
                .kernel()
                .handle_to(id, access, CREATE, 0, true)
        })
    }
}

impl Kernel {
    fn handle_to(&self, id: u64, access: u32, kind: u32, source: u64, kernel: bool) -> u32 {
        let Some(process) = self.state.processes.by_id(id) else {
            return 0;
        };
        let _inside = self.state.object_callbacks.gate.enter(self);
        let Some(registration) = self.state.object_callbacks.get() else {
            return access;
        };
        let system = &self.state.system;
        let kernel_type =
            memory::read::<u64>(self.state.cells.get("PsProcessType").unwrap_or_default());
        let mut granted = access;
        for operation in &registration.operations {
            if operation.object_type != kernel_type || operation.kinds & kind == 0 {
                continue;
            }
            let parameters = system.allocate(24, *b"ObCb", false, Some(0), Vec::new());
            memory::write(parameters, granted);
            memory::write(parameters + 4, access);
            if kind == DUPLICATE {
                let object = |id| self.state.processes.by_id(id).map_or(0, |it| it.object);
                let own = crate::cpu::thread::current(|it| it.process.get());
                memory::write(parameters + 8, object(source));
                memory::write(parameters + 16, object(own));
            }
            let information = system.allocate(40, *b"ObCb", false, Some(0), Vec::new());
            memory::write(information, kind);
            memory::write(information + 4, u32::from(kernel));
            memory::write(information + 8, process.object);
            memory::write(information + 16, operation.object_type);
            memory::write(information + 32, parameters);
            if operation.before != 0 {
                let arguments = [registration.context, information];
                let result = self
                    .shared()
                    .call("pre-handle", operation.before, &arguments);
                if result as u32 != 0 {
                    let what = "only OB_PREOP_SUCCESS may be returned".to_owned();
                    let check = crate::finding::Check::ReturnValue;
                    self.report(check, what, None, Vec::new());
                }
            }
            let wanted: u32 = memory::read(parameters);
            if wanted & !granted != 0 || kernel && wanted != granted {
                let what = format!("access {granted:#x} was changed to {wanted:#x}");
                self.report(crate::finding::Check::Contract, what, None, Vec::new());
            }
            granted = wanted;
            if operation.after != 0 {
                let call_context: u64 = memory::read(information + 24);
                self.tell_handle(
                    operation.after,
                    &registration,
                    information,
                    granted,
                    call_context,
                );
            }
            for at in [information, parameters] {
                let _ = system.free(at, None);
            }
        }
        granted
    }

    /// The post-operation callback.
    fn tell_handle(
        &self,
        after: u64,
        registration: &Registration,
        before: u64,
        granted: u32,
        call_context: u64,
    ) {
        let system = &self.state.system;
        let parameters = system.allocate(8, *b"ObCb", false, Some(0), Vec::new());
        memory::write(parameters, granted);
        let information = system.allocate(48, *b"ObCb", false, Some(0), Vec::new());
        memory::store(information, &memory::bytes(before, 24));
        memory::write(information + 24, call_context);
        memory::write(information + 40, parameters);
        let arguments = [registration.context, information];
        self.shared().call("post-handle", after, &arguments);
        for at in [information, parameters] {
            let _ = system.free(at, None);
        }
    }
}
