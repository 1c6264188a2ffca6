//! The kernel's cryptography (CNG) as far as content needs it: SHA-256 and ECDSA on P-256.
//!
//! The pages are of `learn.microsoft.com/windows/win32/api/bcrypt`.

use std::collections::HashMap;
use std::sync::Mutex;

use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use sha2::{Digest as _, Sha256};

use crate::fakes::{LOW, SUCCESS, status};
use crate::finding::Check;
use crate::kernel::{Kernel, lock};
use crate::memory;
use crate::routine::{Call, DISPATCH, PASSIVE, Routine, routine};

/// Open providers, keys and hashes.
#[derive(Debug, Default)]
pub(crate) struct Crypto(Mutex<HashMap<u64, Object>>);

#[derive(Clone, Debug)]
enum Object {
    Provider(Algorithm),
    Key(VerifyingKey),
    Hash(Sha256),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Algorithm {
    Sha256,
    EcdsaP256,
}

const HANDLE: &str = "CNG handle";
const NOT_FOUND: u64 = status(0xc000_0225);
const INVALID_HANDLE: u64 = status(0xc000_0008);
const INVALID_PARAMETER: u64 = status(0xc000_000d);
const INVALID_SIGNATURE: u64 = status(0xc000_a000);
const PAGE: &str = "https://learn.microsoft.com/windows/win32/api/bcrypt/nf-bcrypt-";

pub(crate) const ROUTINES: &[Routine] = &[
    // "Kernel mode callers ... PASSIVE_LEVEL", but for providers opened for dispatch, which we take no advantage of.
    routine("BCryptOpenAlgorithmProvider", PAGE, PASSIVE, open).or(LOW),
    routine("BCryptCloseAlgorithmProvider", PAGE, PASSIVE, close),
    routine("BCryptImportKeyPair", PAGE, PASSIVE, import).or(LOW),
    routine("BCryptDestroyKey", PAGE, PASSIVE, close),
    routine("BCryptVerifySignature", PAGE, PASSIVE, verify).or(LOW),
    routine("BCryptHash", PAGE, PASSIVE, hash).or(LOW),
    routine("BCryptCreateHash", PAGE, PASSIVE, create_hash).or(LOW),
    routine("BCryptHashData", PAGE, DISPATCH, hash_data).or(LOW),
    routine("BCryptFinishHash", PAGE, DISPATCH, finish_hash).or(LOW),
    routine("BCryptDestroyHash", PAGE, DISPATCH, close),
];

fn new(kernel: &Kernel, call: &Call<'_>, object: Object, out: u64) -> u64 {
    let handle = kernel.state.objects.new_named("a CNG object");
    lock(&kernel.state.crypto.0).insert(handle, object);
    kernel.state.held.take(kernel, call, HANDLE, handle);
    memory::write(out, handle);
    SUCCESS
}

fn get(kernel: &Kernel, handle: u64) -> Option<Object> {
    lock(&kernel.state.crypto.0).get(&handle).cloned()
}

fn open(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let name = String::from_utf16_lossy(&memory::wide(call.u64(1)));
    let algorithm = match &*name {
        "SHA256" => Algorithm::Sha256,
        "ECDSA_P256" => Algorithm::EcdsaP256,
        _ => return NOT_FOUND,
    };
    new(kernel, call, Object::Provider(algorithm), call.u64(0))
}

fn close(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let handle = call.u64(0);
    if lock(&kernel.state.crypto.0).remove(&handle).is_none() {
        call.stop(Check::Reference, "no such CNG handle");
    }
    kernel.state.held.give(call, HANDLE, handle);
    SUCCESS
}

fn import(kernel: &Kernel, call: &Call<'_>) -> u64 {
    const ECDSA_PUBLIC_P256: u32 = 0x3153_4345;
    let (blob, size) = (call.u64(4), call.u32(5));
    let kind = String::from_utf16_lossy(&memory::wide(call.u64(2)));
    let provider = get(kernel, call.u64(0));
    if !matches!(provider, Some(Object::Provider(Algorithm::EcdsaP256))) {
        return INVALID_HANDLE;
    }
    if kind != "ECCPUBLICBLOB" || size != 72 {
        return INVALID_PARAMETER;
    }
    let (magic, bytes): (u32, u32) = (memory::read(blob), memory::read(blob + 4));
    if magic != ECDSA_PUBLIC_P256 || bytes != 32 {
        return INVALID_PARAMETER;
    }
    // Uncompressed: 4, then both coordinates.
    let mut point = vec![4];
    point.extend(memory::bytes(blob + 8, 64));
    match VerifyingKey::from_sec1_bytes(&point) {
        Ok(key) => new(kernel, call, Object::Key(key), call.u64(3)),
        Err(_) => INVALID_PARAMETER,
    }
}

fn verify(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let Some(Object::Key(key)) = get(kernel, call.u64(0)) else {
        return INVALID_HANDLE;
    };
    let hash = memory::bytes(call.u64(2), call.u32(3) as usize);
    let bytes = memory::bytes(call.u64(4), call.u32(5) as usize);
    let Ok(signature) = Signature::from_slice(&bytes) else {
        return INVALID_SIGNATURE;
    };
    match key.verify_prehash(&hash, &signature) {
        Ok(()) => SUCCESS,
        Err(_) => INVALID_SIGNATURE,
    }
}

fn is_sha256(kernel: &Kernel, handle: u64) -> bool {
    /// `BCRYPT_SHA256_ALG_HANDLE`, which need not be opened.
    const PSEUDO: u64 = 0x41;
    let provider = get(kernel, handle);
    handle == PSEUDO || matches!(provider, Some(Object::Provider(Algorithm::Sha256)))
}

fn hash(kernel: &Kernel, call: &Call<'_>) -> u64 {
    if !is_sha256(kernel, call.u64(0)) {
        return INVALID_HANDLE;
    }
    if call.u32(6) != 32 {
        return INVALID_PARAMETER;
    }
    let input = memory::bytes(call.u64(3), call.u32(4) as usize);
    memory::store(call.u64(5), &Sha256::digest(&input));
    SUCCESS
}

fn create_hash(kernel: &Kernel, call: &Call<'_>) -> u64 {
    if !is_sha256(kernel, call.u64(0)) {
        return INVALID_HANDLE;
    }
    new(kernel, call, Object::Hash(Sha256::new()), call.u64(1))
}

fn hash_data(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let input = memory::bytes(call.u64(1), call.u32(2) as usize);
    match lock(&kernel.state.crypto.0).get_mut(&call.u64(0)) {
        Some(Object::Hash(hash)) => hash.update(&input),
        _ => return INVALID_HANDLE,
    }
    SUCCESS
}

fn finish_hash(kernel: &Kernel, call: &Call<'_>) -> u64 {
    let Some(Object::Hash(hash)) = get(kernel, call.u64(0)) else {
        return INVALID_HANDLE;
    };
    if call.u32(2) != 32 {
        return INVALID_PARAMETER;
    }
    memory::store(call.u64(1), &hash.finalize());
    SUCCESS
}
