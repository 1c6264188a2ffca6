//! A program may suspend its own threads wherever it likes, also in the middle of the driver's callbacks. At each call of a
//! callback to the kernel in turn a thread is suspended, while content is swapped, clients come and go, other threads have
//! their events, and the driver is asked to unload. Only the unload may wait, and only for the callback itself.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::{LoadOutcome, Request};
use cofferdam_stage::kernel::Injected;
use cofferdam_stage::machine::{Machine, Unload};
use cofferdam_stage::record;
use cofferdam_stage::sensor::{Session, content, installed};
use serde_json::json;

use super::failures::rules;
use super::fuzz::{every_event, prepare};

fn machine(content: &[u8]) -> Machine {
    let machine = installed(Mode::Enforce);
    machine.kernel().measure_stack(false);
    machine.schedule(1);
    prepare(&machine);
    assert_eq!(machine.load(), 0);
    upload(&machine, content);
    machine
}

fn upload(machine: &Machine, content: &[u8]) {
    let session = Session::open(machine);
    let answer = session
        .upload(content)
        .expect("the requests are well-formed");
    assert_eq!(answer.outcome, LoadOutcome::Done.number());
}

/// The distinct call stacks of callbacks.
fn call_stacks(content: &[u8]) -> Vec<Injected> {
    let machine = machine(content);
    let suspension = &machine.kernel().suspension;
    suspension.begin(None);
    machine.suspendable(|| every_event(&machine));
    suspension.resume(machine.kernel());
    suspension.seen()
}

/// Suspends a thread at a call; whether it was, and what was found.
fn suspended(at: &Injected, contents: &[Vec<u8>]) -> (bool, Vec<String>) {
    let machine = machine(&contents[0]);
    let suspension = &machine.kernel().suspension;
    suspension.begin(Some(at.key));
    let [ended, stopped, unload] = [const { AtomicBool::new(false) }; 3];
    let bodies: Vec<Box<dyn FnOnce() + Send + '_>> = vec![
        Box::new(|| {
            machine.suspendable(|| every_event(&machine));
            ended.store(true, SeqCst);
        }),
        Box::new(|| {
            machine.wait_until(|| suspension.is_stopped() || ended.load(SeqCst));
            stopped.store(suspension.is_stopped() && !ended.load(SeqCst), SeqCst);
            // Both slots are written while the thread stands still.
            for content in &contents[1..] {
                upload(&machine, content);
            }
            let session = Session::open(&machine);
            session.ask(&Request::Status).expect("statistics are given");
            session.records_now();
            drop(session);
            every_event(&machine);
            unload.store(true, SeqCst);
            machine.wait_until(|| machine.is_unloading());
            suspension.resume(machine.kernel());
        }),
        Box::new(|| {
            machine.wait_until(|| unload.load(SeqCst));
            machine.unload(Unload::Mandatory);
        }),
    ];
    machine.threads(bodies);
    assert!(!machine.is_loaded(), "{at:#?}");
    let findings = machine.take_findings();
    (
        stopped.load(SeqCst),
        findings.iter().map(ToString::to_string).collect(),
    )
}

#[test]
fn nothing_waits_for_a_suspended_thread() {
    let rules = rules();
    let texts: Vec<&str> = rules.iter().map(String::as_str).collect();
    let contents: Vec<Vec<u8>> = (1..=3).map(|version| content(&texts, version)).collect();
    let seen = call_stacks(&contents[0]);
    let (mut stops, mut wrong) = (0, Vec::new());
    for place in &seen {
        let (stopped, findings) = suspended(place, &contents);
        stops += usize::from(stopped);
        if !findings.is_empty() {
            wrong.push(format!("{place:#?}\n{findings:#?}"));
        }
    }
    eprintln!(
        "{} call stacks, {stops} of them with a thread that stood still",
        seen.len()
    );
    record::note(
        "suspension",
        json!({ "call_stacks": seen.len(), "suspended": stops, "findings": wrong.len() }),
    );
    assert!(seen.len() > 60 && stops > 60, "{} {stops}", seen.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
