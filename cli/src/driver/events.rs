//! `events`.

use std::collections::HashMap;

use cofferdam_client::{Client, Event, Text, Transport};
use serde_json::Value;

use super::args::EventFormat;
use super::{args, failed};
use crate::content::ContentFile;
use crate::failure::{Exit, Failure};
use crate::output::{self, level, safe, style};
use crate::scan::rules;

/// Rules' titles by id.
pub(super) type Titles = HashMap<String, String>;

pub(super) fn run<T: Transport>(
    connect: impl FnOnce() -> Result<Client<T>, Failure>,
    args: &args::Events,
) -> Result<Exit, Failure> {
    let titles = match &args.content {
        None => Titles::new(),
        Some(path) => {
            let file = ContentFile::read(path)?;
            let rules = rules::of(file.verified()?.content());
            rules
                .into_iter()
                .map(|rule| (rule.id, rule.title))
                .collect()
        }
    };
    let mut client = connect()?;
    let mut left = args.count.unwrap_or(u64::MAX);
    let mut dropped = None;
    while left > 0 {
        let read = client.read_events().map_err(failed)?;
        let mut out = String::new();
        for event in read
            .events
            .iter()
            .take(usize::try_from(left).unwrap_or(usize::MAX))
        {
            // What was dropped before the command began is not its loss.
            let lost = event.dropped - dropped.unwrap_or(event.dropped).min(event.dropped);
            dropped = Some(event.dropped);
            if lost > 0 {
                anstream::eprintln!(
                    "{}warning{:#}: {lost} events were dropped unread",
                    style::WARNING,
                    style::WARNING
                );
            }
            match args.format {
                EventFormat::Human => out.push_str(&text(event, &titles)),
                EventFormat::Ndjson => out.push_str(&line(event, &titles)?),
            }
            left -= 1;
        }
        output::print(&out)?;
    }
    Ok(Exit::Ok)
}

/// One JSON object, on a line.
pub(super) fn line(event: &Event, titles: &Titles) -> Result<String, Failure> {
    let mut value = super::json(event)?;
    if let (Value::Object(fields), Some(title)) = (&mut value, titles.get(&event.rule)) {
        fields.insert("title".to_owned(), title.as_str().into());
    }
    Ok(format!("{value}\n"))
}

/// The event on a line for people.
pub(super) fn text(event: &Event, titles: &Titles) -> String {
    let verdict = match event.verdict {
        "denied" | "fault" => style::ERROR,
        "match" => style::GOOD,
        _ => style::DIM,
    };
    let severity = style::level(event.severity);
    let text = |text: &Option<Text>| match text {
        None => "?".to_owned(),
        Some(text) if text.cut => format!("{}... ({} units)", safe(&text.text), text.length),
        Some(text) => safe(&text.text),
    };
    format!(
        "{} {verdict}{:<6}{verdict:#} {severity}{:<13}{severity:#} {} {} [{}] {} -> {}{}{}\n",
        event.time,
        event.verdict,
        level(event.severity),
        event.kind,
        titles
            .get(&event.rule)
            .map_or(event.rule.clone(), |title| safe(title)),
        event.process_id,
        text(&event.image),
        text(&event.object),
        if event.would_deny {
            " (would have been denied)"
        } else {
            ""
        },
        match event.fault {
            0 => String::new(),
            fault => format!(" (fault {fault}: the rule is quarantined)"),
        }
    )
}
