//! Every target, over what fuzzers once found (`fuzz/regressions`), over its seeds and over random bytes.

use std::fs;
use std::path::Path;

use cofferdam_fuzzing::{TARGETS, run, seeds};

/// Seeds that each target has at the least.
const FEWEST: usize = 8;

#[test]
fn what_was_found_stays_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/regressions");
    let mut ran = 0;
    for target in fs::read_dir(&folder).unwrap() {
        let target = target.unwrap();
        let name = target.file_name().into_string().unwrap();
        for file in fs::read_dir(target.path()).unwrap() {
            let file = file.unwrap().path();
            println!("{}", file.display());
            run(&name, &fs::read(&file).unwrap());
            ran += 1;
        }
    }
    assert!(ran > 0, "nothing in {}", folder.display());
}

#[test]
fn seeds_pass() {
    for (name, target) in TARGETS {
        let seeds = seeds::of(name, seeds::ALL);
        assert!(seeds.len() >= FEWEST, "{name} has seeds");
        seeds.iter().for_each(|seed| target(seed));
    }
}

#[test]
fn random_bytes_pass() {
    let rows = seeds::random(4_000);
    for (_, target) in TARGETS {
        rows.iter().for_each(|row| target(row));
    }
}
