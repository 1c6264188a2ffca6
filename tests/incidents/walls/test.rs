//! Every subset of the six walls against incidents: which subsets still stop which.
//!
//! `cargo test --package cofferdam-incidents --test walls -- --nocapture` prints the table.

use cofferdam_incidents::walls::{Ending, Incident, Walls};

/// The walls each of which stops an incident alone.
const EXPECTED: [(&str, &[u8]); 11] = [
    ("channel-file-291", &[1, 2, 3, 4, 5, 6]),
    ("field-tested-by-wildcard-only", &[1, 2, 3, 4, 5, 6]),
    ("file-of-zeros", &[1, 2, 3, 4, 5, 6]),
    ("truncated-and-flipped", &[1, 2, 3, 4, 5, 6]),
    ("mcafee-5958", &[5, 6]),
    ("webroot-2017", &[5, 6]),
    ("sophos-2012", &[5, 6]),
    ("critical-process", &[5, 6]),
    ("boot-loop", &[5, 6]),
    ("exploding-rule", &[3, 4, 5, 6]),
    ("replayed-version", &[5, 6]),
];

#[test]
fn every_subset_of_the_walls() {
    let incidents = Incident::all();
    let names: Vec<_> = incidents.iter().map(|it| it.name).collect();
    println!("walls   {}", names.join("  "));
    for walls in Walls::subsets() {
        let mut line = format!("{walls}  ");
        for incident in &incidents {
            let ending = incident.reenact(walls);
            let (_, alone) = EXPECTED
                .iter()
                .find(|it| it.0 == incident.name)
                .expect("every incident is listed");
            let alone: Walls = alone.iter().copied().collect();
            assert_eq!(
                ending.is_survived(),
                walls.meets(alone),
                "{} with {walls}: {ending}",
                incident.name
            );
            let word = match ending {
                Ending::NotReleased(wall) => format!("not released ({wall})"),
                Ending::Harmless(wall) => format!("harmless ({wall})"),
                Ending::Blind => "blind".to_owned(),
                Ending::Stopped {
                    machines,
                    recovered_after,
                } => match recovered_after {
                    Some(starts) => format!("{machines} for {starts} starts"),
                    None => format!("{machines} down"),
                },
            };
            line.push_str(&format!(
                "{word:<width$}  ",
                width = incident.name.len().max(18)
            ));
        }
        println!("{}", line.trim_end());
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
    let none = incident.reenact(Walls::subsets().next().expect("the empty set"));
    assert!(!none.is_survived(), "{none}");
}
