//! Images that are mapped.

use super::{Actor, Value, acted, observed};

/// An image was mapped into a process.
#[derive(Clone, Copy, Debug, Default)]
pub struct ImageLoad<'a> {
    /// When, in 100 ns since 1601.
    pub time: u64,
    /// The process.
    pub actor: Actor<'a>,
    /// Path of the image.
    pub image: Value<'a>,
}

acted! {
    ImageLoad, ImageLoad, image_load, object IMAGE_LOADED, |event| {
        IMAGE_LOADED: event.image,
    }
}

/// A driver was mapped into the kernel.
#[derive(Clone, Copy, Debug, Default)]
pub struct DriverLoad<'a> {
    /// When, in 100 ns since 1601.
    pub time: u64,
    /// Path of the image.
    pub image: Value<'a>,
}

observed! {
    DriverLoad, DriverLoad, driver_load, object IMAGE_LOADED, |event| {
        UTC_TIME: Value::Number(event.time),
        IMAGE_LOADED: event.image,
    }
}
