#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic: that is how it fails"
)]

extern crate std;

use core::sync::atomic::AtomicU64;
use std::vec::Vec;

use super::*;

fn words(count: usize) -> Vec<AtomicU64> {
    (0..count).map(|_| AtomicU64::new(0)).collect()
}

#[test]
fn counter_numbers_are_their_places() {
    for (at, counter) in Counter::ALL.iter().enumerate() {
        assert_eq!(counter.number(), at);
    }
    let kernel = Kind::ALL
        .into_iter()
        .filter(|kind| kind.info().tier == cofferdam_interpreter::schema::Tier::Kernel);
    let last = kernel.map(Kind::number).max();
    assert_eq!(last.map(usize::from), KINDS.checked_sub(1));
}

#[test]
fn sets_are_added_up() {
    // Three sets: two are used.
    let words = words(SET_WORDS * 3 + 7);
    let stats = Stats::new(&words);
    for processor in 0..9 {
        stats.add(processor, Counter::Muted, 2);
    }
    assert_eq!(stats.get(Counter::Muted), 18);
    assert!(
        words[SET_WORDS * 2..]
            .iter()
            .all(|word| word.load(Ordering::Relaxed) == 0)
    );
}

#[test]
fn durations_go_to_the_bucket_of_their_highest_bit() {
    let words = words(SET_WORDS);
    let stats = Stats::new(&words);
    for nanoseconds in [0, 1, 2, 3, 1023, 1024, u64::MAX] {
        stats.took(0, nanoseconds);
    }
    let mut answer = [0; STATUS_SIZE];
    assert!(stats.write_status(&StatusHeader::new(), &mut answer));
    let view = StatusView::read(&answer).unwrap();
    let buckets: Vec<u64> = view
        .buckets
        .iter()
        .map(|bytes| u64::from_le_bytes(*bytes))
        .collect();
    let mut expected = [0; BUCKETS];
    (
        expected[0],
        expected[1],
        expected[9],
        expected[10],
        expected[31],
    ) = (2, 2, 1, 1, 1);
    assert_eq!(buckets, expected);
}

#[test]
fn an_event_that_is_judged_twice_counts_once() {
    let words = words(SET_WORDS);
    let stats = Stats::new(&words);
    let decision = Decision {
        matches: 2,
        ..Decision::default()
    };
    stats.judged(0, Kind::FileEvent, Phase::Before, &decision);
    stats.judged(0, Kind::FileEvent, Phase::After, &decision);
    assert_eq!(stats.get(Counter::Events), 1);
    assert_eq!(stats.get(Counter::Matches), 2);
    let spared = Decision {
        would_deny: true,
        ..decision
    };
    stats.judged(0, Kind::FileEvent, Phase::Before, &spared);
    stats.judged(0, Kind::FileEvent, Phase::After, &spared);
    assert_eq!(stats.get(Counter::WouldDeny), 1);
    let denied = Decision {
        deny: true,
        ..decision
    };
    stats.judged(0, Kind::FileEvent, Phase::Before, &denied);
    assert_eq!(stats.get(Counter::Events), 3);
    assert_eq!(stats.get(Counter::Denials), 1);
}

#[test]
fn too_few_words_count_nothing_and_answer() {
    let stats = Stats::<AtomicU64>::new(&[]);
    stats.add(3, Counter::Events, 1);
    assert_eq!(stats.get(Counter::Events), 0);
    assert!(stats.write_status(&StatusHeader::new(), &mut [0; STATUS_SIZE]));
    assert!(!stats.write_status(&StatusHeader::new(), &mut [0; STATUS_SIZE - 1]));
}
