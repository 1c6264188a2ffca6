//! What the fuzz targets do with a row of bytes.
//!
//! Each [target](TARGETS) is a function that panics where a promise of interpreter, engine or compiler does not hold. A fuzzer
//! (`fuzz/`) calls it with bytes that it searches for; the tests of this crate call it with bytes that a fuzzer
//! once found, with the [seeds] and with plain random ones, so that every finding stays found without a fuzzer.
//!
//! Nothing here is clever about coverage. It only arranges that bytes reach deep: [`file`] turns any bytes into a
//! content file whose lengths, identity and costs are right, so that what is fuzzed is what lies behind them.

mod events;
mod file;
pub mod seeds;
mod support;
mod targets;

/// A fuzz target: its name, and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target, by the name under which `fuzz/fuzz_targets` has it.
pub const TARGETS: [Target; 9] = [
    ("verify", targets::verify),
    ("accepted", targets::accepted),
    ("mutated", targets::mutated),
    ("unverified", targets::unverified),
    ("text", targets::text),
    ("pattern", targets::pattern),
    ("model", targets::model),
    ("control", targets::control),
    ("rules", targets::rules),
];

/// A content file of a version, out of any bytes: everything is put right that a search would not hit, signature excepted.
#[must_use]
pub fn mended(bytes: &[u8], content_version: u64) -> Vec<u8> {
    let file = file::fit(&file::of_version(bytes, content_version), true);
    file::declare(&file).unwrap_or(file)
}

/// The same file with one record of one section changed, as the bytes of `how` choose.
#[must_use]
pub fn damaged(bytes: &[u8], how: &[u8]) -> Vec<u8> {
    targets::damaged(&file::fit(bytes, true), how)
}

/// Runs the target with this name.
///
/// # Panics
/// Where a promise does not hold, and where no target has the name.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|(known, _)| *known == name);
    let (_, target) = target.expect("a target's name");
    target(bytes);
}
