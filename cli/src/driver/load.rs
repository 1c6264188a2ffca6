//! `load`.

use std::io::{IsTerminal as _, Read as _};
use std::path::Path;

use cofferdam_client::{Client, Load, Refused, Transport};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{args, failed};
use crate::args::Format;
use crate::content::ContentFile;
use crate::failure::{Exit, Failure};
use crate::output::{self, style};

pub(super) fn run<T: Transport>(
    connect: impl FnOnce() -> Result<Client<T>, Failure>,
    args: &args::Load,
) -> Result<Exit, Failure> {
    let load = if let Some(path) = &args.file {
        // What cannot be read is said before anything is asked of the driver.
        let file = ContentFile::read(path)?;
        upload(&mut connect()?, &file.bytes)?
    } else if let Some(path) = &args.rollback {
        let order = read_order(path)?;
        connect()?.roll_back(&order).map_err(failed)?
    } else {
        let version = args.healthy.unwrap_or(0);
        connect()?.healthy(version).map_err(failed)?
    };
    match args.format {
        Format::Human => output::print(&text(&load))?,
        Format::Json => output::print_json(&super::json(&load)?)?,
    }
    if load.ok {
        Ok(Exit::Ok)
    } else {
        Ok(Exit::Refused)
    }
}

fn upload<T: Transport>(client: &mut Client<T>, content: &[u8]) -> Result<Load, Failure> {
    let bar = if std::io::stderr().is_terminal() {
        ProgressBar::with_draw_target(Some(content.len() as u64), ProgressDrawTarget::stderr())
    } else {
        ProgressBar::hidden()
    };
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {msg}") {
        bar.set_style(style);
    }
    let load = client.load(content, |done| {
        bar.set_position(done as u64);
        if done == content.len() {
            bar.set_message("the driver verifies");
        }
    });
    bar.finish_and_clear();
    load.map_err(failed)
}

/// An order has a fixed length; a file that is longer is read no further than shows it.
fn read_order(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut order = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(4096).read_to_end(&mut order))
        .map_err(|error| Failure::io("read", path, &error))?;
    Ok(order)
}

/// The outcome for people.
pub(super) fn text(load: &Load) -> String {
    let version = |version| match version {
        0 => "none".to_owned(),
        version => format!("version {version}"),
    };
    let outcome = if load.ok {
        format!("{}done{:#}", style::GOOD, style::GOOD)
    } else {
        format!(
            "{}{}{:#}: {}{}{}",
            style::ERROR,
            load.outcome,
            style::ERROR,
            load.message,
            load.refused.as_ref().map_or(String::new(), refusal),
            match load.status {
                0 => String::new(),
                status => format!(" (status 0x{status:08X})"),
            }
        )
    };
    format!(
        "{outcome}\n  content {}, active now: {}, the next boot falls back to: {}\n",
        version(load.version),
        version(load.active),
        version(load.fallback)
    )
}

/// The verifier's refusal, to stand behind a sentence.
pub(super) fn refusal(refused: &Refused) -> String {
    format!(
        " {} ({}), {} {}: {}",
        refused.code, refused.name, refused.section, refused.index, refused.message
    )
}
