//! Disks that are full: what was there stays, nothing half-written is left, and the command says so.
#![cfg(target_os = "linux")]

mod support;

use std::ffi::OsString;
use std::fs::{self, File};
use std::process::{Command, Stdio};

use support::{Place, fixture, run};

/// Runs a shell's lines with the command and its arguments as `"$0" "$@"`; the exit code, and what it complained of.
fn shell(script: &str, args: impl IntoIterator<Item = OsString>) -> (Option<i32>, String) {
    let output = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_cofferdam")])
        .args(args)
        .stdin(Stdio::null())
        .output()
        .expect("a shell starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), said)
}

/// The kernel writes as much as it may and refuses the rest.
#[test]
fn a_file_that_may_not_grow_is_not_replaced() {
    let place = Place::new();
    let target = place.path("rules.dam");
    fs::write(&target, b"before").expect("it can be written");
    let limited = "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"";
    let args = args!["compile", fixture("rules"), "-o", &target, "--quiet"];
    let (code, said) = shell(limited, args);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("cannot write"), "{said}");
    assert!(said.contains("nothing was left half-written"), "{said}");
    assert_eq!(fs::read(&target).expect("it is there"), b"before");
    assert_eq!(place.names(), ["rules.dam"]);
}

/// A disk of one page, in a namespace of its own; where there can be none, nothing is shown.
#[test]
fn a_full_disk_keeps_what_it_has() {
    let place = Place::new();
    let namespace = "exec unshare --user --map-root-user --mount sh -c '\
        mount -t tmpfs -o size=8k tmpfs \"$0\" || exit 77; \
        echo before > \"$0/rules.dam\"; \
        target=$0; shift 0; \"$@\"; code=$?; \
        ls -A \"$target\"; cat \"$target/rules.dam\"; exit $code' \"$1\" \"$0\" compile \"$2\" -o \"$1/rules.dam\" --quiet";
    let output = Command::new("sh")
        .args(["-c", namespace, env!("CARGO_BIN_EXE_cofferdam")])
        .arg(place.path(""))
        .arg(fixture("rules"))
        .output()
        .expect("a shell starts");
    let said = String::from_utf8_lossy(&output.stderr);
    if !said.contains("error") || output.status.code() == Some(77) {
        println!("skipped: no namespace to be had: {said}");
        return;
    }
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("No space left"), "{said}");
    assert!(said.contains("nothing was left half-written"), "{said}");
    let left = String::from_utf8_lossy(&output.stdout);
    assert_eq!(left, "rules.dam\nbefore\n", "{said}");
}

/// Renamed over, a device would be gone for all programs.
#[test]
fn what_is_no_file_is_not_replaced() {
    use std::os::unix::fs::FileTypeExt as _;

    let place = Place::new();
    let pipe = place.path("pipe.dam");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("there is a mkfifo").success());
    let args = args!["compile", fixture("rules"), "-o", &pipe, "--quiet"];
    let ran = run(args).code(2);
    assert!(ran.err.contains("it is no file"), "{}", ran.err);
    let kind = fs::metadata(&pipe).expect("it is there").file_type();
    assert!(kind.is_fifo());
    assert_eq!(place.names(), ["pipe.dam"]);
}

/// Nobody writes into the pipes: whoever opened them would wait for ever.
#[test]
fn pipes_in_directories_are_passed_over() {
    let place = Place::new();
    let (rules, events) = (place.path("rules"), place.path("events"));
    for (folder, from) in [(&rules, "rules"), (&events, "events")] {
        fs::create_dir(folder).expect("it can be made");
        for entry in fs::read_dir(fixture(from)).expect("it is there").flatten() {
            if entry.path().is_file() {
                fs::copy(entry.path(), folder.join(entry.file_name())).expect("it can be copied");
            }
        }
        for name in ["pipe.yml", "pipe.jsonl"] {
            let made = Command::new("mkfifo").arg(folder.join(name)).status();
            assert!(made.expect("there is a mkfifo").success());
        }
    }
    let content = place.path("rules.dam");
    let script = "timeout 60 \"$0\" compile \"$1\" -o \"$2\" --tier user --quiet && \
        exec timeout 60 \"$0\" scan \"$2\" \"$3\"";
    let args = args![&rules, &content, &events];
    let (code, said) = shell(script, args);
    assert_eq!(code, Some(4), "{said}");
    assert!(!said.contains("pipe"), "{said}");
}

#[test]
fn a_standard_output_that_is_full_is_an_error() {
    let place = Place::new();
    let content = place.content();
    for args in [
        args!["inspect", &content, "--code"].to_vec(),
        args![
            "scan",
            &content,
            fixture("events/flat.jsonl"),
            "--format",
            "ndjson"
        ]
        .to_vec(),
        args!["check", &content].to_vec(),
    ] {
        let full = File::options().write(true).open("/dev/full");
        let output = Command::new(env!("CARGO_BIN_EXE_cofferdam"))
            .args(args)
            .stdout(full.expect("Linux has it"))
            .stderr(Stdio::piped())
            .spawn()
            .and_then(std::process::Child::wait_with_output)
            .expect("the command starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("cannot write to standard output"), "{said}");
    }
}

/// A gigabyte without a line end takes no more memory than a record may.
#[test]
fn a_line_of_a_gigabyte_fits_a_small_memory() {
    let place = Place::new();
    let content = place.content();
    let script = "ulimit -v 600000; \
        { printf '{\"x\":\"'; head -c 1073741824 /dev/zero | tr '\\0' x; printf '\\n'; cat \"$3\"; } | \
        \"$0\" scan \"$1\" - --threads 2 --format \"$2\"";
    let output = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_cofferdam")])
        .arg(&content)
        .arg("ndjson")
        .arg(fixture("events/flat.jsonl"))
        .output()
        .expect("a shell starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains(":1: a record of more than 16 MiB"), "{said}");
    assert!(!output.stdout.is_empty(), "{said}");
}
