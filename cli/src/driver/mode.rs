//! `mode`.

use cofferdam_client::{Client, Transport};
use cofferdam_engine::Mode;
use serde_json::json;

use super::args::ModeChoice;
use super::{args, failed};
use crate::args::Format;
use crate::failure::{Exit, Failure};
use crate::output;

pub(super) fn run<T: Transport>(
    client: &mut Client<T>,
    args: &args::Mode,
) -> Result<Exit, Failure> {
    if let Some(choice) = args.mode {
        client.set_mode(choice.into()).map_err(failed)?;
    }
    // Asked for, not assumed.
    let mode = client.status().map_err(failed)?.mode;
    match args.format {
        Format::Human => output::print(&format!("{mode}\n"))?,
        Format::Json => output::print_json(&json!({ "mode": mode }))?,
    }
    Ok(Exit::Ok)
}

impl From<ModeChoice> for Mode {
    fn from(choice: ModeChoice) -> Self {
        match choice {
            ModeChoice::Off => Self::Off,
            ModeChoice::Audit => Self::Audit,
            ModeChoice::Enforce => Self::Enforce,
        }
    }
}
