//! Clients of the driver's control device.

use super::{Completed, Machine};
use crate::cpu::thread::current;
use crate::fakes::USER_MEMORY;
use crate::fakes::io::devices::is_ready;
use crate::fakes::io::irps::New;
use crate::fakes::sync::{PATIENCE, Waits};
use crate::kernel::lock;
use crate::memory;

/// Major functions.
mod major {
    pub(super) const CREATE: u8 = 0;
    pub(super) const CLOSE: u8 = 2;
    pub(super) const DEVICE_CONTROL: u8 = 14;
    pub(super) const CLEANUP: u8 = 18;
}

/// `STATUS_ACCESS_DENIED`.
pub const ACCESS_DENIED: u32 = 0xc000_0022;
const NO_SUCH_DEVICE: u32 = 0xc000_0034;
const PENDING: u32 = 0x103;
/// `FILE_READ_DATA`, `FILE_WRITE_DATA`.
const READ_DATA: u32 = 1;
const WRITE_DATA: u32 = 2;
const GENERIC_ALL: u32 = 0x1000_0000;

/// Who a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The local system.
    System,
    /// An administrator.
    Administrator,
    /// Anybody.
    User,
}

impl Who {
    fn sids(self) -> Vec<Vec<u8>> {
        let sid = |parts: &[u32]| {
            let mut bytes = vec![1, parts.len() as u8, 0, 0, 0, 0, 0, 5];
            bytes.extend(parts.iter().flat_map(|it| it.to_le_bytes()));
            bytes
        };
        // Everyone is S-1-1-0.
        let everyone = vec![1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];
        let own = match self {
            Self::System => sid(&[18]),
            Self::Administrator => sid(&[32, 544]),
            Self::User => sid(&[32, 545]),
        };
        vec![own, everyone, sid(&[11])]
    }
}

/// An open handle to the device; it is closed when dropped.
#[derive(Debug)]
pub struct Client<'m> {
    machine: &'m Machine,
    device: u64,
    file: u64,
    access: u32,
    open: bool,
}

impl Machine {
    /// Opens the driver's device as an administrator, for reading and writing.
    ///
    /// # Errors
    /// With the status where it fails.
    pub fn client(&self, name: &str) -> Result<Client<'_>, u32> {
        self.client_as(name, Who::Administrator, READ_DATA | WRITE_DATA)
    }

    /// Opens the driver's device.
    ///
    /// # Errors
    /// With the status where it fails.
    pub fn client_as(&self, name: &str, who: Who, access: u32) -> Result<Client<'_>, u32> {
        let state = &self.kernel.state;
        let whole = memory::utf16(name);
        // A name behind the device's is the file's name on it.
        let slash = whole
            .iter()
            .enumerate()
            .skip(1)
            .filter(|(_, it)| **it == u16::from(b'\\'));
        let ends: Vec<usize> = slash.map(|(at, _)| at).chain([whole.len()]).collect();
        let found = ends.iter().rev().find_map(|end| {
            let device = state.devices.by_name(&whole[..*end])?;
            Some((device, whole[*end..].to_vec()))
        });
        let Some(((device, known), rest)) = found else {
            return Err(NO_SUCH_DEVICE);
        };
        if self.unload_pending.load(super::SeqCst) || !is_ready(device) {
            return Err(NO_SUCH_DEVICE);
        }
        if let Some(security) = &known.security {
            let sids = who.sids();
            let allowed = security.allowed.iter().filter(|it| sids.contains(&it.0));
            let granted = allowed.fold(0, |sum, it| sum | it.1);
            if granted & GENERIC_ALL == 0 && access & !granted != 0 {
                return Err(ACCESS_DENIED);
            }
        }
        let system = &state.system;
        let file = system.allocate(216, *b"File", false, Some(0), Vec::new());
        let bytes = memory::to_bytes(&rest);
        let text = system.text(&bytes, *b"FilN");
        memory::write(file, 5u16);
        memory::write(file + 2, 216u16);
        memory::write(file + 8, device);
        memory::set_unicode_string(file + 88, text, bytes.len() as u16, bytes.len() as u16);
        {
            let mut clients = lock(&state.clients);
            if self.unloading.load(super::SeqCst) {
                return Err(NO_SUCH_DEVICE);
            }
            clients.insert(file, device);
        }
        let client = Client {
            machine: self,
            device,
            file,
            access,
            open: false,
        };
        let done = client.request(major::CREATE, [0; 4], &[], 0);
        let result = match done {
            Ok(done) if done.status == 0 => Ok(Client {
                open: true,
                ..client
            }),
            Ok(done) => Err(done.status),
            Err(_) => Err(PENDING),
        };
        if result.is_err() {
            lock(&state.clients).remove(&file);
            let _ = system.free(file, None);
        }
        let _ = system.free(text, None);
        result
    }
}

/// A request that the driver has not completed.
#[derive(Debug, PartialEq, Eq)]
pub struct Pended(u64);

impl Client<'_> {
    fn request(
        &self,
        major: u8,
        parameters: [u64; 4],
        input: &[u8],
        output_length: usize,
    ) -> Result<Completed, Pended> {
        let kernel = self.machine.kernel();
        if current(|it| it.process.get()) == 0 {
            current(|it| it.process.set(0x400));
        }
        let new = New {
            major,
            device: self.device,
            file: self.file,
            parameters,
            input,
            output_length,
        };
        let (number, _) = kernel.send(self.machine.driver, &new);
        kernel.completed(number).ok_or(Pended(number))
    }

    /// Sends a control request: what came of it, or that it pends.
    ///
    /// # Errors
    /// With the request where the driver has not completed it.
    pub fn control(
        &self,
        code: u32,
        input: &[u8],
        output_length: usize,
    ) -> Result<Completed, Pended> {
        // The I/O manager checks the access that the code asks for.
        let wanted = code >> 14 & 3;
        if wanted & !self.access != 0 {
            return Ok(Completed {
                status: ACCESS_DENIED,
                information: 0,
                output: Vec::new(),
            });
        }
        if code & 3 != 0 {
            panic!("only METHOD_BUFFERED is simulated");
        }
        let parameters = [
            output_length as u64,
            input.len() as u64,
            code.into(),
            USER_MEMORY,
        ];
        self.request(major::DEVICE_CONTROL, parameters, input, output_length)
    }

    /// What came of a request that pended, if it is completed by now.
    ///
    /// # Errors
    /// With the request where it still pends.
    pub fn poll(&self, pended: Pended) -> Result<Completed, Pended> {
        self.machine.kernel().completed(pended.0).ok_or(pended)
    }

    /// Cancels a request that pends.
    ///
    /// # Errors
    /// With the request where it could not be cancelled.
    pub fn cancel(&self, pended: Pended) -> Result<Completed, Pended> {
        let kernel = self.machine.kernel();
        if let Some(address) = kernel.request(pended.0) {
            kernel.cancel(address);
        }
        let done = |_: &mut Waits| kernel.request(pended.0).is_none().then_some(());
        kernel.state.sync.wait(PATIENCE, done);
        self.poll(pended)
    }
}

impl Drop for Client<'_> {
    fn drop(&mut self) {
        if !self.open || std::thread::panicking() || self.machine.kernel().has_stopped() {
            return;
        }
        let _ = self.request(major::CLEANUP, [0; 4], &[], 0);
        // What still pends is cancelled when the thread ends.
        let kernel = self.machine.kernel();
        for number in kernel.requests(self.file) {
            if let Some(address) = kernel.request(number) {
                kernel.cancel(address);
            }
        }
        let none = |_: &mut Waits| kernel.requests(self.file).is_empty().then_some(());
        if kernel.state.sync.wait(PATIENCE, none).is_none() {
            let what = "requests still pend after cleanup and cancel".to_owned();
            kernel.report(crate::finding::Check::Lifetime, what, None, Vec::new());
        }
        let _ = self.request(major::CLOSE, [0; 4], &[], 0);
        lock(&kernel.state.clients).remove(&self.file);
        let _ = kernel.state.system.free(self.file, None);
        self.machine.handle_closed();
    }
}
