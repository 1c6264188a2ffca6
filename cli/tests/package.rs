//! `package`: what is laid out, what is refused, and signatures where the tools for them are installed.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{Place, Ran, run};

/// The smallest image that passes for a driver: headers and one section, by the PE format's offsets.
struct Image(Vec<u8>);

const HEADERS: usize = 0x80;
const OPTIONAL: usize = HEADERS + 24;
const CHECKSUM: usize = OPTIONAL + 64;
const SUBSYSTEM: usize = OPTIONAL + 68;
const CHARACTERISTICS: usize = OPTIONAL + 70;
const SECTION: usize = OPTIONAL + 240;

impl Image {
    fn driver() -> Self {
        let mut image = Self(vec![0; 0x400]);
        image.put(0, b"MZ");
        image.put(0x3c, &(HEADERS as u32).to_le_bytes());
        image.put(HEADERS, b"PE\0\0");
        image.put(HEADERS + 4, &0x8664u16.to_le_bytes());
        image.put(HEADERS + 6, &1u16.to_le_bytes());
        image.put(HEADERS + 20, &240u16.to_le_bytes());
        image.put(HEADERS + 22, &0x22u16.to_le_bytes());
        image.put(OPTIONAL, &0x20bu16.to_le_bytes());
        image.put(OPTIONAL + 16, &0x1000u32.to_le_bytes());
        image.put(OPTIONAL + 24, &0x1_4000_0000u64.to_le_bytes());
        image.put(OPTIONAL + 32, &0x1000u32.to_le_bytes());
        image.put(OPTIONAL + 36, &0x200u32.to_le_bytes());
        image.put(OPTIONAL + 56, &0x2000u32.to_le_bytes());
        image.put(OPTIONAL + 60, &0x200u32.to_le_bytes());
        image.put(SUBSYSTEM, &1u16.to_le_bytes());
        image.put(CHARACTERISTICS, &(0x40u16 | 0x80 | 0x100).to_le_bytes());
        image.put(OPTIONAL + 108, &16u32.to_le_bytes());
        image.put(SECTION, b".text\0\0\0");
        image.put(SECTION + 8, &0x10u32.to_le_bytes());
        image.put(SECTION + 12, &0x1000u32.to_le_bytes());
        image.put(SECTION + 16, &0x200u32.to_le_bytes());
        image.put(SECTION + 20, &0x200u32.to_le_bytes());
        image.put(SECTION + 36, &0x6000_0020u32.to_le_bytes());
        image.put(0x200, &[0xc3]);
        image
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        self.0[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// With its checksum, computed as the linker does: 32 bits at a time here, 16 in the command.
    fn finished(mut self) -> Vec<u8> {
        self.put(CHECKSUM, &[0; 4]);
        let mut sum = 0u64;
        for word in self.0.chunks_exact(4) {
            sum += u64::from(u32::from_le_bytes(word.try_into().expect("four bytes")));
            sum = (sum & 0xffff_ffff) + (sum >> 32);
        }
        let sum = (sum & 0xffff) + (sum >> 16);
        let sum = (sum & 0xffff) + (sum >> 16);
        let sum = (sum & 0xffff) as u32 + self.0.len() as u32;
        self.put(CHECKSUM, &sum.to_le_bytes());
        self.0
    }
}

fn inx() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../inf/cofferdam.inx")
}

fn package(place: &Place, image: &[u8], inx: &Path) -> Ran {
    let driver = place.path("built.sys");
    fs::write(&driver, image).expect("it can be written");
    run(args![
        "package",
        driver,
        "--inf",
        inx,
        "--date",
        "11/25/2026",
        "--version",
        "1.2.3.4",
        "-o",
        place.path("package")
    ])
}

#[test]
fn a_package_is_laid_out() {
    let place = Place::new();
    let image = Image::driver().finished();
    let ran = package(&place, &image, &inx()).code(0);
    assert!(
        ran.out.contains("not signed: no certificate was given"),
        "{}",
        ran.out
    );
    // What Linux cannot do is said, in commands that can be copied.
    for step in [
        "inf2cat /driver:. /os:10_VB_X64,",
        "signtool sign /fd sha256 /f cofferdam-test.pfx /p PASSWORD cofferdam.sys cofferdam.cat",
        "signtool verify",
    ] {
        assert!(ran.out.contains(step), "{step}: {}", ran.out);
    }
    let package = place.path("package");
    assert_eq!(
        fs::read(package.join("cofferdam.sys")).expect("it is there"),
        image
    );
    let inf = fs::read_to_string(package.join("cofferdam.inf")).expect("it is there");
    assert!(
        inf.contains("DriverVer   = 11/25/2026,1.2.3.4\r\n"),
        "{inf}"
    );
    assert!(inf.contains("[DefaultInstall.NTamd64]\r\n"), "{inf}");
    assert!(!inf.contains("$ARCH$"));
}

#[test]
fn each_processor_gets_its_own_sections() {
    let place = Place::new();
    let mut image = Image::driver();
    image.put(HEADERS + 4, &0xaa64u16.to_le_bytes());
    package(&place, &image.finished(), &inx()).code(0);
    let inf = fs::read_to_string(place.path("package/cofferdam.inf")).expect("it is there");
    assert!(inf.contains("[DefaultInstall.NTarm64.Services]"), "{inf}");
}

/// Each check of the image, failed: bytes to put, and a word of the complaint.
#[test]
fn an_image_that_windows_would_not_load_is_refused() {
    let place = Place::new();
    for (at, bytes, complaint) in [
        (HEADERS + 4, vec![0x4c, 0x01], "neither x64 nor ARM64"),
        (SUBSYSTEM, vec![3], "not native"),
        (CHARACTERISTICS, vec![0x80, 0x01], "/DYNAMICBASE"),
        (CHARACTERISTICS, vec![0x40, 0x01], "/INTEGRITYCHECK"),
        (CHARACTERISTICS, vec![0xc0, 0x00], "/NXCOMPAT"),
        (OPTIONAL + 16, vec![0; 4], "no entry point"),
        (SECTION + 39, vec![0xe0], "both writable and executable"),
    ] {
        let mut image = Image::driver();
        image.put(at, &bytes);
        let err = package(&place, &image.finished(), &inx()).code(3).err;
        assert!(err.contains(complaint), "{complaint}: {err}");
        assert!(!place.path("package").exists());
    }
    let mut image = Image::driver().finished();
    image[CHECKSUM] ^= 1;
    let err = package(&place, &image, &inx()).code(3).err;
    assert!(err.contains("checksum is wrong"), "{err}");
    let err = package(&place, b"MZ", &inx()).code(3).err;
    assert!(err.contains("no 64-bit image"), "{err}");
}

#[test]
fn an_inf_that_breaks_a_rule_is_refused() {
    let place = Place::new();
    let text = fs::read_to_string(inx()).expect("it is there");
    let broken = place.path("broken.inx");
    fs::write(
        &broken,
        text.replace("ErrorControl   = 1", "ErrorControl   = 3"),
    )
    .expect("it can be written");
    let err = package(&place, &Image::driver().finished(), &broken)
        .code(3)
        .err;
    assert!(err.contains("ErrorControl is 3, not 1"), "{err}");
}

fn openssl(args: &[&str]) -> bool {
    let ran = Command::new("openssl").args(args).output();
    ran.is_ok_and(|output| output.status.success())
}

#[test]
fn a_signature_is_made_and_verified() {
    let place = Place::new();
    let tool = Command::new("osslsigncode").arg("--version").output();
    let (key, certificate) = (place.path("test.key"), place.path("test.pem"));
    let made = openssl(&[
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=Cofferdam test",
        "-addext",
        "extendedKeyUsage=codeSigning",
        "-addext",
        "keyUsage=digitalSignature",
        "-keyout",
        &key.to_string_lossy(),
        "-out",
        &certificate.to_string_lossy(),
    ]);
    if tool.is_err() || !made {
        eprintln!("skipped: osslsigncode or openssl is not installed");
        return;
    }
    let driver = place.path("built.sys");
    let image = Image::driver().finished();
    fs::write(&driver, &image).expect("it can be written");
    let sign = |key: &Path| {
        run(args![
            "package",
            &driver,
            "--inf",
            inx(),
            "--date",
            "11/25/2026",
            "-o",
            place.path("package"),
            "--certificate",
            &certificate,
            "--key",
            key,
            "--format",
            "json"
        ])
    };
    let json = sign(&key).code(0).json();
    assert_eq!(json["signed"], true);
    let left = json["left_for_windows"].as_array().expect("steps");
    assert_eq!(left.len(), 3);
    // The driver is signed already.
    assert!(
        left[1]
            .as_str()
            .is_some_and(|it| it.ends_with("PASSWORD cofferdam.cat"))
    );
    assert_eq!(json["files"].as_array().map(Vec::len), Some(3));
    let signed = fs::read(place.path("package/cofferdam.sys")).expect("it is there");
    assert!(signed.len() > image.len());
    // What it signed, it would package again: the checksum is right.
    let again = place.path("again.sys");
    fs::write(&again, &signed).expect("it can be written");
    run(args![
        "package",
        again,
        "--inf",
        inx(),
        "--date",
        "11/25/2026",
        "-o",
        place.path("two")
    ])
    .code(0);
    // A key that is not the certificate's.
    let other = place.path("other.key");
    assert!(openssl(&[
        "genrsa",
        "-out",
        &other.to_string_lossy(),
        "2048"
    ]));
    let ran = sign(&other).code(3);
    assert!(ran.err.contains("cannot sign the driver"), "{}", ran.err);
    // A certificate with the key in it must not go to test machines.
    let both = [fs::read(&certificate), fs::read(&key)].map(|it| it.expect("it is there"));
    fs::write(&certificate, both.concat()).expect("it can be written");
    assert!(
        sign(&key)
            .code(2)
            .err
            .contains("private key must not be in it")
    );
}
