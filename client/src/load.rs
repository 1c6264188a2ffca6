//! Content on its way to the driver, and what became of it.

use cofferdam_engine::protocol::{LoadAnswer, LoadOutcome, Request};
use cofferdam_interpreter::{Code, Section};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::{Client, Error, Transport};

/// What became of content, or of the wish to change it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Load {
    /// Whether it was done.
    pub ok: bool,
    /// The outcome's stable name.
    pub outcome: &'static str,
    /// What the outcome means.
    pub message: &'static str,
    /// The verifier's refusal, where it is that.
    pub refused: Option<Refused>,
    /// The `NTSTATUS` behind the outcome; 0 without one.
    pub status: u32,
    /// The content version that the request was about; 0 where that is not known.
    pub version: u64,
    /// The content version that is active afterwards; 0 without one.
    pub active: u64,
    /// The content version that the next boot falls back to; 0 without one.
    pub fallback: u64,
}

/// Why the verifier refuses content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The stable code, as `check` prints it: `DAM017`.
    pub code: String,
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub message: &'static str,
    /// The section of the file.
    pub section: &'static str,
    /// The index within the section.
    pub index: u32,
}

impl Refused {
    /// From what the driver says; codes that this program does not know are shown by number.
    #[must_use]
    pub fn new(code: u16, section: u16, index: u32) -> Self {
        let known = Code::ALL.iter().find(|known| known.number() == code);
        let place = Section::ALL.iter().find(|known| known.number() == section);
        Self {
            code: format!("DAM{code:03}"),
            name: known.map_or("unknown", |known| known.name()),
            message: known.map_or("a reason that this program does not know", |known| {
                known.message()
            }),
            section: place.map_or("unknown", |place| place.name()),
            index,
        }
    }
}

impl Load {
    pub(crate) fn read(answer: &LoadAnswer) -> Result<Self, Error> {
        let outcome = LoadOutcome::from_number(answer.outcome).ok_or(Error::Answer)?;
        Ok(Self {
            ok: outcome == LoadOutcome::Done,
            outcome: outcome.name(),
            message: outcome.message(),
            refused: (outcome == LoadOutcome::Refused)
                .then(|| Refused::new(answer.code, answer.section, answer.index)),
            status: answer.status,
            version: answer.version,
            active: answer.active,
            fallback: answer.fallback,
        })
    }
}

impl<T: Transport> Client<T> {
    /// Uploads content in chunks and has the driver check and activate it. `progress` is told how many bytes are there.
    ///
    /// # Errors
    /// The transport's, or [`Error::TooLong`] for content longer than the driver takes. That the driver refuses the
    /// content is no error.
    pub fn load(&mut self, content: &[u8], mut progress: impl FnMut(usize)) -> Result<Load, Error> {
        let length = u32::try_from(content.len())
            .ok()
            .filter(|length| *length <= self.hello().max_content)
            .ok_or(Error::TooLong)?;
        let sha256 = Sha256::digest(content).into();
        self.ask(&Request::UploadBegin { length, sha256 })?;
        let chunk =
            (self.hello().max_chunk as usize).clamp(1, cofferdam_engine::protocol::MAX_CHUNK);
        let mut offset = 0;
        for bytes in content.chunks(chunk) {
            self.ask(&Request::UploadChunk { offset, bytes })?;
            // The whole is at most `max_content` bytes, so the sum fits.
            offset += bytes.len() as u32;
            progress(offset as usize);
        }
        self.load_answer(&Request::UploadCommit)
    }
}
