//! What can be wrong with a candidate.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// None.
    None,
    /// Every machine crashes as it loads the candidate.
    All,
    /// The machines of one small class of hardware do.
    Hardware,
    /// Every machine crashes so many seconds after it loaded the candidate.
    Delayed(u64),
    /// Every machine crashes at each start, and is never heard of again.
    BootLoop,
}

impl Fault {
    /// Each kind.
    pub(crate) const EACH: [Self; 5] = [
        Self::None,
        Self::All,
        Self::Hardware,
        Self::Delayed(6 * 3_600),
        Self::BootLoop,
    ];

    /// How long after it loaded the candidate a machine crashes; `None` if it does not.
    pub(crate) fn strikes(self, rare_hardware: bool) -> Option<u64> {
        match self {
            Self::None => None,
            Self::Hardware => rare_hardware.then_some(0),
            Self::All | Self::BootLoop => Some(0),
            Self::Delayed(seconds) => Some(seconds),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => out.write_str("none"),
            Self::All => out.write_str("all"),
            Self::Hardware => out.write_str("hardware"),
            Self::Delayed(seconds) => write!(
                out,
                "delayed={}",
                humantime::format_duration(Duration::from_secs(*seconds))
            ),
            Self::BootLoop => out.write_str("boot-loop"),
        }
    }
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(delay) = text.strip_prefix("delayed=") {
            let delay = humantime::parse_duration(delay)
                .map_err(|error| format!("{error}; a time is expected, such as 6h"))?;
            return Ok(Self::Delayed(delay.as_secs()));
        }
        let names = ["none", "all", "hardware", "delayed", "boot-loop"];
        let at = names.iter().position(|name| *name == text);
        at.and_then(|at| Self::EACH.get(at).copied())
            .ok_or_else(|| format!("one of {} is expected", names.join(", ")))
    }
}
