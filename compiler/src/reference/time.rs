//! Parts of dates, as ISO 8601 writes them; no time zones, no other forms.

use crate::model::TimePart;

/// A part of the date that a text begins with: `2020-10-09`, `2020-10-09 21:34:57.863`, `2020-10-09T21:34Z`.
pub(super) fn part(text: &str, part: TimePart) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| {
        let digits = text.get(range)?;
        digits
            .bytes()
            .all(|digit| digit.is_ascii_digit())
            .then(|| digits.parse::<i64>().ok())?
    };
    let sign = |at: usize, signs: &[u8]| {
        text.as_bytes()
            .get(at)
            .is_some_and(|byte| signs.contains(byte))
    };
    if !sign(4, b"-") || !sign(7, b"-") {
        return None;
    }
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    // Whether the month has the day is not asked: nobody logs the 30th of February.
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let clock = || {
        let (hour, minute) = (number(11..13)?, number(14..16)?);
        (sign(10, b" T") && sign(13, b":") && hour < 24 && minute < 60).then_some((hour, minute))
    };
    match part {
        TimePart::Year => Some(year),
        TimePart::Month => Some(month),
        TimePart::Day => Some(day),
        TimePart::Week => Some(week(year, month, day)),
        TimePart::Hour => clock().map(|(hour, _)| hour),
        TimePart::Minute => clock().map(|(_, minute)| minute),
    }
}

fn leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since Monday, 1 January of the year 1 (proleptic Gregorian).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let before = year - 1;
    let months: i64 = (1..month).map(|month| month_length(year, month)).sum();
    before * 365 + before.div_euclid(4) - before.div_euclid(100)
        + before.div_euclid(400)
        + months
        + day
        - 1
}

/// ISO 8601's week: the one that holds the same week's Thursday.
fn week(year: i64, month: i64, day: i64) -> i64 {
    let today = days(year, month, day);
    let thursday = today - today.rem_euclid(7) + 3;
    let year = match () {
        () if thursday < days(year, 1, 1) => year - 1,
        () if thursday >= days(year + 1, 1, 1) => year + 1,
        () => year,
    };
    (thursday - days(year, 1, 1)) / 7 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let text = "2020-10-09 21:34:57.863";
        let parts = [
            TimePart::Year,
            TimePart::Month,
            TimePart::Day,
            TimePart::Hour,
            TimePart::Minute,
            TimePart::Week,
        ];
        assert_eq!(
            parts.map(|each| part(text, each)),
            [2020, 10, 9, 21, 34, 41].map(Some)
        );
        assert_eq!(part("2020-10-09", TimePart::Hour), None);
        assert_eq!(part("2021-02-32", TimePart::Day), None);
        assert_eq!(part("é020-10-09", TimePart::Day), None);
        assert_eq!(part("", TimePart::Day), None);
    }

    #[test]
    fn weeks_are_isos() {
        for (date, expected) in [
            ("2021-01-03", 53),
            ("2021-01-04", 1),
            ("2024-12-30", 1),
            ("2020-12-31", 53),
            ("2005-01-01", 53),
            ("2008-12-29", 1),
        ] {
            assert_eq!(part(date, TimePart::Week), Some(expected), "{date}");
        }
    }
}
