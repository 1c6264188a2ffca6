//! A text that a regular expression finds: the shortest way through, alternatives by turns.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use crate::model::SURROGATE_SHIFT;

/// The longest text that is made.
const LONGEST: usize = 8_192;

/// The text, and whether it must stand at the start and at the end. `None` where nothing can be found, or nothing
/// short.
pub(super) fn sample(hir: &Hir, turn: usize) -> Option<(Vec<u16>, bool, bool)> {
    let mut text = String::new();
    write(hir, turn, &mut text)?;
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

/// Depth is bounded by the parser's limit.
fn write(hir: &Hir, turn: usize, out: &mut String) -> Option<()> {
    if out.len() > LONGEST {
        return None;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => out.push(of_class(class)?),
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
            let way = ways.get(turn % ways.len().max(1))?;
            write(way, turn, out)?;
        }
    }
    Some(())
}

/// Characters that are preferred where a class has them.
const LIKED: [char; 12] = ['q', 'Q', '7', 'a', 'A', 'f', '1', '0', '_', '-', ' ', '.'];

fn of_class(class: &Class) -> Option<char> {
    match class {
        Class::Unicode(class) => {
            let within = |wanted: &char| {
                let mut ranges = class.ranges().iter();
                ranges.any(|range| (range.start()..=range.end()).contains(wanted))
            };
            let liked = LIKED.into_iter().find(within);
            liked.or_else(|| Some(class.ranges().first()?.start()))
        }
        Class::Bytes(class) => {
            let within = |wanted: &char| {
                let mut ranges = class.ranges().iter();
                ranges.any(|range| {
                    (char::from(range.start())..=char::from(range.end())).contains(wanted)
                })
            };
            let liked = LIKED.into_iter().find(within);
            liked.or_else(|| Some(char::from(class.ranges().first()?.start())))
        }
    }
}
