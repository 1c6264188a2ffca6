//! What is cached or muted is exactly what was put in.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic: that is how it fails"
)]

mod support;

use std::sync::atomic::AtomicU64;
use std::thread;

use cofferdam_engine::cache::{Cache, Epochs, Key, SLOT_WORDS, cacheable};
use cofferdam_engine::mute::{MAX_MUTED, MuteSet, NotMuted};
use cofferdam_interpreter::schema::Kind;
use support::{assembled, verified, wide};

fn memory(slots: usize) -> Vec<AtomicU64> {
    (0..slots * SLOT_WORDS).map(|_| AtomicU64::new(0)).collect()
}

const KEY: Key = Key {
    content: 7,
    kind: Kind::FileAccess,
    start_key: 11,
    stream: 13,
    epoch: 17,
};

/// Puts a key in. An exchange may fail for no reason, on some processors and under Miri: then it is left out.
fn put(cache: &Cache<'_>, key: &Key) {
    let tried = (0..100).any(|_| {
        cache.insert(key);
        cache.holds(key)
    });
    assert!(tried, "{key:?}");
}

#[test]
fn a_hit_is_exactly_the_key() {
    let memory = memory(1);
    let cache = Cache::new(&memory);
    assert!(!cache.holds(&KEY));
    put(&cache, &KEY);
    for other in [
        Key { content: 8, ..KEY },
        Key {
            kind: Kind::FileEvent,
            ..KEY
        },
        Key {
            start_key: 12,
            ..KEY
        },
        Key { stream: 14, ..KEY },
        Key { epoch: 18, ..KEY },
    ] {
        assert!(!cache.holds(&other));
        // There is but one slot.
        put(&cache, &other);
        assert!(!cache.holds(&KEY));
        put(&cache, &KEY);
    }
}

#[test]
fn a_slot_that_was_never_written_holds_nothing() {
    let memory = memory(4);
    let zero = Key {
        content: 0,
        kind: Kind::ProcessCreation,
        start_key: 0,
        stream: 0,
        epoch: 0,
    };
    assert!(!Cache::new(&memory).holds(&zero));
    assert!(!Cache::<AtomicU64>::new(&[]).holds(&zero));
    Cache::<AtomicU64>::new(&[]).insert(&zero);
}

#[test]
fn while_a_name_changes_there_is_no_epoch_and_afterwards_another() {
    let epochs: Epochs = Epochs::new(AtomicU64::new(0), AtomicU64::new(0));
    let first = epochs.current().unwrap();
    assert_eq!(epochs.current(), Some(first));
    epochs.begin();
    assert_eq!(epochs.current(), None);
    epochs.begin();
    epochs.end();
    assert_eq!(epochs.current(), None);
    epochs.end();
    assert!(epochs.current().is_some_and(|it| it > first));
}

#[test]
#[cfg_attr(miri, ignore = "assembles; nothing is shared")]
fn kinds_whose_rules_ask_for_more_than_names_are_not_cached() {
    let bits = |kind: &str, field: &str, asks: &str| {
        let bytes = assembled(&format!(
            "kind {kind} {{
                atom a eager {field} {{ ends 'x' }}
                rule 1.0 low alert 'A' triggered {{
                    unless trigger a -> no
                    {asks}
                    match
                no: end
                }}
            }}"
        ));
        cacheable(verified(&bytes).0.content())
    };
    let own = |kind: Kind| 1 << kind.number();
    assert_eq!(bits("file_access", "FileName", ""), own(Kind::FileAccess));
    assert_eq!(
        bits("file_event", "TargetFilename", ""),
        own(Kind::FileEvent)
    );
    let who = "unless ProcessId present -> no;";
    assert_eq!(bits("file_access", "FileName", who), own(Kind::FileAccess));
    let how = "unless CreateOptions present -> no;";
    assert_eq!(bits("file_access", "FileName", how), 0);
    let when = "unless CreationUtcTime present -> no;";
    assert_eq!(bits("file_event", "TargetFilename", when), 0);
    // Other kinds are judged each time.
    assert_eq!(bits("pipe_created", "PipeName", ""), 0);
}

#[test]
fn threads_see_whole_keys_only() {
    const ROUNDS: u64 = if cfg!(miri) { 50 } else { 20_000 };
    let memory = memory(2);
    let cache = Cache::new(&memory);
    thread::scope(|scope| {
        for writer in 0..2_u64 {
            let cache = &cache;
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    // Every field of a key that is put in is the same number.
                    let number = round << 1 | writer;
                    cache.insert(&Key {
                        content: number,
                        start_key: number,
                        stream: number,
                        epoch: number,
                        ..KEY
                    });
                }
            });
        }
        scope.spawn(|| {
            for number in 0..ROUNDS {
                // This one is never put in.
                assert!(!cache.holds(&Key {
                    content: number,
                    start_key: number,
                    stream: number ^ 1,
                    ..KEY
                }));
            }
        });
    });
}

fn mute(set: &mut MuteSet, path: &str) -> Result<(), NotMuted> {
    set.insert(wide(path).iter().copied())
}

#[test]
fn whole_paths_are_muted_whatever_their_case() {
    let mut set = MuteSet::new();
    let before = set.generation();
    set.renew();
    assert_eq!(set.generation(), before, "nothing can be muted yet");
    mute(&mut set, r"C:\a.exe").unwrap();
    mute(&mut set, r"C:\b\c.exe").unwrap();
    assert_ne!(set.generation(), before);
    for (path, muted) in [
        (r"c:\A.EXE", true),
        (r"C:\b\c.exe", true),
        (r"C:\a.exe1", false),
        (r"C:\a.ex", false),
        (r"C:\a.exeC:\b\c.exe", false),
        ("", false),
    ] {
        assert_eq!(set.contains(&wide(path)), muted, "{path}");
    }
    let generation = set.generation();
    mute(&mut set, r"C:\A.exe").unwrap();
    assert_eq!((set.count(), set.generation()), (2, generation));
    assert_eq!(mute(&mut set, ""), Err(NotMuted::Empty));
    set.renew();
    assert!(set.contains(&wide(r"C:\a.exe")) && set.generation() != generation);
    set.clear();
    assert!(!set.contains(&wide(r"C:\a.exe")) && set.generation() != generation);
}

#[test]
fn the_set_is_bounded() {
    let mut set = MuteSet::new();
    assert_eq!(mute(&mut set, &"a".repeat(8193)), Err(NotMuted::Full));
    for number in 0..MAX_MUTED {
        mute(&mut set, &number.to_string()).unwrap();
    }
    let generation = set.generation();
    assert_eq!(mute(&mut set, "one more"), Err(NotMuted::Full));
    assert!(!set.contains(&wide("one more")));
    assert_eq!(set.generation(), generation);
}
