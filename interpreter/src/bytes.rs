//! Little-endian values read from, and written to, byte arrays in place.
//!
//! [`record!`] derives decoder and encoder of a fixed-size record from one list of fields, so that the two
//! cannot disagree; what the list leaves out is reserved and must be zero, which a round trip shows.

/// A value of fixed width in a byte array. Offsets outside the array read as zero and write nothing; every
/// offset in this crate is a constant, so the check vanishes.
pub trait Le: Sized {
    /// Reads the value at this offset.
    fn get<const N: usize>(bytes: &[u8; N], at: usize) -> Self;
    /// Writes the value at this offset.
    fn put<const N: usize>(self, bytes: &mut [u8; N], at: usize);
}

macro_rules! le_number {
    ($($ty:ty)+) => {$(
        impl Le for $ty {
            #[inline(always)]
            fn get<const N: usize>(bytes: &[u8; N], at: usize) -> Self {
                Self::from_le_bytes(Le::get(bytes, at))
            }
            #[inline(always)]
            fn put<const N: usize>(self, bytes: &mut [u8; N], at: usize) {
                self.to_le_bytes().put(bytes, at);
            }
        }
    )+};
}

le_number!(u8 u16 u32 u64);

impl<const M: usize> Le for [u8; M] {
    #[inline(always)]
    fn get<const N: usize>(bytes: &[u8; N], at: usize) -> Self {
        match bytes.get(at..).and_then(|rest| rest.first_chunk::<M>()) {
            Some(found) => *found,
            None => [0; M],
        }
    }
    #[inline(always)]
    fn put<const N: usize>(self, bytes: &mut [u8; N], at: usize) {
        if let Some(place) = bytes
            .get_mut(at..)
            .and_then(|rest| rest.first_chunk_mut::<M>())
        {
            *place = self;
        }
    }
}

/// Declares a record: its size, and each field with its type and byte offset.
#[macro_export]
#[doc(hidden)]
macro_rules! record {
    (
        $(#[$meta:meta])*
        pub struct $name:ident : $size:literal {
            $($(#[$fmeta:meta])* $field:ident : $ty:ty = $at:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name { $($(#[$fmeta])* pub $field: $ty,)+ }

        impl $name {
            /// Bytes of one record.
            pub const SIZE: usize = $size;

            /// Reads the record in place.
            #[inline(always)]
            #[must_use]
            pub fn read(bytes: &[u8; $size]) -> Self {
                Self { $($field: $crate::bytes::Le::get(bytes, $at),)+ }
            }

            /// The record's one encoding.
            #[must_use]
            pub fn write(&self) -> [u8; $size] {
                let mut bytes = [0; $size];
                $($crate::bytes::Le::put(self.$field, &mut bytes, $at);)+
                bytes
            }

            /// Whether everything that the record does not name is zero.
            #[must_use]
            pub fn is_canonical(bytes: &[u8; $size]) -> bool {
                Self::read(bytes).write() == *bytes
            }
        }

        impl $crate::bytes::Le for $name {
            #[inline(always)]
            fn get<const N: usize>(bytes: &[u8; N], at: usize) -> Self {
                Self::read(&$crate::bytes::Le::get(bytes, at))
            }
            #[inline(always)]
            fn put<const N: usize>(self, bytes: &mut [u8; N], at: usize) {
                $crate::bytes::Le::put(self.write(), bytes, at);
            }
        }
    };
}

pub use record;
