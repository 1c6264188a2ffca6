//! The schema against data that is not part of the project: `../shared/data` from its root, or where
//! `COFFERDAM_DATA` points. Without it these tests say "skipped".

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cofferdam_interpreter::schema::{
    Kind, KindInfo, LogSource, Rendering, Tier, Type, kinds_of_category, kinds_of_service,
};
use serde_json::{Map, Value};

use super::yaml::{Yaml, yaml};
use super::{parsed, rendered};

/// What log shippers and collectors add to an event, and the event log's own header: the kinds whose
/// source is Sysmon have no such fields. `ProcessId` and `EventType` are Sysmon's in most kinds and a
/// shipper's in the others.
const TRANSPORT: &[&str] = &[
    "@metadata",
    "Computer",
    "EventData",
    "EventLevel",
    "EventLevelName",
    "EventOriginId",
    "EventType",
    "Hostname",
    "Level",
    "ManagementGroupName",
    "ProcessID",
    "ProcessId",
    "Provider",
    "SourceSystem",
    "TenantId",
    "TimeCreated",
    "TimeGenerated",
    "Type",
    "_ResourceId",
    "beat",
    "computer_name",
    "event_id",
    "level",
    "log_name",
    "message",
    "opcode",
    "process_id",
    "provider_guid",
    "record_number",
    "source_name",
    "task",
    "thread_id",
    "type",
    "user",
    "version",
];

#[test]
#[cfg_attr(miri, ignore = "reads what is not the interpreter's")]
fn every_recorded_field_is_known_and_every_recorded_number_is_rendered_back() {
    let Some(data) = data() else { return };
    let mut numbers = 0;
    for file in files(&data.join("events"), "ndj") {
        for line in std::fs::read_to_string(&file).unwrap().lines() {
            let event: Map<String, Value> = serde_json::from_str(line).unwrap();
            let Some(kind) = kind_of(&event) else {
                continue;
            };
            for (name, value) in &event {
                let Some(field) = kind.field_by_name(name) else {
                    let known = kind.constant(name).is_some() || TRANSPORT.contains(&name.as_str());
                    assert!(known, "{}: {name}", kind.name);
                    continue;
                };
                assert!(field.in_source, "{}: {name} is from the source", kind.name);
                if field.ty == Type::Number {
                    let text = value
                        .as_str()
                        .map_or_else(|| value.to_string(), String::from);
                    let number = parsed(field.rendering, &text);
                    let view = rendered(
                        field.rendering,
                        number.unwrap_or_else(|| panic!("{name} {text}")),
                    );
                    assert_eq!(view, text, "{name}");
                    numbers += 1;
                }
            }
            if let Some(details) = event.get("Details").and_then(Value::as_str) {
                for rendering in [Rendering::Dword, Rendering::Qword] {
                    if let Some(number) = parsed(rendering, details) {
                        assert_eq!(rendered(rendering, number), details);
                        numbers += 1;
                    }
                }
                assert_eq!(
                    details.starts_with("DWORD"),
                    parsed(Rendering::Dword, details).is_some()
                );
                assert_eq!(
                    details.starts_with("QWORD"),
                    parsed(Rendering::Qword, details).is_some()
                );
            }
        }
    }
    assert!(numbers > 40_000, "{numbers}");
}

#[test]
#[cfg_attr(miri, ignore = "reads what is not the interpreter's")]
fn every_field_of_every_public_rule_is_known() {
    let Some(data) = data() else { return };
    let (mut kernel, mut user) = (0, 0);
    for file in files(&data.join("sigma"), "yml") {
        let text = std::fs::read_to_string(&file).unwrap();
        let rule = yaml(&text);
        let log_source = rule.get("logsource").unwrap();
        let kinds = match (log_source.get("category"), log_source.get("service")) {
            (Some(category), _) => kinds_of_category(category.scalar()),
            (None, Some(service)) => kinds_of_service(service.scalar()),
            // For all of Windows: keywords and an event id, which no kind lacks.
            (None, None) => continue,
        };
        assert!(!kinds.is_empty(), "{}: log source", file.display());
        let fields = fields_of(rule.get("detection").unwrap());
        for kind in kinds.iter().map(|kind| kind.info()) {
            for name in &fields {
                let known = kind.field_by_name(name).is_some() || kind.constant(name).is_some();
                assert!(known, "{}: {} has no {name}", file.display(), kind.name);
            }
        }
        match kinds.first().unwrap().info().tier {
            Tier::Kernel => kernel += 1,
            Tier::User => user += 1,
        }
    }
    assert!(kernel > 2_000 && user > 600, "{kernel} and {user} rules");
}

/// The kind of a recorded Sysmon event.
fn kind_of(event: &Map<String, Value>) -> Option<&'static KindInfo> {
    let id = u16::try_from(event.get("EventID")?.as_u64()?).ok()?;
    let deletes = event
        .get("EventType")
        .and_then(Value::as_str)
        .is_some_and(|action| action.starts_with("Delete"));
    Kind::ALL.into_iter().map(Kind::info).find(|info| {
        info.log_source == LogSource::Category
            && info.sysmon_ids.contains(&id)
            && (id != 12 || deletes == (info.kind == Kind::RegistryDelete))
    })
}

fn data() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let data = std::env::var_os("COFFERDAM_DATA").map_or(here, PathBuf::from);
    if data.is_dir() {
        return Some(data);
    }
    println!("skipped: no {}", data.display());
    None
}

/// The files below `folder` whose names end in `.extension`.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|end| end == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The names of the fields that a rule's detection tests, or refers to.
fn fields_of(detection: &Yaml) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if let Yaml::Mapping(searches) = detection {
        for (name, search) in searches {
            if name != "condition" && name != "timeframe" {
                collect(search, &mut names);
            }
        }
    }
    names
}

fn collect(search: &Yaml, names: &mut BTreeSet<String>) {
    match search {
        Yaml::Scalar(_keyword) => {}
        Yaml::Sequence(items) => items.iter().for_each(|item| collect(item, names)),
        Yaml::Mapping(tests) => {
            for (key, value) in tests {
                let mut parts = key.split('|');
                names.extend(
                    parts
                        .next()
                        .filter(|name| !name.is_empty())
                        .map(String::from),
                );
                if parts.any(|modifier| modifier == "fieldref") {
                    let others = match value {
                        Yaml::Sequence(items) => items.iter().map(Yaml::scalar).collect(),
                        one => vec![one.scalar()],
                    };
                    names.extend(others.into_iter().map(String::from));
                }
            }
        }
    }
}
