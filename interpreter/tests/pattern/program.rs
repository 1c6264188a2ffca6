//! Programs of one word, assembled by hand.

use std::collections::BTreeSet;

use cofferdam_interpreter::pattern::{Pattern, ProgramRefusal, guard};

/// A program of one word, part by part.
#[derive(Clone, Default)]
pub(super) struct Program {
    pub(super) positions: u16,
    /// Kind, position, limit.
    pub(super) count: (u8, u16, u16),
    /// Position and units.
    pub(super) run: (u16, u16),
    /// Units of each class but the one of all others.
    pub(super) classes: Vec<Vec<u16>>,
    /// The number of the class of all others.
    pub(super) others: u8,
    pub(super) masks: Vec<u64>,
    /// start, first, chain, repeat, skip, accept, last
    pub(super) sets: [u64; 7],
    pub(super) jumps: Vec<(u64, u64)>,
    pub(super) guarded: Vec<(u64, u64, u64)>,
    pub(super) accepts: Vec<(u64, u64)>,
}

impl Program {
    pub(super) fn class_of(&self, unit: u16) -> u8 {
        let at = self.classes.iter().position(|units| units.contains(&unit));
        at.map_or(self.others, |at| {
            let at = u8::try_from(at).expect("few");
            at + u8::from(at >= self.others)
        })
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let listed = self.classes.iter().flatten().copied();
        let starts: BTreeSet<u16> = listed
            .flat_map(|unit| [unit, unit.saturating_add(1)])
            .filter(|&unit| unit > 0x80)
            .chain([0x80])
            .collect();
        let mut ranges: Vec<(u16, u8)> = Vec::new();
        for start in starts {
            let class = self.class_of(start);
            if ranges.last().is_none_or(|last| last.1 != class) {
                ranges.push((start, class));
            }
        }
        let mut out = vec![1, self.count.0];
        for number in [
            self.positions.into(),
            self.masks.len(),
            ranges.len(),
            self.jumps.len(),
            self.guarded.len(),
            self.accepts.len(),
            self.count.1.into(),
            self.count.2.into(),
            self.run.0.into(),
            self.run.1.into(),
            0,
        ] {
            out.extend(u16::try_from(number).expect("few").to_le_bytes());
        }
        out.extend((0..128).map(|unit| self.class_of(unit)));
        for (start, class) in ranges {
            out.extend(start.to_le_bytes());
            out.extend([class, 0]);
        }
        let mut words = self.sets.to_vec();
        words.extend(&self.masks);
        words.extend(self.jumps.iter().map(|jump| jump.0));
        words.extend(self.jumps.iter().map(|jump| jump.1));
        words.extend(self.guarded.iter().map(|jump| jump.0));
        words.extend(self.guarded.iter().map(|jump| jump.1));
        words.extend(self.guarded.iter().map(|jump| jump.2));
        words.extend(self.accepts.iter().map(|accept| accept.0));
        words.extend(self.accepts.iter().map(|accept| accept.1));
        out.extend(words.into_iter().flat_map(u64::to_le_bytes));
        out
    }

    #[track_caller]
    pub(super) fn matches(&self, text: &str) -> bool {
        let bytes = self.bytes();
        let text: Vec<u16> = text.encode_utf16().collect();
        let pattern = Pattern::verify(&bytes).expect("well-formed");
        pattern.run(&text).expect("consistent")
    }

    pub(super) fn refusal(&self) -> Option<ProgramRefusal> {
        Pattern::verify(&self.bytes()).err()
    }
}

pub(super) fn set(units: &str) -> Vec<u16> {
    units.encode_utf16().collect()
}

/// `ab`
pub(super) fn ab() -> Program {
    Program {
        positions: 2,
        classes: vec![set("a"), set("b")],
        masks: vec![0, 1, 2],
        sets: [1, 0, 2, 0, 0, 2, 0],
        ..Program::default()
    }
}

/// Everything at once: `a(?:x*é|\bb{3,})+c\b`, roughly.
pub(super) fn rich() -> Program {
    Program {
        positions: 5,
        count: (1, 3, 3),
        run: (0, 0),
        classes: vec![set("a"), set("xy"), set("é"), set("bB"), set("c")],
        others: 0,
        masks: vec![0, 1, 2, 4, 8, 16],
        sets: [1, 0, 0b110, 0b10, 0b10, 0, 0],
        jumps: vec![(0b100, 0b10010), (0b1000, 0b10010)],
        guarded: vec![(guard::WORD_EDGE, 0b100, 8), (guard::NOT_WORD_EDGE, 1, 8)],
        accepts: vec![(guard::WORD_EDGE, 16)],
    }
}
