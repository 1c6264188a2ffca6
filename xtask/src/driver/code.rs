//! The image's code, instruction by instruction: nothing that stops the machine, and nothing that a Windows kernel does
//! not save for its drivers.

use std::collections::BTreeMap;

use iced_x86::{Code, CpuidFeature, Decoder, DecoderOptions, EncodingKind, Instruction, Mnemonic};
use object::LittleEndian as LE;
use object::pe;
use object::read::pe::PeFile64;

/// Most bytes of one function's frame, those of start and of taking content in included: a page would need a probe of
/// the stack. What whole paths use is measured where the image runs, in the simulated kernel.
const MOST_FRAME: u64 = 2560;

/// Checks every function that the image's unwind table lists; returns what is wrong.
///
/// # Errors
/// The image cannot be taken apart.
pub(crate) fn check(bytes: &[u8], map: &str) -> Result<Vec<String>, String> {
    let file = PeFile64::parse(bytes).map_err(|error| format!("the image: {error}"))?;
    let names = names(map);
    let table = table(&file, bytes)?;
    let mut wrong = Vec::new();
    let mut count = 0;
    let mut covered = 0;
    let mut largest = (0, String::new());
    for (start, end, unwind) in functions_of(table) {
        let name = named(&names, start);
        let code = at(&file, start, end - start).ok_or_else(|| format!("{name}: no code"))?;
        count += 1;
        covered += code.len();
        wrong.extend(
            instructions(&name, start, code)
                .into_iter()
                .map(|(_, what)| what),
        );
        let unwind = at(&file, unwind, 4 + 2 * 255).or_else(|| tail(&file, unwind));
        let frame = frame(unwind.ok_or_else(|| format!("{name}: no unwind information"))?);
        if frame > largest.0 {
            largest = (frame, name.clone());
        }
        if frame > MOST_FRAME {
            wrong.push(format!(
                "{name}: a frame of {frame} bytes, over {MOST_FRAME}"
            ));
        }
    }
    // Functions without a frame are in no table: everything between the others, where padding is no instruction.
    for (start, code) in gaps(&file, table) {
        covered += code.len();
        let name = named(&names, start);
        let found = instructions(&name, start, code);
        wrong.extend(
            found
                .into_iter()
                .filter(|(code, _)| *code != Code::Int3)
                .map(|(_, what)| what),
        );
    }
    println!("functions with frames: {count}; {covered} bytes of code");
    println!("largest frame: {} bytes, {}", largest.0, largest.1);
    let panics = names.values().filter(|name| name.contains("panicking"));
    wrong.extend(panics.map(|name| format!("the map names {name}")));
    let chkstk = names.values().filter(|name| name.contains("chkstk"));
    wrong.extend(chkstk.map(|name| format!("{name}: a frame of a page or more")));
    Ok(wrong)
}

/// The image's unwind table.
fn table<'d>(file: &PeFile64<'d>, bytes: &'d [u8]) -> Result<&'d [u8], String> {
    file.data_directory(pe::IMAGE_DIRECTORY_ENTRY_EXCEPTION)
        .ok_or("the image has no unwind table")?
        .data(bytes, &file.section_table())
        .map_err(|error| format!("the image's unwind table: {error}"))
}

/// The functions that have frames: where each begins and ends, and where its unwind information lies.
pub(super) fn functions<'d>(
    file: &PeFile64<'d>,
    bytes: &'d [u8],
) -> Result<impl Iterator<Item = (u32, u32, u32)> + use<'d>, String> {
    table(file, bytes).map(functions_of)
}

fn functions_of(table: &[u8]) -> impl Iterator<Item = (u32, u32, u32)> {
    table.chunks_exact(12).map(|entry| {
        let word = |at: usize| {
            let bytes = entry.get(at..at + 4).unwrap_or(&[0; 4]);
            bytes
                .iter()
                .rev()
                .fold(0, |n, byte| n << 8 | u32::from(*byte))
        };
        (word(0), word(4), word(8))
    })
}

/// The function at a relative address, or before it.
fn named(names: &BTreeMap<u32, String>, address: u32) -> String {
    let found = names.range(..=address).next_back();
    found.map_or_else(|| format!("{address:#x}"), |(_, name)| name.clone())
}

/// What the executable sections hold besides the functions of the unwind table.
fn gaps<'d>(file: &PeFile64<'d>, table: &[u8]) -> Vec<(u32, &'d [u8])> {
    let mut gaps = Vec::new();
    for section in file.section_table().iter() {
        if section.characteristics.get(LE) & pe::IMAGE_SCN_MEM_EXECUTE == 0 {
            continue;
        }
        let mut from = section.virtual_address.get(LE);
        let end = from + section.virtual_size.get(LE);
        // The table is in order of addresses.
        let functions = functions_of(table).map(|(start, end, _)| (start, end));
        let inside = functions
            .filter(|(start, _)| (from..end).contains(start))
            .collect::<Vec<_>>();
        for (start, next) in inside.into_iter().chain([(end, end)]) {
            if let Some(code) =
                at(file, from, start.saturating_sub(from)).filter(|code| !code.is_empty())
            {
                gaps.push((from, code));
            }
            from = next;
        }
    }
    gaps
}

/// What is at a relative address.
pub(super) fn at<'d>(file: &PeFile64<'d>, address: u32, length: u32) -> Option<&'d [u8]> {
    tail(file, address)?.get(..usize::try_from(length).ok()?)
}

/// What is from a relative address to the end of its section.
pub(super) fn tail<'d>(file: &PeFile64<'d>, address: u32) -> Option<&'d [u8]> {
    file.section_table().pe_data_at(file.data(), address)
}

/// What a function's prologue takes of the stack: pushed registers and locals (x64 exception handling, UNWIND_CODE).
pub(super) fn frame(unwind: &[u8]) -> u64 {
    let count = usize::from(unwind[2]);
    let codes = &unwind[4..(4 + 2 * count).min(unwind.len())];
    let slot = |at: usize| {
        let bytes = codes.get(at * 2..at * 2 + 2).unwrap_or(&[0, 0]);
        u64::from(bytes[0]) | u64::from(bytes[1]) << 8
    };
    let mut bytes = 0;
    let mut index = 0;
    while index * 2 < codes.len() {
        let (operation, info) = (codes[index * 2 + 1] & 15, codes[index * 2 + 1] >> 4);
        index += match (operation, info) {
            (0, _) => {
                bytes += 8;
                1
            }
            (1, 0) => {
                bytes += slot(index + 1) * 8;
                2
            }
            (1, _) => {
                bytes += slot(index + 1) | slot(index + 2) << 16;
                3
            }
            (2, info) => {
                bytes += u64::from(info) * 8 + 8;
                1
            }
            (4 | 8, _) => 2,
            (5 | 9, _) => 3,
            _ => 1,
        };
    }
    bytes
}

/// Instructions of a function that a driver must not have.
fn instructions(name: &str, start: u32, code: &[u8]) -> Vec<(Code, String)> {
    let mut decoder = Decoder::with_ip(64, code, start.into(), DecoderOptions::NONE);
    let mut wrong = Vec::new();
    let mut instruction = Instruction::default();
    while decoder.can_decode() {
        decoder.decode_out(&mut instruction);
        if let Some(reason) = reason(&instruction) {
            let what = format!("{name}: {:#x}: {reason}", instruction.ip());
            wrong.push((instruction.code(), what));
        }
    }
    wrong
}

/// Why a driver must not have this instruction.
fn reason(instruction: &Instruction) -> Option<&'static str> {
    let code = instruction.code();
    let features = instruction.cpuid_features();
    if code == Code::INVALID {
        Some("no instruction")
    } else if matches!(
        instruction.mnemonic(),
        Mnemonic::Ud0 | Mnemonic::Ud1 | Mnemonic::Ud2
    ) {
        Some("ud2 stops the machine")
    } else if matches!(code, Code::Int_imm8 | Code::Int3 | Code::Int1) {
        Some("an interrupt stops the machine")
    } else if instruction.encoding() != EncodingKind::Legacy {
        Some("VEX or EVEX: the kernel does not save those registers")
    } else if features
        .iter()
        .any(|feature| matches!(feature, CpuidFeature::FPU | CpuidFeature::MMX))
    {
        Some("x87 or MMX: the kernel does not save those registers")
    } else {
        None
    }
}

/// Functions by relative address, from the linker's map: lines `section:offset name address object`.
pub(super) fn names(map: &str) -> BTreeMap<u32, String> {
    let base = map
        .lines()
        .find_map(|line| line.trim().strip_prefix("Preferred load address is "))
        .and_then(|base| u64::from_str_radix(base.trim(), 16).ok())
        .unwrap_or(0);
    let mut names = BTreeMap::new();
    for line in map.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let [place, name, address, ..] = words.as_slice()
            && place.contains(':')
            && let Ok(address) = u64::from_str_radix(address, 16)
            && let Ok(address) = u32::try_from(address.wrapping_sub(base))
        {
            names.insert(address, (*name).to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::{frame, instructions};

    #[test]
    fn each_forbidden_instruction_is_found_and_others_are_not() {
        let found = |code: &[u8]| instructions("f", 0, code).len();
        assert_eq!(found(&[0x0f, 0x0b]), 1, "ud2");
        assert_eq!(found(&[0xcd, 0x29]), 1, "int 29h");
        assert_eq!(found(&[0xc5, 0xf8, 0x57, 0xc0]), 1, "vxorps");
        assert_eq!(
            found(&[0x62, 0xf1, 0x7c, 0x48, 0x57, 0xc0]),
            1,
            "evex vxorps"
        );
        assert_eq!(found(&[0xd9, 0xe8]), 1, "fld1");
        assert_eq!(found(&[0x0f, 0x77]), 1, "emms");
        assert_eq!(
            found(&[0x0f, 0x57, 0xc0, 0x48, 0x89, 0xc8, 0xc3]),
            0,
            "xorps, mov, ret"
        );
    }

    #[test]
    fn frames_add_pushes_and_locals() {
        // Two pushes; a small allocation of 0x28; a large one of 0x100 in a slot.
        let unwind = [1, 0, 5, 0, 0, 0x00, 0, 0x50, 0, 0x42, 0, 0x01, 0x20, 0];
        assert_eq!(frame(&unwind), 8 + 8 + 0x28 + 0x100);
    }
}
