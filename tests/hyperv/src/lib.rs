//! The crash scenarios of `scenarios.toml`, read: for the tests on a simulated disk, and for the test that holds the
//! PowerShell to the same vocabulary.
//!
//! A scenario is data: what a step does to a machine is the business of whoever runs it. Every step, content, point and
//! file is a variant here, so that a new one cannot be overlooked.
#![forbid(unsafe_code)]

use std::str::FromStr;

use serde::Deserialize;

/// Content that scenarios speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Proved before the scenario begins.
    Good,
    /// Well-formed, the next version.
    Newer,
    /// Well-formed, a version that was replaced.
    Older,
    /// `Newer` with one byte changed.
    Damaged,
}

/// A point of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// The slot's file is flushed.
    Written,
    /// The try is in the guard record.
    Tried,
    /// The content is active.
    Active,
    /// The content has proved itself.
    Healthy,
}

/// A file of the sensor's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    /// The slot of the content that ran last.
    SlotActive,
    /// The other slot.
    SlotStandby,
    /// The guard file with the newer record.
    GuardNewest,
    /// The other guard file.
    GuardOldest,
}

/// What is done to a file while the machine is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corruption {
    /// Every byte becomes zero.
    Zeros,
    /// Half of it is cut off.
    Truncate,
    /// One bit in its middle changes.
    Flip,
    /// It is gone.
    Delete,
}

/// A step of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Content is handed to the running sensor.
    Upload(Content),
    /// Nothing more until the sensor has come so far.
    Wait(Point),
    /// Power is cut.
    Cut,
    /// The kernel stops by itself.
    Bugcheck,
    /// The kernel is stopped from outside.
    Nmi,
    /// The kernel is stopped at the next so many activations of content.
    CrashWhenActive(u32),
    /// A file changes while the machine is off.
    Corrupt(File, Corruption),
    /// The machine starts, and again after each crash, until the sensor runs.
    Start,
    /// The driver is stopped in order.
    Stop,
    /// The driver is started again.
    Load,
}

/// A scenario: steps, and what must be true after them.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name, unique.
    pub name: String,
    /// What it shows.
    pub why: String,
    /// What is done, in order.
    pub steps: Vec<Step>,
    /// The content that runs in the end; `None` for a sensor without.
    pub runs: Option<Content>,
    /// How many starts it took; 0 where the machine was not started again.
    pub starts: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    scenario: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    why: String,
    steps: Vec<String>,
    runs: String,
    starts: u32,
}

/// The scenarios of the repository's file.
///
/// # Errors
/// The file is not as it should be; the text says where.
pub fn scenarios() -> Result<Vec<Scenario>, String> {
    parse(include_str!("../scenarios.toml"))
}

fn parse(text: &str) -> Result<Vec<Scenario>, String> {
    let document: Document = toml::from_str(text).map_err(|error| error.to_string())?;
    let scenario = |written: Written| {
        let steps = written.steps.iter().map(|step| step.parse());
        let steps: Result<Vec<Step>, String> = steps.collect();
        let runs = match written.runs.as_str() {
            "none" => None,
            content => Some(content.parse()?),
        };
        Ok(Scenario {
            steps: steps.map_err(|error| format!("{}: {error}", written.name))?,
            name: written.name,
            why: written.why,
            runs,
            starts: written.starts,
        })
    };
    document.scenario.into_iter().map(scenario).collect()
}

impl FromStr for Step {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = text.split(' ').collect();
        Ok(match words.as_slice() {
            ["upload", content] => Self::Upload(content.parse()?),
            ["wait", point] => Self::Wait(point.parse()?),
            ["cut"] => Self::Cut,
            ["bugcheck"] => Self::Bugcheck,
            ["nmi"] => Self::Nmi,
            ["crash-when-active", count] => {
                let count = count.parse();
                Self::CrashWhenActive(count.map_err(|_| format!("no number: {text}"))?)
            }
            ["corrupt", file, how] => Self::Corrupt(file.parse()?, how.parse()?),
            ["start"] => Self::Start,
            ["stop"] => Self::Stop,
            ["load"] => Self::Load,
            _ => return Err(format!("no such step: {text}")),
        })
    }
}

/// Reads a word that stands for a variant.
macro_rules! words {
    ($($type:ident { $($word:literal => $variant:ident),+ })+) => {
        $(impl FromStr for $type {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(format!("no such word: {text}")),
                }
            }
        })+
    };
}

words! {
    Content { "good" => Good, "newer" => Newer, "older" => Older, "damaged" => Damaged }
    Point { "written" => Written, "tried" => Tried, "active" => Active, "healthy" => Healthy }
    File {
        "slot-active" => SlotActive, "slot-standby" => SlotStandby,
        "guard-newest" => GuardNewest, "guard-oldest" => GuardOldest
    }
    Corruption { "zeros" => Zeros, "truncate" => Truncate, "flip" => Flip, "delete" => Delete }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_repositorys_scenarios_make_sense() {
        let scenarios = scenarios().expect("they can be read");
        assert!(scenarios.len() >= 15);
        let names: BTreeSet<_> = scenarios.iter().map(|it| &it.name).collect();
        assert_eq!(names.len(), scenarios.len());
        for scenario in &scenarios {
            let started = scenario.steps.contains(&Step::Start);
            assert_eq!(started, scenario.starts > 0, "{}", scenario.name);
            let ends = scenario.steps.last();
            assert!(
                matches!(ends, Some(Step::Start | Step::Load)),
                "{}",
                scenario.name
            );
            // Files change only while nobody runs.
            let mut off = false;
            for step in &scenario.steps {
                match step {
                    Step::Cut | Step::Stop => off = true,
                    Step::Start | Step::Load => off = false,
                    Step::Corrupt(..) => assert!(off, "{}", scenario.name),
                    _ => assert!(!off, "{}: {step:?} on a machine that is off", scenario.name),
                }
            }
        }
    }

    #[test]
    fn words_that_mean_nothing_are_refused() {
        for step in [
            "upload best",
            "wait long",
            "corrupt slot-active gently",
            "cut it",
            "",
            "crash-when-active often",
        ] {
            assert!(step.parse::<Step>().is_err(), "{step}");
        }
        let text = "[[scenario]]\nname = \"a\"\nwhy = \"b\"\nsteps = []\nruns = \"good\"\nstarts = 0\nspeed = 1\n";
        assert!(parse(text).is_err());
    }
}
