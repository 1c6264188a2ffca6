//! Every target, over what fuzzers once found (`fuzz/regressions`), over its seeds and over random bytes.

use std::fs;
use std::path::Path;

use cofferdam_fuzzing::{TARGETS, Target, run, seeds};

/// Rows of bytes for each target: Miri takes seconds for one, and minutes for the `regex` crate, which is not ours.
const MOST: usize = if cfg!(miri) { 1 } else { usize::MAX };

/// Seeds that each target has at the least.
const FEWEST: usize = if cfg!(miri) { 1 } else { 8 };

fn targets() -> impl Iterator<Item = Target> {
    let is_quick = |(name, _): &Target| !cfg!(miri) || *name != "pattern";
    TARGETS.into_iter().filter(is_quick)
}

#[test]
fn what_was_found_stays_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/regressions");
    let Ok(targets) = fs::read_dir(&folder) else {
        return;
    };
    for target in targets {
        let target = target.unwrap();
        let name = target.file_name().into_string().unwrap();
        for file in fs::read_dir(target.path()).unwrap().take(MOST) {
            let file = file.unwrap().path();
            println!("{}", file.display());
            run(&name, &fs::read(&file).unwrap());
        }
    }
}

#[test]
fn seeds_pass() {
    for (name, target) in targets() {
        let seeds = seeds::of(name, MOST);
        assert!(seeds.len() >= FEWEST, "{name} has seeds");
        seeds.iter().for_each(|seed| target(seed));
    }
}

#[test]
fn random_bytes_pass() {
    let rows = seeds::random(MOST.saturating_mul(40).min(4_000));
    for (_, target) in targets() {
        // From the end: the shortest rows say least.
        rows.iter().rev().take(MOST).for_each(|row| target(row));
    }
}
