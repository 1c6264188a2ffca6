//! Writes the seeds of every target to `fuzz/corpus`, where `cargo fuzz` looks for them.

use std::path::Path;

use cofferdam_fuzzing::{TARGETS, seeds};

fn main() -> std::io::Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for (name, _) in TARGETS {
        let folder = corpus.join(name);
        std::fs::create_dir_all(&folder)?;
        for (at, seed) in seeds::of(name, seeds::ALL).iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{at:02}")), seed)?;
        }
    }
    Ok(())
}
