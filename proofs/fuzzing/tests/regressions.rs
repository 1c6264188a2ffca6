//! Every target, over what fuzzers once found (`fuzz/regressions`), over its seeds and over random bytes.

use std::fs;
use std::path::Path;

use cofferdam_fuzzing::{TARGETS, run, seeds};

/// Rows of bytes for each target: Miri takes seconds for one.
const MOST: usize = if cfg!(miri) { 1 } else { usize::MAX };

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
    for (name, target) in TARGETS {
        let seeds = seeds::of(name);
        assert!(seeds.len() >= 8, "{name} has seeds");
        seeds.iter().take(MOST).for_each(|seed| target(seed));
    }
}

#[test]
fn random_bytes_pass() {
    let rows = seeds::random(4000);
    for (_, target) in TARGETS {
        // From the end: the shortest rows say least.
        rows.iter().rev().take(MOST).for_each(|row| target(row));
    }
}
