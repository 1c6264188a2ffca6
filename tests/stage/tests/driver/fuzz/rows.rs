//! Inputs that are rows of steps: what to do, how, and with which bytes.

use super::Random;

/// A step.
#[derive(Clone, Debug, Default)]
pub(super) struct Step {
    pub(super) what: u8,
    pub(super) how: u8,
    pub(super) bytes: Vec<u8>,
}

const HEAD: usize = 4;
const MOST_STEPS: usize = 24;
const MOST_BYTES: usize = 64_000;

/// Reads a row; any bytes are one.
pub(super) fn read(mut bytes: &[u8]) -> Vec<Step> {
    let mut steps = Vec::new();
    while let Some((head, rest)) = bytes.split_first_chunk::<HEAD>() {
        let [what, how, low, high] = *head;
        let length = usize::from(u16::from_le_bytes([low, high])).min(rest.len());
        let (own, rest) = rest.split_at(length);
        steps.push(Step {
            what,
            how,
            bytes: own.to_vec(),
        });
        bytes = rest;
    }
    steps.truncate(MOST_STEPS);
    steps
}

/// Writes a row.
pub(super) fn write(steps: &[Step]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for step in steps {
        let own = &step.bytes[..step.bytes.len().min(MOST_BYTES)];
        bytes.extend([step.what, step.how]);
        bytes.extend((own.len() as u16).to_le_bytes());
        bytes.extend(own);
    }
    bytes
}

/// Changes the order of steps, their number, one of them, or with `change` the bytes of one.
pub(super) fn mutate(
    input: &mut Vec<u8>,
    other: &[u8],
    random: &mut Random,
    change: impl FnOnce(&mut Step, &mut Random),
) {
    let mut steps = read(input);
    if steps.is_empty() {
        steps.push(Step::default());
    }
    let at = random.below(steps.len());
    match random.below(12) {
        0 => {
            let copy = steps[at].clone();
            steps.insert(at, copy);
        }
        1 if steps.len() > 1 => drop(steps.remove(at)),
        2 => {
            let to = random.below(steps.len());
            steps.swap(at, to);
        }
        3 => {
            let theirs = read(other);
            if !theirs.is_empty() {
                steps.insert(at, random.pick(&theirs).clone());
            }
        }
        4 => steps[at].what = random.byte(),
        5 => steps[at].how = random.byte(),
        _ => change(&mut steps[at], random),
    }
    *input = write(&steps);
}

/// Changes bytes that nobody knows the meaning of.
pub(super) fn scramble(bytes: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(bytes.len());
    match random.below(5) {
        0 => bytes.insert(at, random.byte()),
        1 if !bytes.is_empty() => drop(bytes.remove(at)),
        2 if !bytes.is_empty() => bytes[at] ^= 1 << random.below(8),
        3 if bytes.len() >= 4 => {
            let at = (at & !3).min(bytes.len() - 4);
            let values = [0, 1, 0x7fff_ffff, 0xffff_ffff, bytes.len() as u32];
            let value = random.pick(&values).to_le_bytes();
            bytes[at..at + 4].copy_from_slice(&value);
        }
        _ if !bytes.is_empty() => bytes[at] = random.byte(),
        _ => bytes.push(random.byte()),
    }
}
