//! Authenticode, by `osslsigncode` where it is installed.

use std::path::Path;
use std::process::Command;

use crate::failure::Failure;

const TOOL: &str = "osslsigncode";

/// Whether the tool is there.
pub(crate) fn is_available() -> bool {
    let version = Command::new(TOOL).arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}

/// Signs an image with SHA-256.
pub(crate) fn sign(
    image: &Path,
    signed: &Path,
    certificate: &Path,
    key: &Path,
) -> Result<(), Failure> {
    let mut command = Command::new(TOOL);
    command
        .arg("sign")
        .arg("-certs")
        .arg(certificate)
        .arg("-key")
        .arg(key);
    command.args(["-h", "sha256", "-n", "Cofferdam", "-in"]);
    command.arg(image).arg("-out").arg(signed);
    run(command, "sign the driver").map_err(|failure| {
        failure.help(
            "certificate and key must be PEM and belong together; docs/windows.md says how a test certificate is made",
        )
    })
}

/// Verifies that an image is signed by a certificate and has not been changed since.
pub(crate) fn verify(image: &Path, certificate: &Path) -> Result<(), Failure> {
    let mut command = Command::new(TOOL);
    command
        .arg("verify")
        .arg("-CAfile")
        .arg(certificate)
        .arg("-in")
        .arg(image);
    run(command, "verify the driver's signature")
}

fn run(mut command: Command, what: &str) -> Result<(), Failure> {
    let output = command
        .output()
        .map_err(|error| Failure::usage(format!("cannot {what}: {TOOL}: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let lines: Vec<&str> = said
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let last = lines
        .get(lines.len().saturating_sub(4)..)
        .unwrap_or_default();
    Err(Failure::refused(format!(
        "cannot {what}: {}",
        last.join("; ")
    )))
}
