//! Variables that the kernel exports.

use std::collections::BTreeMap;

use crate::arena::{Protection, Region};
use crate::memory;

/// The exported variables, each eight bytes on a page that the driver may read.
#[derive(Debug)]
pub(crate) struct Cells {
    region: Region,
    places: BTreeMap<&'static str, u64>,
}

impl Cells {
    /// Lays out variables with their first values.
    pub(crate) fn new(values: &[(&'static str, u64)]) -> Self {
        let region = Region::new(4096);
        region.protect(0, 4096, Protection::ReadWrite);
        let mut places = BTreeMap::new();
        for ((name, value), at) in values.iter().zip((region.base()..).step_by(8)) {
            memory::write(at, *value);
            places.insert(*name, at);
        }
        region.protect(0, 4096, Protection::Read);
        Self { region, places }
    }

    /// The variable's address.
    pub(crate) fn get(&self, name: &str) -> Option<u64> {
        self.places.get(name).copied()
    }

    /// Changes a variable.
    pub(crate) fn set(&self, name: &str, value: u64) {
        let place = self.get(name).expect("a variable that exists");
        self.region.protect(0, 4096, Protection::ReadWrite);
        memory::write(place, value);
        self.region.protect(0, 4096, Protection::Read);
    }
}
