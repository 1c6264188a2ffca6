//! Files from strangers: whatever they hold, loading ends soon, never panics, and hides nothing.

mod bounds;
mod bytes;
mod shapes;
mod support;
