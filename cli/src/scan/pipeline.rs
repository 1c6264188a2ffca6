//! Files to hits over all cores, in the files' order.
//!
//! One thread cuts files into blocks, any number judges them, and the caller receives what came of each in the
//! order in which they were cut. At most [`WINDOW`] blocks a thread are under way, so memory is bounded however
//! unevenly they take.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel, sync_channel};
use std::thread;

use cofferdam_events::{Block, Damage, Place, Stopped, cut};

use super::judge::{Bench, Judged, Worker};

/// Blocks for each thread that may be under way.
const WINDOW: usize = 8;

/// Something that came of a file.
pub(crate) enum Step<'a> {
    /// A block was judged; its records' numbers begin at `first`.
    Judged {
        file: &'a Path,
        first: u64,
        judged: Judged,
        /// Bytes of the file that were read for it.
        bytes: u64,
    },
    /// The file is done.
    Done,
}

enum Work {
    /// A block, and the bytes that were read for it.
    Block(Block, u64),
    FileDone,
}

/// Judges files. `-` is standard input. Stops early when `receive` says so.
pub(crate) fn run(
    bench: &Bench<'_>,
    files: &[PathBuf],
    threads: usize,
    receive: &mut dyn FnMut(Step<'_>) -> Result<(), Stopped>,
) {
    let (work, jobs) = sync_channel::<(u64, Work)>(threads * WINDOW);
    let (give, outcomes) = channel::<(u64, Option<Judged>, u64)>();
    let (release, tickets) = sync_channel::<()>(threads * WINDOW);
    for _ in 0..threads * WINDOW {
        let _ = release.send(());
    }
    let jobs = Mutex::new(jobs);
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut sequence = 0;
            let mut send = |item: Work| {
                tickets.recv().map_err(|_| Stopped)?;
                work.send((sequence, item)).map_err(|_| Stopped)?;
                sequence += 1;
                Ok(())
            };
            for path in files {
                if cut_file(path, &mut send).is_err() || send(Work::FileDone).is_err() {
                    return;
                }
            }
        });
        for _ in 0..threads {
            let give = give.clone();
            let jobs = &jobs;
            scope.spawn(move || {
                let mut worker = Worker::new(bench);
                while let Some((sequence, item)) = next(jobs) {
                    let outcome = match item {
                        Work::Block(block, bytes) => (sequence, Some(worker.block(&block)), bytes),
                        Work::FileDone => (sequence, None, 0),
                    };
                    if give.send(outcome).is_err() {
                        return;
                    }
                }
            });
        }
        drop(give);
        collect(files, outcomes, &mut || release.send(()).is_ok(), receive);
        drop(release);
    });
}

fn next(jobs: &Mutex<Receiver<(u64, Work)>>) -> Option<(u64, Work)> {
    jobs.lock().ok()?.recv().ok()
}

/// Hands on what came of the blocks in their order.
fn collect(
    files: &[PathBuf],
    outcomes: Receiver<(u64, Option<Judged>, u64)>,
    release: &mut dyn FnMut() -> bool,
    receive: &mut dyn FnMut(Step<'_>) -> Result<(), Stopped>,
) {
    let mut early = BTreeMap::new();
    let mut wanted = 0;
    let mut files = files.iter();
    let mut file = files.next();
    let mut first = 0;
    for (sequence, judged, bytes) in outcomes {
        early.insert(sequence, (judged, bytes));
        while let Some((judged, bytes)) = early.remove(&wanted) {
            wanted += 1;
            let step = match (judged, file) {
                (Some(judged), Some(file)) => {
                    let begin = judged.first.unwrap_or(first);
                    first = begin + judged.places;
                    Step::Judged {
                        file,
                        first: begin,
                        judged,
                        bytes,
                    }
                }
                _ => {
                    file = files.next();
                    first = 0;
                    Step::Done
                }
            };
            // The cutter is gone once it has cut everything: then nobody waits for a ticket.
            if receive(step).is_err() {
                return;
            }
            release();
        }
    }
}

fn cut_file(
    path: &Path,
    send: &mut impl FnMut(Work) -> Result<(), Stopped>,
) -> Result<(), Stopped> {
    if path.as_os_str() == "-" {
        return cut_from(io::stdin().lock(), send);
    }
    match File::open(path) {
        Ok(file) => cut_from(file, send),
        Err(error) => send(Work::Block(
            Block::Damage(Damage {
                place: Place::File,
                message: format!("cannot open: {error}"),
            }),
            0,
        )),
    }
}

fn cut_from(
    file: impl Read,
    send: &mut impl FnMut(Work) -> Result<(), Stopped>,
) -> Result<(), Stopped> {
    cut(file, &mut |block| {
        let bytes = match &block {
            Block::Json { bytes, .. } | Block::Xml { bytes, .. } | Block::Chunk { bytes, .. } => {
                bytes.len() as u64
            }
            Block::Damage(_) => 0,
        };
        send(Work::Block(block, bytes))
    })
}
