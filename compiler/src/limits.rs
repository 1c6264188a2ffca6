//! Every bound on what a rule file may ask of the compiler.
//!
//! Guarantee: each part that could grow with its input stops at one of these and says so with a code, so
//! time and memory are bounded by the size of the files. The defaults are some ten times what the largest
//! public rule collections need.

/// The bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file.
    pub file_bytes: u64,
    /// Files of a run.
    pub files: usize,
    /// Depth of directories.
    pub directory_depth: usize,
    /// Documents of a file.
    pub documents: usize,
    /// Depth of lists and mappings.
    pub yaml_depth: usize,
    /// Nodes of a document, aliases written out.
    pub yaml_nodes: usize,
    /// Nodes of all documents of a file, aliases written out and collections merged.
    pub file_nodes: usize,
    /// Weight of a rule, written out: one for each test, and one for each 32 characters of its value.
    pub rule_weight: usize,
    /// Weight of all rules of a file.
    pub file_weight: usize,
    /// Weight that filters may add to all rules of a run.
    pub filter_weight: usize,
    /// Bytes of a value. No field is longer than 32,767 UTF-16 units.
    pub value_bytes: usize,
    /// Errors that are reported of one document, and as many warnings.
    pub problems: usize,
    /// Variants of one value (`windash`, `base64offset`, placeholders).
    pub variants: usize,
    /// Bytes of a condition.
    pub condition_bytes: usize,
    /// Depth of parentheses and `not` in a condition.
    pub condition_depth: usize,
    /// Bytes of a regular expression.
    pub regex_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 4 << 20,
            files: 100_000,
            directory_depth: 32,
            documents: 1_000,
            yaml_depth: 32,
            yaml_nodes: 200_000,
            file_nodes: 1_000_000,
            rule_weight: 100_000,
            file_weight: 1_000_000,
            filter_weight: 2_000_000,
            value_bytes: 64 << 10,
            problems: 100,
            variants: 1_000,
            condition_bytes: 16 << 10,
            condition_depth: 64,
            regex_bytes: 8 << 10,
        }
    }
}
