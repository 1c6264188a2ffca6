//! Programs as text.

use std::fmt::Write as _;

use cofferdam_interpreter::pattern::{CountKind, Parts, Pattern, guard};

/// A listing of a program, or a line saying why it is none.
#[must_use]
pub fn disassemble(bytes: &[u8]) -> String {
    match Pattern::verify(bytes) {
        Ok(pattern) => Listing::of(&pattern, bytes.len()),
        Err(refusal) => format!("refused: {refusal:?} (code {})\n", refusal.code()),
    }
}

struct Listing<'a> {
    parts: Parts<'a>,
    out: String,
}

impl Listing<'_> {
    fn of(pattern: &Pattern<'_>, len: usize) -> String {
        let parts = pattern.parts();
        let mut listing = Listing {
            parts,
            out: String::new(),
        };
        listing.line(format_args!(
            "pattern {} positions, {} words, {len} bytes, cost {} + {} per unit",
            parts.positions,
            parts.words,
            pattern.fixed_cost(),
            pattern.cost_per_unit(),
        ));
        if let Some((kind, position, limit)) = parts.count {
            let kind = match kind {
                CountKind::AtLeast => "at least",
                CountKind::AtMost => "at most",
            };
            listing.line(format_args!("count   position {position}, {kind} {limit}"));
        }
        if let Some((position, units)) = parts.run {
            listing.line(format_args!("run     position {position}, {units} units"));
        }
        listing.classes();
        listing.sets();
        listing.jumps();
        listing.out
    }

    fn line(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.out, "{text}");
    }

    fn words(&self) -> usize {
        usize::from(self.parts.words)
    }

    fn classes(&mut self) {
        let masks = self.parts.masks;
        for (class, mask) in masks.chunks_exact(self.words()).enumerate() {
            let units = self.units(class);
            self.line(format_args!("class   {} <- {units}", positions(mask)));
        }
    }

    /// The units of a class.
    fn units(&self, class: usize) -> String {
        let starts = (0_u16..)
            .zip(self.parts.ascii)
            .map(|(unit, &class)| (unit, class))
            .chain(
                self.parts
                    .ranges
                    .iter()
                    .map(|&[low, high, class, _]| (u16::from_le_bytes([low, high]), class)),
            );
        let mut ranges: Vec<(u16, u16)> = Vec::new();
        let mut last: Option<(u16, bool)> = None;
        for (start, own) in starts {
            let own = usize::from(own) == class;
            match last {
                Some((_, true)) if !own => {
                    if let Some(range) = ranges.last_mut() {
                        range.1 = start - 1;
                    }
                }
                Some((_, true)) => {}
                _ if own => ranges.push((start, u16::MAX)),
                _ => {}
            }
            last = Some((start, own));
        }
        let texts: Vec<String> = ranges
            .into_iter()
            .map(|(start, end)| match start == end {
                true => unit(start),
                false => format!("{}-{}", unit(start), unit(end)),
            })
            .collect();
        texts.join(" ")
    }

    fn sets(&mut self) {
        let names = [
            "start", "first", "chain", "repeat", "skip", "accept", "last",
        ];
        for (at, name) in names.into_iter().enumerate() {
            let set: Vec<[u8; 8]> = self
                .parts
                .sets
                .iter()
                .skip(at)
                .step_by(names.len())
                .copied()
                .collect();
            if set.iter().any(|word| *word != [0; 8]) {
                self.line(format_args!("{name:7} {}", positions(&set)));
            }
        }
    }

    fn jumps(&mut self) {
        let parts = self.parts;
        let words = self.words();
        let set = |sets: &[[u8; 8]], at: usize| {
            positions(sets.chunks_exact(words).nth(at).unwrap_or_default())
        };
        for at in 0..parts.jump_from.len() / words {
            let (from, to) = (set(parts.jump_from, at), set(parts.jump_to, at));
            self.line(format_args!("jump    {from} -> {to}"));
        }
        for (at, &guard) in parts.guarded.iter().enumerate() {
            let (from, to) = (set(parts.guarded_from, at), set(parts.guarded_to, at));
            self.line(format_args!(
                "jump    {from} -> {to} if {}",
                assertions(guard)
            ));
        }
        for (at, &guard) in parts.accepts.iter().enumerate() {
            let from = set(parts.accepts_from, at);
            self.line(format_args!("accept  {from} if {}", assertions(guard)));
        }
    }
}

/// A set as ranges of positions.
fn positions(set: &[[u8; 8]]) -> String {
    let holds = |position: usize| {
        set.get(position / 64)
            .is_some_and(|&word| u64::from_le_bytes(word) >> (position % 64) & 1 != 0)
    };
    let mut texts = Vec::new();
    let mut position = 0;
    while position < set.len() * 64 {
        let run = (position..set.len() * 64)
            .take_while(|&position| holds(position))
            .count();
        match run {
            0 => {}
            1 => texts.push(format!("{position}")),
            _ => texts.push(format!("{position}-{}", position + run - 1)),
        }
        position += run + 1;
    }
    match texts.is_empty() {
        true => "-".to_owned(),
        false => texts.join(","),
    }
}

fn assertions(guard: [u8; 8]) -> String {
    let bits = u64::from_le_bytes(guard);
    let names = [
        (guard::TEXT_START, "text-start"),
        (guard::TEXT_END, "text-end"),
        (guard::LINE_START, "line-start"),
        (guard::LINE_END, "line-end"),
        (guard::WORD_EDGE, "word-edge"),
        (guard::NOT_WORD_EDGE, "not-word-edge"),
        (guard::ANYWHERE, "anywhere"),
    ];
    let held: Vec<&str> = names
        .into_iter()
        .filter(|(bit, _)| bits & bit != 0)
        .map(|(_, name)| name)
        .collect();
    held.join(" and ")
}

/// A unit as a printable character, or by number.
fn unit(unit: u16) -> String {
    match u8::try_from(unit) {
        Ok(byte) if byte.is_ascii_graphic() => char::from(byte).to_string(),
        _ => format!("U+{unit:04X}"),
    }
}
