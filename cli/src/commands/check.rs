//! `check`: the interpreter's verifier as content validator, which here goes on behind the first refusal.

use cofferdam_asm::survey;
use cofferdam_interpreter::layout::RuleRecord;
use cofferdam_interpreter::{Content, Limits, Refusal, Section};
use serde_json::{Value, json};

use crate::args::{Check, Format, LimitsChoice};
use crate::content::{ContentFile, channel, limits_of, rule_id, tier_name};
use crate::failure::{Exit, Failure};
use crate::output::{self, safe, style, thousands};

pub(crate) fn run(args: &Check) -> Result<Exit, Failure> {
    let mut exit = Exit::Ok;
    let mut results = Vec::new();
    for path in &args.files {
        let file = match ContentFile::read(path) {
            Ok(file) => file,
            // The others are still checked; a refusal among them says more than this does.
            Err(failure) => {
                failure.print();
                exit = exit.max(failure.exit);
                let mut result = failure.to_json();
                result["file"] = json!(path.to_string_lossy());
                results.push(result);
                continue;
            }
        };
        let outcome = check(&file, args.limits);
        if outcome.is_err() {
            exit = Exit::Refused;
        }
        match args.format {
            Format::Human => print(&file, &outcome)?,
            Format::Json => results.push(to_json(&file, &outcome)),
        }
    }
    if args.format == Format::Json {
        output::print_json(&json!({ "ok": exit == Exit::Ok, "files": results }))?;
    }
    Ok(exit)
}

/// What is said of content that passed.
struct Passed {
    tier: u8,
    limits: &'static str,
    channel: String,
    version: u64,
    kinds: usize,
    rules: usize,
    signed: bool,
}

fn check(file: &ContentFile, choice: Option<LimitsChoice>) -> Result<Passed, Vec<Refused>> {
    let unverified =
        Content::decode(&file.bytes).map_err(|refusal| vec![Refused::of(refusal, None)])?;
    let header = unverified.content().header();
    let limits = match choice {
        Some(LimitsChoice::Kernel) => &Limits::KERNEL,
        Some(LimitsChoice::User) => &Limits::USER,
        None => limits_of(&header),
    };
    let verified = file.verify(limits).map_err(|_| {
        let all = survey::refusals(&file.bytes, limits).into_iter();
        all.map(|it| Refused::of(it, Some(unverified.content())))
            .collect::<Vec<_>>()
    })?;
    Ok(Passed {
        tier: header.tier,
        limits: if *limits == Limits::KERNEL {
            "kernel"
        } else {
            "user"
        },
        channel: channel(&header),
        version: header.content_version,
        kinds: verified.content().kinds.len(),
        rules: verified.content().rules.len(),
        signed: unverified.signature().iter().any(|byte| *byte != 0),
    })
}

/// A refusal, and the rule that it is about.
struct Refused {
    refusal: Refusal,
    /// Its id and title.
    rule: Option<(String, String)>,
}

impl Refused {
    fn of(refusal: Refusal, content: Option<&Content<'_>>) -> Self {
        let rules = content.into_iter().flat_map(|content| {
            let numbers = 0..u32::try_from(content.rules.len()).unwrap_or(u32::MAX);
            numbers.filter_map(|number| Some((number, content.rule(number)?)))
        });
        let is_meant = |(number, rule): &(u32, RuleRecord)| match refusal.section {
            Section::Rules => *number == refusal.index,
            Section::Code => refusal
                .index
                .checked_sub(rule.code_start)
                .is_some_and(|at| at < rule.code_count),
            _ => false,
        };
        let rule = rules.into_iter().find(is_meant).and_then(|(_, rule)| {
            let title = content?.name(&rule).0.to_owned();
            Some((rule_id(rule.id, rule.condition), title))
        });
        Self { refusal, rule }
    }
}

fn print(file: &ContentFile, outcome: &Result<Passed, Vec<Refused>>) -> Result<(), Failure> {
    let path = file.path.display();
    let text = match outcome {
        Ok(passed) => format!(
            "{path}: {}ok{:#}: {} rules for {} event kinds, {} bytes, {} tier (verified within the {} limits), \
             channel {} version {}, {}\n",
            style::GOOD,
            style::GOOD,
            thousands(passed.rules as u64),
            passed.kinds,
            thousands(file.bytes.len() as u64),
            tier_name(passed.tier),
            passed.limits,
            passed.channel,
            passed.version,
            if passed.signed {
                "signed (who signed it is what `cofferdam verify` says)"
            } else {
                "unsigned"
            },
        ),
        Err(all) => {
            let mut text = String::new();
            for Refused { refusal, rule } in all {
                text += &format!(
                    "{path}: {}refused{:#}: {refusal}",
                    style::ERROR,
                    style::ERROR
                );
                if let Some((id, title)) = rule {
                    text += &format!(" (rule {id}, {})", safe(title));
                }
                text.push('\n');
            }
            text
        }
    };
    output::print(&text)
}

fn to_json(file: &ContentFile, outcome: &Result<Passed, Vec<Refused>>) -> Value {
    let path = file.path.to_string_lossy();
    match outcome {
        Ok(passed) => json!({
            "file": path,
            "ok": true,
            "tier": tier_name(passed.tier),
            "limits": passed.limits,
            "channel": passed.channel,
            "content_version": passed.version,
            "kinds": passed.kinds,
            "rules": passed.rules,
            "bytes": file.bytes.len(),
            "signed": passed.signed,
        }),
        Err(all) => json!({
            "file": path,
            "ok": false,
            "refusals": all.iter().map(refusal_json).collect::<Vec<_>>(),
        }),
    }
}

fn refusal_json(refused: &Refused) -> Value {
    let refusal = refused.refusal;
    json!({
        "code": format!("DAM{:03}", refusal.code.number()),
        "name": refusal.code.name(),
        "section": refusal.section.name(),
        "index": refusal.index,
        "message": refusal.code.message(),
        "rule": refused.rule.as_ref().map(|(id, _)| id),
        "title": refused.rule.as_ref().map(|(_, title)| title),
    })
}
