//! Every check of the simulated kernel finds the fault that it is for, and nothing in a driver without one.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::panic::{AssertUnwindSafe, catch_unwind};

use cofferdam_stage::finding::{Check, Finding};
use cofferdam_stage::image::seeded_image;
use cofferdam_stage::machine::{Machine, Unload};
use cofferdam_stage::record;
use serde_json::json;

/// Drivers without a fault.
const CLEAN: [&str; 4] = ["clean", "filter-clean", "paging-clean", "reentry-clean"];

/// Each fault: the check that must find it, its name in the seeded driver, what it does.
const FAULTS: &[(Check, &str, &str)] = &[
    (Check::Overrun, "overrun", "writes behind an allocation"),
    (
        Check::Overrun,
        "overrun-slack",
        "writes into the last bytes before the next page",
    ),
    (
        Check::Overrun,
        "overrun-large",
        "writes behind an allocation of more than a page",
    ),
    (
        Check::Overrun,
        "overread-large",
        "reads behind an allocation of more than a page",
    ),
    (Check::Overrun, "context-overrun", "writes behind a context"),
    (
        Check::Overrun,
        "name-overread",
        "reads a file's name as if it had a terminator",
    ),
    (Check::Underrun, "underrun", "writes before an allocation"),
    (
        Check::Underrun,
        "underrun-large",
        "reads before an allocation of more than a page",
    ),
    (
        Check::UseAfterFree,
        "use-after-free",
        "reads what was freed",
    ),
    (Check::BadFree, "double-free", "frees twice"),
    (Check::WrongTag, "wrong-tag", "frees with another tag"),
    (Check::Leak, "leak", "keeps an allocation"),
    (
        Check::Leak,
        "reference-leak",
        "keeps a reference to an object",
    ),
    (Check::Leak, "handle-leak", "keeps a handle"),
    (Check::Leak, "name-leak", "keeps a file's name"),
    (Check::Leak, "context-leak", "keeps a context"),
    (Check::Leak, "rundown-leak", "keeps rundown protection"),
    (
        Check::Leak,
        "filter-kept",
        "unloads without unregistering its filter",
    ),
    (
        Check::Leak,
        "notification-kept",
        "unloads without removing a notification",
    ),
    (
        Check::Reference,
        "reference-twice",
        "drops a reference twice",
    ),
    (Check::Reference, "name-twice", "releases a name twice"),
    (
        Check::Reference,
        "rundown-twice",
        "releases rundown protection twice",
    ),
    (Check::Access, "null", "reads through a null pointer"),
    (Check::Access, "read-only", "writes to a constant"),
    (Check::Access, "jump", "jumps to nowhere"),
    (
        Check::Access,
        "bad-pointer",
        "hands a routine a pointer to nothing",
    ),
    (Check::Access, "privileged", "runs a privileged instruction"),
    (Check::Opaque, "opaque", "reads inside an object of Windows"),
    (Check::UserMemory, "user-memory", "reads user mode's memory"),
    (
        Check::UserMemory,
        "user-buffer",
        "reads the buffer of a program's write",
    ),
    (
        Check::StackOverflow,
        "stack",
        "recurses until the stack is used up",
    ),
    (
        Check::Pageable,
        "pageable",
        "touches paged pool at DISPATCH_LEVEL",
    ),
    (
        Check::Pageable,
        "pageable-code",
        "calls pageable code at DISPATCH_LEVEL",
    ),
    (
        Check::Pageable,
        "paging-data",
        "touches paged pool in a paging write",
    ),
    (
        Check::Pageable,
        "paging-code",
        "calls pageable code in a paging write",
    ),
    (
        Check::Discarded,
        "no such fault",
        "calls code that only start-up has",
    ),
    (
        Check::Irql,
        "irql",
        "calls a routine above its highest IRQL",
    ),
    (
        Check::Irql,
        "irql-return",
        "DriverEntry returns at raised IRQL",
    ),
    (
        Check::Irql,
        "irql-callback",
        "a callback returns at raised IRQL",
    ),
    (Check::Lock, "lock-twice", "takes a lock that it holds"),
    (Check::Lock, "lock-order", "takes two locks in both orders"),
    (
        Check::Lock,
        "lock-unheld",
        "drops a lock that it does not hold",
    ),
    (Check::Lock, "lock-kept", "returns with a lock held"),
    (
        Check::Lock,
        "critical-kept",
        "returns inside a critical region",
    ),
    (
        Check::Lock,
        "reentry",
        "creates a file under a lock that its own callback takes",
    ),
    (
        Check::Lifetime,
        "after-unregister",
        "uses its filter after unregistering it",
    ),
    (
        Check::ReturnValue,
        "preop-value",
        "a pre-operation callback returns what is no value",
    ),
    (
        Check::ReturnValue,
        "postop-value",
        "a post-operation callback returns what is no value",
    ),
    (
        Check::ReturnValue,
        "postop-missing",
        "asks for a post-operation callback that it has not",
    ),
    (
        Check::ReturnValue,
        "unload-refused",
        "refuses a mandatory unload",
    ),
    (
        Check::Instruction,
        "illegal",
        "runs an undefined instruction",
    ),
    (
        Check::UnknownImport,
        "unknown",
        "calls a routine that there is not",
    ),
];

/// Loads the driver with a fault, lets a file be created and written, unloads: what was found.
fn findings(fault: &str) -> Vec<Finding> {
    let image = seeded_image().expect("the seeded driver builds");
    let machine = Machine::new(&image, fault).expect("the seeded driver loads");
    machine.watch_paging(true);
    // A driver that faults is stopped by a panic, whose message is the finding.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        assert_eq!(machine.load(), 0);
        if let Ok(handle) = machine.shell().create(r"C:\Users\user\file.txt") {
            handle.write(b"text");
            handle.write_paging(b"text");
        }
        machine.unload(Unload::Mandatory);
    }));
    let findings = machine.take_findings();
    if machine.is_loaded() {
        // Some faults leave a driver that cannot be unloaded.
        std::mem::forget(machine);
    }
    findings
}

#[test]
fn nothing_in_clean_drivers() {
    for clean in CLEAN {
        assert_eq!(findings(clean), [], "{clean}");
    }
    suspending("suspended-clean", |findings| assert_eq!(findings, []));
    record::note(
        "checks.clean",
        json!({ "drivers": CLEAN.len() + 1, "findings": 0 }),
    );
}

#[test]
fn every_fault_is_found() {
    let mut records = Vec::new();
    let mut missed = Vec::new();
    let mut note = |check, fault: &str, what: &str, found: Vec<Finding>| {
        let by = found.iter().find(|it| it.check == check);
        records.push(json!({
            "check": format!("{check:?}"),
            "fault": fault,
            "what": what,
            "found": by.map(ToString::to_string),
        }));
        if by.is_none() {
            missed.push(format!("{fault}: {check:?} expected, found {found:#?}"));
        }
    };
    for (check, fault, what) in FAULTS {
        note(*check, fault, what, findings(fault));
    }
    let mut found = Vec::new();
    suspending("suspended", |findings| found.extend(findings));
    let what = "is suspended while it holds rundown protection";
    note(Check::Lock, "suspended", what, found);
    record::note("checks", json!({ "faults": records }));
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// A file is created by a thread that is suspended at each call of the driver in turn; meanwhile another is created,
/// for which the driver waits until nobody has protection.
fn suspending(fault: &str, mut with: impl FnMut(Vec<Finding>)) {
    let image = seeded_image().expect("the seeded driver builds");
    let machine = || {
        let machine = Machine::new(&image, fault).expect("the seeded driver loads");
        machine.schedule(1);
        assert_eq!(machine.load(), 0);
        machine
    };
    // Where one thread finds a fault, the machine stops, also for the other.
    let create = |machine: &Machine, name| {
        let _ = catch_unwind(AssertUnwindSafe(|| drop(machine.shell().create(name))));
    };
    let seen = {
        let machine = machine();
        let suspension = &machine.kernel().suspension;
        suspension.begin(None);
        machine.suspendable(|| create(&machine, r"C:\one.txt"));
        suspension.resume(machine.kernel());
        suspension.seen()
    };
    assert!(seen.len() > 5, "{seen:#?}");
    for place in seen {
        let machine = machine();
        let suspension = &machine.kernel().suspension;
        suspension.begin(Some(place.key));
        let ended = std::sync::atomic::AtomicBool::new(false);
        let order = std::sync::atomic::Ordering::SeqCst;
        let bodies: Vec<Box<dyn FnOnce() + Send + '_>> = vec![
            Box::new(|| {
                machine.suspendable(|| create(&machine, r"C:\one.txt"));
                ended.store(true, order);
            }),
            Box::new(|| {
                machine.wait_until(|| suspension.is_stopped() || ended.load(order));
                create(&machine, r"C:\two.txt");
                suspension.resume(machine.kernel());
            }),
        ];
        machine.threads(bodies);
        with(machine.take_findings());
    }
}

#[test]
fn a_finding_names_the_place() {
    let found = findings("null");
    let text = found[0].to_string();
    assert!(text.contains("seeded::faults::null"), "{text}");
    assert!(text.contains("DriverEntry"), "{text}");
}
