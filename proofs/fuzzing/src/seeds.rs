//! Seeds: where a fuzzer begins, so that it need not discover the format.

use std::fs;
use std::path::Path;

use cofferdam_asm::pattern::{Flags, regex};
use cofferdam_engine::Mode;
use cofferdam_engine::protocol::{ControlCode, Request, RollbackOrder};

use crate::support::choices;
use crate::support::generate::Choices;
use crate::targets::written;

/// How many seeds a target has at most, but for those that are written by hand.
pub const ALL: usize = 24;

/// Seeds of one target, the first so many: the same in every run.
#[must_use]
pub fn of(target: &str, most: usize) -> Vec<Vec<u8>> {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let rows = (0..most.min(ALL))
        .map(|at| random.bytes(40 + at * 30))
        .collect::<Vec<_>>();
    match target {
        "verify" => files(&rows)
            .map(|file| [&[1][..], &file].concat())
            .collect(),
        "accepted" | "unverified" => {
            let events = random.bytes(200);
            files(&rows).map(|file| joined(&events, &file)).collect()
        }
        "mutated" | "model" | "text" => {
            let rest = random.bytes(300);
            rows.iter().map(|row| joined(row, &rest)).collect()
        }
        "pattern" => patterns(),
        "control" => requests().into_iter().take(most.min(ALL)).collect(),
        "rules" => rules(),
        _ => Vec::new(),
    }
}

/// The compiler's golden rule files, which use every modifier and show every diagnostic.
fn rules() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../compiler/tests/golden");
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = files
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|it| it == "yml"))
        .collect();
    files.sort();
    files
        .iter()
        .filter_map(|path| fs::read(path).ok())
        .collect()
}

/// A few hundred random bytes, for tests without a fuzzer.
#[must_use]
pub fn random(count: usize) -> Vec<Vec<u8>> {
    let mut random = Random(0xD1B5_4A32_D192_ED03);
    let row = |at: usize| {
        let mut row = random.bytes(at % 700);
        // The first part is as long as it says.
        if let Some([low, high, ..]) = row.get_mut(..2) {
            (*low, *high) = ((at % 250) as u8, (at % 2) as u8);
        }
        row
    };
    (0..count).map(row).collect()
}

fn files(rows: &[Vec<u8>]) -> impl Iterator<Item = Vec<u8>> {
    let written = |row: &Vec<u8>| written(&mut Choices::new(&choices(row))).map(|(_, file)| file);
    rows.iter().filter_map(written)
}

/// A part with its length before it, and the rest.
fn joined(part: &[u8], rest: &[u8]) -> Vec<u8> {
    let length = (part.len() as u16).to_le_bytes();
    [&length[..], part, rest].concat()
}

/// Each kind of request, behind its number, as [`control`](crate::targets::control) has it.
fn requests() -> Vec<Vec<u8>> {
    let mut order = [0; RollbackOrder::SIZE];
    order[..8].copy_from_slice(&RollbackOrder::MAGIC);
    order[16] = 2;
    order[24] = 1;
    let path = [[0x5C, 0], [0x44, 0], [0x3A, 0], [0x7E, 0]];
    let requests = [
        Request::Hello,
        Request::Status,
        Request::UploadBegin {
            length: 1,
            sha256: [1; 32],
        },
        Request::UploadChunk {
            offset: 1,
            bytes: &[1; 40],
        },
        Request::UploadCommit,
        Request::Rollback(&order),
        Request::SetMode(Mode::Enforce),
        Request::Mute(&path),
        Request::Unmute,
        Request::Health { content_version: 1 },
        Request::ReadEvents,
    ];
    let seed = |request: &Request<'_>| {
        let mut seed = vec![0; 400];
        let of = |code: &ControlCode| *code == request.code();
        let number = ControlCode::ALL.iter().position(of);
        seed[0] = number
            .and_then(|number| u8::try_from(number).ok())
            .unwrap_or(0);
        let length = request.encode(&mut seed[2..]).unwrap_or(0);
        seed.truncate(2 + length);
        seed
    };
    requests.iter().map(seed).collect()
}

fn patterns() -> Vec<Vec<u8>> {
    let sources = [
        "a.*b",
        "^[a-c]+$",
        "cmd|shadow",
        "\\bab\\b",
        "a{2,70}b",
        "[^a]{5,}$",
        "\\\\.\\.",
        "(?i)x?y*z",
        "(a|b){3}c",
        "^$",
        "\\w+\\s\\d",
        "(?m)^a$",
        "(?s).{100,}",
        "x(y(z|w)?)+",
    ];
    let text = b"abcab\ncmd shadow aab zz\\x..";
    let mut seeds = Vec::new();
    for (how, source) in (0_u8..).zip(sources) {
        let how = how << 1;
        seeds.push([&[how | 1][..], &joined(source.as_bytes(), text)].concat());
        if let Ok(program) = regex(source, Flags::default()) {
            let units: Vec<u8> = text.iter().flat_map(|byte| [*byte, 0]).collect();
            seeds.push([&[0][..], &joined(&program, &units)].concat());
        }
    }
    seeds
}

/// xorshift64*: the seeds must be the same everywhere.
struct Random(u64);

impl Random {
    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count)
            .map(|_| {
                self.0 ^= self.0 >> 12;
                self.0 ^= self.0 << 25;
                self.0 ^= self.0 >> 27;
                (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 56) as u8
            })
            .collect()
    }
}
