//! Which of an image's basic blocks have run, by breakpoints that fire once.
//!
//! The first byte of each block is a breakpoint until the block runs for the first time: then the fault handler puts the
//! byte back and notes the block. So a block costs one trap in all machines that share a [`Coverage`], and afterwards the code is
//! what ships, byte for byte. Blocks are found by disassembling every function of the unwind table and what lies between them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use iced_x86::{Decoder, DecoderOptions, FlowControl, Instruction, Mnemonic};
use object::LittleEndian as LE;
use object::pe;
use object::read::pe::PeFile64;

use crate::image::LoadError;
use crate::kernel::lock;

/// `int3`.
pub(crate) const BREAKPOINT: u8 = 0xcc;

/// The blocks of an image, and which of them have run.
#[derive(Debug)]
pub struct Coverage {
    /// In order of their offsets from the image's base.
    blocks: Vec<Block>,
    /// Where functions begin.
    functions: BTreeSet<u32>,
    reached: AtomicUsize,
}

#[derive(Debug)]
struct Block {
    offset: u32,
    /// What the image has there.
    byte: u8,
    reached: AtomicBool,
}

/// How far a function was covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    /// Where it begins, relative to the image's base.
    pub offset: u32,
    /// Its blocks.
    pub blocks: usize,
    /// Those that have run.
    pub reached: usize,
}

impl Coverage {
    /// Of an image, none of whose blocks has run.
    ///
    /// # Errors
    /// When the file is no image.
    pub fn new(path: &Path) -> Result<Arc<Self>, LoadError> {
        let file = std::fs::read(path).map_err(|error| LoadError::reading(path, &error))?;
        let parsed = PeFile64::parse(&*file)?;
        let mut found = Found::default();
        let functions = crate::image::functions(&parsed);
        for section in parsed.section_table().iter() {
            let code = section.characteristics.get(LE) & pe::IMAGE_SCN_MEM_EXECUTE != 0;
            let Some(bytes) = section.pe_data(&*file).ok().filter(|_| code) else {
                continue;
            };
            let start = section.virtual_address.get(LE);
            let used = bytes.len().min(section.virtual_size.get(LE) as usize);
            let end = start + used as u32;
            // Functions without a frame are in no table: they lie between the others.
            let mut cuts: BTreeSet<u32> = BTreeSet::from([start, end]);
            for (begin, (to, _)) in functions.range(start..end) {
                cuts.extend([*begin, *to]);
            }
            let cuts: Vec<u32> = cuts.into_iter().collect();
            for pair in cuts.windows(2) {
                let [from, to] = [pair[0], pair[1]].map(|it| (it - start) as usize);
                found.decode(&bytes[from..to], pair[0]);
            }
            found.bytes.insert(start, bytes.to_vec());
        }
        Ok(Arc::new(found.finish()))
    }

    /// The one that all machines of this process share, where none has its own.
    ///
    /// # Errors
    /// When the file is no image.
    pub fn shared(path: &Path) -> Result<Arc<Self>, LoadError> {
        static ALL: Mutex<BTreeMap<PathBuf, Arc<Coverage>>> = Mutex::new(BTreeMap::new());
        let mut all = lock(&ALL);
        if let Some(known) = all.get(path) {
            return Ok(Arc::clone(known));
        }
        let new = Self::new(path)?;
        all.insert(path.to_owned(), Arc::clone(&new));
        Ok(new)
    }

    /// How many blocks there are.
    pub fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// How many of them have run.
    pub fn reached(&self) -> usize {
        self.reached.load(Ordering::Relaxed)
    }

    /// Notes what another one of the same image has seen.
    pub fn merge(&self, other: &Self) {
        let both = self.blocks.iter().zip(&other.blocks);
        for (own, _) in both.filter(|(_, it)| it.reached.load(Ordering::Relaxed)) {
            self.note(own);
        }
    }

    /// Every function.
    pub fn functions(&self) -> Vec<Function> {
        let ends = self.functions.iter().skip(1).copied().chain([u32::MAX]);
        let mut rest = &self.blocks[..];
        let mut all = Vec::new();
        for (offset, end) in self.functions.iter().copied().zip(ends) {
            let (own, behind) = rest.split_at(rest.partition_point(|it| it.offset < end));
            rest = behind;
            let reached = own.iter().filter(|it| it.reached.load(Ordering::Relaxed));
            all.push(Function {
                offset,
                blocks: own.len(),
                reached: reached.count(),
            });
        }
        all
    }

    /// Where breakpoints are to be.
    pub(crate) fn open(&self) -> impl Iterator<Item = u32> {
        let open = self.blocks.iter();
        open.filter(|it| !it.reached.load(Ordering::Relaxed))
            .map(|it| it.offset)
    }

    /// A breakpoint was hit: the byte that belongs there, or `None` where no block begins. Called from the fault handler.
    pub(crate) fn hit(&self, offset: u32) -> Option<u8> {
        let at = self.blocks.binary_search_by_key(&offset, |it| it.offset);
        let block = self.blocks.get(at.ok()?)?;
        self.note(block);
        Some(block.byte)
    }

    fn note(&self, block: &Block) {
        if !block.reached.swap(true, Ordering::Relaxed) {
            self.reached.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// What disassembling has found so far.
#[derive(Debug, Default)]
struct Found {
    /// Where instructions begin, padding left out.
    instructions: BTreeSet<u32>,
    starts: BTreeSet<u32>,
    functions: BTreeSet<u32>,
    bytes: BTreeMap<u32, Vec<u8>>,
}

impl Found {
    fn decode(&mut self, code: &[u8], at: u32) {
        let mut decoder = Decoder::with_ip(64, code, at.into(), DecoderOptions::NONE);
        let mut instruction = Instruction::default();
        // What follows a jump or a return begins a block, behind the padding; so does a function.
        let (mut begins, mut function) = (true, true);
        while decoder.can_decode() {
            decoder.decode_out(&mut instruction);
            let offset = instruction.ip() as u32;
            if matches!(instruction.mnemonic(), Mnemonic::Int3 | Mnemonic::Nop) {
                continue;
            }
            self.instructions.insert(offset);
            if begins {
                self.starts.insert(offset);
            }
            if function {
                self.functions.insert(offset);
            }
            let flow = instruction.flow_control();
            begins = !matches!(
                flow,
                FlowControl::Next | FlowControl::Call | FlowControl::IndirectCall
            );
            function = false;
            if matches!(
                flow,
                FlowControl::ConditionalBranch | FlowControl::UnconditionalBranch
            ) {
                self.starts.insert(instruction.near_branch_target() as u32);
            }
        }
    }

    fn finish(self) -> Coverage {
        let byte = |offset: u32| {
            let (start, bytes) = self.bytes.range(..=offset).next_back()?;
            bytes.get((offset - start) as usize).copied()
        };
        let starts = self.starts.intersection(&self.instructions);
        let blocks = starts.filter_map(|offset| {
            Some(Block {
                offset: *offset,
                byte: byte(*offset)?,
                reached: AtomicBool::new(false),
            })
        });
        Coverage {
            blocks: blocks.collect(),
            functions: self.functions,
            reached: AtomicUsize::new(0),
        }
    }
}
