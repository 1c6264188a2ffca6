//! Exports every routine that the driver imports from the kernel and from Filter Manager: those of this crate as they
//! are, all others as forwards to Wine's own.

use std::{env, fs};

const IMPORTS: &str = "../../../driver/imports.txt";
const OWN: &str = "src/lib.rs";

fn main() {
    let imports = fs::read_to_string(IMPORTS).expect("the driver's list of imports");
    let own = fs::read_to_string(OWN).expect("this crate's source");
    for line in imports.lines().filter(|line| !line.starts_with(['#', ' '])) {
        let Some((module, rest)) = line.split_once('!') else {
            continue;
        };
        let routine = rest.split_whitespace().next().unwrap_or(rest);
        let is_own = own.contains(&format!("extern \"system\" fn {routine}("));
        if !is_own && module != "cng.sys" {
            let module = module.to_lowercase();
            println!("cargo::rustc-cdylib-link-arg=/EXPORT:{routine}={module}.{routine}");
        }
    }
    println!("cargo::rerun-if-changed={IMPORTS}");
    println!("cargo::rerun-if-changed={OWN}");
    assert!(
        env::var("TARGET").is_ok_and(|target| target.contains("windows")),
        "for Windows only"
    );
}
