//! The chapters, in order.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::LoadOutcome;
use cofferdam_engine::stats::{Counter, StatusView};
use cofferdam_stage::image::driver_image;
use cofferdam_stage::machine::{Machine, Unload};
use cofferdam_stage::replay::{Reason, Recorded};
use cofferdam_stage::sensor::{Session, started};
use indicatif::ProgressBar;
use serde_json::json;

use crate::rules::{Rules, compile};
use crate::show::{Show, time};
use crate::{Arguments, events, intrusion, july};

/// Warnings of one file before the rest is only counted.
const WARNINGS: usize = 3;
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
    build(show)?;
    let begin = Instant::now();

    show.chapter("The content");
    let rules = arguments.rules.clone().unwrap_or_else(|| own("rules"));
    let rules = content(show, &rules)?;
    let recorded = telemetry(show, &arguments.events)?;

    show.chapter("The simulated kernel");
    let machine = start(show, arguments.audit);
    let session = Session::open(&machine);
    load(show, &session, &rules)?;

    show.chapter(if arguments.events.is_empty() {
        "A morning on one workstation"
    } else {
        "Your events"
    });
    let outcome = intrusion::play(show, &machine, &session, &rules, &recorded);
    show.chapter("What came of it");
    let mut good = summary(show, &session, &outcome, recorded.len());
    let judged = session.counter(Counter::Events);
    drop(session);
    good &= unload(show, &machine);

    show.chapter("What the driver's callbacks took");
    outcome.latency.tell(show, judged);

    show.chapter("19 July 2024, again");
    let reenactment = Instant::now();
    good &= july::reenact(show);
    show.step(
        "re-enacted",
        "content for one field more than the sensor supplies, for 10,000 machines; each wall is the product's own code",
        Some(reenactment.elapsed()),
        json!({}),
    );
    show.chapter("All of it");
    let word = if good {
        "all as it must be"
    } else {
        "not as it must be"
    };
    let took = Some(begin.elapsed());
    show.step("after the build", word, took, json!({ "good": good }));
    Ok(good)
}

fn build(show: Show) -> Result<(), String> {
    let begin = Instant::now();
    let waiting = ProgressBar::new_spinner().with_message("building the driver's image");
    waiting.enable_steady_tick(Duration::from_millis(200));
    let image = driver_image().map_err(|error| error.to_string());
    waiting.finish_and_clear();
    let image = image?;
    let bytes = std::fs::metadata(&image).map_err(|error| error.to_string())?;
    let bytes = bytes.len();
    show.step(
        "image built",
        &format!("{} KiB, as it ships", bytes / 1024),
        Some(begin.elapsed()),
        json!({ "image": image, "bytes": bytes }),
    );
    Ok(())
}

fn content(show: Show, path: &Path) -> Result<Rules, String> {
    let rules = compile(path, 1)?;
    let [compiling, signing, verifying] = rules.took;
    show.step(
        "rules compiled",
        &format!(
            "{} exact, {} partial, {} left to user mode, {} refused",
            rules.exact, rules.partial, rules.left_out, rules.refused
        ),
        Some(compiling),
        json!({
            "exact": rules.exact, "partial": rules.partial, "left_out": rules.left_out, "refused": rules.refused,
        }),
    );
    show.step(
        "content signed",
        &format!(
            "{} KiB, ECDSA P-256 over SHA-256",
            rules.content.len() / 1024
        ),
        Some(signing),
        json!({ "bytes": rules.content.len() }),
    );
    show.step(
        "content verified",
        "by the kernel's verifier, before it is sent",
        Some(verifying),
        json!({}),
    );
    Ok(rules)
}

fn telemetry(show: Show, paths: &[PathBuf]) -> Result<Vec<Recorded>, String> {
    let begin = Instant::now();
    let default = [own("demo/telemetry/intrusion.jsonl")];
    let paths = if paths.is_empty() {
        &default[..]
    } else {
        paths
    };
    let mut recorded = Vec::new();
    let mut files = 0;
    for path in paths {
        let mut all = Vec::new();
        below(path, &mut all)?;
        files += all.len();
        for file in all {
            let mut warnings = 0;
            let mut warn = |message| {
                warnings += 1;
                if warnings <= WARNINGS {
                    eprintln!("warning: {message}");
                }
            };
            recorded.extend(events::read(&file, &mut warn)?);
            if warnings > WARNINGS {
                eprintln!(
                    "warning: {}: {} more like these",
                    file.display(),
                    warnings - WARNINGS
                );
            }
        }
    }
    show.step(
        "telemetry read",
        &format!("{} events; files: {files}", recorded.len()),
        Some(begin.elapsed()),
        json!({ "events": recorded.len(), "files": files }),
    );
    Ok(recorded)
}

/// The file itself, or every file of a directory with a name that events have.
fn below(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    const ENDINGS: [&str; 5] = ["evtx", "json", "jsonl", "ndjson", "xml"];
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let place = |error: std::io::Error| format!("{}: {error}", path.display());
    let entries = std::fs::read_dir(path).map_err(place)?;
    let paths: Result<Vec<PathBuf>, _> = entries.map(|entry| Ok(entry?.path())).collect();
    let mut paths = paths.map_err(place)?;
    paths.sort();
    for path in paths {
        let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
        if path.is_dir() || ENDINGS.iter().any(|it| ending == *it) {
            below(&path, files)?;
        }
    }
    Ok(())
}

fn start(show: Show, audit: bool) -> Machine {
    let begin = Instant::now();
    let (mode, word) = if audit {
        (Mode::Audit, "audit: reports, denies nothing")
    } else {
        (Mode::Enforce, "enforce: rules that say so deny")
    };
    let machine = started(mode);
    let fields = json!({ "mode": if audit { "audit" } else { "enforce" } });
    show.step("driver started", word, Some(begin.elapsed()), fields);
    machine
}

fn load(show: Show, session: &Session<'_>, rules: &Rules) -> Result<(), String> {
    let begin = Instant::now();
    let answer = session.upload(&rules.content);
    let answer = answer.map_err(|error| format!("the driver refuses the upload: {error:?}"))?;
    if answer.outcome != LoadOutcome::Done.number() {
        return Err(format!("the driver refuses the content: {answer:?}"));
    }
    show.step(
        "content loaded",
        "copied, hashed, its signature checked, verified there, read-only",
        Some(begin.elapsed()),
        json!({}),
    );
    Ok(())
}

fn unload(show: Show, machine: &Machine) -> bool {
    let begin = Instant::now();
    let status = machine.unload(Unload::Mandatory);
    let findings = machine.take_findings();
    show.step(
        "driver unloaded",
        &format!(
            "{} bytes left, {} findings of the kernel's checks",
            machine.pool_bytes(),
            findings.len()
        ),
        Some(begin.elapsed()),
        json!({ "status": status, "bytes_left": machine.pool_bytes(), "findings": findings.len() }),
    );
    for finding in &findings {
        eprintln!("finding: {finding}");
    }
    status == 0 && findings.is_empty()
}

/// Why an event was not played, in words.
fn because(reason: Reason) -> &'static str {
    match reason {
        Reason::Kind => "of kinds that a kernel does not see",
        Reason::Incomplete => "without what they need to happen",
        Reason::Name => "with names that no kernel gives",
        Reason::Characters => "with names that no file system allows",
        Reason::Place => "on volumes or keys that the machine cannot have",
        Reason::Refused => "refused by the machine before the driver saw them",
        Reason::Denied => "by processes that were denied",
    }
}

/// What the driver counted; whether it faulted nowhere.
fn summary(show: Show, session: &Session<'_>, outcome: &intrusion::Outcome, all: usize) -> bool {
    let status = session.status();
    let Some(view) = StatusView::read(&status[..]) else {
        return false;
    };
    let count = |counter: Counter| {
        let bytes = view.counters.get(counter.number());
        bytes.map_or(0, |it| u64::from_le_bytes(*it))
    };
    let (alerts, denied, maybes) = (outcome.alerts, outcome.denied, outcome.maybes);
    let each = outcome
        .took
        .checked_div(u32::try_from(all).unwrap_or(u32::MAX));
    show.step(
        "seen",
        &format!(
            "{} of {all} events happened, {} each with all that they need: {alerts} alerts, {denied} denied, {} more \
            prevented by that, {maybes} for user mode to decide",
            outcome.played,
            time(each.unwrap_or_default()),
            outcome.prevented
        ),
        Some(outcome.took),
        json!({
            "events": all, "played": outcome.played, "alerts": alerts, "denied": denied,
            "prevented": outcome.prevented, "maybes": maybes,
        }),
    );
    if !outcome.skipped.is_empty() {
        let words = outcome.skipped.iter();
        let words: Vec<_> = words
            .map(|(it, count)| format!("{count} {}", because(*it)))
            .collect();
        let fields: BTreeMap<_, _> = outcome
            .skipped
            .iter()
            .map(|(it, count)| (format!("{it:?}"), count))
            .collect();
        show.step(
            "not played",
            &words.join(", "),
            None,
            json!({ "reasons": fields }),
        );
    }
    let (judged, faults) = (count(Counter::Events), count(Counter::Faults));
    show.step(
        "the driver says",
        &format!(
            "{judged} events judged with what surrounds them, {faults} faults, {} records dropped",
            view.header.dropped
        ),
        None,
        json!({ "judged": judged, "faults": faults, "dropped": view.header.dropped }),
    );
    faults == 0 && outcome.faults == 0
}
