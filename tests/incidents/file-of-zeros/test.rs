//! Files, and parts of files, full of zeros. See README.md.
#![allow(clippy::expect_used, reason = "a test")]

use cofferdam_incidents::{SCRATCH, content, rule, verify};
use cofferdam_interpreter::Code;
use cofferdam_interpreter::layout::Header;

fn real() -> Vec<u8> {
    let rule = rule(
        "file_event",
        &["TargetFilename|endswith: ['.locked', '.crypt']"],
    );
    content(&rule, 1).expect("it compiles")
}

fn refusal(bytes: &[u8]) -> Option<Code> {
    let refused = verify(bytes, &mut [0; SCRATCH]).err();
    refused.map(|refusal| refusal.code)
}

#[test]
fn zeros_of_any_length_are_refused_at_once() {
    let zeros = vec![0; real().len() + 1000];
    for length in 0..zeros.len() {
        let code = if length < Header::SIZE {
            Code::Truncated
        } else {
            Code::Magic
        };
        assert_eq!(refusal(&zeros[..length]), Some(code), "{length}");
    }
}

#[test]
fn a_file_whose_data_did_not_reach_the_disk_is_refused() {
    let real = real();
    assert_eq!(refusal(&real), None);
    // Written up to some sector, or only from some sector on.
    for sector in (0..real.len()).step_by(512) {
        let mut head = real.clone();
        head[sector..].fill(0);
        let mut tail = real.clone();
        tail[..sector].fill(0);
        assert!(refusal(&head).is_some(), "zeros from {sector}");
        assert!(
            sector == 0 || refusal(&tail).is_some(),
            "zeros up to {sector}"
        );
    }
    let mut header_only = real.clone();
    header_only[Header::SIZE..].fill(0);
    assert!(refusal(&header_only).is_some());
}
