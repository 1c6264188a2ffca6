//! From a record's channel and event id to the schema's kinds, by the schema's own sources.

use std::collections::HashMap;

use cofferdam_interpreter::schema::Kind;

use super::record::{Header, Record};

const SYSMON: &str = "microsoft-windows-sysmon/operational";
const SECURITY: &str = "security";

/// The kinds that are wanted, by channel.
#[derive(Debug)]
pub struct Routes {
    by_channel: HashMap<String, Vec<Route>>,
    /// The channel of records that name none.
    default: Option<String>,
}

#[derive(Clone, Copy, Debug)]
struct Route {
    kind: Kind,
    ids: &'static [u16],
    wanted: bool,
}

/// A kind to which a record goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Routed {
    /// The kind.
    pub kind: Kind,
    /// Security's event, which has other names and knows less than Sysmon's.
    pub translated: bool,
    /// The record does not say whether it is of this kind or of another.
    pub uncertain: bool,
}

/// Where a record goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// To the kinds that were written out.
    Kinds,
    /// To kinds for which the content has no rules.
    NoRules,
    /// To no kind of the schema.
    Unknown,
}

impl Routes {
    /// Routes to the kinds that content has rules for.
    pub fn new(wanted: impl Fn(Kind) -> bool, default: Option<&str>) -> Self {
        let mut by_channel: HashMap<String, Vec<Route>> = HashMap::new();
        for kind in Kind::ALL {
            for source in kind.info().sources {
                by_channel
                    .entry(source.channel.to_ascii_lowercase())
                    .or_default()
                    .push(Route {
                        kind,
                        ids: source.event_ids,
                        wanted: wanted(kind),
                    });
            }
        }
        Self {
            by_channel,
            default: default.map(str::to_ascii_lowercase),
        }
    }

    /// Writes out the kinds to which a record goes.
    pub fn kinds(&self, record: &Record, out: &mut Vec<Routed>) -> Destination {
        out.clear();
        let Some(channel) = self.channel(record) else {
            return Destination::Unknown;
        };
        let Some(routes) = self.by_channel.get(&channel) else {
            return Destination::Unknown;
        };
        let Some(id) = record.event_id() else {
            return Destination::Unknown;
        };
        let mut destination = Destination::Unknown;
        for route in routes {
            if !route.ids.is_empty() && !route.ids.contains(&id) {
                continue;
            }
            let Some(uncertain) = registry(route.kind, record) else {
                continue;
            };
            if !route.wanted {
                if destination == Destination::Unknown {
                    destination = Destination::NoRules;
                }
                continue;
            }
            destination = Destination::Kinds;
            out.push(Routed {
                kind: route.kind,
                translated: channel == SECURITY && !route.ids.is_empty(),
                uncertain,
            });
        }
        destination
    }

    /// The record's channel in lower case; where it names none, what else says it.
    fn channel(&self, record: &Record) -> Option<String> {
        if let Some(channel) = record.header_text(Header::Channel) {
            return Some(channel.to_ascii_lowercase());
        }
        if let Some(provider) = record.header_text(Header::Provider) {
            match provider.as_str() {
                "Microsoft-Windows-Sysmon" => return Some(SYSMON.to_owned()),
                "Microsoft-Windows-Security-Auditing" => return Some(SECURITY.to_owned()),
                _ => {}
            }
        }
        if self.default.is_some() {
            return self.default.clone();
        }
        // No other provider gives its events this field.
        record.text("UtcTime").map(|_| SYSMON.to_owned())
    }
}

/// Whether a record goes to a kind of registry event, and whether that is uncertain. Sysmon's event 12 is of two
/// kinds, and only `EventType` tells them apart. Some collectors overwrite it with the record's level (`INFO`);
/// such a record is judged as both kinds, and what matches is a *maybe*.
fn registry(kind: Kind, record: &Record) -> Option<bool> {
    let word = match kind {
        Kind::RegistryAdd => "create",
        Kind::RegistryDelete => "delete",
        _ => return Some(false),
    };
    let says = record.text("EventType").map(String::from_utf16_lossy);
    let says = says.unwrap_or_default().to_ascii_lowercase();
    if says.starts_with("create") || says.starts_with("delete") {
        says.starts_with(word).then_some(false)
    } else {
        Some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(headers: &[(Header, &str)], fields: &[(&str, &str)]) -> (Destination, Vec<Routed>) {
        let mut record = Record::default();
        for (header, text) in headers {
            record.set_header(*header, text.encode_utf16());
        }
        for (name, text) in fields {
            record.push(name, text.encode_utf16());
        }
        let mut out = Vec::new();
        let routes = Routes::new(|kind| kind != Kind::DriverLoad, None);
        (routes.kinds(&record, &mut out), out)
    }

    #[test]
    fn one_event_goes_to_category_and_service() {
        let channel = (Header::Channel, "microsoft-windows-SYSMON/Operational");
        let (destination, out) = kinds(&[channel, (Header::EventId, "1")], &[]);
        assert_eq!(destination, Destination::Kinds);
        let kinds: Vec<Kind> = out.iter().map(|routed| routed.kind).collect();
        assert_eq!(kinds, [Kind::ProcessCreation, Kind::Sysmon]);
    }

    #[test]
    fn security_4688_is_translated() {
        let (_, out) = kinds(
            &[(Header::Channel, "Security"), (Header::EventId, "4688")],
            &[],
        );
        let translated: Vec<_> = out.iter().map(|it| (it.kind, it.translated)).collect();
        assert_eq!(
            translated,
            [(Kind::ProcessCreation, true), (Kind::Security, false)]
        );
    }

    #[test]
    fn registry_events_are_told_apart_where_they_say_what_they_are() {
        let headers = [(Header::EventId, "12")];
        let registry = |says: &str| {
            let fields = [("UtcTime", "2024-01-01 00:00:00.000"), ("EventType", says)];
            let (_, out) = kinds(&headers, &fields);
            out.into_iter()
                .filter(|routed| routed.kind != Kind::Sysmon)
                .map(|routed| (routed.kind, routed.uncertain))
                .collect::<Vec<_>>()
        };
        assert_eq!(registry("CreateKey"), [(Kind::RegistryAdd, false)]);
        assert_eq!(registry("DeleteValue"), [(Kind::RegistryDelete, false)]);
        assert_eq!(
            registry("INFO"),
            [(Kind::RegistryAdd, true), (Kind::RegistryDelete, true)]
        );
    }

    #[test]
    fn what_has_no_place_is_told_apart() {
        let headers = [(Header::Channel, "Elsewhere"), (Header::EventId, "1")];
        assert_eq!(kinds(&headers, &[]).0, Destination::Unknown);
        let headers = [
            (Header::Provider, "Microsoft-Windows-Sysmon"),
            (Header::EventId, "6"),
        ];
        assert_eq!(kinds(&headers, &[]).0, Destination::Kinds);
    }
}
