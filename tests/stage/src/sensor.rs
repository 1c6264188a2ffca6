//! Cofferdam's driver on the machine: content made from rules, control requests, telemetry.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use cofferdam_asm::model::Issue;
use cofferdam_compiler::emit::{EmitOptions, compile};
use cofferdam_compiler::{Options, load_texts};
use cofferdam_engine::Mode;
use cofferdam_engine::protocol::{
    LoadAnswer, MAX_CHUNK, RECORD_SIZE, ReadAnswer, RecordVerdict, Request, RollbackOrder,
    StoredEvent,
};
use cofferdam_engine::stats::{STATUS_SIZE, StatusView};
use cofferdam_interpreter::layout::SIGNATURE_SIZE;
use cofferdam_interpreter::schema::{Kind, Tier};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use sha2::{Digest as _, Sha256};

use crate::coverage::Coverage;
use crate::image::driver_image;
use crate::machine::control::Pended;
use crate::machine::{Client, Completed, Disk, Machine};

/// The control device, as user mode reaches it.
pub const DEVICE: &str = r"\Device\Cofferdam";
/// The key that the machine trusts.
pub const KEY_ID: [u8; 16] = *b"the stage's key\0";
/// Where the key's id stands in a content file's header.
const KEY_ID_PLACE: std::ops::Range<usize> = 104..120;
const REG_BINARY: u32 = 3;
const REG_DWORD: u32 = 4;
/// Records that one read asks for.
const RECORDS: usize = 64;

/// A machine on which Cofferdam's driver is installed, in this mode, trusting the key with which [`sign`] signs.
///
/// # Panics
/// When the driver cannot be built.
pub fn installed(mode: Mode) -> Machine {
    installed_on(mode, Disk::default())
}

/// The same with another disk as `C:`.
///
/// # Panics
/// When the driver cannot be built.
pub fn installed_on(mode: Mode, disk: Disk) -> Machine {
    let image = driver_image().unwrap_or_else(|error| panic!("{error}"));
    let coverage = Coverage::shared(&image).unwrap_or_else(|error| panic!("{error}"));
    installed_noting(mode, disk, Some(coverage))
}

/// The same, which notes there what of the driver runs, or nowhere: then no breakpoints are in it.
///
/// # Panics
/// When the driver cannot be built.
pub fn installed_noting(mode: Mode, disk: Disk, coverage: Option<Arc<Coverage>>) -> Machine {
    let image = driver_image().unwrap_or_else(|error| panic!("{error}"));
    let machine = Machine::covered(&image, "Cofferdam", disk, coverage);
    let machine = machine.unwrap_or_else(|error| panic!("{error}"));
    let mode = u32::from(mode.number()).to_le_bytes().to_vec();
    machine.set_parameter("Parameters", "Mode", (REG_DWORD, mode));
    let point = key().verifying_key().to_sec1_point(false);
    let trusted = [&KEY_ID[..], &point.as_bytes()[1..]].concat();
    machine.set_parameter("Parameters", "TrustedKeys", (REG_BINARY, trusted));
    machine
}

/// The same, started.
///
/// # Panics
/// When the driver cannot be built or loaded.
pub fn started(mode: Mode) -> Machine {
    let machine = installed(mode);
    assert_eq!(machine.load(), 0, "DriverEntry fails");
    machine
}

/// A machine that starts with this disk, and has done what it does by itself then.
///
/// # Panics
/// When the driver cannot be built or loaded.
pub fn booted(disk: Disk) -> Machine {
    let machine = installed_on(Mode::Audit, disk);
    assert_eq!(machine.load(), 0, "DriverEntry fails");
    machine.advance(Duration::from_secs(2));
    machine
}

fn key() -> SigningKey {
    SigningKey::from_slice(&[7; 32]).expect("a valid scalar")
}

/// Compiles rules to signed kernel content of a version.
///
/// # Panics
/// When a rule does not compile.
pub fn content(rules: &[&str], version: u64) -> Vec<u8> {
    let texts: Vec<_> = rules.iter().map(|it| ("rule.yml", *it)).collect();
    let loaded = load_texts(&texts, &Options::default());
    assert_eq!(loaded.rules.len(), rules.len(), "a rule does not compile");
    content_of(&loaded.rules, version)
}

/// The same of rules that are loaded already.
///
/// # Panics
/// When no content can be made of them.
pub fn content_of(rules: &[cofferdam_compiler::model::Rule], version: u64) -> Vec<u8> {
    let options = EmitOptions {
        tier: Tier::Kernel,
        issue: Issue {
            tier: Tier::Kernel,
            content_version: version,
            ..Issue::default()
        },
    };
    let compiled = compile(rules, &options).expect("content can be made of the rules");
    sign(compiled.bytes)
}

/// Signs content with the key that the machine trusts.
pub fn sign(mut content: Vec<u8>) -> Vec<u8> {
    content[KEY_ID_PLACE].copy_from_slice(&KEY_ID);
    let body = content.len() - SIGNATURE_SIZE;
    let (signed, block) = content.split_at_mut(body);
    let signature: Signature = key().sign(signed);
    block.copy_from_slice(&signature.to_bytes());
    content
}

/// An order to go back, signed with the key that the machine trusts, for the channel of [`content`].
#[must_use]
pub fn order(number: u64, from: u64, to: u64) -> [u8; RollbackOrder::SIZE] {
    let mut channel = [0; 16];
    channel[..3].copy_from_slice(b"dev");
    let order = RollbackOrder {
        magic: RollbackOrder::MAGIC,
        number,
        from,
        to,
        expires: 0,
        channel,
        key_id: KEY_ID,
        signature: [0; SIGNATURE_SIZE],
    };
    let signature: Signature = key().sign(RollbackOrder::signed(&order.write()));
    RollbackOrder {
        signature: signature.to_bytes().into(),
        ..order
    }
    .write()
}

/// A record of telemetry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What kind of event it was.
    pub kind: Kind,
    /// What was made of it.
    pub verdict: RecordVerdict,
    /// The rule's UUID.
    pub rule: [u8; 16],
    /// The rule's condition.
    pub condition: u8,
    /// The process.
    pub process: u32,
    /// Its image.
    pub image: String,
    /// The event's object.
    pub object: String,
    /// The content's version.
    pub version: u64,
}

/// A client of the driver that speaks its protocol.
#[derive(Debug)]
pub struct Session<'m> {
    /// The handle.
    pub client: Client<'m>,
    machine: &'m Machine,
    read: RefCell<Option<Pended>>,
}

/// A request that failed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Failed(pub u32);

impl fmt::Debug for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {:#x}", self.0)
    }
}

impl<'m> Session<'m> {
    /// Opens the device as an administrator.
    ///
    /// # Panics
    /// When that fails.
    pub fn open(machine: &'m Machine) -> Self {
        Self::try_open(machine).expect("the device opens")
    }

    /// Opens the device as an administrator.
    ///
    /// # Errors
    /// With the status where that fails.
    pub fn try_open(machine: &'m Machine) -> Result<Self, Failed> {
        Ok(Self {
            client: machine.client(DEVICE).map_err(Failed)?,
            machine,
            read: None.into(),
        })
    }

    /// Sends a request that the driver answers at once.
    ///
    /// # Errors
    /// With the status where it is not a success.
    ///
    /// # Panics
    /// When the driver lets it pend.
    pub fn ask(&self, request: &Request<'_>) -> Result<Vec<u8>, Failed> {
        let done = self.send(request, request.code().answer_size());
        let done = done.expect("the driver answers at once");
        match done.status {
            0 => Ok(done.output),
            status => Err(Failed(status)),
        }
    }

    fn send(&self, request: &Request<'_>, room: usize) -> Result<Completed, Pended> {
        let mut bytes = vec![0; MAX_CHUNK + 64];
        let length = request.encode(&mut bytes).expect("room for any request");
        self.client
            .control(request.code().number(), &bytes[..length], room)
    }

    /// Uploads content and activates it.
    ///
    /// # Errors
    /// With the status where a request fails; what the verifier says is in the answer.
    ///
    /// # Panics
    /// When the content is longer than a file may be.
    pub fn upload(&self, content: &[u8]) -> Result<LoadAnswer, Failed> {
        self.ask(&Request::UploadBegin {
            length: u32::try_from(content.len()).expect("content of less than 4 GiB"),
            sha256: Sha256::digest(content).into(),
        })?;
        for (index, bytes) in content.chunks(MAX_CHUNK).enumerate() {
            let offset = (index * MAX_CHUNK) as u32;
            self.ask(&Request::UploadChunk { offset, bytes })?;
        }
        let answer = self.ask(&Request::UploadCommit)?;
        Ok(LoadAnswer::read(
            answer.first_chunk().expect("an answer of its size"),
        ))
    }

    /// The driver's statistics.
    ///
    /// # Panics
    /// When the driver does not give them.
    pub fn status(&self) -> Box<[u8; STATUS_SIZE]> {
        let answer = self.ask(&Request::Status).expect("statistics are given");
        answer
            .into_boxed_slice()
            .try_into()
            .expect("an answer of its size")
    }

    /// The version of the active content, or 0.
    ///
    /// # Panics
    /// When the driver does not give statistics.
    pub fn active(&self) -> u64 {
        let status = self.status();
        let view = StatusView::read(&status[..]).expect("statistics");
        view.header.active
    }

    /// One of the driver's counters.
    ///
    /// # Panics
    /// When the driver does not give statistics.
    pub fn counter(&self, counter: cofferdam_engine::stats::Counter) -> u64 {
        let status = self.status();
        let view = StatusView::read(&status[..]).expect("statistics");
        u64::from_le_bytes(view.counters[counter.number()])
    }

    /// What telemetry there is at this moment, while other threads make more.
    ///
    /// # Panics
    /// When a read fails.
    pub fn records_now(&self) -> Vec<Record> {
        let room = ReadAnswer::SIZE + RECORDS * RECORD_SIZE;
        let result = match self.read.take() {
            Some(pended) => self.client.poll(pended),
            None => self.send(&Request::ReadEvents, room),
        };
        match result {
            Ok(done) => {
                assert_eq!(done.status, 0, "the read fails");
                parse(&done.output)
            }
            Err(pended) => {
                *self.read.borrow_mut() = Some(pended);
                Vec::new()
            }
        }
    }

    /// All telemetry that waits.
    ///
    /// # Panics
    /// When a read fails.
    pub fn records(&self) -> Vec<Record> {
        let mut records = Vec::new();
        loop {
            self.machine.settle();
            let result = match self.read.take() {
                Some(pended) => self.client.poll(pended),
                None => {
                    let room = ReadAnswer::SIZE + RECORDS * RECORD_SIZE;
                    let sent = self.send(&Request::ReadEvents, room);
                    // The worker may have completed it meanwhile.
                    self.machine.settle();
                    sent.or_else(|pended| self.client.poll(pended))
                }
            };
            match result {
                Ok(done) => {
                    assert_eq!(done.status, 0, "the read fails");
                    records.extend(parse(&done.output));
                }
                Err(pended) => {
                    *self.read.borrow_mut() = Some(pended);
                    return records;
                }
            }
        }
    }
}

fn text(units: &[[u8; 2]]) -> String {
    let units: Vec<u16> = units.iter().map(|it| u16::from_le_bytes(*it)).collect();
    String::from_utf16_lossy(&units)
}

fn parse(answer: &[u8]) -> Vec<Record> {
    let (head, rest) = answer.split_first_chunk().expect("the answer's head");
    let head = ReadAnswer::read(head);
    let (records, _) = rest.as_chunks::<RECORD_SIZE>();
    assert_eq!(records.len(), usize::from(head.count));
    records
        .iter()
        .map(|record| {
            let stored = StoredEvent::read(record).expect("a record");
            Record {
                kind: Kind::from_number(stored.header.kind).expect("a kind"),
                verdict: RecordVerdict::from_number(stored.header.verdict).expect("a verdict"),
                rule: stored.header.rule_id,
                condition: stored.header.condition,
                process: stored.header.process_id,
                image: text(stored.image),
                object: text(stored.object),
                version: stored.header.content_version,
            }
        })
        .collect()
}
