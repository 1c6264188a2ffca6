//! What the driver says of itself.

use cofferdam_engine::Mode;
use cofferdam_engine::protocol::{LoadOutcome, Request};
use cofferdam_engine::stats::{Counter, Degraded, StatusView};
use cofferdam_interpreter::schema::{Kind, RENDER_UNITS, Rendering};
use serde::Serialize;

use crate::{Client, Error, Refused, Transport};

/// Everything that a status request answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// `off`, `audit` or `enforce`.
    pub mode: &'static str,
    /// What does not work as it should.
    pub degraded: Vec<&'static str>,
    /// Version of the active content; 0 without one.
    pub content_version: u64,
    /// Whether it has not proved itself yet.
    pub trial: bool,
    /// Version that the next boot falls back to; 0 without one.
    pub fallback: u64,
    /// The highest version that was ever accepted.
    pub highest: u64,
    /// Channel of the active content.
    pub channel: String,
    /// Rules of the active content.
    pub rules: u32,
    /// Those that faulted and run no more.
    pub quarantined: u32,
    /// The telemetry ring.
    pub ring: Ring,
    /// Processes that the driver knows.
    pub processes: u32,
    /// Paths that are muted.
    pub muted: u32,
    /// When the driver was loaded, UTC.
    pub loaded_at: String,
    /// Why content was refused last, if it was.
    pub last_refusal: Option<LastRefusal>,
    /// The counters.
    pub counters: Vec<Count>,
    /// Events of each kind that has any.
    pub kinds: Vec<Count>,
    /// How long events took: buckets that are not empty.
    pub latency: Vec<Bucket>,
}

/// The telemetry ring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ring {
    /// Records that it holds at the most.
    pub capacity: u32,
    /// Records that wait to be read.
    pub waiting: u32,
    /// Records dropped because it was full.
    pub dropped: u64,
}

/// Something that was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Count {
    /// What.
    pub name: String,
    /// How often.
    pub count: u64,
}

/// A bucket of the latency histogram.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bucket {
    /// Nanoseconds that its events took at the least, but for the first one: 0.
    pub from_ns: u64,
    /// How many events.
    pub count: u64,
}

/// Content that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LastRefusal {
    /// The outcome's name.
    pub outcome: &'static str,
    /// What it means.
    pub message: &'static str,
    /// The version.
    pub version: u64,
    /// The verifier's refusal, where it is that.
    pub refused: Option<Refused>,
}

/// A time in 100 ns since 1601, as event logs write it.
pub(crate) fn time(filetime: u64) -> String {
    let mut out = [0; RENDER_UNITS];
    String::from_utf16_lossy(Rendering::UtcTime.render(filetime, &mut out))
}

/// A channel's name.
fn channel(padded: &[u8; 16]) -> String {
    let name = padded.split(|byte| *byte == 0).next().unwrap_or_default();
    String::from_utf8_lossy(name).into_owned()
}

impl Status {
    fn read(view: &StatusView<'_>) -> Result<Self, Error> {
        let header = &view.header;
        let mode = Mode::from_number(header.mode).ok_or(Error::Answer)?;
        let number = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
        let counters = view.counters.iter().enumerate().map(|(at, bytes)| Count {
            // A newer driver may count what this program does not know.
            name: Counter::ALL
                .get(at)
                .map_or_else(|| format!("counter_{at}"), |known| known.name().to_owned()),
            count: number(bytes),
        });
        let kinds = view.kinds.iter().enumerate().map(|(at, bytes)| Count {
            name: u8::try_from(at)
                .ok()
                .and_then(Kind::from_number)
                .map_or_else(|| format!("kind_{at}"), |kind| kind.name().to_owned()),
            count: number(bytes),
        });
        let latency = view.buckets.iter().enumerate().map(|(at, bytes)| Bucket {
            from_ns: if at == 0 {
                0
            } else {
                1_u64.checked_shl(at as u32).unwrap_or(u64::MAX)
            },
            count: number(bytes),
        });
        let degraded = Degraded::ALL
            .iter()
            .filter(|what| header.degraded & what.bit() != 0);
        let last = LoadOutcome::from_number(header.last_outcome);
        Ok(Self {
            mode: mode.name(),
            degraded: degraded.map(|what| what.name()).collect(),
            content_version: header.active,
            trial: header.trial != 0,
            fallback: header.fallback,
            highest: header.highest,
            channel: channel(&header.channel),
            rules: header.rules,
            quarantined: header.quarantined,
            ring: Ring {
                capacity: header.ring_capacity,
                waiting: header.ring_waiting,
                dropped: header.dropped,
            },
            processes: header.processes,
            muted: header.muted,
            loaded_at: time(header.loaded_at),
            last_refusal: last
                .filter(|last| *last != LoadOutcome::Done)
                .map(|last| LastRefusal {
                    outcome: last.name(),
                    message: last.message(),
                    version: header.last_version,
                    refused: (last == LoadOutcome::Refused).then(|| {
                        Refused::new(header.last_code, header.last_section, header.last_index)
                    }),
                }),
            counters: counters.collect(),
            kinds: kinds.filter(|kind| kind.count != 0).collect(),
            latency: latency.filter(|bucket| bucket.count != 0).collect(),
        })
    }

    /// A counter, by its name.
    #[must_use]
    pub fn counter(&self, name: &str) -> Option<u64> {
        let counter = self.counters.iter().find(|counter| counter.name == name);
        counter.map(|counter| counter.count)
    }
}

impl<T: Transport> Client<T> {
    /// Mode, content and every counter.
    ///
    /// # Errors
    /// The transport's, or [`Error::Answer`].
    pub fn status(&mut self) -> Result<Status, Error> {
        let answer = self.ask(&Request::Status)?;
        Status::read(&StatusView::read(answer).ok_or(Error::Answer)?)
    }
}
