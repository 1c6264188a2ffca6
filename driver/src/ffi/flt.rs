//! The part of `fltKernel.h` that the driver uses; `wdk-sys` does not know that header.
//!
//! Written by hand from the kit's documentation. Sizes and offsets are asserted here at compile time, and a test
//! compares the asserted figures with those that the kit's compiler gives.
#![allow(missing_docs, reason = "the kit's names, documented by the kit")]
#![allow(non_camel_case_types, non_snake_case, reason = "the kit's names")]

use core::ffi::c_void;
use core::mem::{offset_of, size_of};

use wdk_sys::{
    BOOLEAN, FILE_INFORMATION_CLASS, IO_STATUS_BLOCK, LARGE_INTEGER, NTSTATUS, PDEVICE_OBJECT,
    PDRIVER_OBJECT, PEPROCESS, PETHREAD, PFILE_OBJECT, POOL_TYPE, PVOID, SIZE_T, ULONG,
    UNICODE_STRING, USHORT,
};

pub type PFLT_FILTER = *mut c_void;
pub type PFLT_INSTANCE = *mut c_void;
pub type PFLT_VOLUME = *mut c_void;
pub type PFLT_CONTEXT = *mut c_void;

pub const FLT_REGISTRATION_VERSION: u16 = 0x0203;
pub const FLTFL_REGISTRATION_SUPPORT_NPFS_MSFS: u32 = 2;
pub const FLTFL_REGISTRATION_SUPPORT_DAX_VOLUME: u32 = 4;
pub const FLTFL_FILTER_UNLOAD_MANDATORY: u32 = 1;
pub const FLTFL_POST_OPERATION_DRAINING: u32 = 1;
pub const FLTFL_CALLBACK_DATA_IRP_OPERATION: u32 = 1;
pub const FLT_STREAM_CONTEXT: u16 = 8;
pub const FLT_STREAMHANDLE_CONTEXT: u16 = 0x10;
pub const FLTFL_IO_OPERATION_DO_NOT_UPDATE_BYTE_OFFSET: u32 = 4;
pub const FLT_CONTEXT_END: u16 = 0xffff;
pub const FLT_FILE_NAME_NORMALIZED: u32 = 1;
pub const FLT_FILE_NAME_OPENED: u32 = 2;
pub const FLT_FILE_NAME_QUERY_DEFAULT: u32 = 0x100;
pub const IRP_MJ_OPERATION_END: u8 = 0x80;
pub const FLT_FSTYPE_NPFS: i32 = 25;
pub const FLT_FSTYPE_MSFS: i32 = 26;

pub const FLT_PREOP_SUCCESS_WITH_CALLBACK: i32 = 0;
pub const FLT_PREOP_SUCCESS_NO_CALLBACK: i32 = 1;
pub const FLT_PREOP_COMPLETE: i32 = 4;
pub const FLT_PREOP_SYNCHRONIZE: i32 = 5;
pub const FLT_POSTOP_FINISHED_PROCESSING: i32 = 0;
pub const FLT_SET_CONTEXT_KEEP_IF_EXISTS: i32 = 1;

/// What a create asks for.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_CREATE_PARAMETERS {
    pub SecurityContext: *mut wdk_sys::IO_SECURITY_CONTEXT,
    pub Options: ULONG,
    /// The kit aligns some members to pointers.
    pub Padding1: ULONG,
    pub FileAttributes: USHORT,
    pub ShareAccess: USHORT,
    pub Padding2: ULONG,
    pub EaLength: ULONG,
    pub EaBuffer: PVOID,
    pub AllocationSize: LARGE_INTEGER,
}

/// What a set-information request asks for. The information is a system buffer: see `CallbackData::information`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_SET_INFORMATION_PARAMETERS {
    pub Length: ULONG,
    pub Padding: ULONG,
    pub FileInformationClass: FILE_INFORMATION_CLASS,
    pub ParentOfTarget: PFILE_OBJECT,
    pub Flags: PVOID,
    pub InfoBuffer: PVOID,
}

/// The members of the kit's union that the driver reads; `Whole` gives it the kit's size.
#[repr(C)]
#[derive(Clone, Copy)]
pub union FLT_PARAMETERS {
    pub Create: FLT_CREATE_PARAMETERS,
    pub SetFileInformation: FLT_SET_INFORMATION_PARAMETERS,
    pub Whole: [u64; 6],
}

#[repr(C)]
pub struct FLT_IO_PARAMETER_BLOCK {
    pub IrpFlags: ULONG,
    pub MajorFunction: u8,
    pub MinorFunction: u8,
    pub OperationFlags: u8,
    pub Reserved: u8,
    pub TargetFileObject: PFILE_OBJECT,
    pub TargetInstance: PFLT_INSTANCE,
    pub Parameters: FLT_PARAMETERS,
}

#[repr(C)]
pub struct FLT_CALLBACK_DATA {
    pub Flags: ULONG,
    pub Thread: PETHREAD,
    pub Iopb: *mut FLT_IO_PARAMETER_BLOCK,
    pub IoStatus: IO_STATUS_BLOCK,
    pub TagData: PVOID,
    /// The kit has a union of a queue's links and two contexts here.
    pub Queue: [u64; 4],
    pub RequestorMode: i8,
}
pub type PFLT_CALLBACK_DATA = *mut FLT_CALLBACK_DATA;

#[repr(C)]
pub struct FLT_RELATED_OBJECTS {
    pub Size: USHORT,
    pub TransactionContext: USHORT,
    pub Filter: PFLT_FILTER,
    pub Volume: PFLT_VOLUME,
    pub Instance: PFLT_INSTANCE,
    pub FileObject: PFILE_OBJECT,
    pub Transaction: PVOID,
}
pub type PCFLT_RELATED_OBJECTS = *const FLT_RELATED_OBJECTS;

#[repr(C)]
pub struct FLT_FILE_NAME_INFORMATION {
    pub Size: USHORT,
    pub NamesParsed: USHORT,
    pub Format: ULONG,
    pub Name: UNICODE_STRING,
    pub Volume: UNICODE_STRING,
    pub Share: UNICODE_STRING,
    pub Extension: UNICODE_STRING,
    pub Stream: UNICODE_STRING,
    pub FinalComponent: UNICODE_STRING,
    pub ParentDir: UNICODE_STRING,
}
pub type PFLT_FILE_NAME_INFORMATION = *mut FLT_FILE_NAME_INFORMATION;

pub type PFLT_PRE_OPERATION_CALLBACK =
    unsafe extern "C" fn(PFLT_CALLBACK_DATA, PCFLT_RELATED_OBJECTS, *mut PVOID) -> i32;
pub type PFLT_POST_OPERATION_CALLBACK =
    unsafe extern "C" fn(PFLT_CALLBACK_DATA, PCFLT_RELATED_OBJECTS, PVOID, ULONG) -> i32;

#[repr(C)]
pub struct FLT_OPERATION_REGISTRATION {
    pub MajorFunction: u8,
    pub Flags: ULONG,
    pub PreOperation: Option<PFLT_PRE_OPERATION_CALLBACK>,
    pub PostOperation: Option<PFLT_POST_OPERATION_CALLBACK>,
    pub Reserved1: PVOID,
}

#[repr(C)]
pub struct FLT_CONTEXT_REGISTRATION {
    pub ContextType: u16,
    pub Flags: u16,
    pub ContextCleanupCallback: Option<unsafe extern "C" fn(PFLT_CONTEXT, u16)>,
    pub Size: SIZE_T,
    pub PoolTag: ULONG,
    pub ContextAllocateCallback: PVOID,
    pub ContextFreeCallback: PVOID,
    pub Reserved1: PVOID,
}

#[repr(C)]
pub struct FLT_REGISTRATION {
    pub Size: USHORT,
    pub Version: USHORT,
    pub Flags: ULONG,
    pub ContextRegistration: *const FLT_CONTEXT_REGISTRATION,
    pub OperationRegistration: *const FLT_OPERATION_REGISTRATION,
    pub FilterUnloadCallback: Option<unsafe extern "C" fn(ULONG) -> NTSTATUS>,
    pub InstanceSetupCallback:
        Option<unsafe extern "C" fn(PCFLT_RELATED_OBJECTS, ULONG, ULONG, i32) -> NTSTATUS>,
    pub InstanceQueryTeardownCallback:
        Option<unsafe extern "C" fn(PCFLT_RELATED_OBJECTS, ULONG) -> NTSTATUS>,
    pub InstanceTeardownStartCallback: Option<unsafe extern "C" fn(PCFLT_RELATED_OBJECTS, ULONG)>,
    pub InstanceTeardownCompleteCallback:
        Option<unsafe extern "C" fn(PCFLT_RELATED_OBJECTS, ULONG)>,
    /// Names, normalisation, transactions, sections: not used.
    pub Unused: [PVOID; 6],
}

#[link(name = "FLTMGR.SYS", kind = "raw-dylib", modifiers = "+verbatim")]
unsafe extern "C" {
    pub fn FltRegisterFilter(
        Driver: PDRIVER_OBJECT,
        Registration: *const FLT_REGISTRATION,
        RetFilter: *mut PFLT_FILTER,
    ) -> NTSTATUS;
    pub fn FltStartFiltering(Filter: PFLT_FILTER) -> NTSTATUS;
    pub fn FltUnregisterFilter(Filter: PFLT_FILTER);
    pub fn FltGetFileNameInformation(
        CallbackData: PFLT_CALLBACK_DATA,
        NameOptions: ULONG,
        FileNameInformation: *mut PFLT_FILE_NAME_INFORMATION,
    ) -> NTSTATUS;
    pub fn FltReleaseFileNameInformation(FileNameInformation: PFLT_FILE_NAME_INFORMATION);
    pub fn FltAllocateContext(
        Filter: PFLT_FILTER,
        ContextType: u16,
        ContextSize: SIZE_T,
        PoolType: POOL_TYPE,
        ReturnedContext: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;
    pub fn FltSetStreamHandleContext(
        Instance: PFLT_INSTANCE,
        FileObject: PFILE_OBJECT,
        Operation: i32,
        NewContext: PFLT_CONTEXT,
        OldContext: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;
    pub fn FltGetStreamHandleContext(
        Instance: PFLT_INSTANCE,
        FileObject: PFILE_OBJECT,
        Context: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;
    pub fn FltSetStreamContext(
        Instance: PFLT_INSTANCE,
        FileObject: PFILE_OBJECT,
        Operation: i32,
        NewContext: PFLT_CONTEXT,
        OldContext: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;
    pub fn FltGetStreamContext(
        Instance: PFLT_INSTANCE,
        FileObject: PFILE_OBJECT,
        Context: *mut PFLT_CONTEXT,
    ) -> NTSTATUS;
    pub fn FltReleaseContext(Context: PFLT_CONTEXT);
    pub fn FltReadFile(
        InitiatingInstance: PFLT_INSTANCE,
        FileObject: PFILE_OBJECT,
        ByteOffset: *mut LARGE_INTEGER,
        Length: ULONG,
        Buffer: PVOID,
        Flags: ULONG,
        BytesRead: *mut ULONG,
        CallbackRoutine: PVOID,
        CallbackContext: PVOID,
    ) -> NTSTATUS;
    pub fn FltCancelFileOpen(Instance: PFLT_INSTANCE, FileObject: PFILE_OBJECT);
    pub fn FltGetVolumeName(
        Volume: PFLT_VOLUME,
        VolumeName: *mut UNICODE_STRING,
        BufferSizeNeeded: *mut ULONG,
    ) -> NTSTATUS;
    pub fn FltGetDiskDeviceObject(
        Volume: PFLT_VOLUME,
        DiskDeviceObject: *mut PDEVICE_OBJECT,
    ) -> NTSTATUS;
    pub fn FltQueryInformationFile(
        Instance: PFLT_INSTANCE,
        FileObject: PFILE_OBJECT,
        FileInformation: PVOID,
        Length: ULONG,
        FileInformationClass: FILE_INFORMATION_CLASS,
        LengthReturned: *mut ULONG,
    ) -> NTSTATUS;
    pub fn FltGetRequestorProcess(CallbackData: PFLT_CALLBACK_DATA) -> PEPROCESS;
    pub fn FltIsDirectory(
        FileObject: PFILE_OBJECT,
        Instance: PFLT_INSTANCE,
        IsDirectory: *mut BOOLEAN,
    ) -> NTSTATUS;
}

/// Asserts the size of a structure (`_` where the kit's last members are not declared here) and offsets in it.
macro_rules! layout {
    ($($kit:ident $name:ident $size:tt { $($field:ident $offset:literal)* })*) => {
        $(
            layout!(@size $name $size);
            $(const _: () = assert!(offset_of!($name, $field) == $offset);)*
        )*
    };
    (@size $name:ident _) => {};
    (@size $name:ident $size:literal) => {
        const _: () = assert!(size_of::<$name>() == $size);
    };
}

layout! {
    _FLT_CALLBACK_DATA FLT_CALLBACK_DATA 88 {
        Flags 0 Thread 8 Iopb 16 IoStatus 24 TagData 40 RequestorMode 80
    }
    _FLT_IO_PARAMETER_BLOCK FLT_IO_PARAMETER_BLOCK 72 {
        IrpFlags 0 MajorFunction 4 MinorFunction 5 OperationFlags 6 Reserved 7 TargetFileObject 8
        TargetInstance 16 Parameters 24
    }
    _FLT_PARAMETERS__bindgen_ty_1 FLT_CREATE_PARAMETERS 48 {
        SecurityContext 0 Options 8 FileAttributes 16 ShareAccess 18 EaLength 24 EaBuffer 32 AllocationSize 40
    }
    _FLT_PARAMETERS__bindgen_ty_7 FLT_SET_INFORMATION_PARAMETERS 40 {
        Length 0 FileInformationClass 8 ParentOfTarget 16 InfoBuffer 32
    }
    _FLT_RELATED_OBJECTS FLT_RELATED_OBJECTS 48 {
        Size 0 TransactionContext 2 Filter 8 Volume 16 Instance 24 FileObject 32 Transaction 40
    }
    _FLT_FILE_NAME_INFORMATION FLT_FILE_NAME_INFORMATION 120 {
        Size 0 NamesParsed 2 Format 4 Name 8 Volume 24 Share 40 Extension 56 Stream 72 FinalComponent 88 ParentDir 104
    }
    _FLT_OPERATION_REGISTRATION FLT_OPERATION_REGISTRATION 32 {
        MajorFunction 0 Flags 4 PreOperation 8 PostOperation 16 Reserved1 24
    }
    _FLT_CONTEXT_REGISTRATION FLT_CONTEXT_REGISTRATION 56 {
        ContextType 0 Flags 2 ContextCleanupCallback 8 Size 16 PoolTag 24 ContextAllocateCallback 32
        ContextFreeCallback 40 Reserved1 48
    }
    _FLT_REGISTRATION FLT_REGISTRATION 112 {
        Size 0 Version 2 Flags 4 ContextRegistration 8 OperationRegistration 16 FilterUnloadCallback 24
        InstanceSetupCallback 32 InstanceQueryTeardownCallback 40 InstanceTeardownStartCallback 48
        InstanceTeardownCompleteCallback 56
    }
}
