//! What one step of the machine costs, and what verifying content costs.
//!
//! `machine` prints nanoseconds, `machine instructions` instructions as Valgrind counts them, which are the same on a
//! busy machine.

use cofferdam_asm::model::{Program, Step};
use cofferdam_bench::measure::{self, Case, report};
use cofferdam_bench::{content, data};
use cofferdam_interpreter::Limits;

const ROUNDS: usize = 15;

/// Texts of one round of dispatch.
const EVENTS: usize = 100;

/// Rules of tests that fall through to the next, in the program whose dispatch is measured.
const RULES: usize = 20;

/// Tests of each rule.
const TESTS: usize = 1_000;

/// The size at which verifying is measured.
const VERIFIED: usize = 4 << 20;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut scratch = vec![0; 1 << 16];
    let dispatch = cofferdam_asm::write(&chain()).expect("content");
    let text = [u16::from(b'a')];
    if let [word, path] = arguments.as_slice()
        && word == "round"
    {
        if path == "dispatch" {
            let content = content::verified(&dispatch, &Limits::USER, &mut scratch);
            let mut fields = content::no_fields();
            return measure::round(|| {
                content::judge(&content, &mut fields, &text, &mut scratch);
            });
        }
        let bytes = std::fs::read(path).expect("content");
        return measure::round(|| {
            let _ = content::verified(&bytes, &Limits::USER, &mut scratch);
        });
    }

    let large = large();
    report("verify", "content", "bytes", large.len() as f64);
    let content = content::verified(&dispatch, &Limits::USER, &mut scratch);
    let mut run_scratch = vec![0; 1 << 16];
    let mut fields = content::no_fields();
    let steps = content::judge(&content, &mut fields, &text, &mut run_scratch) as f64;
    report("dispatch", "steps of an event", "count", steps);
    if arguments.first().map(String::as_str) == Some("instructions") {
        let path = std::env::temp_dir().join("cofferdam-bench-machine.dam");
        std::fs::write(&path, &large).expect("a temporary file");
        if let Some(count) = measure::instructions(&["round", "dispatch"]) {
            report("dispatch", "ours", "instructions/step", count / steps);
        }
        if let Some(count) = measure::instructions(&["round", &path.to_string_lossy()]) {
            report(
                "verify",
                "ours",
                "instructions/byte",
                count / large.len() as f64,
            );
        }
        return;
    }
    let mut cases = [
        Case::new("dispatch", || {
            for _ in 0..EVENTS {
                content::judge(&content, &mut fields, &text, &mut run_scratch);
            }
        }),
        Case::new("verify", || {
            let _ = content::verified(&large, &Limits::USER, &mut scratch);
        }),
    ];
    let [dispatch, verify] = measure::nanoseconds(&mut cases, ROUNDS)[..] else {
        return;
    };
    report(
        "dispatch",
        "ours",
        "ns/step",
        dispatch / EVENTS as f64 / steps,
    );
    let size = VERIFIED as f64 / large.len() as f64;
    report("verify", "ours", "ms for 4 MiB", verify / 1e6 * size);
}

/// Rules that always run, of tests that fall through to the next.
fn chain() -> Program {
    let literals: Vec<Vec<u16>> = (0..TESTS)
        .map(|number| format!("LITERAL{number:04}").encode_utf16().collect())
        .collect();
    let mut program = content::one_rule_each(content::command_line(), &literals);
    let rules = (0..RULES).map(|number| {
        let mut id = [0xFF; 16];
        id[0] = number as u8;
        let mut code: Vec<Step> = (0..TESTS)
            .map(|atom| Step::Test {
                test: cofferdam_asm::model::Test::Atom(atom),
                sense: true,
                skip: 1,
                trigger: false,
            })
            .collect();
        code.extend([Step::End, Step::Match]);
        content::rule(id, true, code)
    });
    program.kinds[0].rules.extend(rules);
    program
}

/// Content of four MiB or some more: the recorded literals, with so many endings as that takes.
fn large() -> Vec<u8> {
    let literals = data::folded(&data::literals(&data::rules(), "CommandLine"));
    let mut all = literals.clone();
    for ending in 0_u16.. {
        let bytes = cofferdam_asm::write(&content::one_rule_each(content::command_line(), &all))
            .expect("content");
        if bytes.len() >= VERIFIED {
            return bytes;
        }
        all.extend(literals.iter().take(4_000).map(|units| {
            let mut units = units.clone();
            units.extend([0x30 + ending; 2]);
            units
        }));
        all.sort();
        all.dedup();
    }
    unreachable!("content grows with each ending")
}
