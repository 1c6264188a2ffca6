//! The driver's files and its parameters in the registry. All at PASSIVE_LEVEL, holding no lock: these operations come
//! back to our own callbacks.

use core::ptr;

use wdk_sys::ntddk::*;
use wdk_sys::{
    _KEY_VALUE_INFORMATION_CLASS, HANDLE, KEY_VALUE_PARTIAL_INFORMATION, LARGE_INTEGER, NTSTATUS,
    OBJECT_ATTRIBUTES, STATUS_END_OF_FILE,
};

use super::text::Counted;
use super::{check, status_block};
use crate::cast;

/// OBJ_KERNEL_HANDLE: the handle is the kernel's, not the current process's.
pub const OBJ_KERNEL_HANDLE: u32 = 0x200;
const OBJ_CASE_INSENSITIVE: u32 = 0x40;

struct Handle(HANDLE);

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: opened by this module, closed once.
        unsafe { ZwClose(self.0) };
    }
}

fn attributes(name: &Counted<'_>) -> OBJECT_ATTRIBUTES {
    OBJECT_ATTRIBUTES {
        Length: cast::narrow(size_of::<OBJECT_ATTRIBUTES>()),
        RootDirectory: ptr::null_mut(),
        ObjectName: name.as_ptr(),
        Attributes: OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE,
        SecurityDescriptor: ptr::null_mut(),
        SecurityQualityOfService: ptr::null_mut(),
    }
}

/// How a file is opened: access, what to do where it is there or is not, options.
pub struct How(u32, u32, u32);

const GENERIC_READ: u32 = 0x8000_0000;
const GENERIC_WRITE: u32 = 0x4000_0000;
const FILE_OPEN: u32 = 1;
const FILE_OPEN_IF: u32 = 3;
const FILE_OVERWRITE_IF: u32 = 5;
const FILE_DIRECTORY_FILE: u32 = 1;
const FILE_WRITE_THROUGH: u32 = 2;
const FILE_NON_DIRECTORY_FILE: u32 = 0x40;

/// What is there is read.
pub const READ: How = How(GENERIC_READ, FILE_OPEN, FILE_NON_DIRECTORY_FILE);

/// What is there is written.
pub const WRITE: How = How(GENERIC_WRITE, FILE_OPEN, FILE_NON_DIRECTORY_FILE);

/// What is there goes, and something new is written.
pub const REPLACE: How = How(
    GENERIC_WRITE,
    FILE_OVERWRITE_IF,
    FILE_NON_DIRECTORY_FILE | FILE_WRITE_THROUGH,
);

/// Makes a folder where there is none.
pub fn make_folder(path: &[u16]) -> Result<(), NTSTATUS> {
    File::open(path, How(GENERIC_READ, FILE_OPEN_IF, FILE_DIRECTORY_FILE)).map(drop)
}

/// An open file.
pub struct File(Handle);

impl File {
    /// Opens a file.
    pub fn open(path: &[u16], How(access, disposition, options): How) -> Result<Self, NTSTATUS> {
        const SYNCHRONIZE: u32 = 0x10_0000;
        const FILE_SYNCHRONOUS_IO_NONALERT: u32 = 0x20;
        const FILE_SHARE_READ: u32 = 1;
        const FILE_ATTRIBUTE_NORMAL: u32 = 0x80;
        let name = Counted::new(path);
        let mut attributes = attributes(&name);
        let mut handle = ptr::null_mut();
        let mut status = status_block(0, 0);
        // SAFETY: structures of our own; a kernel handle.
        check(unsafe {
            ZwCreateFile(
                &raw mut handle,
                access | SYNCHRONIZE,
                &raw mut attributes,
                &raw mut status,
                ptr::null_mut(),
                FILE_ATTRIBUTE_NORMAL,
                FILE_SHARE_READ,
                disposition,
                options | FILE_SYNCHRONOUS_IO_NONALERT,
                ptr::null_mut(),
                0,
            )
        })?;
        Ok(Self(Handle(handle)))
    }

    /// Reads from `offset`; how many bytes there were, none at the end.
    pub fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, NTSTATUS> {
        let mut status = status_block(0, 0);
        let mut offset = at(offset);
        // SAFETY: a file opened for synchronous reading; the buffer is nonpaged memory of that length.
        let outcome = check(unsafe {
            ZwReadFile(
                self.0.0,
                ptr::null_mut(),
                None,
                ptr::null_mut(),
                &raw mut status,
                buffer.as_mut_ptr().cast(),
                cast::narrow(buffer.len()),
                &raw mut offset,
                ptr::null_mut(),
            )
        });
        match outcome {
            Ok(()) => Ok(usize::try_from(status.Information).unwrap_or(0)),
            Err(STATUS_END_OF_FILE) => Ok(0),
            Err(status) => Err(status),
        }
    }

    /// Writes from the start.
    pub fn write(&self, bytes: &[u8]) -> Result<(), NTSTATUS> {
        let mut status = status_block(0, 0);
        let mut offset = at(0);
        // SAFETY: a file opened for synchronous writing; the routine only reads the buffer.
        check(unsafe {
            ZwWriteFile(
                self.0.0,
                ptr::null_mut(),
                None,
                ptr::null_mut(),
                &raw mut status,
                bytes.as_ptr().cast_mut().cast(),
                cast::narrow(bytes.len()),
                &raw mut offset,
                ptr::null_mut(),
            )
        })
    }

    /// Returns when what was written is on the disk.
    pub fn flush(&self) -> Result<(), NTSTATUS> {
        let mut status = status_block(0, 0);
        // SAFETY: an open file.
        check(unsafe { ZwFlushBuffersFile(self.0.0, &raw mut status) })
    }
}

fn at(offset: u64) -> LARGE_INTEGER {
    LARGE_INTEGER {
        QuadPart: i64::try_from(offset).unwrap_or(i64::MAX),
    }
}

/// An open registry key.
pub struct Key(Handle);

/// The largest value that is read: eight keys of 80 bytes, and what stands before them.
const VALUE_BYTES: usize = 656;

/// A value's type and data.
pub struct KeyValue {
    buffer: [u32; VALUE_BYTES / 4],
    length: usize,
}

impl Key {
    /// Opens a key to read.
    pub fn open(path: &[u16]) -> Result<Self, NTSTATUS> {
        const KEY_READ: u32 = 0x2_0019;
        let name = Counted::new(path);
        let mut attributes = attributes(&name);
        let mut handle = ptr::null_mut();
        // SAFETY: structures of our own; a kernel handle.
        check(unsafe { ZwOpenKey(&raw mut handle, KEY_READ, &raw mut attributes) })?;
        Ok(Self(Handle(handle)))
    }

    /// Reads a value of at most 640 bytes.
    pub fn value(&self, name: &[u16]) -> Result<KeyValue, NTSTATUS> {
        let name = Counted::new(name);
        let mut value = KeyValue {
            buffer: [0; VALUE_BYTES / 4],
            length: 0,
        };
        let mut length = 0;
        // SAFETY: an open key; the buffer is aligned and as long as it says.
        check(unsafe {
            ZwQueryValueKey(
                self.0.0,
                name.as_ptr(),
                _KEY_VALUE_INFORMATION_CLASS::KeyValuePartialInformation,
                value.buffer.as_mut_ptr().cast(),
                cast::narrow(VALUE_BYTES),
                &raw mut length,
            )
        })?;
        value.length = cast::index(length);
        Ok(value)
    }
}

impl KeyValue {
    /// Its type, REG_DWORD and so on.
    pub fn data_type(&self) -> u32 {
        let [_, data_type, ..] = self.buffer;
        data_type
    }

    /// Its data.
    pub fn data(&self) -> &[u8] {
        const DATA: usize = core::mem::offset_of!(KEY_VALUE_PARTIAL_INFORMATION, Data);
        // SAFETY: integers are bytes.
        let bytes = unsafe { &*(&raw const self.buffer).cast::<[u8; VALUE_BYTES]>() };
        let [_, _, length, ..] = self.buffer;
        let end = DATA.saturating_add(cast::index(length)).min(self.length);
        bytes.get(DATA..end).unwrap_or(&[])
    }
}
