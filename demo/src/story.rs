//! The chapters, in order.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::LoadOutcome;
use cofferdam_engine::stats::StatusView;
use cofferdam_stage::image::driver_image;
use cofferdam_stage::machine::Unload;
use cofferdam_stage::sensor::{Session, started};
use serde_json::json;

use crate::rules::{Rules, compile};
use crate::show::Show;
use crate::{Arguments, events, intrusion, july};

/// Bad arguments or input.
const BAD_INPUT: u8 = 2;

pub(crate) fn tell(arguments: &Arguments) -> ExitCode {
    let show = Show::new(arguments.format);
    match story(show, arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(BAD_INPUT)
        }
    }
}

/// A file of the repository.
fn own(path: &str) -> PathBuf {
    let mut root = Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf();
    root.pop();
    root.join(path)
}

/// Whether all was as it must be.
fn story(show: Show, arguments: &Arguments) -> Result<bool, String> {
    show.chapter("The driver");
    let begin = Instant::now();
    let image = driver_image().map_err(|error| error.to_string())?;
    let bytes = std::fs::metadata(&image)
        .map_err(|error| error.to_string())?
        .len();
    show.step(
        "image built",
        &format!(
            "{} KiB, {:.1} s",
            bytes / 1024,
            begin.elapsed().as_secs_f64()
        ),
        json!({ "image": image, "bytes": bytes }),
    );

    show.chapter("The content");
    let rules = arguments.rules.clone().unwrap_or_else(|| own("rules"));
    let rules = content(show, &rules)?;
    let paths = if arguments.events.is_empty() {
        vec![own("demo/telemetry/intrusion.jsonl")]
    } else {
        arguments.events.clone()
    };
    let mut recorded = Vec::new();
    for path in &paths {
        let mut warn = |message| eprintln!("warning: {message}");
        recorded.extend(events::read(path, &mut warn)?);
    }

    show.chapter("The simulated kernel");
    let mode = if arguments.audit {
        Mode::Audit
    } else {
        Mode::Enforce
    };
    let machine = started(mode);
    let session = Session::open(&machine);
    let begin = Instant::now();
    let answer = session
        .upload(&rules.content)
        .map_err(|error| format!("the driver refuses the upload: {error:?}"))?;
    if answer.outcome != LoadOutcome::Done.number() {
        return Err(format!("the driver refuses the content: {answer:?}"));
    }
    show.step(
        "content loaded",
        &format!(
            "copied, hashed, its signature checked, verified there, read-only: {:.1} ms",
            begin.elapsed().as_secs_f64() * 1e3
        ),
        json!({ "milliseconds": begin.elapsed().as_secs_f64() * 1e3 }),
    );
    show.chapter(if arguments.events.is_empty() {
        "A morning on one workstation"
    } else {
        "Your events"
    });
    let outcome = intrusion::play(show, &machine, &session, &rules, &recorded);
    let good = summary(show, &session, &outcome, recorded.len());
    drop(session);
    let status = machine.unload(Unload::Mandatory);
    let findings = machine.take_findings();
    show.step(
        "driver unloaded",
        &format!(
            "{} bytes left, {} findings of the kernel's checks",
            machine.pool_bytes(),
            findings.len()
        ),
        json!({ "status": status, "bytes_left": machine.pool_bytes(), "findings": findings.len() }),
    );
    for finding in &findings {
        eprintln!("finding: {finding}");
    }
    show.chapter("19 July 2024, again");
    let held = july::reenact(show);
    Ok(good && held && status == 0 && findings.is_empty())
}

fn content(show: Show, path: &Path) -> Result<Rules, String> {
    let begin = Instant::now();
    let rules = compile(path, 1)?;
    show.step(
        "rules compiled",
        &format!(
            "{} exact, {} partial, {} left to user mode, {} refused; {:.1} ms",
            rules.exact,
            rules.partial,
            rules.left_out,
            rules.refused,
            begin.elapsed().as_secs_f64() * 1e3
        ),
        json!({
            "exact": rules.exact, "partial": rules.partial, "left_out": rules.left_out, "refused": rules.refused,
        }),
    );
    show.step(
        "content signed, verified",
        &format!(
            "{} KiB, ECDSA P-256 over SHA-256",
            rules.content.len() / 1024
        ),
        json!({ "bytes": rules.content.len() }),
    );
    Ok(rules)
}

/// What the driver counted; whether it faulted nowhere.
fn summary(show: Show, session: &Session<'_>, outcome: &intrusion::Outcome, all: usize) -> bool {
    use cofferdam_engine::stats::Counter;
    let status = session.status();
    let Some(view) = StatusView::read(&status[..]) else {
        return false;
    };
    let count = |counter: Counter| {
        view.counters
            .get(counter.number())
            .map_or(0, |it| u64::from_le_bytes(*it))
    };
    let words = format!(
        "{} of {all} events happened: {} alerts, {} denied, {} more prevented by that, {} for user mode to decide",
        outcome.played, outcome.alerts, outcome.denied, outcome.prevented, outcome.maybes
    );
    show.remark(&[]);
    show.step(
        "seen",
        &words,
        json!({
            "events": all, "played": outcome.played, "alerts": outcome.alerts, "denied": outcome.denied,
            "prevented": outcome.prevented, "maybes": outcome.maybes,
            "not_played": outcome.skipped.iter().map(|(reason, count)| (format!("{reason:?}"), *count)).collect::<std::collections::BTreeMap<_, _>>(),
        }),
    );
    show.step(
        "the driver says",
        &format!(
            "{} events judged with what surrounds them, {} faults, {} records dropped",
            count(Counter::Events),
            count(Counter::Faults),
            view.header.dropped
        ),
        json!({
            "judged": count(Counter::Events), "faults": count(Counter::Faults), "dropped": view.header.dropped,
        }),
    );
    show.step(
        "the story took",
        &format!("{:.1} s", outcome.took.as_secs_f64()),
        json!({ "seconds": outcome.took.as_secs_f64() }),
    );
    count(Counter::Faults) == 0
}
