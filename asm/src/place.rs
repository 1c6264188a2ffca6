//! Where literals go: for each the table and key through which a finder reaches it.
//!
//! A key is chosen for two things at once: that ordinary texts seldom hold it, and that its bucket stays small,
//! because a text chosen by an attacker will hold it everywhere. Literals with the fewest possible keys choose
//! first; ties fall by text, so the outcome does not depend on the order in which literals arrive. Then all choose
//! once more, knowing where the others are: keys behind the lead cost least where others have led already.

use std::collections::HashMap;

use cofferdam_interpreter::key::{self, Ending, Key};
use cofferdam_interpreter::limits::{MAX_ALIKE, MAX_BUCKET, MAX_SCANNED};
use cofferdam_interpreter::{Mode, Place};

use crate::error::WriteError;
use crate::gate;
use crate::model::Literal;
use crate::rarity::Rarity;

/// What things cost, in instructions, as measured; [`Rarity`] says how often in a million units.
mod cost {
    /// The pass that probes grams, for a million units.
    pub(super) const GRAMS: u64 = 6_000_000;
    /// A pass that looks for a gate, for a million units.
    pub(super) const GATE: u64 = 2_500_000;
    /// The pass over the lead, for a million units.
    pub(super) const LEAD: u64 = 16_000_000;
    /// A pair that the lead has, and that the tables do not.
    pub(super) const LED: u64 = 45;
    /// A key that a table has, with the comparison that follows.
    pub(super) const HIT: u64 = 160;
    /// Each further entry in a bucket: an attacker's concern more than an ordinary text's.
    pub(super) const CROWD: u64 = 400;
    /// Each further entry with the same tag: all of them are compared where one is.
    pub(super) const TWIN: u64 = 4_000;
}

/// Units of a text of which nothing is known.
const TEXT: u64 = 40;

/// Rounds in which literals choose again.
const ROUNDS: usize = 2;

/// The tables that are hashed into.
const TABLES: [Place; 6] = [
    Place::Edge,
    Place::Gram,
    Place::Four,
    Place::Pair,
    Place::Unit,
    Place::Tail,
];

/// The base-2 logarithm of each table's bits.
pub(crate) type Sizes = HashMap<Place, u8>;

/// A table's number among [`TABLES`]; none for places without a table of their own.
fn table(place: Place) -> Option<usize> {
    TABLES.iter().position(|table| *table == place)
}

/// A table's size for this many entries: some sixteen bits to an entry while that fits 16 KiB, four beyond.
fn log2_for(entries: usize) -> u8 {
    if entries == 0 {
        return 0;
    }
    let log2 = |n: usize| n.next_power_of_two().trailing_zeros() as u8;
    let roomy = log2(entries * 12).clamp(MIN_LOG2, 17);
    let tight = log2(entries * 4).clamp(MIN_LOG2, 20);
    roomy.max(tight)
}

/// The smallest table: eight buckets of eight bits.
const MIN_LOG2: u8 = 6;

/// The tables' sizes for literals in these places; 0 for a table that nobody needs.
pub(crate) fn sizes(places: impl Iterator<Item = Place>) -> Sizes {
    let mut entries: HashMap<Place, usize> = HashMap::new();
    for place in places {
        *entries.entry(place).or_default() += usize::from(runs(place));
    }
    TABLES
        .into_iter()
        .map(|place| {
            let entries = entries.get(&place).copied().unwrap_or(0);
            (place, log2_for(entries))
        })
        .collect()
}

/// Successive keys under which a literal is entered.
fn runs(place: Place) -> u8 {
    if place == Place::Gram { 4 } else { 1 }
}

/// Units that a literal's keys cover together.
fn width(place: Place) -> usize {
    match place {
        Place::Gram => 7,
        Place::Four => 4,
        Place::Pair => 2,
        _ => 1,
    }
}

/// The keys under which a literal must be entered, with the offset of each within it.
pub(crate) fn keys(units: &[u16], place: Place, at: u8) -> impl Iterator<Item = (Key, u8)> {
    let key = move |at: usize| match place {
        Place::Gram => {
            let gram = [units[at], units[at + 1], units[at + 2], units[at + 3]];
            key::gram(gram, ending(&gram))
        }
        Place::Four => key::four(ending(&units[at..at + 4])),
        Place::Edge => {
            let width = units.len().min(key::EDGE_UNITS);
            key::four(ending(&units[at..at + width]))
        }
        Place::Pair => key::pair(ending(&units[(at + 2).saturating_sub(4)..at + 2])),
        Place::Unit => {
            let ending = units[..=at].iter().copied();
            let ending = ending.fold(Ending::default(), Ending::push);
            let key = ending.key(Ending::width(at as u8));
            key.unwrap_or(key::unit(units[at]))
        }
        Place::Single => key::unit(units[at]),
        Place::Tail | Place::Loose => {
            let bytes: Vec<[u8; 2]> = units.iter().map(|unit| unit.to_le_bytes()).collect();
            key::tail(&bytes)
        }
    };
    (0..runs(place)).map(move |step| (key(usize::from(at + step)), at + step))
}

/// Up to four units as the high bytes of a window.
pub(crate) fn ending(units: &[u16]) -> u32 {
    units.iter().fold(0, |window, unit| {
        window >> 8 | u32::from(key::narrow(*unit)) << 24
    })
}

/// The bits of the lead that a key of this place needs: which byte, and which of its bits.
pub(crate) fn leads(units: &[u16], place: Place, at: u8) -> Option<(u16, u8)> {
    let run = &units[usize::from(at)..];
    let after = |at: usize| run.get(at).map(|unit| key::narrow(*unit));
    matches!(place, Place::Four | Place::Pair)
        .then(|| key::leads((ending(&run[..2]) >> 16) as u16, after(2), after(3)))
}

/// The numbers of the bits that are set in one byte of the lead.
pub(crate) fn slots((byte, bits): (u16, u8)) -> impl Iterator<Item = usize> {
    (0..8)
        .filter(move |bit| bits >> bit & 1 != 0)
        .map(move |bit| usize::from(byte) << 3 | bit)
}

/// Chooses place and key of each literal; those that come with a place keep it.
///
/// Slots depend on the tables' sizes, and these on the places chosen: so it is done again until both agree. The
/// writer sizes tables by the outcome alone, which makes a program with every place given the same bytes.
pub(crate) fn choose(
    literals: &[Literal],
    rarity: &Rarity,
) -> Result<Vec<(Place, u8)>, WriteError> {
    let rarity = &rarity.with(literals.iter().map(|literal| literal.units.as_slice()));
    let met = rarity.leads();
    let choose = |grams| choose_all(literals, rarity, &met, grams);
    let some = choose(Grams::Some);
    let needs_lead = |place: &(Place, u8)| matches!(place.0, Place::Four | Place::Pair);
    let is_led =
        |choice: &Choice| choice.chosen.len() <= FEW || choice.chosen.iter().any(needs_lead);
    let is_given = literals.iter().any(|literal| literal.place.is_some());
    if is_given || some.as_ref().is_ok_and(|choice| !is_led(choice)) {
        return some.map(|choice| choice.chosen);
    }
    // Where there are short literals anyway, one pass for all may be cheaper than two; and where they are few, a pass for
    // all others that seldom needs a second.
    let is_short = |it: &&Literal| it.mode == Mode::Contains && it.units.len() < width(Place::Gram);
    let few = literals.iter().filter(is_short).count() <= gate::MOST_LITERALS;
    let all = few.then(|| choose(Grams::All));
    let others = [choose(Grams::None)].into_iter().chain(all);
    let best = others.fold(some, |best, other| match (best, other) {
        (Ok(best), Ok(other)) if other.cost < best.cost => Ok(other),
        (Err(_), Ok(other)) => Ok(other),
        (best, _) => best,
    });
    best.map(|choice| choice.chosen)
}

/// So many literals may be behind the lead although each has a gram: a gate costs less than grams.
const FEW: usize = 4;

/// Which literals may go into the gram table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grams {
    None,
    /// Those for which it is cheapest.
    Some,
    /// All that are long enough.
    All,
}

/// A choice for every literal, and what it costs in a million units.
struct Choice {
    chosen: Vec<(Place, u8)>,
    cost: u64,
}

fn choose_all(
    literals: &[Literal],
    rarity: &Rarity,
    met: &[u64],
    grams: Grams,
) -> Result<Choice, WriteError> {
    let options: Vec<Vec<Way>> = literals
        .iter()
        .map(|literal| Way::all(literal, rarity, grams))
        .collect();
    // To begin with, as if each literal stood in every table that can hold it.
    let mut sizes = sizes(options.iter().flat_map(|ways| {
        TABLES
            .into_iter()
            .filter(|place| ways.iter().any(|way| way.place == *place))
    }));
    let mut order: Vec<usize> = (0..literals.len()).collect();
    // Given places first, then the literals with the least choice.
    order.sort_by_key(|index| {
        let literal = &literals[*index];
        (literal.place.is_none(), literal.units.len(), literal)
    });
    let mut best = None;
    for _ in 0..4 {
        let mut chooser = Chooser::new(&sizes, literals, &options, met);
        let Some(cost) = chooser.choose(&order) else {
            let index = chooser.stuck.unwrap_or(0);
            return Err(WriteError::NoPlace {
                mode: literals[index].mode,
                text: String::from_utf16_lossy(&literals[index].units),
            });
        };
        let chosen: Vec<(Place, u8)> = chooser
            .chosen
            .iter()
            .zip(&options)
            .map(|(chosen, options)| {
                let option = &options[chosen.unwrap_or(0)];
                (option.place, option.at)
            })
            .collect();
        let outcome = self::sizes(chosen.iter().map(|(place, _)| *place));
        let agrees = outcome == sizes;
        best = Some(Choice { chosen, cost });
        if agrees {
            break;
        }
        sizes = outcome;
    }
    best.ok_or(WriteError::NoPlace {
        mode: Mode::Contains,
        text: String::new(),
    })
}

/// One place and key that a literal's text allows.
struct Way {
    place: Place,
    at: u8,
    /// Its table's number.
    table: Option<usize>,
    keys: [Key; 4],
    key_count: usize,
    /// Which bits of its tag count, where it has one key.
    mask: u32,
    /// Its bits of the lead: which byte, and which of its bits.
    lead: Option<(u16, u8)>,
    /// What ordinary texts make it cost.
    cost: u64,
}

impl Way {
    /// Every option, those of the most desirable place first.
    fn all(literal: &Literal, rarity: &Rarity, grams: Grams) -> Vec<Self> {
        let units = literal.units.as_slice();
        if let Some((place, at)) = literal.place {
            let fits = possible(literal, Grams::Some).any(|it| it == (place, at));
            let given = fits.then(|| Self::new(units, place, at, rarity));
            return given.into_iter().collect();
        }
        possible(literal, grams)
            .map(|(place, at)| Self::new(units, place, at, rarity))
            .collect()
    }

    fn new(units: &[u16], place: Place, at: u8, rarity: &Rarity) -> Self {
        let run = &units[usize::from(at)..];
        let hits = match place {
            Place::Gram => {
                let grams = run[..width(place)].array_windows::<4>();
                grams.map(|gram| rarity.of(gram)).sum::<u64>() / 4
            }
            Place::Four => rarity.of(&run[..4]),
            Place::Edge => rarity.of(&run[..run.len().min(key::EDGE_UNITS)]),
            Place::Pair => rarity.of(&run[..2]),
            Place::Unit => {
                let width = Ending::width(at).min(4);
                let end = usize::from(at) + 1;
                rarity.of(&units[end - usize::from(width)..end])
            }
            Place::Tail | Place::Single | Place::Loose => 0,
        };
        let mut all = [Key { hash: 0, tag: 0 }; 4];
        let mut key_count = 0;
        let mask = match place {
            Place::Pair => key::pair_mask(at),
            _ => u32::MAX,
        };
        for (to, (key, _)) in all.iter_mut().zip(keys(units, place, at)) {
            *to = key;
            key_count += 1;
        }
        Self {
            place,
            at,
            table: table(place),
            keys: all,
            key_count,
            mask,
            lead: leads(units, place, at),
            cost: hits * cost::HIT,
        }
    }

    /// Its bits of the lead.
    fn leads(&self) -> impl Iterator<Item = usize> {
        self.lead.into_iter().flat_map(slots)
    }

    /// The keys under which the literal is entered.
    fn keys(&self) -> &[Key] {
        &self.keys[..self.key_count]
    }
}

/// Every place and key that the literal's text allows; the most desirable place first.
fn possible(literal: &Literal, grams: Grams) -> impl Iterator<Item = (Place, u8)> {
    let units = literal.units.as_slice();
    let length = units.len();
    let starts = move |place: Place| {
        let count = (length + 1).saturating_sub(width(place));
        let count = if length <= MAX_SCANNED { count } else { 0 };
        let is_ascii = |unit: &u16| *unit < 0x80;
        // The keys of one table are not ASCII, those of the others are.
        let fits = move |at: &usize| match place {
            Place::Unit => {
                let width = usize::from(Ending::width(*at as u8));
                !units[*at + 1 - width..=*at].iter().all(is_ascii)
            }
            _ => units[*at..at + width(place)].iter().all(is_ascii),
        };
        (0..count).filter(fits).map(move |at| (place, at as u8))
    };
    let whole =
        literal.mode == Mode::Equals || (literal.mode == Mode::Ends && units.contains(&0x5C));
    let tail = whole.then_some((Place::Tail, 0));
    let single = (length == 1 && units[0] < 0x80).then_some((Place::Single, 0));
    let lead = grams != Grams::All || length < width(Place::Gram);
    let four = starts(Place::Four).filter(move |_| lead);
    let pair = starts(Place::Pair).filter(move |_| lead);
    let grams = starts(Place::Gram).filter(move |_| grams != Grams::None);
    let last = length.saturating_sub(key::EDGE_UNITS);
    let edge = match literal.mode {
        Mode::Starts if (1..=MAX_SCANNED).contains(&length) => Some((Place::Edge, 0)),
        Mode::Ends if (1..=MAX_SCANNED).contains(&length) => Some((Place::Edge, last as u8)),
        _ => None,
    };
    let unit = starts(Place::Unit);
    tail.into_iter()
        .chain(single)
        .chain(edge)
        .chain(grams)
        .chain(four)
        .chain(unit)
        .chain(pair)
}

struct Chooser<'o> {
    /// The base-2 logarithm of each table's bits.
    sizes: [u8; TABLES.len()],
    literals: &'o [Literal],
    options: &'o [Vec<Way>],
    /// For each literal the number of its option.
    chosen: Vec<Option<usize>>,
    /// A literal without a place, if there is one.
    stuck: Option<usize>,
    /// The tags in each bucket of each table, and which of their bits count.
    buckets: [Vec<Vec<(u32, u32)>>; TABLES.len()],
    /// Keys behind each bit of the lead.
    led: Vec<u32>,
    /// How often each bit of the lead is met.
    met: &'o [u64],
}

impl<'o> Chooser<'o> {
    fn new(
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
    fn choose(&mut self, order: &[usize]) -> Option<u64> {
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
