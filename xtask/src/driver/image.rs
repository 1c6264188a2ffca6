//! The image as Windows' loader sees it.

use std::collections::BTreeMap;
use std::fs;

use object::LittleEndian as LE;
use object::pe;
use object::read::pe::{ImageNtHeaders, ImageOptionalHeader, PeFile64};

use crate::output::workspace;

/// Windows 10, version 2004: the first on which the driver runs.
const FLOOR: u32 = 19041;

/// The image with everything in it.
const MOST_BYTES: usize = 400 << 10;

const LIBRARIES: [&str; 3] = ["FLTMGR.SYS", "cng.sys", "ntoskrnl.exe"];

/// Checks headers, sections and imports; returns what is wrong.
///
/// # Errors
/// The bytes are no 64-bit PE image, or the table of imports cannot be read.
pub(crate) fn check(bytes: &[u8]) -> Result<Vec<String>, String> {
    let file = PeFile64::parse(bytes).map_err(|error| format!("the image: {error}"))?;
    let mut wrong = Vec::new();
    let mut require = |holds: bool, what: &str| {
        if !holds {
            wrong.push(format!("the image: {what}"));
        }
    };
    let header = file.nt_headers().optional_header();
    require(
        header.subsystem() == pe::IMAGE_SUBSYSTEM_NATIVE,
        "its subsystem is not native",
    );
    let wanted = pe::IMAGE_DLLCHARACTERISTICS_NX_COMPAT
        | pe::IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE
        | pe::IMAGE_DLLCHARACTERISTICS_FORCE_INTEGRITY;
    require(
        header.dll_characteristics() & wanted == wanted,
        "it is not marked NX-compatible, relocatable and integrity-checked",
    );
    require(
        header.check_sum() == checksum(bytes, checksum_at(bytes)),
        "its checksum is wrong",
    );
    let relocations = file.data_directory(pe::IMAGE_DIRECTORY_ENTRY_BASERELOC);
    require(
        relocations.is_some_and(|entry| entry.size.get(LE) != 0),
        "it has no relocations",
    );
    require(
        bytes.len() < MOST_BYTES,
        &format!("it has {} bytes, {MOST_BYTES} or more", bytes.len()),
    );
    let sections = file.section_table();
    let entry = header.address_of_entry_point();
    for section in sections.iter() {
        let name = String::from_utf8_lossy(section.raw_name());
        let flags = section.characteristics.get(LE);
        let writable = flags & pe::IMAGE_SCN_MEM_WRITE != 0;
        let executable = flags & pe::IMAGE_SCN_MEM_EXECUTE != 0;
        let discardable = flags & pe::IMAGE_SCN_MEM_DISCARDABLE != 0;
        println!(
            "section {name:<8} {:>8} bytes{}{}{}",
            section.virtual_size.get(LE),
            if writable { ", writable" } else { "" },
            if executable { ", executable" } else { "" },
            if discardable { ", discardable" } else { "" },
        );
        require(
            !(writable && executable),
            &format!("section {name} is writable and executable"),
        );
        require(
            (name == "INIT" || name == ".reloc") == discardable,
            &format!("section {name} is discardable, or should be"),
        );
        let start = section.virtual_address.get(LE);
        let holds_entry = (start..start + section.virtual_size.get(LE)).contains(&entry);
        require(
            (name == "INIT") == holds_entry,
            &format!("DriverEntry is in {name}, or is not in INIT"),
        );
    }
    wrong.extend(imports(&file)?);
    println!("image: {} bytes", bytes.len());
    Ok(wrong)
}

/// Where the checksum stands: 64 bytes into the optional header, which follows the file header.
fn checksum_at(bytes: &[u8]) -> usize {
    let at = bytes.get(0x3c..0x40).map_or(0, |at| {
        at.iter()
            .rev()
            .fold(0, |n, byte| n << 8 | usize::from(*byte))
    });
    at + 24 + 64
}

/// The checksum of an image: the sum of its 16-bit words, carries added in, without the checksum itself; and its length.
fn checksum(bytes: &[u8], at: usize) -> u32 {
    let mut sum = 0_u32;
    for (index, word) in bytes.chunks(2).enumerate() {
        if (at..at + 4).contains(&(index * 2)) {
            continue;
        }
        let word = u32::from(word[0]) | u32::from(word.get(1).copied().unwrap_or(0)) << 8;
        sum += word;
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum + u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}

/// Compares what the image imports with `driver/imports.txt`, and that with the floor.
fn imports(file: &PeFile64<'_>) -> Result<Vec<String>, String> {
    let mut wrong = Vec::new();
    let path = workspace().join("driver/imports.txt");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut table = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let entry = line
            .split_once(' ')
            .and_then(|(name, since)| Some((name, since.parse::<u32>().ok()?)));
        let (name, since) = entry.ok_or_else(|| format!("imports.txt: {line}"))?;
        if since > FLOOR {
            wrong.push(format!("{name} came with build {since}, after {FLOOR}"));
        }
        table.insert(name.to_owned(), false);
    }
    let broken = |error| format!("the image's imports: {error}");
    let imports = file.import_table().map_err(broken)?;
    let imports = imports.ok_or("the image imports nothing")?;
    let mut descriptors = imports.descriptors().map_err(broken)?;
    let mut count = 0;
    while let Some(descriptor) = descriptors.next().map_err(broken)? {
        let library = imports.name(descriptor.name.get(LE)).map_err(broken)?;
        let library = String::from_utf8_lossy(library).into_owned();
        if !LIBRARIES.contains(&library.as_str()) {
            wrong.push(format!("the image imports from {library}"));
        }
        let thunks = descriptor.original_first_thunk.get(LE);
        let mut thunks = imports.thunks(thunks).map_err(broken)?;
        while let Some(thunk) = thunks.next::<pe::ImageNtHeaders64>().map_err(broken)? {
            let (_, name) = imports
                .hint_name(u32::try_from(thunk.0.get(LE)).unwrap_or(0))
                .map_err(broken)?;
            let name = format!("{library}!{}", String::from_utf8_lossy(name));
            count += 1;
            match table.get_mut(&name) {
                Some(used) => *used = true,
                None => wrong.push(format!("driver/imports.txt lacks {name}")),
            }
        }
    }
    let unused = table.iter().filter(|(_, used)| !**used);
    wrong.extend(unused.map(|(name, _)| format!("driver/imports.txt: {name} is not imported")));
    println!("imports: {count}");
    Ok(wrong)
}

#[cfg(test)]
mod tests {
    use super::checksum;

    #[test]
    fn the_checksum_carries_and_leaves_itself_out() {
        // 0xffff + 0x0002 carries to 2; the four bytes at 4 do not count; ten bytes long.
        let bytes = [0xff, 0xff, 2, 0, 9, 9, 9, 9, 1, 0];
        assert_eq!(checksum(&bytes, 4), 3 + 10);
    }
}
