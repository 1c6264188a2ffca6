//! Every check of the simulated kernel finds the fault that it is for, and nothing in a driver without one.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::panic::{AssertUnwindSafe, catch_unwind};

use cofferdam_stage::finding::{Check, Finding};
use cofferdam_stage::image::seeded_image;
use cofferdam_stage::machine::{Machine, Unload};

/// Loads the driver with a fault, lets a file be created, unloads: what was found.
fn findings(fault: &str) -> Vec<Finding> {
    let image = seeded_image().expect("the seeded driver builds");
    let machine = Machine::new(&image, fault).expect("the seeded driver loads");
    machine.watch_paging(true);
    // A driver that faults is stopped by a panic, whose message is the finding.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        assert_eq!(machine.load(), 0);
        drop(machine.shell().create(r"C:\Users\user\file.txt"));
        machine.unload(Unload::Mandatory);
    }));
    machine.take_findings()
}

fn finds(fault: &str, check: Check) {
    let found = findings(fault);
    assert!(
        found.iter().any(|it| it.check == check),
        "{fault}: {check:?} expected, found {found:#?}"
    );
}

#[test]
fn nothing_in_clean_drivers() {
    for clean in ["clean", "filter-clean"] {
        assert_eq!(findings(clean), [], "{clean}");
    }
}

#[test]
fn special_pool() {
    finds("overrun", Check::Overrun);
    finds("overrun-slack", Check::Overrun);
    finds("underrun", Check::Underrun);
    finds("use-after-free", Check::UseAfterFree);
    finds("double-free", Check::BadFree);
    finds("wrong-tag", Check::WrongTag);
    finds("context-overrun", Check::Overrun);
    finds("name-overread", Check::Overrun);
}

#[test]
fn leaks() {
    finds("leak", Check::Leak);
    finds("reference-leak", Check::Leak);
    finds("handle-leak", Check::Leak);
    finds("name-leak", Check::Leak);
    finds("context-leak", Check::Leak);
    finds("filter-kept", Check::Leak);
}

#[test]
fn references() {
    finds("reference-twice", Check::Reference);
    finds("name-twice", Check::Reference);
}

#[test]
fn memory() {
    finds("null", Check::Access);
    finds("opaque", Check::Opaque);
    finds("stack", Check::StackOverflow);
    finds("read-only", Check::Access);
    finds("pageable", Check::Pageable);
    finds("pageable-code", Check::Pageable);
    finds("user-memory", Check::UserMemory);
    finds("jump", Check::Access);
    finds("bad-pointer", Check::Access);
}

#[test]
fn levels_and_locks() {
    finds("irql", Check::Irql);
    finds("irql-return", Check::Irql);
    finds("irql-callback", Check::Irql);
    finds("lock-twice", Check::Lock);
    finds("lock-order", Check::Lock);
    finds("lock-unheld", Check::Lock);
    finds("lock-kept", Check::Lock);
    finds("critical-kept", Check::Lock);
}

#[test]
fn instructions_and_imports() {
    finds("illegal", Check::Instruction);
    finds("privileged", Check::Access);
    finds("unknown", Check::UnknownImport);
}

#[test]
fn callback_values() {
    finds("preop-value", Check::ReturnValue);
    finds("postop-missing", Check::ReturnValue);
}

#[test]
fn what_is_discarded_is_gone() {
    finds("no such fault", Check::Discarded);
}

#[test]
fn a_finding_names_the_place() {
    let found = findings("null");
    let text = found[0].to_string();
    assert!(text.contains("seeded::faults::null"), "{text}");
    assert!(text.contains("DriverEntry"), "{text}");
}
