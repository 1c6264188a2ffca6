//! Numbers and dates that stand in texts, as regular expressions: the machine compares numbers where a field is a
//! number, and knows no dates.
//!
//! What a text must look like to be a number or a date is what the reference evaluator says. An expression has as many
//! positions as half the square of a number's digits, or so: one of 64 bits fits a pattern.

use std::ops::RangeInclusive;

use crate::model::{Comparison, TimePart};

/// What may stand behind the whole part of a number.
const FRACTION: &str = r"(?:\.[0-9]+)?";
const ZEROS: &str = r"(?:\.0+)?";
const MORE: &str = r"\.[0-9]*[1-9][0-9]*";

/// The texts that are numbers in this relation to a whole one.
pub(super) fn number(comparison: Comparison, wanted: i128) -> String {
    let below = matches!(comparison, Comparison::Less | Comparison::LessOrEqual);
    let or_equal = !matches!(comparison, Comparison::Less | Comparison::Greater);
    // To be below a number is to be above its opposite, with the sign changed.
    let (positive, negative) = if below {
        let (negative, positive) = above(wanted.saturating_neg(), or_equal);
        (positive, negative)
    } else {
        above(wanted, or_equal)
    };
    let step = i128::from(!or_equal);
    let hexadecimal = if below {
        let most = u128::try_from(wanted.saturating_sub(step)).ok();
        most.map(|most| at_most(most, 16))
    } else {
        Some(at_least(unsigned(wanted.saturating_add(step)), 16))
    };
    let alternatives = [
        positive,
        negative.map(|text| format!("-(?:{text})")),
        hexadecimal.map(|text| format!("0[xX](?:{text})")),
    ];
    let alternatives: Vec<String> = alternatives.into_iter().flatten().collect();
    format!("^(?:{})$", alternatives.join("|"))
}

/// What numbers above a bound look like without their sign: those that have none, and those that have one.
fn above(bound: i128, or_equal: bool) -> (Option<String>, Option<String>) {
    let size = bound.unsigned_abs();
    if bound > 0 || (bound == 0 && !or_equal) {
        let positive = if or_equal {
            format!("{}{FRACTION}", at_least(size, 10))
        } else {
            let next = at_least(size.saturating_add(1), 10);
            format!("{next}{FRACTION}|{}{MORE}", exactly(size))
        };
        return (Some(positive), None);
    }
    let smaller = size.checked_sub(1);
    let smaller = smaller.map(|most| format!("{}{FRACTION}", at_most(most, 10)));
    let equal = or_equal.then(|| format!("{}{ZEROS}", exactly(size)));
    let negative: Vec<String> = [smaller, equal].into_iter().flatten().collect();
    let negative = (!negative.is_empty()).then(|| negative.join("|"));
    (Some(format!("[0-9]+{FRACTION}")), negative)
}

fn unsigned(number: i128) -> u128 {
    u128::try_from(number).unwrap_or(0)
}

fn exactly(number: u128) -> String {
    match number {
        0 => "0+".to_owned(),
        _ => format!("0*{number}"),
    }
}

fn at_least(least: u128, base: u8) -> String {
    let any = class(0..=base - 1);
    if least == 0 {
        return format!("{any}+");
    }
    let digits = digits(least, base);
    let longer = format!("{}{any}{{{},}}", class(1..=base - 1), digits.len());
    let most = vec![base - 1; digits.len()];
    format!("0*(?:{longer}|{})", between(&digits, &most, base))
}

fn at_most(most: u128, base: u8) -> String {
    if most == 0 {
        return "0+".to_owned();
    }
    let digits = digits(most, base);
    let mut least = vec![0; digits.len()];
    least[0] = 1;
    let same = between(&least, &digits, base);
    let shorter = match digits.len() - 1 {
        0 => String::new(),
        shorter => {
            let any = class(0..=base - 1);
            format!("|{}{any}{{0,{}}}", class(1..=base - 1), shorter - 1)
        }
    };
    format!("(?:0+|0*(?:{same}{shorter}))")
}

fn digits(mut number: u128, base: u8) -> Vec<u8> {
    let mut digits = Vec::new();
    while number > 0 {
        digits.push(u8::try_from(number % u128::from(base)).unwrap_or(0));
        number /= u128::from(base);
    }
    digits.reverse();
    digits
}

/// As many digits as both bounds have.
fn between(least: &[u8], most: &[u8], base: u8) -> String {
    group(&alternatives(least, most, base))
}

fn group(alternatives: &[String]) -> String {
    format!("(?:{})", alternatives.join("|"))
}

/// So many digits at the end are written out for each alternative: an expression may not be nested deeply.
const WRITTEN_OUT: usize = 6;

/// Depth is the number of digits.
fn alternatives(least: &[u8], most: &[u8], base: u8) -> Vec<String> {
    let ([first, least @ ..], [last, most @ ..]) = (least, most) else {
        return vec![String::new()];
    };
    let behind = |digit: u8, least: &[u8], most: &[u8]| {
        let mut rest = alternatives(least, most, base);
        if rest.len() > 1 && least.len() >= WRITTEN_OUT {
            rest = vec![group(&rest)];
        }
        let digit = class(digit..=digit);
        rest.into_iter().map(move |rest| format!("{digit}{rest}"))
    };
    if first == last {
        return behind(*first, least, most).collect();
    }
    let (low, high) = (vec![0; least.len()], vec![base - 1; least.len()]);
    // Where all that can follow may follow, the digit joins the others of which that is so.
    let (open_below, open_above) = (least == low, most == high);
    let mut all = Vec::new();
    if !open_below {
        all.extend(behind(*first, least, &high));
    }
    let inner = first + u8::from(!open_below)..=last - u8::from(!open_above);
    if !inner.is_empty() {
        let rest = match low.len() {
            0 => String::new(),
            rest => format!("{}{{{rest}}}", class(0..=base - 1)),
        };
        all.push(class(inner) + &rest);
    }
    if !open_above {
        all.extend(behind(*last, &low, most));
    }
    all
}

/// Any of these digits; letters in both cases.
fn class(digits: RangeInclusive<u8>) -> String {
    let (from, to) = (*digits.start(), *digits.end());
    let mut text = String::from("[");
    for (zero, least, most) in [(b'0', 0, 9), (b'a' - 10, 10, 15), (b'A' - 10, 10, 15)] {
        let (from, to) = (from.max(least), to.min(most));
        if from <= to {
            text.push(char::from(zero + from));
            if from < to {
                text.push('-');
                text.push(char::from(zero + to));
            }
        }
    }
    text.push(']');
    text
}

/// The texts that begin with a date whose part is in this relation to a number; `None` where there is no such date,
/// and of weeks, which do not begin and end with months or years.
pub(super) fn date(part: TimePart, comparison: Comparison, wanted: i64) -> Option<String> {
    if part == TimePart::Week {
        return None;
    }
    let mut holding = part
        .range()
        .filter(|number| comparison.holds(number.cmp(&wanted)));
    let first = holding.next()?;
    let last = holding.next_back().unwrap_or(first);
    let digits = |each: TimePart, width: usize| {
        let (least, most) = if each == part {
            (first, last)
        } else {
            each.range().into_inner()
        };
        let padded = |number: i64| -> Vec<u8> {
            let text = format!("{number:0width$}");
            text.bytes().map(|digit| digit - b'0').collect()
        };
        between(&padded(least), &padded(most), 10)
    };
    let mut text = format!(
        "^{}-{}-{}",
        digits(TimePart::Year, 4),
        digits(TimePart::Month, 2),
        digits(TimePart::Day, 2)
    );
    if matches!(part, TimePart::Hour | TimePart::Minute) {
        let (hour, minute) = (digits(TimePart::Hour, 2), digits(TimePart::Minute, 2));
        text.push_str(&format!("[ T]{hour}:{minute}"));
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use cofferdam_asm::pattern::{Flags, regex};

    use super::*;
    use crate::model::{Matcher, Number, Regex, RegexFlags, WrittenNumber};
    use crate::reference::{Ready, Value};

    const RELATIONS: [Comparison; 4] = [
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ];

    /// Fails unless the expression fits the machine and finds just the texts that the matcher holds for.
    #[track_caller]
    fn agrees(source: &str, matcher: &Matcher, texts: &[String]) {
        let fits = regex(source, Flags::default());
        assert!(fits.is_ok(), "{source}: {:?}", fits.err());
        let parsed = Regex::parse(source, RegexFlags::default());
        let parsed = parsed.unwrap_or_else(|error| panic!("{source}: {error:?}"));
        let (found, due) = (Ready::new(&Matcher::Regex(parsed)), Ready::new(matcher));
        for text in texts {
            let value = Value::text(text);
            let (found, due) = (found.holds(&value), due.holds(&value));
            assert_eq!(found, due, "{text} {matcher:?}: {source}");
        }
    }

    #[test]
    fn numbers_as_the_reference_compares_them() {
        let small = [
            0, 1, 2, 5, 9, 10, 11, 15, 16, 17, 19, 99, 100, 128, 255, 1000, 4096,
        ];
        let sizes: Vec<i128> = small
            .into_iter()
            .chain([i64::MAX.into(), u64::MAX.into()])
            .collect();
        let odd = [
            "", "-", "0x", "x1", "1x", "1.", ".5", "+1", "1e3", "--1", "0x1.5",
        ];
        let mut texts = odd.map(str::to_owned).to_vec();
        for near in sizes.iter().flat_map(|size| [size - 1, *size, size + 1]) {
            let size = near.unsigned_abs();
            texts.extend([format!("0x{size:08x}"), format!("0X{size:X}")]);
            for behind in ["", ".0", ".25"] {
                texts.extend([format!("{size}{behind}"), format!("-00{size}{behind}")]);
            }
        }
        for wanted in sizes.iter().flat_map(|size| [*size, -size]) {
            for relation in RELATIONS {
                let number = WrittenNumber {
                    number: Number::Int(wanted),
                    written: wanted.to_string().into(),
                };
                let matcher = Matcher::Compare(relation, number);
                agrees(&super::number(relation, wanted), &matcher, &texts);
            }
        }
    }

    #[test]
    fn dates_as_the_reference_reads_them() {
        let mut texts = vec![String::new(), "2024".to_owned(), "2024-1-1".to_owned()];
        for date in [
            "0000-01-01",
            "1999-12-31",
            "2023-02-29",
            "2024-13-01",
            "2024-00-10",
            "2024-10-32",
        ] {
            texts.push(date.to_owned());
            for clock in [
                "00:00",
                "09:59",
                "10:30:00.123",
                "23:59Z",
                "24:00",
                "12:60",
                "7:00",
            ] {
                for between in [" ", "T", "-"] {
                    texts.push(format!("{date}{between}{clock}"));
                }
            }
        }
        let parts = [
            (TimePart::Minute, [0, 9, 30, 59]),
            (TimePart::Hour, [0, 9, 10, 23]),
            (TimePart::Day, [1, 9, 29, 31]),
            (TimePart::Month, [1, 2, 10, 12]),
            (TimePart::Year, [0, 1999, 2024, 9999]),
        ];
        for (part, numbers) in parts {
            for wanted in numbers {
                for relation in RELATIONS.into_iter().chain([Comparison::Equal]) {
                    let matcher = Matcher::Time(part, relation, wanted);
                    match date(part, relation, wanted) {
                        Some(source) => agrees(&source, &matcher, &texts),
                        None => {
                            let holds =
                                |text: &String| Ready::new(&matcher).holds(&Value::text(text));
                            assert!(!texts.iter().any(holds), "{matcher:?}");
                        }
                    }
                }
            }
        }
    }
}
