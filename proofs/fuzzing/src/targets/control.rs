//! What stands outside the interpreter: requests, records, guard files, names.

use std::convert::Infallible;

use cofferdam_engine::details::details;
use cofferdam_engine::names::{self, Names};
use cofferdam_engine::protocol::{ControlCode, RECORD_SIZE, Request, StoredEvent, parse};
use cofferdam_engine::slots::{File, Slots, Storage};
use cofferdam_engine::stats::StatusView;

/// A request that is let through is the one encoding of what it means; records, answers, guard files and names are read
/// whatever they hold, and a name is whole or an error.
pub(crate) fn control(bytes: &[u8]) {
    let Some(([code, shape, ..], rest)) = bytes
        .split_first_chunk::<2>()
        .map(|(head, rest)| (*head, rest))
    else {
        return;
    };
    request(code, shape, rest);
    answers(rest);
    guards(usize::from(shape), rest);
    texts(rest);
}

fn request(code: u8, shape: u8, rest: &[u8]) {
    let codes = ControlCode::ALL;
    let code = codes[usize::from(code) % codes.len()];
    let mut input = rest.to_vec();
    // Version and length are put right for most, so that what lies behind them is reached.
    if shape & 7 != 0 && input.len() >= 8 {
        input[..4].copy_from_slice(&[1, 0, 0, 0]);
        let length = u32::try_from(input.len()).expect("a short row");
        input[4..8].copy_from_slice(&length.to_le_bytes());
    }
    let Ok(request) = parse(code.number(), &input, 1 << 16) else {
        return;
    };
    assert_eq!(request.code(), code);
    if request == Request::Hello {
        return;
    }
    let mut encoded = vec![0xAA; input.len()];
    assert_eq!(request.encode(&mut encoded), Some(input.len()));
    assert_eq!(encoded, input);
}

fn answers(rest: &[u8]) {
    let mut record = [0; RECORD_SIZE];
    for (place, byte) in record.iter_mut().zip(rest) {
        *place = *byte;
    }
    if let Some(stored) = StoredEvent::read(&record) {
        assert_eq!(stored.image.len(), usize::from(stored.header.image_stored));
        assert_eq!(
            stored.object.len(),
            usize::from(stored.header.object_stored)
        );
    }
    let _ = StatusView::read(rest);
}

/// Two guard files, whose rest is lost.
struct Guards([Vec<u8>; 2]);

impl Storage for Guards {
    type Error = Infallible;

    fn read(&mut self, file: File, out: &mut [u8]) -> Result<Option<usize>, Infallible> {
        let File::Guard(which) = file else {
            return Ok(None);
        };
        let bytes = &self.0[usize::from(which == cofferdam_engine::slots::Slot::One)];
        for (place, byte) in out.iter_mut().zip(bytes) {
            *place = *byte;
        }
        Ok((!bytes.is_empty()).then_some(bytes.len()))
    }

    fn write(&mut self, _: File, _: &[u8]) -> Result<(), Infallible> {
        Ok(())
    }

    fn flush(&mut self, _: File) -> Result<(), Infallible> {
        Ok(())
    }
}

/// Whatever the files hold, the state that is read from them names no more than it may.
fn guards(split: usize, rest: &[u8]) {
    let (one, two) = rest.split_at(split.min(rest.len()));
    let mut guards = Guards([one.to_vec(), two.to_vec()]);
    let Ok(mut slots) = Slots::open(&mut guards) else {
        return;
    };
    let Ok(candidate) = slots.next_candidate(&mut guards);
    if let Some(candidate) = candidate {
        assert_eq!(slots.content(candidate.slot), Some(candidate));
    }
}

fn texts(rest: &[u8]) {
    let (units, _) = rest.as_chunks::<2>();
    let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    let names = Names::new();
    // What is put before a name is at most `HKLM\System\CurrentControlSet`.
    let mut out = vec![0; units.len() * 2 + 40];
    assert!(names::file(&names, &units, &mut out).is_ok());
    assert!(names::image(&names, &units, &mut out).is_ok());
    assert!(names::key(&names, &units, &mut out).is_ok());
    assert!(names::value(&names, &units, &units, &mut out).is_ok());
    assert!(names::pipe(&units, &mut out).is_ok());
    for kind in [1, 4, 11, 3] {
        assert!(details(kind, rest, &mut out).is_ok());
    }
}
