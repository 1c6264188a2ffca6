//! Literals of one ASCII unit: a byte for each unit that the text has, and one look at each literal.

use super::{Found, Scan};
use crate::cast;
use crate::content::run;
use crate::fold;
use crate::layout::{EntryRecord, LiteralRecord};
use crate::literal::{Mode, compare_steps};

/// Which ASCII units a text has, and to which ASCII units its others fold.
struct Seen([u8; 128]);

impl Seen {
    fn new(text: &[u16]) -> Self {
        let mut seen = Self([0; 128]);
        let (chunks, rest) = text.as_chunks::<4>();
        // Not folded here, which costs once for each unit, but where it is asked for.
        for chunk in chunks {
            chunk.iter().for_each(|unit| seen.mark(*unit));
        }
        rest.iter().for_each(|unit| seen.mark(*unit));
        if text.iter().fold(0, |all, unit| all | unit) >= 0x80 {
            seen = Self([0; 128]);
            seen.mark_folded(text);
        }
        seen
    }

    /// Marks an ASCII unit; of any other its low bits.
    #[inline(always)]
    fn mark(&mut self, unit: u16) {
        if let Some(seen) = self.0.get_mut(usize::from(unit & 0x7F)) {
            *seen = 1;
        }
    }

    #[cold]
    #[inline(never)]
    fn mark_folded(&mut self, text: &[u16]) {
        let folded = text.iter().map(|unit| fold::unit(*unit));
        folded
            .filter(|unit| *unit < 0x80)
            .for_each(|unit| self.mark(unit));
    }

    /// Whether the text has a unit whose fold is this one.
    #[inline(always)]
    fn has(&self, folded: u32) -> bool {
        let is_letter = folded.wrapping_sub(0x41) < 26;
        let lower = folded | u32::from(is_letter) << 5;
        let seen = |unit: u32| self.0.get(cast::index(unit)).is_some_and(|seen| *seen != 0);
        seen(folded) || seen(lower)
    }
}

impl Scan<'_> {
    #[inline(never)]
    pub(super) fn singles(&self, found: &mut Found<'_>) {
        let record = self.record();
        let (start, count) = (record.singles_start, record.singles_count);
        let singles = run(self.content.entries, start, count).unwrap_or(&[]);
        found.spend(cast::wide(self.text.len()).wrapping_add(cast::wide(singles.len())));
        let seen = Seen::new(self.text);
        for entry in singles {
            let entry = EntryRecord::read(entry);
            if !seen.has(entry.tag) {
                continue;
            }
            let Some(record) = self.wanted(&entry, found) else {
                continue;
            };
            found.spend(compare_steps(1));
            let mode = Mode::from_number(LiteralRecord::read(record).shape);
            if self.stands(mode, entry.tag) {
                self.post(record, found);
            }
        }
    }

    /// Whether a unit that the text has stands where a literal's mode wants it.
    fn stands(&self, mode: Mode, folded: u32) -> bool {
        let is =
            |unit: Option<&u16>| unit.is_some_and(|unit| u32::from(fold::unit(*unit)) == folded);
        match mode {
            Mode::Contains => true,
            Mode::Starts => is(self.text.first()),
            Mode::Ends => is(self.text.last()),
            Mode::Equals => self.text.len() == 1 && is(self.text.first()),
        }
    }
}
