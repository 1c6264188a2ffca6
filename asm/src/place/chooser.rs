//! One choice for all literals: each takes the way that is cheapest beside those which the others took.
//!
//! No bucket holds more than the verifier accepts. What is in the lead already costs nothing more; so in the end whole
//! bits of it are cleared where all that stand behind one can go elsewhere for less.

use std::collections::HashMap;

use cofferdam_interpreter::Place;
use cofferdam_interpreter::key::{self, Key};
use cofferdam_interpreter::limits::{MAX_ALIKE, MAX_BUCKET};

use super::way::Way;
use super::{MIN_LOG2, ROUNDS, Sizes, TABLES, TEXT, cost};
use crate::gate;
use crate::model::Literal;

/// The choice so far.
pub(super) struct Chooser<'o> {
    /// The base-2 logarithm of each table's bits.
    sizes: [u8; TABLES.len()],
    literals: &'o [Literal],
    options: &'o [Vec<Way>],
    /// For each literal the number of its option.
    pub(super) chosen: Vec<Option<usize>>,
    /// A literal without a place, if there is one.
    pub(super) stuck: Option<usize>,
    /// The tags in each bucket of each table, and which of their bits count.
    buckets: [Vec<Vec<(u32, u32)>>; TABLES.len()],
    /// Keys behind each bit of the lead.
    led: Vec<u32>,
    /// How often each bit of the lead is met.
    met: &'o [u64],
}

impl<'o> Chooser<'o> {
    pub(super) fn new(
        sizes: &Sizes,
        literals: &'o [Literal],
        options: &'o [Vec<Way>],
        met: &'o [u64],
    ) -> Self {
        // A table that nobody chose so far would be as small as can be.
        let sizes = TABLES.map(|place| {
            sizes
                .get(&place)
                .map_or(MIN_LOG2, |log2| (*log2).max(MIN_LOG2))
        });
        Self {
            sizes,
            literals,
            options,
            chosen: vec![None; options.len()],
            stuck: None,
            buckets: sizes.map(|log2| vec![Vec::new(); 1 << (log2 - 3)]),
            led: vec![0; 8 * key::LEAD_BYTES],
            met,
        }
    }

    /// Chooses for all literals, in this order; the cost of a million units, or `None` where one is stuck.
    pub(super) fn choose(&mut self, order: &[usize]) -> Option<u64> {
        for _ in 0..=ROUNDS {
            for index in order {
                self.leave(*index);
                let Some(best) = self.best(*index) else {
                    self.stuck = Some(*index);
                    return None;
                };
                self.enter(*index, best);
            }
        }
        self.clear_the_lead();
        let (mut total, mut behind_lead) = (0, 0);
        let mut is_led = vec![false; self.led.len()];
        let mut grams = false;
        let mut led = Vec::new();
        for ((chosen, options), literal) in self.chosen.iter().zip(self.options).zip(self.literals)
        {
            let option = &options[(*chosen)?];
            grams |= option.place == Place::Gram;
            if option.lead.is_none() {
                total += option.cost;
                continue;
            }
            led.push(literal);
            behind_lead += option.cost;
            for slot in option.leads() {
                if !std::mem::replace(&mut is_led[slot], true) {
                    behind_lead += self.met[slot] * cost::LED;
                }
            }
        }
        total += u64::from(grams) * cost::GRAMS;
        if !led.is_empty() {
            behind_lead += cost::LEAD;
            total += match gate::find(&led) {
                Some((often, gates)) => {
                    let met = (often * TEXT).min(1_000_000);
                    cost::GATE * gates.len() as u64 + behind_lead / 1_000_000 * met
                }
                None => behind_lead,
            };
        }
        Some(total)
    }

    /// Takes bits out of the lead whose keys can all go elsewhere for less. One by one no key has a reason to: the
    /// others keep the bit.
    fn clear_the_lead(&mut self) {
        let mut behind: HashMap<usize, Vec<usize>> = HashMap::new();
        for (index, number) in self.chosen.iter().enumerate() {
            let way = number.map(|number| &self.options[index][number]);
            for slot in way.into_iter().flat_map(Way::leads) {
                behind.entry(slot).or_default().push(index);
            }
        }
        let mut slots: Vec<(u64, usize)> = behind
            .keys()
            .map(|slot| (self.met[*slot], *slot))
            .filter(|(often, _)| *often > 0)
            .collect();
        slots.sort_unstable_by(|one, two| two.cmp(one));
        for (often, slot) in slots {
            self.clear(slot, often, &behind[&slot]);
        }
    }

    /// Takes one bit out of the lead, if that is cheaper.
    fn clear(&mut self, slot: usize, often: u64, keys: &[usize]) {
        // Those that came here since are in the way of nothing: the bit just stays.
        if self.led[slot] as usize != keys.len() {
            return;
        }
        let before: Vec<Option<usize>> = keys.iter().map(|index| self.chosen[*index]).collect();
        let mut saved = often * cost::LED;
        for index in keys {
            let way = self.chosen[*index].map(|number| &self.options[*index][number]);
            self.leave(*index);
            saved += way.and_then(|way| self.price(way, None)).unwrap_or(0);
        }
        let mut spent = 0;
        for index in keys {
            match self.cheapest(*index, Some(slot)) {
                Some((price, number)) if spent + price < saved => {
                    spent += price;
                    self.enter(*index, number);
                }
                _ => {
                    spent = u64::MAX;
                    break;
                }
            }
        }
        if spent >= saved {
            for (index, number) in keys.iter().zip(before) {
                self.leave(*index);
                if let Some(number) = number {
                    self.enter(*index, number);
                }
            }
        }
    }

    fn best(&self, index: usize) -> Option<usize> {
        let options = &self.options[index];
        // A place that was given is kept, whether there is room or not: the verifier says so then.
        if self.literals[index].place.is_some() {
            return (!options.is_empty()).then_some(0);
        }
        // The tail is probed once for each text, and so are the singles: nothing is cheaper.
        let once = options
            .iter()
            .position(|it| matches!(it.place, Place::Tail | Place::Single));
        let once = once.filter(|once| self.price(&options[*once], None).is_some());
        once.or_else(|| self.cheapest(index, None).map(|(_, number)| number))
    }

    /// The cheapest way that needs no `avoided` bit of the lead: its price and number.
    fn cheapest(&self, index: usize, avoided: Option<usize>) -> Option<(u64, usize)> {
        let given = self.literals[index].place.is_some();
        let ways = self.options[index].iter().enumerate();
        ways.filter(|_| !given || avoided.is_none())
            .filter_map(|(number, way)| Some((self.price(way, avoided)?, number)))
            .min()
    }

    /// The bucket of a key.
    fn bucket(&self, table: usize, key: Key) -> usize {
        (key.slot(self.sizes[table]) >> 3) as usize
    }

    fn enter(&mut self, index: usize, number: usize) {
        self.chosen[index] = Some(number);
        let option = &self.options[index][number];
        if let Some(table) = option.table {
            for key in option.keys() {
                let bucket = self.bucket(table, *key);
                self.buckets[table][bucket].push((key.tag, option.mask));
            }
        }
        for slot in option.leads() {
            self.led[slot] += 1;
        }
    }

    fn leave(&mut self, index: usize) {
        let Some(number) = self.chosen[index].take() else {
            return;
        };
        let option = &self.options[index][number];
        if let Some(table) = option.table {
            for key in option.keys() {
                let bucket = self.bucket(table, *key);
                let tags = &mut self.buckets[table][bucket];
                let mine = (key.tag, option.mask);
                if let Some(at) = tags.iter().position(|tag| *tag == mine) {
                    tags.swap_remove(at);
                }
            }
        }
        for slot in option.leads() {
            self.led[slot] -= 1;
        }
    }

    /// What an option costs; `None` where a bucket would overflow, or the lead's `avoided` bit is needed.
    fn price(&self, option: &Way, avoided: Option<usize>) -> Option<u64> {
        if avoided.is_some_and(|avoided| option.leads().any(|slot| slot == avoided)) {
            return None;
        }
        let mut price = option.cost;
        for slot in option.leads() {
            if self.led[slot] == 0 {
                price += self.met[slot] * cost::LED;
            }
        }
        let Some(table) = option.table else {
            return Some(price);
        };
        let keys = option.keys();
        for (number, key) in keys.iter().enumerate() {
            let bucket = self.bucket(table, *key);
            let tags = &self.buckets[table][bucket];
            let upto = keys.iter().take(number + 1);
            let mine = upto.filter(|other| self.bucket(table, **other) == bucket);
            let mine: Vec<(u32, u32)> = mine.map(|key| (key.tag, option.mask)).collect();
            let load = tags.len() + mine.len() - 1;
            if load >= MAX_BUCKET {
                return None;
            }
            if option.place != Place::Tail && alike(tags, &mine) > MAX_ALIKE {
                return None;
            }
            let same = tags.iter().filter(|(tag, _)| *tag == key.tag).count();
            price += (load * load) as u64 * cost::CROWD + (same * same) as u64 * cost::TWIN;
        }
        Some(price)
    }
}

/// How many of a bucket's tags one text can have at once, of these and those: as the verifier counts them.
fn alike(these: &[(u32, u32)], those: &[(u32, u32)]) -> usize {
    let all = || these.iter().chain(those);
    let with = |(tag, mask): &(u32, u32)| {
        let is_alike =
            |(other, counts): &&(u32, u32)| counts & !mask == 0 && (tag ^ other) & counts == 0;
        all().filter(is_alike).count()
    };
    all().map(with).max().unwrap_or(0)
}
