//! The process table: who a process is, who its parent and creator were, also for a while after its end.
//!
//! Keyed by *start key* (`PsGetProcessStartKey`), which Windows does not use again until the next boot; process ids are
//! used again within seconds, so [`by_id`](ProcessTable::by_id) finds living processes only. What ended stays as a
//! *tombstone*, because handles are closed, and files deleted by that, after the exit notification.
//!
//! Guarantees: bounded; the oldest tombstone makes room for a new process, a living process never does; every operation
//! but [`next_living`](ProcessTable::next_living) takes time for one hash chain. Records are handed back, never dropped
//! within a call, so that the caller can let go of them outside its lock.
//!
//! Trusts the caller to lock: methods take `&self` or `&mut self`.

use core::num::NonZeroU64;

use cofferdam_interpreter::cast;

/// Entries by start key and by process id, in chains of one hash table each; tombstones in a queue, oldest first.
///
/// `P` is the caller's shared handle to a record that outlives the lock: texts, token, flags. `N` is a power of two.
/// A table of 8,192 has 600 KiB and is zero when new: for a static or the pool, never for a stack.
#[derive(Debug)]
pub struct ProcessTable<P, const N: usize> {
    entries: [Entry<P>; N],
    by_key: [Link; N],
    by_id: [Link; N],
    free: Link,
    /// Entries from this one on were never used.
    unused: u32,
    oldest: Link,
    newest: Link,
    living: u32,
    tombstones: u32,
}

/// A process in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Process<P> {
    /// Its start key; not 0.
    pub start_key: u64,
    /// Its id.
    pub process_id: u32,
    /// Start key of its parent, which it inherits from; 0 where that is not known.
    pub parent: u64,
    /// Start key of the process that made it, where that is another; else the parent's.
    pub creator: u64,
    /// When it ended, in the caller's unit; `None` while it lives. Not zero, so that an entry without a process is all
    /// zero bits.
    pub ended: Option<NonZeroU64>,
    /// The caller's record.
    pub record: P,
}

/// An entry's number plus one; 0 is none, so that a zeroed table is an empty one.
type Link = u32;

#[derive(Debug)]
struct Entry<P> {
    process: Option<Process<P>>,
    next_by_key: Link,
    next_by_id: Link,
    /// The next younger tombstone, or the next free entry.
    next: Link,
}

/// Why a process was not put into the table; the record is handed back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotInserted<P> {
    /// The start key is there already: what a callback said first stands.
    Known(P),
    /// The table is full of living processes.
    Full(P),
    /// The start key is 0.
    NoKey(P),
}

#[derive(Clone, Copy)]
enum Chain {
    Key,
    Id,
}

impl<P, const N: usize> Default for ProcessTable<P, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P, const N: usize> ProcessTable<P, N> {
    /// An empty table.
    #[must_use]
    pub const fn new() -> Self {
        const { assert!(N.is_power_of_two() && N <= 1 << 24) };
        Self {
            entries: [const {
                Entry {
                    process: None,
                    next_by_key: 0,
                    next_by_id: 0,
                    next: 0,
                }
            }; N],
            by_key: [0; N],
            by_id: [0; N],
            free: 0,
            unused: 0,
            oldest: 0,
            newest: 0,
            living: 0,
            tombstones: 0,
        }
    }

    /// Processes that live.
    #[must_use]
    pub fn living(&self) -> u32 {
        self.living
    }

    /// Processes that ended and are still known.
    #[must_use]
    pub fn tombstones(&self) -> u32 {
        self.tombstones
    }

    /// A process, living or not.
    #[must_use]
    pub fn get(&self, start_key: u64) -> Option<&Process<P>> {
        let link = self.find(
            Chain::Key,
            |process| process.start_key == start_key,
            start_key,
        )?;
        self.process(link)
    }

    /// The living process that has this id now.
    #[must_use]
    pub fn by_id(&self, process_id: u32) -> Option<&Process<P>> {
        let link = self.find_living(process_id)?;
        self.process(link)
    }

    /// The parent of a process, living or not.
    #[must_use]
    pub fn parent(&self, process: &Process<P>) -> Option<&Process<P>> {
        self.get(process.parent)
    }

    /// Puts a process into the table. A living process of the same id is taken to have ended unnoticed, at the time of
    /// `now`. Hands back the record of the tombstone that had to make room, if one had to.
    ///
    /// # Errors
    /// [`NotInserted`], with the record.
    pub fn insert(&mut self, process: Process<P>, now: u64) -> Result<Option<P>, NotInserted<P>> {
        if process.start_key == 0 {
            return Err(NotInserted::NoKey(process.record));
        }
        if self.get(process.start_key).is_some() {
            return Err(NotInserted::Known(process.record));
        }
        if let Some(link) = self.find_living(process.process_id) {
            self.bury(link, now);
        }
        let mut evicted = None;
        let link = match self.take_free() {
            Some(link) => link,
            None => {
                evicted = self.remove_oldest();
                match self.take_free() {
                    Some(link) => link,
                    None => return Err(NotInserted::Full(process.record)),
                }
            }
        };
        let (key, id) = (process.start_key, process.process_id);
        let ended = process.ended;
        let (next_by_key, next_by_id) =
            (self.head(Chain::Key, key), self.head(Chain::Id, id.into()));
        if let Some(entry) = self.entry_mut(link) {
            entry.next_by_key = next_by_key;
            entry.next_by_id = next_by_id;
            entry.process = Some(Process {
                ended: None,
                ..process
            });
        }
        self.set_head(Chain::Key, key, link);
        self.set_head(Chain::Id, id.into(), link);
        self.living = self.living.wrapping_add(1);
        if let Some(ended) = ended {
            self.bury(link, ended.get());
        }
        Ok(evicted)
    }

    /// Notes that a process has ended, at a time in the caller's unit; whether it was known and living.
    pub fn end(&mut self, start_key: u64, now: u64) -> bool {
        let is_it =
            |process: &Process<P>| process.start_key == start_key && process.ended.is_none();
        match self.find(Chain::Key, is_it, start_key) {
            Some(link) => {
                self.bury(link, now);
                true
            }
            None => false,
        }
    }

    /// Takes out the oldest tombstone if its process ended before `time`, and hands its record back. To be called until
    /// there is none.
    pub fn expire(&mut self, time: u64) -> Option<P> {
        let oldest = self.process(self.oldest)?;
        if oldest.ended.is_some_and(|ended| ended.get() < time) {
            self.remove_oldest()
        } else {
            None
        }
    }

    /// Takes out any process, and hands its record back: to empty the table when the driver unloads.
    pub fn drain(&mut self) -> Option<P> {
        if let Some(record) = self.remove_oldest() {
            return Some(record);
        }
        let (_, process) = self.next_living(0)?;
        let key = process.start_key;
        self.end(key, 0);
        self.remove_oldest()
    }

    /// The first living process from a place in the table on, and the place behind it: to go through the table without
    /// holding its lock all the time. The first place is 0.
    #[must_use]
    pub fn next_living(&self, place: u32) -> Option<(u32, &Process<P>)> {
        let mut place = place;
        while place < self.unused {
            place = place.wrapping_add(1);
            if let Some(process) = self.process(place)
                && process.ended.is_none()
            {
                return Some((place, process));
            }
        }
        None
    }

    /// Changes a process's record, living or not.
    pub fn record_mut(&mut self, start_key: u64) -> Option<&mut P> {
        let link = self.find(
            Chain::Key,
            |process| process.start_key == start_key,
            start_key,
        )?;
        let process = self.entry_mut(link)?.process.as_mut()?;
        Some(&mut process.record)
    }

    fn entry(&self, link: Link) -> Option<&Entry<P>> {
        self.entries.get(cast::index(link.checked_sub(1)?))
    }

    fn entry_mut(&mut self, link: Link) -> Option<&mut Entry<P>> {
        self.entries.get_mut(cast::index(link.checked_sub(1)?))
    }

    fn process(&self, link: Link) -> Option<&Process<P>> {
        self.entry(link)?.process.as_ref()
    }

    /// Start keys and ids count upwards in steps: multiplying spreads them.
    fn bucket(hash: u64) -> usize {
        let spread = hash.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        cast::index(cast::low32(spread >> 32)) & N.wrapping_sub(1)
    }

    fn heads(&self, chain: Chain) -> &[Link; N] {
        match chain {
            Chain::Key => &self.by_key,
            Chain::Id => &self.by_id,
        }
    }

    fn head(&self, chain: Chain, hash: u64) -> Link {
        let heads = self.heads(chain);
        heads.get(Self::bucket(hash)).copied().unwrap_or(0)
    }

    fn set_head(&mut self, chain: Chain, hash: u64, link: Link) {
        let heads = match chain {
            Chain::Key => &mut self.by_key,
            Chain::Id => &mut self.by_id,
        };
        if let Some(head) = heads.get_mut(Self::bucket(hash)) {
            *head = link;
        }
    }

    fn follow(&self, chain: Chain, link: Link) -> Link {
        self.entry(link).map_or(0, |entry| match chain {
            Chain::Key => entry.next_by_key,
            Chain::Id => entry.next_by_id,
        })
    }

    /// Looks along a chain; no chain is longer than the table.
    fn find(&self, chain: Chain, is_it: impl Fn(&Process<P>) -> bool, hash: u64) -> Option<Link> {
        let mut link = self.head(chain, hash);
        for _ in 0..N {
            if is_it(self.process(link)?) {
                return Some(link);
            }
            link = self.follow(chain, link);
        }
        None
    }

    fn find_living(&self, process_id: u32) -> Option<Link> {
        let is_it =
            |process: &Process<P>| process.process_id == process_id && process.ended.is_none();
        self.find(Chain::Id, is_it, process_id.into())
    }

    /// Puts a living process into the queue of tombstones.
    fn bury(&mut self, link: Link, now: u64) {
        let Some(entry) = self.entry_mut(link) else {
            return;
        };
        entry.next = 0;
        if let Some(process) = entry.process.as_mut() {
            process.ended = NonZeroU64::new(now).or(Some(NonZeroU64::MIN));
        }
        let newest = self.newest;
        match self.entry_mut(newest) {
            Some(entry) => entry.next = link,
            None => self.oldest = link,
        }
        self.newest = link;
        self.living = self.living.wrapping_sub(1);
        self.tombstones = self.tombstones.wrapping_add(1);
    }

    fn remove_oldest(&mut self) -> Option<P> {
        let link = self.oldest;
        let process = self.process(link)?;
        let (key, id) = (process.start_key, process.process_id);
        self.unchain(Chain::Key, key, link);
        self.unchain(Chain::Id, id.into(), link);
        let free = self.free;
        let entry = self.entry_mut(link)?;
        let (process, next) = (entry.process.take()?, entry.next);
        entry.next = free;
        self.free = link;
        self.oldest = next;
        if next == 0 {
            self.newest = 0;
        }
        self.tombstones = self.tombstones.wrapping_sub(1);
        Some(process.record)
    }

    fn unchain(&mut self, chain: Chain, hash: u64, link: Link) {
        let after = self.follow(chain, link);
        let mut before = self.head(chain, hash);
        if before == link {
            self.set_head(chain, hash, after);
            return;
        }
        for _ in 0..N {
            let next = self.follow(chain, before);
            if next == link {
                if let Some(entry) = self.entry_mut(before) {
                    match chain {
                        Chain::Key => entry.next_by_key = after,
                        Chain::Id => entry.next_by_id = after,
                    }
                }
                return;
            }
            before = next;
        }
    }

    fn take_free(&mut self) -> Option<Link> {
        let link = self.free;
        if let Some(entry) = self.entry(link) {
            self.free = entry.next;
            return Some(link);
        }
        if cast::index(self.unused) < N {
            self.unused = self.unused.wrapping_add(1);
            return Some(self.unused);
        }
        None
    }
}
