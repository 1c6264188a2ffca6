//! What must hold: a memory of what the machine was told and answered, which no power cut touches.

use cofferdam_engine::slots::{GOOD_TRIES, MOST_TRIES};

/// The memory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Ghost {
    /// The highest version whose acceptance was confirmed.
    pub(crate) accepted: u64,
    /// The lowest version that may run: the one last confirmed to be healthy, or that an order since went back to.
    least: u64,
    /// Versions that a confirmed order left; they may run no more.
    left: Vec<u64>,
    /// Activations since the content last proved itself, the machine stopped in order, or someone chose content.
    streak: u8,
    /// Tries that may have been recorded in that time; counted no further than matters.
    spent: u8,
    /// Whether last-known-good must be there: its health was confirmed and nobody asked to leave it.
    has_good: bool,
    /// Number of the last order that was confirmed.
    pub(crate) order: u64,
    /// The version that an order allows to be uploaded, and the one that it leaves.
    awaited: Option<(u64, u64)>,
}

impl Ghost {
    /// Content is activated.
    pub(crate) fn activates(&mut self, version: u64) {
        assert!(
            version >= self.least,
            "version {version} runs, though {} proved itself",
            self.least
        );
        assert!(
            !self.left.contains(&version),
            "version {version} was left by an order"
        );
        self.streak += 1;
        assert!(self.streak <= MOST_TRIES, "a loop: {} tries", self.streak);
    }

    /// A try is about to be recorded.
    pub(crate) fn tries(&mut self) {
        self.spent = GOOD_TRIES.min(self.spent + 1);
    }

    fn leaves(&mut self, to: u64, from: u64) {
        self.left.extend(to + 1..=from);
        self.left.sort_unstable();
        self.left.dedup();
    }

    /// The machine runs without content.
    pub(crate) fn runs_without(&self) {
        assert!(
            !self.has_good || self.spent > GOOD_TRIES - 1,
            "last-known-good is there and does not run"
        );
    }

    /// A version is taken; or, not confirmed, the disk remembers it all the same.
    pub(crate) fn uploads(&mut self, version: u64, confirmed: bool) {
        let awaited = self.awaited.filter(|(to, _)| *to == version);
        if awaited.is_some() {
            self.has_good = false;
            self.least = self.least.min(version);
        }
        if confirmed {
            assert!(
                version > self.accepted || awaited.is_some(),
                "version {version} is taken, though {} was accepted",
                self.accepted
            );
            // An order stands until something newer is taken: its content may have to be uploaded again.
            match awaited {
                Some((to, from)) => self.leaves(to, from),
                None => self.awaited = None,
            }
            self.accepted = self.accepted.max(version);
        }
        self.streak = 0;
    }

    /// The content has proved itself; or, not confirmed, the disk remembers it all the same.
    pub(crate) fn proves(&mut self, version: u64, confirmed: bool) {
        if confirmed {
            self.least = version;
            self.has_good = true;
            self.spent = 0;
        }
        self.streak = 0;
    }

    /// An order is obeyed, with the content in a slot or not; or, not confirmed, the disk remembers it all the same.
    pub(crate) fn orders(&mut self, number: u64, from: u64, to: u64, confirmed: Option<bool>) {
        self.least = self.least.min(to);
        self.left.retain(|left| *left != to);
        self.has_good = false;
        self.awaited = Some((to, from));
        self.streak = 0;
        if let Some(is_here) = confirmed {
            assert!(
                number > self.order,
                "order {number} is obeyed after {}",
                self.order
            );
            self.order = number;
            if is_here {
                self.leaves(to, from);
            }
        }
    }

    /// A slot's content rots away.
    pub(crate) fn rots(&mut self) {
        self.has_good = false;
    }

    /// The machine is stopped in order.
    pub(crate) fn stops(&mut self) {
        self.streak = self.streak.saturating_sub(1);
    }
}
