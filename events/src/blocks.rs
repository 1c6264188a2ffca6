//! Cutting files into pieces that hold whole records.
//!
//! A piece is some hundred kilobytes; a record that is longer than [`MAX_RECORD`] is reported and passed over, so
//! memory is bounded whatever the file holds.

use std::io::{self, Read};

use memchr::{memchr, memmem, memrchr};

use super::elements::Elements;
use super::{Damage, Place};

/// Bytes that are read at once.
const PIECE: usize = 256 << 10;

/// The longest record, in bytes. Windows' own limit is 64 KiB; exports write the rendered message beside it.
pub(crate) const MAX_RECORD: usize = 16 << 20;

/// Bytes of an EVTX file's header block.
const EVTX_HEADER: usize = 4096;

/// Bytes of an EVTX chunk.
const EVTX_CHUNK: usize = 64 << 10;

/// A piece of a file.
#[derive(Debug)]
pub enum Block {
    /// Whole lines, each a JSON object.
    Json {
        /// The lines.
        bytes: Vec<u8>,
        /// The number of the first line, counted from 0.
        first: u64,
        /// Lines are not the file's own but its elements.
        elements: bool,
    },
    /// Whole `<Event>` elements, and what stands between them.
    Xml {
        /// The text.
        bytes: Vec<u8>,
        /// The line of the first byte, counted from 1.
        first_line: u64,
    },
    /// An EVTX chunk.
    Chunk {
        /// The chunk, filled up with zeros where the file ends within it.
        bytes: Vec<u8>,
        /// Where in the file it begins.
        offset: u64,
    },
    /// Something that is not there or too long.
    Damage(Damage),
}

impl Block {
    /// The number of the block's first record. Only JSON says where it stands; elsewhere records are counted, and
    /// one that was passed over has no number.
    pub fn first(&self) -> Option<u64> {
        match self {
            Block::Json { first, .. } => Some(*first),
            _ => None,
        }
    }
}

/// The receiver does not want more.
#[derive(Debug)]
pub struct Stopped;

/// Cuts a file. Reading errors are reported as damage, and end the file.
///
/// # Errors
/// [`Stopped`] as soon as `give` says so.
pub fn cut(
    file: impl Read,
    give: &mut dyn FnMut(Block) -> Result<(), Stopped>,
) -> Result<(), Stopped> {
    let mut cutter = Cutter {
        file,
        pending: Vec::new(),
        ended: false,
        line: 0,
        error: None,
    };
    cutter.fill();
    let start = cutter.pending.strip_prefix(b"\xef\xbb\xbf");
    if let Some(rest) = start {
        cutter.pending = rest.to_vec();
    }
    let first = cutter
        .pending
        .iter()
        .position(|byte| !byte.is_ascii_whitespace());
    let rest = &cutter.pending[first.unwrap_or(cutter.pending.len())..];
    match rest {
        [] => {}
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => give(damage(
            Place::File,
            "the text is UTF-16: convert it to UTF-8 (PowerShell: `Set-Content -Encoding utf8`)",
        ))?,
        rest if rest.starts_with(b"ElfFile\0") => cutter.evtx(give)?,
        [b'<', ..] => cutter.xml(give)?,
        [b'[', ..] => cutter.elements(give)?,
        // An object over several lines.
        [b'{', b'\n' | b'\r', ..] => cutter.elements(give)?,
        // Text may hold lines of objects, whatever its first line is.
        rest if memchr(0, rest).is_none() => cutter.lines(give)?,
        _ => give(damage(
            Place::File,
            "this is neither EVTX nor event XML nor JSON lines",
        ))?,
    }
    match cutter.error {
        Some(error) => give(damage(
            Place::File,
            &format!("cannot read further: {error}"),
        )),
        None => Ok(()),
    }
}

fn damage(place: Place, message: &str) -> Block {
    Block::Damage(Damage {
        place,
        message: message.to_owned(),
    })
}

/// A file on its way into pieces.
struct Cutter<R> {
    file: R,
    /// Bytes that are read and not given away.
    pending: Vec<u8>,
    ended: bool,
    /// Line feeds before the pending bytes.
    line: u64,
    error: Option<io::Error>,
}

impl<R: Read> Cutter<R> {
    /// Reads the next bytes. At the end, or at an error, nothing is added.
    fn fill(&mut self) {
        let before = self.pending.len();
        let mut piece = (&mut self.file).take(PIECE as u64);
        if let Err(error) = piece.read_to_end(&mut self.pending) {
            self.error = Some(error);
        }
        self.ended = self.pending.len() == before || self.error.is_some();
    }

    /// Gives away the first pending bytes.
    fn take(&mut self, length: usize) -> Vec<u8> {
        let rest = self.pending.split_off(length);
        let taken = std::mem::replace(&mut self.pending, rest);
        self.line += newlines(&taken);
        taken
    }

    fn lines(&mut self, give: &mut dyn FnMut(Block) -> Result<(), Stopped>) -> Result<(), Stopped> {
        loop {
            let first = self.line;
            let bytes = match memrchr(b'\n', &self.pending) {
                Some(at) => self.take(at + 1),
                None if self.ended => self.take(self.pending.len()),
                None => Vec::new(),
            };
            if !bytes.is_empty() {
                give(Block::Json {
                    bytes,
                    first,
                    elements: false,
                })?;
            }
            if self.pending.len() > MAX_RECORD {
                give(damage(Place::Line(self.line + 1), TOO_LONG))?;
                self.skip_past(b"\n");
                continue;
            }
            if self.ended {
                return Ok(());
            }
            self.fill();
        }
    }

    /// Drops everything up to and with `end`, or to the file's end.
    fn skip_past(&mut self, end: &[u8]) {
        loop {
            if let Some(at) = memmem::find(&self.pending, end) {
                self.take(at + end.len());
                return;
            }
            // The last bytes may be the start of the end.
            let keep = end.len() - 1;
            self.take(self.pending.len().saturating_sub(keep));
            if self.ended {
                self.take(self.pending.len());
                return;
            }
            self.fill();
        }
    }

    fn xml(&mut self, give: &mut dyn FnMut(Block) -> Result<(), Stopped>) -> Result<(), Stopped> {
        const END: &[u8] = b"</Event>";
        loop {
            if let Some(at) = memmem::rfind(&self.pending, END) {
                let first_line = self.line + 1;
                let bytes = self.take(at + END.len());
                give(Block::Xml { bytes, first_line })?;
            }
            if self.pending.len() > MAX_RECORD {
                give(damage(Place::Line(self.line + 1), TOO_LONG))?;
                self.skip_past(END);
                continue;
            }
            if self.ended {
                break;
            }
            self.fill();
        }
        if super::xml::next_start(&self.pending, 0).is_some() {
            give(damage(
                Place::Line(self.line + 1),
                "the file ends within an event",
            ))?;
        }
        Ok(())
    }

    fn elements(
        &mut self,
        give: &mut dyn FnMut(Block) -> Result<(), Stopped>,
    ) -> Result<(), Stopped> {
        let mut elements = Elements::default();
        loop {
            let bytes = self.take(self.pending.len());
            elements.split(&bytes, give)?;
            if self.ended {
                return elements.finish(give);
            }
            self.fill();
        }
    }

    fn evtx(&mut self, give: &mut dyn FnMut(Block) -> Result<(), Stopped>) -> Result<(), Stopped> {
        let mut offset = EVTX_HEADER as u64;
        if self.pending.len() < EVTX_HEADER {
            return give(damage(Place::File, "the file ends within its header"));
        }
        self.take(EVTX_HEADER);
        loop {
            while self.pending.len() < EVTX_CHUNK && !self.ended {
                self.fill();
            }
            if self.pending.is_empty() {
                return Ok(());
            }
            let mut bytes = self.take(self.pending.len().min(EVTX_CHUNK));
            let whole = bytes.len() == EVTX_CHUNK;
            let used = bytes.iter().any(|byte| *byte != 0);
            if !whole {
                bytes.resize(EVTX_CHUNK, 0);
            }
            if used && !bytes.starts_with(b"ElfChnk\0") {
                give(damage(
                    Place::Offset(offset),
                    "there is no chunk where one must begin",
                ))?;
            } else if used {
                give(Block::Chunk { bytes, offset })?;
            }
            if !whole && used {
                let message = "the file ends within this chunk: it was cut off";
                return give(damage(Place::Offset(offset), message));
            }
            offset += EVTX_CHUNK as u64;
        }
    }
}

/// What is said of a record beyond [`MAX_RECORD`].
pub(crate) const TOO_LONG: &str = "a record of more than 16 MiB is passed over";

/// Line feeds.
pub(crate) fn newlines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// The lines of a block without their ends.
pub(crate) fn lines(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let (line, rest) = match memchr(b'\n', bytes) {
            Some(at) => (&bytes[..at], &bytes[at + 1..]),
            None => (bytes, &[][..]),
        };
        bytes = rest;
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(file: impl Read) -> Vec<Block> {
        let mut blocks = Vec::new();
        let _ = cut(file, &mut |block| {
            blocks.push(block);
            Ok(())
        });
        blocks
    }

    #[test]
    fn a_line_beyond_all_bounds_is_named_and_passed_over() {
        let long = io::repeat(b'x').take(2 * MAX_RECORD as u64);
        let file = (&b"{}\n{}\n"[..]).chain(long).chain(&b"\n{}\n"[..]);
        let blocks = blocks(file);
        let damaged: Vec<_> = blocks
            .iter()
            .filter_map(|block| match block {
                Block::Damage(damage) => Some(damage.place),
                _ => None,
            })
            .collect();
        assert_eq!(damaged, [Place::Line(3)]);
        let last = blocks.last();
        assert!(
            matches!(last, Some(Block::Json { bytes, first: 3, .. }) if bytes == b"{}\n"),
            "{last:?}"
        );
    }

    #[test]
    fn a_first_line_that_is_broken_does_not_hide_the_others() {
        let blocks = blocks(&b"some notice\n{}\n"[..]);
        assert!(matches!(&blocks[..], [Block::Json { first: 0, .. }]));
    }

    #[test]
    fn what_is_no_event_file_is_said_once() {
        assert!(matches!(&blocks(&b"MZ\x90\0"[..])[..], [Block::Damage(_)]));
        assert!(matches!(
            &blocks(&b"\xff\xfe{\0"[..])[..],
            [Block::Damage(_)]
        ));
        assert!(blocks(&b"  \n"[..]).is_empty());
    }

    #[test]
    fn a_truncated_evtx_file_still_gives_its_last_chunk() {
        let mut file = b"ElfFile\0".to_vec();
        file.resize(EVTX_HEADER, 0);
        file.extend(b"ElfChnk\0 and some more");
        let blocks = blocks(&file[..]);
        assert!(
            matches!(
                &blocks[..],
                [Block::Chunk { offset: 4096, .. }, Block::Damage(_)]
            ),
            "{blocks:?}"
        );
    }
}
