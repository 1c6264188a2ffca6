//! The driver's call stack, by the unwind information of its image ("x64 exception handling", Microsoft C++ documentation).

use super::Image;
use crate::finding::Registers;
use crate::memory;

/// More frames than any 24 KiB stack of ours has.
const FRAMES: usize = 64;
const RSP: usize = 4;

impl Image {
    /// The addresses of a call stack, innermost first: where it stands, then return addresses, while they lie in the
    /// image and the stack within `stack`.
    pub(crate) fn unwind(&self, from: &Registers, stack: std::ops::Range<u64>) -> Vec<u64> {
        let mut places = Vec::new();
        let mut registers = *from;
        let readable = |at: u64| at >= stack.start && at + 8 <= stack.end;
        while self.contains(registers.rip) && places.len() < FRAMES {
            places.push(registers.rip);
            if self.unwind_frame(&mut registers, &readable).is_none() {
                break;
            }
            let rsp = registers.general[RSP];
            if !readable(rsp) {
                break;
            }
            registers.rip = memory::read(rsp);
            registers.general[RSP] = rsp + 8;
        }
        places
    }

    /// Undoes a function's prologue; `None` where the information cannot be followed.
    fn unwind_frame(
        &self,
        registers: &mut Registers,
        readable: &dyn Fn(u64) -> bool,
    ) -> Option<()> {
        let offset = u32::try_from(registers.rip - self.base()).ok()?;
        let (begin, (end, info)) = self.functions.range(..=offset).next_back()?;
        if offset >= *end {
            // A leaf function: it has moved no stack pointer.
            return Some(());
        }
        let mut info = *info;
        let mut within = offset - begin;
        loop {
            let at = self.base() + u64::from(info);
            let header: u32 = memory::read(at);
            let [version, prologue, count, frame] = header.to_le_bytes();
            let chained = version >> 3 & 4 != 0;
            let mut slot = 0u64;
            let code = |slot: u64| memory::read::<u16>(at + 4 + 2 * slot);
            while slot < u64::from(count) {
                let [place, operation] = code(slot).to_le_bytes();
                let (operation, argument) = (operation & 15, u64::from(operation >> 4));
                // Inside the prologue, only what has happened is undone.
                let done = within >= u32::from(prologue) || within >= u32::from(place);
                let used = match operation {
                    0 => {
                        if done {
                            let rsp = registers.general[RSP];
                            if !readable(rsp) {
                                return None;
                            }
                            registers.general[argument as usize] = memory::read(rsp);
                            registers.general[RSP] = rsp + 8;
                        }
                        1
                    }
                    1 if argument == 0 => {
                        if done {
                            registers.general[RSP] += 8 * u64::from(code(slot + 1));
                        }
                        2
                    }
                    1 => {
                        if done {
                            registers.general[RSP] +=
                                u64::from(code(slot + 1)) | u64::from(code(slot + 2)) << 16;
                        }
                        3
                    }
                    2 => {
                        if done {
                            registers.general[RSP] += 8 * argument + 8;
                        }
                        1
                    }
                    3 => {
                        if done {
                            let register = registers.general[usize::from(frame & 15)];
                            registers.general[RSP] = register - 16 * u64::from(frame >> 4);
                        }
                        1
                    }
                    // Registers saved by a move: the stack pointer stays.
                    4 => {
                        let saved =
                            registers.general[RSP].wrapping_add(8 * u64::from(code(slot + 1)));
                        if done && readable(saved) {
                            registers.general[argument as usize] = memory::read(saved);
                        }
                        2
                    }
                    8 => 2,
                    5 | 9 => 3,
                    _ => return None,
                };
                slot += used;
            }
            if !chained {
                return Some(());
            }
            let next = at + 4 + 2 * u64::from(count.next_multiple_of(2));
            info = memory::read(next + 8);
            within = u32::MAX;
        }
    }
}
