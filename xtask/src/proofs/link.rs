//! `cargo xtask link-proof`: links the image in `proofs/link` for every target and setting.
//!
//! A link that succeeds shows that nothing in the image can panic. That the proof can fail is shown as well: with a
//! deliberate panic the same image must not link.

use std::fs;
use std::path::PathBuf;

use super::listing::Listing;
use super::stack::{self, Stack};
use super::{cargo, run, target_folder};

/// Linux, where it is quick to look into; and what the driver is built for.
const TARGETS: [&str; 3] = [
    "x86_64-unknown-linux-gnu",
    "x86_64-pc-windows-msvc",
    "aarch64-pc-windows-msvc",
];

/// Cargo profiles of the image, and what they mean.
const PROFILES: [(&str, &str); 3] = [
    ("release", "opt-level 3"),
    ("small", "opt-level z"),
    ("checked", "opt-level 3, overflow checks"),
];

/// What the panic handler calls and nothing defines.
const MISSING: &str = "cofferdam_a_panic_path_is_linked";

/// An image with a deliberate panic.
struct Deliberate {
    /// The feature that brings it in.
    feature: &'static str,
    profile: &'static str,
    setting: &'static str,
    targets: &'static [&'static str],
    /// Whether it must link all the same.
    links: bool,
}

const DELIBERATE: [Deliberate; 3] = [
    Deliberate {
        feature: "indexing",
        profile: "release",
        setting: "with `slice[i]`",
        targets: &TARGETS,
        links: false,
    },
    // Unchecked, a sum wraps; checked, it panics: so the third setting proves more than the first.
    Deliberate {
        feature: "adding",
        profile: "release",
        setting: "with `a + b`",
        targets: &[TARGETS[0]],
        links: true,
    },
    Deliberate {
        feature: "adding",
        profile: "checked",
        setting: "with `a + b`, overflow checks",
        targets: &[TARGETS[0]],
        links: false,
    },
];

/// What became of one link.
struct Link {
    linked: bool,
    /// What compiler and linker said.
    said: String,
    /// The image's assembly.
    listing: Listing,
    /// Symbols in the image that belong to panicking.
    panics: usize,
    /// The stack that the image uses at most, or why there is no saying.
    stack: Result<Stack, String>,
}

/// Links every image and prints what became of it.
///
/// # Errors
/// An image that must link does not, holds a trap or a symbol of the panic machinery, or one that must not link does.
pub(crate) fn prove() -> Result<(), String> {
    let mut wrong = Vec::new();
    println!(
        "{:<26} {:<30} {:<7} functions panics traps stack: run, load",
        "target", "setting", "links"
    );
    for target in TARGETS {
        for (profile, setting) in PROFILES {
            let link = link(target, profile, None)?;
            report(target, setting, &link);
            if !link.linked {
                wrong.push(format!("{target}, {setting}: {}", link.explain()));
            }
            for (function, line) in &link.listing.traps {
                wrong.push(format!("{target}, {setting}: `{line}` in {function}"));
            }
            let stack = match &link.stack {
                Ok(stack) => [(&stack.run, stack::RUN), (&stack.load, stack::LOAD)],
                Err(reason) => return Err(format!("{target}, {setting}: stack: {reason}")),
            };
            for (deepest, _) in stack.iter().filter(|(it, most)| it.bytes > *most) {
                let (bytes, path) = (deepest.bytes, listed(&deepest.path));
                wrong.push(format!(
                    "{target}, {setting}: {bytes} bytes of stack\n{path}"
                ));
            }
            if link.panics > 0 {
                wrong.push(format!(
                    "{target}, {setting}: {} panic symbols",
                    link.panics
                ));
            }
        }
    }
    for image in DELIBERATE {
        for target in image.targets {
            let link = link(target, image.profile, Some(image.feature))?;
            report(target, image.setting, &link);
            if link.linked != image.links {
                let should = if image.links { "must" } else { "must not" };
                wrong.push(format!("{target}, {}: {should} link", image.setting));
            }
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(format!("the link proof fails\n{}", wrong.join("\n")))
    }
}

fn report(target: &str, setting: &str, link: &Link) {
    println!(
        "{target:<26} {setting:<30} {:<7} {:>9} {:>6} {:>5} {:>11}",
        if link.linked { "yes" } else { "no" },
        link.listing.functions,
        link.panics,
        link.listing.traps.len(),
        match &link.stack {
            Ok(stack) if link.linked => format!("{} {}", stack.run.bytes, stack.load.bytes),
            _ => "-".to_owned(),
        },
    );
}

/// Functions and the bytes of their frames.
fn listed(path: &[(String, u64)]) -> String {
    let lines = path
        .iter()
        .map(|(name, bytes)| format!("  {bytes:>5} {name}"));
    lines.collect::<Vec<_>>().join("\n")
}

fn link(target: &str, profile: &str, feature: Option<&str>) -> Result<Link, String> {
    let folder = target_folder("link-proof");
    let mut command = cargo("proofs/link");
    command.args([
        "rustc",
        "--locked",
        "--target",
        target,
        "--profile",
        profile,
    ]);
    command.args(feature.map(|feature| format!("--features={feature}")));
    command.arg("--target-dir").arg(&folder);
    // The listing is written before the link, so it is there to explain a failure.
    command.args(["--", "--emit=asm,link"]);
    let output = run(&mut command)?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let linked = output.status.success();
    if !linked && !said.contains(MISSING) {
        return Err(format!(
            "{target}, {profile}: the build fails for another reason\n{said}"
        ));
    }
    let built = folder.join(target).join(profile).join("deps");
    let listing = built.join("cofferdam_link_proof.s");
    let listing =
        fs::read_to_string(&listing).map_err(|error| format!("{}: {error}", listing.display()))?;
    let panics = if linked { panic_symbols(&built)? } else { 0 };
    Ok(Link {
        linked,
        said,
        listing: Listing::read(&listing),
        stack: stack::stack(&listing),
        panics,
    })
}

/// Symbols of the panic machinery in the linked image: its map on Windows, its symbol table on Linux.
fn panic_symbols(built: &std::path::Path) -> Result<usize, String> {
    let image: PathBuf = ["cofferdam_link_proof.map", "libcofferdam_link_proof.so"]
        .iter()
        .map(|name| built.join(name))
        .find(|file| file.exists())
        .ok_or_else(|| format!("no image in {}", built.display()))?;
    let bytes = fs::read(&image).map_err(|error| format!("{}: {error}", image.display()))?;
    // Names are never split in a string table, so the bytes may be searched as they are.
    Ok(["9panicking", "rust_begin_unwind", "rust_panic"]
        .iter()
        .map(|name| {
            bytes
                .windows(name.len())
                .filter(|here| *here == name.as_bytes())
                .count()
        })
        .sum())
}

impl Link {
    /// From where the panics are reached.
    fn explain(&self) -> String {
        let callers = self.listing.panics.iter();
        let callers: Vec<String> = callers
            .map(|(from, to)| format!("  {from} calls {to}"))
            .collect();
        if callers.is_empty() {
            self.said.clone()
        } else {
            format!("panic paths remain\n{}", callers.join("\n"))
        }
    }
}
