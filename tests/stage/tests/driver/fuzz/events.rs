//! Events: rows of what a program does, with any text.

use std::sync::Arc;

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::LoadOutcome;
use cofferdam_engine::stats::Counter;
use cofferdam_stage::coverage::Coverage;
use cofferdam_stage::machine::{Create, Disk, Disposition, FileSystem, Machine, NewProcess};
use cofferdam_stage::sensor::{Session, content, installed_noting};

use super::Random;
use super::campaign::Subject;
use super::rows::{self, Step};
use crate::failures::rules;
use crate::rule;

/// Rows of events.
#[derive(Default)]
pub(super) struct Events {
    runs: u64,
}

const PIECES: [&str; 24] = [
    r"\",
    r"C:\",
    r"\Device\HarddiskVolume1\",
    r"\Device\NamedPipe\",
    r"\Device\",
    r"\REGISTRY\MACHINE\",
    r"\REGISTRY\USER\",
    r"S-1-5-21-1-2-3-1001",
    "_Classes",
    r"SYSTEM\CurrentControlSet\",
    r"SYSTEM\ControlSet001\",
    "SOFTWARE",
    "evil.exe",
    "one",
    "a1b77",
    ":stream",
    "::$DATA",
    ":$DATA",
    "~1",
    "..",
    r"\SystemRoot\",
    r"\??\",
    "\u{131}\u{17f}",
    "0x1410",
];

/// A name that may begin with a drive begins with one that there is.
fn placed(mut text: Vec<u16>) -> Vec<u16> {
    if let [letter, 0x3a, ..] = &mut text[..] {
        *letter = u16::from(b'C');
    }
    text
}

fn units(bytes: &[u8]) -> Vec<u16> {
    let pairs = bytes.as_chunks::<2>().0;
    pairs.iter().map(|it| u16::from_le_bytes(*it)).collect()
}

/// What steps rely on.
pub(crate) fn prepare(machine: &Machine) {
    let pipes = r"\Device\NamedPipe";
    machine.add_volume(pipes, None, FileSystem::Pipes, Disk::default());
    machine.shell().create_key(KEY);
}

const KEY: &str = r"\REGISTRY\MACHINE\SOFTWARE\Key";

/// What happens in a step.
fn happen(machine: &Machine, step: &Step) {
    let shell = machine.shell();
    let text = units(&step.bytes);
    let lossy = String::from_utf16_lossy(&text);
    let how = step.how;
    match step.what % 12 {
        0 | 1 => {
            let dispositions = [
                Disposition::OverwriteIf,
                Disposition::Open,
                Disposition::Create,
                Disposition::OpenIf,
            ];
            let ask = Create {
                disposition: dispositions[usize::from(how & 3)],
                options: if how & 4 != 0 { 0x1000 } else { 0 },
                access: if how & 8 != 0 {
                    0x0013_0197
                } else {
                    0x0012_0089
                },
                attributes: if how & 16 != 0 { 0x10 } else { 0x80 },
                share: 7,
                flags: [0, 0, 0, 2, 4, 0, 0, 0][usize::from(how >> 5)],
                ..Create::default()
            };
            let path = [&r"C:\".encode_utf16().collect::<Vec<_>>()[..], &text].concat();
            if let (_, Some(handle)) = shell.open_units(&path, ask) {
                if how & 32 != 0 {
                    handle.write(b"text");
                }
                if how & 64 != 0 {
                    handle.set_delete(true);
                }
            }
        }
        2 => {
            if let Ok(handle) = shell.create(r"C:\Users\user\renamed.txt") {
                match how & 3 {
                    0 => drop(handle.link(&lossy)),
                    1 => drop(handle.rename_posix(&lossy, true)),
                    _ => drop(handle.rename(&lossy, true)),
                }
            }
        }
        3 => {
            let new = NewProcess {
                command_line: (how != 0).then_some(text),
                integrity: u32::from(how) << 8,
                subsystem: how & 1 != 0,
                app_container: how & 2 != 0,
                ..NewProcess::new(r"C:\program.exe", "")
            };
            if let Ok(process) = shell.start(&new) {
                process.start_thread(shell.id());
                process.exit();
            }
        }
        4 => {
            let new = NewProcess {
                image: placed(text),
                ..NewProcess::new("", "a1b77")
            };
            if let Ok(process) = shell.start(&new) {
                process.exit();
            }
        }
        5 => {
            let _ = shell.set_value(KEY, "one", &(how.into(), step.bytes.clone()));
        }
        6 => {
            let _ = shell.set_value(KEY, &lossy, &(1, step.bytes.clone()));
            let _ = shell.delete_value(KEY, &lossy);
        }
        7 => {
            let path = format!(r"\REGISTRY\{lossy}");
            shell.create_key(&path);
            shell.open_key(&path);
            shell.delete_key(&path);
        }
        8 => {
            let from = r"\REGISTRY\MACHINE\SOFTWARE\Named";
            shell.create_key(from);
            if !text.contains(&u16::from(b'\\')) && !text.is_empty() {
                shell.rename_key(from, &lossy);
                shell.delete_key(&format!(r"\REGISTRY\MACHINE\SOFTWARE\{lossy}"));
            }
            shell.delete_key(from);
        }
        9 => drop(shell.create_pipe(&format!(r"\Device\NamedPipe\{lossy}"))),
        10 => {
            let name = String::from_utf16_lossy(&placed(text));
            match how & 1 {
                0 => shell.load_image(&name),
                _ => shell.load_driver(&name),
            }
        }
        _ => {
            shell.open_process(shell.id(), u32::from_le_bytes([how, 4, 0, how]));
        }
    }
}

impl Subject for Events {
    fn machine(&mut self, coverage: &Arc<Coverage>) -> Machine {
        let machine = installed_noting(Mode::Enforce, Disk::default(), Some(Arc::clone(coverage)));
        machine.kernel().measure_stack(false);
        machine.schedule(1);
        prepare(&machine);
        assert_eq!(machine.load(), 0, "DriverEntry fails");
        let mut rules = rules();
        let deep = [
            (
                "process_creation",
                "CommandLine|re: 'a.{1,40}b[0-9]+'\nImage|startswith: 'C:'",
            ),
            (
                "file_event",
                "TargetFilename|endswith: '\\evil.exe'\nImage|contains: 'explorer'",
            ),
            (
                "registry_set",
                "TargetObject|contains:\n  - 'one'\n  - 'two'\nDetails|contains: 'x'",
            ),
        ];
        rules.extend(
            deep.iter()
                .zip(50..)
                .map(|((kind, it), number)| rule(number, kind, it)),
        );
        let texts: Vec<&str> = rules.iter().map(String::as_str).collect();
        let session = Session::open(&machine);
        let answer = session
            .upload(&content(&texts, 1))
            .expect("the requests are well-formed");
        assert_eq!(answer.outcome, LoadOutcome::Done.number());
        drop(session);
        machine
    }

    fn run(&mut self, machine: &Machine, input: &[u8]) {
        for step in rows::read(input) {
            happen(machine, &step);
        }
        let session = Session::open(machine);
        session.records_now();
        assert_eq!(
            session.counter(Counter::Faults),
            0,
            "verified content has faulted"
        );
        drop(session);
        self.runs += 1;
        if self.runs.is_multiple_of(64) {
            machine.advance(std::time::Duration::from_secs(120));
        }
    }

    fn mutate(&self, input: &mut Vec<u8>, other: &[u8], random: &mut Random) {
        rows::mutate(input, other, random, |step, random| {
            let mut text = units(&step.bytes);
            let at = random.below(text.len() + 1);
            match random.below(6) {
                0 => text.insert(at, random.below(0x1_0000) as u16),
                1 => text.insert(at, 0x20 + random.below(0x60) as u16),
                2 => drop(text.splice(at..at, random.pick(&PIECES).encode_utf16())),
                3 => {
                    let end = (at + random.below(8)).min(text.len());
                    text.drain(at..end);
                }
                4 => {
                    let part: Vec<u16> = text[at..].iter().copied().take(200).collect();
                    let times = random.below(20);
                    let many = part.iter().copied().cycle().take(part.len() * times);
                    drop(text.splice(at..at, many));
                }
                _ if at < text.len() => text[at] ^= 1 << random.below(16),
                _ => text.push(0),
            }
            text.truncate(30_000);
            step.bytes = text.iter().flat_map(|it| it.to_le_bytes()).collect();
        });
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        seeds()
    }
}

/// One event of each kind.
pub(crate) fn every_event(machine: &Machine) {
    for step in seeds().iter().flat_map(|it| rows::read(it)) {
        happen(machine, &step);
    }
}

/// One row of each kind.
fn seeds() -> Vec<Vec<u8>> {
    let row = |what: u8| {
        let bytes = r"Users\user\evil.exe"
            .encode_utf16()
            .flat_map(u16::to_le_bytes);
        let step = Step {
            what,
            how: 0x2b,
            bytes: bytes.collect(),
        };
        rows::write(&[step])
    };
    (0..12).map(row).collect()
}
