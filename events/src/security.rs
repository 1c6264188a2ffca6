//! Security's own process events (4688, 4689) under the names that rules are written in.
//!
//! Sources: Microsoft Learn, "4688(S): A new process has been created" and "4689(S): A process has exited". What
//! these events lack (hashes, version resources, the current directory, the parent's command line) is unknown,
//! not absent; so is a command line that is empty, because Windows writes it so where its recording is off.

use super::record::{Header, Record, number};
use cofferdam_interpreter::schema::Kind;

/// Writes the record's values into `out` under the schema's names; what is not written is unknown.
pub(crate) fn translate(kind: Kind, record: &Record, out: &mut Record) {
    out.clear();
    let created = kind == Kind::ProcessCreation;
    let pairs: &[(&str, &str)] = if created {
        &[
            ("NewProcessName", "Image"),
            ("ParentProcessName", "ParentImage"),
            ("CommandLine", "CommandLine"),
        ]
    } else {
        &[("ProcessName", "Image")]
    };
    for (theirs, ours) in pairs {
        if let Some(text) = record.text(theirs) {
            out.push(ours, text.iter().copied());
        }
    }
    let ids: &[(&str, &str)] = if created {
        &[
            ("NewProcessId", "ProcessId"),
            ("ProcessId", "ParentProcessId"),
        ]
    } else {
        &[("ProcessId", "ProcessId")]
    };
    for (theirs, ours) in ids {
        if let Some(id) = record.text(theirs).and_then(number) {
            out.push(ours, id.to_string().encode_utf16());
        }
    }
    // Whom the process runs as: the target where it is another than the subject.
    let is_other = record
        .text("TargetUserName")
        .is_some_and(|name| name != [DASH]);
    let prefix = if is_other { "Target" } else { "Subject" };
    let part = |name| record.text(&format!("{prefix}{name}"));
    let named = |name| part(name).filter(|text| *text != [DASH]);
    if let Some(name) = named("UserName") {
        let whole = match named("DomainName") {
            Some(domain) => [domain, &[BACKSLASH], name].concat(),
            None => name.to_vec(),
        };
        out.push("User", whole);
    }
    if created && let Some(logon) = part("LogonId") {
        out.push("LogonId", logon.iter().copied());
    }
    if created && let Some(level) = record.text("MandatoryLabel").and_then(integrity) {
        out.push("IntegrityLevel", level.encode_utf16());
    }
    if let Some(time) = record
        .header_text(Header::Time)
        .as_deref()
        .and_then(utc_time)
    {
        out.push("UtcTime", time.encode_utf16());
    }
}

const DASH: u16 = 0x2D;
const BACKSLASH: u16 = 0x5C;

/// Sysmon's word for a mandatory label's SID (Microsoft Learn, "Well-known SIDs").
fn integrity(label: &[u16]) -> Option<&'static str> {
    let label = String::from_utf16_lossy(label);
    let number: u32 = label.strip_prefix("S-1-16-")?.parse().ok()?;
    Some(match number {
        0..0x1000 => "Untrusted",
        0x1000..0x2000 => "Low",
        0x2000..0x3000 => "Medium",
        0x3000..0x4000 => "High",
        _ => "System",
    })
}

/// `2025-10-25T17:38:32.0069262Z` as Sysmon writes it: `2025-10-25 17:38:32.006`.
fn utc_time(time: &str) -> Option<String> {
    let (date, rest) = time.split_once('T')?;
    let rest = rest.strip_suffix('Z')?;
    let (seconds, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    let milliseconds: String = fraction.chars().chain("000".chars()).take(3).collect();
    Some(format!("{date} {seconds}.{milliseconds}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_become_sysmon_s() {
        let mut record = Record::default();
        record.set_header(Header::Time, "2025-10-25T17:38:32.0069262Z".encode_utf16());
        for (name, text) in [
            ("SubjectUserName", "alice"),
            ("SubjectDomainName", "CONTOSO"),
            ("SubjectLogonId", "0x3e7"),
            ("TargetUserName", "-"),
            ("NewProcessId", "0x1a4"),
            ("NewProcessName", "C:\\Windows\\System32\\cmd.exe"),
            ("ProcessId", "0x10"),
            ("CommandLine", ""),
            ("MandatoryLabel", "S-1-16-12288"),
        ] {
            record.push(name, text.encode_utf16());
        }
        let mut out = Record::default();
        translate(Kind::ProcessCreation, &record, &mut out);
        let get = |name: &str| out.text(name).map(String::from_utf16_lossy);
        assert_eq!(
            get("Image").as_deref(),
            Some("C:\\Windows\\System32\\cmd.exe")
        );
        assert_eq!(get("ProcessId").as_deref(), Some("420"));
        assert_eq!(get("ParentProcessId").as_deref(), Some("16"));
        assert_eq!(get("User").as_deref(), Some("CONTOSO\\alice"));
        assert_eq!(get("LogonId").as_deref(), Some("0x3e7"));
        assert_eq!(get("IntegrityLevel").as_deref(), Some("High"));
        assert_eq!(get("UtcTime").as_deref(), Some("2025-10-25 17:38:32.006"));
        assert_eq!(out.get("CommandLine"), None);
    }
}
