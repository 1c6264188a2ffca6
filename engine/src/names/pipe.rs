//! Names of pipes.

use super::NameFault;
use crate::text::{Writer, strip_components, wide};

const DEVICE: [u16; 17] = wide(b"\\Device\\NamedPipe");
const ANONYMOUS: [u16; 16] = wide(b"<Anonymous Pipe>");

/// The name of a pipe without its device: `\wkssvc`. A pipe without a name is called `<Anonymous Pipe>`, as Sysmon does.
///
/// # Errors
/// [`NameFault::TooLong`].
pub fn pipe<'o>(path: &[u16], out: &'o mut [u16]) -> Result<&'o [u16], NameFault> {
    let name = strip_components(path, &DEVICE).unwrap_or(path);
    let mut writer = Writer::new(out);
    writer.text(if matches!(name, [] | [0x5C]) {
        &ANONYMOUS
    } else {
        name
    })?;
    Ok(writer.finish())
}
