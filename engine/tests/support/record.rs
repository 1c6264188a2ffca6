//! What a test came to, for `cargo xtask report`: one JSON object in `target/verification`.

/// Writes a record; one of the same name is replaced.
pub(crate) fn note(name: &str, record: &str) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/verification");
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(format!("{folder}/{name}.json"), record).unwrap();
}
