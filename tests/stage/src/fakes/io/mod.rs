//! Devices, symbolic links, requests (IRPs) and cancel-safe queues.

pub(crate) mod csq;
pub(crate) mod devices;
pub(crate) mod irps;

pub(crate) fn routines() -> impl Iterator<Item = &'static crate::routine::Routine> {
    [csq::ROUTINES, devices::ROUTINES, irps::ROUTINES]
        .into_iter()
        .flatten()
}
