//! Integrity levels by name.

use super::Value;
use crate::text::wide;

const UNTRUSTED: [u16; 9] = wide(b"Untrusted");
const LOW: [u16; 3] = wide(b"Low");
const MEDIUM: [u16; 6] = wide(b"Medium");
const HIGH: [u16; 4] = wide(b"High");
const SYSTEM: [u16; 6] = wide(b"System");
const APP_CONTAINER: [u16; 12] = wide(b"AppContainer");

/// The name that Sysmon gives a token's integrity: by the last sub-authority of its mandatory label (winnt.h,
/// `SECURITY_MANDATORY_*_RID`), a level between two named ones counting as the lower. An app container's token, which is
/// of low integrity, is named for being one. Unsupplied where what decides is not known.
#[must_use]
pub fn integrity_level(label: Option<u32>, is_app_container: Option<bool>) -> Value<'static> {
    let Some(label) = label else {
        return Value::Unsupplied;
    };
    Value::Text(match (label, is_app_container) {
        (_, Some(true)) => &APP_CONTAINER,
        (0..0x1000, _) => &UNTRUSTED,
        (0x1000..0x2000, None) => return Value::Unsupplied,
        (0x1000..0x2000, _) => &LOW,
        (0x2000..0x3000, _) => &MEDIUM,
        (0x3000..0x4000, _) => &HIGH,
        _ => &SYSTEM,
    })
}

#[cfg(test)]
mod tests {
    use super::{Value, integrity_level, wide};

    #[test]
    fn a_low_token_is_named_only_if_it_is_known_what_it_is() {
        let low = wide(b"Low");
        assert_eq!(
            integrity_level(Some(0x1000), Some(false)),
            Value::Text(&low)
        );
        assert_eq!(integrity_level(Some(0x1000), None), Value::Unsupplied);
        assert_eq!(integrity_level(None, Some(true)), Value::Unsupplied);
        let container = wide(b"AppContainer");
        assert_eq!(
            integrity_level(Some(0x1000), Some(true)),
            Value::Text(&container)
        );
        let (untrusted, medium) = (wide(b"Untrusted"), wide(b"Medium"));
        let (high, system) = (wide(b"High"), wide(b"System"));
        let named: [(u32, &[u16]); 4] = [
            (0, &untrusted),
            (0x2010, &medium),
            (0x3000, &high),
            (0x4000, &system),
        ];
        for (label, name) in named {
            assert_eq!(integrity_level(Some(label), None), Value::Text(name));
        }
    }
}
