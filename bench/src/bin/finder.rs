//! The full finder against automata: all literals that recorded rules look for in command lines, on recorded
//! command lines, as they are recorded: UTF-16, not folded. The automata's fold and conversion is part of their time;
//! what was found becomes a bit set in each case.
//!
//! `finder` prints nanoseconds for one text, warm and with a megabyte of cache thrown out between texts;
//! `finder instructions` the instructions of ours.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use cofferdam_bench::measure::{self, Case, report};
use cofferdam_bench::{content, data};
use cofferdam_interpreter::{Limits, fold};
use daachorse::{CharwiseDoubleArrayAhoCorasick, DoubleArrayAhoCorasick};

const ROUNDS: usize = 15;

/// What no recorded text has.
const GATE: &str = "\u{FFFD}\u{FFFD}";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let texts = data::command_lines();
    let mut scratch = vec![0; 1 << 16];
    if let [word, path] = arguments.as_slice()
        && word == "round"
    {
        let bytes = std::fs::read(path).expect("content");
        let content = content::verified(&bytes, &Limits::USER, &mut scratch);
        let mut fields = content::no_fields();
        return measure::round(|| {
            for text in &texts {
                content::judge(&content, &mut fields, text, &mut scratch);
            }
        });
    }

    let written = data::literals(&data::rules(), "CommandLine");
    let literals = data::folded(&written);
    let gate: Vec<u16> = GATE.encode_utf16().collect();
    let bytes = cofferdam_asm::write(&content::gated(content::command_line(), &literals, &gate))
        .expect("content");
    report(
        "finder",
        "literals as written",
        "count",
        written.len() as f64,
    );
    report("finder", "literals folded", "count", literals.len() as f64);
    report("finder", "texts", "count", texts.len() as f64);
    report("finder", "content", "bytes", bytes.len() as f64);
    let verified = content::verified(&bytes, &Limits::USER, &mut scratch);
    let per_text = texts.len() as f64;
    if arguments.first().map(String::as_str) == Some("instructions") {
        let path = std::env::temp_dir().join("cofferdam-bench-finder.dam");
        std::fs::write(&path, &bytes).expect("a temporary file");
        if let Some(count) = measure::instructions(&["round", &path.to_string_lossy()]) {
            report("finder", "ours", "instructions/text", count / per_text);
        }
        return;
    }

    let strings: Vec<String> = literals
        .iter()
        .map(|units| String::from_utf16_lossy(units))
        .collect();
    let strings: Vec<String> = BTreeSet::from_iter(strings).into_iter().collect();
    let aho = |kind| {
        AhoCorasick::builder()
            .kind(Some(kind))
            .build(&strings)
            .expect("an automaton")
    };
    let contiguous = aho(AhoCorasickKind::ContiguousNFA);
    let sparse = aho(AhoCorasickKind::NoncontiguousNFA);
    let charwise = CharwiseDoubleArrayAhoCorasick::<u32>::new(&strings).expect("an automaton");
    let bytewise = DoubleArrayAhoCorasick::<u32>::new(&strings).expect("an automaton");
    report(
        "finder",
        "aho-corasick contiguous",
        "bytes",
        contiguous.memory_usage() as f64,
    );
    report(
        "finder",
        "daachorse charwise",
        "bytes",
        charwise.heap_bytes() as f64,
    );

    agree(&texts, &literals, &contiguous, strings.len());

    let mut own_scratch = vec![0; 1 << 16];
    let mut fields = content::no_fields();
    let found = |count: usize| vec![0_u64; count / 64 + 1];
    type Search<'s> = Box<dyn FnMut(&'s Vec<u16>) + 's>;
    let mut searches: Vec<(&str, Search<'_>)> = Vec::new();
    searches.push((
        "ours",
        Box::new(|text| {
            content::judge(&verified, &mut fields, text, &mut own_scratch);
        }),
    ));
    for (name, automaton) in [
        ("aho-corasick contiguous", &contiguous),
        ("aho-corasick noncontiguous", &sparse),
    ] {
        let (mut bits, mut folded) = (found(strings.len()), String::new());
        searches.push((
            name,
            Box::new(move |text| {
                bits.fill(0);
                convert(text, &mut folded);
                for hit in automaton.find_overlapping_iter(folded.as_str()) {
                    set(&mut bits, hit.pattern().as_usize());
                }
                std::hint::black_box(&bits);
            }),
        ));
    }
    let (mut bits, mut folded) = (found(strings.len()), String::new());
    searches.push((
        "daachorse charwise",
        Box::new(move |text| {
            bits.fill(0);
            convert(text, &mut folded);
            for hit in charwise.find_overlapping_iter(&folded) {
                set(&mut bits, hit.value() as usize);
            }
            std::hint::black_box(&bits);
        }),
    ));
    let (mut bits, mut folded) = (found(strings.len()), String::new());
    searches.push((
        "daachorse bytewise",
        Box::new(move |text| {
            bits.fill(0);
            convert(text, &mut folded);
            for hit in bytewise.find_overlapping_iter(&folded) {
                set(&mut bits, hit.value() as usize);
            }
            std::hint::black_box(&bits);
        }),
    ));

    let mut colds = vec![vec![f64::MAX; texts.len()]; searches.len()];
    for _ in 0..3 {
        for ((_, search), cold) in searches.iter_mut().zip(&mut colds) {
            measure::cold_each(&texts, &mut *search, cold);
        }
    }
    let colds: Vec<f64> = colds.iter().map(|times| times.iter().sum()).collect();
    let mut cases: Vec<Case<'_>> = searches
        .into_iter()
        .map(|(name, mut search)| {
            let texts = &texts;
            Case::new(name, move || texts.iter().for_each(&mut search))
        })
        .collect();
    let warm = measure::nanoseconds(&mut cases, ROUNDS);
    for ((case, warm), cold) in cases.iter().zip(&warm).zip(&colds) {
        report("finder", &case.name, "ns/text", warm / per_text);
        report("finder cold", &case.name, "ns/text", cold / per_text);
    }
    for (bench, all) in [("finder", &warm), ("finder cold", &colds)] {
        let fastest = all[1..].iter().copied().fold(f64::MAX, f64::min);
        report(
            bench,
            "ours to the fastest other",
            "ratio",
            all[0] / fastest,
        );
    }
}

/// All find the same: each literal has a rule here, to be counted.
fn agree(texts: &[Vec<u16>], literals: &[Vec<u16>], automaton: &AhoCorasick, count: usize) {
    let program = content::one_rule_each(content::command_line(), literals);
    let bytes = cofferdam_asm::write(&program).expect("content");
    let mut scratch = vec![0; 1 << 16];
    let content = content::verified(&bytes, &Limits::USER, &mut scratch);
    let (mut ours, mut theirs) = (0, 0);
    let mut folded = String::new();
    let kind = cofferdam_interpreter::schema::Kind::ProcessCreation;
    for text in texts {
        let mut fields = vec![cofferdam_interpreter::event::Value::Absent; kind.fields().len()];
        fields[usize::from(content::command_line())] =
            cofferdam_interpreter::event::Value::Text(text);
        let event = cofferdam_interpreter::event::Event {
            kind,
            fields: &fields,
        };
        ours += content
            .run(&event, &mut scratch)
            .expect("no fault")
            .matched()
            .count();
        convert(text, &mut folded);
        let mut bits = vec![0_u64; count / 64 + 1];
        for hit in automaton.find_overlapping_iter(folded.as_str()) {
            set(&mut bits, hit.pattern().as_usize());
        }
        theirs += bits
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum::<usize>();
    }
    // Literals with half a surrogate pair are no UTF-8: the automata do not look for them.
    report("finder", "found by ours", "count", ours as f64);
    report("finder", "found by automata", "count", theirs as f64);
}

fn convert(text: &[u16], folded: &mut String) {
    folded.clear();
    let units = text.iter().map(|unit| fold::unit(*unit));
    folded.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{FFFD}')));
}

fn set(bits: &mut [u64], bit: usize) {
    bits[bit >> 6] |= 1 << (bit & 63);
}
