//! A signed file of an older version comes back. See README.md.
#![allow(clippy::expect_used, reason = "a test")]

use cofferdam_engine::protocol::LoadOutcome;
use cofferdam_engine::slots::Slots;
use cofferdam_incidents::walls::Disk;
use cofferdam_incidents::{SCRATCH, content, rule, verify};
use cofferdam_interpreter::layout::Header;

fn version(number: u64, pipe: &str) -> Vec<u8> {
    let rule = rule("pipe_created", &[&format!("PipeName: '\\{pipe}'")]);
    content(&rule, number).expect("it compiles")
}

/// Hands content to the sensor, as well-formed and well-signed as any.
fn load(slots: &mut Slots, disk: &mut Disk, bytes: &[u8]) -> Result<(), LoadOutcome> {
    let header: Header = {
        let mut scratch = [0; SCRATCH];
        verify(bytes, &mut scratch)
            .expect("it verifies")
            .content()
            .header()
    };
    let stored = slots.store(disk, bytes, &header, [0; 32], 0);
    let candidate = stored.map_err(|(outcome, _)| outcome)?;
    slots.activated(candidate.slot);
    slots
        .healthy(disk, candidate.version)
        .map_err(|(outcome, _)| outcome)
}

#[test]
fn versions_only_grow() {
    let mut disk = Disk::default();
    let mut slots = Slots::open(&mut disk).expect("a fresh disk");
    assert_eq!(load(&mut slots, &mut disk, &version(11, "a")), Ok(()));
    assert_eq!(load(&mut slots, &mut disk, &version(12, "b")), Ok(()));
    for _ in 0..2 {
        for replayed in [
            version(11, "a"),
            version(12, "b"),
            version(12, "c"),
            version(1, "d"),
        ] {
            let outcome = load(&mut slots, &mut disk, &replayed);
            assert_eq!(outcome, Err(LoadOutcome::NotNewer));
        }
        assert_eq!(slots.highest_version(), 12);
        // A start forgets nothing.
        slots = Slots::open(&mut disk).expect("the disk is whole");
    }
    assert_eq!(load(&mut slots, &mut disk, &version(13, "e")), Ok(()));
}
