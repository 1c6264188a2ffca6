//! `status`.

use cofferdam_client::{Client, Status, Transport};

use super::{args, failed};
use crate::args::Format;
use crate::failure::{Exit, Failure};
use crate::output::{self, Table, style, thousands};

pub(super) fn run<T: Transport>(
    client: &mut Client<T>,
    args: &args::Status,
) -> Result<Exit, Failure> {
    let status = client.status().map_err(failed)?;
    match args.format {
        Format::Human => output::print(&text(&status))?,
        Format::Json => output::print_json(&super::json(&status)?)?,
    }
    if status.degraded.is_empty() {
        Ok(Exit::Ok)
    } else {
        Ok(Exit::Found)
    }
}

/// The status for people.
pub(super) fn text(status: &Status) -> String {
    let mut text = format!(
        "{}mode{:#}      {}, loaded {} UTC\n",
        style::TITLE,
        style::TITLE,
        status.mode,
        status.loaded_at
    );
    let content = match status.content_version {
        0 => "none: nothing is judged".to_owned(),
        version => format!(
            "version {version}, channel {}, {} rules{}{}",
            output::safe(&status.channel),
            thousands(status.rules.into()),
            match status.quarantined {
                0 => String::new(),
                some => format!(", {some} of them quarantined because they faulted"),
            },
            if status.trial {
                "; on trial: `cofferdam load --healthy` confirms it"
            } else {
                ""
            }
        ),
    };
    text.push_str(&format!(
        "{}content{:#}   {content}\n",
        style::TITLE,
        style::TITLE
    ));
    let fallback = match status.fallback {
        0 => "none".to_owned(),
        version => format!("version {version}"),
    };
    text.push_str(&format!(
        "{}fallback{:#}  {fallback}; the highest version accepted was {}\n",
        style::TITLE,
        style::TITLE,
        status.highest
    ));
    text.push_str(&format!(
        "{}events{:#}    {} of {} waiting to be read, {} dropped unread\n",
        style::TITLE,
        style::TITLE,
        status.ring.waiting,
        status.ring.capacity,
        thousands(status.ring.dropped)
    ));
    text.push_str(&format!(
        "{}knows{:#}     {} processes; {} muted paths\n",
        style::TITLE,
        style::TITLE,
        thousands(status.processes.into()),
        status.muted
    ));
    if !status.degraded.is_empty() {
        text.push_str(&format!(
            "{}degraded{:#}  {}\n",
            style::WARNING,
            style::WARNING,
            status.degraded.join(", ")
        ));
    }
    if let Some(last) = &status.last_refusal {
        text.push_str(&format!(
            "{}refused{:#}   version {}: {}{}\n",
            style::WARNING,
            style::WARNING,
            last.version,
            last.message,
            last.refused
                .as_ref()
                .map_or(String::new(), super::load::refusal)
        ));
    }
    let mut table = Table::new(["counter", "count"]);
    for counter in status.counters.iter().filter(|counter| counter.count != 0) {
        table.row([counter.name.clone(), thousands(counter.count)]);
    }
    for kind in &status.kinds {
        table.row([format!("  {}", kind.name), thousands(kind.count)]);
    }
    for bucket in &status.latency {
        table.row([
            format!("  took {} ns or more", thousands(bucket.from_ns)),
            thousands(bucket.count),
        ]);
    }
    text.push('\n');
    text.push_str(&table.render());
    text
}
