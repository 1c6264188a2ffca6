//! The driver's image in memory.
//!
//! Sections are mapped with the protections that their flags ask for; `INIT` and other discardable sections become
//! inaccessible after DriverEntry; pageable ones can be closed while nothing may be paged in. Function imports lead to
//! thunks, data imports to cells.

mod build;
mod symbols;
mod thunks;
mod unwind;

pub use build::{BuildError, driver_image, seeded_image};
pub(crate) use thunks::Thunks;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use object::LittleEndian as LE;
use object::pe;
use object::read::pe::{Import as Imported, PeFile64};

use crate::arena::{Protection, Region};
use crate::memory;
use symbols::Symbols;

const PAGE: usize = 4096;

/// Why an image cannot be loaded.
#[derive(Debug)]
pub struct LoadError(String);

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LoadError {}

impl LoadError {
    pub(crate) fn reading(path: &Path, error: &std::io::Error) -> Self {
        Self(format!("cannot read {}: {error}", path.display()))
    }
}

impl From<object::Error> for LoadError {
    fn from(error: object::Error) -> Self {
        Self(format!("not an image: {error}"))
    }
}

/// A section as it is mapped.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its name, such as `.text`.
    pub name: String,
    /// Where it begins, relative to the image's base.
    pub offset: u32,
    /// How many bytes, rounded up to pages.
    pub size: u32,
    /// What may be done with it.
    pub protection: Protection,
    /// Whether it goes away after DriverEntry.
    pub discardable: bool,
    /// Whether it may be paged out.
    pub pageable: bool,
}

/// An import: module and name.
pub type Import = (String, String);

/// An image that is mapped and ready to run.
#[derive(Debug)]
pub struct Image {
    region: Region,
    entry: u64,
    sections: Vec<Section>,
    symbols: Symbols,
    /// `.pdata`: function begin, end and unwind information, by begin.
    functions: BTreeMap<u32, (u32, u32)>,
    imports: Vec<Import>,
    /// Where the address of each import lies, in their order.
    slots: Vec<u64>,
}

/// What an import's slot is filled with.
pub(crate) trait Resolver {
    /// The address for a routine or a variable of a module.
    fn resolve(&mut self, module: &str, name: &str) -> u64;
}

impl Image {
    /// Maps an image file; symbols are read from the map file beside it, where there is one.
    pub(crate) fn load(path: &Path, resolver: &mut dyn Resolver) -> Result<Self, LoadError> {
        let file = std::fs::read(path).map_err(|error| LoadError::reading(path, &error))?;
        let parsed = PeFile64::parse(&*file)?;
        let header = parsed.nt_headers().optional_header;
        let size = header.size_of_image.get(LE) as usize;
        let region = Region::twice(size.next_multiple_of(PAGE));
        region.protect(0, region.size(), Protection::ReadWrite);
        let sections = copy(&parsed, &file, &region)?;
        relocate(&parsed, &region)?;
        let (imports, slots) = import(&parsed, &region, resolver)?;
        let functions = functions(&parsed);
        region.protect(0, region.size(), Protection::None);
        region.protect(0, PAGE, Protection::Read);
        let image = Self {
            entry: region.base() + u64::from(header.address_of_entry_point.get(LE)),
            region,
            sections,
            symbols: Symbols::beside(path),
            functions,
            imports,
            slots,
        };
        for section in &image.sections {
            image.protect(section, section.protection);
        }
        Ok(image)
    }

    /// The address of DriverEntry.
    pub const fn entry(&self) -> u64 {
        self.entry
    }

    /// The lowest address.
    pub const fn base(&self) -> u64 {
        self.region.base()
    }

    /// How many bytes.
    pub const fn size(&self) -> usize {
        self.region.size()
    }

    /// Whether an address lies in the image.
    pub const fn contains(&self, address: u64) -> bool {
        self.region.contains(address)
    }

    /// The sections.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The imports.
    pub fn imports(&self) -> &[Import] {
        &self.imports
    }

    /// Leads an import elsewhere from now on.
    pub(crate) fn redirect(&self, name: &str, address: u64) {
        for ((_, import), slot) in self.imports.iter().zip(&self.slots) {
            if import == name
                && let Some(section) = self.section(*slot)
            {
                self.protect(section, Protection::ReadWrite);
                memory::write(*slot, address);
                self.protect(section, section.protection);
            }
        }
    }

    /// The section that an address lies in.
    pub fn section(&self, address: u64) -> Option<&Section> {
        let offset = u32::try_from(address.checked_sub(self.base())?).ok()?;
        let inside =
            |section: &&Section| offset >= section.offset && offset - section.offset < section.size;
        self.sections.iter().find(inside)
    }

    /// What Windows does after DriverEntry: discardable sections go away.
    pub(crate) fn discard(&self) {
        for section in self.sections.iter().filter(|it| it.discardable) {
            self.protect(section, Protection::None);
            self.region
                .discard(section.offset as usize, section.size as usize);
        }
    }

    /// Opens or closes the pageable sections.
    pub(crate) fn page(&self, present: bool) {
        let pageable = |it: &&Section| it.pageable && !it.discardable;
        for section in self.sections.iter().filter(pageable) {
            let protection = if present {
                section.protection
            } else {
                Protection::None
            };
            self.protect(section, protection);
        }
    }

    /// Changes a byte, whatever its section's protection is.
    pub(crate) fn patch(&self, offset: u32, byte: u8) {
        self.region.patch(offset as usize, byte);
    }

    fn protect(&self, section: &Section, protection: Protection) {
        self.region
            .protect(section.offset as usize, section.size as usize, protection);
    }

    /// An address as function and offset.
    pub fn symbolise(&self, address: u64) -> String {
        let offset = address.wrapping_sub(self.base());
        match u32::try_from(offset) {
            Ok(offset) if self.contains(address) => self.symbols.name(offset),
            _ => format!("{address:#x}"),
        }
    }
}

fn copy(parsed: &PeFile64<'_>, file: &[u8], region: &Region) -> Result<Vec<Section>, LoadError> {
    let headers = parsed.nt_headers().optional_header.size_of_headers.get(LE) as usize;
    memory::store(
        region.base(),
        file.get(..headers.min(PAGE)).unwrap_or_default(),
    );
    let mut sections = Vec::new();
    for header in parsed.section_table().iter() {
        let name = String::from_utf8_lossy(header.raw_name()).into_owned();
        let offset = header.virtual_address.get(LE);
        let size = header.virtual_size.get(LE).next_multiple_of(PAGE as u32);
        if !(offset as usize).is_multiple_of(PAGE) || (offset + size) as usize > region.size() {
            return Err(LoadError(format!("section {name} lies outside the image")));
        }
        let data = header
            .pe_data(file)
            .map_err(|_| LoadError(format!("section {name} lies outside the file")))?;
        memory::store(region.base() + u64::from(offset), data);
        let flags = header.characteristics.get(LE);
        let has = |flag: u32| flags & flag != 0;
        let protection = match (has(pe::IMAGE_SCN_MEM_EXECUTE), has(pe::IMAGE_SCN_MEM_WRITE)) {
            (true, true) => {
                return Err(LoadError(format!(
                    "section {name} is writable and executable"
                )));
            }
            (true, false) => Protection::ReadExecute,
            (false, true) => Protection::ReadWrite,
            (false, false) => Protection::Read,
        };
        sections.push(Section {
            discardable: has(pe::IMAGE_SCN_MEM_DISCARDABLE),
            pageable: name.starts_with("PAGE"),
            name,
            offset,
            size,
            protection,
        });
    }
    Ok(sections)
}

fn relocate(parsed: &PeFile64<'_>, region: &Region) -> Result<(), LoadError> {
    let base = parsed.nt_headers().optional_header.image_base.get(LE);
    let delta = region.base().wrapping_sub(base);
    let sections = parsed.section_table();
    let Some(mut blocks) = parsed
        .data_directories()
        .relocation_blocks(parsed.data(), &sections)?
    else {
        return Err(LoadError("the image has no relocations".into()));
    };
    while let Some(block) = blocks.next()? {
        for relocation in block {
            let at = region.base() + u64::from(relocation.virtual_address);
            match relocation.typ {
                pe::IMAGE_REL_BASED_ABSOLUTE => {}
                pe::IMAGE_REL_BASED_DIR64 if region.contains(at + 7) => {
                    memory::write(at, memory::read::<u64>(at).wrapping_add(delta));
                }
                other => return Err(LoadError(format!("relocation of type {other}"))),
            }
        }
    }
    Ok(())
}

fn import(
    parsed: &PeFile64<'_>,
    region: &Region,
    resolver: &mut dyn Resolver,
) -> Result<(Vec<Import>, Vec<u64>), LoadError> {
    let (mut imports, mut slots) = (Vec::new(), Vec::new());
    let Some(table) = parsed.import_table()? else {
        return Ok((imports, slots));
    };
    let mut descriptors = table.descriptors()?;
    while let Some(descriptor) = descriptors.next()? {
        let module = String::from_utf8_lossy(table.name(descriptor.name.get(LE))?).into_owned();
        let mut names = table.thunks(descriptor.original_first_thunk.get(LE))?;
        let mut slot = region.base() + u64::from(descriptor.first_thunk.get(LE));
        while let Some(thunk) = names.next::<pe::ImageNtHeaders64>()? {
            let name = match table.import::<pe::ImageNtHeaders64>(thunk)? {
                Imported::Ordinal(number) => format!("#{number}"),
                Imported::Name(_, name) => String::from_utf8_lossy(name).into_owned(),
            };
            memory::write(slot, resolver.resolve(&module, &name));
            slots.push(slot);
            slot += 8;
            imports.push((module.clone(), name));
        }
    }
    Ok((imports, slots))
}

/// Reads the table of functions, which every x64 image has for unwinding.
pub(crate) fn functions(parsed: &PeFile64<'_>) -> BTreeMap<u32, (u32, u32)> {
    let directory = parsed.data_directory(pe::IMAGE_DIRECTORY_ENTRY_EXCEPTION);
    let data = directory
        .and_then(|it| it.data(parsed.data(), &parsed.section_table()).ok())
        .unwrap_or_default();
    let number = |bytes: &[u8; 12], at: usize| {
        u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
    };
    data.as_chunks::<12>()
        .0
        .iter()
        .map(|entry| (number(entry, 0), (number(entry, 4), number(entry, 8))))
        .collect()
}
