//! Sizes and offsets of what is declared here, as the kit's compiler gives them. A test compares the figures with the kit's.

use core::mem::{offset_of, size_of};

use crate::types::*;

/// Asserts the size of a structure (`_` where it is not declared to its end) and offsets in it.
macro_rules! layout {
    ($($name:ident $size:tt { $($field:ident $offset:literal)* })*) => {
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
    _UNICODE_STRING _ {
        Length 0 MaximumLength 2 Buffer 8
    }
    _IO_STATUS_BLOCK _ {
        Information 8
    }
    _IO_SECURITY_CONTEXT 24 {
        SecurityQos 0 AccessState 8 DesiredAccess 16 FullCreateOptions 20
    }
    _OBJECT_ATTRIBUTES 48 {
        Length 0 RootDirectory 8 ObjectName 16 Attributes 24 SecurityDescriptor 32 SecurityQualityOfService 40
    }
    _CLIENT_ID _ {
        UniqueProcess 0 UniqueThread 8
    }
    _KEVENT _ {
        Header 0
    }
    _MDL _ {
        MdlFlags 10 MappedSystemVa 24 ByteCount 40 ByteOffset 44
    }
    _DRIVER_OBJECT _ {
        Type 0 Size 2 DeviceObject 8 Flags 16 DriverStart 24 DriverSize 32 DriverSection 40 DriverExtension 48
        DriverName 56 HardwareDatabase 72 FastIoDispatch 80 DriverInit 88 DriverStartIo 96 DriverUnload 104
        MajorFunction 112
    }
    _FILE_OBJECT _ {
        Type 0 Size 2 DeviceObject 8 Vpb 16 FsContext 24 FsContext2 32 SectionObjectPointer 40 PrivateCacheMap 48
        FinalStatus 56 RelatedFileObject 64 LockOperation 72 DeletePending 73 ReadAccess 74 WriteAccess 75
        DeleteAccess 76 SharedRead 77 SharedWrite 78 SharedDelete 79 Flags 80 FileName 88
    }
    _IRP _ {
        MdlAddress 8 AssociatedIrp 24 ThreadListEntry 32 IoStatus 48 RequestorMode 64 PendingReturned 65
        StackCount 66 CurrentLocation 67 CancelIrql 69 ApcEnvironment 70 AllocationFlags 71 UserEvent 80
        CancelRoutine 104 UserBuffer 112
    }
    _IRP__bindgen_ty_4__bindgen_ty_1 80 {
        Thread 32 AuxiliaryBuffer 40 OriginalFileObject 72
    }
    _IRP__bindgen_ty_4__bindgen_ty_1__bindgen_ty_2 _ {
        ListEntry 0
    }
    _IO_STACK_LOCATION 72 {
        MajorFunction 0 MinorFunction 1 Flags 2 Control 3 Parameters 8 DeviceObject 40 FileObject 48
        CompletionRoutine 56 Context 64
    }
    _IO_STACK_LOCATION__bindgen_ty_1__bindgen_ty_17 _ {
        OutputBufferLength 0 InputBufferLength 8 IoControlCode 16 Type3InputBuffer 24
    }
    _PS_CREATE_NOTIFY_INFO 72 {
        Size 0 ParentProcessId 16 CreatingThreadId 24 FileObject 40 ImageFileName 48 CommandLine 56
        CreationStatus 64
    }
    _IMAGE_INFO _ {
        ImageBase 8 ImageSelector 16 ImageSize 24 ImageSectionNumber 32
    }
    _OB_OPERATION_REGISTRATION 32 {
        ObjectType 0 Operations 8 PreOperation 16 PostOperation 24
    }
    _OB_CALLBACK_REGISTRATION 40 {
        Version 0 OperationRegistrationCount 2 Altitude 8 RegistrationContext 24 OperationRegistration 32
    }
    _OB_PRE_OPERATION_INFORMATION 40 {
        Operation 0 Object 8 ObjectType 16 CallContext 24 Parameters 32
    }
    _OB_PRE_CREATE_HANDLE_INFORMATION 8 {
        DesiredAccess 0 OriginalDesiredAccess 4
    }
    _OB_PRE_DUPLICATE_HANDLE_INFORMATION 24 {
        DesiredAccess 0 OriginalDesiredAccess 4 SourceProcess 8 TargetProcess 16
    }
    _REG_CREATE_KEY_INFORMATION 112 {
        CompleteName 0 RootObject 8 ObjectType 16 CreateOptions 24 Class 32 SecurityDescriptor 40
        SecurityQualityOfService 48 DesiredAccess 56 GrantedAccess 60 Disposition 64 ResultObject 72 CallContext 80
        RootObjectContext 88 Transaction 96 Reserved 104
    }
    _REG_SET_VALUE_KEY_INFORMATION 64 {
        Object 0 ValueName 8 TitleIndex 16 Type 20 Data 24 DataSize 32 CallContext 40 ObjectContext 48 Reserved 56
    }
    _REG_DELETE_KEY_INFORMATION 32 {
        Object 0 CallContext 8 ObjectContext 16 Reserved 24
    }
    _REG_DELETE_VALUE_KEY_INFORMATION 40 {
        Object 0 ValueName 8 CallContext 16 ObjectContext 24 Reserved 32
    }
    _REG_RENAME_KEY_INFORMATION 40 {
        Object 0 NewName 8 CallContext 16 ObjectContext 24 Reserved 32
    }
    _REG_POST_OPERATION_INFORMATION 56 {
        Object 0 Status 8 PreInformation 16 ReturnStatus 24 CallContext 32 ObjectContext 40 Reserved 48
    }
    _KEY_VALUE_PARTIAL_INFORMATION 16 {
        TitleIndex 0 Type 4 DataLength 8 Data 12
    }
    _SID_AND_ATTRIBUTES 16 {
        Sid 0 Attributes 8
    }
    _TOKEN_MANDATORY_LABEL 16 {
        Label 0
    }
}
