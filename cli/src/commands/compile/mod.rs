//! `compile`: Sigma rules to content, tested on events made for it, and what became of each rule.

mod manifest;
mod tiers;

use std::path::Path;

use cofferdam_compiler::diagnostics::{self, Diagnostic, Severity, Style};
use cofferdam_compiler::emit::{check_names, report_left_out};
use cofferdam_compiler::{Loaded, Options, load};
use serde_json::json;

use crate::args::{Compile, Format};
use crate::failure::{Exit, Failure};
use crate::output::{self, Readers, Table, progress, style, thousands, write_file};
use tiers::{Output, name};

pub(crate) fn run(args: &Compile) -> Result<Exit, Failure> {
    for path in args.rules.iter().chain(&args.placeholders) {
        std::fs::metadata(path).map_err(|error| Failure::io("read", path, &error))?;
    }
    let bar = progress();
    bar.set_message("reading rules");
    let options = Options {
        placeholder_files: args.placeholders.clone(),
        ..Options::default()
    };
    let mut loaded = load(&args.rules, &options);
    check_names(&loaded.rules, &mut loaded.report);
    bar.suspend(|| print_diagnostics(args, &loaded, 0));
    if loaded.rules.is_empty() {
        return Err(Failure::usage("there is no rule to compile")
            .help("rules are YAML files with `title`, `logsource` and `detection`, called *.yml"));
    }
    bar.set_message("compiling");
    let said = loaded.report.all().len();
    let mut outputs = tiers::compile_all(args, &loaded)?;
    for output in &outputs {
        let entries = &output.compiled.entries;
        report_left_out(&loaded.rules, entries, output.tier, &mut loaded.report);
    }
    if !args.no_self_test {
        for output in &mut outputs {
            output.test(&loaded.rules, args.events.is_some(), &bar)?;
            if let Some(tested) = &output.tested {
                tested.report(&loaded.rules, &mut loaded.report);
            }
        }
    }
    bar.finish_and_clear();
    print_diagnostics(args, &loaded, said);
    let failed = outputs.iter().any(|output| !output.passed());
    let refused = match () {
        () if failed => Some((Exit::Refused, "the content failed its self-test")),
        () if args.strict && loaded.report.errors() > 0 => Some((
            Exit::Found,
            "a rule has an error or cannot be expressed, and `--strict` was asked for",
        )),
        () => None,
    };
    if refused.is_none() {
        for output in &outputs {
            write_file(&output.path, &output.compiled.bytes, Readers::Anyone)?;
        }
    }
    // What was made to test content tells most where it failed.
    if let Some(folder) = &args.events {
        write_events(folder, &outputs)?;
    }
    if let Some(path) = &args.manifest {
        let text = format!(
            "{:#}\n",
            manifest::manifest(&loaded, &outputs, refused.is_none())
        );
        write_file(path, text.as_bytes(), Readers::Anyone)?;
    }
    summarise(args, &loaded, &outputs, refused.map(|(_, why)| why))?;
    Ok(refused.map_or(Exit::Ok, |(exit, _)| exit))
}

/// Prints the diagnostics from one on.
fn print_diagnostics(args: &Compile, loaded: &Loaded, from: usize) {
    let colours = anstream::AutoStream::choice(&std::io::stderr());
    let style = if colours == anstream::ColorChoice::Never {
        Style::Plain
    } else {
        Style::Coloured
    };
    let is_shown = |diagnostic: &&Diagnostic| match diagnostic.severity() {
        Severity::Error => true,
        Severity::Warning => !args.quiet,
        Severity::Note => args.notes && !args.quiet,
    };
    for diagnostic in loaded.report.all().iter().skip(from).filter(is_shown) {
        anstream::eprintln!(
            "{}\n",
            diagnostics::render(diagnostic, &loaded.sources, style)
        );
    }
}

/// One file for each tier and kind: `FOLDER/user/process_creation.ndjson`.
fn write_events(folder: &Path, outputs: &[Output]) -> Result<(), Failure> {
    for output in outputs {
        let folder = folder.join(name(output.tier));
        std::fs::create_dir_all(&folder)
            .map_err(|error| Failure::io("make the folder", &folder, &error))?;
        for (kind, lines) in output.events() {
            let path = folder.join(format!("{}.ndjson", kind.name()));
            write_file(&path, lines.as_bytes(), Readers::Anyone)?;
        }
    }
    Ok(())
}

fn summarise(
    args: &Compile,
    loaded: &Loaded,
    outputs: &[Output],
    refused: Option<&str>,
) -> Result<(), Failure> {
    if args.format == Format::Json {
        let mut value = manifest::counts(loaded, outputs);
        value["written"] = json!(refused.is_none());
        return output::print_json(&value);
    }
    let mut table = Table::new([
        "tier", "exact", "partial", "left out", "bytes", "tests", "decided", "events", "file",
    ]);
    for each in outputs {
        let [exact, partial, left_out] = each.counts();
        let tested = each.tested_counts();
        let count = |of: fn(&tiers::Tested) -> u64| {
            tested
                .as_ref()
                .map_or_else(|| "-".to_owned(), |tested| thousands(of(tested)))
        };
        table.row([
            name(each.tier).to_owned(),
            thousands(exact),
            thousands(partial),
            thousands(left_out),
            thousands(each.compiled.bytes.len() as u64),
            count(|tested| tested.tests),
            count(|tested| tested.decided),
            count(|tested| tested.events),
            match refused {
                Some(_) => "not written".to_owned(),
                None => each.path.display().to_string(),
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
    if !loaded.correlations.is_empty() {
        text.push_str(&format!(
            "{} correlation rules wait for a later version\n",
            thousands(loaded.correlations.len() as u64)
        ));
    }
    let all = loaded.report.all().iter();
    let notes = all.filter(|it| it.severity() == Severity::Note).count();
    if notes > 0 && !args.notes {
        text.push_str(&format!(
            "{} notes, which `--notes` shows\n",
            thousands(notes as u64)
        ));
    }
    if let Some(why) = refused {
        text.push_str(&format!(
            "{}nothing was written{:#}: {why}\n",
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
