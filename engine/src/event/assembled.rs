//! An event in memory of its own, so that assembling and judging it do not share a stack.

use cofferdam_interpreter::schema::Kind;

use super::{Event, MOST_VALUES, Observed, Value};

/// An event that was assembled, or is to be. 700 bytes: for the pool, not for a stack.
#[derive(Clone, Copy, Debug)]
pub struct Assembled<'e> {
    /// When, in 100 ns since 1601.
    pub time: u64,
    /// The stream that it is about and the epoch of its name, where a verdict on it may be kept.
    pub stream: Option<(u64, u64)>,
    values: [Value<'e>; MOST_VALUES],
    count: usize,
    kind: Option<Kind>,
    images: &'static [usize],
    object: usize,
}

impl<'e> Assembled<'e> {
    /// No event.
    pub const NONE: Self = Self {
        time: 0,
        stream: None,
        values: [Value::Unsupplied; MOST_VALUES],
        count: 0,
        kind: None,
        images: &[],
        object: 0,
    };

    /// This is the event. Once.
    pub fn set<E: Observed<'e>>(&mut self, event: &E) {
        self.count = event.put(&mut self.values);
        self.kind = Some(E::KIND);
        self.images = E::IMAGES;
        self.object = E::OBJECT;
    }

    /// The event, if there is one.
    #[must_use]
    pub fn event(&self) -> Option<Event<'_>> {
        Some(Event {
            kind: self.kind?,
            fields: self.values.get(..self.count)?,
        })
    }

    /// For telemetry, the image of the process that acts.
    #[must_use]
    pub fn image(&self) -> Value<'e> {
        let first = self.images.first();
        first.map_or(Value::Absent, |at| self.value(*at))
    }

    /// For telemetry, what it acts upon.
    #[must_use]
    pub fn object(&self) -> Value<'e> {
        self.value(self.object)
    }

    /// Which of the values are images of processes.
    #[must_use]
    pub fn images(&self) -> &'static [usize] {
        self.images
    }

    /// Puts another value in one's place.
    pub fn replace(&mut self, at: usize, value: Value<'e>) {
        if let Some(place) = self.values.get_mut(at) {
            *place = value;
        }
    }

    /// One of the values.
    #[must_use]
    pub fn value(&self, at: usize) -> Value<'e> {
        self.values.get(at).copied().unwrap_or(Value::Absent)
    }
}
