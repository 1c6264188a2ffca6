//! Writes the schema as Rust.

use std::fmt::Write as _;

use super::table::{Field, Kind, Table};

/// The generated file.
pub(super) fn code(table: &Table, fingerprint: &[u8; 32]) -> String {
    let mut out = format!(
        "// Made by `cargo xtask schema` from {}; do not edit.\n\n\
         use super::{{Category, Constant, FieldInfo, KindInfo, LogSource, Rendering, Source, Tier, Type}};\n\n\
         /// The schema's number. It grows with every change that content could notice.\n\
         pub const SCHEMA_NUMBER: u32 = {};\n\n\
         /// How many kinds there are; their numbers are below.\n\
         pub const KIND_COUNT: usize = {};\n\n",
        super::SOURCE,
        table.number,
        table.kinds.len()
    );
    write_fingerprint(&mut out, fingerprint);
    write_enum(&mut out, table);
    write_methods(&mut out, table);
    write_categories(&mut out, table);
    for kind in &table.kinds {
        write_info(&mut out, kind);
    }
    write_field_numbers(&mut out, table);
    out
}

fn write_fingerprint(out: &mut String, fingerprint: &[u8; 32]) {
    out.push_str(
        "/// SHA-256 over the table's canonical form (numbers, names, tiers, types, renderings, constants, what\n\
         /// can be denied, categories) and then [`fold::HASH`](crate::fold::HASH). Content that carries another\n\
         /// one was compiled for other events, or another comparison of text, and is refused.\n\
         #[rustfmt::skip]\n\
         pub const FINGERPRINT: [u8; 32] = [\n",
    );
    for row in fingerprint.chunks(16) {
        let row: Vec<String> = row.iter().map(|byte| format!("0x{byte:02X},")).collect();
        let _ = writeln!(out, "    {}", row.join(" "));
    }
    out.push_str("];\n\n");
}

fn write_enum(out: &mut String, table: &Table) {
    out.push_str(
        "/// A kind of event.\n\
         #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]\n\
         #[repr(u8)]\n\
         pub enum Kind {\n",
    );
    for (number, kind) in table.kinds.iter().enumerate() {
        let place = match &kind.callback {
            Some(callback) => format!("observed at {callback}"),
            None => "user mode only".into(),
        };
        let _ = writeln!(
            out,
            "    /// `{}`: {place}.\n    {} = {number},",
            kind.name,
            kind.variant()
        );
    }
    out.push_str("}\n\n");
}

fn write_methods(out: &mut String, table: &Table) {
    let mut arms = |head: &str, arm: &dyn Fn(usize, &Kind) -> String, tail: &str| {
        out.push_str(head);
        for (number, kind) in table.kinds.iter().enumerate() {
            let _ = writeln!(out, "{}", arm(number, kind));
        }
        out.push_str(tail);
    };
    arms(
        "#[rustfmt::skip]\n\
         impl Kind {\n    \
             /// Every kind, by number.\n    \
             pub const ALL: [Self; KIND_COUNT] = [\n",
        &|_, kind| format!("        Self::{},", kind.variant()),
        "    ];\n\n",
    );
    arms(
        "    /// The kind with this number, if there is one.\n    \
             #[must_use]\n    \
             pub const fn from_number(number: u8) -> Option<Self> {\n        \
                 Some(match number {\n",
        &|number, kind| format!("            {number} => Self::{},", kind.variant()),
        "            _ => return None,\n        })\n    }\n\n",
    );
    arms(
        "    /// The number that stands for the kind in content.\n    \
             #[must_use]\n    \
             pub const fn number(self) -> u8 {\n        \
                 match self {\n",
        &|number, kind| format!("            Self::{} => {number},", kind.variant()),
        "        }\n    }\n\n",
    );
    arms(
        "    /// What the schema says of the kind.\n    \
             #[must_use]\n    \
             pub fn info(self) -> &'static KindInfo {\n        \
                 match self {\n",
        &|_, kind| {
            format!(
                "            Self::{} => &{},",
                kind.variant(),
                kind.constant()
            )
        },
        "        }\n    }\n}\n\n",
    );
}

fn write_categories(out: &mut String, table: &Table) {
    out.push_str(
        "/// The Sigma categories that span kinds.\n\
         #[rustfmt::skip]\n\
         pub const CATEGORIES: &[Category] = &[\n",
    );
    for (name, kinds) in &table.categories {
        let kinds: Vec<String> = kinds
            .iter()
            .map(|kind| format!("Kind::{}", pascal(kind)))
            .collect();
        let _ = writeln!(
            out,
            "    Category {{ name: {name:?}, kinds: &[{}] }},",
            kinds.join(", ")
        );
    }
    out.push_str("];\n\n");
}

fn write_info(out: &mut String, kind: &Kind) {
    let sysmon =
        |(channel, _): &&(String, Vec<u16>)| channel == "Microsoft-Windows-Sysmon/Operational";
    let sysmon_ids: &[u16] = kind.sources.iter().find(sysmon).map_or(&[], |(_, ids)| ids);
    let _ = writeln!(
        out,
        "#[rustfmt::skip]\n\
         static {}: KindInfo = KindInfo {{\n    \
             kind: Kind::{},\n    \
             name: {:?},\n    \
             tier: Tier::{},\n    \
             log_source: LogSource::{},\n    \
             sysmon_ids: &{sysmon_ids:?},",
        kind.constant(),
        kind.variant(),
        kind.name,
        pascal(kind.tier),
        pascal(kind.log_source),
    );
    out.push_str("    sources: &[\n");
    for (channel, ids) in &kind.sources {
        let _ = writeln!(
            out,
            "        Source {{ channel: {channel:?}, event_ids: &{ids:?} }},"
        );
    }
    let _ = writeln!(
        out,
        "    ],\n    can_deny: {},\n    constants: &[",
        kind.denied()
    );
    for (name, value) in &kind.constants {
        let _ = writeln!(
            out,
            "        Constant {{ name: {name:?}, value: {value:?} }},"
        );
    }
    out.push_str("    ],\n    fields: &[\n");
    for (number, field) in kind.fields.iter().enumerate() {
        write_field(out, number, field);
    }
    out.push_str("    ],\n};\n\n");
}

fn write_field(out: &mut String, number: usize, field: &Field) {
    let _ = writeln!(
        out,
        "        FieldInfo {{ number: {number}, name: {:?}, ty: Type::{}, tier: Tier::{}, \
         rendering: Rendering::{}, in_source: {}, in_every_source: {} }},",
        field.name,
        pascal(field.ty),
        pascal(field.tier),
        pascal(field.rendering),
        field.in_source,
        field.in_every_source
    );
}

fn write_field_numbers(out: &mut String, table: &Table) {
    out.push_str(
        "/// Where each field of the kernel's kinds stands in an event, for whoever assembles one.\n\
         #[rustfmt::skip]\n\
         pub mod field {\n",
    );
    for kind in table.kinds.iter().filter(|kind| kind.tier == "kernel") {
        let _ = writeln!(
            out,
            "    /// Fields of `{0}`.\n    pub mod {0} {{\n        \
             /// How many fields an event of this kind has.\n        \
             pub const COUNT: usize = {1};",
            kind.name,
            kind.fields.len()
        );
        for (number, field) in kind.fields.iter().enumerate() {
            let _ = writeln!(
                out,
                "        /// `{}`\n        pub const {}: usize = {number};",
                field.name,
                screaming(&field.name)
            );
        }
        out.push_str("    }\n");
    }
    out.push_str("}\n");
}

impl Kind {
    fn variant(&self) -> String {
        pascal(&self.name)
    }

    fn constant(&self) -> String {
        self.name.to_uppercase().replace('-', "_")
    }
}

/// `file_event` as `FileEvent`.
fn pascal(name: &str) -> String {
    name.split(['_', '-'])
        .map(|word| match word.split_at_checked(1) {
            Some((first, rest)) => first.to_uppercase() + rest,
            None => String::new(),
        })
        .collect()
}

/// `SourceProcessGUID` as `SOURCE_PROCESS_GUID`.
fn screaming(name: &str) -> String {
    let mut out = String::new();
    let mut after_lower = false;
    for letter in name.chars() {
        if letter.is_uppercase() && after_lower {
            out.push('_');
        }
        after_lower = letter.is_lowercase();
        out.extend(letter.to_uppercase());
    }
    out
}
