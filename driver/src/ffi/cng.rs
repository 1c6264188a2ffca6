//! Hashes and signatures by the kernel's own cryptography, `cng.sys`. All at PASSIVE_LEVEL.
//!
//! Source: the BCrypt functions' pages of the Windows documentation; `wdk-sys` does not know bcrypt.h.
#![allow(non_snake_case, reason = "the kit's names")]

use core::ffi::c_void;
use core::ptr;
use core::sync::atomic::{AtomicPtr, Ordering};

use wdk_sys::{NTSTATUS, STATUS_INVALID_DEVICE_STATE};

use super::check;
use super::text::wide;
use crate::cast;

type Handle = *mut c_void;

#[link(name = "cng.sys", kind = "raw-dylib", modifiers = "+verbatim")]
unsafe extern "C" {
    fn BCryptOpenAlgorithmProvider(
        phAlgorithm: *mut Handle,
        pszAlgId: *const u16,
        pszImplementation: *const u16,
        dwFlags: u32,
    ) -> NTSTATUS;
    fn BCryptCloseAlgorithmProvider(hAlgorithm: Handle, dwFlags: u32) -> NTSTATUS;
    fn BCryptHash(
        hAlgorithm: Handle,
        pbSecret: *const u8,
        cbSecret: u32,
        pbInput: *const u8,
        cbInput: u32,
        pbOutput: *mut u8,
        cbOutput: u32,
    ) -> NTSTATUS;
    fn BCryptImportKeyPair(
        hAlgorithm: Handle,
        hImportKey: Handle,
        pszBlobType: *const u16,
        phKey: *mut Handle,
        pbInput: *const u8,
        cbInput: u32,
        dwFlags: u32,
    ) -> NTSTATUS;
    fn BCryptVerifySignature(
        hKey: Handle,
        pPaddingInfo: *const c_void,
        pbHash: *const u8,
        cbHash: u32,
        pbSignature: *const u8,
        cbSignature: u32,
        dwFlags: u32,
    ) -> NTSTATUS;
    fn BCryptDestroyKey(hKey: Handle) -> NTSTATUS;
}

/// An algorithm's provider, opened once.
struct Provider(AtomicPtr<c_void>);

static SHA256: Provider = Provider(AtomicPtr::new(ptr::null_mut()));
static ECDSA: Provider = Provider(AtomicPtr::new(ptr::null_mut()));

impl Provider {
    fn open(&self, name: &[u16]) -> Result<(), NTSTATUS> {
        let mut handle = ptr::null_mut();
        // SAFETY: `name` ends with zero.
        check(unsafe {
            BCryptOpenAlgorithmProvider(&raw mut handle, name.as_ptr(), ptr::null(), 0)
        })?;
        self.0.store(handle, Ordering::Release);
        Ok(())
    }

    fn get(&self) -> Result<Handle, NTSTATUS> {
        let handle = self.0.load(Ordering::Acquire);
        if handle.is_null() {
            Err(STATUS_INVALID_DEVICE_STATE)
        } else {
            Ok(handle)
        }
    }

    fn close(&self) {
        let handle = self.0.swap(ptr::null_mut(), Ordering::AcqRel);
        if !handle.is_null() {
            // SAFETY: opened, and taken out for good.
            unsafe { BCryptCloseAlgorithmProvider(handle, 0) };
        }
    }
}

/// Opens the providers.
pub fn open() -> Result<(), NTSTATUS> {
    SHA256.open(wide!("SHA256\0"))?;
    ECDSA.open(wide!("ECDSA_P256\0"))
}

/// Closes the providers.
pub fn close() {
    ECDSA.close();
    SHA256.close();
}

/// The SHA-256 of `bytes`.
pub fn sha256(bytes: &[u8]) -> Result<[u8; 32], NTSTATUS> {
    let provider = SHA256.get()?;
    let mut hash = [0; 32];
    // SAFETY: buffers of the lengths given.
    check(unsafe {
        BCryptHash(
            provider,
            ptr::null(),
            0,
            bytes.as_ptr(),
            cast::narrow(bytes.len()),
            hash.as_mut_ptr(),
            32,
        )
    })?;
    Ok(hash)
}

/// BCRYPT_ECCKEY_BLOB of a P-256 public key: magic, length of a coordinate, x, y.
#[repr(C)]
struct PublicKey {
    magic: u32,
    coordinate: u32,
    point: [u8; 64],
}

const PUBLIC_P256: u32 = 0x3153_4345;

/// Whether `signature` (r and s) is that of the key with this public point (x and y) over `bytes`.
pub fn verify(point: &[u8; 64], bytes: &[u8], signature: &[u8; 64]) -> Result<bool, NTSTATUS> {
    let hash = sha256(bytes)?;
    let key = PublicKey {
        magic: PUBLIC_P256,
        coordinate: 32,
        point: *point,
    };
    let mut handle = ptr::null_mut();
    // SAFETY: the blob is of the length given; its type's name ends with zero.
    check(unsafe {
        BCryptImportKeyPair(
            ECDSA.get()?,
            ptr::null_mut(),
            wide!("ECCPUBLICBLOB\0").as_ptr(),
            &raw mut handle,
            (&raw const key).cast(),
            cast::narrow(size_of::<PublicKey>()),
            0,
        )
    })?;
    // SAFETY: buffers of the lengths given; ECDSA has no padding.
    let status = unsafe {
        BCryptVerifySignature(
            handle,
            ptr::null(),
            hash.as_ptr(),
            32,
            signature.as_ptr(),
            64,
            0,
        )
    };
    // SAFETY: imported above, not used again.
    unsafe { BCryptDestroyKey(handle) };
    // STATUS_INVALID_SIGNATURE is the answer; any other failure is no answer, and as little trusted.
    Ok(status == 0)
}
