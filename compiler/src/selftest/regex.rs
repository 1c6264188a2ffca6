//! A text that a regular expression finds: the shortest way through, each turn by other alternatives.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use crate::model::SURROGATE_SHIFT;

/// The longest text that is made.
const LONGEST: usize = 8_192;

/// The text, and whether it must stand at the start and at the end. `None` where nothing can be found, or nothing
/// short.
pub(super) fn sample(hir: &Hir, turn: usize) -> Option<(Vec<u16>, bool, bool)> {
    let mut text = String::new();
    write(hir, &mut { turn }, &mut text)?;
    let unit = |character: char| {
        let number = u32::from(character);
        let shifted = number.checked_sub(SURROGATE_SHIFT);
        u16::try_from(shifted.filter(|it| *it >= 0xD800).unwrap_or(number)).ok()
    };
    let units = text.chars().map(unit).collect::<Option<Vec<u16>>>()?;
    let properties = hir.properties();
    let start = properties.look_set_prefix_any().contains(Look::Start);
    let end = properties.look_set_suffix_any().contains(Look::End);
    Some((units, start, end))
}

/// Every choice takes its share of the turn's number, so that all combinations come. Depth is bounded by the parser's
/// limit.
fn write(hir: &Hir, turn: &mut usize, out: &mut String) -> Option<()> {
    if out.len() > LONGEST {
        return None;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => out.push(of_class(class, turn)?),
        HirKind::Repetition(repetition) => {
            for _ in 0..repetition.min {
                write(&repetition.sub, turn, out)?;
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, turn, out)?,
        HirKind::Concat(parts) => {
            for part in parts {
                write(part, turn, out)?;
            }
        }
        HirKind::Alternation(ways) => {
            let way = ways.get(share(turn, ways.len()))?;
            write(way, turn, out)?;
        }
    }
    Some(())
}

/// One of so many choices.
fn share(turn: &mut usize, choices: usize) -> usize {
    let choices = choices.max(1);
    let own = *turn % choices;
    *turn /= choices;
    own
}

/// Characters that are preferred where a class has many.
const LIKED: [char; 12] = ['q', 'Q', '7', 'a', 'A', 'f', '1', '0', '_', '-', ' ', '.'];

fn of_class(class: &Class, turn: &mut usize) -> Option<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => {
            let ranges = class.ranges().iter();
            ranges.map(|range| (range.start(), range.end())).collect()
        }
        Class::Bytes(class) => {
            let ranges = class.ranges().iter();
            ranges
                .map(|range| (range.start().into(), range.end().into()))
                .collect()
        }
    };
    let within = |wanted: &char| {
        ranges
            .iter()
            .any(|(first, last)| (first..=last).contains(&wanted))
    };
    if let Some(liked) = LIKED.into_iter().find(within) {
        return Some(liked);
    }
    let (first, _) = ranges.get(share(turn, ranges.len()))?;
    Some(*first)
}
