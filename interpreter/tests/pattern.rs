//! Pattern programs assembled by hand: what each part does, every refusal, and hostile bytes.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    reason = "a test may panic: that is how it fails"
)]

#[path = "pattern/hostile.rs"]
mod hostile;
#[path = "pattern/program.rs"]
mod program;

use std::collections::BTreeSet;

use cofferdam_interpreter::pattern::{Pattern, ProgramRefusal, guard};

use program::{Program, ab, rich, set};

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

/// `aa`, of texts that have three in a row, named by one of the positions.
fn aa(run_at: u16) -> Program {
    Program {
        positions: 2,
        run: (run_at, 3),
        classes: vec![set("aA")],
        masks: vec![0, 3],
        sets: [1, 0, 2, 0, 0, 2, 0],
        ..Program::default()
    }
}

/// Without the run that a program names nothing matches, wherever it would have to stand.
#[test]
fn a_run_is_needed() {
    let units = ['a', 'A', 'b', '\u{e4}'];
    let longest = if cfg!(miri) { 3 } else { 7 };
    for length in 0..=longest {
        for number in 0..4_u32.pow(length) {
            let digits = (0..length).map(|at| number >> (2 * at) & 3);
            let text: String = digits
                .map(|it| units[usize::try_from(it).expect("small")])
                .collect();
            let folded = text.to_ascii_lowercase();
            assert_eq!(aa(0).matches(&text), folded.contains("aaa"), "{text}");
        }
    }
    let mut rich = rich();
    rich.run = (4, 2);
    assert_eq!(rich.refusal(), None);
    assert!(!rich.matches("axxéc"));
    assert!(rich.matches("cc axxéc"));
}

/// Every refusal, each by one change to a program that verifies.
#[test]
#[cfg_attr(miri, ignore = "a hundred whole programs")]
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
    for length in 0..whole.len() {
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
    expect(R::Run, change(&|p| p.run = (1, 0)));
    expect(R::Run, change(&|p| p.run = (1, 1)));
    expect(R::Run, change(&|p| p.run = (5, 2)));
    expect(R::Run, aa(1).bytes());
    expect(R::Reserved, patch(22, 1));
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

/// The bound is not only kept but met, so that it is no more than is needed.
#[test]
fn the_stated_cost_is_tight() {
    let mut program = rich();
    // Every jump is looked at for each unit.
    program.jumps = vec![(1, 4), (2, 4)];
    let bytes = program.bytes();
    let pattern = Pattern::verify(&bytes).expect("well-formed");
    let text = set(&"é".repeat(if cfg!(miri) { 100 } else { 1000 }));
    let units = u64::try_from(text.len()).expect("a length");
    let (_, steps) = pattern.run_counted(&text);
    let bound = u64::from(pattern.fixed_cost()) + units * u64::from(pattern.cost_per_unit());
    assert!(
        steps <= bound && bound < steps + steps / 3,
        "{steps} of {bound}"
    );
}
