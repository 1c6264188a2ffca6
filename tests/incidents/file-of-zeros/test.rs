//! Files, and parts of files, full of zeros. See README.md.
#![allow(clippy::expect_used, reason = "a test")]

use cofferdam_incidents::{SCRATCH, Trusted, content, is_accepted, rule, sign, verify};
use cofferdam_interpreter::Code;
use cofferdam_interpreter::layout::Header;

fn real() -> (Vec<u8>, Trusted) {
    let rule = rule(
        "file_event",
        &["TargetFilename|endswith: ['.locked', '.crypt']"],
    );
    let mut bytes = content(&rule, 1).expect("it compiles");
    let trusted = sign(&mut bytes).expect("it can be signed");
    (bytes, trusted)
}

#[test]
fn zeros_of_any_length_are_refused_at_once() {
    let zeros = vec![0; real().0.len() + 1000];
    for length in 0..zeros.len() {
        let code = if length < Header::SIZE {
            Code::Truncated
        } else {
            Code::Magic
        };
        let refusal = verify(&zeros[..length], &mut [0; SCRATCH]).map(drop);
        assert_eq!(refusal.expect_err("refused").code, code, "{length}");
    }
}

#[test]
fn a_file_whose_data_did_not_reach_the_disk_is_refused() {
    let (real, trusted) = real();
    assert!(is_accepted(&real, &trusted));
    // Written up to some place, or only from there on; sectors and pages are among the places.
    for place in 1..real.len() {
        let mut head = real.clone();
        head[place..].fill(0);
        assert!(!is_accepted(&head, &trusted), "zeros from {place}");
        let mut tail = real.clone();
        tail[..place].fill(0);
        assert!(!is_accepted(&tail, &trusted), "zeros up to {place}");
    }
}
