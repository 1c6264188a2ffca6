//! What rules are run on: an event of one kind, with one value for each field of that kind.

use crate::schema::Kind;

/// An event. Borrowed entirely from whoever observed it; nothing is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// What happened.
    pub kind: Kind,
    /// One value for each field of the kind, in the order of the schema. A slice of any other length
    /// is a fault of the event as a whole: it is never padded, and never read past its end.
    pub fields: &'a [Value<'a>],
}

/// The value of one field of one event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Value<'a> {
    /// This source cannot know the field: a test on it is *unknown*, neither true nor false.
    #[default]
    Unsupplied,
    /// The source knows that the event does not have the field: Sigma's `null`, which is not the empty
    /// text. The only test that holds is the one for absence.
    Absent,
    /// UTF-16 code units exactly as the source has them: unpaired surrogates included, at most 32,767,
    /// never truncated.
    ///
    /// A field that the schema calls a number may still hold text, where a source recorded what is no
    /// number: the text is then its text view, and it has no number.
    Text(&'a [u16]),
    /// A number, whose text view is the field's [`Rendering`](crate::schema::Rendering).
    Number(u64),
}

/// The longest text that a value may hold, in UTF-16 units: what a `UNICODE_STRING` can.
pub const MAX_TEXT_UNITS: usize = 32_767;
