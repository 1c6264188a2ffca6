//! Processes, their tokens and names.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use crate::cpu::thread::current;
use crate::fakes::objects::OBJECT;
use crate::fakes::{LOW, SUCCESS, status};
use crate::finding::Check;
use crate::kernel::{Kernel, lock};
use crate::memory;
use crate::routine::{APC, Call, DISPATCH, HIGH, PASSIVE, Routine, routine};

/// The system process's id.
pub(crate) const SYSTEM: u64 = 4;

/// A process.
#[derive(Clone, Debug)]
pub struct Process {
    /// The address of its object.
    pub(crate) object: u64,
    /// The address of its token.
    pub(crate) token: u64,
    pub(crate) id: u64,
    pub(crate) parent: u64,
    pub(crate) start_key: u64,
    pub(crate) session: u32,
    /// As the object manager names it: `\Device\HarddiskVolume1\...`.
    pub(crate) image: Vec<u16>,
    /// The last part of the token's integrity SID: 0x3000 is high.
    pub(crate) integrity: u32,
    pub(crate) app_container: bool,
    pub(crate) sid: Vec<u8>,
    pub(crate) logon: u64,
    pub(crate) exited: bool,
}

/// All processes.
#[derive(Debug, Default)]
pub(crate) struct Processes(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    live: BTreeMap<u64, Arc<Process>>,
    by_object: HashMap<u64, Arc<Process>>,
    by_token: HashMap<u64, Arc<Process>>,
    keys: u64,
}

impl Processes {
    pub(crate) fn next_key(&self) -> u64 {
        let mut table = lock(&self.0);
        table.keys += 1;
        0x0001_0000_0000_0000 + table.keys
    }

    /// Adds a process; one of the same id that has ended stays known by its object.
    pub(crate) fn add(&self, process: Arc<Process>) {
        let mut table = lock(&self.0);
        table.live.insert(process.id, process.clone());
        table.by_object.insert(process.object, process.clone());
        table.by_token.insert(process.token, process);
    }

    pub(crate) fn remove(&self, id: u64) {
        lock(&self.0).live.remove(&id);
    }

    /// The live process of an id.
    pub(crate) fn by_id(&self, id: u64) -> Option<Arc<Process>> {
        lock(&self.0).live.get(&id).cloned()
    }

    pub(crate) fn by_object(&self, object: u64) -> Option<Arc<Process>> {
        lock(&self.0).by_object.get(&object).cloned()
    }

    fn by_token(&self, token: u64) -> Option<Arc<Process>> {
        lock(&self.0).by_token.get(&token).cloned()
    }
}

/// The kind under which tokens are held.
const TOKEN: &str = "token reference";
const INVALID_CID: u64 = status(0xc000_000b);
/// What Windows tags the memory with that it hands to drivers.
const SYSTEM_TAG: [u8; 4] = *b"SeTk";

pub(crate) const ROUTINES: &[Routine] = &[
    routine(
        "PsGetProcessId",
        "ntddk/nf-ntddk-psgetprocessid",
        HIGH,
        process_id,
    ),
    routine(
        "PsGetCurrentProcessId",
        "ntddk/nf-ntddk-psgetcurrentprocessid",
        HIGH,
        current_id,
    ),
    routine(
        "IoGetCurrentProcess",
        "wdm/nf-wdm-iogetcurrentprocess",
        HIGH,
        current_process,
    ),
    routine(
        "PsGetCurrentProcess",
        "wdm/nf-wdm-iogetcurrentprocess",
        HIGH,
        current_process,
    ),
    routine(
        "PsGetProcessStartKey",
        "ntddk/nf-ntddk-psgetprocessstartkey",
        DISPATCH,
        start_key,
    ),
    routine(
        "PsLookupProcessByProcessId",
        "ntifs/nf-ntifs-pslookupprocessbyprocessid",
        APC,
        lookup,
    )
    .or(INVALID_CID),
    routine(
        "SeLocateProcessImageName",
        "ntifs/nf-ntifs-selocateprocessimagename",
        PASSIVE,
        image_name,
    )
    .or(LOW),
    routine(
        "PsReferencePrimaryToken",
        "ntifs/nf-ntifs-psreferenceprimarytoken",
        PASSIVE,
        token,
    ),
    routine(
        "PsDereferencePrimaryToken",
        "ntifs/nf-ntifs-psdereferenceprimarytoken",
        PASSIVE,
        release_token,
    ),
    routine(
        "SeQueryInformationToken",
        "ntifs/nf-ntifs-sequeryinformationtoken",
        PASSIVE,
        query_token,
    )
    .or(LOW),
    routine(
        "SeQueryAuthenticationIdToken",
        "ntifs/nf-ntifs-sequeryauthenticationidtoken",
        PASSIVE,
        authentication_id,
    )
    .or(LOW),
    routine(
        "SeQuerySessionIdToken",
        "ntifs/nf-ntifs-sequerysessionidtoken",
        PASSIVE,
        session_id,
    )
    .or(LOW),
    routine(
        "PsGetProcessExitStatus",
        "ntddk/nf-ntddk-psgetprocessexitstatus",
        PASSIVE,
        exit_status,
    ),
    routine(
        "PsGetProcessCreateTimeQuadPart",
        "ntddk/nf-ntddk-psgetprocesscreatetimequadpart",
        HIGH,
        create_time,
    ),
];

fn find(kernel: &Kernel, call: &Call<'_>, object: u64) -> Arc<Process> {
    let found = kernel.state.processes.by_object(object);
    found.unwrap_or_else(|| call.stop(Check::Reference, format!("{object:#x} is no process")))
}

fn process_id(kernel: &Kernel, call: &Call<'_>) -> u64 {
    find(kernel, call, call.u64(0)).id
}

fn current_id(_: &Kernel, _: &Call<'_>) -> u64 {
    current(|it| it.process.get())
}

fn current_process(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let id = current(|it| it.process.get());
    match kernel.state.processes.by_id(id) {
        Some(process) => process.object,
        None => call.stop(Check::Stage, "the thread's process is gone"),
    }
}

fn start_key(kernel: &Kernel, call: &Call<'_>) -> u64 {
    find(kernel, call, call.u64(0)).start_key
}

fn create_time(kernel: &Kernel, call: &Call<'_>) -> u64 {
    find(kernel, call, call.u64(0)).start_key
}

fn exit_status(kernel: &Kernel, call: &Call<'_>) -> u64 {
    const STATUS_PENDING: u64 = 0x103;
    let process = find(kernel, call, call.u64(0));
    if process.exited { 0 } else { STATUS_PENDING }
}

fn lookup(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let Some(process) = kernel.state.processes.by_id(call.u64(0)) else {
        return INVALID_CID;
    };
    kernel.state.held.take(kernel, call, OBJECT, process.object);
    memory::write(call.u64(1), process.object);
    SUCCESS
}

fn image_name(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let process = find(kernel, call, call.u64(0));
    let bytes = memory::to_bytes(&process.image);
    let places = kernel.places(&call.registers());
    let pool = &kernel.state.pool;
    let at = pool.allocate(16 + bytes.len() + 2, SYSTEM_TAG, false, Some(0), places);
    memory::store(at + 16, &bytes);
    let length = bytes.len() as u16;
    memory::set_unicode_string(at, at + 16, length, length + 2);
    memory::write(call.u64(1), at);
    SUCCESS
}

fn token(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let process = find(kernel, call, call.u64(0));
    kernel.state.held.take(kernel, call, TOKEN, process.token);
    process.token
}

fn release_token(kernel: &Kernel, call: &Call<'_>) -> u64 {
    kernel.state.held.give(call, TOKEN, call.u64(0));
    0
}

const TOKEN_USER: u32 = 1;
const TOKEN_STATISTICS: u32 = 10;
const TOKEN_SESSION_ID: u32 = 12;
const TOKEN_INTEGRITY_LEVEL: u32 = 25;
const TOKEN_IS_APP_CONTAINER: u32 = 29;
const NOT_SUPPORTED: u64 = status(0xc000_00bb);

/// The integrity SID, `S-1-16-` and the level.
fn integrity_sid(level: u32) -> Vec<u8> {
    let mut sid = vec![1, 1, 0, 0, 0, 0, 0, 16];
    sid.extend(level.to_le_bytes());
    sid
}

fn of_token(kernel: &Kernel, call: &Call<'_>) -> Arc<Process> {
    let found = kernel.state.processes.by_token(call.u64(0));
    found.unwrap_or_else(|| call.stop(Check::Reference, "no token"))
}

fn authentication_id(kernel: &Kernel, call: &Call<'_>) -> u64 {
    memory::write(call.u64(1), of_token(kernel, call).logon);
    SUCCESS
}

fn session_id(kernel: &Kernel, call: &Call<'_>) -> u64 {
    memory::write(call.u64(1), of_token(kernel, call).session);
    SUCCESS
}

fn query_token(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let process = of_token(kernel, call);
    let (class, result) = (call.u32(1), call.u64(2));
    let places = kernel.places(&call.registers());
    let with_sid = |sid: &[u8]| {
        let pool = &kernel.state.pool;
        let at = pool.allocate(16 + sid.len(), SYSTEM_TAG, true, Some(0), places.clone());
        memory::write(at, at + 16);
        memory::store(at + 16, sid);
        at
    };
    match class {
        // These two are stored where the pointer would be.
        TOKEN_SESSION_ID => memory::write(result, process.session),
        TOKEN_IS_APP_CONTAINER => memory::write(result, u32::from(process.app_container)),
        TOKEN_USER => memory::write(result, with_sid(&process.sid)),
        TOKEN_INTEGRITY_LEVEL => {
            memory::write(result, with_sid(&integrity_sid(process.integrity)));
        }
        TOKEN_STATISTICS => {
            let pool = &kernel.state.pool;
            let at = pool.allocate(56, SYSTEM_TAG, true, Some(0), places.clone());
            // TOKEN_STATISTICS: TokenId, then AuthenticationId.
            memory::write(at + 8, process.logon);
            memory::write(result, at);
        }
        _ => return NOT_SUPPORTED,
    }
    SUCCESS
}
