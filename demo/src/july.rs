//! 19 July 2024 again: a content file made for one field more than the sensor supplies, sent to everybody.

use std::time::Instant;

use cofferdam_incidents::walls::{Ending, Incident, NAMES, Walls};
use serde_json::json;

use crate::show::{Show, Tone};

/// Columns of the walls' names.
const NAMED: usize = 36;

/// With all walls, with each taken out, with each alone, and with none. Whether the others held.
pub(crate) fn reenact(show: Show) -> bool {
    let incident = Incident::channel_file_291();
    let alone: Vec<u8> = (1..=6)
        .filter(|wall| incident.reenact(Walls::only(*wall)).is_survived())
        .collect();
    let mut good = true;
    let mut tell = |what: &str, walls: Walls, must_hold: bool| {
        let begin = Instant::now();
        let ending = incident.reenact(walls);
        let took = begin.elapsed();
        let held = ending.is_survived();
        good &= held == must_hold;
        let tone = match ending {
            Ending::Stopped { .. } if held => Tone::Warn,
            Ending::Stopped { .. } | Ending::Blind => Tone::Bad,
            _ => Tone::Good,
        };
        let first = match ending {
            Ending::NotReleased(wall) | Ending::Harmless(wall) => Some(wall),
            _ => None,
        };
        let behind: Vec<u8> = alone
            .iter()
            .copied()
            .filter(|wall| first.is_some() && walls.has(*wall) && first != Some(*wall))
            .collect();
        let mut how = ending.to_string();
        if !behind.is_empty() {
            let behind: Vec<String> = behind.iter().map(u8::to_string).collect();
            how.push_str(&format!("; behind it {}", behind.join(" ")));
        }
        let fields = json!({ "walls": walls.to_string(), "held": held, "ending": ending.to_string(), "behind": behind });
        show.told("july", (what, NAMED), (&how, tone), Some(took), fields);
    };
    tell("all six walls", Walls::ALL, true);
    for (wall, name) in (1..).zip(NAMES) {
        let what = format!("without {wall}, {name}");
        tell(&what, Walls::without(wall), true);
    }
    for (wall, name) in (1..).zip(NAMES) {
        tell(&format!("only {wall}, {name}"), Walls::only(wall), true);
    }
    tell("only 5 and 6", (5..=6).collect(), true);
    tell("none: as it was that day", Walls::none(), false);
    good
}
