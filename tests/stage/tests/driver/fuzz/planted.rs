//! Guidance is worth its name: a fault that only a row of six characters leads to is found by it, and not without.

use std::sync::Arc;

use cofferdam_stage::coverage::Coverage;
use cofferdam_stage::image::seeded_image;
use cofferdam_stage::machine::{Create, Disk, Disposition, Machine};
use cofferdam_stage::record;
use serde_json::json;

use super::Random;
use super::campaign::{Campaign, Subject};

/// Inputs that either search may try.
const INPUTS: u64 = 20_000;
const SEEDS: u64 = 2;

/// Names of files, as bytes.
struct Names;

impl Subject for Names {
    fn machine(&mut self, coverage: &Arc<Coverage>) -> Machine {
        let image = seeded_image().expect("the seeded driver builds");
        let coverage = Some(Arc::clone(coverage));
        let machine = Machine::covered(&image, "planted", Disk::default(), coverage);
        let machine = machine.expect("the seeded driver loads");
        machine.kernel().measure_stack(false);
        assert_eq!(machine.load(), 0);
        machine
    }

    fn run(&mut self, machine: &Machine, input: &[u8]) {
        let path = format!(r"C:\{}", String::from_utf8_lossy(input));
        let ask = Create {
            disposition: Disposition::Open,
            ..Create::default()
        };
        drop(machine.shell().open(&path, ask));
    }

    fn mutate(&self, input: &mut Vec<u8>, _: &[u8], random: &mut Random) {
        let letter = b'a' + random.below(26) as u8;
        let at = random.below(input.len() + 1);
        match random.below(3) {
            0 if at < input.len() => input[at] = letter,
            1 if at < input.len() => drop(input.remove(at)),
            _ => input.insert(at, letter),
        }
        input.truncate(12);
    }

    fn seeds(&self) -> Vec<Vec<u8>> {
        vec![b"name".to_vec()]
    }
}

/// After how many inputs it is found.
fn search(seed: u64, guided: bool) -> Option<u64> {
    let image = seeded_image().expect("the seeded driver builds");
    let coverage = Coverage::new(&image).expect("the seeded driver is an image");
    let mut campaign = Campaign::new(coverage, seed, guided);
    campaign.begin(&mut Names, &[]);
    campaign.run(&mut Names, INPUTS, |it| !it.found.is_empty());
    campaign.found.first().map(|it| it.number)
}

#[test]
fn a_planted_fault_is_found_by_guidance_alone() {
    let guided: Vec<_> = (1..=SEEDS).map(|seed| search(seed, true)).collect();
    let blind: Vec<_> = (1..=SEEDS).map(|seed| search(seed, false)).collect();
    eprintln!("guided {guided:?}, blind {blind:?}");
    record::note(
        "fuzz-planted",
        json!({ "limit": INPUTS, "guided": guided, "blind": blind }),
    );
    assert!(guided.iter().all(Option::is_some), "{guided:?}");
    assert!(blind.iter().all(Option::is_none), "{blind:?}");
}

/// The same seed tries the same inputs.
#[test]
fn a_seed_gives_the_same_search_again() {
    assert_eq!(search(5, true), search(5, true));
}
