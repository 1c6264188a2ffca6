//! The four routines that compilers call unasked. They run on the driver's stack, without the way through
//! [`crate::routine::dispatch`]: called for every copy, they would drown everything else.
#![expect(unsafe_code, reason = "they are the memory routines")]

use std::arch::naked_asm;

/// Their addresses.
pub(crate) fn direct(name: &str) -> Option<u64> {
    let address = match name {
        "memcpy" | "memmove" | "RtlCopyMemory" | "RtlMoveMemory" => memmove as *const (),
        "memset" => memset as *const (),
        "memcmp" => memcmp as *const (),
        _ => return None,
    };
    Some(address as usize as u64)
}

#[unsafe(naked)]
unsafe extern "win64" fn memmove() {
    naked_asm!(
        "mov r10, rsi",
        "mov r11, rdi",
        "mov rax, rcx",
        "mov rdi, rcx",
        "mov rsi, rdx",
        "mov rcx, r8",
        "mov rdx, rdi",
        "sub rdx, rsi",
        // Overlapping with the target above the source: from the end.
        "cmp rdx, rcx",
        "jb 2f",
        "cld",
        "rep movsb",
        "jmp 3f",
        "2:",
        "lea rdi, [rdi + rcx - 1]",
        "lea rsi, [rsi + rcx - 1]",
        "std",
        "rep movsb",
        "cld",
        "3:",
        "mov rsi, r10",
        "mov rdi, r11",
        "ret",
    )
}

#[unsafe(naked)]
unsafe extern "win64" fn memset() {
    naked_asm!(
        "mov r11, rdi",
        "mov r10, rcx",
        "mov rdi, rcx",
        "mov eax, edx",
        "mov rcx, r8",
        "cld",
        "rep stosb",
        "mov rax, r10",
        "mov rdi, r11",
        "ret",
    )
}

#[unsafe(naked)]
unsafe extern "win64" fn memcmp() {
    naked_asm!(
        "xor r9d, r9d",
        "2:",
        "cmp r9, r8",
        "jae 3f",
        "movzx eax, byte ptr [rcx + r9]",
        "movzx r10d, byte ptr [rdx + r9]",
        "inc r9",
        "sub eax, r10d",
        "je 2b",
        "ret",
        "3:",
        "xor eax, eax",
        "ret",
    )
}
