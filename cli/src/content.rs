//! Content files from disk.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use cofferdam_interpreter::layout::Header;
use cofferdam_interpreter::{Content, Limits, Refusal, Verified};

use crate::failure::Failure;

/// A content file's bytes and where they came from.
#[derive(Debug)]
pub(crate) struct ContentFile {
    pub(crate) path: PathBuf,
    pub(crate) bytes: Vec<u8>,
}

impl ContentFile {
    /// Reads a file; more than any engine accepts is not read.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let most = u64::from(Limits::USER.file_bytes);
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(most + 1).read_to_end(&mut bytes))
            .map_err(|error| Failure::io("read", path, &error))?;
        if bytes.len() as u64 > most {
            return Err(Failure::refused(format!(
                "{}: longer than {most} bytes",
                path.display()
            )));
        }
        Ok(Self {
            path: path.to_owned(),
            bytes,
        })
    }

    /// Verifies the content for running it in this process.
    pub(crate) fn verified(&self) -> Result<Verified<'_>, Failure> {
        self.verify(&Limits::USER)
            .map_err(|refusal| Failure::content(&self.path, &refusal))
    }

    /// Verifies the content within limits.
    pub(crate) fn verify(&self, limits: &Limits) -> Result<Verified<'_>, Refusal> {
        let unverified = Content::decode(&self.bytes)?;
        // A hostile header must not make us allocate more than the limit.
        let words = unverified.content().header().scratch_words;
        let mut scratch = vec![0; words.min(limits.scratch_words) as usize];
        unverified.verify(limits, &mut scratch)
    }
}

/// The limits of the tier that a header names.
pub(crate) const fn limits_of(header: &Header) -> &'static Limits {
    if header.tier == 0 {
        &Limits::KERNEL
    } else {
        &Limits::USER
    }
}

/// The tier's name.
pub(crate) const fn tier_name(tier: u8) -> &'static str {
    match tier {
        0 => "kernel",
        1 => "user",
        _ => "unknown",
    }
}

/// A header's channel as text.
pub(crate) fn channel(header: &Header) -> String {
    let name = header.channel.split(|byte| *byte == 0).next();
    String::from_utf8_lossy(name.unwrap_or_default()).into_owned()
}

/// A rule's id as people write it: the UUID, and the condition where it is not the first.
pub(crate) fn rule_id(id: [u8; 16], condition: u8) -> String {
    let uuid = uuid::Uuid::from_bytes(id);
    if condition == 0 {
        uuid.to_string()
    } else {
        format!("{uuid}#{condition}")
    }
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
