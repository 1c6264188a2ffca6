//! The text view of numbers: as Sysmon writes them, because rules match them as text.

/// The room that every rendering of every number fits into, in UTF-16 units.
pub const RENDER_UNITS: usize = 32;

/// How a field's number reads as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rendering {
    /// Text as it is; a number, which such a field does not normally hold, as [`Self::Decimal`].
    Verbatim,
    /// `4711`
    Decimal,
    /// `0x1410`: lower case, no padding.
    Hex,
    /// `0x00007FFF9F40EB60`: capitals, 16 digits.
    Address,
    /// `DWORD (0x00000001)`: registry details. The low 32 bits.
    Dword,
    /// `QWORD (0x00000000-0x00000001)`: registry details, high half first.
    Qword,
    /// `2023-07-20 00:33:46.788`: the number counts 100 ns since the start of 1601, as a `FILETIME` does.
    UtcTime,
}

impl Rendering {
    /// Writes the text view of `number` to the start of `out` and returns it.
    pub fn render(self, number: u64, out: &mut [u16; RENDER_UNITS]) -> &[u16] {
        let mut text = Writer { out, length: 0 };
        match self {
            Self::Verbatim | Self::Decimal => text.decimal(number, 1),
            Self::Hex => text.hex(number, 1, b'a'),
            Self::Address => text.hex(number, 16, b'A'),
            Self::Dword => {
                text.ascii(b"DWORD (");
                text.hex(number & LOW_HALF, 8, b'a');
                text.ascii(b")");
            }
            Self::Qword => {
                text.ascii(b"QWORD (");
                text.hex(number >> 32, 8, b'a');
                text.ascii(b"-");
                text.hex(number & LOW_HALF, 8, b'a');
                text.ascii(b")");
            }
            Self::UtcTime => text.utc_time(number),
        }
        text.finish()
    }

    /// The number whose text view is `text`, if there is one; the case of letters is ignored.
    ///
    /// For readers of recorded events: text that this refuses must be kept as text, for no number renders
    /// as it. (Times after the year 9999 are not read.)
    #[must_use]
    pub fn parse(self, text: &[u16]) -> Option<u64> {
        let number = match self {
            Self::Verbatim => return None,
            Self::Decimal => digits(text, 10)?,
            Self::Hex | Self::Address => digits(text.get(2..)?, 16)?,
            Self::Dword => digits(text.get(9..17)?, 16)?,
            Self::Qword => {
                let high = digits(text.get(9..17)?, 16)?;
                high << 32 | digits(text.get(20..28)?, 16)?
            }
            Self::UtcTime => parse_utc_time(text)?,
        };
        let mut out = [0; RENDER_UNITS];
        let view = self.render(number, &mut out);
        let lower = |unit: &u16| match *unit {
            letter @ 0x41..=0x5A => letter | 0x20,
            other => other,
        };
        view.iter()
            .map(lower)
            .eq(text.iter().map(lower))
            .then_some(number)
    }
}

/// Whether the text view of some number may have this unit, which is folded.
#[must_use]
pub fn may_write(unit: u16) -> bool {
    let byte = u8::try_from(unit).unwrap_or(0);
    matches!(byte, b'0'..=b'9' | b'A'..=b'F') || b"XWORDQ ()-:.".contains(&byte)
}

const LOW_HALF: u64 = 0xFFFF_FFFF;

/// Writes units to the start of a buffer, and drops what does not fit.
struct Writer<'a> {
    out: &'a mut [u16; RENDER_UNITS],
    length: usize,
}

impl<'a> Writer<'a> {
    fn byte(&mut self, byte: u8) {
        if let Some(place) = self.out.get_mut(self.length) {
            *place = u16::from(byte);
            self.length = self.length.wrapping_add(1);
        }
    }

    fn ascii(&mut self, text: &[u8]) {
        for byte in text {
            self.byte(*byte);
        }
    }

    /// At least `width` digits.
    fn decimal(&mut self, number: u64, width: usize) {
        let mut digits = [0; 20];
        let mut rest = number;
        let mut count = 0_usize;
        for digit in digits.iter_mut().rev() {
            if rest == 0 && count >= width {
                break;
            }
            *digit = low_byte(rest % 10).wrapping_add(b'0');
            rest /= 10;
            count = count.wrapping_add(1);
        }
        self.last(&digits, count);
    }

    /// `0x` and at least `width` digits; `ten` is the letter for ten.
    fn hex(&mut self, number: u64, width: usize, ten: u8) {
        let mut digits = [0; 16];
        let mut rest = number;
        let mut count = 0_usize;
        for digit in digits.iter_mut().rev() {
            if rest == 0 && count >= width {
                break;
            }
            *digit = match low_byte(rest & 15) {
                value @ 0..=9 => value.wrapping_add(b'0'),
                value => value.wrapping_sub(10).wrapping_add(ten),
            };
            rest >>= 4;
            count = count.wrapping_add(1);
        }
        self.ascii(b"0x");
        self.last(&digits, count);
    }

    /// The last digits, so many.
    fn last(&mut self, digits: &[u8], count: usize) {
        let before = digits.len().saturating_sub(count);
        self.ascii(digits.get(before..).unwrap_or(&[]));
    }

    fn utc_time(&mut self, number: u64) {
        let (year, month, day) = civil_of_days(number / PER_DAY);
        let milliseconds = number % PER_DAY / PER_MILLISECOND;
        self.decimal(year, 4);
        self.ascii(b"-");
        self.decimal(month, 2);
        self.ascii(b"-");
        self.decimal(day, 2);
        self.ascii(b" ");
        self.decimal(milliseconds / 3_600_000, 2);
        self.ascii(b":");
        self.decimal(milliseconds / 60_000 % 60, 2);
        self.ascii(b":");
        self.decimal(milliseconds / 1_000 % 60, 2);
        self.ascii(b".");
        self.decimal(milliseconds % 1_000, 3);
    }

    fn finish(self) -> &'a [u16] {
        self.out.get(..self.length).unwrap_or(&[])
    }
}

const PER_MILLISECOND: u64 = 10_000;
const PER_DAY: u64 = 864_000_000_000;

/// Year, month and day of a count of days since 1601-01-01.
///
/// Years are counted from March, so that the leap day is a year's last; 400 such years have 146,097 days, and
/// the first that is counted began on 1600-03-01. (Howard Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms".) `days` is at most `u64::MAX / PER_DAY`, far below where the sums here would wrap.
fn civil_of_days(days: u64) -> (u64, u64, u64) {
    let days = days.wrapping_add(306);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = day
        .wrapping_sub(day / 1_460)
        .wrapping_add(day / 36_524)
        .wrapping_sub(day / 146_096)
        / 365;
    let day = day.wrapping_sub(days_of_years(year));
    let month = day.wrapping_mul(5).wrapping_add(2) / 153;
    let day = day.wrapping_sub(days_of_months(month)).wrapping_add(1);
    let year = year.wrapping_add(era.wrapping_mul(400)).wrapping_add(1_600);
    if month < 10 {
        (year, month.wrapping_add(3), day)
    } else {
        (year.wrapping_add(1), month.wrapping_sub(9), day)
    }
}

fn parse_utc_time(text: &[u16]) -> Option<u64> {
    let part = |from: usize, to: usize| digits(text.get(from..to)?, 10);
    let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let (year, month) = if month > 2 {
        (year, month.checked_sub(3)?)
    } else {
        (year.checked_sub(1)?, month.checked_add(9)?)
    };
    let year = year.checked_sub(1_600)?;
    let (era, year) = (year / 400, year % 400);
    let days = era
        .checked_mul(146_097)?
        .checked_add(days_of_years(year))?
        .checked_add(days_of_months(month))?
        .checked_add(day)?
        .checked_sub(307)?;
    let seconds = part(11, 13)?
        .checked_mul(3_600)?
        .checked_add(part(14, 16)?.checked_mul(60)?)?
        .checked_add(part(17, 19)?)?;
    let milliseconds = seconds.checked_mul(1_000)?.checked_add(part(20, 23)?)?;
    days.checked_mul(PER_DAY)?
        .checked_add(milliseconds.checked_mul(PER_MILLISECOND)?)
}

/// Days before year `year` of an era, both counted from March.
fn days_of_years(year: u64) -> u64 {
    year.wrapping_mul(365)
        .wrapping_add(year / 4)
        .wrapping_sub(year / 100)
}

/// Days before month `month` of a year, both counted from March.
fn days_of_months(month: u64) -> u64 {
    month.wrapping_mul(153).wrapping_add(2) / 5
}

/// The number that `text` writes in `radix`, 10 or 16; nothing but digits, and at least one.
fn digits(text: &[u16], radix: u32) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_u64, |number, unit| {
        let digit = char::from_u32(u32::from(*unit))?.to_digit(radix)?;
        number
            .checked_mul(u64::from(radix))?
            .checked_add(u64::from(digit))
    })
}

fn low_byte(number: u64) -> u8 {
    let [low, ..] = number.to_le_bytes();
    low
}
