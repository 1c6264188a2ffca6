//! Mutated, random and meaningless programs: refused, or run to an end within the stated cost.

use cofferdam_interpreter::pattern::Pattern;

use super::program::{ab, rich, set};

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
    let rounds = if cfg!(miri) { 4 } else { 200_000 };
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
    let rounds = if cfg!(miri) { 4 } else { 100_000 };
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
        bytes.extend(match dice.below(3) {
            0 => [dice.byte() & 31, 0, 2 + (dice.byte() & 3), 0, 0, 0],
            _ => [0; 6],
        });
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
    let rounds = if cfg!(miri) { 4 } else { 100_000 };
    let mut dice = Dice(3);
    for _ in 0..rounds {
        let bytes: Vec<u8> = (0..dice.below(400)).map(|_| dice.byte()).collect();
        survives(&bytes, &dice.text());
    }
}
