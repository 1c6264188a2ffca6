//! The types of plain scalars: YAML 1.2, section 10.3 (core schema).
//!
//! YAML 1.1's further words (`yes`, `on`, `1_000`, `0777` as octal) are texts and decimal numbers here.

use std::sync::Arc;

use super::Value;

/// The value of a plain scalar, or nothing for a number too large to hold.
pub(super) fn plain(text: &str) -> Option<Value> {
    let written = || Arc::<str>::from(text);
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Some(Value::Null),
        "true" | "True" | "TRUE" => return Some(Value::Bool(true, written())),
        "false" | "False" | "FALSE" => return Some(Value::Bool(false, written())),
        _ => {}
    }
    if let Some(number) = integer(text) {
        return number.map(|number| Value::Int(number, written()));
    }
    if is_float(text) {
        return text
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
            .map(|number| Value::Float(number, written()));
    }
    Some(Value::Text(written()))
}

/// `None`: not an integer. `Some(None)`: one that is too large.
fn integer(text: &str) -> Option<Option<i128>> {
    let based = |digits: &str, radix: u32| {
        let ours = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
        ours.then(|| i128::from_str_radix(digits, radix).ok())
    };
    if let Some(digits) = text.strip_prefix("0x") {
        return based(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return based(digits, 8);
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let ours = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    ours.then(|| text.parse().ok())
}

fn is_float(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |part: &str| part.bytes().all(|digit| digit.is_ascii_digit());
    let mantissa_ok = match mantissa.split_once('.') {
        Some((whole, fraction)) => {
            digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty())
        }
        None => !mantissa.is_empty() && digits(mantissa),
    };
    let exponent_ok = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    mantissa_ok && exponent_ok
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> String {
        match plain(text) {
            None => "too large".into(),
            Some(Value::Null) => "null".into(),
            Some(Value::Bool(value, _)) => format!("bool {value}"),
            Some(Value::Int(value, _)) => format!("int {value}"),
            Some(Value::Float(value, _)) => format!("float {value}"),
            Some(Value::Text(value)) => format!("text {value}"),
            Some(Value::List(_) | Value::Map(_)) => "collection".into(),
        }
    }

    #[test]
    fn core_schema() {
        for (text, expected) in [
            ("", "null"),
            ("~", "null"),
            ("NULL", "null"),
            ("nULL", "text nULL"),
            ("true", "bool true"),
            ("False", "bool false"),
            ("yes", "text yes"),
            ("on", "text on"),
            ("4688", "int 4688"),
            ("-1", "int -1"),
            ("+7", "int 7"),
            ("010", "int 10"),
            ("0x1F", "int 31"),
            ("0o17", "int 15"),
            ("0x", "text 0x"),
            ("0xg", "text 0xg"),
            ("1_000", "text 1_000"),
            ("1.5", "float 1.5"),
            (".5", "float 0.5"),
            ("1.", "float 1"),
            (".", "text ."),
            ("1e3", "float 1000"),
            ("1e", "text 1e"),
            ("e3", "text e3"),
            ("-", "text -"),
            ("1.2.3", "text 1.2.3"),
            ("2020-01-01", "text 2020-01-01"),
            (".inf", "text .inf"),
            ("1e999", "too large"),
            ("999999999999999999999999999999999999999999", "too large"),
        ] {
            assert_eq!(shape(text), expected, "{text:?}");
        }
    }
}
