//! `compile`: Sigma rules to content, and what became of each rule.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cofferdam_asm::model::Issue;
use cofferdam_compiler::diagnostics::{self, Severity, Style, to_json};
use cofferdam_compiler::emit::{Compiled, EmitOptions, Entry, Status, compile};
use cofferdam_compiler::{Loaded, Options, load};
use cofferdam_interpreter::Content;
use cofferdam_interpreter::schema::Tier;
use serde_json::{Value, json};

use crate::args::{Compile, Format, TierChoice};
use crate::content::{ContentFile, limits_of, tier_name};
use crate::failure::{Exit, Failure};
use crate::output::{self, Readers, Table, style, thousands, write_file};

pub(crate) fn run(args: &Compile) -> Result<Exit, Failure> {
    for path in &args.rules {
        std::fs::metadata(path).map_err(|error| Failure::io("read", path, &error))?;
    }
    let loaded = load(&args.rules, &Options::default());
    print_diagnostics(args, &loaded);
    if loaded.rules.is_empty() {
        return Err(Failure::usage("there is no rule to compile")
            .help("rules are YAML files with `title`, `logsource` and `detection`, called *.yml"));
    }
    let mut outputs = Vec::new();
    for tier in tiers(args.tier) {
        outputs.push(one_tier(args, &loaded, tier)?);
    }
    let bad = loaded.report.errors() + outputs.iter().map(Output::inexpressible).sum::<usize>();
    if args.strict && bad > 0 {
        summarise(args, &loaded, &outputs, false)?;
        return Ok(Exit::Found);
    }
    for output in &outputs {
        write_file(&output.path, &output.compiled.bytes, Readers::Anyone)?;
    }
    if let Some(path) = &args.manifest {
        let text = format!("{:#}\n", manifest(&loaded, &outputs));
        write_file(path, text.as_bytes(), Readers::Anyone)?;
    }
    summarise(args, &loaded, &outputs, true)?;
    Ok(Exit::Ok)
}

fn tiers(choice: TierChoice) -> Vec<Tier> {
    match choice {
        TierChoice::Kernel => vec![Tier::Kernel],
        TierChoice::User => vec![Tier::User],
        TierChoice::All => vec![Tier::Kernel, Tier::User],
    }
}

const fn name(tier: Tier) -> &'static str {
    match tier {
        Tier::Kernel => tier_name(0),
        Tier::User => tier_name(1),
    }
}

/// What was made for one tier.
struct Output {
    tier: Tier,
    path: PathBuf,
    compiled: Compiled,
}

impl Output {
    /// Rules that are left out for another reason than what the tier observes.
    fn inexpressible(&self) -> usize {
        let limits = ["needs-user-field", "no-such-event", "never-matches"];
        self.compiled
            .entries
            .iter()
            .filter(|entry| {
                matches!(&entry.status, Status::LeftOut { code, .. } if !limits.contains(code))
            })
            .count()
    }

    fn counts(&self) -> [u64; 3] {
        let mut counts = [0; 3];
        for entry in &self.compiled.entries {
            counts[match entry.status {
                Status::Exact => 0,
                Status::Partial { .. } => 1,
                Status::LeftOut { .. } => 2,
            }] += 1;
        }
        counts
    }
}

fn one_tier(args: &Compile, loaded: &Loaded, tier: Tier) -> Result<Output, Failure> {
    let issue = &args.issue;
    let options = EmitOptions {
        tier,
        issue: Issue {
            tier,
            channel: issue.channel.clone(),
            ring: issue.ring,
            content_version: issue.content_version,
            rollback_floor: issue.rollback_floor,
            issued: issue.issued,
            expires: issue.expires,
            ..Issue::default()
        },
    };
    let compiled = compile(&loaded.rules, &options)
        .map_err(|error| Failure::usage(format!("for the {} tier: {error}", name(tier))))?;
    let path = match args.tier {
        TierChoice::All => with_tier(&args.output, tier),
        _ => args.output.clone(),
    };
    // Written content verifies; whether those who load it accept what it costs is another question.
    let file = ContentFile {
        path: path.clone(),
        bytes: compiled.bytes.clone(),
    };
    let header = Content::decode(&file.bytes)
        .map_err(|refusal| Failure::content(&path, &refusal))?
        .content()
        .header();
    file.verify(limits_of(&header)).map_err(|refusal| {
        Failure::refused(format!(
            "the {} tier would refuse the content: {refusal}",
            name(tier)
        ))
        .help("compile fewer rules, or make those that run on every event narrower")
    })?;
    Ok(Output {
        tier,
        path,
        compiled,
    })
}

/// `rules.dam` for one tier of several: `rules.kernel.dam`.
fn with_tier(path: &Path, tier: Tier) -> PathBuf {
    let extension = path.extension().map_or_else(Default::default, |extension| {
        format!(".{}", extension.to_string_lossy())
    });
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}.{}{extension}", name(tier)))
}

fn print_diagnostics(args: &Compile, loaded: &Loaded) {
    let colours = anstream::AutoStream::choice(&std::io::stderr());
    let style = if colours == anstream::ColorChoice::Never {
        Style::Plain
    } else {
        Style::Coloured
    };
    for diagnostic in loaded.report.all() {
        if diagnostic.severity() == Severity::Error || !args.quiet {
            anstream::eprintln!(
                "{}\n",
                diagnostics::render(diagnostic, &loaded.sources, style)
            );
        }
    }
}

/// What became of each rule, document by document.
fn manifest(loaded: &Loaded, outputs: &[Output]) -> Value {
    let mut rules: BTreeMap<String, Value> = BTreeMap::new();
    for output in outputs {
        for entry in &output.compiled.entries {
            let id = rule_id(entry);
            let rule = rules
                .entry(id.clone())
                .or_insert_with(|| json!({ "rule": id, "title": *entry.title, "tiers": {} }));
            rule["tiers"][name(output.tier)] = status(entry);
        }
    }
    let refused: Vec<Value> = loaded
        .refused
        .iter()
        .map(|refused| {
            let source = loaded.sources.get(refused.file);
            let codes: Vec<_> = refused.codes.iter().map(|code| code.number()).collect();
            json!({
                "rule": refused.uuid.map(|uuid| uuid.to_string()),
                "title": refused.title.as_deref(),
                "file": source.path().to_string_lossy(),
                "line": refused.span.map(|span| source.position(span.start).line),
                "codes": codes,
            })
        })
        .collect();
    let diagnostics: Vec<Value> = loaded
        .report
        .all()
        .iter()
        .map(|diagnostic| to_json(diagnostic, &loaded.sources))
        .collect();
    let files: serde_json::Map<String, Value> = outputs
        .iter()
        .map(|output| {
            let path = output.path.to_string_lossy();
            (name(output.tier).to_owned(), json!(path))
        })
        .collect();
    json!({
        "files": files,
        "summary": counts(loaded, outputs),
        "rules": rules.into_values().collect::<Vec<_>>(),
        "refused": refused,
        "diagnostics": diagnostics,
    })
}

fn rule_id(entry: &Entry) -> String {
    if entry.id.condition == 0 {
        entry.id.uuid.to_string()
    } else {
        entry.id.to_string()
    }
}

fn status(entry: &Entry) -> Value {
    let kinds: Vec<&str> = entry.kinds.iter().map(|kind| kind.name()).collect();
    match &entry.status {
        Status::Exact => json!({ "status": "exact", "kinds": kinds }),
        Status::Partial { missing, open } => {
            let open: Vec<&str> = open.iter().map(|kind| kind.name()).collect();
            json!({ "status": "partial", "kinds": kinds, "missing": missing, "open": open })
        }
        Status::LeftOut { code, reason } => {
            json!({ "status": "left-out", "code": code, "reason": reason })
        }
    }
}

fn counts(loaded: &Loaded, outputs: &[Output]) -> Value {
    let tiers: serde_json::Map<String, Value> = outputs
        .iter()
        .map(|output| {
            let [exact, partial, left_out] = output.counts();
            let counts = json!({
                "exact": exact,
                "partial": partial,
                "left_out": left_out,
                "bytes": output.compiled.bytes.len(),
            });
            (name(output.tier).to_owned(), counts)
        })
        .collect();
    json!({
        "rules": loaded.rules.len(),
        "refused": loaded.refused.len(),
        "errors": loaded.report.errors(),
        "tiers": tiers,
    })
}

fn summarise(
    args: &Compile,
    loaded: &Loaded,
    outputs: &[Output],
    written: bool,
) -> Result<(), Failure> {
    if args.format == Format::Json {
        let mut value = counts(loaded, outputs);
        value["written"] = json!(written);
        return output::print_json(&value);
    }
    let mut table = Table::new(["tier", "exact", "partial", "left out", "bytes", "file"]);
    for each in outputs {
        let [exact, partial, left_out] = each.counts();
        table.row([
            name(each.tier).to_owned(),
            thousands(exact),
            thousands(partial),
            thousands(left_out),
            thousands(each.compiled.bytes.len() as u64),
            if written {
                each.path.display().to_string()
            } else {
                "not written".to_owned()
            },
        ]);
    }
    let mut text = table.render();
    text.push_str(&format!(
        "{} rules of {} documents; {} documents refused\n",
        thousands(loaded.rules.len() as u64),
        thousands(documents(loaded) as u64),
        thousands(loaded.refused.len() as u64),
    ));
    if !written {
        text.push_str(&format!(
            "{}strict{:#}: a rule has an error or cannot be expressed, so nothing was written\n",
            style::ERROR,
            style::ERROR
        ));
    }
    output::print(&text)
}

/// Documents that became rules, correlation rules or filters, or were refused.
fn documents(loaded: &Loaded) -> usize {
    let mut uuids: Vec<_> = loaded.rules.iter().map(|rule| rule.id.uuid).collect();
    uuids.dedup();
    uuids.len() + loaded.correlations.len() + loaded.filters + loaded.refused.len()
}
