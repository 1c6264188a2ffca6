//! Hits to text.

use std::io::{self, Write};
use std::path::Path;

use cofferdam_interpreter::Verdict;
use serde_json::{Map, Value, json};

use super::judge::{Counts, Hit, Unrouted};
use super::rules::RuleInfo;
use crate::output::{self, Table, safe, style, thousands};

/// A verdict's word.
pub(crate) const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Match => "match",
        Verdict::Maybe => "maybe",
        Verdict::NoMatch => "no match",
    }
}

/// A hit as one JSON object.
pub(crate) fn to_json(
    source: &Path,
    record: u64,
    hit: &Hit,
    rule: &RuleInfo,
    tiers: bool,
) -> Value {
    let mut object = Map::new();
    object.insert("source".into(), json!(source.to_string_lossy()));
    object.insert("record".into(), json!(record));
    object.insert("rule".into(), json!(rule.id));
    object.insert("title".into(), json!(rule.title));
    object.insert("level".into(), json!(output::level(rule.severity)));
    object.insert("verdict".into(), json!(word(hit.verdict)));
    object.insert("kind".into(), json!(rule.kind.name()));
    if tiers {
        let says = match hit.kernel {
            Verdict::Match => "definite",
            Verdict::Maybe => "maybe",
            Verdict::NoMatch => "lost",
        };
        object.insert("kernel".into(), json!(says));
    }
    let context = &hit.context;
    let known = [
        ("channel", context.channel.as_ref().map(|it| json!(it))),
        ("event_id", context.event_id.map(|it| json!(it))),
        ("record_id", context.record_id.map(|it| json!(it))),
        ("time", context.time.as_ref().map(|it| json!(it))),
        ("computer", context.computer.as_ref().map(|it| json!(it))),
    ];
    for (name, value) in known {
        if let Some(value) = value {
            object.insert(name.into(), value);
        }
    }
    Value::Object(object)
}

/// A hit as one line.
pub(crate) fn line(
    out: &mut impl Write,
    source: &Path,
    record: u64,
    hit: &Hit,
    rule: &RuleInfo,
) -> io::Result<()> {
    let colour = style::level(rule.severity);
    let time = hit.context.time.as_deref().unwrap_or("-");
    writeln!(
        out,
        "{colour}{:<13}{colour:#} {:<5} {}  {}  {}{}#{record}{:#}",
        output::level(rule.severity),
        word(hit.verdict),
        safe(time),
        safe(&rule.title),
        style::DIM,
        safe(&source.to_string_lossy()),
        style::DIM,
    )
}

/// Unknown kinds that are kept apart.
const DISTINCT: usize = 1_000;

/// Unknown kinds that are named.
const NAMED: usize = 5;

/// What is counted over a whole scan.
#[derive(Debug)]
pub(crate) struct Totals {
    pub(crate) files: u64,
    pub(crate) counts: Counts,
    pub(crate) damages: u64,
    /// Records of unknown kinds; not of more than [`DISTINCT`] of them.
    unrouted: Unrouted,
    /// For each rule of the content: matches and maybes.
    pub(crate) rules: Vec<[u64; 2]>,
    /// For each rule: its matches of which the kernel alone would have been sure, unsure, ignorant.
    pub(crate) kernel: Option<Vec<[u64; 3]>>,
}

impl Totals {
    pub(crate) fn new(rules: usize, tiers: bool) -> Self {
        Self {
            files: 0,
            counts: Counts::default(),
            damages: 0,
            unrouted: Unrouted::new(),
            rules: vec![[0; 2]; rules],
            kernel: tiers.then(|| vec![[0; 3]; rules]),
        }
    }

    pub(crate) fn unrouted(&mut self, some: Unrouted) {
        for (key, count) in some {
            if self.unrouted.len() < DISTINCT || self.unrouted.contains_key(&key) {
                *self.unrouted.entry(key).or_default() += count;
            }
        }
    }

    /// The unknown kinds, those with the most records first: channel, event id, records.
    fn most_unrouted(&self) -> impl Iterator<Item = (&str, Option<u16>, u64)> {
        let mut all: Vec<_> = self.unrouted.iter().collect();
        all.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let all = all.into_iter().take(NAMED);
        all.map(|((channel, id), count)| (channel.as_str(), *id, *count))
    }

    pub(crate) fn hit(&mut self, hit: &Hit) {
        if let Some(counts) = self.rules.get_mut(hit.rule as usize) {
            counts[usize::from(hit.verdict == Verdict::Maybe)] += 1;
        }
        if hit.verdict == Verdict::Match
            && let Some(counts) = self
                .kernel
                .as_mut()
                .and_then(|kernel| kernel.get_mut(hit.rule as usize))
        {
            counts[match hit.kernel {
                Verdict::Match => 0,
                Verdict::Maybe => 1,
                Verdict::NoMatch => 2,
            }] += 1;
        }
    }

    pub(crate) fn matches(&self) -> u64 {
        self.rules.iter().map(|[matches, _]| matches).sum()
    }

    fn maybes(&self) -> u64 {
        self.rules.iter().map(|[_, maybes]| maybes).sum()
    }

    /// Definite, maybe, lost: by kind, and in all.
    fn kernel_rows(&self, rules: &[RuleInfo]) -> Option<Vec<(&'static str, [u64; 3])>> {
        let kernel = self.kernel.as_ref()?;
        let mut rows: Vec<(&'static str, [u64; 3])> = Vec::new();
        let mut all = [0; 3];
        for (rule, counts) in rules.iter().zip(kernel) {
            if *counts == [0; 3] {
                continue;
            }
            let name = rule.kind.name();
            let at = rows.iter().position(|(kind, _)| *kind == name);
            let at = at.unwrap_or_else(|| {
                rows.push((name, [0; 3]));
                rows.len() - 1
            });
            for (place, count) in counts.iter().enumerate() {
                rows[at].1[place] += count;
                all[place] += count;
            }
        }
        rows.push(("all", all));
        Some(rows)
    }

    /// The summary for people.
    pub(crate) fn summary(&self, rules: &[RuleInfo]) -> String {
        let mut text = String::new();
        let mut answered: Vec<(&RuleInfo, &[u64; 2])> = rules
            .iter()
            .zip(&self.rules)
            .filter(|(_, counts)| **counts != [0; 2])
            .collect();
        answered.sort_by_key(|(rule, [matches, maybes])| {
            std::cmp::Reverse((rule.severity, *matches, *maybes))
        });
        if !answered.is_empty() {
            const SHOWN: usize = 20;
            let mut table = Table::new(["matches", "maybe", "level", "kind", "rule"]);
            for (rule, [matches, maybes]) in answered.iter().take(SHOWN) {
                table.row([
                    thousands(*matches),
                    thousands(*maybes),
                    output::level(rule.severity).to_owned(),
                    rule.kind.name().to_owned(),
                    safe(&rule.title),
                ]);
            }
            text.push_str(&table.render());
            if answered.len() > SHOWN {
                text.push_str(&format!("  and {} more rules\n", answered.len() - SHOWN));
            }
            text.push('\n');
        }
        if let Some(rows) = self.kernel_rows(rules) {
            let mut table = Table::new(["kernel tier alone", "definite", "maybe", "lost"]);
            for (kind, [definite, maybe, lost]) in rows {
                table.row([
                    kind.to_owned(),
                    thousands(definite),
                    thousands(maybe),
                    thousands(lost),
                ]);
            }
            text.push_str(&table.render());
            text.push_str(&format!(
                "  and {} times it would have said maybe where there is no match\n\n",
                thousands(self.counts.kernel_raised)
            ));
        }
        let Counts {
            records,
            judged,
            no_rules,
            unknown,
            ..
        } = self.counts;
        text.push_str(&format!(
            "{} records in {} files: {} judged, {} of kinds without rules, {} of unknown kinds, {} damaged places\n\
             {} matches, {} maybe, by {} of {} rules\n",
            thousands(records),
            thousands(self.files),
            thousands(judged),
            thousands(no_rules),
            thousands(unknown),
            thousands(self.damages),
            thousands(self.matches()),
            thousands(self.maybes()),
            thousands(answered.len() as u64),
            thousands(rules.len() as u64),
        ));
        let named: Vec<String> = self
            .most_unrouted()
            .map(|(channel, id, count)| {
                let channel = if channel.is_empty() {
                    "no channel"
                } else {
                    channel
                };
                let id = id.map_or_else(|| "no event id".to_owned(), |id| id.to_string());
                format!("{} {id} ({})", safe(channel), thousands(count))
            })
            .collect();
        if !named.is_empty() {
            let more = if self.unrouted.len() > NAMED {
                ", ..."
            } else {
                ""
            };
            text.push_str(&format!("unknown kinds: {}{more}\n", named.join(", ")));
        }
        text
    }

    /// The summary for programs.
    pub(crate) fn summary_json(&self, rules: &[RuleInfo]) -> Value {
        let mut value = json!({
            "files": self.files,
            "records": self.counts.records,
            "judged": self.counts.judged,
            "no_rules": self.counts.no_rules,
            "unknown": self.counts.unknown,
            "unknown_kinds": self
                .most_unrouted()
                .map(|(channel, id, records)| {
                    json!({ "channel": channel, "event_id": id, "records": records })
                })
                .collect::<Value>(),
            "damaged": self.damages,
            "matches": self.matches(),
            "maybe": self.maybes(),
        });
        if let Some(rows) = self.kernel_rows(rules) {
            let rows: Map<String, Value> = rows
                .into_iter()
                .map(|(kind, [definite, maybe, lost])| {
                    let row = json!({ "definite": definite, "maybe": maybe, "lost": lost });
                    (kind.to_owned(), row)
                })
                .collect();
            value["kernel"] = Value::Object(rows);
            value["kernel_maybe_without_match"] = json!(self.counts.kernel_raised);
        }
        value
    }
}
