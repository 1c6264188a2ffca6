//! Pattern programs assembled by hand: what each part does, every refusal, and hostile bytes.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    reason = "a test may panic: that is how it fails"
)]

use std::collections::BTreeSet;

use cofferdam_interpreter::pattern::{Pattern, ProgramRefusal, guard};

/// A program of one word, part by part.
#[derive(Clone, Default)]
struct Program {
    positions: u16,
    /// Kind, position, limit.
    count: (u8, u16, u16),
    /// Units of each class but the one of all others.
    classes: Vec<Vec<u16>>,
    /// The number of the class of all others.
    others: u8,
    masks: Vec<u64>,
    /// start, first, chain, repeat, skip, accept, last
    sets: [u64; 7],
    jumps: Vec<(u64, u64)>,
    guarded: Vec<(u64, u64, u64)>,
    accepts: Vec<(u64, u64)>,
}

impl Program {
    fn class_of(&self, unit: u16) -> u8 {
        let at = self.classes.iter().position(|units| units.contains(&unit));
        at.map_or(self.others, |at| {
            let at = u8::try_from(at).expect("few");
            at + u8::from(at >= self.others)
        })
    }

    fn bytes(&self) -> Vec<u8> {
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
        ] {
            out.extend(u16::try_from(number).expect("few").to_le_bytes());
        }
        out.extend([0; 6]);
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
    fn matches(&self, text: &str) -> bool {
        let bytes = self.bytes();
        let text: Vec<u16> = text.encode_utf16().collect();
        let pattern = Pattern::verify(&bytes).expect("well-formed");
        pattern.run(&text).expect("consistent")
    }

    fn refusal(&self) -> Option<ProgramRefusal> {
        Pattern::verify(&self.bytes()).err()
    }
}

fn set(units: &str) -> Vec<u16> {
    units.encode_utf16().collect()
}

/// `ab`
fn ab() -> Program {
    Program {
        positions: 2,
        classes: vec![set("a"), set("b")],
        masks: vec![0, 1, 2],
        sets: [1, 0, 2, 0, 0, 2, 0],
        ..Program::default()
    }
}

/// Everything at once: `a(?:x*é|\bb{3,})+c\b`, roughly.
fn rich() -> Program {
    Program {
        positions: 5,
        count: (1, 3, 3),
        classes: vec![set("a"), set("xy"), set("é"), set("bB"), set("c")],
        others: 0,
        masks: vec![0, 1, 2, 4, 8, 16],
        sets: [1, 0, 0b110, 0b10, 0b10, 0, 0],
        jumps: vec![(0b100, 0b10010), (0b1000, 0b10010)],
        guarded: vec![(guard::WORD_EDGE, 0b100, 8), (guard::NOT_WORD_EDGE, 1, 8)],
        accepts: vec![(guard::WORD_EDGE, 16)],
    }
}

#[test]
fn chain() {
    assert!(ab().matches("ab"));
    assert!(ab().matches("aab"));
    assert!(ab().matches("xxabxx"));
    assert!(!ab().matches("a"));
    assert!(!ab().matches("ba"));
    assert!(!ab().matches(""));
}

#[test]
fn ends() {
    let mut anchored = ab();
    anchored.sets = [0, 1, 2, 0, 0, 0, 2];
    assert!(anchored.matches("ab"));
    assert!(!anchored.matches("aab"));
    assert!(!anchored.matches("abx"));
}

#[test]
fn skipping_runs() {
    // ax?y?b
    let mut skipping = Program {
        positions: 4,
        classes: vec![set("a"), set("x"), set("y"), set("b")],
        masks: vec![0, 1, 2, 4, 8],
        sets: [1, 0, 0b1110, 0, 0b0110, 8, 0],
        ..Program::default()
    };
    for text in ["ab", "axb", "ayb", "axyb"] {
        assert!(skipping.matches(text), "{text}");
    }
    for text in ["ayxb", "axxb", "xyb"] {
        assert!(!skipping.matches(text), "{text}");
    }
    // ax*y*b
    skipping.sets[3] = 0b0110;
    assert!(skipping.matches("axxyyyb"));
    assert!(!skipping.matches("axyxb"));
}

#[test]
fn counts() {
    // a.{3,}b and a.{1,3}b, with `.` as all but `;`
    let mut counting = Program {
        positions: 3,
        count: (1, 1, 3),
        classes: vec![set(";"), set("a"), set("b")],
        others: 1,
        masks: vec![0, 2, 3, 6],
        sets: [1, 0, 6, 0, 0, 4, 0],
        ..Program::default()
    };
    assert!(counting.matches("axxxb"));
    assert!(counting.matches("aaxxb"));
    assert!(counting.matches("axxbb"));
    assert!(!counting.matches("axxb"));
    assert!(!counting.matches("ax;xxb"));
    counting.count.0 = 2;
    assert!(counting.matches("axxxb"));
    assert!(!counting.matches("axxxxb"));
    assert!(counting.matches("axxaxb"));
    assert!(!counting.matches("ab"));
    assert!(!counting.matches("ax;b"));
}

#[test]
fn guards() {
    // \bab\b
    let mut guarded = ab();
    guarded.sets = [0, 0, 2, 0, 0, 0, 0];
    guarded.guarded = vec![(guard::WORD_EDGE | guard::ANYWHERE, 0, 1)];
    guarded.accepts = vec![(guard::WORD_EDGE, 2)];
    for text in ["ab", "-ab", "ab-", "_b ab", "éab"] {
        assert!(guarded.matches(text), "{text}");
    }
    for text in ["xab", "abx", "ab1", "_ab", "b"] {
        assert!(!guarded.matches(text), "{text}");
    }
    // (?m)^ab$
    guarded.guarded[0].0 = guard::LINE_START | guard::ANYWHERE;
    guarded.accepts[0].0 = guard::LINE_END;
    assert!(guarded.matches("x\nab\nx"));
    assert!(!guarded.matches("x\nab\rx"));
    // Any empty text.
    guarded.guarded.clear();
    guarded.accepts = vec![(guard::TEXT_START | guard::TEXT_END | guard::ANYWHERE, 0)];
    assert!(guarded.matches(""));
    assert!(!guarded.matches("ab"));
}

#[test]
fn the_rich_program_runs() {
    for text in ["axyéc", "aéc", "abbbc", "abbbbxéc-", "aébBbc-"] {
        assert!(rich().matches(text), "{text}");
    }
    for text in ["ac", "abbc", "axyéc1"] {
        assert!(!rich().matches(text), "{text}");
    }
}

/// Every refusal, each by one change to a program that verifies.
#[test]
fn every_refusal_is_reached() {
    assert_eq!(rich().refusal(), None);
    let mut reached = BTreeSet::new();
    let mut expect = |refusal: ProgramRefusal, bytes: Vec<u8>| {
        assert_eq!(Pattern::verify(&bytes).err(), Some(refusal));
        reached.insert(refusal);
    };
    let change = |change: &dyn Fn(&mut Program)| {
        let mut program = rich();
        change(&mut program);
        program.bytes()
    };
    let patch = |at: usize, byte: u8| {
        let mut bytes = rich().bytes();
        bytes[at] = byte;
        bytes
    };
    use ProgramRefusal as R;

    let whole = rich().bytes();
    for length in (0..whole.len()).step_by(if cfg!(miri) { 37 } else { 1 }) {
        expect(R::Truncated, whole[..length].to_vec());
    }
    expect(R::TrailingBytes, [&whole[..], &[0]].concat());
    expect(R::TrailingBytes, [&whole[..], &[0; 8]].concat());
    expect(R::Positions, patch(3, 3));
    expect(R::Words, patch(0, 2));
    expect(R::Words, patch(0, 0));
    expect(R::Words, patch(3, 1));
    expect(R::Classes, change(&|p| p.masks.clear()));
    expect(R::Classes, patch(5, 2));
    expect(R::Ranges, patch(7, 8));
    expect(R::Jumps, patch(9, 3));
    expect(R::Jumps, patch(11, 3));
    expect(R::Accepts, patch(13, 1));
    expect(R::Count, change(&|p| p.count.0 = 3));
    expect(R::Count, change(&|p| p.count.0 = 0));
    expect(R::Count, change(&|p| p.count.1 = 5));
    expect(R::Count, change(&|p| p.count.2 = 0));
    expect(R::Reserved, patch(18, 1));
    expect(R::Reserved, patch(23, 1));
    expect(R::Reserved, patch(24 + 128 + 3, 1));
    expect(R::Reserved, change(&|p| p.accepts[0].0 |= 128));
    expect(R::UnknownClass, patch(24, 6));
    expect(R::UnusedClass, change(&|p| p.masks.push(17)));
    expect(R::RangeOrder, patch(24 + 128, 0x81));
    expect(R::RangeOrder, patch(24 + 128 + 4, 0x80));
    expect(R::RangeOrder, patch(24 + 128 + 4 + 2, 0));
    for set in 0..7 {
        expect(R::StrayBit, change(&|p| p.sets[set] |= 32));
    }
    expect(R::StrayBit, change(&|p| p.masks[5] |= 32));
    expect(R::StrayBit, change(&|p| p.jumps[0].0 |= 32));
    expect(R::StrayBit, change(&|p| p.jumps[0].1 |= 32));
    expect(R::StrayBit, change(&|p| p.guarded[0].1 |= 32));
    expect(R::StrayBit, change(&|p| p.guarded[0].2 |= 32));
    expect(R::StrayBit, change(&|p| p.accepts[0].1 |= 1 << 63));
    expect(R::OpenEnd, change(&|p| p.sets[2] |= 1));
    expect(R::OpenEnd, change(&|p| p.sets[4] |= 16));
    expect(R::MaskOrder, change(&|p| p.masks[1] = 0));
    expect(R::MaskOrder, change(&|p| p.masks.swap(1, 2)));
    expect(R::EmptyJump, change(&|p| p.jumps[0].0 = 0));
    expect(R::EmptyJump, change(&|p| p.jumps[1].1 = 0));
    expect(R::EmptyJump, change(&|p| p.guarded[0].1 = 0));
    expect(R::EmptyJump, change(&|p| p.guarded[0].2 = 0));
    expect(R::EmptyJump, change(&|p| p.guarded[0].0 |= guard::ANYWHERE));
    expect(R::EmptyJump, change(&|p| p.accepts[0].1 = 0));
    expect(R::JumpOrder, change(&|p| p.jumps.swap(0, 1)));
    expect(R::JumpOrder, change(&|p| p.jumps[1].0 = p.jumps[0].0));
    expect(R::JumpOrder, change(&|p| p.guarded.swap(0, 1)));
    expect(R::JumpOrder, change(&|p| p.accepts.push(p.accepts[0])));
    let none_of_these = [
        0,
        guard::TEXT_END,
        guard::TEXT_START,
        guard::WORD_EDGE | guard::NOT_WORD_EDGE,
    ];
    for guard in none_of_these {
        expect(R::Guard, change(&|p| p.guarded[0].0 = guard));
        expect(R::Guard, change(&|p| p.accepts[0].0 = guard));
    }
    let begin = guard::TEXT_START | guard::ANYWHERE;
    expect(R::Guard, change(&|p| p.guarded[0] = (begin, 0, 8)));
    for implying in [
        guard::TEXT_START | guard::LINE_START,
        guard::TEXT_END | guard::LINE_END,
    ] {
        let guard = implying | guard::ANYWHERE;
        expect(R::Guard, change(&|p| p.accepts[0] = (guard, 0)));
    }

    assert_eq!(reached, BTreeSet::from(ProgramRefusal::ALL));
    for (refusal, code) in ProgramRefusal::ALL.into_iter().zip(1..) {
        assert_eq!(refusal.code(), code);
    }
}

/// Random numbers, the same every time (xorshift64*).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).expect("a size");
        usize::try_from((self.next() >> 16) % bound).expect("below a size")
    }

    fn byte(&mut self) -> u8 {
        self.next().to_be_bytes()[0]
    }

    fn text(&mut self) -> Vec<u16> {
        let alphabet = set("axyébBc1 \nΩ\u{FFFF}");
        (0..self.below(40))
            .map(|_| alphabet[self.below(alphabet.len())])
            .collect()
    }
}

/// Whatever the bytes: a result or a fault, within the stated cost.
fn survives(bytes: &[u8], text: &[u16]) {
    let Ok(pattern) = Pattern::unverified(bytes) else {
        assert!(Pattern::verify(bytes).is_err());
        return;
    };
    let (result, steps) = pattern.run_counted(text);
    let units = u64::try_from(text.len()).expect("a length");
    let bound = u64::from(pattern.fixed_cost()) + units * u64::from(pattern.cost_per_unit());
    assert!(steps <= bound, "{steps} steps, {bound} stated");
    if Pattern::verify(bytes).is_ok() {
        assert!(result.is_ok(), "verified, yet broken");
    }
}

#[test]
fn mutated_programs_do_no_harm() {
    let rounds = if cfg!(miri) { 12 } else { 200_000 };
    let mut dice = Dice(1);
    for program in [ab().bytes(), rich().bytes()] {
        for _ in 0..rounds {
            let mut bytes = program.clone();
            for _ in 0..=dice.below(6) {
                // The header's numbers decide most; keep the length right half of the time.
                let at = match dice.below(2) {
                    0 => dice.below(bytes.len()),
                    _ => 24 + dice.below(bytes.len() - 24),
                };
                bytes[at] = match dice.below(3) {
                    0 => dice.byte(),
                    1 => bytes[at] ^ 1 << dice.below(8),
                    _ => 0xFF,
                };
            }
            survives(&bytes, &dice.text());
        }
    }
}

#[test]
fn random_programs_do_no_harm() {
    let rounds = if cfg!(miri) { 12 } else { 100_000 };
    let mut dice = Dice(2);
    for _ in 0..rounds {
        // A sound header over random parts, of every width.
        let (words, positions) =
            [(1_u8, 64_u16), (1, 60), (2, 65), (4, 200), (8, 512)][dice.below(5)];
        let counts = [
            1 + dice.below(4),
            1 + dice.below(4),
            dice.below(4),
            dice.below(4),
            dice.below(4),
        ];
        let [classes, ranges, jumps, guarded, accepts] = counts;
        let kind = dice.below(3);
        let mut bytes = vec![words, u8::try_from(kind).expect("small")];
        bytes.extend(positions.to_le_bytes());
        for count in counts {
            bytes.extend(u16::try_from(count).expect("small").to_le_bytes());
        }
        if kind > 0 {
            bytes.extend([dice.byte() & 31, 0, 1 + (dice.byte() & 7), 0]);
        } else {
            bytes.extend([0; 4]);
        }
        bytes.extend([0; 6]);
        // Classes that are mostly there.
        bytes.extend((0..128).map(|_| dice.byte() & 3));
        bytes.extend((0..4 * ranges).map(|_| dice.byte() & 3));
        let width = usize::from(words);
        let sets = 7 + classes + 2 * jumps + 2 * guarded + accepts;
        let rest = 8 * (sets * width + guarded + accepts);
        let start = bytes.len();
        bytes.extend((0..rest).map(|_| dice.byte()));
        // Guards that may hold, in the place where one-word programs have theirs.
        if width == 1 {
            let guards = start + 8 * (7 + classes + 2 * jumps);
            for word in bytes[guards..].chunks_exact_mut(8) {
                word[0] &= 0x7F;
                word[1..].fill(0);
            }
        }
        assert!(Pattern::unverified(&bytes).is_ok());
        survives(&bytes, &dice.text());
    }
}

#[test]
fn random_bytes_do_no_harm() {
    let rounds = if cfg!(miri) { 12 } else { 100_000 };
    let mut dice = Dice(3);
    for _ in 0..rounds {
        let bytes: Vec<u8> = (0..dice.below(400)).map(|_| dice.byte()).collect();
        survives(&bytes, &dice.text());
    }
}

/// The bound is not only kept but met, so that it is no more than is needed.
#[test]
fn the_stated_cost_is_tight() {
    let mut program = rich();
    // Every jump is looked at for each unit.
    program.jumps = vec![(1, 4), (2, 4)];
    let bytes = program.bytes();
    let pattern = Pattern::verify(&bytes).expect("well-formed");
    let text = set(&"é".repeat(1000));
    let (_, steps) = pattern.run_counted(&text);
    let bound = u64::from(pattern.fixed_cost()) + 1000 * u64::from(pattern.cost_per_unit());
    assert!(
        steps <= bound && bound < steps + steps / 3,
        "{steps} of {bound}"
    );
}
