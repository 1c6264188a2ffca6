//! A content file as its header and sections, to be changed and put together again.

use cofferdam_interpreter::Section;
use cofferdam_interpreter::layout::{Header, RECORD_SIZES, SIGNATURE_SIZE};

/// A file in parts.
#[derive(Clone, Debug)]
pub(crate) struct Sections {
    pub(crate) header: Header,
    /// The sections' bytes, in file order.
    pub(crate) bodies: Vec<Vec<u8>>,
}

impl Sections {
    /// Takes a file apart whose lengths are right.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let (header, mut rest) = bytes.split_first_chunk().expect("a header");
        let header = Header::read(header);
        let (counts, _) = header.counts.as_chunks::<4>();
        let mut bodies = Vec::new();
        for (count, (_, size)) in counts.iter().zip(RECORD_SIZES) {
            let (body, after) = rest.split_at((u32::from_le_bytes(*count) * size) as usize);
            bodies.push(body.to_vec());
            rest = after;
        }
        Self { header, bodies }
    }

    /// The section's bytes.
    pub(crate) fn body(&mut self, section: Section) -> &mut Vec<u8> {
        &mut self.bodies[usize::from(section.number()) - 1]
    }

    /// Changes one record of a section.
    pub(crate) fn record<const N: usize>(
        &mut self,
        section: Section,
        index: usize,
        change: impl FnOnce(&mut [u8; N]),
    ) {
        let (records, _) = self.body(section).as_chunks_mut::<N>();
        change(&mut records[index]);
    }

    /// The file, with counts and length as they now are.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut header = self.header;
        let mut total = Header::SIZE + SIGNATURE_SIZE;
        let (counts, _) = header.counts.as_chunks_mut::<4>();
        for ((count, body), (_, size)) in counts.iter_mut().zip(&self.bodies).zip(RECORD_SIZES) {
            *count = ((body.len() / size as usize) as u32).to_le_bytes();
            total += body.len();
        }
        header.total_length = total as u32;
        let mut bytes = header.write().to_vec();
        for body in &self.bodies {
            bytes.extend_from_slice(body);
        }
        bytes.extend_from_slice(&[0; SIGNATURE_SIZE]);
        bytes
    }
}
