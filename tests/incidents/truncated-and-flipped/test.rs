//! Every prefix and every changed bit of a signed file. See README.md.
#![allow(clippy::expect_used, reason = "a test")]

use cofferdam_incidents::{SCRATCH, Trusted, content, is_accepted, rule, sign, verify};

fn signed() -> (Vec<u8>, Trusted) {
    let rule = rule("pipe_created", &["PipeName|startswith: '\\incident-'"]);
    let mut bytes = content(&rule, 1).expect("it compiles");
    let trusted = sign(&mut bytes).expect("it can be signed");
    (bytes, trusted)
}

#[test]
fn no_prefix_is_accepted() {
    let (bytes, trusted) = signed();
    assert!(is_accepted(&bytes, &trusted));
    for length in 0..bytes.len() {
        let prefix = &bytes[..length];
        assert!(verify(prefix, &mut [0; SCRATCH]).is_err(), "{length}");
    }
}

#[test]
fn no_changed_bit_is_accepted() {
    let (mut bytes, trusted) = signed();
    let mut well_formed = 0;
    for bit in 0..bytes.len() * 8 {
        let mask = 1 << (bit % 8);
        bytes[bit / 8] ^= mask;
        well_formed += usize::from(verify(&bytes, &mut [0; SCRATCH]).is_ok());
        assert!(!is_accepted(&bytes, &trusted), "bit {bit}");
        bytes[bit / 8] ^= mask;
    }
    // Version, times, channel, names and the signature itself have more than one well-formed value.
    assert!(
        well_formed > 0 && well_formed < bytes.len() * 8 / 2,
        "{well_formed}"
    );
}
