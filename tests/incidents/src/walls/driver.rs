//! Incidents in which no content is at fault, on the driver's own image in the simulated kernel.
//!
//! No wall is about them. What the walls change is what reaches the driver, and how: without the first, files of another
//! schema come with the good ones; without the second, files that nobody ran; without the fifth, they come at once, and
//! not an hour apart; without the sixth, no health is ever reported, so no version becomes last-known-good. The third
//! and the fourth are part of the image and stay in it; they allocate nothing and wait for nothing (`no_std`, without
//! `alloc`), so neither incident could be theirs.

use std::time::Duration;

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::{LoadAnswer, LoadOutcome, Request};
use cofferdam_stage::machine::{Machine, Unload};
use cofferdam_stage::sensor::{Session, content, sign, started};

use super::Walls;
use super::files::{PIPE, flipped, one_field_more};
use crate::rule;

/// What ends well, or why it does not.
type Outcome = Result<(), String>;

fn demand(what: &str, is_true: bool) -> Outcome {
    is_true.then_some(()).ok_or_else(|| what.to_owned())
}

/// Content of a rule on a file's name.
fn good(version: u64) -> Vec<u8> {
    let rule = rule("file_event", &["TargetFilename|endswith: '\\evil.exe'"]);
    content(&[&rule], version)
}

/// What reaches the driver beside good content: one file with a wrong signature, always, and what the walls let through.
fn bad(walls: Walls, version: u64) -> Vec<Vec<u8>> {
    let mut forged = good(version);
    if let Some(last) = forged.last_mut() {
        *last ^= 1;
    }
    let mut files = vec![forged];
    if !walls.has(1) {
        files.push(sign(one_field_more(PIPE)));
    }
    if !walls.has(2) {
        files.push(sign(flipped()));
    }
    files
}

fn load(session: &Session<'_>, bytes: &[u8]) -> Result<bool, String> {
    let answer = session.upload(bytes);
    let answer = answer.map_err(|failed| format!("an upload fails: {failed:?}"))?;
    Ok(answer.outcome == LoadOutcome::Done.number())
}

/// What the walls add to content that was taken in.
fn settle(walls: Walls, machine: &Machine, session: &Session<'_>, version: u64) -> Outcome {
    if walls.has(6) {
        let health = Request::Health {
            content_version: version,
        };
        let answered = session.ask(&health);
        answered.map_err(|failed| format!("health is refused: {failed:?}"))?;
    }
    if walls.has(5) {
        machine.advance(Duration::from_secs(3600));
    }
    Ok(())
}

/// Everything is given back.
fn unload(machine: &Machine) -> Outcome {
    demand("it does not unload", machine.unload(Unload::Mandatory) == 0)?;
    demand("memory is left", machine.pool_bytes() == 0)?;
    let findings = machine.findings();
    demand(&format!("{findings:?}"), findings.is_empty())
}

/// Content comes again and again, good and bad in turn, while events happen.
///
/// # Errors
/// The driver grows, or leaves something behind.
pub fn leak_per_reload(walls: Walls, rounds: u64) -> Outcome {
    let machine = started(Mode::Audit);
    let session = Session::open(&machine);
    let mut sizes = Vec::new();
    for version in 1..=rounds {
        demand("good content is refused", load(&session, &good(version))?)?;
        settle(walls, &machine, &session, version)?;
        for bytes in bad(walls, version + 1) {
            demand("bad content is taken", !load(&session, &bytes)?)?;
        }
        drop(machine.shell().create(r"C:\Users\user\evil.exe"));
        demand("an event is lost", session.records().len() == 1)?;
        sizes.push(machine.pool_bytes());
    }
    // The first rounds fill both slots.
    let mut later = sizes.iter().skip(2);
    let first = later.next();
    demand(
        &format!("it grows: {sizes:?}"),
        first.is_some() && later.all(|size| Some(size) == first),
    )?;
    drop(session);
    unload(&machine)
}

/// A client dies with a read pending and an upload half done; events go on, and another client comes.
///
/// # Errors
/// Something waits for the dead client, is lost, or is taken for the next client's.
pub fn killed_service(walls: Walls) -> Outcome {
    const EVENTS: usize = 10;
    let machine = started(Mode::Audit);
    {
        let session = Session::open(&machine);
        demand("good content is refused", load(&session, &good(1))?)?;
        settle(walls, &machine, &session, 1)?;
        for bytes in bad(walls, 2) {
            demand("bad content is taken", !load(&session, &bytes)?)?;
        }
        // A read is pending from here on.
        demand("there are records", session.records().is_empty())?;
        let begin = Request::UploadBegin {
            length: 4096,
            sha256: [0; 32],
        };
        let begun = session.ask(&begin);
        begun.map_err(|failed| format!("no upload begins: {failed:?}"))?;
        // Its process ends: the handle is closed with the read pending and the upload half done.
    }
    for _ in 0..EVENTS {
        drop(machine.shell().create(r"C:\Users\user\evil.exe"));
    }
    let session = Session::open(&machine);
    demand(
        "what nobody read yet is lost",
        session.records().len() == EVENTS,
    )?;
    let answer = session.ask(&Request::UploadCommit);
    let answer = answer.map_err(|failed| format!("a commit fails: {failed:?}"))?;
    let answer = answer.first_chunk().map(LoadAnswer::read);
    demand(
        "the dead client's upload is the next one's",
        answer.is_some_and(|it| it.outcome == LoadOutcome::Incomplete.number()),
    )?;
    drop(session);
    unload(&machine)
}
