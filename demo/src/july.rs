//! 19 July 2024 again: a content file made for one field more than the sensor supplies, sent to everybody.

use cofferdam_incidents::walls::{Ending, Incident, NAMES, Walls};
use serde_json::json;

use crate::show::{Show, Tone};

/// With all walls, with each taken out, and with none. Whether the others held.
pub(crate) fn reenact(show: Show) -> bool {
    let incident = Incident::channel_file_291();
    let mut good = true;
    let mut tell = |what: &str, walls: Walls, must_hold: bool| {
        let ending = incident.reenact(walls);
        let held = !matches!(ending, Ending::Stopped { .. });
        good &= held == must_hold;
        let tone = if held { Tone::Good } else { Tone::Bad };
        let text = ending.to_string();
        let words = [(what, 42, Tone::Plain), (text.as_str(), 0, tone)];
        let fields = json!({ "walls": walls.to_string(), "held": held, "ending": text });
        show.row(&words, "july", fields);
    };
    tell("all six walls", Walls::ALL, true);
    for (wall, name) in (1..).zip(NAMES) {
        tell(
            &format!("without {wall}, {name}"),
            Walls::without(wall),
            true,
        );
    }
    tell("without 1 and 2", (3..=6).collect(), true);
    tell("without 1, 2 and 3", (4..=6).collect(), true);
    tell("only 5, staged rollout", Walls::only(5), false);
    tell("only 6, boot guard", Walls::only(6), false);
    tell("only 5 and 6", (5..=6).collect(), false);
    tell("none: as it was that day", (1..1).collect(), false);
    good
}
