//! `cargo xtask fold`: the case fold's table.

use crate::output::Mode;

/// Makes the table, or compares it.
pub(crate) fn run(mode: Mode) -> Result<(), String> {
    crate::output::settle("interpreter/src/fold/table.rs", "", mode)
}
