//! Types.

use core::ffi::{c_char, c_long, c_longlong, c_uchar, c_ulong, c_ulonglong, c_ushort, c_void};

pub type PVOID = *mut c_void;
pub type HANDLE = PVOID;
pub type UCHAR = c_uchar;
pub type CCHAR = c_char;
pub type USHORT = c_ushort;
pub type SHORT = i16;
pub type LONG = c_long;
pub type ULONG = c_ulong;
pub type LONGLONG = c_longlong;
pub type ULONGLONG = c_ulonglong;
pub type ULONG_PTR = ULONGLONG;
pub type SIZE_T = ULONG_PTR;
pub type BOOLEAN = UCHAR;
pub type WCHAR = u16;
pub type PWCH = *mut WCHAR;
pub type PWSTR = *mut WCHAR;
pub type PULONG = *mut ULONG;
pub type PULONG_PTR = *mut ULONG_PTR;
pub type PBOOLEAN = *mut BOOLEAN;
pub type NTSTATUS = LONG;
pub type POOL_FLAGS = ULONG64;
pub type ULONG64 = c_ulonglong;

#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct _UNICODE_STRING {
    pub Length: USHORT,
    pub MaximumLength: USHORT,
    pub Buffer: PWCH,
}
pub type UNICODE_STRING = _UNICODE_STRING;
pub type PUNICODE_STRING = *mut UNICODE_STRING;
pub type PCUNICODE_STRING = *const UNICODE_STRING;

/// `bindgen`'s form of an enumeration: a module of constants.
macro_rules! enumeration {
    ($module:ident, $name:ident { $($constant:ident = $value:literal),* $(,)? }) => {
        pub mod $module {
            pub type Type = core::ffi::c_int;
            $(pub const $constant: Type = $value;)*
        }
        pub use $module::Type as $name;
    };
}

enumeration!(_POOL_TYPE, POOL_TYPE { NonPagedPoolNx = 512 });
enumeration!(_WORK_QUEUE_TYPE, WORK_QUEUE_TYPE { DelayedWorkQueue = 1 });
enumeration!(_FILE_INFORMATION_CLASS, FILE_INFORMATION_CLASS { FileBasicInformation = 4 });

#[repr(C)]
#[derive(Copy, Clone)]
pub union _LARGE_INTEGER {
    pub QuadPart: LONGLONG,
}
pub type LARGE_INTEGER = _LARGE_INTEGER;
pub type PLARGE_INTEGER = *mut LARGE_INTEGER;

#[repr(C)]
#[derive(Copy, Clone)]
pub struct _IO_STATUS_BLOCK {
    pub __bindgen_anon_1: _IO_STATUS_BLOCK__bindgen_ty_1,
    pub Information: ULONG_PTR,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union _IO_STATUS_BLOCK__bindgen_ty_1 {
    pub Status: NTSTATUS,
    pub Pointer: PVOID,
}
pub type IO_STATUS_BLOCK = _IO_STATUS_BLOCK;

#[repr(C)]
pub struct _IO_SECURITY_CONTEXT {
    pub SecurityQos: PVOID,
    pub AccessState: PVOID,
    pub DesiredAccess: ULONG,
    pub FullCreateOptions: ULONG,
}
pub type IO_SECURITY_CONTEXT = _IO_SECURITY_CONTEXT;

/// Opaque to the driver.
macro_rules! opaque {
    ($($name:ident),*) => {
        $(#[repr(C)]
        pub struct $name {
            _private: [u8; 0],
        })*
    };
}

opaque!(
    _KPROCESS,
    _KTHREAD,
    _DEVICE_OBJECT,
    _DRIVER_OBJECT,
    _FILE_OBJECT
);
pub type PDEVICE_OBJECT = *mut _DEVICE_OBJECT;
pub type PDRIVER_OBJECT = *mut _DRIVER_OBJECT;
pub type PFILE_OBJECT = *mut _FILE_OBJECT;
pub type PEPROCESS = *mut _KPROCESS;
pub type PETHREAD = *mut _KTHREAD;
