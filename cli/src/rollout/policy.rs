//! Policy files: TOML, with errors that say where and what to do.

use std::fmt;
use std::ops::Range;
use std::path::Path;

use cofferdam_rollout::sequential::{Errors, Rate};
use cofferdam_rollout::{MAX_RINGS, Policy, PolicyError, Ring, RingPolicy, Rules, Seconds};
use serde::Deserialize;
use serde::de::Error as _;
use toml::Spanned;

use crate::failure::Failure;

/// A policy with the names of its rings.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) policy: Policy,
    pub(crate) names: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    acceptable: Spanned<Share>,
    class_unacceptable: Spanned<Share>,
    false_alarm: Spanned<Share>,
    missed: Spanned<Share>,
    probation: Spanned<Span>,
    deadline: Spanned<Span>,
    #[serde(default)]
    ring: Vec<Spanned<Staged>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Staged {
    name: String,
    reach: Spanned<Share>,
    minimum: u32,
    in_flight: Spanned<Share>,
    quorum: Spanned<Share>,
    bake: Spanned<Span>,
    unacceptable: Spanned<Share>,
}

/// A share: parts of a million, written in per cent.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Share(u32);

/// Seconds, written with units.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Span(u64);

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        share(&text).ok_or_else(|| {
            D::Error::custom(format!(
                "`{text}` is no share: per cent are expected, with up to four decimals, such as \"0.5%\""
            ))
        })
    }
}

/// Digits only, so that no float stands between the file and the policy.
fn share(text: &str) -> Option<Share> {
    let number = text.strip_suffix('%')?.trim_end();
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || decimals.len() > 4 {
        return None;
    }
    let parts: u32 = format!("{whole}{decimals:0<4}").parse().ok()?;
    (parts <= Rate::ONE).then_some(Share(parts))
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        humantime::parse_duration(&text)
            .map(|span| Self(span.as_secs()))
            .map_err(|error| {
                D::Error::custom(format!(
                    "`{text}` is no time: {error}; write it as \"45m\", \"8h\" or \"1h 30m\""
                ))
            })
    }
}

/// Reads a policy file.
pub(crate) fn read(path: &Path) -> Result<Named, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::io("read", path, &error))?;
    parse(&text).map_err(|wrong| {
        let place = wrong.at.map_or_else(String::new, |at| {
            let before = text.get(..at.start).unwrap_or(&text);
            let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
            format!(":{line}")
        });
        Failure::usage(format!("{}{place}: {}", path.display(), wrong.message)).help(wrong.help)
    })
}

/// What is wrong, where, and what to do.
#[derive(Debug)]
struct Wrong {
    at: Option<Range<usize>>,
    message: String,
    help: String,
}

impl Wrong {
    fn new(at: Option<Range<usize>>, message: impl fmt::Display, help: impl Into<String>) -> Self {
        Self {
            at,
            message: message.to_string(),
            help: help.into(),
        }
    }
}

fn parse(text: &str) -> Result<Named, Wrong> {
    let file: File = toml::from_str(text).map_err(|error| {
        let help = "rollout/default.toml has every key with what it means";
        Wrong::new(error.span(), error.message(), help)
    })?;
    let rate = |share: &Spanned<Share>| {
        Rate::per_million(share.get_ref().0).ok_or_else(|| {
            let help = "a rate is above 0% and below 100%: the test could not be computed";
            Wrong::new(Some(share.span()), "this rate cannot be tested for", help)
        })
    };
    let rules = Rules {
        acceptable: rate(&file.acceptable)?,
        class_unacceptable: rate(&file.class_unacceptable)?,
        errors: Errors {
            false_alarm: rate(&file.false_alarm)?,
            missed: rate(&file.missed)?,
        },
        probation: Seconds(file.probation.get_ref().0),
        deadline: Seconds(file.deadline.get_ref().0),
    };
    let mut rings = Vec::new();
    for staged in file.ring.iter().map(Spanned::get_ref) {
        rings.push(RingPolicy {
            reach: staged.reach.get_ref().0,
            minimum: staged.minimum,
            in_flight: staged.in_flight.get_ref().0,
            quorum: staged.quorum.get_ref().0,
            bake: Seconds(staged.bake.get_ref().0),
            unacceptable: rate(&staged.unacceptable)?,
        });
    }
    let policy = Policy::new(&rings, rules).map_err(|error| explain(error, &file))?;
    let names = file.ring.into_iter().map(|ring| ring.into_inner().name);
    Ok(Named {
        policy,
        names: names.collect(),
    })
}

/// Where the file is wrong, and the remedy.
fn explain(error: PolicyError, file: &File) -> Wrong {
    let of = |Ring(ring): Ring, span: fn(&Staged) -> Range<usize>| {
        let staged = file.ring.get(usize::from(ring));
        staged.map(|staged| span(staged.get_ref()))
    };
    let (at, message, help): (_, String, &str) = match error {
        PolicyError::NoRings => (
            None,
            "there is no ring".into(),
            "add at least one [[ring]]; the last must reach 100%",
        ),
        PolicyError::TooManyRings => (
            file.ring.get(MAX_RINGS).map(Spanned::span),
            format!("there are more than {MAX_RINGS} rings"),
            "join some of them",
        ),
        PolicyError::Reach(ring) => (
            of(ring, |it| it.reach.span()),
            "this ring reaches no more machines than the one before it".into(),
            "`reach` counts all machines up to this ring: let it grow from ring to ring",
        ),
        PolicyError::LastReach(ring) => (
            of(ring, |it| it.reach.span()),
            "the last ring does not reach everybody".into(),
            "set its `reach` to \"100%\"; machines that should stay behind have a cadence for that",
        ),
        PolicyError::InFlight(ring) => (
            of(ring, |it| it.in_flight.span()),
            "no machine of this ring could ever be given the candidate".into(),
            "set `in-flight` above \"0%\"; \"20%\" fills a ring in five rounds",
        ),
        PolicyError::Quorum(ring) => (
            of(ring, |it| it.quorum.span()),
            "this ring would bake before any machine has reported".into(),
            "set `quorum` above \"0%\"; leave room below 100% for machines that are switched off",
        ),
        PolicyError::Bake(ring) => (
            of(ring, |it| it.bake.span()),
            "this ring does not bake".into(),
            "set `bake` to the longest time after which a fault is still to be caught in this ring",
        ),
        PolicyError::Unacceptable(ring) => (
            of(ring, |it| it.unacceptable.span()),
            "this ring's unacceptable rate is not above the acceptable one".into(),
            "raise `unacceptable`, or lower `acceptable` at the top of the file",
        ),
        PolicyError::ClassUnacceptable => (
            Some(file.class_unacceptable.span()),
            "the classes' unacceptable rate is not above the acceptable one".into(),
            "raise `class-unacceptable`, or lower `acceptable`",
        ),
        PolicyError::Errors => (
            Some(file.false_alarm.span()),
            "false alarms and missed faults together are 100% or more".into(),
            "lower both: \"0.0001%\" and \"1%\" are usual",
        ),
        PolicyError::Deadline => (
            Some(file.deadline.span()),
            "every machine would count as silent before it may report".into(),
            "set `deadline` well beyond `probation`",
        ),
    };
    Wrong::new(at, message, help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_exact() {
        assert_eq!(share("0.0001%"), Some(Share(1)));
        assert_eq!(share("12.5 %"), Some(Share(125_000)));
        assert_eq!(share("100%"), Some(Share(1_000_000)));
        for wrong in [
            "", "%", "1", "0.00001%", "101%", "-1%", ".5%", "1.%", "1e2%",
        ] {
            assert_eq!(share(wrong), None, "{wrong}");
        }
    }
}
