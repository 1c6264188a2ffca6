//! The commands that speak to the driver, where there is none.
#![cfg(not(windows))]

mod support;

use support::run;

#[test]
fn without_windows_there_is_no_driver_to_speak_to() {
    for args in [
        &["status"][..],
        &["mode"],
        &["mode", "enforce"],
        &["events"],
        &["load", "--healthy", "7"],
    ] {
        let ran = run(args).code(2);
        assert!(ran.err.contains("it runs on Windows only"), "{}", ran.err);
        assert!(ran.out.is_empty());
    }
}

#[test]
fn load_takes_one_thing() {
    for args in [
        &["load"][..],
        &["load", "a.dam", "--healthy", "7"],
        &["mode", "sometimes"],
    ] {
        run(args).code(2);
    }
    let ran = run(["load", "no/such/file.dam"]).code(2);
    assert!(
        ran.err.contains("cannot read no/such/file.dam"),
        "{}",
        ran.err
    );
}
