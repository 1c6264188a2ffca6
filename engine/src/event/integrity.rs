//! Integrity levels by name.

use crate::text::wide;

const UNTRUSTED: [u16; 9] = wide(b"Untrusted");
const LOW: [u16; 3] = wide(b"Low");
const MEDIUM: [u16; 6] = wide(b"Medium");
const HIGH: [u16; 4] = wide(b"High");
const SYSTEM: [u16; 6] = wide(b"System");
const APP_CONTAINER: [u16; 12] = wide(b"AppContainer");

/// The name that Sysmon gives a token's integrity: by the last sub-authority of its mandatory label (winnt.h,
/// `SECURITY_MANDATORY_*_RID`), a level between two named ones counting as the lower. An app container's token is named
/// for being one.
#[must_use]
pub fn integrity_level(label: u32, is_app_container: bool) -> &'static [u16] {
    if is_app_container {
        return &APP_CONTAINER;
    }
    match label {
        0..0x1000 => &UNTRUSTED,
        0x1000..0x2000 => &LOW,
        0x2000..0x3000 => &MEDIUM,
        0x3000..0x4000 => &HIGH,
        _ => &SYSTEM,
    }
}
