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
    /// Tests of a rule, written out.
    pub tests: usize,
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
            tests: 50_000,
            variants: 1_000,
            condition_bytes: 16 << 10,
            condition_depth: 64,
            regex_bytes: 8 << 10,
        }
    }
}
