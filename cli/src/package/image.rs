//! What a driver's image must be before it is packaged: checked in its headers, by the numbers of the PE format
//! ("PE Format", Microsoft Learn).

use object::pe;
use object::read::pe::{ImageNtHeaders, ImageOptionalHeader, PeFile64};
use object::{LittleEndian as LE, Object as _};

/// The processors that drivers are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Machine {
    /// x64.
    Amd64,
    /// ARM64.
    Arm64,
}

impl Machine {
    /// The versions of Windows that a catalogue is made for, from the floor on, in `inf2cat`'s words ("Inf2Cat", Microsoft
    /// Learn).
    pub(crate) const fn versions(self) -> &'static str {
        match self {
            Self::Amd64 => {
                "10_VB_X64,10_CO_X64,10_NI_X64,10_GE_X64,10_25H2_X64,ServerFE_X64,Server2025_X64"
            }
            Self::Arm64 => {
                "10_VB_ARM64,10_CO_ARM64,10_NI_ARM64,10_GE_ARM64,10_25H2_ARM64,Server2025_ARM64"
            }
        }
    }

    /// As an INF decorates sections with it.
    pub(crate) const fn decoration(self) -> &'static str {
        match self {
            Self::Amd64 => "amd64",
            Self::Arm64 => "arm64",
        }
    }
}

/// Modules that are there before any driver loads.
const KERNEL: [&str; 4] = ["ntoskrnl.exe", "fltmgr.sys", "hal.dll", "cng.sys"];

/// Reads an image's headers. Returns its machine and everything that is wrong with it.
pub(crate) fn check(bytes: &[u8]) -> Result<(Machine, Vec<String>), String> {
    let file = PeFile64::parse(bytes).map_err(|error| format!("no 64-bit image: {error}"))?;
    let headers = file.nt_headers();
    let machine = match headers.file_header().machine.get(LE) {
        pe::IMAGE_FILE_MACHINE_AMD64 => Machine::Amd64,
        pe::IMAGE_FILE_MACHINE_ARM64 => Machine::Arm64,
        other => {
            return Err(format!(
                "made for machine {other:#x}, neither x64 nor ARM64"
            ));
        }
    };
    let optional = headers.optional_header();
    let mut wrong = Vec::new();
    if optional.subsystem() != pe::IMAGE_SUBSYSTEM_NATIVE {
        wrong.push("its subsystem is not native: it was not linked as a driver".to_owned());
    }
    for (flag, name, why) in [
        (
            pe::IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE,
            "/DYNAMICBASE",
            "it cannot be moved",
        ),
        (
            pe::IMAGE_DLLCHARACTERISTICS_NX_COMPAT,
            "/NXCOMPAT",
            "its data could be executed",
        ),
        (
            pe::IMAGE_DLLCHARACTERISTICS_FORCE_INTEGRITY,
            "/INTEGRITYCHECK",
            "process and object callbacks are refused without it",
        ),
    ] {
        if optional.dll_characteristics() & flag == 0 {
            wrong.push(format!("it was linked without {name}: {why}"));
        }
    }
    if optional.address_of_entry_point() == 0 {
        wrong.push("it has no entry point".to_owned());
    }
    let writable_code = pe::IMAGE_SCN_MEM_WRITE | pe::IMAGE_SCN_MEM_EXECUTE;
    for section in file.section_table().iter() {
        if section.characteristics.get(LE) & writable_code == writable_code {
            let name = String::from_utf8_lossy(section.raw_name()).into_owned();
            wrong.push(format!(
                "section {name} is both writable and executable: HVCI refuses it"
            ));
        }
    }
    let imports = file
        .imports()
        .map_err(|error| format!("its imports cannot be read: {error}"))?;
    for import in imports {
        let module = String::from_utf8_lossy(import.library()).to_ascii_lowercase();
        if !KERNEL.contains(&module.as_str()) {
            wrong.push(format!(
                "it imports from {module}, which the kernel does not have"
            ));
        }
    }
    let declared = optional.check_sum();
    let place = checksum_place(bytes, headers.is_valid_optional_magic());
    if place.is_none_or(|place| checksum(bytes, place) != declared) {
        wrong.push(
            "its checksum is wrong: drivers are loaded only with the right one (/RELEASE)"
                .to_owned(),
        );
    }
    wrong.dedup();
    Ok((machine, wrong))
}

/// Where the checksum stands: 64 bytes into the optional header, which follows 24 bytes of headers.
fn checksum_place(bytes: &[u8], valid: bool) -> Option<usize> {
    let at: [u8; 4] = bytes.get(0x3c..0x40)?.try_into().ok()?;
    let headers = usize::try_from(u32::from_le_bytes(at)).ok()?;
    valid.then(|| headers.checked_add(24 + 64)).flatten()
}

/// The image's checksum: its 16-bit words added with end-around carry, the field itself as zero, plus the length.
fn checksum(bytes: &[u8], place: usize) -> u32 {
    let mut sum = 0u64;
    for (number, pair) in bytes.chunks(2).enumerate() {
        let at = number * 2;
        if (place..place + 4).contains(&at) {
            continue;
        }
        let low = pair.first().copied().unwrap_or(0);
        let high = pair.get(1).copied().unwrap_or(0);
        sum += u64::from(u16::from_le_bytes([low, high]));
    }
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    u32::try_from(sum + bytes.len() as u64).unwrap_or(0)
}
