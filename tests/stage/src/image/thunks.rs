//! One small piece of code for each routine: it loads the routine's number and jumps to the common way out.

use crate::arena::{Protection, Region};
use crate::cpu::switch::leave;
use crate::memory;

const PAGE: usize = 4096;
const SIZE: usize = 32;

/// The thunks, by routine number.
#[derive(Debug)]
pub(crate) struct Thunks {
    region: Region,
}

impl Thunks {
    /// Makes room for `count` routines.
    pub(crate) fn new(count: usize) -> Self {
        let region = Region::new((count * SIZE).next_multiple_of(PAGE));
        region.protect(0, region.size(), Protection::ReadWrite);
        let target = leave as *const () as usize as u64;
        for number in 0..count {
            let mut code = [0xcc; SIZE];
            // mov eax, number
            code[0] = 0xb8;
            code[1..5].copy_from_slice(&(number as u32).to_le_bytes());
            // mov r11, target
            code[5..7].copy_from_slice(&[0x49, 0xbb]);
            code[7..15].copy_from_slice(&target.to_le_bytes());
            // jmp r11
            code[15..18].copy_from_slice(&[0x41, 0xff, 0xe3]);
            memory::store(region.base() + (number * SIZE) as u64, &code);
        }
        region.protect(0, region.size(), Protection::ReadExecute);
        Self { region }
    }

    /// The address of a routine's thunk.
    pub(crate) fn address(&self, number: usize) -> u64 {
        self.region.base() + (number * SIZE) as u64
    }
}
