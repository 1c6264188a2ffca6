//! Who is denied, what is reported, and that everything else is allowed.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic: that is how it fails"
)]

mod support;

use std::sync::atomic::AtomicU64;

use cofferdam_engine::Mode;
use cofferdam_engine::event::{Actor, FileEvent, ImageLoad, Observed, Value};
use cofferdam_engine::judge::{
    Circumstance, Decision, Finding, Judge, Phase, Verdict, kinds_that_deny,
};
use cofferdam_engine::quarantine::{self, Quarantine};
use cofferdam_interpreter::schema::Kind;
use cofferdam_interpreter::{Fault, Verified};
use support::{assembled, verified, wide};

const CONTENT: &str = r#"
kind file_event {
    atom bad eager TargetFilename { ends '.bad' }
    atom odd eager TargetFilename { ends '.odd' }
    rule 00000000-0000-0000-0000-000000000001.0 high deny "Denied" triggered {
        if trigger bad -> yes
        end
    yes: match
    }
    rule 00000000-0000-0000-0000-000000000002.0 low alert "Reported" triggered {
        if trigger bad -> yes
        end
    yes: match
    }
    rule 00000000-0000-0000-0000-000000000003.0 low deny "Maybe" triggered {
        if trigger odd -> yes
        end
    yes: maybe
    }
}
kind image_load {
    atom bad eager ImageLoaded { ends '.bad' }
    rule 00000000-0000-0000-0000-000000000004.0 low alert "Image" triggered {
        if trigger bad -> yes
        end
    yes: match
    }
}
"#;

struct Bench<'c> {
    content: &'c Verified<'c>,
    words: Vec<AtomicU64>,
    scratch: Vec<u64>,
    mode: Mode,
}

impl<'c> Bench<'c> {
    fn new(content: &'c Verified<'c>, scratch: Vec<u64>, mode: Mode) -> Self {
        let words = (0..quarantine::words(4)).map(|_| AtomicU64::new(0));
        Self {
            content,
            words: words.collect(),
            scratch,
            mode,
        }
    }

    fn judge<'o>(
        &mut self,
        observed: &impl Observed<'o>,
        phase: Phase,
        critical: bool,
    ) -> (Decision, Vec<Finding>) {
        let judge = Judge {
            content: self.content,
            quarantine: Quarantine::new(&self.words),
            mode: self.mode,
        };
        let mut findings = Vec::new();
        let circumstance = Circumstance { phase, critical };
        let decision = observed.with(|event| {
            judge.judge(event, circumstance, &mut self.scratch, |finding| {
                findings.push(*finding);
            })
        });
        (decision, findings)
    }
}

fn file(name: &[u16]) -> FileEvent<'_> {
    FileEvent {
        time: 1,
        actor: Actor {
            image: Value::Absent,
            ..Actor::default()
        },
        target: Value::Text(name),
        creation_time: Value::Unsupplied,
    }
}

fn verdicts(findings: &[Finding]) -> Vec<(u8, Verdict, bool)> {
    let mut verdicts: Vec<_> = findings
        .iter()
        .map(|finding| (finding.id[15], finding.verdict, finding.would_deny))
        .collect();
    verdicts.sort_by_key(|(rule, ..)| *rule);
    verdicts
}

#[test]
fn enforced_before_the_operation_only_the_denial_is_reported() {
    let bytes = assembled(CONTENT);
    let (content, scratch) = verified(&bytes);
    let mut bench = Bench::new(&content, scratch, Mode::Enforce);
    let name = wide(r"C:\x.bad");
    let (decision, findings) = bench.judge(&file(&name), Phase::Before, false);
    assert!(decision.deny);
    assert_eq!(verdicts(&findings), [(1, Verdict::Denied, false)]);
}

#[test]
fn enforced_the_only_time_everything_is_reported() {
    let bytes = assembled(CONTENT);
    let (content, scratch) = verified(&bytes);
    let mut bench = Bench::new(&content, scratch, Mode::Enforce);
    let name = wide(r"C:\x.bad");
    let (decision, findings) = bench.judge(&file(&name), Phase::Only, false);
    assert!(decision.deny);
    let expected = [(1, Verdict::Denied, false), (2, Verdict::Match, false)];
    assert_eq!(verdicts(&findings), expected);
}

#[test]
fn afterwards_in_audit_and_to_critical_processes_nothing_is_denied() {
    let bytes = assembled(CONTENT);
    let (content, scratch) = verified(&bytes);
    let name = wide(r"C:\x.bad");
    let expected = [(1, Verdict::Match, true), (2, Verdict::Match, false)];
    for (mode, phase, critical) in [
        (Mode::Enforce, Phase::After, false),
        (Mode::Audit, Phase::Only, false),
        (Mode::Enforce, Phase::Only, true),
    ] {
        let mut bench = Bench::new(&content, scratch.clone(), mode);
        let (decision, findings) = bench.judge(&file(&name), phase, critical);
        assert!(!decision.deny && decision.would_deny);
        assert_eq!(verdicts(&findings), expected);
    }
    let mut bench = Bench::new(&content, scratch, Mode::Enforce);
    let (decision, findings) = bench.judge(&file(&name), Phase::Before, true);
    assert!(!decision.deny && findings.is_empty());
}

#[test]
fn maybe_never_denies() {
    let bytes = assembled(CONTENT);
    let (content, scratch) = verified(&bytes);
    let mut bench = Bench::new(&content, scratch, Mode::Enforce);
    let name = wide(r"C:\x.odd");
    let (decision, findings) = bench.judge(&file(&name), Phase::Only, false);
    assert!(!decision.deny && !decision.would_deny);
    assert_eq!(verdicts(&findings), [(3, Verdict::Maybe, false)]);
}

#[test]
fn a_match_that_may_be_for_want_of_a_field_is_a_maybe() {
    let bytes = assembled(
        "kind file_event {
            atom bad eager TargetFilename { ends '.bad' }
            rule 1.0 high deny 'By name' triggered { if trigger bad -> yes; end; yes: match }
            rule 2.0 high deny 'Not old' triggered {
                unless trigger bad -> no; if CreationUtcTime eq 7 -> no; match; no: end
            }
            rule 3.0 high deny 'Not good' triggered {
                unless trigger bad -> no; if Image text ends 'good.exe' -> no; match; no: end
            }
            rule 4.0 high deny 'No parent' triggered {
                unless trigger bad -> no; unless ParentImage unsupplied -> no; match; no: end
            }
        }",
    );
    let (content, scratch) = verified(&bytes);
    let (name, image) = (wide(r"C:\x.bad"), wide(r"C:\bad.exe"));
    let mut known = file(&name);
    known.creation_time = Value::Number(8);
    known.actor.image = Value::Text(&image);
    let no_time = FileEvent {
        creation_time: Value::Unsupplied,
        ..known
    };
    let mut no_image = known;
    no_image.actor.image = Value::Unsupplied;
    // Content asks itself for what no log has, as the last rule does.
    for (event, maybes) in [(known, vec![]), (no_time, vec![2]), (no_image, vec![3])] {
        let mut bench = Bench::new(&content, scratch.clone(), Mode::Enforce);
        let (_, findings) = bench.judge(&event, Phase::Only, false);
        assert_eq!(findings.len(), 4);
        for (finding, [.., number]) in findings.iter().map(|it| (it, it.id)) {
            let expected = if maybes.contains(&number) {
                Verdict::Maybe
            } else {
                Verdict::Denied
            };
            assert_eq!(finding.verdict, expected, "rule {number}");
        }
    }
}

#[test]
fn off_judges_nothing() {
    let bytes = assembled(CONTENT);
    let (content, scratch) = verified(&bytes);
    let mut bench = Bench::new(&content, scratch, Mode::Off);
    let name = wide(r"C:\x.bad");
    let (decision, findings) = bench.judge(&file(&name), Phase::Only, false);
    assert_eq!(decision, Decision::default());
    assert!(findings.is_empty());
}

#[test]
fn a_quarantined_rule_does_not_run() {
    let bytes = assembled(CONTENT);
    let (content, scratch) = verified(&bytes);
    let mut bench = Bench::new(&content, scratch, Mode::Enforce);
    let name = wide(r"C:\x.bad");
    let (_, findings) = bench.judge(&file(&name), Phase::Only, false);
    let denier = findings
        .iter()
        .find(|found| found.verdict == Verdict::Denied);
    assert!(Quarantine::new(&bench.words).insert(denier.unwrap().rule));
    let (decision, findings) = bench.judge(&file(&name), Phase::Only, false);
    assert!(!decision.deny);
    assert_eq!(verdicts(&findings), [(2, Verdict::Match, false)]);
}

#[test]
fn an_event_that_cannot_be_judged_is_allowed_and_says_why() {
    let bytes = assembled(CONTENT);
    let (content, _) = verified(&bytes);
    let mut bench = Bench::new(&content, Vec::new(), Mode::Enforce);
    let name = wide(r"C:\x.bad");
    let (decision, findings) = bench.judge(&file(&name), Phase::Only, false);
    assert_eq!(decision.unjudged, Some(Fault::Scratch));
    assert!(!decision.deny && findings.is_empty());
}

#[test]
fn a_kind_that_the_kernel_cannot_deny_is_reported() {
    let bytes = assembled(CONTENT);
    let (content, scratch) = verified(&bytes);
    let mut bench = Bench::new(&content, scratch, Mode::Enforce);
    let image = wide(r"C:\x.bad");
    let load = ImageLoad {
        image: Value::Text(&image),
        actor: Actor {
            image: Value::Absent,
            ..Actor::default()
        },
        ..ImageLoad::default()
    };
    let (decision, findings) = bench.judge(&load, Phase::Only, false);
    assert!(!decision.deny);
    assert_eq!(verdicts(&findings), [(4, Verdict::Match, false)]);
}

#[test]
fn only_kinds_with_a_rule_that_denies_need_judging_before() {
    let bytes = assembled(CONTENT);
    let (content, _) = verified(&bytes);
    assert_eq!(kinds_that_deny(&content), 1 << Kind::FileEvent.number());
}
