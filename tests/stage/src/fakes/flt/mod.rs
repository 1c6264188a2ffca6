//! Filter Manager: filters, instances, volumes, contexts, names, and the operations that pass through the filter.

pub(crate) mod contexts;
pub(crate) mod filter;
pub(crate) mod names;
pub(crate) mod operation;
pub(crate) mod queries;
pub(crate) mod volumes;
pub(crate) mod work;

pub(crate) fn routines() -> impl Iterator<Item = &'static crate::routine::Routine> {
    [
        contexts::ROUTINES,
        filter::ROUTINES,
        names::ROUTINES,
        queries::ROUTINES,
        volumes::ROUTINES,
        work::ROUTINES,
    ]
    .into_iter()
    .flatten()
}
