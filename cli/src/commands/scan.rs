//! `scan`: content on recorded events.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::thread;

use cofferdam_events::{Damage, Place, Routes, Stopped};
use cofferdam_interpreter::Verdict;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use crate::args::{Scan, ScanFormat, Verdicts};
use crate::content::ContentFile;
use crate::failure::{Exit, Failure};
use crate::output::{self, safe, style};
use crate::scan::files;
use crate::scan::judge::{Bench, Hit};
use crate::scan::pipeline::{self, Step};
use crate::scan::report::{self, Totals};
use crate::scan::rules::{self, RuleInfo};

pub(crate) fn run(args: &Scan) -> Result<Exit, Failure> {
    let file = ContentFile::read(&args.content)?;
    let content = file.verified()?;
    let rules = rules::of(content.content());
    let kernel_file = args
        .tiers
        .as_ref()
        .map(|path| ContentFile::read(path))
        .transpose()?;
    let kernel = match &kernel_file {
        Some(kernel) => {
            let verified = kernel.verified()?;
            if verified.content().header().tier != 0 {
                return Err(Failure::usage(format!(
                    "{} is not for the kernel tier",
                    kernel.path.display()
                ))
                .help("compile the same rules with `--tier kernel`"));
            }
            let pairs = rules::pair(&rules, &rules::of(verified.content()));
            Some((verified, pairs))
        }
        None => None,
    };
    let wanted: BTreeSet<_> = rules.iter().map(|rule| rule.kind).collect();
    let bench = Bench {
        content,
        routes: Routes::new(|kind| wanted.contains(&kind), args.channel.as_deref()),
        kernel,
        walker: OnceLock::new(),
    };
    let found = files::find(&args.events)?;
    let threads = args
        .threads
        .or_else(|| thread::available_parallelism().ok())
        .map_or(1, |threads| threads.get().min(64));
    let mut report = Reporter::new(args, &rules, &found.files);
    report.begin();
    report.searched(&found.damages);
    pipeline::run(&bench, &found.files, threads, &mut |step| report.step(step));
    report.finish()
}

/// Problems of one file that are shown; the others are counted.
const SHOWN: u64 = 20;

/// Writes hits as they come, and everything else at the end.
struct Reporter<'a> {
    args: &'a Scan,
    rules: &'a [RuleInfo],
    out: BufWriter<anstream::AutoStream<io::StdoutLock<'static>>>,
    bar: ProgressBar,
    totals: Totals,
    /// Problems of the present file.
    in_file: u64,
    problems: Vec<Value>,
    hits: u64,
    error: Option<io::Error>,
}

impl<'a> Reporter<'a> {
    fn new(args: &'a Scan, rules: &'a [RuleInfo], files: &[PathBuf]) -> Self {
        let bytes = files
            .iter()
            .filter_map(|file| fs::metadata(file).ok())
            .map(|metadata| metadata.len())
            .sum();
        // Where both go to the same terminal, the matches themselves show progress.
        let shown = io::stderr().is_terminal() && !io::stdout().is_terminal();
        let bar = if shown {
            ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr())
        } else {
            ProgressBar::hidden()
        };
        let template = "{bar:30} {bytes}/{total_bytes} {eta} left, {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self {
            args,
            rules,
            out: BufWriter::with_capacity(1 << 16, anstream::stdout().lock()),
            bar,
            totals: Totals::new(rules.len(), args.tiers.is_some()),
            in_file: 0,
            problems: Vec::new(),
            hits: 0,
            error: None,
        }
    }

    fn begin(&mut self) {
        if self.args.format == ScanFormat::Json {
            self.error = self.out.write_all(b"{\"matches\":[").err();
        }
    }

    /// Says which directories could not be searched.
    fn searched(&mut self, damages: &[(PathBuf, Damage)]) {
        for (path, damage) in damages {
            self.damage(path, 0, damage);
        }
        self.in_file = 0;
    }

    fn step(&mut self, step: Step<'_>) -> Result<(), Stopped> {
        match step {
            Step::Done => {
                self.totals.files += 1;
                if self.in_file > SHOWN {
                    let more = self.in_file - SHOWN;
                    self.bar.suspend(|| {
                        anstream::eprintln!("  and {more} more problems in that file");
                    });
                }
                self.in_file = 0;
            }
            Step::Judged {
                file,
                first,
                judged,
                bytes,
            } => {
                self.bar.inc(bytes);
                self.totals.counts.add(judged.counts);
                self.totals.unrouted(judged.unrouted);
                for damage in &judged.damages {
                    self.damage(file, first, damage);
                }
                for hit in &judged.hits {
                    if self.is_wanted(hit)
                        && let Err(error) = self.hit(file, first + hit.number, hit)
                    {
                        self.error = Some(error);
                        return Err(Stopped);
                    }
                }
                self.bar.set_message(format!("{} matches", self.hits));
            }
        }
        Ok(())
    }

    /// Whether a hit counts at all.
    fn is_wanted(&self, hit: &Hit) -> bool {
        let rule = self.rules.get(hit.rule as usize);
        let least = self.args.level.map_or(0, |level| level as u8);
        rule.is_some_and(|rule| rule.severity >= least)
    }

    /// Whether a hit is listed.
    fn is_listed(&self, hit: &Hit) -> bool {
        let by_default = match self.args.format {
            ScanFormat::Human => Verdicts::Match,
            ScanFormat::Ndjson | ScanFormat::Json => Verdicts::All,
        };
        hit.verdict == Verdict::Match || self.args.verdicts.unwrap_or(by_default) == Verdicts::All
    }

    fn hit(&mut self, file: &Path, record: u64, hit: &Hit) -> io::Result<()> {
        let Some(rule) = self.rules.get(hit.rule as usize) else {
            return Ok(());
        };
        self.totals.hit(hit);
        if !self.is_listed(hit) {
            return Ok(());
        }
        self.hits += 1;
        let tiers = self.args.tiers.is_some();
        match self.args.format {
            ScanFormat::Human => report::line(&mut self.out, file, record, hit, rule),
            ScanFormat::Ndjson => {
                let object = report::to_json(file, record, hit, rule, tiers);
                writeln!(self.out, "{object}")
            }
            ScanFormat::Json => {
                let comma = if self.hits > 1 { ",\n" } else { "\n" };
                let object = report::to_json(file, record, hit, rule, tiers);
                write!(self.out, "{comma}{object}")
            }
        }
    }

    fn damage(&mut self, file: &Path, first: u64, damage: &Damage) {
        let place = match damage.place {
            Place::Record(number) => Place::Record(first + number),
            place => place,
        };
        self.totals.damages += 1;
        self.in_file += 1;
        if self.in_file > SHOWN {
            return;
        }
        let path = safe(&file.to_string_lossy());
        let message = safe(&damage.message);
        self.bar.suspend(|| {
            anstream::eprintln!(
                "{}warning{:#}: {path}{place}: {message}",
                style::WARNING,
                style::WARNING
            );
        });
        self.problems.push(json!({
            "source": file.to_string_lossy(),
            "place": place.to_string().trim_start_matches([':', ' ']),
            "message": damage.message,
        }));
    }

    fn finish(mut self) -> Result<Exit, Failure> {
        self.bar.finish_and_clear();
        let summary = self.totals.summary_json(self.rules);
        let written = match self.error.take() {
            Some(error) => Err(error),
            None => match self.args.format {
                ScanFormat::Json => {
                    let problems = Value::Array(std::mem::take(&mut self.problems));
                    writeln!(
                        self.out,
                        "\n],\n\"problems\":{problems},\n\"summary\":{summary}}}"
                    )
                }
                ScanFormat::Human => {
                    let gap = if self.hits > 0 { "\n" } else { "" };
                    let text = self.totals.summary(self.rules);
                    write!(self.out, "{gap}{text}")
                }
                ScanFormat::Ndjson => Ok(()),
            }
            .and_then(|()| self.out.flush()),
        };
        output::finish(written)?;
        if self.args.format == ScanFormat::Ndjson {
            anstream::eprint!("{}", self.totals.summary(self.rules));
        }
        Ok(match () {
            () if self.args.fail_on_match && self.totals.matches() > 0 => Exit::Found,
            () if self.totals.damages > 0 => Exit::Incomplete,
            () => Exit::Ok,
        })
    }
}
