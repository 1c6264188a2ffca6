//! Unicode strings and small run-time routines.

use crate::finding::Check;
use crate::kernel::Kernel;
use crate::memory;
use crate::routine::{Call, DISPATCH, HIGH, PASSIVE, Routine, routine};

pub(crate) const ROUTINES: &[Routine] = &[
    routine(
        "RtlInitUnicodeString",
        "wdm/nf-wdm-rtlinitunicodestring",
        DISPATCH,
        init,
    ),
    routine(
        "RtlCompareUnicodeString",
        "wdm/nf-wdm-rtlcompareunicodestring",
        PASSIVE,
        compare,
    ),
    routine(
        "RtlEqualUnicodeString",
        "wdm/nf-wdm-rtlequalunicodestring",
        PASSIVE,
        equal,
    ),
    routine(
        "RtlCopyUnicodeString",
        "wdm/nf-wdm-rtlcopyunicodestring",
        DISPATCH,
        copy,
    ),
    routine(
        "RtlUpcaseUnicodeChar",
        "wdm/nf-wdm-rtlupcaseunicodechar",
        PASSIVE,
        upcase,
    ),
    routine("DbgPrint", "wdm/nf-wdm-dbgprint", HIGH, print),
    routine(
        "MmGetSystemRoutineAddress",
        "wdm/nf-wdm-mmgetsystemroutineaddress",
        PASSIVE,
        routine_address,
    ),
    routine("KeBugCheckEx", "wdm/nf-wdm-kebugcheckex", HIGH, bug_check),
    routine(
        "RtlGetVersion",
        "wdm/nf-wdm-rtlgetversion",
        PASSIVE,
        version,
    ),
];

fn init(_: &Kernel, call: &Call<'_>) -> u64 {
    let source = call.u64(1);
    let bytes = match source {
        0 => 0,
        source => 2 * memory::wide(source).len(),
    };
    let Ok(length) = u16::try_from(bytes) else {
        call.stop(Check::Contract, "a text too long for a UNICODE_STRING");
    };
    let maximum = if source == 0 { 0 } else { length + 2 };
    memory::set_unicode_string(call.u64(0), source, length, maximum);
    0
}

/// A unit's upper case by simple mapping. Simplified: Windows' own table differs in a few letters.
pub(crate) fn upcase_unit(unit: u16) -> u16 {
    let Some(letter) = char::from_u32(unit.into()) else {
        return unit;
    };
    let mut upper = letter.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(single), None) => u16::try_from(u32::from(single)).unwrap_or(unit),
        _ => unit,
    }
}

/// A text in upper case.
pub(crate) fn upcased(text: &[u16]) -> Vec<u16> {
    text.iter().map(|unit| upcase_unit(*unit)).collect()
}

fn pair(call: &Call<'_>) -> [Vec<u16>; 2] {
    let mut texts = [call.u64(0), call.u64(1)].map(memory::unicode_string);
    if call.u8(2) != 0 {
        texts = texts.map(|it| upcased(&it));
    }
    texts
}

fn compare(_: &Kernel, call: &Call<'_>) -> u64 {
    let [one, two] = pair(call);
    one.cmp(&two) as i64 as u64
}

fn equal(_: &Kernel, call: &Call<'_>) -> u64 {
    let [one, two] = pair(call);
    (one == two).into()
}

fn copy(_: &Kernel, call: &Call<'_>) -> u64 {
    let (target, source) = (call.u64(0), call.u64(1));
    let text = memory::unicode_string(source);
    let maximum: u16 = memory::read(target + 2);
    let bytes = memory::to_bytes(&text);
    let count = bytes.len().min(usize::from(maximum & !1));
    memory::store(memory::read(target + 8), &bytes[..count]);
    memory::write(target, count as u16);
    0
}

fn upcase(_: &Kernel, call: &Call<'_>) -> u64 {
    upcase_unit(call.u16(0)).into()
}

fn print(_: &Kernel, call: &Call<'_>) -> u64 {
    // The text only, without its arguments.
    let mut text = Vec::new();
    while let byte @ 1.. = memory::read::<u8>(call.u64(0) + text.len() as u64) {
        text.push(byte);
    }
    eprint!("{}", String::from_utf8_lossy(&text));
    0
}

fn routine_address(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let name = memory::unicode_string(call.u64(0));
    let name = String::from_utf16_lossy(&name);
    kernel.address_of(&name).unwrap_or_default()
}

fn bug_check(_: &Kernel, call: &Call<'_>) -> u64 {
    call.stop(
        Check::Contract,
        format!("the driver asks for bug check {:#x}", call.u32(0)),
    )
}

/// Windows 10 build 19041: the oldest on which the driver loads.
pub(crate) const BUILD: u32 = 19041;

fn version(_: &Kernel, call: &Call<'_>) -> u64 {
    let at = call.u64(0);
    memory::write(at + 4, 10u32);
    memory::write(at + 8, 0u32);
    memory::write(at + 12, BUILD);
    memory::write(at + 16, 2u32);
    0
}
