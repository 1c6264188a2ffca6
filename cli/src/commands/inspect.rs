//! `inspect`: what a content file holds.

use std::fmt::Write as _;

use cofferdam_asm::disassemble::disassemble;
use cofferdam_interpreter::layout::{CostRecord, Header, KindRecord, RECORD_SIZES, RuleRecord};
use cofferdam_interpreter::schema::Kind;
use cofferdam_interpreter::{Content, Section};
use serde_json::{Value, json};

use crate::args::{Format, Inspect};
use crate::content::{ContentFile, channel, hex, rule_id, tier_name};
use crate::failure::{Exit, Failure};
use crate::output::{self, Table, safe, style, thousands};

pub(crate) fn run(args: &Inspect) -> Result<Exit, Failure> {
    let file = ContentFile::read(&args.file)?;
    if args.code {
        let text = disassemble(&file.bytes)
            .map_err(|error| Failure::refused(format!("{}: {error}", args.file.display())))?;
        output::print(&text)?;
        return Ok(Exit::Ok);
    }
    // Looked at even where the verifier refuses it: that is when one wants to look.
    let unverified =
        Content::decode(&file.bytes).map_err(|refusal| Failure::content(&args.file, &refusal))?;
    let content = unverified.content();
    let refusal = file
        .verify(crate::content::limits_of(&content.header()))
        .err();
    match args.format {
        Format::Json => {
            let mut value = to_json(content);
            value["verified"] = json!(refusal.is_none());
            value["refusal"] = json!(refusal.map(|refusal| refusal.to_string()));
            output::print_json(&value)?;
        }
        Format::Human => {
            let mut text = header(content, unverified.signature());
            if let Some(refusal) = &refusal {
                let _ = writeln!(text, "{}refused{:#}: {refusal}", style::ERROR, style::ERROR);
            }
            let _ = write!(text, "\n{}\n{}", sections(content), kinds(content));
            if args.rules {
                let _ = write!(text, "\n{}", rules(content));
            }
            output::print(&text)?;
        }
    }
    Ok(if refusal.is_some() {
        Exit::Refused
    } else {
        Exit::Ok
    })
}

fn header(content: &Content<'_>, signature: &[u8]) -> String {
    let header = content.header();
    let Header {
        format_version,
        ring,
        schema_number,
        content_version,
        rollback_floor,
        min_engine,
        issued,
        expires,
        total_length,
        scratch_words,
        ..
    } = header;
    let signed = if signature.iter().any(|byte| *byte != 0) {
        format!("with key {}", hex(&header.key_id))
    } else {
        "no".to_owned()
    };
    let expires = if expires == 0 {
        "never".to_owned()
    } else {
        expires.to_string()
    };
    let rows = [
        ("format", format_version.to_string()),
        (
            "schema",
            format!(
                "{schema_number}, fingerprint {}",
                hex(&header.schema_fingerprint)
            ),
        ),
        ("tier", tier_name(header.tier).to_owned()),
        (
            "channel",
            format!("{}, ring {ring}", safe(&channel(&header))),
        ),
        (
            "version",
            format!("{content_version}, rollback floor {rollback_floor}"),
        ),
        (
            "engine",
            format!("{min_engine} or later, {scratch_words} words of scratch"),
        ),
        ("issued", issued.to_string()),
        ("expires", expires),
        ("size", format!("{} bytes", thousands(total_length.into()))),
        ("signed", signed),
    ];
    let mut text = String::new();
    for (name, value) in rows {
        let _ = writeln!(text, "{}{name:<8}{:#} {value}", style::TITLE, style::TITLE);
    }
    text
}

fn sizes(content: &Content<'_>) -> impl Iterator<Item = (Section, u64, u64)> {
    RECORD_SIZES.iter().map(|(section, size)| {
        let count = u64::from(content.count(*section));
        (*section, count, count * u64::from(*size))
    })
}

fn sections(content: &Content<'_>) -> String {
    let mut table = Table::new(["section", "records", "bytes"]);
    for (section, count, bytes) in sizes(content) {
        table.row([
            section.name().to_owned(),
            thousands(count),
            thousands(bytes),
        ]);
    }
    table.render()
}

fn kind_name(number: u8) -> String {
    Kind::from_number(number).map_or_else(|| format!("kind {number}?"), |kind| kind.name().into())
}

/// The proved cost per unit of text: which field, how many steps.
fn costs(content: &Content<'_>, kind: &KindRecord) -> Vec<(String, u32)> {
    let start = kind.cost_start as usize;
    let records = content
        .costs
        .get(start..start.saturating_add(kind.cost_count as usize));
    let fields = Kind::from_number(kind.kind).map_or(&[][..], Kind::fields);
    records
        .unwrap_or(&[])
        .iter()
        .map(CostRecord::read)
        .map(|cost| {
            let field = fields.get(usize::from(cost.field));
            let name = field.map_or_else(|| cost.field.to_string(), |field| field.name.to_owned());
            (name, cost.per_unit)
        })
        .collect()
}

fn kinds(content: &Content<'_>) -> String {
    let mut table = Table::new([
        "kind",
        "rules",
        "always",
        "atoms",
        "finders",
        "steps",
        "steps a unit",
        "dearest fields",
    ]);
    for kind in content.kinds() {
        let mut costs = costs(content, &kind);
        let sum: u64 = costs.iter().map(|(_, steps)| u64::from(*steps)).sum();
        costs.sort_by_key(|(_, steps)| std::cmp::Reverse(*steps));
        let dearest: Vec<String> = costs
            .iter()
            .take(3)
            .map(|(name, steps)| format!("{name} {steps}"))
            .collect();
        table.row([
            kind_name(kind.kind),
            thousands(kind.rule_count.into()),
            thousands(kind.always_count.into()),
            thousands(kind.atom_count.into()),
            format!("{} + {}", kind.eager_count, kind.lazy_count),
            thousands(kind.cost_fixed),
            thousands(sum),
            dearest.join(", "),
        ]);
    }
    format!(
        "{}An event costs at most `steps` and, for each UTF-16 unit of its texts, what the field's unit costs.\n",
        table.render()
    )
}

fn rules_of<'c>(
    content: &'c Content<'_>,
    kind: &KindRecord,
) -> impl Iterator<Item = (RuleRecord, bool)> + use<'c> {
    let (start, always) = (kind.rule_start, u32::from(kind.always_count));
    (0..kind.rule_count)
        .filter_map(move |index| Some((content.rule(start.checked_add(index)?)?, index < always)))
}

fn rules(content: &Content<'_>) -> String {
    let mut table = Table::new(["kind", "rule", "level", "steps", "runs", "title"]);
    for kind in content.kinds() {
        for (rule, always) in rules_of(content, &kind) {
            table.row([
                kind_name(kind.kind),
                rule_id(rule.id, rule.condition),
                output::level(rule.severity).to_owned(),
                rule.code_count.to_string(),
                if always { "always" } else { "triggered" }.to_owned(),
                safe(content.name(&rule).0),
            ]);
        }
    }
    table.render()
}

fn to_json(content: &Content<'_>) -> Value {
    let header = content.header();
    let sections: serde_json::Map<String, Value> = sizes(content)
        .map(|(section, count, bytes)| {
            let size = json!({ "records": count, "bytes": bytes });
            (section.name().to_owned(), size)
        })
        .collect();
    let kinds: Vec<Value> = content
        .kinds()
        .map(|kind| {
            let costs: serde_json::Map<String, Value> = costs(content, &kind)
                .into_iter()
                .map(|(name, steps)| (name, json!(steps)))
                .collect();
            let rules: Vec<Value> = rules_of(content, &kind)
                .map(|(rule, always)| {
                    let (title, meta) = content.name(&rule);
                    json!({
                        "rule": rule_id(rule.id, rule.condition),
                        "title": title,
                        "meta": meta,
                        "level": output::level(rule.severity),
                        "deny": rule.action == 1,
                        "may_be_unknown": rule.flags & 1 != 0,
                        "always": always,
                        "instructions": rule.code_count,
                    })
                })
                .collect();
            json!({
                "kind": kind_name(kind.kind),
                "atoms": kind.atom_count,
                "eager_finders": kind.eager_count,
                "lazy_finders": kind.lazy_count,
                "steps": kind.cost_fixed,
                "steps_a_unit": costs,
                "rules": rules,
            })
        })
        .collect();
    json!({
        "format_version": header.format_version,
        "schema_number": header.schema_number,
        "schema_fingerprint": hex(&header.schema_fingerprint),
        "tier": tier_name(header.tier),
        "channel": channel(&header),
        "ring": header.ring,
        "content_version": header.content_version,
        "rollback_floor": header.rollback_floor,
        "min_engine": header.min_engine,
        "issued": header.issued,
        "expires": header.expires,
        "key_id": hex(&header.key_id),
        "bytes": header.total_length,
        "scratch_words": header.scratch_words,
        "sections": sections,
        "kinds": kinds,
    })
}
