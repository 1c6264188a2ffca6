//! Every prefix and every changed bit of a signed file. See README.md.
#![allow(clippy::expect_used, reason = "a test")]

use cofferdam_incidents::{SCRATCH, content, rule, verify};
use cofferdam_interpreter::layout::SIGNATURE_SIZE;
use cofferdam_interpreter::{Content, SignatureCheck};
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};

struct Trusted(VerifyingKey);

impl SignatureCheck for Trusted {
    fn check(&self, _: &[u8; 16], signed: &[u8], signature: &[u8; SIGNATURE_SIZE]) -> bool {
        Signature::from_slice(signature).is_ok_and(|it| self.0.verify(signed, &it).is_ok())
    }
}

fn signed() -> (Vec<u8>, Trusted) {
    let rule = rule("pipe_created", &["PipeName|startswith: '\\incident-'"]);
    let mut bytes = content(&rule, 1).expect("it compiles");
    let key = SigningKey::from_slice(&[7; 32]).expect("a scalar");
    let body = bytes.len() - SIGNATURE_SIZE;
    let signature: Signature = key.sign(&bytes[..body]);
    bytes[body..].copy_from_slice(&signature.to_bytes());
    (bytes, Trusted(*key.verifying_key()))
}

fn is_authentic(bytes: &[u8], trusted: &Trusted) -> bool {
    Content::decode(bytes).is_ok_and(|content| content.is_authentic(trusted))
}

#[test]
fn no_prefix_is_accepted() {
    let (bytes, trusted) = signed();
    assert!(verify(&bytes, &mut [0; SCRATCH]).is_ok() && is_authentic(&bytes, &trusted));
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
        if verify(&bytes, &mut [0; SCRATCH]).is_ok() {
            well_formed += 1;
            assert!(!is_authentic(&bytes, &trusted), "bit {bit}");
        }
        bytes[bit / 8] ^= mask;
    }
    // Version, times, channel, names and the signature itself have more than one well-formed value.
    assert!(
        well_formed > 0 && well_formed < bytes.len() * 8 / 2,
        "{well_formed}"
    );
}
