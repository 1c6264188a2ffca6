//! Security descriptors: who may open the driver's device.

use crate::fakes::io::devices::Security;
use crate::fakes::{LOW, SUCCESS, status};
use crate::finding::Check;
use crate::kernel::Kernel;
use crate::memory;
use crate::routine::{APC, Call, PASSIVE, Routine, routine};

pub(crate) const ROUTINES: &[Routine] = &[
    routine(
        "ZwSetSecurityObject",
        "ntifs/nf-ntifs-ntsetsecurityobject",
        PASSIVE,
        set,
    )
    .or(LOW),
    routine(
        "RtlCreateSecurityDescriptor",
        "wdm/nf-wdm-rtlcreatesecuritydescriptor",
        PASSIVE,
        create_descriptor,
    ),
    routine(
        "RtlCreateAcl",
        "ntifs/nf-ntifs-rtlcreateacl",
        APC,
        create_acl,
    ),
    routine(
        "RtlAddAccessAllowedAce",
        "ntifs/nf-ntifs-rtladdaccessallowedace",
        APC,
        add_allowed,
    ),
    routine(
        "RtlSetDaclSecurityDescriptor",
        "wdm/nf-wdm-rtlsetdaclsecuritydescriptor",
        PASSIVE,
        set_dacl,
    ),
];

const DACL_SECURITY_INFORMATION: u32 = 4;
const PROTECTED_DACL_SECURITY_INFORMATION: u32 = 0x8000_0000;
const SE_DACL_PRESENT: u16 = 4;
const SE_DACL_PROTECTED: u16 = 0x1000;
const SE_SELF_RELATIVE: u16 = 0x8000;
const INVALID: u64 = status(0xc000_0079);

/// Offsets of an absolute descriptor; a self-relative one has 32-bit offsets from 4 on.
const CONTROL: u64 = 2;
const DACL: u64 = 32;
const RELATIVE_DACL: u64 = 16;

/// Reads a descriptor.
fn read(at: u64) -> Option<Security> {
    let control: u16 = memory::read(at + CONTROL);
    if control & SE_DACL_PRESENT == 0 {
        return None;
    }
    let acl = if control & SE_SELF_RELATIVE != 0 {
        at + u64::from(memory::read::<u32>(at + RELATIVE_DACL))
    } else {
        memory::read(at + DACL)
    };
    // Without a list, everyone may do everything.
    if acl == 0 || acl == at {
        return None;
    }
    let count: u16 = memory::read(acl + 4);
    let mut security = Security {
        protected: control & SE_DACL_PROTECTED != 0,
        allowed: Vec::new(),
    };
    let mut entry = acl + 8;
    for _ in 0..count {
        const ACCESS_ALLOWED: u8 = 0;
        let size: u16 = memory::read(entry + 2);
        if memory::read::<u8>(entry) == ACCESS_ALLOWED {
            let sid = memory::bytes(entry + 8, usize::from(size).saturating_sub(8));
            security.allowed.push((sid, memory::read(entry + 4)));
        }
        entry += u64::from(size);
    }
    Some(security)
}

fn set(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let Some(object) = kernel.state.handles.object(call.u64(0)) else {
        return super::handles::INVALID_HANDLE;
    };
    let information = call.u32(1);
    if information & DACL_SECURITY_INFORMATION == 0 {
        call.stop(Check::Stage, "only access control lists are simulated");
    }
    let Some(mut security) = read(call.u64(2)) else {
        return INVALID;
    };
    security.protected |= information & PROTECTED_DACL_SECURITY_INFORMATION != 0;
    if !kernel.state.devices.set_security(object, security) {
        call.stop(Check::Stage, "only devices have security here");
    }
    SUCCESS
}

fn create_descriptor(_: &Kernel, call: &Call<'_>) -> u64 {
    memory::fill(call.u64(0), 0, 40);
    memory::write(call.u64(0), 1u8);
    SUCCESS
}

fn create_acl(_: &Kernel, call: &Call<'_>) -> u64 {
    let (at, length) = (call.u64(0), call.u32(1));
    if length < 8 {
        return status(0xc000_0023);
    }
    memory::fill(at, 0, length as usize);
    memory::write(at, call.u32(2) as u8);
    memory::write(at + 2, length as u16);
    SUCCESS
}

fn add_allowed(_: &Kernel, call: &Call<'_>) -> u64 {
    let (acl, mask, sid) = (call.u64(0), call.u32(2), call.u64(3));
    let authorities: u8 = memory::read(sid + 1);
    let sid = memory::bytes(sid, 8 + 4 * usize::from(authorities));
    let (room, count): (u16, u16) = (memory::read(acl + 2), memory::read(acl + 4));
    let mut end = acl + 8;
    for _ in 0..count {
        end += u64::from(memory::read::<u16>(end + 2));
    }
    let size = 8 + sid.len() as u64;
    if end + size > acl + u64::from(room) {
        return status(0xc000_0099);
    }
    memory::write(end, 0u16);
    memory::write(end + 2, size as u16);
    memory::write(end + 4, mask);
    memory::store(end + 8, &sid);
    memory::write(acl + 4, count + 1);
    SUCCESS
}

fn set_dacl(_: &Kernel, call: &Call<'_>) -> u64 {
    let at = call.u64(0);
    let control: u16 = memory::read(at + CONTROL);
    if call.u8(1) != 0 {
        memory::write(at + CONTROL, control | SE_DACL_PRESENT);
        memory::write(at + DACL, call.u64(2));
    } else {
        memory::write(at + CONTROL, control & !SE_DACL_PRESENT);
    }
    SUCCESS
}
