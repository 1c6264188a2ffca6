//! Control requests: rows of them, of two clients, well-formed and not, with events in between.

use std::sync::Arc;

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::{ControlCode, MAX_CHUNK, Request};
use cofferdam_stage::coverage::Coverage;
use cofferdam_stage::machine::control::Pended;
use cofferdam_stage::machine::{Client, Disk, Machine, Unload};
use cofferdam_stage::sensor::{DEVICE, content, installed_noting, order};
use sha2::{Digest as _, Sha256};

use super::Random;
use super::campaign::Subject;
use super::rows::{self, Step};
use crate::rule;

/// Rows of requests.
#[derive(Default)]
pub(super) struct Requests {
    /// Content that is sound, of rising versions.
    contents: Vec<Vec<u8>>,
}

/// What a step can do.
mod what {
    pub(super) const RAW: u8 = 0;
    pub(super) const FRAMED: u8 = 1;
    pub(super) const BEGIN: u8 = 2;
    pub(super) const CHUNK: u8 = 3;
    pub(super) const COMMIT: u8 = 4;
    pub(super) const OTHER: u8 = 5;
    pub(super) const AGAIN: u8 = 6;
    pub(super) const CANCEL: u8 = 7;
    pub(super) const POLL: u8 = 8;
    pub(super) const EVENT: u8 = 9;
    pub(super) const UNLOAD: u8 = 10;
    pub(super) const ROLLBACK: u8 = 11;
    pub(super) const HEALTH: u8 = 12;
    pub(super) const MUTE: u8 = 13;
    pub(super) const TIME: u8 = 14;
    pub(super) const MODE: u8 = 15;
    pub(super) const COUNT: u8 = 16;
}

/// A client and what it waits for.
struct Side<'m> {
    client: Client<'m>,
    pended: Vec<Pended>,
}

impl<'m> Side<'m> {
    fn open(machine: &'m Machine) -> Self {
        Self {
            client: machine.client(DEVICE).expect("the device opens"),
            pended: Vec::new(),
        }
    }

    fn send(&mut self, code: u32, input: &[u8], room: usize) {
        match self.client.control(code, input, room) {
            Ok(done) => assert!(done.output.len() <= room, "more than was asked for"),
            Err(pended) => self.pended.push(pended),
        }
    }

    fn ask(&mut self, request: &Request<'_>) {
        let mut bytes = vec![0; MAX_CHUNK + 64];
        if let Some(length) = request.encode(&mut bytes) {
            let code = request.code();
            self.send(code.number(), &bytes[..length], code.answer_size());
        }
    }
}

fn number(bytes: &[u8], at: usize) -> u64 {
    let part = bytes.get(8 * at..).and_then(|it| it.first_chunk::<8>());
    part.map_or(0, |it| u64::from_le_bytes(*it))
}

impl Requests {
    fn step<'m>(&self, machine: &'m Machine, sides: &mut [Side<'m>; 2], step: &Step) {
        let Step { what, how, bytes } = step;
        let [side, other] = sides;
        let whole = &self.contents[usize::from(*how) % self.contents.len()];
        let code = ControlCode::ALL[usize::from(how & 15) % ControlCode::ALL.len()];
        let needed = code.answer_size();
        let room = [
            needed,
            needed,
            0,
            needed.saturating_sub(1),
            needed + 1,
            5000,
            1056,
            70_000,
        ][usize::from(how >> 5)];
        match what % what::COUNT {
            // Now and then a code that nobody knows.
            what::RAW if how & 0x10 != 0 => {
                side.send(code.number() ^ (number(bytes, 0) as u32 & !3), bytes, room);
            }
            what::RAW => side.send(code.number(), bytes, room),
            what::FRAMED => {
                let mut framed = bytes.clone();
                framed.resize(framed.len().max(8), 0);
                framed[..4].copy_from_slice(&[1, 0, 0, 0]);
                let length = (framed.len() as u32).to_le_bytes();
                framed[4..8].copy_from_slice(&length);
                side.send(code.number(), &framed, room);
            }
            what::BEGIN => side.ask(&Request::UploadBegin {
                length: whole.len() as u32,
                sha256: Sha256::digest(whole).into(),
            }),
            what::CHUNK => {
                let from = (number(bytes, 0) as usize).min(whole.len());
                let count = if bytes.len() > 8 {
                    number(bytes, 1) as usize
                } else {
                    whole.len()
                };
                let to = from.saturating_add(count).min(whole.len());
                side.ask(&Request::UploadChunk {
                    offset: from as u32,
                    bytes: &whole[from..to],
                });
            }
            what::COMMIT => side.ask(&Request::UploadCommit),
            what::OTHER => std::mem::swap(side, other),
            what::AGAIN => *side = Side::open(machine),
            what::CANCEL => {
                if let Some(pended) = side.pended.pop() {
                    let _ = side.client.cancel(pended);
                }
            }
            what::POLL => {
                if let Some(pended) = side.pended.pop()
                    && let Err(pended) = side.client.poll(pended)
                {
                    side.pended.push(pended);
                }
            }
            what::EVENT => drop(machine.shell().create(r"C:\Users\user\evil.exe")),
            what::UNLOAD => {
                machine.unload(Unload::Optional);
                assert!(machine.is_loaded(), "unloaded under its clients");
            }
            what::ROLLBACK => {
                let order = order(number(bytes, 0), number(bytes, 1), number(bytes, 2));
                side.ask(&Request::Rollback(&order));
            }
            what::HEALTH => side.ask(&Request::Health {
                content_version: number(bytes, 0),
            }),
            what::MUTE => match bytes.as_chunks::<2>().0 {
                [] => side.ask(&Request::Unmute),
                path => side.ask(&Request::Mute(path)),
            },
            what::TIME => machine.advance(std::time::Duration::from_secs(u64::from(*how))),
            _ => {
                let modes = [Mode::Off, Mode::Audit, Mode::Enforce];
                side.ask(&Request::SetMode(modes[usize::from(*how) % modes.len()]));
            }
        }
        machine.settle();
    }
}

impl Subject for Requests {
    fn machine(&mut self, coverage: &Arc<Coverage>) -> Machine {
        if self.contents.is_empty() {
            let text = rule(1, "file_event", "TargetFilename|contains: 'evil'");
            self.contents = (1..=4).map(|version| content(&[&text], version)).collect();
        }
        let machine = installed_noting(Mode::Audit, Disk::default(), Some(Arc::clone(coverage)));
        machine.kernel().measure_stack(false);
        machine.schedule(1);
        assert_eq!(machine.load(), 0, "DriverEntry fails");
        machine
    }

    fn run(&mut self, machine: &Machine, input: &[u8]) {
        let mut sides = [Side::open(machine), Side::open(machine)];
        for step in rows::read(input) {
            self.step(machine, &mut sides, &step);
        }
    }

    fn mutate(&self, input: &mut Vec<u8>, other: &[u8], random: &mut Random) {
        rows::mutate(input, other, random, |step, random| match random.below(4) {
            // Small numbers are versions, orders, offsets.
            0 => {
                let at = random.below(3) * 8;
                step.bytes.resize(step.bytes.len().max(at + 8), 0);
                let number = random.below(6) as u64;
                step.bytes[at..at + 8].copy_from_slice(&number.to_le_bytes());
            }
            1 => {
                let lengths = [0, 7, 8, 15, 16, 17, 47, 48, 49, 63, 64, 200];
                step.bytes.resize(*random.pick(&lengths), 0);
            }
            _ => rows::scramble(&mut step.bytes, random),
        });
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        let step = |what, how| Step {
            what,
            how,
            bytes: Vec::new(),
        };
        let upload = |how| [what::BEGIN, what::CHUNK, what::COMMIT].map(|it| step(it, how));
        let versions = |bytes: [u64; 3]| bytes.iter().flat_map(|it| it.to_le_bytes()).collect();
        let health = Step {
            bytes: versions([1, 0, 0]),
            ..step(what::HEALTH, 0)
        };
        let back = Step {
            bytes: versions([1, 2, 1]),
            ..step(what::ROLLBACK, 0)
        };
        let read = step(what::FRAMED, 9);
        let rows = [
            (0..10).map(|code| step(what::FRAMED, code)).collect(),
            upload(0).to_vec(),
            [
                &upload(0)[..],
                &[health, step(what::TIME, 200)],
                &upload(1),
                &[back],
            ]
            .concat(),
            [
                &upload(0)[..],
                &[read.clone(), step(what::EVENT, 0), step(what::POLL, 0)],
            ]
            .concat(),
            vec![
                read.clone(),
                step(what::OTHER, 0),
                read,
                step(what::CANCEL, 0),
            ],
            vec![
                step(what::MUTE, 0),
                step(what::MODE, 1),
                step(what::UNLOAD, 0),
                step(what::AGAIN, 0),
            ],
        ];
        rows.iter().map(|it| rows::write(it)).collect()
    }
}
