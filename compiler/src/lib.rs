//! Sigma rules to content.
//!
//! The front half leads from files to [`model::Rule`]s, as the Sigma specification 2.1 has them, with a
//! diagnostic for everything that is not understood. It guarantees that no input, however made, panics,
//! recurses without bound or takes time beyond the bounds in [`limits`]; that nothing is dropped without a
//! diagnostic; and that the same files give the same rules in the same order. It trusts nobody: rule files
//! are text from strangers.
//!
//! * [`load`]: paths to rules. Start here.
//! * [`emit`]: rules to content: the back half.
//! * [`model`]: what a rule means; what the back half compiles.
//! * [`reference`]: what a rule says about an event, straight from the specification: the oracle.
//! * [`selftest`]: every atom of every rule on events made for it, through the machine.
//! * [`diagnostics`]: codes, places, rendering.
//! * [`yaml`], [`source`], [`lower`]: the steps in between.

pub mod diagnostics;
pub mod emit;
pub mod limits;
pub mod load;
pub mod lower;
pub mod model;
pub mod reference;
pub mod selftest;
pub mod source;
pub mod yaml;

pub use load::{Loaded, Options, Refused, load, load_texts};
