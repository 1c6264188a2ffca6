//! Content slots and boot guard: which content may run, as a pure state machine over a [`Storage`].
//!
//! Two slots hold content, two small files alternate as the *guard record*, which says what the slots hold and how often
//! each was tried. A record is written whole to the older of the two files and flushed; one that a power cut tears has a
//! wrong checksum, and the other file still holds the state before. Nothing is believed that was not flushed.
//!
//! # What it guarantees
//! Whatever writes a power cut loses, tears or reorders:
//! * A *try* is on disk before content is read, verified and activated, and only [health](Slots::healthy) or an [orderly
//!   stop](Slots::stopped) takes it back. New content gets [`NEW_TRIES`], then last-known-good, which gets
//!   [`GOOD_TRIES`], then none runs. So content that stops the machine does so at most [`MOST_TRIES`] times in a row.
//! * The slot of the content that proved itself last is not written, until other content has proved itself.
//! * Versions only grow. Going back takes a signed order that is obeyed once, is about the highest version that was ever
//!   accepted, and goes no further than that content's rollback floor. What was left by an order does not come back.
//! * A slot's content runs only when its hash is the recorded one; the caller checks signature and form every time.
//!
//! # What it trusts
//! That [`Storage::flush`] returns when the disk has the file, and that nobody else writes the files: whoever can, can
//! also replace the driver.

mod record;
mod report;
mod storage;

use cofferdam_interpreter::layout::Header;

use crate::protocol::{LoadOutcome, RollbackOrder};
use record::{GuardRecord, State};

pub use record::GUARD_SIZE;
pub use storage::{File, Slot, Storage};

/// Tries of content that never proved itself.
pub const NEW_TRIES: u8 = 1;

/// Tries of content that has proved itself before: it takes more to believe that it is at fault.
pub const GOOD_TRIES: u8 = 3;

/// Most times in a row that the machine can stop with content active, before it runs without.
pub const MOST_TRIES: u8 = NEW_TRIES.saturating_add(GOOD_TRIES);

/// The state: what the guard record on disk says, and what is active.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Slots {
    record: GuardRecord,
    /// The guard file that holds the older record, or none: the next to be written.
    next: Slot,
    active: Option<Slot>,
    /// Whether the last write failed: the disk may hold its record all the same, until the next one replaces it.
    uncertain: bool,
}

/// Content in a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The slot.
    pub slot: Slot,
    /// The version that the header must name.
    pub version: u64,
    /// Bytes of the file.
    pub length: u32,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// Whether it has not proved itself yet.
    pub is_new: bool,
}

/// Why the state on disk cannot be used: no content runs, and none is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable<E> {
    /// A guard file could not be read or written, for the caller's reason.
    Storage(E),
    /// Both guard files are damaged, which no power cut does.
    Damaged,
}

impl Slots {
    /// Reads the state from disk. Without any guard file it is that of a fresh installation.
    ///
    /// # Errors
    /// [`Unreadable`]: to go on as if it were fresh would forget which versions must not come back.
    pub fn open<S: Storage>(storage: &mut S) -> Result<Self, Unreadable<S::Error>> {
        let mut best = None;
        let mut damaged = 0_u8;
        for file in Slot::ALL {
            let mut bytes = [0; GUARD_SIZE];
            match storage
                .read(File::Guard(file), &mut bytes)
                .map_err(Unreadable::Storage)?
            {
                None => {}
                Some(length) => {
                    match GuardRecord::unsealed(&bytes).filter(|_| length == GUARD_SIZE) {
                        Some(record)
                            if best.as_ref().is_none_or(|(_, best): &(_, GuardRecord)| {
                                record.sequence > best.sequence
                            }) =>
                        {
                            best = Some((file, record));
                        }
                        Some(_) => {}
                        None => damaged = damaged.wrapping_add(1),
                    }
                }
            }
        }
        match best {
            Some((file, record)) => Ok(Self {
                record,
                next: file.other(),
                active: None,
                uncertain: false,
            }),
            None if damaged > 1 => Err(Unreadable::Damaged),
            // The first record ever may have been torn: then the next one is written to the same file.
            None => Ok(Self {
                record: GuardRecord::EMPTY,
                next: Slot::Zero,
                active: None,
                uncertain: false,
            }),
        }
    }

    /// At boot: the content to run next, its try recorded on disk. To be asked again while what it named is
    /// [unusable](Self::unusable); `None` means to run without.
    ///
    /// # Errors
    /// The try could not be recorded: nothing may be activated.
    pub fn next_candidate<S: Storage>(
        &mut self,
        storage: &mut S,
    ) -> Result<Option<Candidate>, S::Error> {
        let Some(slot) = self
            .runnable(State::New)
            .or_else(|| self.runnable(State::Good))
        else {
            return Ok(None);
        };
        let mut record = self.record;
        let tries = &mut record.slot_mut(slot).tries;
        *tries = tries.saturating_add(1);
        self.write(storage, record)?;
        Ok(Some(self.candidate(slot)))
    }

    /// The slot's content cannot be read, is not what was recorded, or is refused: it is forgotten.
    ///
    /// # Errors
    /// That could not be recorded; then it may be tried once more at the next boot.
    pub fn unusable<S: Storage>(&mut self, storage: &mut S, slot: Slot) -> Result<(), S::Error> {
        let mut record = self.record;
        let place = record.slot(slot);
        if place.state() == State::New && place.version < record.highest {
            // Only an order makes an older version new: it still stands, and the content can come by an upload.
            record.permit = place.version;
        }
        record.slot_mut(slot).state = State::Empty.number();
        self.write(storage, record)
    }

    /// The candidate runs from now on.
    pub fn activated(&mut self, slot: Slot) {
        self.active = Some(slot);
    }

    /// Whether content with this header may take the place of what is active. Its signature and form are the caller's
    /// to check; `now` counts seconds since 1970.
    ///
    /// # Errors
    /// [`LoadOutcome::Tier`], [`LoadOutcome::Channel`], [`LoadOutcome::Expired`], [`LoadOutcome::NotNewer`].
    pub fn accept(&self, header: &Header, now: u64) -> Result<(), LoadOutcome> {
        if header.tier != 0 {
            return Err(LoadOutcome::Tier);
        }
        if self.record.channel != [0; 16] && header.channel != self.record.channel {
            return Err(LoadOutcome::Channel);
        }
        if header.expires != 0 && now >= header.expires {
            return Err(LoadOutcome::Expired);
        }
        let version = header.content_version;
        let is_ordered = version != 0 && version == self.record.permit;
        if version > self.record.highest || is_ordered {
            Ok(())
        } else {
            Err(LoadOutcome::NotNewer)
        }
    }

    /// Writes accepted, authentic and verified content to a slot and records its try: after that it may be activated.
    /// On failure what was active before stays so, here and at the next boot.
    ///
    /// # Errors
    /// As [`accept`](Self::accept), or [`LoadOutcome::Storage`] and the caller's reason.
    pub fn store<S: Storage>(
        &mut self,
        storage: &mut S,
        content: &[u8],
        header: &Header,
        sha256: [u8; 32],
        now: u64,
    ) -> Result<Candidate, (LoadOutcome, Option<S::Error>)> {
        self.accept(header, now)
            .map_err(|outcome| (outcome, None))?;
        let failed = |error| (LoadOutcome::Storage, Some(error));
        let slot = self.least_needed();
        let mut record = self.record;
        if record.slot(slot).state() != State::Empty {
            record.slot_mut(slot).state = State::Empty.number();
            self.write(storage, record).map_err(failed)?;
            record = self.record;
        }
        if self.active == Some(slot) {
            // It runs on from memory; its slot is no longer its own.
            self.active = None;
        }
        let file = File::Slot(slot);
        storage.write(file, content).map_err(failed)?;
        storage.flush(file).map_err(failed)?;
        record.retire(State::New);
        if header.content_version < record.highest {
            // An order asked for it: what it leaves does not come back.
            record.retire(State::Good);
        }
        record.highest = record.highest.max(header.content_version);
        record.floor = record.floor.max(header.rollback_floor);
        record.channel = header.channel;
        record.permit = 0;
        let place = record.slot_mut(slot);
        place.version = header.content_version;
        place.length = header.total_length;
        place.sha256 = sha256;
        place.state = State::New.number();
        place.tries = 1;
        self.write(storage, record).map_err(failed)?;
        Ok(self.candidate(slot))
    }

    /// The machine is well with this version, which is active: it becomes last-known-good.
    ///
    /// # Errors
    /// [`LoadOutcome::NotHere`] where it is not the active one, or [`LoadOutcome::Storage`] and the caller's reason.
    pub fn healthy<S: Storage>(
        &mut self,
        storage: &mut S,
        version: u64,
    ) -> Result<(), (LoadOutcome, Option<S::Error>)> {
        let active = self.active.filter(|slot| {
            let place = self.record.slot(*slot);
            // What an order has left runs on where its successor could not be activated, but proves nothing.
            place.version == version && matches!(place.state(), State::New | State::Good)
        });
        let slot = active.ok_or((LoadOutcome::NotHere, None))?;
        let mut record = self.record;
        if record.slot(slot).state() == State::New {
            record.retire(State::Good);
        }
        let place = record.slot_mut(slot);
        place.state = State::Good.number();
        place.tries = 0;
        self.write_if_new(storage, record)
            .map_err(|error| (LoadOutcome::Storage, Some(error)))
    }

    /// The driver is unloaded, or Windows shuts down, in order: the last try ended well, though it proved nothing.
    ///
    /// # Errors
    /// It could not be recorded; the try counts.
    pub fn stopped<S: Storage>(&mut self, storage: &mut S) -> Result<(), S::Error> {
        let mut record = self.record;
        if let Some(slot) = self.active.take() {
            let tries = &mut record.slot_mut(slot).tries;
            *tries = tries.saturating_sub(1);
        }
        self.write_if_new(storage, record)
    }

    /// Obeys a rollback order whose signature is right; `now` counts seconds since 1970. The content that it asks for is
    /// handed out with its try recorded, to be activated, or `None` where no slot holds it: then it may be uploaded.
    ///
    /// # Errors
    /// [`LoadOutcome::Channel`], [`LoadOutcome::Expired`], [`LoadOutcome::Replay`], [`LoadOutcome::NotHere`] where the
    /// order leaves another version than the highest, [`LoadOutcome::Floor`], or [`LoadOutcome::Storage`] and the
    /// caller's reason.
    pub fn roll_back<S: Storage>(
        &mut self,
        storage: &mut S,
        order: &RollbackOrder,
        now: u64,
    ) -> Result<Option<Candidate>, (LoadOutcome, Option<S::Error>)> {
        let refusals = [
            (order.channel != self.record.channel, LoadOutcome::Channel),
            (
                order.expires != 0 && now >= order.expires,
                LoadOutcome::Expired,
            ),
            (order.number <= self.record.last_order, LoadOutcome::Replay),
            (order.from != self.record.highest, LoadOutcome::NotHere),
            (
                order.to >= order.from || order.to < self.record.floor,
                LoadOutcome::Floor,
            ),
        ];
        if let Some((_, outcome)) = refusals.iter().find(|(refused, _)| *refused) {
            return Err((*outcome, None));
        }
        let mut record = self.record;
        record.last_order = order.number;
        let holds = |slot: &Slot| {
            let place = record.slot(*slot);
            place.state() != State::Empty && place.version == order.to
        };
        let target = Slot::ALL.into_iter().find(holds);
        match target {
            None => record.permit = order.to,
            Some(slot) => {
                record.permit = 0;
                let place = record.slot_mut(slot);
                if place.state() == State::Retired {
                    place.state = State::New.number();
                }
                place.tries = 1;
                // Content that is left does not come back by itself: not as a new one, not as last-known-good.
                let left = record.slot_mut(slot.other());
                if left.state() != State::Empty {
                    left.state = State::Retired.number();
                }
            }
        }
        self.write(storage, record)
            .map_err(|error| (LoadOutcome::Storage, Some(error)))?;
        Ok(target.map(|slot| self.candidate(slot)))
    }

    fn candidate(&self, slot: Slot) -> Candidate {
        let place = self.record.slot(slot);
        Candidate {
            slot,
            version: place.version,
            length: place.length,
            sha256: place.sha256,
            is_new: place.state() == State::New,
        }
    }

    fn slot_in(&self, state: State) -> Option<Slot> {
        Slot::ALL
            .into_iter()
            .find(|slot| self.record.slot(*slot).state() == state)
    }

    /// The slot in this state, unless all its tries are spent.
    fn runnable(&self, state: State) -> Option<Slot> {
        self.slot_in(state)
            .filter(|slot| self.record.slot(*slot).tries < state.most_tries())
    }

    /// The slot whose content is needed least: never last-known-good's.
    fn least_needed(&self) -> Slot {
        let need = |slot| self.record.slot(slot).state().need();
        if need(Slot::One) < need(Slot::Zero) {
            Slot::One
        } else {
            Slot::Zero
        }
    }

    fn write_if_new<S: Storage>(
        &mut self,
        storage: &mut S,
        record: GuardRecord,
    ) -> Result<(), S::Error> {
        if record == self.record && !self.uncertain {
            return Ok(());
        }
        self.write(storage, record)
    }

    /// Writes the record to the older guard file. Until that has been flushed the state is the old one, and a failure
    /// leaves only the file damaged that is to be written next.
    fn write<S: Storage>(&mut self, storage: &mut S, record: GuardRecord) -> Result<(), S::Error> {
        let record = GuardRecord {
            sequence: self.record.sequence.wrapping_add(1),
            ..record
        };
        let file = File::Guard(self.next);
        self.uncertain = true;
        storage.write(file, &record.sealed())?;
        storage.flush(file)?;
        self.uncertain = false;
        self.record = record;
        self.next = self.next.other();
        Ok(())
    }
}
