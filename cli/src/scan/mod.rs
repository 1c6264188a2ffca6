//! Many events through the virtual machine.
//!
//! * [`files`]: which are read. * [`rules`]: what is said of a rule in a report. * [`judge`]: one block of records to
//!   hits. * [`pipeline`]: files to blocks to hits, over all cores, in the files' order. * [`unknown`]: verdicts on
//!   records that do not know some fields. * [`report`]: hits to text.

pub(crate) mod files;
pub(crate) mod judge;
pub(crate) mod pipeline;
pub(crate) mod report;
pub(crate) mod rules;
pub(crate) mod unknown;
