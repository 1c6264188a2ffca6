//! Requests: every one comes back as it was sent; nothing else is let through; no bytes make it panic.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test may panic: that is how it fails"
)]

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::{
    BadRequest, ControlCode, LoadOutcome, MAX_CHUNK, Request, RollbackOrder, parse,
};
use proptest::collection::vec;
use proptest::prelude::*;

fn order() -> [u8; RollbackOrder::SIZE] {
    let order = RollbackOrder {
        magic: RollbackOrder::MAGIC,
        number: 3,
        from: 7,
        to: 5,
        expires: 0,
        channel: *b"dev\0\0\0\0\0\0\0\0\0\0\0\0\0",
        key_id: [1; 16],
        signature: [2; 64],
    };
    order.write()
}

fn encoded(request: &Request<'_>) -> Vec<u8> {
    let mut out = vec![0xAA; MAX_CHUNK + 256];
    let length = request.encode(&mut out).unwrap();
    out.truncate(length);
    out
}

const PATH: &[[u8; 2]] = &[[0x61, 0], [0x5C, 0], [0, 0xD8]];

fn each(run: impl Fn(&Request<'_>)) {
    let order = order();
    let chunk = vec![7; MAX_CHUNK];
    for request in [
        Request::Hello,
        Request::Status,
        Request::UploadBegin {
            length: 4096,
            sha256: [9; 32],
        },
        Request::UploadChunk {
            offset: 65_536,
            bytes: &chunk,
        },
        Request::UploadCommit,
        Request::Rollback(&order),
        Request::SetMode(Mode::Enforce),
        Request::Mute(PATH),
        Request::Unmute,
        Request::Health { content_version: 7 },
        Request::ReadEvents,
    ] {
        run(&request);
    }
}

#[test]
fn control_codes_are_buffered_and_need_read_and_write_access() {
    for code in ControlCode::ALL {
        let number = code.number();
        assert_eq!(number & 3, 0, "METHOD_BUFFERED");
        assert_eq!(number >> 14 & 3, 3, "FILE_READ_ACCESS | FILE_WRITE_ACCESS");
        assert_eq!(number >> 16, 0x22, "FILE_DEVICE_UNKNOWN");
        assert_eq!(ControlCode::from_number(number), Some(*code));
    }
    assert_eq!(ControlCode::Hello.number(), 0x0022_E000);
}

#[test]
fn each_request_comes_back() {
    each(|request| {
        let bytes = encoded(request);
        let code = request.code();
        assert_eq!(
            parse(code.number(), &bytes, code.answer_size()),
            Ok(*request)
        );
    });
}

#[test]
fn each_wrong_length_is_refused() {
    each(|request| {
        let mut bytes = encoded(request);
        let code = request.code().number();
        for length in [0, 1, 7, bytes.len() - 1] {
            assert_eq!(parse(code, &bytes[..length], 4096), Err(BadRequest::Length));
        }
        bytes.push(0);
        assert_eq!(parse(code, &bytes, 4096), Err(BadRequest::Length));
        // One that says its length truly is refused all the same, where a length is fixed.
        let length = u32::try_from(bytes.len()).unwrap();
        bytes[4..8].copy_from_slice(&length.to_le_bytes());
        assert_eq!(parse(code, &bytes, 4096), Err(BadRequest::Length));
    });
}

#[test]
fn another_version_is_refused_but_for_hello() {
    each(|request| {
        let mut bytes = encoded(request);
        bytes[0] ^= 0x80;
        let parsed = parse(request.code().number(), &bytes, 4096);
        match request {
            Request::Hello => assert_eq!(parsed, Ok(Request::Hello)),
            _ => assert_eq!(parsed, Err(BadRequest::Version)),
        }
    });
}

#[test]
fn reserved_bytes_and_unknown_values_are_refused() {
    each(|request| {
        let mut bytes = encoded(request);
        bytes[2] = 1;
        let parsed = parse(request.code().number(), &bytes, 4096);
        assert_eq!(parsed, Err(BadRequest::Value), "{request:?}");
    });
    let mut mode = encoded(&Request::SetMode(Mode::Off));
    mode[8] = 3;
    let code = ControlCode::SetMode.number();
    assert_eq!(parse(code, &mode, 0), Err(BadRequest::Value));
    let upload = encoded(&Request::UploadBegin {
        length: 0,
        sha256: [0; 32],
    });
    let code = ControlCode::UploadBegin.number();
    assert_eq!(parse(code, &upload, 0), Err(BadRequest::Value));
    let mut forward = order();
    forward[24] = 8;
    let bytes = encoded(&Request::Rollback(&forward));
    let code = ControlCode::Rollback.number();
    assert_eq!(parse(code, &bytes, 4096), Err(BadRequest::Value));
}

#[test]
fn the_answer_must_fit() {
    each(|request| {
        let code = request.code();
        if let Some(less) = code.answer_size().checked_sub(1) {
            let bytes = encoded(request);
            let parsed = parse(code.number(), &bytes, less);
            assert_eq!(parsed, Err(BadRequest::Output));
        }
    });
}

#[test]
fn outcomes_have_their_numbers() {
    for outcome in LoadOutcome::ALL {
        assert_eq!(LoadOutcome::from_number(outcome.number()), Some(*outcome));
    }
    assert_eq!(LoadOutcome::from_number(0xFFFF), None);
}

proptest! {
    #[test]
    fn what_is_let_through_is_canonical(
        index in 0..ControlCode::ALL.len(),
        mut bytes in vec(any::<u8>(), 0..200),
        honest in any::<bool>(),
        output in 0_usize..4096,
    ) {
        if honest && bytes.len() >= 8 {
            bytes[..4].copy_from_slice(&[1, 0, 0, 0]);
            let length = u32::try_from(bytes.len()).unwrap();
            bytes[4..8].copy_from_slice(&length.to_le_bytes());
        }
        let code = ControlCode::ALL[index].number();
        if let Ok(request) = parse(code, &bytes, output) && request != Request::Hello {
            prop_assert_eq!(encoded(&request), bytes);
        }
    }

    #[test]
    fn unknown_codes_are_refused(code in any::<u32>()) {
        prop_assume!(ControlCode::from_number(code).is_none());
        prop_assert_eq!(parse(code, &[1, 0, 0, 0, 8, 0, 0, 0], 4096), Err(BadRequest::Code));
    }
}
