//! How often a literal may be met, and what a test costs: what triggers and the order of tests are chosen by.
//!
//! `typical.txt` says what fields hold on a plain machine. A literal that none of its values meets is as rare as its
//! rarest run of four units. Wrong odds cost time, never a match.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use cofferdam_asm::rarity::Rarity;
use cofferdam_interpreter::code::Op;
use cofferdam_interpreter::limits::MAX_SCANNED;
use cofferdam_interpreter::schema::{Kind, Type};
use cofferdam_interpreter::{Mode, fold};
use rustc_hash::FxHashMap;

use super::leaf::{Leaf, Literals};

const TYPICAL: &str = include_str!("typical.txt");

/// Every event.
pub(super) const ALWAYS: u64 = 1_000_000;

/// The most that a short literal is thought to be met that no typical value meets, in a million events.
const UNSEEN: u64 = 16_000;

/// Units of a field of which nothing is known.
const UNITS: u64 = 32;

/// What a field holds.
#[derive(Debug, Default)]
struct Values {
    values: Vec<(u64, Vec<u16>)>,
    weight: u64,
    /// Mean length.
    units: u64,
}

static FIELDS: LazyLock<HashMap<&'static str, Values>> = LazyLock::new(|| {
    let mut fields: HashMap<&str, Values> = HashMap::new();
    let mut names: Vec<&str> = Vec::new();
    for line in TYPICAL.lines().filter(|line| !line.starts_with('#')) {
        if let Some(line) = line.strip_prefix('[') {
            names = line.trim_end_matches(']').split(' ').collect();
        } else if let Some((weight, value)) = line.split_once(' ') {
            let weight: u64 = weight.parse().unwrap_or(0);
            let units: Vec<u16> = value.encode_utf16().map(fold::unit).collect();
            for name in &names {
                let field = fields.entry(name).or_default();
                field.weight += weight;
                field.values.push((weight, units.clone()));
            }
        }
    }
    for field in fields.values_mut() {
        let values = field.values.iter();
        let units: u64 = values.map(|(weight, it)| weight * it.len() as u64).sum();
        field.units = units / field.weight.max(1);
    }
    fields
});

/// What things cost, in instructions, as measured.
mod cost {
    /// A rule that a trigger fires, apart from its tests.
    pub(super) const RUN: u64 = 140;
    /// A finder's scan, apart from the text.
    pub(super) const FINDER: u64 = 120;
    /// A pass over the text for literals of seven units or more, for each unit.
    pub(super) const LONG: u64 = 4;
    /// A pass over the text for shorter ones, for each unit.
    pub(super) const SHORT: u64 = 15;
    /// A pass for all that rules ask of a field, with what is found there, for each unit.
    pub(super) const SCAN: u64 = 15;
    /// How many times a scan may cost what its literals cost one by one: it answers other tests, too.
    pub(super) const ALONE: u64 = 2;
    /// A literal that a finder finds.
    pub(super) const HIT: u64 = 200;
    /// A text compared in one place.
    pub(super) const ANCHORED: u64 = 50;
    /// A text looked for everywhere, apart from the text, and for each unit.
    pub(super) const ANYWHERE: u64 = 40;
    pub(super) const ANYWHERE_UNIT: u64 = 8;
    /// A pattern, apart from the text, and for each unit.
    pub(super) const PATTERN: u64 = 300;
    pub(super) const PATTERN_UNIT: u64 = 15;
    /// A pattern that looks at few units of most texts, for each unit.
    pub(super) const SPARSE_UNIT: u64 = 1;
    /// What a literal adds to a pass, for a million events and each unit: its key leads where it does not stand.
    pub(super) const LED: u64 = 1_000;
    /// What a literal adds that is looked up once in a text, for a million events.
    pub(super) const TAIL: u64 = 2_000;
}

/// What a test costs in instructions, and in how many of a million events it holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Estimate {
    pub(super) cost: u64,
    pub(super) odds: u64,
}

impl Estimate {
    /// In order of this number, a row of tests that ends with the first that fails costs least.
    pub(super) fn price_of_failing(self) -> u64 {
        self.cost * 1_000 / ((ALWAYS - self.odds) / 1_000 + 1)
    }

    /// In order of this number, a row of tests that ends with the first that holds costs least.
    pub(super) fn price_of_holding(self) -> u64 {
        self.cost * 1_000 / (self.odds / 1_000 + 1)
    }
}

/// A literal with what testing it alone costs.
type Tested<'l> = (Estimate, &'l (Mode, Vec<u16>));

/// The odds of one kind's fields, and how many rules share each field's finder.
pub(super) struct Odds<'r> {
    kind: Kind,
    rarity: &'r Rarity,
    users: Option<BTreeMap<u8, Users>>,
    /// What was worked out for literals, by field and mode.
    known: RefCell<FxHashMap<(u8, Mode), Met>>,
}

/// For each literal in how many of a million events a field meets it, and how many units lie before it.
type Met = FxHashMap<Vec<u16>, (u64, u64)>;

/// How many rules' triggers need a field's finder at all, and how many need each pass over the text.
#[derive(Debug, Clone, Copy, Default)]
struct Users {
    finder: u64,
    long: u64,
    short: u64,
}

impl<'r> Odds<'r> {
    pub(super) fn new(kind: Kind, rarity: &'r Rarity) -> Self {
        Self {
            kind,
            rarity,
            users: None,
            known: RefCell::default(),
        }
    }

    /// Takes note of what all triggers look for.
    pub(super) fn share<'c>(&mut self, triggers: impl Iterator<Item = &'c Literals>) {
        let all = self.users.insert(BTreeMap::new());
        for literals in triggers {
            let users = all.entry(literals.field).or_default();
            let needs = |pass| literals.set.iter().any(|it| self::pass(it) == pass);
            users.finder += 1;
            users.long += u64::from(needs(Pass::Long));
            users.short += u64::from(needs(Pass::Short));
        }
    }

    /// What a trigger on these literals costs in a million events apart from the runs of its rule: its share of the
    /// finder, and room there.
    pub(super) fn room(&self, literals: &Literals) -> u64 {
        let units = self.units(literals.field);
        let count = |pass| {
            literals
                .set
                .iter()
                .filter(|it| self::pass(it) == pass)
                .count() as u64
        };
        let [none, long, short] = [Pass::None, Pass::Long, Pass::Short].map(count);
        let mut price = (long + short) * units * cost::LED + none * cost::TAIL;
        let Some(users) = &self.users else {
            return price;
        };
        let users = users.get(&literals.field).copied().unwrap_or_default();
        // With every further user it is less likely that this one decides whether there is a finder, or a pass.
        let share = |cost: u64, users: u64| ALWAYS * cost / users.max(1).pow(2);
        price += share(cost::FINDER, users.finder);
        if long > 0 {
            price += share(cost::LONG * units, users.long);
        }
        if short > 0 {
            price += share(cost::SHORT * units, users.short);
        }
        price
    }

    /// What it costs in a million events that a trigger holds in so many of them.
    pub(super) fn hits(odds: u64) -> u64 {
        odds.min(ALWAYS) * cost::HIT
    }

    /// What so many runs of a rule in a million events cost.
    pub(super) fn runs(odds: u64, tests: u64) -> u64 {
        odds.min(ALWAYS) * (cost::RUN + tests)
    }

    /// Whether every source of the kind reports the field.
    pub(super) fn is_in_every_source(&self, field: u8) -> bool {
        let info = self.kind.info().field(field);
        info.is_none_or(|info| info.in_every_source)
    }

    fn values(&self, field: u8) -> Option<&'static Values> {
        FIELDS.get(self.kind.info().field(field)?.name)
    }

    /// A field's typical length in units; 0 where sources never supply it.
    fn units(&self, field: u8) -> u64 {
        let info = self.kind.info().field(field);
        match self.values(field) {
            _ if info.is_some_and(|info| !info.in_source) => 0,
            Some(values) => values.units,
            None if info.is_some_and(|info| info.ty == Type::Number) => 5,
            None => UNITS,
        }
    }

    /// In how many of a million events the field meets the literal, which is folded, and how many units lie before it.
    fn literal(&self, field: u8, mode: Mode, literal: &[u16]) -> (u64, u64) {
        let mut known = self.known.borrow_mut();
        let known = known.entry((field, mode)).or_default();
        if let Some(met) = known.get(literal) {
            return *met;
        }
        let met = self.work_out(field, mode, literal);
        known.insert(literal.to_vec(), met);
        met
    }

    fn work_out(&self, field: u8, mode: Mode, literal: &[u16]) -> (u64, u64) {
        if let Some(values) = self.values(field) {
            let (mut met, mut before) = (0, 0);
            for (weight, value) in &values.values {
                let place = place(value, mode, literal);
                met += place.map_or(0, |_| *weight);
                before += weight * place.unwrap_or(value.len()) as u64;
            }
            if met > 0 {
                let weight = values.weight.max(1);
                return (met * ALWAYS / weight, before / weight);
            }
        }
        let width = literal.len().min(4);
        let runs = literal.windows(width.max(1));
        let rarest = runs.map(|run| self.rarity.of(run)).min();
        let units = self.units(field);
        // What was never seen is the rarer the longer it is.
        let most = UNSEEN >> (literal.len() / 4).min(8);
        let odds = (rarest.unwrap_or(ALWAYS) * units.max(8)).clamp(1, most.max(1));
        (odds, units)
    }

    /// In how many of a million events the field meets one of the literals.
    pub(super) fn any(&self, literals: &Literals) -> u64 {
        let each = literals.set.iter();
        let sum = each.map(|(mode, units)| self.literal(literals.field, *mode, units).0);
        sum.sum::<u64>().min(ALWAYS)
    }

    /// Whether literals that no finder has looked for are better tested one by one.
    fn is_alone(&self, literals: &Literals) -> bool {
        self.one_by_one(literals) * cost::ALONE <= self.scan(literals.field)
    }

    /// The literals with what testing each costs, in the order in which testing them until one holds costs least.
    fn in_turn<'l>(&self, literals: &'l Literals) -> Vec<Tested<'l>> {
        let field = literals.field;
        let estimate = |literal: &'l (Mode, Vec<u16>)| {
            let (mode, units) = literal;
            let (odds, before) = self.literal(field, *mode, units);
            let cost = match mode {
                Mode::Contains => cost::ANYWHERE + cost::ANYWHERE_UNIT * before,
                _ => cost::ANCHORED,
            };
            (Estimate { cost, odds }, literal)
        };
        let mut each: Vec<_> = literals.set.iter().map(estimate).collect();
        each.sort_by_key(|(estimate, _)| estimate.price_of_holding());
        each
    }

    /// Whether to look for literals beforehand, where that spares so much in a million events: more than it costs.
    pub(super) fn is_worthwhile(&self, literals: &Literals, spared: u64) -> bool {
        spared > self.room(literals) + self.any(literals) * cost::HIT
    }

    /// The literals that a test could do with or instead, if they were known, and what that would spare it.
    pub(super) fn spared(&self, leaf: &Leaf) -> Vec<(Literals, u64)> {
        let Estimate { cost, odds } = self.leaf(leaf);
        match leaf {
            Leaf::Literals(literals) => vec![(literals.clone(), cost)],
            Leaf::Pattern { .. } => {
                let spared = cost * (ALWAYS - odds) / ALWAYS;
                let gate = self.gate(leaf).into_iter();
                gate.map(|gate| (gate, spared)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The same of each literal that is tested alone.
    pub(super) fn spared_alone(&self, leaf: &Leaf) -> Vec<(Literals, u64)> {
        let Leaf::Literals(literals) = leaf else {
            return Vec::new();
        };
        let mut open = ALWAYS;
        let (alone, _) = self.divide(literals);
        let spared = alone.into_iter().map(|(test, literal)| {
            let spared = test.cost * open / ALWAYS;
            open = open * (ALWAYS - test.odds) / ALWAYS;
            (literals.only(literal), spared)
        });
        spared.collect()
    }

    /// Divides literals that no finder has looked for into those that are tested one by one, in this order, and those
    /// for which all of the field is scanned.
    pub(super) fn divide<'l>(&self, literals: &'l Literals) -> (Vec<Tested<'l>>, Vec<Tested<'l>>) {
        let all = self.is_alone(literals);
        let each = self.in_turn(literals).into_iter();
        each.partition(|(test, _)| all || self.is_first(*test, literals.field))
    }

    /// Whether to test a literal before a scan: so often does it spare the scan.
    fn is_first(&self, test: Estimate, field: u8) -> bool {
        test.cost * cost::ALONE * ALWAYS <= self.scan(field) * test.odds
    }

    fn one_by_one(&self, literals: &Literals) -> u64 {
        let each = self.in_turn(literals);
        let (cost, _) = each.iter().fold((0, ALWAYS), |(cost, open), (test, _)| {
            let open_after = open * (ALWAYS - test.odds) / ALWAYS;
            (cost + test.cost * open / ALWAYS, open_after)
        });
        cost
    }

    /// What scanning a field for all that rules ask of it costs.
    fn scan(&self, field: u8) -> u64 {
        cost::FINDER + cost::SCAN * self.units(field)
    }

    /// A leaf that no finder answers beforehand.
    pub(super) fn leaf(&self, leaf: &Leaf) -> Estimate {
        let (cost, odds) = match leaf {
            Leaf::Literals(literals) => {
                let cost = match self.is_alone(literals) {
                    true => self.one_by_one(literals),
                    false => self.scan(literals.field),
                };
                (cost, self.any(literals))
            }
            Leaf::Text {
                field, mode, units, ..
            } => {
                let set = BTreeSet::from([(*mode, units.clone())]);
                let literals = Literals { field: *field, set };
                (self.one_by_one(&literals), self.any(&literals))
            }
            Leaf::Pattern {
                field, is_sparse, ..
            } => {
                let unit = match is_sparse {
                    true => cost::SPARSE_UNIT,
                    false => cost::PATTERN_UNIT,
                };
                let cost = cost::PATTERN + unit * self.units(*field);
                (
                    cost,
                    self.gate(leaf).map_or(ALWAYS / 10, |gate| self.any(&gate)),
                )
            }
            Leaf::Fields { .. } => (cost::ANCHORED, ALWAYS / 10),
            Leaf::Network { .. } => (4 * cost::ANCHORED, ALWAYS / 10),
            Leaf::Number { .. } => (cost::ANCHORED / 2, ALWAYS / 20),
            Leaf::Presence { op, .. } => {
                let present = *op == Op::Present.number();
                (
                    cost::ANCHORED / 4,
                    if present {
                        ALWAYS - ALWAYS / 20
                    } else {
                        ALWAYS / 20
                    },
                )
            }
        };
        Estimate { cost, odds }
    }

    /// The rarest literals of which every text has one that meets a pattern, if they are rare.
    pub(super) fn gate(&self, leaf: &Leaf) -> Option<Literals> {
        let Leaf::Pattern {
            field, required, ..
        } = leaf
        else {
            return None;
        };
        let clauses = required.iter().filter_map(|clause| {
            let usable = |units: &Vec<u16>| (1..=MAX_SCANNED).contains(&units.len());
            let set = clause.iter().map(|units| (Mode::Contains, units.clone()));
            let literals = Literals {
                field: *field,
                set: set.collect(),
            };
            clause.iter().all(usable).then_some(literals)
        });
        clauses
            .map(|literals| (self.any(&literals), literals))
            .filter(|(odds, _)| *odds < ALWAYS / 3)
            .min_by_key(|(odds, literals)| (*odds, literals.set.len()))
            .map(|(_, literals)| literals)
    }
}

/// How a text must be passed over for a literal to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    /// It is looked up once.
    None,
    Long,
    Short,
}

fn pass((mode, units): &(Mode, Vec<u16>)) -> Pass {
    match mode {
        Mode::Equals => Pass::None,
        Mode::Ends if units.contains(&0x5C) => Pass::None,
        _ if units.len() >= 7 => Pass::Long,
        Mode::Starts | Mode::Ends => Pass::None,
        _ => Pass::Short,
    }
}

/// Where the value meets the literal.
fn place(value: &[u16], mode: Mode, literal: &[u16]) -> Option<usize> {
    let mut windows = value.windows(literal.len().max(1));
    match mode {
        Mode::Contains => windows.position(|here| here == literal),
        Mode::Starts => value.starts_with(literal).then_some(0),
        Mode::Ends => value.ends_with(literal).then_some(0),
        Mode::Equals => (value == literal).then_some(0),
    }
}
