//! A driver package for a test machine: the image, its INF, and the certificate that signed it.
//!
//! [`image`] is what the image must be, [`inf`] reads INF files, [`rules`] what they must say, [`sign`] signatures.

pub(crate) mod image;
pub(crate) mod inf;
pub(crate) mod rules;
pub(crate) mod sign;

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueHint};

use crate::args::Format;

/// Lay out a driver package for a test machine: driver, INF and certificate, checked and signed.
///
/// The image must be a driver that Windows would load; the INF must follow the rules for primitive minifilters. Where
/// `osslsigncode` is installed and a certificate is given, the driver is signed, and the signature verified.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Example:\n  cofferdam package target/cofferdam.sys --inf inf/cofferdam.inx --date 11/25/2026 \\\n    \
    --certificate test.pem --key test.key -o package\n\n\
    writes cofferdam.sys, cofferdam.inf and cofferdam.cer. The catalogue can be made on Windows only: the outcome says with\n\
    which commands.\n\
    Exits with 3 where the image or the INF is refused."
)]
pub(crate) struct Package {
    /// The driver's image
    #[arg(value_name = "DRIVER.sys", value_hint = ValueHint::FilePath)]
    pub(crate) driver: PathBuf,
    /// The INF, or the INX that it is made of
    #[arg(long, value_name = "FILE.inx", value_hint = ValueHint::FilePath)]
    pub(crate) inf: PathBuf,
    /// The package's date in the INF: MM/DD/YYYY
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) date: String,
    /// The package's version in the INF
    #[arg(long, value_name = "N.N.N.N", default_value = concat!(env!("CARGO_PKG_VERSION"), ".0"), value_parser = version)]
    pub(crate) version: String,
    /// The certificate to sign with: PEM
    #[arg(long, value_name = "FILE.pem", requires = "key", value_hint = ValueHint::FilePath)]
    pub(crate) certificate: Option<PathBuf>,
    /// Its private key: PEM
    #[arg(long, value_name = "FILE.key", requires = "certificate", value_hint = ValueHint::FilePath)]
    pub(crate) key: Option<PathBuf>,
    /// The directory to write; made if it is not there
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) output: PathBuf,
    /// How the outcome is written
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: Format,
}

fn numbers<const N: usize>(text: &str, separator: char) -> Option<[u32; N]> {
    let parts: Option<Vec<u32>> = text
        .split(separator)
        .map(|part| part.parse().ok())
        .collect();
    parts?.try_into().ok()
}

/// As an INF's `DriverVer` has it.
fn date(text: &str) -> Result<String, String> {
    match numbers(text, '/') {
        Some([1..=12, 1..=31, 2020..=2999]) => Ok(text.to_owned()),
        _ => Err("a date is expected as MM/DD/YYYY, such as 11/25/2026".into()),
    }
}

/// As an INF's `DriverVer` has it: each part below 65,536.
fn version(text: &str) -> Result<String, String> {
    match numbers::<4>(text, '.') {
        Some(parts) if parts.iter().all(|part| *part <= 0xffff) => Ok(text.to_owned()),
        _ => Err("four numbers below 65536 are expected, such as 0.1.0.0".into()),
    }
}
