//! Handles to processes.

/// Access that may be taken from a handle to a process: what the documentation of `OB_PRE_CREATE_HANDLE_INFORMATION`
/// lists. Reading memory (0x10) and querying are not in its list.
const REMOVABLE: u32 = 0x0001 // PROCESS_TERMINATE
    | 0x0002 // PROCESS_CREATE_THREAD
    | 0x0008 // PROCESS_VM_OPERATION
    | 0x0020 // PROCESS_VM_WRITE
    | 0x0040 // PROCESS_DUP_HANDLE
    | 0x0080 // PROCESS_CREATE_PROCESS
    | 0x0100 // PROCESS_SET_QUOTA
    | 0x0200 // PROCESS_SET_INFORMATION
    | 0x0800; // PROCESS_SUSPEND_RESUME

/// The access that is left of what was asked for, when it is denied.
#[must_use]
pub const fn denied(access: u32) -> u32 {
    access & !REMOVABLE
}

/// Whether a request for a handle is looked at: not those of the kernel, nor of a process for itself.
#[must_use]
pub const fn is_watched(is_kernel_handle: bool, source_key: u64, target_key: u64) -> bool {
    !is_kernel_handle && source_key != target_key
}
