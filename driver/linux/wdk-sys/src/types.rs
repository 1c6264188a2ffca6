//! Types.
//!
//! Structures end after the last member that the driver reads where the kernel makes them and the driver does not; the
//! layouts of the members are checked by a test.

use core::ffi::{
    c_char, c_int, c_long, c_longlong, c_uchar, c_ulong, c_ulonglong, c_ushort, c_void,
};

pub type PVOID = *mut c_void;
pub type HANDLE = PVOID;
pub type PHANDLE = *mut HANDLE;
pub type UCHAR = c_uchar;
pub type PUCHAR = *mut UCHAR;
pub type CCHAR = c_char;
pub type USHORT = c_ushort;
pub type SHORT = i16;
pub type CSHORT = SHORT;
pub type LONG = c_long;
pub type ULONG = c_ulong;
pub type PULONG = *mut ULONG;
pub type LONGLONG = c_longlong;
pub type ULONGLONG = c_ulonglong;
pub type ULONG64 = c_ulonglong;
pub type LONG_PTR = LONGLONG;
pub type ULONG_PTR = ULONGLONG;
pub type PULONG_PTR = *mut ULONG_PTR;
pub type SIZE_T = ULONG_PTR;
pub type BOOLEAN = UCHAR;
pub type WCHAR = u16;
pub type PWCH = *mut WCHAR;
pub type PWSTR = *mut WCHAR;
pub type NTSTATUS = LONG;
pub type KIRQL = UCHAR;
pub type PKIRQL = *mut KIRQL;
pub type KPRIORITY = LONG;
pub type KPROCESSOR_MODE = CCHAR;
pub type KSPIN_LOCK = ULONG_PTR;
pub type PKSPIN_LOCK = *mut KSPIN_LOCK;
pub type ACCESS_MASK = ULONG;
pub type POOL_FLAGS = ULONG64;
pub type DEVICE_TYPE = ULONG;
pub type SECURITY_INFORMATION = ULONG;
pub type PSECURITY_DESCRIPTOR = PVOID;
pub type PACCESS_TOKEN = PVOID;
pub type PSID = PVOID;
pub type PHYSICAL_ADDRESS = LARGE_INTEGER;

/// `bindgen`'s form of an enumeration: a module of constants.
macro_rules! enumeration {
    ($($module:ident $name:ident { $($constant:ident = $value:literal),* $(,)? })*) => {
        $(
            pub mod $module {
                pub type Type = core::ffi::c_int;
                $(pub const $constant: Type = $value;)*
            }
            pub use $module::Type as $name;
        )*
    };
}

enumeration! {
    _POOL_TYPE POOL_TYPE { NonPagedPoolNx = 512 }
    _EVENT_TYPE EVENT_TYPE { SynchronizationEvent = 1 }
    _KWAIT_REASON KWAIT_REASON { Executive = 0 }
    _MODE MODE { KernelMode = 0, UserMode = 1 }
    _MEMORY_CACHING_TYPE MEMORY_CACHING_TYPE { MmCached = 1 }
    _FILE_INFORMATION_CLASS FILE_INFORMATION_CLASS {
        FileBasicInformation = 4,
        FileStandardInformation = 5,
        FileRenameInformation = 10,
        FileDispositionInformation = 13,
        FileDispositionInformationEx = 64,
        FileRenameInformationEx = 65,
    }
    _KEY_VALUE_INFORMATION_CLASS KEY_VALUE_INFORMATION_CLASS { KeyValuePartialInformation = 2 }
    _TOKEN_INFORMATION_CLASS TOKEN_INFORMATION_CLASS { TokenIntegrityLevel = 25, TokenIsAppContainer = 29 }
    _PSCREATEPROCESSNOTIFYTYPE PSCREATEPROCESSNOTIFYTYPE { PsCreateProcessNotifySubsystems = 0 }
    _REG_NOTIFY_CLASS REG_NOTIFY_CLASS {
        RegNtPreDeleteKey = 0,
        RegNtPreSetValueKey = 1,
        RegNtPreDeleteValueKey = 2,
        RegNtPreRenameKey = 4,
        RegNtPostDeleteKey = 15,
        RegNtPostSetValueKey = 16,
        RegNtPostDeleteValueKey = 17,
        RegNtPostRenameKey = 19,
        RegNtPreCreateKeyEx = 26,
        RegNtPostCreateKeyEx = 27,
        RegNtPostLoadKey = 33,
        RegNtPostRestoreKey = 42,
        RegNtPostReplaceKey = 46,
    }
}

/// Opaque to the driver.
macro_rules! opaque {
    ($($name:ident $pointer:ident)*) => {
        $(
            #[repr(C)]
            pub struct $name {
                _private: [u8; 0],
            }
            pub type $pointer = *mut $name;
        )*
    };
}

opaque! {
    _KPROCESS PEPROCESS
    _KTHREAD PETHREAD
    _DEVICE_OBJECT PDEVICE_OBJECT
    _OBJECT_TYPE POBJECT_TYPE
    _OBJECT_HANDLE_INFORMATION POBJECT_HANDLE_INFORMATION
    _ACCESS_STATE PACCESS_STATE
    _EX_RUNDOWN_REF_CACHE_AWARE PEX_RUNDOWN_REF_CACHE_AWARE
    _IO_CSQ_IRP_CONTEXT PIO_CSQ_IRP_CONTEXT
    _PROCESSOR_NUMBER PPROCESSOR_NUMBER
}

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

#[repr(C)]
#[derive(Copy, Clone)]
pub union _LARGE_INTEGER {
    pub QuadPart: LONGLONG,
}
pub type LARGE_INTEGER = _LARGE_INTEGER;
pub type PLARGE_INTEGER = *mut LARGE_INTEGER;

#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct _LUID {
    pub LowPart: ULONG,
    pub HighPart: LONG,
}
pub type LUID = _LUID;
pub type PLUID = *mut LUID;

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
pub type PIO_STATUS_BLOCK = *mut IO_STATUS_BLOCK;
pub type PIO_APC_ROUTINE = Option<unsafe extern "C" fn(PVOID, PIO_STATUS_BLOCK, ULONG)>;

#[repr(C)]
pub struct _IO_SECURITY_CONTEXT {
    pub SecurityQos: PVOID,
    pub AccessState: PACCESS_STATE,
    pub DesiredAccess: ACCESS_MASK,
    pub FullCreateOptions: ULONG,
}
pub type IO_SECURITY_CONTEXT = _IO_SECURITY_CONTEXT;

#[repr(C)]
pub struct _OBJECT_ATTRIBUTES {
    pub Length: ULONG,
    pub RootDirectory: HANDLE,
    pub ObjectName: PUNICODE_STRING,
    pub Attributes: ULONG,
    pub SecurityDescriptor: PVOID,
    pub SecurityQualityOfService: PVOID,
}
pub type OBJECT_ATTRIBUTES = _OBJECT_ATTRIBUTES;
pub type POBJECT_ATTRIBUTES = *mut OBJECT_ATTRIBUTES;

#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct _CLIENT_ID {
    pub UniqueProcess: HANDLE,
    pub UniqueThread: HANDLE,
}
pub type CLIENT_ID = _CLIENT_ID;
pub type PCLIENT_ID = *mut CLIENT_ID;

#[repr(C)]
pub struct _KEVENT {
    pub Header: [u64; 3],
}
pub type KEVENT = _KEVENT;
pub type PRKEVENT = *mut KEVENT;

#[repr(C)]
pub struct _MDL {
    pub Next: PMDL,
    pub Size: CSHORT,
    pub MdlFlags: CSHORT,
    pub AllocationProcessorNumber: USHORT,
    pub Reserved: USHORT,
    pub Process: PEPROCESS,
    pub MappedSystemVa: PVOID,
    pub StartVa: PVOID,
    pub ByteCount: ULONG,
    pub ByteOffset: ULONG,
}
pub type PMDL = *mut _MDL;

pub type PDRIVER_DISPATCH = Option<unsafe extern "C" fn(PDEVICE_OBJECT, PIRP) -> NTSTATUS>;
#[repr(C)]
pub struct _DRIVER_OBJECT {
    pub Type: CSHORT,
    pub Size: CSHORT,
    pub DeviceObject: PDEVICE_OBJECT,
    pub Flags: ULONG,
    pub DriverStart: PVOID,
    pub DriverSize: ULONG,
    pub DriverSection: PVOID,
    pub DriverExtension: PVOID,
    pub DriverName: UNICODE_STRING,
    pub HardwareDatabase: PUNICODE_STRING,
    pub FastIoDispatch: PVOID,
    pub DriverInit: PVOID,
    pub DriverStartIo: PVOID,
    pub DriverUnload: PVOID,
    pub MajorFunction: [PDRIVER_DISPATCH; 28],
}
pub type DRIVER_OBJECT = _DRIVER_OBJECT;
pub type PDRIVER_OBJECT = *mut DRIVER_OBJECT;

#[repr(C)]
pub struct _FILE_OBJECT {
    pub Type: CSHORT,
    pub Size: CSHORT,
    pub DeviceObject: PDEVICE_OBJECT,
    pub Vpb: PVOID,
    pub FsContext: PVOID,
    pub FsContext2: PVOID,
    pub SectionObjectPointer: PVOID,
    pub PrivateCacheMap: PVOID,
    pub FinalStatus: NTSTATUS,
    pub RelatedFileObject: *mut _FILE_OBJECT,
    pub LockOperation: BOOLEAN,
    pub DeletePending: BOOLEAN,
    pub ReadAccess: BOOLEAN,
    pub WriteAccess: BOOLEAN,
    pub DeleteAccess: BOOLEAN,
    pub SharedRead: BOOLEAN,
    pub SharedWrite: BOOLEAN,
    pub SharedDelete: BOOLEAN,
    pub Flags: ULONG,
    pub FileName: UNICODE_STRING,
}
pub type FILE_OBJECT = _FILE_OBJECT;
pub type PFILE_OBJECT = *mut FILE_OBJECT;

#[repr(C)]
pub struct _IRP {
    pub Type: CSHORT,
    pub Size: USHORT,
    pub AllocationProcessorNumber: USHORT,
    pub Reserved: USHORT,
    pub MdlAddress: PMDL,
    pub Flags: ULONG,
    pub AssociatedIrp: _IRP__bindgen_ty_1,
    pub ThreadListEntry: [PVOID; 2],
    pub IoStatus: IO_STATUS_BLOCK,
    pub RequestorMode: KPROCESSOR_MODE,
    pub PendingReturned: BOOLEAN,
    pub StackCount: CCHAR,
    pub CurrentLocation: CCHAR,
    pub Cancel: BOOLEAN,
    pub CancelIrql: KIRQL,
    pub ApcEnvironment: CCHAR,
    pub AllocationFlags: UCHAR,
    pub UserIosb: PVOID,
    pub UserEvent: PVOID,
    pub Overlay: [u64; 2],
    pub CancelRoutine: PVOID,
    pub UserBuffer: PVOID,
    pub Tail: _IRP__bindgen_ty_4,
}
pub type IRP = _IRP;
pub type PIRP = *mut IRP;
#[repr(C)]
#[derive(Copy, Clone)]
pub union _IRP__bindgen_ty_1 {
    pub MasterIrp: PIRP,
    pub SystemBuffer: PVOID,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union _IRP__bindgen_ty_4 {
    pub Overlay: _IRP__bindgen_ty_4__bindgen_ty_1,
    pub CompletionKey: PVOID,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct _IRP__bindgen_ty_4__bindgen_ty_1 {
    pub __bindgen_anon_1: [u64; 4],
    pub Thread: PETHREAD,
    pub AuxiliaryBuffer: PVOID,
    pub __bindgen_anon_2: _IRP__bindgen_ty_4__bindgen_ty_1__bindgen_ty_2,
    pub OriginalFileObject: PFILE_OBJECT,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct _IRP__bindgen_ty_4__bindgen_ty_1__bindgen_ty_2 {
    pub ListEntry: [PVOID; 2],
    pub __bindgen_anon_1: _IRP__bindgen_ty_4__bindgen_ty_1__bindgen_ty_2__bindgen_ty_1,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union _IRP__bindgen_ty_4__bindgen_ty_1__bindgen_ty_2__bindgen_ty_1 {
    pub CurrentStackLocation: PIO_STACK_LOCATION,
    pub PacketType: ULONG,
}

#[repr(C)]
pub struct _IO_STACK_LOCATION {
    pub MajorFunction: UCHAR,
    pub MinorFunction: UCHAR,
    pub Flags: UCHAR,
    pub Control: UCHAR,
    pub Parameters: _IO_STACK_LOCATION__bindgen_ty_1,
    pub DeviceObject: PDEVICE_OBJECT,
    pub FileObject: PFILE_OBJECT,
    pub CompletionRoutine: PVOID,
    pub Context: PVOID,
}
pub type PIO_STACK_LOCATION = *mut _IO_STACK_LOCATION;
#[repr(C)]
#[derive(Copy, Clone)]
pub union _IO_STACK_LOCATION__bindgen_ty_1 {
    pub DeviceIoControl: _IO_STACK_LOCATION__bindgen_ty_1__bindgen_ty_17,
    pub Others: [PVOID; 4],
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct _IO_STACK_LOCATION__bindgen_ty_1__bindgen_ty_17 {
    pub OutputBufferLength: ULONG,
    pub __bindgen_padding_0: u32,
    pub InputBufferLength: ULONG,
    pub __bindgen_padding_1: u32,
    pub IoControlCode: ULONG,
    pub Type3InputBuffer: PVOID,
}

pub type PIO_CSQ = *mut IO_CSQ;
pub type PIO_CSQ_INSERT_IRP = Option<unsafe extern "C" fn(PIO_CSQ, PIRP)>;
pub type PIO_CSQ_REMOVE_IRP = Option<unsafe extern "C" fn(PIO_CSQ, PIRP)>;
pub type PIO_CSQ_PEEK_NEXT_IRP = Option<unsafe extern "C" fn(PIO_CSQ, PIRP, PVOID) -> PIRP>;
pub type PIO_CSQ_ACQUIRE_LOCK = Option<unsafe extern "C" fn(PIO_CSQ, PKIRQL)>;
pub type PIO_CSQ_RELEASE_LOCK = Option<unsafe extern "C" fn(PIO_CSQ, KIRQL)>;
pub type PIO_CSQ_COMPLETE_CANCELED_IRP = Option<unsafe extern "C" fn(PIO_CSQ, PIRP)>;
#[repr(C)]
pub struct _IO_CSQ {
    pub Type: ULONG,
    pub CsqInsertIrp: PIO_CSQ_INSERT_IRP,
    pub CsqRemoveIrp: PIO_CSQ_REMOVE_IRP,
    pub CsqPeekNextIrp: PIO_CSQ_PEEK_NEXT_IRP,
    pub CsqAcquireLock: PIO_CSQ_ACQUIRE_LOCK,
    pub CsqReleaseLock: PIO_CSQ_RELEASE_LOCK,
    pub CsqCompleteCanceledIrp: PIO_CSQ_COMPLETE_CANCELED_IRP,
    pub ReservePointer: PVOID,
}
pub type IO_CSQ = _IO_CSQ;

pub type PKSTART_ROUTINE = Option<unsafe extern "C" fn(PVOID)>;
pub type PCREATE_THREAD_NOTIFY_ROUTINE = Option<unsafe extern "C" fn(HANDLE, HANDLE, BOOLEAN)>;
pub type PLOAD_IMAGE_NOTIFY_ROUTINE =
    Option<unsafe extern "C" fn(PUNICODE_STRING, HANDLE, PIMAGE_INFO)>;
pub type PEX_CALLBACK_FUNCTION = Option<unsafe extern "C" fn(PVOID, PVOID, PVOID) -> NTSTATUS>;

#[repr(C)]
#[derive(Copy, Clone)]
pub struct _PS_CREATE_NOTIFY_INFO {
    pub Size: SIZE_T,
    pub __bindgen_anon_1: _PS_CREATE_NOTIFY_INFO__bindgen_ty_1,
    pub ParentProcessId: HANDLE,
    pub CreatingThreadId: CLIENT_ID,
    pub FileObject: *mut _FILE_OBJECT,
    pub ImageFileName: PCUNICODE_STRING,
    pub CommandLine: PCUNICODE_STRING,
    pub CreationStatus: NTSTATUS,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union _PS_CREATE_NOTIFY_INFO__bindgen_ty_1 {
    pub Flags: ULONG,
}
pub type PS_CREATE_NOTIFY_INFO = _PS_CREATE_NOTIFY_INFO;
pub type PPS_CREATE_NOTIFY_INFO = *mut PS_CREATE_NOTIFY_INFO;

#[repr(C)]
#[derive(Copy, Clone)]
pub struct _IMAGE_INFO {
    pub __bindgen_anon_1: _IMAGE_INFO__bindgen_ty_1,
    pub ImageBase: PVOID,
    pub ImageSelector: ULONG,
    pub ImageSize: SIZE_T,
    pub ImageSectionNumber: ULONG,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union _IMAGE_INFO__bindgen_ty_1 {
    pub Properties: ULONG,
}
pub type IMAGE_INFO = _IMAGE_INFO;
pub type PIMAGE_INFO = *mut IMAGE_INFO;

pub type OB_OPERATION = ULONG;
pub type OB_PREOP_CALLBACK_STATUS = c_int;
pub type POB_PRE_OPERATION_CALLBACK =
    Option<unsafe extern "C" fn(PVOID, POB_PRE_OPERATION_INFORMATION) -> OB_PREOP_CALLBACK_STATUS>;
pub type POB_POST_OPERATION_CALLBACK = Option<unsafe extern "C" fn(PVOID, PVOID)>;
#[repr(C)]
pub struct _OB_OPERATION_REGISTRATION {
    pub ObjectType: *mut POBJECT_TYPE,
    pub Operations: OB_OPERATION,
    pub PreOperation: POB_PRE_OPERATION_CALLBACK,
    pub PostOperation: POB_POST_OPERATION_CALLBACK,
}
pub type OB_OPERATION_REGISTRATION = _OB_OPERATION_REGISTRATION;
#[repr(C)]
pub struct _OB_CALLBACK_REGISTRATION {
    pub Version: USHORT,
    pub OperationRegistrationCount: USHORT,
    pub Altitude: UNICODE_STRING,
    pub RegistrationContext: PVOID,
    pub OperationRegistration: *mut OB_OPERATION_REGISTRATION,
}
pub type OB_CALLBACK_REGISTRATION = _OB_CALLBACK_REGISTRATION;
pub type POB_CALLBACK_REGISTRATION = *mut OB_CALLBACK_REGISTRATION;
#[repr(C)]
#[derive(Copy, Clone)]
pub struct _OB_PRE_OPERATION_INFORMATION {
    pub Operation: OB_OPERATION,
    pub __bindgen_anon_1: _OB_PRE_OPERATION_INFORMATION__bindgen_ty_1,
    pub Object: PVOID,
    pub ObjectType: POBJECT_TYPE,
    pub CallContext: PVOID,
    pub Parameters: *mut _OB_PRE_OPERATION_PARAMETERS,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union _OB_PRE_OPERATION_INFORMATION__bindgen_ty_1 {
    pub Flags: ULONG,
}
pub type OB_PRE_OPERATION_INFORMATION = _OB_PRE_OPERATION_INFORMATION;
pub type POB_PRE_OPERATION_INFORMATION = *mut OB_PRE_OPERATION_INFORMATION;
#[repr(C)]
#[derive(Copy, Clone)]
pub union _OB_PRE_OPERATION_PARAMETERS {
    pub CreateHandleInformation: _OB_PRE_CREATE_HANDLE_INFORMATION,
    pub DuplicateHandleInformation: _OB_PRE_DUPLICATE_HANDLE_INFORMATION,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct _OB_PRE_CREATE_HANDLE_INFORMATION {
    pub DesiredAccess: ACCESS_MASK,
    pub OriginalDesiredAccess: ACCESS_MASK,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct _OB_PRE_DUPLICATE_HANDLE_INFORMATION {
    pub DesiredAccess: ACCESS_MASK,
    pub OriginalDesiredAccess: ACCESS_MASK,
    pub SourceProcess: PVOID,
    pub TargetProcess: PVOID,
}

#[repr(C)]
#[derive(Copy, Clone)]
pub struct _REG_CREATE_KEY_INFORMATION {
    pub CompleteName: PUNICODE_STRING,
    pub RootObject: PVOID,
    pub ObjectType: PVOID,
    pub CreateOptions: ULONG,
    pub Class: PUNICODE_STRING,
    pub SecurityDescriptor: PVOID,
    pub SecurityQualityOfService: PVOID,
    pub DesiredAccess: ACCESS_MASK,
    pub GrantedAccess: ACCESS_MASK,
    pub Disposition: PULONG,
    pub ResultObject: *mut PVOID,
    pub CallContext: PVOID,
    pub RootObjectContext: PVOID,
    pub Transaction: PVOID,
    pub Reserved: PVOID,
}
pub type REG_CREATE_KEY_INFORMATION = _REG_CREATE_KEY_INFORMATION;
#[repr(C)]
#[derive(Copy, Clone)]
pub struct _REG_SET_VALUE_KEY_INFORMATION {
    pub Object: PVOID,
    pub ValueName: PUNICODE_STRING,
    pub TitleIndex: ULONG,
    pub Type: ULONG,
    pub Data: PVOID,
    pub DataSize: ULONG,
    pub CallContext: PVOID,
    pub ObjectContext: PVOID,
    pub Reserved: PVOID,
}
pub type REG_SET_VALUE_KEY_INFORMATION = _REG_SET_VALUE_KEY_INFORMATION;
#[repr(C)]
#[derive(Copy, Clone)]
pub struct _REG_DELETE_KEY_INFORMATION {
    pub Object: PVOID,
    pub CallContext: PVOID,
    pub ObjectContext: PVOID,
    pub Reserved: PVOID,
}
pub type REG_DELETE_KEY_INFORMATION = _REG_DELETE_KEY_INFORMATION;
#[repr(C)]
#[derive(Copy, Clone)]
pub struct _REG_DELETE_VALUE_KEY_INFORMATION {
    pub Object: PVOID,
    pub ValueName: PUNICODE_STRING,
    pub CallContext: PVOID,
    pub ObjectContext: PVOID,
    pub Reserved: PVOID,
}
pub type REG_DELETE_VALUE_KEY_INFORMATION = _REG_DELETE_VALUE_KEY_INFORMATION;
#[repr(C)]
#[derive(Copy, Clone)]
pub struct _REG_RENAME_KEY_INFORMATION {
    pub Object: PVOID,
    pub NewName: PUNICODE_STRING,
    pub CallContext: PVOID,
    pub ObjectContext: PVOID,
    pub Reserved: PVOID,
}
pub type REG_RENAME_KEY_INFORMATION = _REG_RENAME_KEY_INFORMATION;
#[repr(C)]
#[derive(Copy, Clone)]
pub struct _REG_POST_OPERATION_INFORMATION {
    pub Object: PVOID,
    pub Status: NTSTATUS,
    pub PreInformation: PVOID,
    pub ReturnStatus: NTSTATUS,
    pub CallContext: PVOID,
    pub ObjectContext: PVOID,
    pub Reserved: PVOID,
}
pub type REG_POST_OPERATION_INFORMATION = _REG_POST_OPERATION_INFORMATION;
#[repr(C)]
#[derive(Copy, Clone)]
pub struct _KEY_VALUE_PARTIAL_INFORMATION {
    pub TitleIndex: ULONG,
    pub Type: ULONG,
    pub DataLength: ULONG,
    pub Data: [UCHAR; 1],
}
pub type KEY_VALUE_PARTIAL_INFORMATION = _KEY_VALUE_PARTIAL_INFORMATION;

#[repr(C)]
#[derive(Copy, Clone)]
pub struct _SID_AND_ATTRIBUTES {
    pub Sid: PSID,
    pub Attributes: ULONG,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct _TOKEN_MANDATORY_LABEL {
    pub Label: _SID_AND_ATTRIBUTES,
}
pub type TOKEN_MANDATORY_LABEL = _TOKEN_MANDATORY_LABEL;
