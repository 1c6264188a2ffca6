//! What the README says to type works, in the order in which it stands there.
#![cfg(unix)]

mod support;

use std::fs;
use std::path::Path;

use support::{Place, command};

#[test]
fn its_commands_work_in_a_fresh_checkout() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let place = Place::new();
    for entry in fs::read_dir(&root).expect("it can be read").flatten() {
        let name = entry.file_name();
        std::os::unix::fs::symlink(entry.path(), place.path("").join(name))
            .expect("it can be linked");
    }
    let readme = fs::read_to_string(root.join("README.md")).expect("it is there");
    let blocks = readme.split("```sh\n").skip(1);
    let lines = blocks.flat_map(|block| block.split("```").next().unwrap_or_default().lines());
    let mut ran = 0;
    for line in lines.filter(|line| line.starts_with("cofferdam ")) {
        let typed = line.split('#').next().unwrap_or_default();
        let words: Vec<&str> = typed.split_whitespace().skip(1).collect();
        let image = words.iter().find(|word| word.ends_with(".sys"));
        if image.is_some_and(|image| !root.join(image).is_file()) {
            println!("skipped: {line}: `cargo xtask driver` has not been run");
            continue;
        }
        let output = command().args(&words).current_dir(place.path("")).output();
        let output = output.expect("the command starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}\n{said}");
        ran += 1;
    }
    assert!(ran >= 9, "{ran}");
}
