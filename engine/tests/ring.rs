//! The ring in ordinary threads: nothing lost, nothing twice, nothing torn, drops exact. Small enough for Miri.
#![allow(
    clippy::as_conversions,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test may panic: that is how it fails"
)]

mod support;

use std::iter::repeat_n;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use cofferdam_engine::event::Value;
use cofferdam_engine::judge::{Finding, Verdict};
use cofferdam_engine::protocol::{
    EventRecord, RECORD_SIZE, RECORD_WORDS, RecordFlags, RecordVerdict, StoredEvent,
};
use cofferdam_engine::ring::{Ring, words};
use cofferdam_interpreter::Fault;
use cofferdam_interpreter::schema::Kind;
use support::wide;

fn memory(count: usize) -> Vec<AtomicU64> {
    (0..count).map(|_| AtomicU64::new(0)).collect()
}

type Small<'m> = Ring<'m, AtomicU64, 3>;

#[test]
fn a_ring_holds_as_many_records_as_fit() {
    for (log2, capacity) in [(0, 1), (1, 2), (4, 16)] {
        let exact = memory(words(log2, 3));
        assert_eq!(Small::new(&exact).unwrap().capacity(), capacity);
        let more = memory(words(log2 + 1, 3) - 1);
        assert_eq!(Small::new(&more).unwrap().capacity(), capacity);
    }
    assert!(Small::new(&memory(words(0, 3) - 1)).is_none());
    assert!(Small::new(&[]).is_none());
}

#[test]
fn records_come_out_in_order_and_the_new_one_is_dropped() {
    let memory = memory(words(2, 3));
    let ring = Small::new(&memory).unwrap();
    let mut out = [0xFF; 24];
    let mut expected = 0;
    for round in 0..10_u64 {
        for record in 0..6 {
            let kept = ring.push(|sequence, dropped| [sequence, dropped, record].into_iter());
            assert_eq!(kept, record < 4);
        }
        assert_eq!((ring.waiting(), ring.dropped()), (4, 2 * (round + 1)));
        for record in 0..4 {
            assert!(ring.is_ready() && ring.pop(&mut out));
            let (fields, _) = out.as_chunks::<8>();
            let fields: Vec<u64> = fields
                .iter()
                .map(|field| u64::from_le_bytes(*field))
                .collect();
            assert_eq!(fields, [expected, 2 * round, record]);
            expected += 1;
        }
        assert!(!ring.is_ready() && !ring.pop(&mut out));
    }
    assert_eq!(ring.next_sequence(), expected);
}

#[test]
fn a_record_of_another_length_is_padded_or_cut() {
    let memory = memory(words(1, 3));
    let ring = Small::new(&memory).unwrap();
    assert!(ring.push(|_, _| repeat_n(7, 9)));
    assert!(ring.push(|_, _| repeat_n(7, 1)));
    let mut out = [0; 8];
    assert!(ring.pop(&mut out));
    assert_eq!(out, 7_u64.to_le_bytes());
    let mut out = [9; 24];
    assert!(ring.pop(&mut out));
    assert_eq!(out[..8], 7_u64.to_le_bytes());
    assert_eq!(out[8..], [0; 16]);
}

#[test]
fn threads_lose_nothing_and_tear_nothing() {
    const PRODUCERS: u64 = 4;
    const EACH: u64 = if cfg!(miri) { 40 } else { 20_000 };
    let memory = memory(words(3, 3));
    let ring = Small::new(&memory).unwrap();
    let done = AtomicBool::new(false);
    let read = thread::scope(|scope| {
        let producers: Vec<_> = (0..PRODUCERS)
            .map(|producer| {
                let ring = &ring;
                scope.spawn(move || {
                    for count in 0..EACH {
                        let value = producer << 32 | count;
                        ring.push(|sequence, _| [sequence, value, !value].into_iter());
                    }
                })
            })
            .collect();
        let reader = scope.spawn(|| {
            let (mut out, mut read) = ([0; 24], 0);
            let mut last = [None; PRODUCERS as usize];
            loop {
                let finished = done.load(Ordering::Acquire);
                if !ring.pop(&mut out) {
                    if finished {
                        return read;
                    }
                    thread::yield_now();
                    continue;
                }
                let (fields, _) = out.as_chunks::<8>();
                let field = |at: usize| u64::from_le_bytes(fields[at]);
                assert_eq!(field(0), read, "sequence numbers have no gaps");
                assert_eq!(field(1), !field(2), "a record is whole");
                let (producer, count) = ((field(1) >> 32) as usize, field(1) & 0xFFFF_FFFF);
                assert!(
                    last[producer] < Some(count),
                    "a producer's records keep their order"
                );
                last[producer] = Some(count);
                read += 1;
            }
        });
        for producer in producers {
            producer.join().unwrap();
        }
        done.store(true, Ordering::Release);
        reader.join().unwrap()
    });
    assert_eq!(read + ring.dropped(), PRODUCERS * EACH);
}

fn record<'a>(image: &'a [u16], object: Value<'a>, verdict: Verdict) -> EventRecord<'a> {
    EventRecord {
        kind: Kind::FileEvent,
        time: 1,
        content_version: 2,
        start_key: 3,
        process_id: 4,
        finding: Finding {
            rule: 5,
            id: [6; 16],
            condition: 7,
            severity: 3,
            verdict,
            would_deny: true,
        },
        image: Value::Text(image),
        object,
    }
}

fn through_the_ring(record: &EventRecord<'_>) -> [u8; RECORD_SIZE] {
    let memory = memory(words(0, RECORD_WORDS));
    let ring = Ring::<AtomicU64>::new(&memory).unwrap();
    assert!(ring.push(|sequence, dropped| record.words(sequence, dropped)));
    let mut out = [0xAA; RECORD_SIZE];
    assert!(ring.pop(&mut out));
    out
}

fn text(units: &[[u8; 2]]) -> Vec<u16> {
    units.iter().map(|unit| u16::from_le_bytes(*unit)).collect()
}

#[test]
fn an_event_comes_out_as_it_went_in() {
    let (image, object) = (wide(r"C:\a.exe"), wide(r"C:\x.bad"));
    let verdict = Verdict::Fault(Fault::Operand);
    let bytes = through_the_ring(&record(&image, Value::Text(&object), verdict));
    let stored = StoredEvent::read(&bytes).unwrap();
    let header = stored.header;
    assert_eq!((header.sequence, header.dropped, header.time), (0, 0, 1));
    assert_eq!(
        (header.content_version, header.start_key, header.process_id),
        (2, 3, 4)
    );
    assert_eq!(
        (header.rule_id, header.condition, header.severity),
        ([6; 16], 7, 3)
    );
    assert_eq!(header.kind, Kind::FileEvent.number());
    assert_eq!(
        RecordVerdict::from_number(header.verdict),
        Some(RecordVerdict::Fault)
    );
    assert_eq!(header.fault, Fault::Operand.code());
    assert_eq!(header.flags, RecordFlags::WOULD_DENY);
    assert_eq!((text(stored.image), text(stored.object)), (image, object));
}

#[test]
fn long_texts_are_cut_and_say_so() {
    let stored_of = |image: usize, object: usize| {
        let (image, object) = (vec![0x61; image], vec![0x62; object]);
        let bytes = through_the_ring(&record(&image, Value::Text(&object), Verdict::Match));
        let stored = StoredEvent::read(&bytes).unwrap();
        assert!(text(stored.image).iter().all(|unit| *unit == 0x61));
        assert!(text(stored.object).iter().all(|unit| *unit == 0x62));
        assert_eq!(usize::from(stored.header.image_length), image.len());
        assert_eq!(usize::from(stored.header.object_length), object.len());
        let flags = stored.header.flags & !RecordFlags::WOULD_DENY;
        (stored.image.len(), stored.object.len(), flags)
    };
    let (image, object) = (RecordFlags::IMAGE_CUT, RecordFlags::OBJECT_CUT);
    assert_eq!(stored_of(472, 0), (472, 0, 0));
    assert_eq!(stored_of(0, 472), (0, 472, 0));
    assert_eq!(stored_of(200, 272), (200, 272, 0));
    assert_eq!(stored_of(473, 0), (472, 0, image));
    assert_eq!(stored_of(0, 473), (0, 472, object));
    assert_eq!(stored_of(300, 300), (200, 272, image | object));
    assert_eq!(stored_of(300, 100), (300, 100, 0));
    assert_eq!(stored_of(32_767, 32_767), (200, 272, image | object));
}

#[test]
fn what_is_not_known_says_so() {
    let mut unknown = record(&[], Value::Absent, Verdict::Maybe);
    unknown.image = Value::Unsupplied;
    unknown.finding.would_deny = false;
    let bytes = through_the_ring(&unknown);
    let flags = StoredEvent::read(&bytes).unwrap().header.flags;
    assert_eq!(flags, RecordFlags::NO_IMAGE | RecordFlags::NO_OBJECT);
}

#[test]
fn a_record_that_lies_about_its_texts_is_not_read() {
    let mut bytes = [0; RECORD_SIZE];
    bytes[64..66].copy_from_slice(&473_u16.to_le_bytes());
    assert!(StoredEvent::read(&bytes).is_none());
    bytes[64..66].copy_from_slice(&400_u16.to_le_bytes());
    bytes[66..68].copy_from_slice(&73_u16.to_le_bytes());
    assert!(StoredEvent::read(&bytes).is_none());
    bytes[66..68].copy_from_slice(&72_u16.to_le_bytes());
    assert!(StoredEvent::read(&bytes).is_some());
}
