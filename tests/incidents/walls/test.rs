//! Every subset of the six walls against every incident: which subsets still stop which.
//!
//! The table that comes of it is `README.md` beside this file; `COFFERDAM_BLESS=1` writes it again.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::path::Path;

use cofferdam_incidents::walls::{
    CLEAN_MACHINE, Ending, FLEET, Incident, NAMES, NO_WAITING, OWNED, Walls,
};

/// The walls each of which stops an incident alone, and what stops it beside the walls.
const EXPECTED: [(&str, &[u8], Option<&str>); 13] = [
    ("channel-file-291", &[1, 2, 3, 4, 5, 6], None),
    ("field-tested-by-wildcard-only", &[1, 2, 3, 4, 5, 6], None),
    ("file-of-zeros", &[1, 2, 3, 4, 5, 6], None),
    ("truncated-and-flipped", &[1, 2, 3, 4, 5, 6], None),
    ("mcafee-5958", &[5, 6], Some(CLEAN_MACHINE)),
    ("webroot-2017", &[5, 6], Some(CLEAN_MACHINE)),
    ("sophos-2012", &[5, 6], Some(CLEAN_MACHINE)),
    ("critical-process", &[5, 6], Some(CLEAN_MACHINE)),
    ("boot-loop", &[5, 6], None),
    ("exploding-rule", &[3, 4, 5, 6], None),
    ("replayed-version", &[5, 6], None),
    ("leak-per-reload", &[], Some(OWNED)),
    ("killed-service", &[], Some(NO_WAITING)),
];

/// An ending in few characters; the letters are explained under the table.
fn word(ending: Ending) -> String {
    match ending {
        Ending::NotReleased(wall) => format!("n{wall}"),
        Ending::Harmless(wall) => format!("h{wall}"),
        Ending::Unharmed(OWNED) => "m".into(),
        Ending::Unharmed(_) => "w".into(),
        Ending::Blind => "**blind**".into(),
        Ending::Stopped {
            machines,
            recovered_after: Some(starts),
        } => format!("{machines}, {starts} start"),
        Ending::Stopped {
            machines: FLEET,
            recovered_after: None,
        } => "**all**".into(),
        Ending::Stopped { machines, .. } => machines.to_string(),
    }
}

fn row(words: &[String]) -> String {
    format!("| {} |\n", words.join(" | "))
}

#[test]
fn every_subset_of_the_walls_against_every_incident() {
    let incidents = Incident::all();
    let folders: Vec<String> = std::fs::read_dir(env!("CARGO_MANIFEST_DIR"))
        .expect("the incidents are there")
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.path().join("test.rs").exists() && entry.file_name() != "walls")
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    for folder in &folders {
        let is_there = incidents.iter().any(|it| it.name == folder);
        assert!(is_there, "{folder} is not in the table");
    }
    assert_eq!(folders.len(), incidents.len());

    let mut head = vec!["walls".to_owned()];
    head.extend(incidents.iter().map(|it| it.name.to_owned()));
    let mut table = row(&head) + &row(&vec!["---".to_owned(); head.len()]);
    for walls in Walls::subsets() {
        let mut words = vec![format!("`{walls}`")];
        for incident in &incidents {
            let ending = incident.reenact(walls);
            let (_, alone, beside) = expected(incident);
            let alone: Walls = alone.iter().copied().collect();
            // What no wall is about ends well in each subset, for what the driver is.
            let survives = match ending {
                Ending::Unharmed(why) => Some(why) == beside,
                _ => ending.is_survived() == walls.meets(alone) && alone != Walls::none(),
            };
            assert!(survives, "{} with {walls}: {ending}", incident.name);
            words.push(word(ending));
        }
        table.push_str(&row(&words));
    }
    let mut words = vec!["beside the walls".to_owned()];
    for incident in &incidents {
        let beside = incident.beside();
        assert_eq!(beside, expected(incident).2, "{}", incident.name);
        words.push(beside.unwrap_or_default().to_owned());
    }
    table.push_str(&row(&words));
    is_written_down(&table);
}

fn expected(incident: &Incident) -> (&'static str, &'static [u8], Option<&'static str>) {
    let found = EXPECTED.iter().find(|it| it.0 == incident.name);
    *found.expect("every incident is listed")
}

/// The table in `README.md` is this one.
fn is_written_down(table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("walls/README.md");
    let text = std::fs::read_to_string(&path).expect("the table is there");
    let begin = text.find("| walls |").expect("it has the table");
    let (before, after) = text.split_at(begin);
    let end = after.find("\n\n").map_or(after.len(), |at| at + 1);
    let (written, rest) = after.split_at(end);
    if std::env::var_os("COFFERDAM_BLESS").is_some() {
        std::fs::write(&path, format!("{before}{table}{rest}")).expect("it can be written");
    } else {
        assert_eq!(written, table, "COFFERDAM_BLESS=1 writes it again");
    }
}

#[test]
fn with_any_wall_taken_out_the_others_stop_july_2024() {
    let incident = Incident::channel_file_291();
    for wall in 1..=6 {
        let ending = incident.reenact(Walls::without(wall));
        assert!(ending.is_survived(), "without {wall}: {ending}");
        assert!(
            !matches!(ending, Ending::Stopped { .. }),
            "without {wall}: {ending}"
        );
    }
    let none = incident.reenact(Walls::none());
    assert!(!none.is_survived(), "{none}");
}

#[test]
fn walls_are_written_as_the_table_says() {
    assert_eq!(Walls::without(3).to_string(), "12-456");
    assert_eq!(Walls::none().to_string(), "------");
    assert_eq!(NAMES.len(), 6);
    assert_eq!(Walls::subsets().count(), 64);
}
