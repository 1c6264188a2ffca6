//! `rollout`: policies tried on simulated fleets.

use std::path::Path;
use std::time::Duration;

use cofferdam_rollout::{BeginError, Cause, Class, Phase};
use serde_json::{Value, json};

use crate::args::Format;
use crate::failure::{Exit, Failure};
use crate::output::{self, Readers, Table, style, thousands, write_file};
use crate::rollout::args::{Command, Rollout, Simulate};
use crate::rollout::chart::{self, Panel};
use crate::rollout::fault::Fault;
use crate::rollout::policy::{self, Named};
use crate::rollout::simulate::{self, Course};

pub(crate) fn run(args: &Rollout) -> Result<Exit, Failure> {
    match &args.command {
        Command::Simulate(args) => simulate(args),
    }
}

/// One fault, rolled out both ways.
struct Trial {
    fault: Fault,
    staged: Course,
    at_once: Course,
}

impl Trial {
    fn panel(&self) -> Panel<'_> {
        Panel {
            fault: self.fault,
            staged: &self.staged,
            at_once: &self.at_once,
        }
    }
}

fn simulate(args: &Simulate) -> Result<Exit, Failure> {
    let named = policy::read(&args.policy)?;
    let at_once = simulate::at_once(&named.policy);
    let faults = match args.fault.as_slice() {
        [] => &Fault::EACH,
        faults => faults,
    };
    let mut trials = Vec::new();
    for fault in faults {
        let run = |policy| {
            simulate::run(policy, *fault, args.machines, args.seed)
                .map_err(|error| cannot_begin(&args.policy, &named, &error))
        };
        trials.push(Trial {
            fault: *fault,
            staged: run(&named.policy)?,
            at_once: run(&at_once)?,
        });
    }
    if let Some(path) = &args.svg {
        let panels: Vec<Panel<'_>> = trials.iter().map(Trial::panel).collect();
        let svg = chart::draw(args.machines, &panels)
            .map_err(|error| Failure::usage(format!("the picture cannot be drawn: {error}")))?;
        write_file(path, svg.as_bytes(), Readers::Anyone)?;
    }
    match args.format {
        Format::Human => human(args, &named, &trials)?,
        Format::Json => output::print_json(&json!({
            "machines": args.machines,
            "seed": args.seed,
            "rings": named.names,
            "trials": trials.iter().map(|trial| json!({
                "fault": trial.fault.to_string(),
                "policy": as_json(&trial.staged, &named.names),
                "at_once": as_json(&trial.at_once, &["everybody".to_owned()]),
            })).collect::<Vec<_>>(),
        }))?,
    }
    Ok(Exit::Ok)
}

fn cannot_begin(path: &Path, named: &Named, error: &BeginError) -> Failure {
    let failure = Failure::usage(format!("{}: {error}", path.display()));
    match error {
        BeginError::RingTooSmall { ring, .. } => failure.help(format!(
            "raise `reach` or `minimum` of ring \"{}\", or the `unacceptable` rate that its test looks for, \
             or simulate more machines",
            ring_name(&named.names, ring.0)
        )),
        BeginError::NotNewer { .. } => failure,
    }
}

fn ring_name(names: &[String], ring: u8) -> &str {
    names.get(usize::from(ring)).map_or("?", String::as_str)
}

/// What ended it.
fn ending(course: &Course, names: &[String]) -> String {
    match course.end {
        Phase::Released { .. } => "released".to_owned(),
        Phase::Reverting { cause, .. } | Phase::Reverted { cause, .. } => match cause {
            Cause::Ring(ring) => format!("test of ring {}", ring_name(names, ring.0)),
            Cause::Class(Class(class)) => format!("test of hardware class {class}"),
            Cause::Operator => "operator".to_owned(),
        },
        Phase::Filling { ring } | Phase::Baking { ring, .. } => {
            format!("undecided in ring {}", ring_name(names, ring.0))
        }
    }
}

fn human(args: &Simulate, named: &Named, trials: &[Trial]) -> Result<(), Failure> {
    let mut table = Table::new([
        "fault",
        "rollout",
        "hit",
        "loaded",
        "decided after",
        "by",
        "not reverted",
    ]);
    let once = ["everybody".to_owned()];
    for trial in trials {
        let rows = [
            ("policy", &trial.staged, named.names.as_slice()),
            ("at once", &trial.at_once, once.as_slice()),
        ];
        for (way, course, names) in rows {
            table.row([
                if way == "policy" {
                    trial.fault.to_string()
                } else {
                    String::new()
                },
                way.to_owned(),
                thousands(course.hit.into()),
                thousands(course.loaded.into()),
                after(course),
                ending(course, names),
                thousands(course.unreached.into()),
            ]);
        }
    }
    let mut text = format!(
        "{} machines, seed {}; rings: {}\n\n",
        thousands(args.machines.into()),
        args.seed,
        named.names.join(", ")
    );
    text.push_str(&table.render());
    text.push('\n');
    for trial in trials {
        text.push_str(&format!("{}\n", verdict(trial)));
    }
    if let Some(path) = &args.svg {
        text.push_str(&format!("\nthe picture is in {}\n", path.display()));
    }
    output::print(&text)
}

fn verdict(trial: &Trial) -> String {
    let (staged, at_once) = (trial.staged.hit, trial.at_once.hit);
    let (colour, words) = match at_once.checked_div(staged) {
        None if at_once == 0 => (style::GOOD, "no machine was hit".to_owned()),
        None => (
            style::GOOD,
            format!(
                "no machine was hit, instead of {}",
                thousands(at_once.into())
            ),
        ),
        Some(times) => (
            if times >= 2 {
                style::GOOD
            } else {
                style::WARNING
            },
            format!(
                "{} machines were hit, instead of {}",
                thousands(staged.into()),
                thousands(at_once.into())
            ),
        ),
    };
    format!("{}: {colour}{words}{colour:#}", trial.fault)
}

fn after(course: &Course) -> String {
    match course.end {
        Phase::Filling { .. } | Phase::Baking { .. } => "-".to_owned(),
        _ => {
            let minutes = course.decided.div_ceil(60) * 60;
            humantime::format_duration(Duration::from_secs(minutes)).to_string()
        }
    }
}

fn as_json(course: &Course, names: &[String]) -> Value {
    json!({
        "hit": course.hit,
        "loaded": course.loaded,
        "released": matches!(course.end, Phase::Released { .. }),
        "decided_after_seconds": course.decided,
        "by": ending(course, names),
        "last_ring": ring_name(names, course.ring.0),
        "not_reverted": course.unreached,
    })
}
