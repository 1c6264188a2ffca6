//! What tests came to, as files from which `cargo xtask report` makes its report.
//!
//! A record is one JSON object; the test that makes it owns its name. Records lie in `target/verification`, or where
//! `COFFERDAM_RECORDS` says. Long runs are kept in the repository: `tests/stage/runs`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::kernel::{Kernel, lock};

fn folder() -> PathBuf {
    std::env::var_os("COFFERDAM_RECORDS").map_or_else(
        || {
            PathBuf::from(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../target/verification"
            ))
        },
        PathBuf::from,
    )
}

/// Writes a record; what was recorded under this name before is replaced. The time is added, and the image that ran.
///
/// # Panics
/// When the record is no object, or cannot be written.
pub fn note(name: &str, mut facts: Value) {
    let object = facts.as_object_mut().expect("a record is an object");
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    object.insert("recorded".into(), now.map_or(0, |it| it.as_secs()).into());
    let image = crate::image::driver_image().ok();
    if let Some(bytes) = image.and_then(|it| std::fs::read(it).ok()) {
        let hash: String = Sha256::digest(&bytes)
            .iter()
            .map(|it| format!("{it:02x}"))
            .collect();
        object.insert("image".into(), hash.into());
    }
    let folder = folder();
    let written = std::fs::create_dir_all(&folder).and_then(|()| {
        // Whole or not at all, whoever reads it meanwhile.
        let partial = folder.join(format!("{name}.{}.partial", std::process::id()));
        std::fs::write(&partial, format!("{facts:#}\n"))?;
        std::fs::rename(partial, folder.join(format!("{name}.json")))
    });
    written.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
}

/// This test program's name, without the hash that cargo appends.
fn program() -> String {
    let path = std::env::current_exe().unwrap_or_default();
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    stem.rsplit_once('-').map_or(&*stem, |it| it.0).to_owned()
}

/// Notes the deepest use of the stack by each of the driver's callbacks, of all machines of this test program.
pub(crate) fn stack(kernel: &Kernel) {
    static DEEPEST: Mutex<BTreeMap<&'static str, usize>> = Mutex::new(BTreeMap::new());
    let mut all = lock(&DEEPEST);
    let before = all.clone();
    for (callback, bytes) in kernel.deepest() {
        let entry = all.entry(callback).or_default();
        *entry = bytes.max(*entry);
    }
    if *all != before {
        note(
            &format!("stack.{}", program()),
            json!({ "callbacks": *all }),
        );
    }
}

/// Notes what of the image the machines of this test program ran, and which functions none of them entered.
pub(crate) fn coverage(kernel: &Kernel) {
    static NOTED: Mutex<usize> = Mutex::new(0);
    let Some(coverage) = kernel.coverage() else {
        return;
    };
    let mut noted = lock(&NOTED);
    if coverage.reached() <= *noted {
        return;
    }
    *noted = coverage.reached();
    let functions = coverage.functions();
    let never = functions.iter().filter(|it| it.reached == 0);
    let never: Vec<String> = never
        .map(|it| {
            let address = kernel.image().base() + u64::from(it.offset);
            kernel.image().symbolise(address)
        })
        .collect();
    note(
        &format!("coverage.{}", program()),
        json!({
            "blocks": coverage.blocks(),
            "reached": coverage.reached(),
            "functions": functions.len(),
            "never_entered": never,
        }),
    );
}
