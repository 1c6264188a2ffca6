//! Paths of files.

use super::{NameFault, Names};
use crate::text::{COLON, SEPARATOR, Writer, same, strip, strip_components, wide};

/// A file's name, made for rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileName<'o> {
    /// The whole name, in the caller's buffer.
    pub text: &'o [u16],
    /// Whether it names a stream other than the file's own data; its name follows the last colon.
    pub stream: bool,
    /// Whether a component looks like a generated short name, `PROGRA~1`: the file has another name.
    pub short: bool,
}

const DEVICE: [u16; 8] = wide(b"\\Device\\");
const MUP: [u16; 11] = wide(b"\\Device\\Mup");
const DOS: [u16; 4] = wide(b"\\??\\");
const DOS_WIN32: [u16; 4] = wide(b"\\\\?\\");
const UNC: [u16; 4] = wide(b"UNC\\");
const SYSTEM_ROOT: [u16; 11] = wide(b"\\SystemRoot");
const DATA: [u16; 5] = wide(b"$DATA");
const INDEX: [u16; 17] = wide(b"$INDEX_ALLOCATION");

/// The name of a file: of `\Device\HarddiskVolume3\x`, as Filter Manager gives names, `C:\x`.
///
/// The default stream's suffix `::$DATA` and a directory's `:$I30:$INDEX_ALLOCATION` are taken off, of a named stream's
/// only the type: `x:zone:$DATA` becomes `x:zone`. Names on a share become `\\server\share\x`.
///
/// # Errors
/// [`NameFault::TooLong`]; what the buffer then holds does not matter.
pub fn file<'o>(
    names: &Names,
    path: &[u16],
    out: &'o mut [u16],
) -> Result<FileName<'o>, NameFault> {
    let (path, stream) = without_stream_type(path);
    let mut writer = Writer::new(out);
    device_path(names, path, &mut writer)?;
    let text = writer.finish();
    Ok(FileName {
        text,
        stream,
        short: has_short_component(text),
    })
}

/// The name of an executable image, in any form that process and image notifications use: besides device paths,
/// `\??\C:\x`, `\SystemRoot\x`, and paths of the system volume without a device.
///
/// # Errors
/// As [`file`].
pub fn image<'o>(names: &Names, path: &[u16], out: &'o mut [u16]) -> Result<&'o [u16], NameFault> {
    let mut writer = Writer::new(out);
    let root = names.system_root();
    let (drive, folder) = root.split_at_checked(2).unwrap_or((&[], &[]));
    if let Some(rest) = strip(path, &DOS).or_else(|| strip(path, &DOS_WIN32)) {
        match strip(rest, &UNC) {
            Some(rest) => {
                writer.text(&[SEPARATOR, SEPARATOR])?;
                writer.text(rest)?;
            }
            None => writer.text(rest)?,
        }
    } else if let Some(rest) = strip_components(path, &SYSTEM_ROOT) {
        writer.text(root)?;
        writer.text(rest)?;
    } else if strip_components(path, folder).is_some() {
        writer.text(drive)?;
        writer.text(path)?;
    } else {
        device_path(names, path, &mut writer)?;
    }
    Ok(writer.finish())
}

/// Whether a path, as [`file()`] or [`image`] makes it, begins with a device whose letter was not known then. Made again of
/// itself it has the letter, if there is one by now.
#[must_use]
pub fn lacks_letter(path: &[u16]) -> bool {
    strip(path, &DEVICE).is_some()
}

#[inline(always)]
fn device_path(names: &Names, path: &[u16], writer: &mut Writer<'_>) -> Result<(), NameFault> {
    if strip(path, &DEVICE).is_none() {
        writer.text(path)?;
    } else if let Some(rest) = strip_components(path, &MUP) {
        // A redirector may stand before the server: `\Device\Mup\;LanmanRedirector\;Z:0123\server\share`.
        let mut rest = rest;
        while let [SEPARATOR, 0x3B, ..] = rest {
            rest = after_component(rest);
        }
        writer.unit(SEPARATOR)?;
        writer.text(rest)?;
    } else if let Some((letter, rest)) = names.letter(path) {
        writer.unit(letter)?;
        writer.unit(COLON)?;
        writer.text(rest)?;
    } else {
        writer.text(path)?;
    }
    Ok(())
}

/// The path from its next separator but the one it begins with.
fn after_component(path: &[u16]) -> &[u16] {
    let (_, rest) = path.split_first().unwrap_or((&0, &[]));
    let end = rest.iter().position(|unit| *unit == SEPARATOR);
    end.and_then(|end| rest.get(end..)).unwrap_or(&[])
}

/// The path without the parts that say nothing, and whether a named stream is left.
fn without_stream_type(path: &[u16]) -> (&[u16], bool) {
    let last = path.iter().rposition(|unit| *unit == SEPARATOR);
    let from = last.map_or(0, |at| at.wrapping_add(1));
    let component = path.get(from..).unwrap_or(&[]);
    let Some(colon) = component.iter().position(|unit| *unit == COLON) else {
        return (path, false);
    };
    let file = path.get(..from.wrapping_add(colon)).unwrap_or(path);
    let suffix = component.get(colon.wrapping_add(1)..).unwrap_or(&[]);
    let (stream, kind): (&[u16], &[u16]) = match suffix.iter().position(|unit| *unit == COLON) {
        Some(at) => (
            suffix.get(..at).unwrap_or(&[]),
            suffix.get(at.wrapping_add(1)..).unwrap_or(&[]),
        ),
        None => (suffix, &[]),
    };
    if same(kind, &INDEX) || (stream.is_empty() && (kind.is_empty() || same(kind, &DATA))) {
        return (file, false);
    }
    if same(kind, &DATA) {
        let end = path.len().wrapping_sub(kind.len()).wrapping_sub(1);
        return (path.get(..end).unwrap_or(path), true);
    }
    (path, true)
}

/// Whether a component could be a short name that Windows generated: up to six units, `~`, a number, eight units at
/// the most, and an extension of at most three.
#[must_use]
pub fn has_short_component(path: &[u16]) -> bool {
    path.contains(&0x7E)
        && path
            .split(|unit| matches!(*unit, SEPARATOR | COLON))
            .any(is_short)
}

fn is_short(component: &[u16]) -> bool {
    let dot = component.iter().position(|unit| *unit == 0x2E);
    let end = dot.unwrap_or(component.len());
    let base = component.get(..end).unwrap_or(&[]);
    let extension = component.get(end.wrapping_add(1)..).unwrap_or(&[]);
    let Some(tilde) = base.iter().rposition(|unit| *unit == 0x7E) else {
        return false;
    };
    let digits = base.get(tilde.wrapping_add(1)..).unwrap_or(&[]);
    tilde > 0
        && base.len() <= 8
        && !digits.is_empty()
        && digits.iter().all(|unit| matches!(unit, 0x30..=0x39))
        && extension.len() <= 3
        && !extension.contains(&0x2E)
}
