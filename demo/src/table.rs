//! The live table of verdicts: as many columns as the terminal has room for.

use std::time::Duration;

use crate::show::{Show, TIME, Tone, time};

/// What the driver said of an event.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    /// When it was recorded: hours, minutes, seconds.
    pub(crate) clock: &'a str,
    /// Its number among the recorded events, from 1.
    pub(crate) number: usize,
    pub(crate) verdict: (&'a str, Tone),
    pub(crate) kind: &'a str,
    /// The acting program, without its folder.
    pub(crate) program: &'a str,
    /// What was done, or to what.
    pub(crate) object: &'a str,
    pub(crate) rule: &'a str,
    /// The driver's time for the event and what surrounds it.
    pub(crate) took: Duration,
}

/// Columns: clock, number, verdict, kind, program, object, rule; 0 is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Widths {
    kind: usize,
    object: usize,
    rule: usize,
}

const CLOCK: usize = 8;
const NUMBER: usize = 5;
const VERDICT: usize = 7;
const PROGRAM: usize = 14;

impl Widths {
    /// For lines of so many columns.
    fn of(width: usize) -> Self {
        let kind = if width >= 140 { 18 } else { 0 };
        // Every column but the first two has a blank before it.
        let fixed = 2 + CLOCK + 1 + NUMBER + 1 + VERDICT + 1 + PROGRAM + 1 + 1 + TIME;
        let rest = width.saturating_sub(fixed + if kind > 0 { kind + 1 } else { 0 });
        let object = if width >= 100 { rest * 2 / 5 } else { 0 };
        let rule = rest - if object > 0 { object + 1 } else { 0 };
        Self { kind, object, rule }
    }
}

/// What the columns are.
pub(crate) fn head(show: Show) {
    let faint = Tone::Faint;
    let words = [
        "clock", "event", "verdict", "kind", "program", "object", "rule", "driver",
    ];
    let [clock, number, verdict, kind, program, object, rule, took] = words.map(|it| (it, faint));
    columns(
        show,
        clock,
        number,
        (verdict, kind, program),
        (object, rule, took),
    );
}

pub(crate) fn line(show: Show, line: &Line<'_>) {
    let (word, tone) = line.verdict;
    columns(
        show,
        (line.clock, Tone::Faint),
        (&line.number.to_string(), Tone::Faint),
        (
            (word, tone),
            (line.kind, Tone::Plain),
            (line.program, Tone::Plain),
        ),
        (
            (line.object, Tone::Plain),
            (line.rule, tone),
            (&time(line.took), Tone::Faint),
        ),
    );
}

type Word<'a> = (&'a str, Tone);

fn columns(
    show: Show,
    clock: Word<'_>,
    number: Word<'_>,
    (verdict, kind, program): (Word<'_>, Word<'_>, Word<'_>),
    (object, rule, took): (Word<'_>, Word<'_>, Word<'_>),
) {
    let widths = Widths::of(show.width);
    let (number_text, took_text) = (
        format!("{:>NUMBER$}", number.0),
        format!("{:>TIME$}", took.0),
    );
    let all = [
        (clock, CLOCK),
        ((number_text.as_str(), number.1), NUMBER),
        (verdict, VERDICT),
        (kind, widths.kind),
        (program, PROGRAM),
        (object, widths.object),
        (rule, widths.rule),
        ((took_text.as_str(), took.1), TIME),
    ];
    let shown: Vec<_> = all
        .iter()
        .filter(|(_, width)| *width > 0)
        .map(|((word, tone), width)| (*word, *width, *tone))
        .collect();
    show.row(&shown);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_as_wide_as_the_terminal() {
        for width in 80..=150 {
            let Widths { kind, object, rule } = Widths::of(width);
            let columns = [CLOCK, NUMBER, VERDICT, kind, PROGRAM, object, rule, TIME];
            let shown = columns.iter().filter(|it| **it > 0);
            assert_eq!(1 + shown.map(|it| it + 1).sum::<usize>(), width);
            assert!(rule >= 28, "{width}");
            assert_eq!(object > 0, width >= 100);
        }
    }
}
