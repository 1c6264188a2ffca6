//! How much stack an image can use, from its assembly: each function's frame, and the deepest row of calls.
//!
//! Stronger than painting a stack and looking how far a run came: it holds for every path, taken or not. It is an upper
//! bound: what a function pushes and reserves anywhere counts as one frame, and a jump to another function as a call.

use std::collections::{BTreeMap, BTreeSet};

/// Bytes of stack that judging an event may use.
pub(crate) const RUN: u64 = 1_024;

/// Bytes of stack that decoding and verifying may use, which happens in a thread of their own.
pub(crate) const LOAD: u64 = 3_072;

/// The deepest rows of calls below the image's entries, whose own frames copy what a driver keeps elsewhere.
#[derive(Debug, Default)]
pub(crate) struct Stack {
    /// Judging an event.
    pub(crate) run: Deepest,
    /// Everything else: decoding and verifying.
    pub(crate) load: Deepest,
}

/// A row of calls.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Deepest {
    pub(crate) bytes: u64,
    /// The functions, each with its own bytes.
    pub(crate) path: Vec<(String, u64)>,
}

/// What one function does to the stack.
#[derive(Debug, Default)]
struct Function {
    frame: u64,
    calls: BTreeSet<String>,
}

/// The stack that an image needs. Calls through a pointer lead out of it, to what its user hands in, and are not
/// followed.
///
/// # Errors
/// A function that calls itself, however indirectly; one that is not in the listing; one whose frame no constant says.
pub(crate) fn stack(listing: &str) -> Result<Stack, String> {
    let functions = read(listing)?;
    let mut known = BTreeMap::new();
    for name in functions.keys() {
        depth(name, &functions, &mut known, &mut Vec::new())?;
    }
    let mut stack = Stack::default();
    // What is not mangled is exported: the entries, and what compilers call.
    let entries = functions.iter().filter(|(name, _)| !name.starts_with('_'));
    for callee in entries.flat_map(|(_, entry)| &entry.calls) {
        let judges = callee.contains("7machine") || callee.contains("8Verified");
        let place = match judges {
            true => &mut stack.run,
            false => &mut stack.load,
        };
        let bytes = known.get(callee).copied().unwrap_or(0);
        if bytes > place.bytes {
            let path = path(callee, &functions, &known);
            *place = Deepest { bytes, path };
        }
    }
    Ok(stack)
}

/// The deepest row of calls from a function on.
fn path(
    from: &str,
    functions: &BTreeMap<String, Function>,
    known: &BTreeMap<String, u64>,
) -> Vec<(String, u64)> {
    let mut path = Vec::new();
    let mut next = Some(from);
    while let Some((name, function)) = next.and_then(|name| functions.get_key_value(name)) {
        path.push((name.clone(), function.frame));
        let callees = function.calls.iter().map(String::as_str);
        next = callees.max_by_key(|callee| known.get(*callee));
    }
    path
}

fn depth(
    name: &str,
    functions: &BTreeMap<String, Function>,
    known: &mut BTreeMap<String, u64>,
    path: &mut Vec<String>,
) -> Result<u64, String> {
    if let Some(bytes) = known.get(name) {
        return Ok(*bytes);
    }
    if path.iter().any(|caller| caller == name) {
        return Err(format!("{name} calls itself"));
    }
    let Some(function) = functions.get(name) else {
        return Err(format!("{name} is called, and not in the image"));
    };
    path.push(name.to_owned());
    let mut below = 0;
    for callee in &function.calls {
        below = depth(callee, functions, known, path)?.max(below);
    }
    path.pop();
    let bytes = function.frame + below;
    known.insert(name.to_owned(), bytes);
    Ok(bytes)
}

fn read(listing: &str) -> Result<BTreeMap<String, Function>, String> {
    let mut functions: BTreeMap<String, Function> = BTreeMap::new();
    let mut name = String::new();
    for line in listing.lines() {
        if let Some(label) = line.strip_suffix(':')
            && !label.starts_with([' ', '\t', '.', '"'])
        {
            name = label.to_owned();
            continue;
        }
        let line = line.trim();
        let (word, operands) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        let operands = operands.trim();
        let is_code = !word.is_empty() && !word.starts_with(['.', '#', '/']) && !name.is_empty();
        if !is_code {
            continue;
        }
        let function = functions.entry(name.clone()).or_insert_with(|| Function {
            // The address to return to; on ARM it is in a register, which the frame has.
            frame: if listing.contains("%rsp") { 8 } else { 0 },
            calls: BTreeSet::new(),
        });
        match grows(word, operands) {
            Some(bytes) => function.frame += bytes,
            None => return Err(format!("`{line}` in {name}: by how much?")),
        }
        let is_call = matches!(word, "callq" | "bl" | "jmp" | "b");
        if is_call && !operands.starts_with(['.', '*', '"']) {
            function.calls.insert(operands.to_owned());
        }
    }
    Ok(functions)
}

/// By how many bytes an instruction lets the stack grow; `None` where that is not a constant.
fn grows(word: &str, operands: &str) -> Option<u64> {
    match word {
        "pushq" => Some(8),
        "subq" if operands.ends_with(", %rsp") => constant(operands, '$'),
        // Up to so much for the alignment.
        "andq" if operands.ends_with(", %rsp") => constant(operands, '$'),
        "sub" if operands.starts_with("sp, ") => constant(operands, '#'),
        "stp" | "str" if operands.contains("[sp, #-") && operands.ends_with('!') => {
            constant(operands, '#')
        }
        _ => Some(0),
    }
}

/// The number behind a mark, its sign apart; ARM's may be shifted by twelve bits.
fn constant(operands: &str, mark: char) -> Option<u64> {
    let (_, number) = operands.split_once(mark)?;
    let number = number.strip_prefix('-').unwrap_or(number);
    let digits = number.split(|it: char| !it.is_ascii_digit()).next()?;
    let shift = if operands.contains("lsl #12") { 12 } else { 0 };
    digits.parse::<u64>().ok().map(|bytes| bytes << shift)
}

#[cfg(test)]
mod tests {
    use super::stack;

    #[test]
    fn adds_frames_along_the_deepest_calls() {
        let listing = "entry:\n\tsubq\t$5000, %rsp\n\tcallq\t_one\n\tcallq\t_7machine\n\
            _one:\n\tpushq\t%rbx\n\tsubq\t$16, %rsp\n\tcallq\t_two\n\tjmp\t.LBB0_1\n\tcallq\t*%rax\n\
            _two:\n\tsubq\t$100, %rsp\n\tretq\n_7machine:\n\tjmp\t_two\n";
        let stack = stack(listing).unwrap();
        assert_eq!(stack.load.bytes, (8 + 8 + 16) + (8 + 100));
        let path = [("_one".to_owned(), 32), ("_two".to_owned(), 108)];
        assert_eq!(stack.load.path, path);
        assert_eq!(stack.run.bytes, 8 + 108);
    }

    #[test]
    fn reads_arm() {
        let listing = "entry:\n\tbl\t_one\n_one:\n\tstp\tx29, x30, [sp, #-32]!\n\tsub\tsp, sp, #1, lsl #12\n\tbl\t_two\n\
            _two:\n\tret\n";
        assert_eq!(stack(listing).unwrap().load.bytes, 32 + 4_096);
    }

    #[test]
    fn says_what_has_no_bound() {
        for (listing, part) in [
            ("one:\n\tcallq\tone\n", "itself"),
            ("one:\n\tcallq\ttwo\n", "not in the image"),
            ("one:\n\tsubq\t%rax, %rsp\n", "by how much"),
        ] {
            assert!(stack(listing).unwrap_err().contains(part), "{listing}");
        }
    }
}
