//! Rules that run on every event: how few tests an ordinary event takes, and that it is the same rule still.

use std::fmt::Write;

use cofferdam_asm::model::Issue;
use cofferdam_compiler::emit::{EmitOptions, compile};
use cofferdam_compiler::{Options, load_texts};
use cofferdam_interpreter::code::{Instruction, Op};
use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::schema::{Kind, Tier, field};
use cofferdam_interpreter::{Content, Limits, Observer};

/// The tests that a run makes.
#[derive(Default)]
struct Tests(Vec<Op>);

impl Observer for Tests {
    fn tested(&mut self, _: u32, _: u32, instruction: &Instruction, _: bool) {
        self.0.push(instruction.op);
    }
}

/// How many of the rules match a process with this image, and what is tested for that.
fn judge(rules: &[String], image: &str) -> (usize, Vec<Op>) {
    let loaded = load_texts(&[("rules.yml", rules.join("---\n"))], &Options::default());
    assert_eq!(loaded.rules.len(), rules.len());
    let options = EmitOptions {
        tier: Tier::User,
        issue: Issue::default(),
    };
    let compiled = compile(&loaded.rules, &options).expect("content");
    let mut scratch = vec![0; 1 << 12];
    let content = Content::decode(&compiled.bytes)
        .and_then(|content| content.verify(&Limits::USER, &mut scratch))
        .expect("content that verifies");
    let kind = Kind::ProcessCreation;
    let image: Vec<u16> = image.encode_utf16().collect();
    let mut fields = vec![Value::Absent; kind.fields().len()];
    fields[field::process_creation::IMAGE] = Value::Text(&image);
    let event = Event {
        kind,
        fields: &fields,
    };
    let mut tests = Tests::default();
    let outcome = content.run_observed(&event, &mut scratch, &mut tests);
    let outcome = outcome.expect("an outcome");
    assert_eq!(outcome.fault(), None);
    (outcome.matched().count(), tests.0)
}

/// A rule that matches what none of these detections holds for.
fn excluding(number: usize, detections: &[String]) -> String {
    let mut text = format!(
        "title: Rule {number}\nid: 00000000-0000-4000-8000-{number:012}\nlogsource:\n    category: process_creation\n    \
         product: windows\ndetection:\n"
    );
    for (number, detection) in detections.iter().enumerate() {
        let _ = writeln!(text, "    filter_{number}: {{ {detection} }}");
    }
    text + "    condition: not 1 of filter_*\n"
}

#[test]
fn what_is_not_excluded_passes_all_exclusions_at_once() {
    let folders = ["alpha", "bravo", "charlie", "delta", "echo"];
    let exclusion = |folder| format!(r"Image|contains|all: ['\{folder}\', '\rootfs\']");
    let rule = [excluding(1, &folders.map(exclusion))];
    let (matched, tests) = judge(&rule, r"C:\plain\a.exe");
    assert_eq!((matched, tests.len()), (1, 1), "{tests:?}");
    for folder in folders {
        // What only half of an exclusion holds for is not excluded.
        let (matched, tests) = judge(&rule, &format!(r"C:\{folder}\a.exe"));
        assert_eq!(matched, 1, "{folder}");
        let (excluded, _) = judge(&rule, &format!(r"C:\{folder}\rootfs\a.exe"));
        assert_eq!(excluded, 0, "{folder}");
        let (half, _) = judge(&rule, r"C:\rootfs\a.exe");
        assert_eq!(half, 1);
        assert!(tests.len() <= 1 + 2 * folders.len(), "{tests:?}");
    }
}

#[test]
fn what_many_rules_would_compare_is_looked_for_once() {
    let rule = |number| {
        let others = ["System", "Registry", "vmmem"].map(|other| format!("'{other}{number}'"));
        let others = format!("Image: [{}]", others.join(", "));
        excluding(number, &[r"Image|contains: '\'".to_owned(), others])
    };
    let rules: Vec<String> = (0..32).map(rule).collect();
    let (matched, tests) = judge(&rules, r"C:\plain\a.exe");
    assert_eq!((matched, tests), (0, vec![Op::Atom; 32]));
    assert_eq!(judge(&rules, "Registry4").0, 31);
    // One rule alone compares.
    let (matched, tests) = judge(&rules[..1], r"C:\plain\a.exe");
    assert_eq!((matched, tests), (0, vec![Op::Text]));
}
