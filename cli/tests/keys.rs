//! `keygen`, `sign`, `verify`.

mod support;

use std::fs;
use std::path::PathBuf;

use support::{Place, fixture, run};

fn key(place: &Place, name: &str) -> (PathBuf, PathBuf) {
    run(args!["keygen", "-o", place.path(name)]).code(0);
    (
        place.path(&format!("{name}.pem")),
        place.path(&format!("{name}.pub.pem")),
    )
}

#[test]
fn what_is_signed_verifies_until_a_byte_changes() {
    let place = Place::new();
    let content = place.content();
    let (private, public) = key(&place, "one");
    let (_, other) = key(&place, "two");

    let ran = run(args![
        "verify", &content, "--key", &public, "--format", "json"
    ])
    .code(3);
    assert_eq!(ran.json()["signature"], "unsigned");

    let signed = place.path("signed.dam");
    run(args!["sign", &content, "--key", &private, "-o", &signed]).code(0);
    let ran = run(args!["verify", &signed, "--key", &other, "--key", &public]).code(0);
    assert!(ran.out.contains("good"), "{}", ran.out);
    let ran = run(args![
        "verify", &signed, "--key", &other, "--format", "json"
    ])
    .code(3);
    assert_eq!(ran.json()["signature"], "another key");
    run(args!["check", &signed]).code(0);

    let bytes = fs::read(&signed).expect("it was written");
    for at in [60, 110, bytes.len() / 2, bytes.len() - 65, bytes.len() - 1] {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let path = place.path("changed.dam");
        fs::write(&path, changed).expect("it can be written");
        run(args!["verify", &path, "--key", &public]).code(3);
    }
    // Signing is deterministic (RFC 6979), and covers everything before the block.
    run(args!["sign", &content, "--key", &private]).code(0);
    assert_eq!(fs::read(&content).expect("it is there"), bytes);
}

#[test]
fn the_key_id_is_that_of_the_public_key_s_encoding() {
    let place = Place::new();
    let ran = run(args!["keygen", "-o", place.path("k"), "--format", "json"]).code(0);
    let id = ran.json()["key_id"].as_str().map(str::to_owned);
    let content = place.content();
    let json = args![
        "sign",
        &content,
        "--key",
        place.path("k.pem"),
        "--format",
        "json"
    ];
    assert_eq!(run(json).code(0).json()["key_id"].as_str(), id.as_deref());
    let ran = run(args!["inspect", &content, "--format", "json"]).code(0);
    assert_eq!(ran.json()["key_id"].as_str(), id.as_deref());
    let bytes = fs::read(&content).expect("it is there");
    let hex: String = bytes[104..120]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(Some(hex), id);
}

#[test]
fn keys_are_not_replaced_unasked_and_not_shown_to_others() {
    let place = Place::new();
    let (private, _) = key(&place, "k");
    run(args!["keygen", "-o", place.path("k")]).code(2);
    let before = fs::read(&private).expect("it is there");
    run(args!["keygen", "-o", place.path("k"), "--force"]).code(0);
    assert_ne!(fs::read(&private).expect("it is there"), before);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&private)
            .expect("it is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(place.names(), ["k.pem", "k.pub.pem"]);
}

#[test]
fn what_is_no_key_is_said_to_be_none() {
    let place = Place::new();
    let content = place.content();
    let ran = run(args![
        "sign",
        &content,
        "--key",
        fixture("rules/process.yml")
    ])
    .code(2);
    assert!(ran.err.contains("P-256 private key"), "{}", ran.err);
    let (private, _) = key(&place, "k");
    run(args!["verify", &content, "--key", &private]).code(2);
    fs::write(&content, b"\x89DAM").expect("it can be written");
    run(args!["sign", &content, "--key", &private]).code(3);
}
