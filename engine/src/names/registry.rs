//! Registry keys and values.

use super::{NameFault, Names};
use crate::text::{SEPARATOR, Writer, strip, strip_components, wide};

const MACHINE: [u16; 17] = wide(b"\\REGISTRY\\MACHINE");
const USER: [u16; 14] = wide(b"\\REGISTRY\\USER");
const CLASSES: [u16; 17] = wide(b"\\SOFTWARE\\Classes");
const CONTROL_SET: [u16; 18] = wide(b"\\SYSTEM\\ControlSet");
const CURRENT: [u16; 25] = wide(b"\\SYSTEM\\CurrentControlSet");
const HKLM: [u16; 4] = wide(b"HKLM");
const HKU: [u16; 3] = wide(b"HKU");
const HKCR: [u16; 4] = wide(b"HKCR");
const HKLM_CURRENT: [u16; 29] = wide(b"HKLM\\System\\CurrentControlSet");
const DEFAULT: [u16; 9] = wide(b"(Default)");

/// The name of a key: of `\REGISTRY\MACHINE\x`, as the configuration manager has it, `HKLM\x`.
///
/// The current control set is called `HKLM\System\CurrentControlSet`, `HKLM\SOFTWARE\Classes` is called `HKCR`, as
/// Sysmon does (Sysmon's documentation, registry events 12 to 14). Hives that applications load stay `\REGISTRY\A\...`.
///
/// # Errors
/// [`NameFault::TooLong`].
pub fn key<'o>(names: &Names, path: &[u16], out: &'o mut [u16]) -> Result<&'o [u16], NameFault> {
    let mut writer = Writer::new(out);
    write_key(names, path, &mut writer)?;
    Ok(writer.finish())
}

/// The name of a value: its key's and its own, `(Default)` where that is empty.
///
/// # Errors
/// [`NameFault::TooLong`].
pub fn value<'o>(
    names: &Names,
    path: &[u16],
    value: &[u16],
    out: &'o mut [u16],
) -> Result<&'o [u16], NameFault> {
    let mut writer = Writer::new(out);
    write_key(names, path, &mut writer)?;
    writer.unit(SEPARATOR)?;
    writer.text(if value.is_empty() { &DEFAULT } else { value })?;
    Ok(writer.finish())
}

fn write_key(names: &Names, path: &[u16], writer: &mut Writer<'_>) -> Result<(), NameFault> {
    let (root, rest): (&[u16], _) = if let Some(rest) = strip_components(path, &MACHINE) {
        if let Some(rest) = current_control_set(names, rest) {
            (&HKLM_CURRENT, rest)
        } else if let Some(rest) = strip_components(rest, &CLASSES) {
            (&HKCR, rest)
        } else {
            (&HKLM, rest)
        }
    } else if let Some(rest) = strip_components(path, &USER) {
        (&HKU, rest)
    } else {
        (&[], path)
    };
    writer.text(root)?;
    writer.text(rest)?;
    Ok(())
}

/// What follows the current control set, under either of its names.
fn current_control_set<'t>(names: &Names, path: &'t [u16]) -> Option<&'t [u16]> {
    if let Some(rest) = strip_components(path, &CURRENT) {
        return Some(rest);
    }
    let (digits, rest) = strip(path, &CONTROL_SET)?.split_first_chunk::<3>()?;
    let mut number = 0_u16;
    for digit in digits {
        let digit = digit.wrapping_sub(0x30);
        if digit > 9 {
            return None;
        }
        number = number.wrapping_mul(10).wrapping_add(digit);
    }
    let whole = matches!(rest, [] | [SEPARATOR, ..]);
    (whole && number == names.control_set()).then_some(rest)
}
