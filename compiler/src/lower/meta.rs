//! What a rule says about itself.

use std::sync::Arc;

use uuid::Uuid;

use super::Context;
use super::attributes::Attributes;
use super::settings::settings;
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::model::{Level, LogSource, Meta, Related, Status};
use crate::yaml::{Node, Value};

/// The attributes of the specification, and ours.
const KNOWN: [&str; 22] = [
    "author",
    "cofferdam",
    "correlation",
    "date",
    "description",
    "detection",
    "falsepositives",
    "fields",
    "filter",
    "id",
    "level",
    "license",
    "logsource",
    "modified",
    "name",
    "references",
    "related",
    "scope",
    "status",
    "tags",
    "taxonomy",
    "title",
];

/// How long a text may be.
const LONGEST: [(&str, usize); 3] = [("title", 256), ("name", 256), ("description", 65_535)];

/// Everything but the detection.
pub(super) fn meta(attributes: &Attributes<'_>, context: &mut Context<'_>) -> Option<Meta> {
    misspelt(attributes, context);
    too_long(attributes, context);
    let title = title(attributes, context);
    let uuid = id(attributes, context);
    let logsource = attributes
        .require("logsource", context)
        .and_then(|entry| logsource(&entry.value, context));
    taxonomy(attributes, context);
    let settings = attributes
        .get("cofferdam")
        .map(|entry| settings(&entry.value, context))
        .unwrap_or_default();
    for name in ["date", "modified"] {
        date(attributes, name, context);
    }
    Some(Meta {
        status: word(attributes, "status", Status::WORDS, Status::parse, context),
        level: word(attributes, "level", Level::WORDS, Level::parse, context),
        name: attributes.text("name", context),
        description: attributes.remark("description", context),
        license: attributes.remark("license", context),
        author: attributes.remark("author", context),
        date: attributes.remark("date", context),
        modified: attributes.remark("modified", context),
        references: attributes.remarks("references", context),
        tags: attributes.remarks("tags", context),
        fields: attributes.remarks("fields", context),
        falsepositives: attributes.remarks("falsepositives", context),
        scope: attributes.remarks("scope", context),
        related: related(attributes, context),
        span: attributes.node.span,
        uuid: uuid?,
        title: title?,
        logsource: logsource?,
        settings,
    })
}

/// The id of a document, for naming one that is refused.
pub(crate) fn id_if_any(node: &Node) -> Option<Uuid> {
    Uuid::try_parse(node.get("id")?.value.written()?).ok()
}

/// The title of a document, for naming one that is refused.
pub(crate) fn title_if_any(node: &Node) -> Option<Arc<str>> {
    node.get("title")?.value.written().map(Arc::clone)
}

/// The title, which every document must have.
pub(super) fn title(attributes: &Attributes<'_>, context: &mut Context<'_>) -> Option<Arc<str>> {
    let entry = attributes.require("title", context)?;
    if let Value::Null = entry.value.value {
        context.push(Diagnostic::new(
            Code::MissingAttribute,
            entry.key.span,
            "`title` is empty",
        ));
        return None;
    }
    super::attributes::text(&entry.value, "title", context)
}

fn id(attributes: &Attributes<'_>, context: &mut Context<'_>) -> Option<Uuid> {
    let Some(entry) = attributes.get("id") else {
        let span = attributes
            .entries
            .first()
            .map_or(attributes.node.span, |entry| entry.key.span);
        let help = "add `id:` with a new random UUID; telemetry, quarantine and rollback name a rule by it";
        context.push(Diagnostic::new(Code::MissingId, span, "the rule has no `id`").help(help));
        return None;
    };
    // Hyphenated only: `urn:uuid:`, braces and bare digits would be further spellings of one name.
    let parsed = entry
        .value
        .written()
        .filter(|text| text.len() == 36)
        .and_then(|text| Uuid::try_parse(text).ok());
    if parsed.is_none() {
        let found = entry
            .value
            .written()
            .map_or_else(|| entry.value.kind().to_owned(), |text| format!("`{text}`"));
        context.push(Diagnostic::new(
            Code::InvalidId,
            entry.value.span,
            format!("an `id` is a UUID, not {found}"),
        ));
    }
    parsed
}

/// The log source, of rules and of filters.
pub(super) fn logsource(node: &Node, context: &mut Context<'_>) -> Option<LogSource> {
    let attributes = Attributes::of(node, "`logsource`", context)?;
    let source = LogSource {
        category: attributes.text("category", context),
        product: attributes.text("product", context),
        service: attributes.text("service", context),
        definition: attributes.remark("definition", context),
    };
    if source.category.is_none() && source.product.is_none() && source.service.is_none() {
        let message = "a log source needs a category, a product or a service";
        context.push(Diagnostic::new(Code::EmptyLogSource, node.span, message));
        return None;
    }
    Some(source)
}

fn taxonomy(attributes: &Attributes<'_>, context: &mut Context<'_>) {
    let Some(entry) = attributes.get("taxonomy") else {
        return;
    };
    if attributes
        .text("taxonomy", context)
        .is_some_and(|name| !name.eq_ignore_ascii_case("sigma"))
    {
        let message = "only the taxonomy `sigma` is known";
        context.push(Diagnostic::new(
            Code::UnknownTaxonomy,
            entry.value.span,
            message,
        ));
    }
}

fn word<T>(
    attributes: &Attributes<'_>,
    name: &str,
    words: &[&'static str],
    parse: impl Fn(&str) -> Option<T>,
    context: &mut Context<'_>,
) -> Option<T> {
    let text = attributes.remark(name, context)?;
    let parsed = parse(&text);
    if let (None, Some(entry)) = (&parsed, attributes.get(name)) {
        let help = did_you_mean(&text, words.iter().copied()).map_or_else(
            || format!("one of {}", words.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!("`{text}` is no {name}");
        context.push(Diagnostic::new(Code::UnknownValue, entry.value.span, message).help(help));
    }
    parsed
}

fn date(attributes: &Attributes<'_>, name: &str, context: &mut Context<'_>) {
    let Some(entry) = attributes.get(name) else {
        return;
    };
    let Some(text) = entry.value.written() else {
        return;
    };
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| {
            if at == 4 || at == 7 {
                byte == b'-'
            } else {
                byte.is_ascii_digit()
            }
        });
    if !shaped {
        let message = format!("`{text}` is no date of the form YYYY-MM-DD");
        context.push(Diagnostic::new(
            Code::UnknownValue,
            entry.value.span,
            message,
        ));
    }
}

fn related(attributes: &Attributes<'_>, context: &mut Context<'_>) -> Vec<Related> {
    const KINDS: [&str; 5] = ["derived", "obsolete", "merged", "renamed", "similar"];
    let Some(entry) = attributes.get("related") else {
        return Vec::new();
    };
    let Value::List(nodes) = &entry.value.value else {
        if !matches!(entry.value.value, Value::Null) {
            let message = format!(
                "`related` is a list, not {}, and is ignored",
                entry.value.kind()
            );
            context.push(Diagnostic::new(
                Code::IgnoredAttribute,
                entry.value.span,
                message,
            ));
        }
        return Vec::new();
    };
    let mut all = Vec::new();
    for node in nodes.iter() {
        let Some(each) = related_entry(node, context) else {
            continue;
        };
        let (id, kind) = (each.remark("id", context), each.remark("type", context));
        let (Some(id), Some(kind)) = (id, kind) else {
            context.push(Diagnostic::new(
                Code::IgnoredAttribute,
                node.span,
                "an entry of `related` without `id` and `type` is ignored",
            ));
            continue;
        };
        if !KINDS.contains(&&*kind) {
            let message = format!("`{kind}` is no kind of relation");
            let help = format!("one of {}", KINDS.join(", "));
            context.push(Diagnostic::new(Code::UnknownValue, node.span, message).help(help));
        }
        all.push(Related { id, kind });
    }
    all
}

fn related_entry<'a>(node: &'a Node, context: &mut Context<'_>) -> Option<Attributes<'a>> {
    let entries = node.entries().map(|entries| Attributes { entries, node });
    if entries.is_none() {
        let message = format!(
            "an entry of `related` is a mapping, not {}, and is ignored",
            node.kind()
        );
        context.push(Diagnostic::new(Code::IgnoredAttribute, node.span, message));
    }
    entries
}

fn misspelt(attributes: &Attributes<'_>, context: &mut Context<'_>) {
    let absent: Vec<&str> = KNOWN
        .into_iter()
        .filter(|known| attributes.get(known).is_none())
        .collect();
    let unknown = attributes
        .entries
        .iter()
        .filter(|entry| !KNOWN.contains(&&*entry.key.text));
    // Rules have a handful of custom attributes; beyond that nobody looks for slips of the hand.
    for entry in unknown.take(100) {
        let name = &*entry.key.text;
        let near = did_you_mean(name, absent.iter().copied());
        if let Some(near) = near.filter(|near| near.len() > 4 || near.eq_ignore_ascii_case(name)) {
            let message = format!("`{name}` is no attribute of a rule, and kept as a custom one");
            let help = format!("did you mean `{near}`?");
            context
                .push(Diagnostic::new(Code::MisspeltAttribute, entry.key.span, message).help(help));
        }
    }
}

fn too_long(attributes: &Attributes<'_>, context: &mut Context<'_>) {
    for (name, longest) in LONGEST {
        let Some(entry) = attributes.get(name) else {
            continue;
        };
        if entry
            .value
            .written()
            .is_some_and(|text| text.chars().count() > longest)
        {
            let message = format!("`{name}` is longer than {longest} characters");
            context.push(Diagnostic::new(
                Code::TextTooLong,
                entry.value.span,
                message,
            ));
        }
    }
}
