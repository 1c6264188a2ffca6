//! What was written to a registry value, as Sysmon writes it: the field `Details`.

use cofferdam_interpreter::schema::{RENDER_UNITS, Rendering};

use crate::names::NameFault;
use crate::text::{Writer, wide};

const BINARY: [u16; 11] = wide(b"Binary Data");
const EMPTY: [u16; 7] = wide(b"(Empty)");

/// Types of registry values (winnt.h).
const REG_SZ: u32 = 1;
const REG_EXPAND_SZ: u32 = 2;
const REG_DWORD: u32 = 4;
const REG_LINK: u32 = 6;
const REG_QWORD: u32 = 11;

/// The details of a value of this type: `DWORD (0x00000001)`, `QWORD (0x00000000-0x00000001)`, the text of a string
/// without the zeros that end it, `(Empty)` where there is none, and `Binary Data` for all else, lists of strings among
/// it. Data whose length does not fit its type is binary.
///
/// # Errors
/// [`NameFault::TooLong`].
pub fn details<'o>(kind: u32, data: &[u8], out: &'o mut [u16]) -> Result<&'o [u16], NameFault> {
    let mut writer = Writer::new(out);
    let (units, odd) = data.as_chunks::<2>();
    let mut buffer = [0; RENDER_UNITS];
    match kind {
        _ if data.is_empty() => writer.text(&EMPTY)?,
        REG_DWORD if let Ok(bytes) = <[u8; 4]>::try_from(data) => {
            let number = u32::from_le_bytes(bytes).into();
            writer.text(Rendering::Dword.render(number, &mut buffer))?;
        }
        REG_QWORD if let Ok(bytes) = <[u8; 8]>::try_from(data) => {
            let number = u64::from_le_bytes(bytes);
            writer.text(Rendering::Qword.render(number, &mut buffer))?;
        }
        REG_SZ | REG_EXPAND_SZ | REG_LINK if odd.is_empty() => {
            // What follows the first zero belongs to no string.
            let text = units.iter().map(|unit| u16::from_le_bytes(*unit));
            let mut is_empty = true;
            for unit in text.take_while(|unit| *unit != 0) {
                writer.unit(unit)?;
                is_empty = false;
            }
            if is_empty {
                writer.text(&EMPTY)?;
            }
        }
        _ => writer.text(&BINARY)?,
    }
    Ok(writer.finish())
}
