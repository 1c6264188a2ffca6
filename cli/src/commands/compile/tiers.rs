//! Content for each tier that was asked for: compiled side by side, verified, tested.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread;

use cofferdam_asm::model::Issue;
use cofferdam_compiler::Loaded;
use cofferdam_compiler::emit::{Compiled, EmitOptions, Status, compile_within};
use cofferdam_compiler::model::Rule;
use cofferdam_compiler::selftest::{self, SelfTest};
use cofferdam_interpreter::schema::{Kind, Tier};
use cofferdam_interpreter::{Limits, Section};
use indicatif::ProgressBar;

use crate::args::{Compile, TierChoice};
use crate::content::{ContentFile, tier_name};
use crate::failure::Failure;

/// What was made for one tier.
pub(super) struct Output {
    pub(super) tier: Tier,
    pub(super) path: PathBuf,
    pub(super) compiled: Compiled,
    /// `None` where the self-test was not asked for.
    pub(super) tested: Option<SelfTest>,
}

/// The self-test in numbers.
pub(super) struct Tested {
    pub(super) tests: u64,
    pub(super) decided: u64,
    pub(super) events: u64,
}

pub(super) const fn name(tier: Tier) -> &'static str {
    match tier {
        Tier::Kernel => tier_name(0),
        Tier::User => tier_name(1),
    }
}

/// Compiles for every tier that is asked for, each on a thread of its own.
pub(super) fn compile_all(args: &Compile, loaded: &Loaded) -> Result<Vec<Output>, Failure> {
    let tiers: &[Tier] = match args.tier {
        TierChoice::Kernel => &[Tier::Kernel],
        TierChoice::User => &[Tier::User],
        TierChoice::All => &[Tier::Kernel, Tier::User],
    };
    thread::scope(|scope| {
        let running: Vec<_> = tiers
            .iter()
            .map(|tier| scope.spawn(|| one_tier(args, loaded, *tier)))
            .collect();
        let outcomes = running.into_iter().map(|thread| match thread.join() {
            Ok(outcome) => outcome,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        outcomes.collect()
    })
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
    let limits = match tier {
        Tier::Kernel => &Limits::KERNEL,
        Tier::User => &Limits::USER,
    };
    let compiled = compile_within(&loaded.rules, &options, limits)
        .map_err(|error| Failure::usage(format!("for the {} tier: {error}", name(tier))))?;
    let output = Output {
        tier,
        path: match args.tier {
            TierChoice::All => with_tier(&args.output, tier),
            _ => args.output.clone(),
        },
        compiled,
        tested: None,
    };
    // Written content verifies; whether those who load it accept what it costs is another question.
    output.file().verify(limits).map_err(|refusal| {
        let kinds = &output.compiled.program.kinds;
        let kind = match refusal.section {
            Section::Kinds => kinds.get(refusal.index as usize),
            _ => None,
        };
        let kind = kind.map_or(String::new(), |kind| {
            format!(" ({} rules on {} events)", kind.rules.len(), kind.kind.name())
        });
        Failure::refused(format!(
            "the {} tier would refuse the content: {refusal}{kind}",
            name(tier)
        ))
        .help("compile fewer rules for these events, or leave out those with many patterns: `inspect --rules` lists what each has")
    })?;
    Ok(output)
}

/// `rules.dam` for one tier of several: `rules.kernel.dam`.
fn with_tier(path: &Path, tier: Tier) -> PathBuf {
    let extension = path.extension().map_or_else(Default::default, |extension| {
        format!(".{}", extension.to_string_lossy())
    });
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}.{}{extension}", name(tier)))
}

impl Output {
    fn file(&self) -> ContentFile {
        ContentFile {
            path: self.path.clone(),
            bytes: self.compiled.bytes.clone(),
        }
    }

    /// Runs the content on events made for its rules.
    pub(super) fn test(
        &mut self,
        rules: &[Rule],
        keep_events: bool,
        bar: &ProgressBar,
    ) -> Result<(), Failure> {
        let entries = &self.compiled.entries;
        let count: usize = entries.iter().map(|entry| entry.kinds.len()).sum();
        bar.set_length(count as u64);
        bar.set_position(0);
        bar.set_message(format!("testing for the {} tier", name(self.tier)));
        let file = self.file();
        let content = file.verified()?;
        let tested = &|| bar.inc(1);
        self.tested = Some(selftest::run(rules, entries, &content, keep_events, tested));
        Ok(())
    }

    /// Whether the self-test found nothing wrong.
    pub(super) fn passed(&self) -> bool {
        self.tested.as_ref().is_none_or(SelfTest::passed)
    }

    /// The events that were made, as lines, by kind.
    pub(super) fn events(&self) -> BTreeMap<Kind, String> {
        let mut files: BTreeMap<Kind, String> = BTreeMap::new();
        for event in self.tested.iter().flat_map(|tested| &tested.events) {
            let lines = files.entry(event.kind).or_default();
            lines.push_str(&event.line);
            lines.push('\n');
        }
        files
    }

    /// Rules that are exact, partial, left out.
    pub(super) fn counts(&self) -> [u64; 3] {
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

    /// What the self-test did.
    pub(super) fn tested_counts(&self) -> Option<Tested> {
        let rules = &self.tested.as_ref()?.rules;
        let sum = |of: fn(&selftest::RuleTest) -> usize| rules.iter().map(of).sum::<usize>() as u64;
        Some(Tested {
            tests: sum(|rule| rule.tests),
            decided: sum(|rule| rule.tests - rule.undecided.len()),
            events: sum(|rule| rule.matches + rule.near_misses),
        })
    }
}
