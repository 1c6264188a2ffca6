//! `package`: a driver package for a test machine.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::args::Format;
use crate::failure::{Exit, Failure};
use crate::output::{self, Readers, style, write_file};
use crate::package::image::{self, Machine};
use crate::package::inf::Inf;
use crate::package::{Package, rules, sign};

pub(crate) fn run(args: &Package) -> Result<Exit, Failure> {
    let bytes =
        fs::read(&args.driver).map_err(|error| Failure::io("read", &args.driver, &error))?;
    let machine = check_image(&args.driver, &bytes)?;
    let (inf, name) = make_inf(args, machine)?;
    let certificate = args
        .certificate
        .as_deref()
        .map(read_certificate)
        .transpose()?;
    fs::create_dir_all(&args.output).map_err(|error| Failure::io("make", &args.output, &error))?;
    let driver = args.output.join(&name);
    let signed = match (&args.certificate, &args.key) {
        (Some(certificate), Some(key)) if sign::is_available() => {
            signed(args, &driver, certificate, key)?;
            true
        }
        _ => {
            write_file(&driver, &bytes, Readers::Anyone)?;
            false
        }
    };
    let inf_path = driver.with_extension("inf");
    write_file(&inf_path, inf.as_bytes(), Readers::Anyone)?;
    let mut files = vec![driver.clone(), inf_path];
    if let Some(certificate) = &certificate {
        let path = driver.with_extension("cer");
        write_file(&path, certificate, Readers::Anyone)?;
        files.push(path);
    }
    report(args, machine, &files, signed)?;
    Ok(Exit::Ok)
}

fn check_image(path: &Path, bytes: &[u8]) -> Result<Machine, Failure> {
    let refused = |what: &str| {
        Failure::refused(format!("{}: {what}", path.display()))
            .help("the driver's own build links it as it must be; see docs/windows.md")
    };
    let (machine, wrong) = image::check(bytes).map_err(|error| refused(&error))?;
    if wrong.is_empty() {
        Ok(machine)
    } else {
        Err(refused(&wrong.join("\n  ")))
    }
}

/// What `stampinf` would make of the INX, and the name of the driver's file in it.
fn make_inf(args: &Package, machine: Machine) -> Result<(String, String), Failure> {
    let text =
        fs::read_to_string(&args.inf).map_err(|error| Failure::io("read", &args.inf, &error))?;
    let stamp = format!("DriverVer   = {},{}", args.date, args.version);
    let lines = text.replace("$ARCH$", machine.decoration());
    let lines = lines.lines().map(|line| {
        if line.trim_start().starts_with("DriverVer") {
            &stamp
        } else {
            line
        }
    });
    // Setup reads UTF-16 or ANSI; the file is ASCII, with the line ends of Windows.
    let text: String = lines.flat_map(|line| [line, "\r\n"]).collect();
    let refused = |what: String| {
        Failure::refused(format!("{}: {what}", args.inf.display()))
            .help("inf/cofferdam.inx of the repository follows every rule")
    };
    if !text.is_ascii() {
        return Err(refused("it is not ASCII, which Setup would misread".into()));
    }
    let inf = Inf::parse(&text).map_err(refused)?;
    let broken = rules::broken(&inf);
    if !broken.is_empty() {
        return Err(refused(broken.join("\n  ")));
    }
    let name = rules::binary(&inf).ok_or_else(|| refused("it names no driver".into()))?;
    Ok((text.clone(), name.to_owned()))
}

/// Signs into the package. The tool wants a file of its own to write, and a half-written one must not stay.
fn signed(args: &Package, driver: &Path, certificate: &Path, key: &Path) -> Result<(), Failure> {
    let temporary = driver.with_extension("unverified");
    let _ = fs::remove_file(&temporary);
    let done = sign::sign(&args.driver, &temporary, certificate, key)
        .and_then(|()| sign::verify(&temporary, certificate))
        .and_then(|()| {
            fs::rename(&temporary, driver).map_err(|error| Failure::io("write", driver, &error))
        });
    let _ = fs::remove_file(&temporary);
    done
}

/// The certificate as Windows imports it; PEM will do for that.
fn read_certificate(path: &Path) -> Result<Vec<u8>, Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::io("read", path, &error))?;
    let is_pem = bytes.starts_with(b"-----BEGIN CERTIFICATE-----");
    let private = b"PRIVATE KEY-----";
    if !is_pem || bytes.windows(private.len()).any(|window| window == private) {
        return Err(Failure::usage(format!(
            "{} is not a certificate alone, in PEM",
            path.display()
        ))
        .help("the file goes to test machines: the private key must not be in it"));
    }
    Ok(bytes)
}

/// What is left to do on Windows, in order: there is no tool for catalogues elsewhere.
fn left(machine: Machine, signed: bool) -> Vec<String> {
    let driver = if signed { "" } else { "cofferdam.sys " };
    vec![
        format!("inf2cat /driver:. /os:{}", machine.versions()),
        format!("signtool sign /fd sha256 /f cofferdam-test.pfx /p PASSWORD {driver}cofferdam.cat"),
        "signtool verify /v /pa /c cofferdam.cat cofferdam.sys".to_owned(),
    ]
}

fn report(
    args: &Package,
    machine: Machine,
    files: &[PathBuf],
    signed: bool,
) -> Result<(), Failure> {
    let names = files.iter().map(|path| path.to_string_lossy().into_owned());
    if args.format == Format::Json {
        return output::print_json(&json!({
            "machine": machine.decoration(),
            "version": args.version,
            "signed": signed,
            "files": names.collect::<Vec<_>>(),
            "left_for_windows": left(machine, signed),
        }));
    }
    let mut text = format!("a package for {}:\n", machine.decoration());
    for name in names {
        text.push_str(&format!("  {name}\n"));
    }
    text.push_str(&if signed {
        format!(
            "{}signed{:#}, and the signature verified\n",
            style::GOOD,
            style::GOOD
        )
    } else if args.certificate.is_none() {
        format!(
            "{}not signed{:#}: no certificate was given\n",
            style::WARNING,
            style::WARNING
        )
    } else {
        format!(
            "{}not signed{:#}: osslsigncode is not installed\n",
            style::WARNING,
            style::WARNING
        )
    });
    text.push_str(
        "still to do on Windows, in the package's folder, for there is no catalogue yet:\n",
    );
    for step in left(machine, signed) {
        text.push_str(&format!("  {step}\n"));
    }
    text.push_str("then inf/test-vm/Install.ps1; docs/windows.md has each step\n");
    output::print(&text)
}
