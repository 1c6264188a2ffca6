//! `keygen`, `sign`, `verify`: ECDSA on P-256 over SHA-256, as the kernel's own library verifies it.

use std::fs;
use std::path::{Path, PathBuf};

use cofferdam_interpreter::layout::{Header, SIGNATURE_SIZE};
use cofferdam_interpreter::{Content, SignatureCheck};
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use p256::elliptic_curve::Generate as _;
use p256::pkcs8::{
    DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _,
    LineEnding,
};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::args::{Format, Keygen, Sign, Verify};
use crate::content::{ContentFile, hex, limits_of};
use crate::failure::{Exit, Failure};
use crate::output::{self, Readers, style, write_file};

pub(crate) fn generate(args: &Keygen) -> Result<Exit, Failure> {
    let private = with_ending(&args.output, ".pem");
    let public = with_ending(&args.output, ".pub.pem");
    for path in [&private, &public] {
        if !args.force && path.exists() {
            let message = format!("{} is there already", path.display());
            return Err(Failure::usage(message)
                .help("choose another name; --force replaces the key, and it cannot be had back"));
        }
    }
    let encoding = |_| Failure::usage("the key cannot be encoded");
    let key = SigningKey::try_generate()
        .map_err(|error| Failure::usage(format!("the system gives no random numbers: {error}")))?;
    let pem = key.to_pkcs8_pem(LineEnding::LF).map_err(encoding)?;
    write_file(&private, pem.as_bytes(), Readers::Owner)?;
    let verifying = key.verifying_key();
    let pem = verifying
        .to_public_key_pem(LineEnding::LF)
        .map_err(|_| Failure::usage("the key cannot be encoded"))?;
    write_file(&public, pem.as_bytes(), Readers::Anyone)?;
    let id = hex(&key_id(verifying)?);
    match args.format {
        Format::Json => output::print_json(&json!({
            "private_key": private.to_string_lossy(),
            "public_key": public.to_string_lossy(),
            "key_id": id,
        }))?,
        Format::Human => output::print(&format!(
            "key id {id}\n  private: {}  (keep it off the machines that content is rolled out to)\n  public:  {}\n",
            private.display(),
            public.display()
        ))?,
    }
    Ok(Exit::Ok)
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// The first half of the SHA-256 of the public key as SubjectPublicKeyInfo.
fn key_id(key: &VerifyingKey) -> Result<[u8; 16], Failure> {
    let der = key
        .to_public_key_der()
        .map_err(|_| Failure::usage("the public key cannot be encoded"))?;
    let hash: [u8; 32] = Sha256::digest(der.as_bytes()).into();
    let [first, _] = hash.as_chunks::<16>().0 else {
        return Err(Failure::usage("the public key cannot be hashed"));
    };
    Ok(*first)
}

/// Where the key's id stands in the header.
const KEY_ID: std::ops::Range<usize> = 104..120;

pub(crate) fn sign(args: &Sign) -> Result<Exit, Failure> {
    let mut file = ContentFile::read(&args.file)?;
    let decoded =
        Content::decode(&file.bytes).map_err(|refusal| Failure::content(&args.file, &refusal))?;
    let header = decoded.content().header();
    file.verify(limits_of(&header))
        .map_err(|refusal| Failure::content(&args.file, &refusal))?;
    let pem = read_pem(&args.key)?;
    let key = SigningKey::from_pkcs8_pem(&pem).map_err(|_| {
        Failure::usage(format!(
            "{} is no P-256 private key (PEM, PKCS #8)",
            args.key.display()
        ))
        .help("`cofferdam keygen` makes one; `openssl pkcs8 -topk8 -nocrypt` converts an EC key")
    })?;
    let id = key_id(key.verifying_key())?;
    let short = || Failure::refused("the content is shorter than its header");
    file.bytes
        .get_mut(KEY_ID)
        .ok_or_else(short)?
        .copy_from_slice(&id);
    let body = file.bytes.len().saturating_sub(SIGNATURE_SIZE);
    let (signed, block) = file.bytes.split_at_mut_checked(body).ok_or_else(short)?;
    let signature: Signature = key.sign(signed);
    block.copy_from_slice(&signature.to_bytes());
    let output = args.output.as_ref().unwrap_or(&args.file);
    write_file(output, &file.bytes, Readers::Anyone)?;
    match args.format {
        Format::Json => output::print_json(&json!({
            "file": output.to_string_lossy(),
            "key_id": hex(&id),
        }))?,
        Format::Human => output::print(&format!(
            "{}: signed with key {}\n",
            output.display(),
            hex(&id)
        ))?,
    }
    Ok(Exit::Ok)
}

/// The keys that are trusted.
struct Trusted(Vec<([u8; 16], VerifyingKey)>);

impl SignatureCheck for Trusted {
    fn check(&self, key_id: &[u8; 16], signed: &[u8], signature: &[u8; SIGNATURE_SIZE]) -> bool {
        let Ok(signature) = Signature::from_slice(signature) else {
            return false;
        };
        self.0
            .iter()
            .any(|(id, key)| id == key_id && key.verify(signed, &signature).is_ok())
    }
}

pub(crate) fn verify(args: &Verify) -> Result<Exit, Failure> {
    let file = ContentFile::read(&args.file)?;
    let decoded =
        Content::decode(&file.bytes).map_err(|refusal| Failure::content(&args.file, &refusal))?;
    let header: Header = decoded.content().header();
    let mut trusted = Trusted(Vec::new());
    for path in &args.key {
        let key = VerifyingKey::from_public_key_pem(&read_pem(path)?).map_err(|_| {
            Failure::usage(format!("{} is no P-256 public key (PEM)", path.display()))
                .help("give the `.pub.pem` that `cofferdam keygen` wrote")
        })?;
        trusted.0.push((key_id(&key)?, key));
    }
    let unsigned = header.key_id == [0; 16] && decoded.signature().iter().all(|byte| *byte == 0);
    let known = trusted.0.iter().any(|(id, _)| *id == header.key_id);
    let good = decoded.is_authentic(&trusted);
    let says = match (good, unsigned, known) {
        (true, ..) => "good",
        (_, true, _) => "unsigned",
        (_, _, false) => "another key",
        _ => "wrong",
    };
    let id = hex(&header.key_id);
    match args.format {
        Format::Json => output::print_json(&json!({
            "file": args.file.to_string_lossy(),
            "ok": good,
            "signature": says,
            "key_id": id,
            "content_version": header.content_version,
        }))?,
        Format::Human => {
            let words = match says {
                "good" => format!(
                    "{}good{:#}: signed with key {id}, content version {}",
                    style::GOOD,
                    style::GOOD,
                    header.content_version
                ),
                "unsigned" => format!("{}unsigned{:#}", style::ERROR, style::ERROR),
                "another key" => format!(
                    "{}refused{:#}: signed with key {id}, which is none of those given",
                    style::ERROR,
                    style::ERROR
                ),
                _ => format!(
                    "{}refused{:#}: the signature is not key {id}'s over these bytes: the file was changed",
                    style::ERROR,
                    style::ERROR
                ),
            };
            output::print(&format!("{}: {words}\n", args.file.display()))?;
        }
    }
    Ok(if good { Exit::Ok } else { Exit::Refused })
}

/// A key file's text; no key is longer than this.
fn read_pem(path: &Path) -> Result<String, Failure> {
    const MOST: u64 = 64 << 10;
    let size = fs::metadata(path).map_err(|error| Failure::io("read", path, &error))?;
    if size.len() > MOST {
        return Err(Failure::usage(format!("{} is no key", path.display())));
    }
    fs::read_to_string(path).map_err(|error| Failure::io("read", path, &error))
}
