//! Keys and values.

use super::names::registry;
use super::{Player, Reason, Recorded, needed};
use crate::memory;

/// Registry types.
const SZ: u32 = 1;
const BINARY: u32 = 3;
const DWORD: u32 = 4;
const QWORD: u32 = 11;

impl Player<'_> {
    pub(super) fn key_created(&mut self, event: &Recorded) -> Result<u64, Reason> {
        let key = registry(&needed(event, "TargetObject")?)?;
        let program = self.subject(event)?;
        let (status, is_new) = program.create_key(&key);
        if status != 0 || !is_new {
            return Err(Reason::Refused);
        }
        self.machine.shell().delete_key(&key);
        Ok(program.id())
    }

    pub(super) fn value_set(&mut self, event: &Recorded) -> Result<u64, Reason> {
        let (key, name) = value(event)?;
        let data = data(&needed(event, "Details")?);
        self.machine.shell().create_key(&key);
        let program = self.subject(event)?;
        program.set_value(&key, &name, &data);
        Ok(program.id())
    }

    pub(super) fn deleted(&mut self, event: &Recorded) -> Result<u64, Reason> {
        let what = needed(event, "EventType")?;
        let shell = self.machine.shell();
        match what.as_str() {
            "DeleteKey" => {
                let key = registry(&needed(event, "TargetObject")?)?;
                shell.create_key(&key);
                let program = self.subject(event)?;
                program.delete_key(&key);
                Ok(program.id())
            }
            "DeleteValue" => {
                let (key, name) = value(event)?;
                shell.create_key(&key);
                shell.set_value(&key, &name, &(DWORD, vec![0; 4]));
                let program = self.subject(event)?;
                program.delete_value(&key, &name);
                Ok(program.id())
            }
            // Some collectors overwrite the field with the record's level.
            _ => Err(Reason::Incomplete),
        }
    }

    pub(super) fn key_renamed(&mut self, event: &Recorded) -> Result<u64, Reason> {
        let key = registry(&needed(event, "TargetObject")?)?;
        let new = registry(&needed(event, "NewName")?)?;
        let (above, name) = new.rsplit_once('\\').ok_or(Reason::Name)?;
        // Only the last component is renamed.
        if !key
            .rsplit_once('\\')
            .is_some_and(|it| it.0.eq_ignore_ascii_case(above))
        {
            return Err(Reason::Name);
        }
        self.machine.shell().create_key(&key);
        let program = self.subject(event)?;
        program.rename_key(&key, name);
        Ok(program.id())
    }
}

/// The key and the value's name that `TargetObject` names.
fn value(event: &Recorded) -> Result<(String, String), Reason> {
    let target = registry(&needed(event, "TargetObject")?)?;
    let (key, name) = target.rsplit_once('\\').ok_or(Reason::Name)?;
    let name = if name.eq_ignore_ascii_case("(Default)") {
        ""
    } else {
        name
    };
    Ok((key.to_owned(), name.to_owned()))
}

/// The data of which Sysmon says `details`, in whatever case.
fn data(details: &str) -> (u32, Vec<u8>) {
    let lower = details.to_ascii_lowercase();
    let within = |start: &str| lower.strip_prefix(start)?.strip_suffix(')');
    let hex = |digits: &str| {
        let digits = digits.strip_prefix("0x").filter(|it| it.len() == 8)?;
        u32::from_str_radix(digits, 16).ok()
    };
    if let Some(number) = within("dword (").and_then(hex) {
        return (DWORD, number.to_le_bytes().to_vec());
    }
    if let Some((high, low)) = within("qword (").and_then(|it| it.split_once('-'))
        && let (Some(high), Some(low)) = (hex(high), hex(low))
    {
        let number = u64::from(high) << 32 | u64::from(low);
        return (QWORD, number.to_le_bytes().to_vec());
    }
    match lower.as_str() {
        "binary data" => (BINARY, vec![1, 2, 3]),
        "(empty)" => (SZ, vec![0, 0]),
        _ => (
            SZ,
            memory::to_bytes(&[memory::utf16(details), vec![0]].concat()),
        ),
    }
}
