//! The report's parts: which records each is made of, and what they mean.

use serde_json::Value;

use super::records::{Records, date, number};
use super::{Section, Table};

pub(super) fn all(records: &Records) -> Vec<Section> {
    vec![
        checks(records),
        failures(records),
        concurrency(records),
        suspension(records),
        fuzzing(records),
        coverage(records),
        stack(records),
        power(records),
        models(records),
        opinions(records),
        runs(records),
    ]
}

/// A part made of these records; `facts` names what of a record is told.
fn section(
    records: &Records,
    title: &'static str,
    text: &'static str,
    facts: &[(&str, &str, &str)],
) -> Section {
    let mut section = Section {
        title,
        text,
        missing: Vec::new(),
        skipped: Vec::new(),
        findings: 0,
        facts: Vec::new(),
        tables: Vec::new(),
    };
    for (record, key, what) in facts {
        match records.get(record) {
            Some(value) if *key == "findings" => {
                section.findings += value[*key].as_u64().unwrap_or(1);
            }
            Some(value) => section
                .facts
                .push(((*what).to_owned(), number(&value[*key]))),
            None if !section.missing.iter().any(|it| it == record) => {
                section.missing.push((*record).to_owned());
            }
            None => {}
        }
    }
    section
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn checks(records: &Records) -> Section {
    let mut section = section(
        records,
        "Every check finds the fault that it is for",
        "The checks of Driver Verifier run on every commit, against the machine code that ships. A check that never fires \
         proves nothing: so a small driver, built as the real one is, has each of these faults in turn. Without a fault it must be \
         left alone.",
        &[
            (
                "checks.clean",
                "drivers",
                "drivers without a fault, of which nothing was said",
            ),
            ("checks.clean", "findings", ""),
        ],
    );
    let Some(record) = records.get("checks") else {
        section.missing.push("checks".into());
        return section;
    };
    let faults = list(&record["faults"]);
    let missed = faults.iter().filter(|it| it["found"].is_null()).count();
    section.findings += missed as u64;
    let caught = faults.len() - missed;
    section.facts.insert(
        0,
        (
            "seeded faults, all of them caught".into(),
            format!("{caught} of {}", faults.len()),
        ),
    );
    let row = |it: &Value| {
        let found = text(&it["found"]);
        // The address differs from run to run, and tells nobody anything.
        let told = found.lines().take(3).collect::<Vec<_>>().join("\n");
        vec![text(&it["check"]), text(&it["what"]), told]
    };
    section.tables.push(Table {
        title: "Checks, faults, findings".into(),
        head: vec!["check", "the seeded driver", "was found as"],
        rows: faults.iter().map(row).collect(),
    });
    section
}

fn failures(records: &Records) -> Section {
    let mut section = section(
        records,
        "Whatever fails, the machine goes on",
        "Every routine of the kernel that can fail is made to fail: once for each distinct call stack of the driver that leads \
         to it, alone, and again with one of the calls that follow in the same callback. Each time everything happens on the machine once; what \
         suffered is allowed, what was missed is counted, and the driver unloads without leaving anything behind.",
        &[],
    );
    for (record, key, what) in [
        (
            "failures.alone",
            "call_stacks",
            "call stacks, each failed once",
        ),
        ("failures.pairs", "pairs", "pairs of failures"),
    ] {
        if let Some(value) = records.get(record) {
            let disks = list(&value["disks"]).iter();
            let sum: u64 = disks.filter_map(|it| it[key].as_u64()).sum();
            section.facts.push((what.into(), number(&sum.into())));
        }
    }
    for (record, title) in [("failures.alone", "Alone"), ("failures.pairs", "In pairs")] {
        let Some(value) = records.get(record) else {
            section.missing.push(record.into());
            continue;
        };
        let mut rows = Vec::new();
        for disk in list(&value["disks"]) {
            let where_ = text(&disk["disk"]);
            let mut row = |what: &str, key: &str| {
                rows.push(vec![where_.clone(), what.to_owned(), number(&disk[key])]);
            };
            if record == "failures.alone" {
                row("call stacks, each failed once", "call_stacks");
                for (routine, count) in disk["routines"].as_object().into_iter().flatten() {
                    rows.push(vec![where_.clone(), routine.clone(), number(count)]);
                }
            } else {
                row("pairs failed", "pairs");
                row(
                    "calls after the first failure that were tried, at most",
                    "following",
                );
                row("callbacks with more calls than that", "open");
            }
        }
        section.tables.push(Table {
            title: title.into(),
            head: vec!["the machine starts with", "what", "how often"],
            rows,
        });
    }
    section
}

fn concurrency(records: &Records) -> Section {
    section(
        records,
        "Everything at once",
        "Eight threads of files, processes, registry, images, handles; content that is swapped, clients that come and go, a volume that \
         is dismounted, and an unload in the middle. Once in orders that a seed chooses, with a possible switch at every call to the \
         kernel, so that each can be had again; once as the host schedules. The machine's memory model is x86's: what weaker ones \
         would show is left to Loom.",
        &[
            ("concurrency.seeded", "seeds", "orders by seed"),
            (
                "concurrency.seeded",
                "switches",
                "places where another thread could run",
            ),
            ("concurrency.seeded", "findings", ""),
            (
                "concurrency.host",
                "seconds",
                "seconds as the host schedules",
            ),
            ("concurrency.host", "events", "events"),
            ("concurrency.host", "swaps", "contents swapped"),
            ("concurrency.host", "clients", "clients"),
            ("concurrency.host", "dismounts", "volumes dismounted"),
            (
                "concurrency.host",
                "unloads",
                "drivers unloaded in the middle",
            ),
            ("concurrency.host", "findings", ""),
        ],
    )
}

fn suspension(records: &Records) -> Section {
    section(
        records,
        "Nothing waits for a suspended thread",
        "Any program may suspend its own threads, also in the middle of the driver's callbacks. At each call of a callback to the kernel \
         a thread is stopped, as Windows would, while content is swapped twice, clients come and go, other threads have their events, \
         and the driver is asked to unload. Only the unload waits, for the callback itself.",
        &[
            (
                "suspension",
                "call_stacks",
                "call stacks at which a thread was to stop",
            ),
            (
                "suspension",
                "suspended",
                "at which one did, there or as soon as it could",
            ),
            ("suspension", "findings", ""),
        ],
    )
}

fn fuzzing(records: &Records) -> Section {
    let mut section = section(
        records,
        "Hostile content, requests and texts",
        "Inputs are changed at random and kept where they run code that no input ran before. Content is signed with the key that the \
         machine trusts: a signature says who, never that it is well-formed. The search is deterministic by its seed. That it is more than chance is shown on a \
         planted fault: the guided search finds it, a blind one of the same length does not.",
        &[
            (
                "mutations.contents",
                "loads",
                "contents changed blindly, signed and loaded",
            ),
            (
                "mutations.contents",
                "accepted",
                "of them accepted, and run",
            ),
            ("mutations.contents", "findings", ""),
            ("mutations.events", "events", "events of random text"),
            ("mutations.events", "findings", ""),
            (
                "fuzz-planted",
                "guided",
                "inputs until the planted fault was found, guided, by seed",
            ),
            ("fuzz-planted", "blind", "the same, blind"),
            ("fuzz-planted", "limit", "inputs of each of these, at most"),
        ],
    );
    let mut rows = Vec::new();
    for subject in ["content", "control", "events"] {
        let name = format!("fuzz.{subject}");
        let Some(value) = records.get(&name) else {
            section.missing.push(name);
            continue;
        };
        section.findings += value["findings"].as_u64().unwrap_or(1);
        let keys = [
            "inputs",
            "corpus",
            "reached_first",
            "reached",
            "blocks",
            "seed",
        ];
        let numbers = keys.iter().map(|key| number(&value[*key]));
        rows.push(std::iter::once(subject.to_owned()).chain(numbers).collect());
    }
    section.tables.push(Table {
        title: "Guided searches".into(),
        head: vec![
            "of",
            "inputs",
            "kept",
            "blocks run by the first inputs",
            "by all",
            "of",
            "seed",
        ],
        rows,
    });
    section
}

fn coverage(records: &Records) -> Section {
    let mut section = section(
        records,
        "How much of the image ran",
        "Basic blocks of the machine code, by breakpoints that fire once, over all tests of the driver. The pattern machine \
         has a form for every width of a program, and a driver's tests need few of them; the interpreter's own tests run all. What \
         nothing entered is listed. A run of some tests alone shows less.",
        &[
            ("coverage.driver", "blocks", "basic blocks in the image"),
            ("coverage.driver", "reached", "that ran"),
            ("coverage.driver", "functions", "functions"),
        ],
    );
    if let Some(value) = records.get("coverage.driver") {
        let share = value["reached"].as_u64().unwrap_or(0) * 100;
        let share = share / value["blocks"].as_u64().unwrap_or(0).max(1);
        section
            .facts
            .push(("of all blocks".into(), format!("{share} %")));
        let never = list(&value["never_entered"]);
        let mut names: Vec<String> = never.iter().map(text).collect();
        names.sort();
        names.dedup();
        section.facts.push((
            "functions that nothing entered".into(),
            never.len().to_string(),
        ));
        section.tables.push(Table {
            title: "Functions that nothing entered".into(),
            head: vec!["function"],
            rows: names.into_iter().map(|it| vec![it]).collect(),
        });
    }
    section
}

fn stack(records: &Records) -> Section {
    let mut section = section(
        records,
        "Kernel stack",
        "The deepest use that any test has seen, in bytes, of the 24 KiB that a thread has. The driver's code runs on a stack of that \
         size with a guard page; what the kernel's own routines need is not counted. With it are counted 112 bytes of arguments for \
         each callback, and 24 for a call to the simulated kernel. Taking content in needs most: that is done in a system call of the \
         client and in a thread of the driver, where nothing else is on the stack.",
        &[("stack.driver", "recorded", "")],
    );
    section.facts.clear();
    if let Some(value) = records.get("stack.driver") {
        let callbacks = value["callbacks"].as_object().into_iter().flatten();
        let mut rows: Vec<(u64, Vec<String>)> = callbacks
            .map(|(name, bytes)| {
                (
                    bytes.as_u64().unwrap_or(0),
                    vec![name.clone(), number(bytes)],
                )
            })
            .collect();
        rows.sort_by_key(|it| std::cmp::Reverse(it.0));
        if let Some((_, deepest)) = rows.first() {
            let fact = ("the deepest, of 24,576".into(), deepest[1].clone());
            section.facts.push(fact);
        }
        section.tables.push(Table {
            title: "By callback".into(),
            head: vec!["callback", "bytes"],
            rows: rows.into_iter().map(|it| it.1).collect(),
        });
    }
    section
}

fn power(records: &Records) -> Section {
    section(
        records,
        "Power cuts",
        "Every state that the content slots and the boot guard can come into, not a sample: power is cut at every write and flush of update, \
         activation, health and rollback, and the disk may then have lost, torn or reordered whatever was not flushed. In each the \
         machine runs a whole and authentic content version or none, tries none more often than the guard allows, and takes none back unasked.",
        &[
            ("power", "states", "states"),
            ("power", "transitions", "transitions between them"),
            (
                "power",
                "cuts",
                "of them through a power cut or a failing disk",
            ),
            ("power", "findings", ""),
        ],
    )
}

fn models(records: &Records) -> Section {
    let mut section = section(
        records,
        "Weak memory",
        "Loom runs telemetry ring, slot swap, quarantine bits and verdict cache through the interleavings of few threads, with every value \
         that a weakly ordered processor may show. Variants with a mistake, which it must find, are among its tests.",
        &[],
    );
    let models = records
        .all
        .iter()
        .filter(|(name, _)| name.starts_with("loom."));
    let rows: Vec<Vec<String>> = models
        .map(|(_, it)| {
            vec![
                text(&it["model"]),
                executions(&it["executions"]),
                text(&it["outcome"]),
            ]
        })
        .collect();
    if rows.is_empty() {
        section.missing.push("loom".into());
    }
    section.tables.push(Table {
        title: "Models".into(),
        head: vec!["model", "executions", "outcome"],
        rows,
    });
    section
}

/// A model with a mistake is left when it shows.
fn executions(count: &Value) -> String {
    match count.as_u64() {
        Some(0) => "until it was found".into(),
        _ => number(count),
    }
}

fn opinions(records: &Records) -> Section {
    let mut section = section(
        records,
        "Second opinions",
        "The simulated kernel and the driver were written by the same hands. Two kernels that others wrote load the same image, start \
         it and unload it. They deliver no events.",
        &[],
    );
    let mut rows = Vec::new();
    for (record, kernel) in [("opinion.wine", "Wine"), ("opinion.speakeasy", "Speakeasy")] {
        let value = records.get(record);
        let outcome =
            value.map_or_else(|| "skipped: not run".to_owned(), |it| text(&it["outcome"]));
        if outcome.starts_with("skipped") {
            section.skipped.push(kernel);
        }
        section.findings += value.map_or(0, |it| it["findings"].as_u64().unwrap_or(1));
        let kernel = value.map_or_else(|| kernel.to_owned(), |it| text(&it["kernel"]));
        rows.push(vec![kernel, outcome]);
    }
    section.tables.push(Table {
        title: "Kernels".into(),
        head: vec!["kernel", "outcome"],
        rows,
    });
    section
}

fn runs(records: &Records) -> Section {
    let mut section = section(
        records,
        "Long runs",
        "Hours rather than minutes: run once each, on the image that they name, and kept in the repository. What has changed in the \
         driver since an earlier image is tried by the tests above only. The commands are in the stage's README.",
        &[],
    );
    for (name, value) in &records.runs {
        let rows = value.as_object().into_iter().flatten();
        section.findings += value["findings"].as_u64().unwrap_or(0);
        let told = |(key, it): (&String, &Value)| match &**key {
            "recorded" => vec!["day".into(), date(it)],
            "image" if it.as_str() == Some(&records.image) => {
                vec![key.clone(), "this one".into()]
            }
            "image" => vec![key.clone(), format!("an earlier one, {}", text(it))],
            _ => vec![key.replace('_', " "), number(it)],
        };
        section.tables.push(Table {
            title: name.clone(),
            head: vec!["what", "how much"],
            rows: rows.map(told).collect(),
        });
    }
    section
}
