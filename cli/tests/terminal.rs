//! What people see on a terminal, and programs do not: progress bars and colours.
#![cfg(target_os = "linux")]

mod support;

use std::ffi::OsString;
use std::fs::File;
use std::io::Read as _;
use std::process::Stdio;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use support::{Place, command, fixture};

/// Runs the command on a terminal of its own; what the terminal was told.
fn on_terminal(args: impl IntoIterator<Item = OsString>, variables: &[(&str, &str)]) -> String {
    let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&controller)
        .and_then(|()| unlockpt(&controller))
        .expect("it can be used");
    let name = ptsname(&controller, Vec::new()).expect("it has a name");
    let open = || {
        let name = name.to_str().expect("its name is ASCII");
        let terminal = File::options().read(true).write(true).open(name);
        Stdio::from(terminal.expect("it can be opened"))
    };
    let mut command = command();
    command
        .args(args)
        .env("TERM", "xterm-256color")
        .envs(variables.iter().copied())
        .stdin(open())
        .stdout(open())
        .stderr(open());
    let mut child = command.spawn().expect("the command starts");
    // The terminal hangs up when nobody has it open any more.
    drop(command);
    let mut seen = Vec::new();
    let mut controller = File::from(controller);
    let mut piece = [0; 4096];
    while let Ok(count @ 1..) = controller.read(&mut piece) {
        seen.extend_from_slice(&piece[..count]);
    }
    let status = child.wait().expect("the command ends");
    let seen = String::from_utf8_lossy(&seen).into_owned();
    assert!(matches!(status.code(), Some(0 | 4)), "{seen}");
    seen
}

#[test]
fn compiling_shows_progress_and_colours() {
    let place = Place::new();
    let args = || args!["compile", fixture("rules"), "-o", place.path("r.dam")];
    let seen = on_terminal(args(), &[]);
    assert!(seen.contains("testing for the kernel tier"), "{seen}");
    assert!(
        seen.contains("\u{1b}[1m"),
        "the table's heading is bold: {seen}"
    );
    // A terminal that wants no colours still gets progress.
    let seen = on_terminal(args(), &[("NO_COLOR", "1")]);
    assert!(!seen.contains("\u{1b}[1m"), "{seen}");
    // What can do nothing but print gets neither.
    let seen = on_terminal(args(), &[("TERM", "dumb")]);
    assert!(!seen.contains('\u{1b}'), "{seen}");
}

#[test]
fn scanning_colours_levels_on_a_terminal_only() {
    let place = Place::new();
    let content = place.content();
    let args = || args!["scan", &content, fixture("events")];
    let seen = on_terminal(args(), &[]);
    assert!(seen.contains("\u{1b}[31m"), "a high level is red: {seen}");
    let piped = support::run(args()).code(4);
    assert!(!piped.out.contains('\u{1b}') && !piped.err.contains('\u{1b}'));
}

#[test]
fn help_has_an_example_on_a_terminal_and_in_a_pipe() {
    for command in [
        "compile",
        "check",
        "inspect",
        "scan",
        "explain",
        "completions",
    ] {
        let seen = on_terminal(args![command, "--help"], &[]);
        assert!(seen.contains(&format!("cofferdam {command} ")), "{seen}");
        let piped = support::run([command, "--help"]).code(0);
        assert!(piped.out.contains("Example"), "{}", piped.out);
        assert!(!piped.out.contains('\u{1b}'), "{}", piped.out);
    }
}
