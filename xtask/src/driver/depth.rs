//! How deep callbacks go: frames along the deepest row of direct calls, from the unwind table and the code.
//!
//! Calls by address leave the image (its imports), but for one: `sensor::assembled` calls what fills an event. Which that
//! is for a callback stands in [`CALLBACKS`].

use std::collections::{BTreeMap, BTreeSet};

use iced_x86::{Decoder, DecoderOptions, FlowControl, Instruction};
use object::read::pe::PeFile64;

use super::code::{at, frame, names, tail};

/// Most bytes of stack that a callback of an event needs, its return address included.
const MOST_DEPTH: u64 = 1536;

/// Callbacks of events, and the functions whose closures fill their events.
const CALLBACKS: [(&[&str], &[&str]); 12] = [
    (&["registration", "before_create"], &["judge_before"]),
    (&["registration", "before_create_pipe"], &["judge_before"]),
    (&["registration", "after_create"], &["after_create"]),
    (&["registration", "before_set"], &["deleted"]),
    (&["registration", "after_set"], &["after_set"]),
    (&["registration", "before_cleanup"], &["program_written"]),
    (&["registration", "after_cleanup"], &["deleted"]),
    (&["process", "on_process"], &["created", "ended"]),
    (&["process", "on_thread"], &["thread_created"]),
    (&["process", "on_image"], &["image_loaded"]),
    (&["registry", "notified"], &["changed"]),
    (&["object", "before"], &["requested"]),
];

/// Checks the callbacks of events; returns what is wrong.
///
/// # Errors
/// The image cannot be taken apart, or a callback is not in it.
pub(super) fn check(bytes: &[u8], map: &str) -> Result<Vec<String>, String> {
    let file = PeFile64::parse(bytes).map_err(|error| format!("the image: {error}"))?;
    let calls = Calls::read(&file, bytes, names(map))?;
    let assembled = calls.find(&mangled(&["sensor", "assembled"]))?;
    let mut wrong = Vec::new();
    let mut deepest = 0;
    for (callback, fillers) in CALLBACKS {
        let start = calls.find(&mangled(callback))?;
        let fillers = fillers
            .iter()
            .map(|filler| calls.find(&format!("{}{filler}28_$u7b$", filler.len())))
            .collect::<Result<Vec<_>, _>>()?;
        let mut walk = Walk {
            calls: &calls,
            assembled,
            fillers,
            known: BTreeMap::new(),
            open: BTreeSet::new(),
        };
        let depth = walk.depth(start)?;
        deepest = depth.max(deepest);
        if depth > MOST_DEPTH {
            let name = callback.join("::");
            let row = walk.deepest(start).join("\n  ");
            wrong.push(format!(
                "{name}: {depth} bytes of stack, over {MOST_DEPTH}:\n  {row}"
            ));
        }
    }
    println!("deepest callback of an event: {deepest} bytes of stack");
    Ok(wrong)
}

/// A path's last components as the compiler writes them, up to the hash.
fn mangled(path: &[&str]) -> String {
    let parts = path.iter().map(|part| format!("{}{part}", part.len()));
    parts.collect::<String>() + "17h"
}

/// Which function calls which, by relative address.
struct Calls {
    names: BTreeMap<u32, String>,
    frames: BTreeMap<u32, u64>,
    callees: BTreeMap<u32, BTreeSet<u32>>,
}

impl Calls {
    fn read(
        file: &PeFile64<'_>,
        bytes: &[u8],
        names: BTreeMap<u32, String>,
    ) -> Result<Self, String> {
        let table = super::code::functions(file, bytes)?;
        let mut calls = Self {
            frames: BTreeMap::new(),
            callees: BTreeMap::new(),
            names,
        };
        for (start, end, unwind) in table {
            let unwind = at(file, unwind, 4 + 2 * 255).or_else(|| tail(file, unwind));
            let unwind = unwind.ok_or_else(|| format!("{start:#x}: no unwind information"))?;
            // Besides what the prologue takes, the return address.
            calls.frames.insert(start, frame(unwind) + 8);
            let code =
                at(file, start, end - start).ok_or_else(|| format!("{start:#x}: no code"))?;
            let mut decoder = Decoder::with_ip(64, code, start.into(), DecoderOptions::NONE);
            let mut instruction = Instruction::default();
            while decoder.can_decode() {
                decoder.decode_out(&mut instruction);
                let flow = instruction.flow_control();
                if !matches!(flow, FlowControl::Call | FlowControl::UnconditionalBranch) {
                    continue;
                }
                let target = u32::try_from(instruction.near_branch_target()).unwrap_or(0);
                if !(start..end).contains(&target) {
                    calls.callees.entry(start).or_default().insert(target);
                }
            }
        }
        Ok(calls)
    }

    fn find(&self, part: &str) -> Result<u32, String> {
        let found = self.names.iter().find(|(_, name)| name.contains(part));
        found
            .map(|(address, _)| *address)
            .ok_or_else(|| format!("the map names no function {part}"))
    }
}

struct Walk<'c> {
    calls: &'c Calls,
    assembled: u32,
    fillers: Vec<u32>,
    known: BTreeMap<u32, u64>,
    /// Functions on the way to the one that is looked at.
    open: BTreeSet<u32>,
}

impl Walk<'_> {
    fn depth(&mut self, function: u32) -> Result<u64, String> {
        if let Some(depth) = self.known.get(&function) {
            return Ok(*depth);
        }
        if !self.open.insert(function) {
            return Err(format!("{function:#x}: calls itself"));
        }
        let mut below = 0;
        for callee in self.callees(function) {
            below = self.depth(callee)?.max(below);
        }
        self.open.remove(&function);
        let depth = self.frame(function) + below;
        self.known.insert(function, depth);
        Ok(depth)
    }

    fn callees(&self, function: u32) -> Vec<u32> {
        let callees = self.calls.callees.get(&function);
        let mut callees: Vec<u32> = callees.into_iter().flatten().copied().collect();
        if function == self.assembled {
            callees.extend(&self.fillers);
        }
        callees
    }

    /// What is in no table has no frame but its return address.
    fn frame(&self, function: u32) -> u64 {
        self.calls.frames.get(&function).copied().unwrap_or(8)
    }

    /// The functions of the deepest row from one on, with what each takes, once all depths are known.
    fn deepest(&self, function: u32) -> Vec<String> {
        let mut row = Vec::new();
        let mut next = Some(function);
        while let Some(function) = next {
            let name = self.calls.names.get(&function);
            let name = name.map_or("a function without a name", String::as_str);
            row.push(format!("{:>5} {name}", self.frame(function)));
            let depth = |it: &u32| self.known.get(it).copied();
            next = self.callees(function).into_iter().max_by_key(depth);
        }
        row
    }
}

#[cfg(test)]
mod tests {
    use super::{Calls, Walk, mangled};
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn the_deepest_row_counts_and_recursion_is_an_error() {
        let calls = Calls {
            names: BTreeMap::from([(1, "_ZN6driver3ffi5start17h0E".to_owned())]),
            frames: BTreeMap::from([(1, 100), (2, 50), (3, 70)]),
            callees: BTreeMap::from([
                (1, BTreeSet::from([2, 3])),
                (2, BTreeSet::from([4])),
                (5, BTreeSet::from([5])),
            ]),
        };
        assert_eq!(calls.find(&mangled(&["ffi", "start"])), Ok(1));
        assert!(calls.find(&mangled(&["ffi", "star"])).is_err());
        let mut walk = Walk {
            calls: &calls,
            assembled: 4,
            fillers: vec![3],
            known: BTreeMap::new(),
            open: BTreeSet::new(),
        };
        // From the first to the second, to the one without a frame, to what it is handed.
        assert_eq!(walk.depth(1), Ok(100 + 50 + 8 + 70));
        assert!(walk.depth(5).is_err());
    }
}
