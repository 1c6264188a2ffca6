//! The good file, and the book of bad ones.

use cofferdam_asm::assemble::assemble_to_bytes;
use cofferdam_interpreter::{Code, Limits, Section};

use crate::support::sections::Sections;

/// Three finders, five of each sort of literal, one of every sort of operand.
///
/// In the file: kind 0 is process_creation with the finders 0 (Image, eager), 1 (CommandLine, eager) and 2
/// (CommandLine, lazy), the atoms 0, 1, 2, the literals 0 and 1, 2 and 3, 4, and the rules 0 (always), 1 and 2;
/// kind 1 is image_load with rule 3; literal 5 is loose.
pub(crate) const SOURCE: &str = r"
content { version 7; floor 2; issued 100; expires 200 }
pattern p regex 'a.*b'
kind process_creation {
    atom tool eager Image { ends '\vssadmin.exe'; ends '\wmic.exe' }
    atom words eager CommandLine { contains 'ab'; contains 'delete shadows' }
    atom slow lazy CommandLine { contains 'shadowcopy' }
    rule 1.0 low alert 'always' always {
        unless CommandLine pattern p -> no
        if ProcessId eq 4 -> no
        match
    no: end
    }
    rule 2.0 high deny 'first' meta '{}' triggered {
        unless trigger tool -> no
        unless lazy slow -> no
        match
    no: end
    }
    rule 2.1 high alert 'second' triggered {
        unless trigger words -> no
        unless User network 10.0.0.0/8 -> no
        unless Image text contains 'Loose' cased -> no
        maybe
    no: end
    }
}
kind image_load {
    rule 3.0 low alert 'image' always { if Image fields equals ImageLoaded -> no; match; no: end }
}";

/// A file that is refused, and why.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) code: Code,
    pub(crate) section: Section,
    pub(crate) index: u32,
    pub(crate) bytes: Vec<u8>,
    pub(crate) limits: Limits,
    /// Words of scratch that are handed in.
    pub(crate) scratch: usize,
}

/// Every such file.
pub(crate) struct Book {
    pub(crate) good: Vec<u8>,
    pub(crate) cases: Vec<Case>,
}

/// What the good file keeps to.
pub(crate) const LIMITS: Limits = Limits::KERNEL;

const SCRATCH: usize = 1 << 12;

/// What a file is refused with.
pub(crate) type Reason = (Code, Section, u32);

impl Book {
    pub(crate) fn new() -> Self {
        Self {
            good: assemble_to_bytes(SOURCE).expect("the source is right"),
            cases: Vec::new(),
        }
    }

    /// The good file in parts.
    pub(crate) fn sections(&self) -> Sections {
        Sections::read(&self.good)
    }

    /// A file whose bytes were changed.
    pub(crate) fn bytes(
        &mut self,
        name: &'static str,
        reason: Reason,
        change: impl FnOnce(&mut Vec<u8>),
    ) {
        let mut bytes = self.good.clone();
        change(&mut bytes);
        self.add(name, reason, bytes, LIMITS, SCRATCH);
    }

    /// A file whose records were changed.
    pub(crate) fn file(
        &mut self,
        name: &'static str,
        reason: Reason,
        change: impl FnOnce(&mut Sections),
    ) {
        let mut sections = self.sections();
        change(&mut sections);
        self.add(name, reason, sections.write(), LIMITS, SCRATCH);
    }

    /// The good file under other limits.
    pub(crate) fn limits(
        &mut self,
        name: &'static str,
        reason: Reason,
        change: impl FnOnce(&mut Limits),
    ) {
        let mut limits = LIMITS;
        change(&mut limits);
        self.add(name, reason, self.good.clone(), limits, SCRATCH);
    }

    /// A file whose records were changed, with less scratch.
    pub(crate) fn cramped(
        &mut self,
        name: &'static str,
        reason: Reason,
        scratch: usize,
        change: impl FnOnce(&mut Sections),
    ) {
        let mut sections = self.sections();
        change(&mut sections);
        self.add(name, reason, sections.write(), LIMITS, scratch);
    }

    /// Another source's file, changed.
    pub(crate) fn other(
        &mut self,
        name: &'static str,
        reason: Reason,
        source: &str,
        change: impl FnOnce(&mut Sections),
    ) {
        let bytes = assemble_to_bytes(source).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut sections = Sections::read(&bytes);
        change(&mut sections);
        self.add(name, reason, sections.write(), LIMITS, SCRATCH);
    }

    fn add(
        &mut self,
        name: &'static str,
        (code, section, index): Reason,
        bytes: Vec<u8>,
        limits: Limits,
        scratch: usize,
    ) {
        self.cases.push(Case {
            name,
            code,
            section,
            index,
            bytes,
            limits,
            scratch,
        });
    }
}
