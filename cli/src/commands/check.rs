//! `check`: the interpreter's verifier as content validator.

use cofferdam_interpreter::{Content, Limits, Refusal};
use serde_json::{Value, json};

use crate::args::{Check, Format, LimitsChoice};
use crate::content::{ContentFile, channel, limits_of, tier_name};
use crate::failure::{Exit, Failure};
use crate::output::{self, style, thousands};

pub(crate) fn run(args: &Check) -> Result<Exit, Failure> {
    let mut exit = Exit::Ok;
    let mut results = Vec::new();
    for path in &args.files {
        let file = ContentFile::read(path)?;
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

fn check(file: &ContentFile, choice: Option<LimitsChoice>) -> Result<Passed, Refusal> {
    let unverified = Content::decode(&file.bytes)?;
    let header = unverified.content().header();
    let limits = match choice {
        Some(LimitsChoice::Kernel) => &Limits::KERNEL,
        Some(LimitsChoice::User) => &Limits::USER,
        None => limits_of(&header),
    };
    let verified = file.verify(limits)?;
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

fn print(file: &ContentFile, outcome: &Result<Passed, Refusal>) -> Result<(), Failure> {
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
        Err(refusal) => format!(
            "{path}: {}refused{:#}: {refusal}\n",
            style::ERROR,
            style::ERROR
        ),
    };
    output::print(&text)
}

fn to_json(file: &ContentFile, outcome: &Result<Passed, Refusal>) -> Value {
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
        Err(refusal) => json!({
            "file": path,
            "ok": false,
            "code": format!("DAM{:03}", refusal.code.number()),
            "name": refusal.code.name(),
            "section": refusal.section.name(),
            "index": refusal.index,
            "message": refusal.code.message(),
        }),
    }
}
