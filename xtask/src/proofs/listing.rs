//! Reads the assembly of an image: which functions it has, which of them trap or call the panic machinery.

/// What an assembly listing says.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// How many functions there are.
    pub(crate) functions: usize,
    /// Function and instruction, for each that stops the machine.
    pub(crate) traps: Vec<(String, String)>,
    /// Caller and callee, for each call into the panic machinery from outside it.
    pub(crate) panics: Vec<(String, String)>,
}

/// Instructions that stop the machine: what a compiler puts where control must not come.
const TRAPS: [&str; 5] = ["ud2", "int3", "int", "brk", "udf"];

/// Instructions that lead to another function.
const CALLS: [&str; 4] = ["callq", "jmp", "bl", "b"];

impl Listing {
    /// Reads what `rustc --emit=asm` writes.
    pub(crate) fn read(text: &str) -> Self {
        let mut listing = Self::default();
        let mut function = String::new();
        for line in text.lines() {
            if let Some(label) = line.strip_suffix(':')
                && !label.starts_with([' ', '\t', '.', '"'])
            {
                function = label.to_owned();
                continue;
            }
            let mut words = line.split_whitespace();
            let Some(word) = words.next() else {
                continue;
            };
            if line.starts_with(".Lfunc_begin") {
                listing.functions += 1;
            } else if TRAPS.contains(&word) {
                listing
                    .traps
                    .push((function.clone(), line.trim().to_owned()));
            } else if CALLS.contains(&word)
                && let Some(callee) = words.next()
                && is_panic(callee)
                && !is_panic(&function)
            {
                listing.panics.push((function.clone(), callee.to_owned()));
            }
        }
        listing
    }
}

fn is_panic(symbol: &str) -> bool {
    symbol.contains("9panicking")
}

#[cfg(test)]
mod tests {
    use super::Listing;

    #[test]
    fn names_traps_and_callers_of_panics() {
        let text = "\t.globl\tone\none:\n.Lfunc_begin0:\n\tcallq\t_ZN4core9panicking5panicE\n\tud2\n\
            _ZN4core9panicking5panicE:\n.Lfunc_begin1:\n\tcallq\t_ZN4core9panicking9panic_fmtE\n\
            two:\n.Lfunc_begin2:\n\tcallq\tone\n\tretq\n";
        let listing = Listing::read(text);
        assert_eq!(listing.functions, 3);
        assert_eq!(listing.traps, [("one".to_owned(), "ud2".to_owned())]);
        let panics = [("one".to_owned(), "_ZN4core9panicking5panicE".to_owned())];
        assert_eq!(listing.panics, panics);
    }
}
