//! Values that satisfy tests, and values that just miss one of them.
//!
//! Nothing here is trusted: whether a value does what it was made for is asked of the reference evaluator.

use std::net::IpAddr;
use std::ops::Range;

use super::regex;
use super::tree::Asked;
use crate::model::{Comparison, Matcher, Number, Pattern, Piece, TimePart};
use crate::reference::{Text, Value};

/// A field's text, `None` where it is absent, and where in it that stands which the first test is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Made {
    pub(super) text: Option<Vec<u16>>,
    pub(super) core: Range<usize>,
}

pub(super) fn value(text: Option<&[u16]>) -> Value {
    text.map_or(Value::Absent, |units| {
        Value::Text(Text::new(units.to_vec()))
    })
}

/// Texts for where nothing is asked for; also between, before and behind what is.
const FILLERS: [&str; 4] = ["q", " ", "", "~ "];

fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

/// A value that satisfies all tests of one field; the first of them decides where the core is.
pub(super) fn compose(tests: &[&Asked<'_>], attempt: usize) -> Option<Made> {
    let holds = |text: Option<&[u16]>| {
        let value = value(text);
        // A field reference cannot be answered by the value alone.
        let mut alone = tests
            .iter()
            .filter(|asked| !matches!(asked.matcher, Matcher::FieldRef { .. }));
        alone.all(|asked| asked.ready.holds(&value))
    };
    (0..FILLERS.len()).find_map(|turn| {
        let filler = units(FILLERS[(attempt + turn) % FILLERS.len()]);
        let made = joined(tests, &filler, attempt)?;
        holds(made.text.as_deref()).then_some(made)
    })
}

/// Where a text that is asked for stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Anchors {
    start: bool,
    end: bool,
}

/// What is asked for, put together: a beginning, an end, and the rest between them.
fn joined(tests: &[&Asked<'_>], filler: &[u16], attempt: usize) -> Option<Made> {
    let mut head: Vec<u16> = Vec::new();
    let mut tail: Vec<u16> = Vec::new();
    let mut middle: Vec<Vec<u16>> = Vec::new();
    let mut whole: Option<Vec<u16>> = None;
    // The first test's own text, and which of the four it went to.
    let mut first: Option<(Vec<u16>, Anchors)> = None;
    for asked in tests {
        let (body, anchors) = match body(asked.matcher, attempt)? {
            Body::Absent => {
                let alone = tests.iter().all(|it| matches!(it.matcher, Matcher::Null));
                return alone.then_some(Made {
                    text: None,
                    core: 0..0,
                });
            }
            Body::Text(body, anchors) => (body, anchors),
        };
        first.get_or_insert_with(|| (body.clone(), anchors));
        match anchors {
            Anchors {
                start: true,
                end: true,
            } => whole = whole.or(Some(body)),
            Anchors { start: true, .. } if body.len() > head.len() => head = body,
            Anchors { end: true, .. } if body.len() > tail.len() => tail = body,
            Anchors {
                start: false,
                end: false,
            } => middle.push(body),
            _ => {}
        }
    }
    let (body, anchors) = first?;
    let mut text = Vec::new();
    let mut core = 0;
    if let Some(whole) = whole {
        text = whole;
    } else {
        text.extend_from_slice(if head.is_empty() { filler } else { &head });
        for (number, part) in middle.iter().enumerate() {
            if number > 0 || !head.is_empty() {
                text.extend_from_slice(filler);
            }
            if number == 0 && !anchors.start && !anchors.end {
                core = text.len();
            }
            text.extend_from_slice(part);
        }
        if anchors.end {
            core = (text.len() + filler.len() + tail.len()).saturating_sub(body.len());
        }
        text.extend_from_slice(filler);
        text.extend_from_slice(&tail);
    }
    let end = (core + body.len()).min(text.len());
    Some(Made {
        text: Some(text),
        core: core.min(end)..end,
    })
}

enum Body {
    Absent,
    Text(Vec<u16>, Anchors),
}

const WHOLE: Anchors = Anchors {
    start: true,
    end: true,
};

const ANYWHERE: Anchors = Anchors {
    start: false,
    end: false,
};

/// A text that a matcher asks for, without what may stand around it.
fn body(matcher: &Matcher, attempt: usize) -> Option<Body> {
    let whole = |text: String| Body::Text(units(&text), WHOLE);
    Some(match matcher {
        Matcher::Text { pattern, cased } => {
            let (body, anchors) = of_pattern(pattern, *cased);
            Body::Text(body, anchors)
        }
        Matcher::Regex(regex) => {
            let (body, start, end) = regex::sample(&regex.hir(), attempt)?;
            Body::Text(body, Anchors { start, end })
        }
        Matcher::Cidr(network) => whole(network.address().to_string()),
        Matcher::Number(number) => whole(number.written.to_string()),
        Matcher::Compare(comparison, number) => {
            whole(beside(*comparison, number.number)?.to_string())
        }
        Matcher::Bool(value) => whole(if *value { "true" } else { "FALSE" }.to_owned()),
        Matcher::Null => Body::Absent,
        Matcher::Exists => Body::Text(Vec::new(), ANYWHERE),
        // Both fields are given the same text: see `FIELD_REF`.
        Matcher::FieldRef { .. } => Body::Text(units(FIELD_REF), WHOLE),
        Matcher::Time(part, comparison, number) => {
            // Those that hold may be written in quite different ways.
            let holding = part.range().filter(|it| comparison.holds(it.cmp(number)));
            let holding: Vec<i64> = holding.collect();
            let turn = attempt.checked_rem(holding.len())?;
            let date = date(*part, holding[turn].into())?;
            let anchors = Anchors {
                start: true,
                end: false,
            };
            Body::Text(units(&date), anchors)
        }
    })
}

/// The text that both fields of a field reference hold.
pub(super) const FIELD_REF: &str = "Same";

/// A whole number that stands in a relation to another, next to it.
fn beside(comparison: Comparison, number: Number) -> Option<i128> {
    let (floor, ceiling) = match number {
        Number::Int(number) => (number, number),
        Number::Float(number) => (number.floor() as i128, number.ceil() as i128),
    };
    match comparison {
        Comparison::Less => ceiling.checked_sub(1),
        Comparison::LessOrEqual => Some(floor),
        Comparison::Greater => floor.checked_add(1),
        Comparison::GreaterOrEqual | Comparison::Equal => Some(ceiling),
    }
}

/// A relation that excludes another.
fn opposite(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessOrEqual,
        Comparison::GreaterOrEqual | Comparison::Equal => Comparison::Less,
    }
}

/// A date of which one part is given. There is none for weeks.
fn date(part: TimePart, number: i128) -> Option<String> {
    let or = |each, usual| if each == part { number } else { usual };
    (part != TimePart::Week).then(|| {
        format!(
            "{:04}-{:02}-{:02} {:02}:{:02}:56.789",
            or(TimePart::Year, 2024),
            or(TimePart::Month, 5),
            or(TimePart::Day, 15),
            or(TimePart::Hour, 12),
            or(TimePart::Minute, 34)
        )
    })
}

/// What a pattern asks for, in the other case where case does not count.
fn of_pattern(pattern: &Pattern, cased: bool) -> (Vec<u16>, Anchors) {
    let pieces = pattern.pieces();
    let runs = |piece: Option<&Piece>| piece == Some(&Piece::AnyRun);
    let anchors = Anchors {
        start: !runs(pieces.first()),
        end: !runs(pieces.last()),
    };
    let last = pieces.len().saturating_sub(1);
    let mut body = Vec::new();
    for (number, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Literal(units) if cased => body.extend_from_slice(units),
            Piece::Literal(units) => body.extend(units.iter().map(|unit| other_case(*unit))),
            Piece::AnyOne => body.push(FILL),
            Piece::AnyRun if number == 0 || number == last => {}
            Piece::AnyRun => body.extend([FILL, FILL]),
        }
    }
    (body, anchors)
}

const FILL: u16 = 0x71;

fn other_case(unit: u16) -> u16 {
    match u8::try_from(unit) {
        Ok(byte) if byte.is_ascii_alphabetic() => u16::from(byte ^ 0x20),
        _ => unit,
    }
}

/// How many places of a text are changed, one at a time, until one misses.
const PLACES: usize = 24;

/// Values that just miss: one unit changed, something put where the text must begin or end, the value next to it.
/// Made one by one as they are asked for: mostly the first ones do.
pub(super) fn misses<'m>(
    made: &'m Made,
    asked: &'m Asked<'_>,
) -> impl Iterator<Item = Option<Vec<u16>>> + 'm {
    let beside = match asked.matcher {
        _ if made.text.is_none() => Some(Some(vec![FILL])),
        Matcher::Exists => Some(None),
        Matcher::Cidr(network) => outside(network.address(), network.prefix()),
        Matcher::Compare(comparison, number) => beside(opposite(*comparison), number.number)
            .map(|number| Some(units(&number.to_string()))),
        Matcher::Time(part, comparison, number) => {
            let other = beside(opposite(*comparison), Number::Int((*number).into()));
            other.and_then(|number| Some(Some(units(&date(*part, number)?))))
        }
        _ => None,
    };
    let changed = made.text.iter().flat_map(|text| changed(text, &made.core));
    let mut last = None;
    beside
        .into_iter()
        .chain(changed)
        .filter(|text| !asked.ready.holds(&value(text.as_deref())))
        .filter(move |text| last.replace(text.clone()).as_ref() != Some(text))
}

/// A text with one unit changed, more of it, or less.
fn changed(text: &[u16], core: &Range<usize>) -> impl Iterator<Item = Option<Vec<u16>>> {
    // From the end on: literals with a common beginning are told apart there.
    let places = core.clone().rev().take(PLACES / 2);
    let places = places.chain(core.clone().take(PLACES / 2));
    let one_unit = places.map(|place| {
        let mut changed = text.to_vec();
        changed[place] = another(changed[place]);
        Some(changed)
    });
    let more = [(text, &[MISS][..]), (&[MISS][..], text)];
    let more = more
        .into_iter()
        .map(|parts| Some(<[_; 2]>::from(parts).concat()));
    one_unit.chain(more).chain([Some(Vec::new()), None])
}

const MISS: u16 = 0x7E;

/// Another unit that is not the same in another case: for a digit the next, else a tilde or an underscore.
fn another(unit: u16) -> u16 {
    match unit {
        0x39 => 0x30,
        0x30..0x39 => unit + 1,
        MISS => 0x5F,
        _ => MISS,
    }
}

/// The address that differs from a network's in the last bit that counts.
fn outside(address: IpAddr, prefix: u8) -> Option<Option<Vec<u16>>> {
    let address = match address {
        IpAddr::V4(v4) => {
            let bit = 32_u32.checked_sub(prefix.into())?;
            IpAddr::V4((v4.to_bits() ^ 1_u32.checked_shl(bit)?).into())
        }
        IpAddr::V6(v6) => {
            let bit = 128_u32.checked_sub(prefix.into())?;
            IpAddr::V6((v6.to_bits() ^ 1_u128.checked_shl(bit)?).into())
        }
    };
    Some(Some(units(&address.to_string())))
}
