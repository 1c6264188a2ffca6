//! Finders: literals of one field and phase, the atoms they set, the rules that those fire, the tables.

use std::collections::{BTreeMap, BTreeSet};

use cofferdam_interpreter::layout::{EntryRecord, FinderRecord, LiteralRecord, TableRecord};
use cofferdam_interpreter::{Mode, Place, Section, Shape, key};

use cofferdam_interpreter::schema::may_write;

use crate::error::WriteError;
use crate::gate;
use crate::model::{Atom, KindProgram, Literal, Phase, Rule, Step, Test};
use crate::place;
use crate::rarity::Rarity;
use crate::writer::{Sections, limit};

/// One finder before it is bytes: its atoms, by their index in the model, in file order; and its literals, ascending,
/// each with its atoms, numbered within the finder.
pub(crate) struct Group {
    phase: Phase,
    field: u8,
    /// The atom that holds where the field is unsupplied, as a finder's record names it.
    unsupplied: u32,
    atoms: Vec<usize>,
    literals: Vec<Literal>,
    posts: Vec<BTreeSet<u16>>,
    /// Place and key of each literal, once they are chosen.
    chosen: Vec<(Place, u8)>,
}

impl Group {
    /// Chooses place and key of each literal.
    pub(crate) fn choose(&mut self, rarity: &Rarity) -> Result<(), WriteError> {
        limit("literals of one field", self.literals.len(), (1 << 24) - 1)?;
        self.chosen = place::choose(&self.literals, rarity)?;
        Ok(())
    }
}

/// The finders of one kind.
pub(crate) struct FinderWriter<'p> {
    kind: &'p KindProgram,
    groups: Vec<Group>,
    /// For each atom of the model its number in the file.
    numbers: Vec<u32>,
    /// For each atom of the model the rules that it fires, by their number in the kind.
    fires: Vec<BTreeSet<u16>>,
}

impl<'p> FinderWriter<'p> {
    /// Groups the kind's atoms, in the order in which `rules`, in file order, first ask for them. Those that no rule
    /// asks for are not written.
    pub(crate) fn new(kind: &'p KindProgram, rules: &[&Rule]) -> Result<Self, WriteError> {
        let mut groups: BTreeMap<(Phase, u8), Vec<usize>> = BTreeMap::new();
        let mut asked = vec![false; kind.atoms.len()];
        for index in rules.iter().flat_map(|rule| &rule.code).filter_map(tested) {
            // Where a test names an atom that is not there, lowering it says so.
            if let Some(atom) = kind.atoms.get(index)
                && !std::mem::replace(&mut asked[index], true)
            {
                groups
                    .entry((atom.phase, atom.field))
                    .or_default()
                    .push(index);
            }
        }
        let mut numbers = vec![0; kind.atoms.len()];
        let mut next = 0;
        for atoms in groups.values() {
            limit("atoms of one field", atoms.len(), 65_536)?;
            for atom in atoms {
                numbers[*atom] = next;
                next += 1;
            }
        }
        let mut fires = vec![BTreeSet::new(); kind.atoms.len()];
        for (number, rule) in rules.iter().enumerate() {
            for step in &rule.code {
                if let Step::Test {
                    test: Test::Atom(atom),
                    trigger: true,
                    ..
                } = step
                    && let Some(fires) = fires.get_mut(*atom)
                {
                    fires.insert(number as u16);
                }
            }
        }
        let groups = groups
            .into_iter()
            .map(|((phase, field), atoms)| {
                let (literals, posts) = literals(&atoms, &kind.atoms)?;
                let mut without = (1..)
                    .zip(&atoms)
                    .filter(|(_, atom)| kind.atoms[**atom].literals.is_empty());
                let unsupplied = without.next().map_or(0, |(number, _)| number);
                if let Some((_, atom)) = without.next() {
                    return Err(WriteError::UnsuppliedTwice { atom: *atom });
                }
                Ok(Group {
                    phase,
                    field,
                    unsupplied,
                    atoms,
                    literals,
                    posts,
                    chosen: Vec::new(),
                })
            })
            .collect::<Result<_, WriteError>>()?;
        Ok(Self {
            kind,
            groups,
            numbers,
            fires,
        })
    }

    /// The finders, for choosing the places of their literals before anything is written.
    pub(crate) fn groups(&mut self) -> impl Iterator<Item = &mut Group> {
        self.groups.iter_mut()
    }

    /// Literals of all finders.
    pub(crate) fn literal_count(&self) -> usize {
        self.groups.iter().map(|group| group.literals.len()).sum()
    }

    /// An atom's number in the file, its phase and its field.
    pub(crate) fn atom(&self, index: usize) -> Option<(u32, Phase, u8)> {
        let atom = self.kind.atoms.get(index)?;
        Some((*self.numbers.get(index)?, atom.phase, atom.field))
    }

    pub(crate) fn eager_count(&self) -> u16 {
        self.count(Phase::Eager)
    }

    pub(crate) fn lazy_count(&self) -> u16 {
        self.count(Phase::Lazy)
    }

    pub(crate) fn atom_count(&self) -> u32 {
        self.groups
            .iter()
            .map(|group| group.atoms.len() as u32)
            .sum()
    }

    fn count(&self, phase: Phase) -> u16 {
        self.groups
            .iter()
            .filter(|group| group.phase == phase)
            .count() as u16
    }

    pub(crate) fn write(&self, sections: &mut Sections) -> Result<(), WriteError> {
        let mut atom_start = 0;
        for group in &self.groups {
            let record = self.write_group(group, atom_start, sections)?;
            sections.push(Section::Finders, &record.write());
            atom_start += record.atom_count;
        }
        Ok(())
    }

    fn write_group(
        &self,
        group: &Group,
        atom_start: u32,
        sections: &mut Sections,
    ) -> Result<FinderRecord, WriteError> {
        let literals = &group.literals;
        let chosen = &group.chosen;
        let literal_start = sections.count(Section::Literals);
        for ((literal, posts), (place, key)) in literals.iter().zip(&group.posts).zip(chosen) {
            limit("units of a literal", literal.units.len(), u16::MAX.into())?;
            limit("atoms of a literal", posts.len(), u16::MAX.into())?;
            let shape = Shape {
                mode: literal.mode,
                place: *place,
                cased: false,
            };
            let record = LiteralRecord {
                units_start: sections.units(&literal.units),
                length: literal.units.len() as u16,
                shape: shape.encode(),
                key: *key,
                posts_start: sections.count(Section::Posts),
                posts_count: posts.len() as u16,
                first_post: posts.first().copied().unwrap_or(0),
            };
            sections.push(Section::Literals, &record.write());
            for post in posts {
                sections.push(Section::Posts, &post.to_le_bytes());
            }
        }

        let fire_bounds_start = sections.count(Section::FireBounds);
        if group.phase == Phase::Eager {
            let first = sections.count(Section::Fires);
            sections.push(Section::FireBounds, &first.to_le_bytes());
            for atom in &group.atoms {
                for rule in &self.fires[*atom] {
                    sections.push(Section::Fires, &rule.to_le_bytes());
                }
                let end = sections.count(Section::Fires);
                sections.push(Section::FireBounds, &end.to_le_bytes());
            }
        }

        let sizes = place::sizes(chosen.iter().map(|(place, _)| *place));
        let gates = gate::choose(literals, chosen);
        let lead_start = write_lead(literals, chosen, sections);
        let mut table = |place| write_table(literals, chosen, (place, sizes[&place]), sections);
        // In this order, which is the verifier's.
        let tail = table(Place::Tail);
        let edge = table(Place::Edge);
        let four = table(Place::Four);
        let pair = table(Place::Pair);
        let unit = table(Place::Unit);
        let gram = table(Place::Gram);
        let (singles_start, singles_count) = write_singles(literals, chosen, sections);
        Ok(FinderRecord {
            field: group.field,
            phase: u8::from(group.phase == Phase::Lazy),
            shortest: literals
                .iter()
                .map(|literal| literal.units.len() as u16)
                .min()
                .unwrap_or(0),
            literal_start,
            literal_count: literals.len() as u32,
            atom_start,
            atom_count: group.atoms.len() as u32,
            fire_bounds_start,
            gram,
            four,
            pair,
            unit,
            tail,
            lead_start,
            singles_start,
            singles_count,
            unsupplied: group.unsupplied,
            edge,
            longest_tail: longest_tail(literals, chosen),
            edges: edges(literals, chosen),
            gates,
            no_numbers: literals.iter().all(no_number).into(),
        })
    }
}

/// The atom that a step tests.
fn tested(step: &Step) -> Option<usize> {
    match step {
        Step::Test {
            test: Test::Atom(atom),
            ..
        } => Some(*atom),
        _ => None,
    }
}

/// The distinct literals of these atoms, ascending, and for each the atoms that it sets, by their place in `group`.
fn literals(
    group: &[usize],
    atoms: &[Atom],
) -> Result<(Vec<Literal>, Vec<BTreeSet<u16>>), WriteError> {
    type Known = (Option<(Place, u8)>, BTreeSet<u16>);
    let mut known: BTreeMap<(&[u16], Mode), Known> = BTreeMap::new();
    for (number, atom) in group.iter().enumerate() {
        for literal in &atoms[*atom].literals {
            let (place, posts) = known.entry((&literal.units, literal.mode)).or_default();
            if place.is_some() && literal.place.is_some() && *place != literal.place {
                return Err(WriteError::TwoPlaces {
                    mode: literal.mode,
                    text: String::from_utf16_lossy(&literal.units),
                });
            }
            *place = place.or(literal.place);
            posts.insert(number as u16);
        }
    }
    let known = known.into_iter().map(|((units, mode), (place, posts))| {
        let units = units.to_vec();
        (Literal { units, mode, place }, posts)
    });
    Ok(known.unzip())
}

/// The literals in a table.
fn in_table<'l>(
    literals: &'l [Literal],
    chosen: &'l [(Place, u8)],
    table: Place,
) -> impl Iterator<Item = &'l Literal> {
    let all = literals.iter().zip(chosen);
    all.filter(move |(_, (place, _))| *place == table)
        .map(|(literal, _)| literal)
}

/// Whether the literal has a unit that no number's text has.
fn no_number(literal: &Literal) -> bool {
    literal.units.iter().any(|unit| !may_write(*unit))
}

/// Units of the longest last component of a literal in the tail table.
fn longest_tail(literals: &[Literal], chosen: &[(Place, u8)]) -> u16 {
    let lengths = in_table(literals, chosen, Place::Tail).map(|literal| {
        let units: Vec<[u8; 2]> = literal
            .units
            .iter()
            .map(|unit| unit.to_le_bytes())
            .collect();
        key::tail_length(&units) as u16
    });
    lengths.max().unwrap_or(0)
}

/// Which units at a text's edges are keys, as the finder's record says it.
fn edges(literals: &[Literal], chosen: &[(Place, u8)]) -> u8 {
    in_table(literals, chosen, Place::Edge).fold(0, |edges, literal| {
        let width = literal.units.len().min(key::EDGE_UNITS);
        let first = if literal.mode == Mode::Starts { 0 } else { 4 };
        edges | 1 << (first + width).saturating_sub(1)
    })
}

/// Writes with which units keys of the four and pair tables begin; the first word, 0 where there are none.
fn write_lead(literals: &[Literal], chosen: &[(Place, u8)], sections: &mut Sections) -> u32 {
    let mut lead = [0_u8; key::LEAD_BYTES];
    for (literal, (place, key)) in literals.iter().zip(chosen) {
        if let Some((byte, bits)) = place::leads(&literal.units, *place, *key) {
            lead[usize::from(byte)] |= bits;
        }
    }
    if lead.iter().all(|byte| *byte == 0) {
        return 0;
    }
    let start = sections.count(Section::Bits);
    sections.push(Section::Bits, &lead);
    start
}

/// Writes the literals of one ASCII unit; the first entry and their number.
fn write_singles(
    literals: &[Literal],
    chosen: &[(Place, u8)],
    sections: &mut Sections,
) -> (u32, u32) {
    let mut entries: Vec<(u32, u32)> = literals
        .iter()
        .zip(chosen)
        .enumerate()
        .filter(|(_, (_, (place, _)))| *place == Place::Single)
        .map(|(index, (literal, _))| (literal.units[0].into(), (index as u32) << 8))
        .collect();
    if entries.is_empty() {
        return (0, 0);
    }
    entries.sort_unstable();
    let start = sections.count(Section::Entries);
    for (tag, target) in &entries {
        let entry = EntryRecord {
            tag: *tag,
            target: *target,
        };
        sections.push(Section::Entries, &entry.write());
    }
    (start, entries.len() as u32)
}

fn write_table(
    literals: &[Literal],
    chosen: &[(Place, u8)],
    (place, log2): (Place, u8),
    sections: &mut Sections,
) -> TableRecord {
    if log2 == 0 {
        return TableRecord {
            log2,
            bits_start: 0,
            bounds_start: 0,
            entries_start: 0,
            entries_count: 0,
        };
    }
    let mut bits = vec![0_u8; 1 << (log2 - 3)];
    let mut widths = [0_u8; key::WIDTHS_BYTES];
    let mut buckets = vec![Vec::new(); bits.len()];
    for (index, (literal, (at_place, key))) in literals.iter().zip(chosen).enumerate() {
        if *at_place != place {
            continue;
        }
        if place == Place::Unit
            && let Some((byte, bit)) = place::mark(&literal.units, *key)
        {
            widths[usize::from(byte)] |= bit;
        }
        for (key, offset) in place::keys(&literal.units, place, *key) {
            let slot = key.slot(log2);
            let bucket = (slot >> 3) as usize;
            bits[bucket] |= 1 << (slot & 7);
            buckets[bucket].push(EntryRecord {
                tag: key.tag,
                target: (index as u32) << 8 | u32::from(offset),
            });
        }
    }
    let record = TableRecord {
        log2,
        bits_start: sections.count(Section::Bits),
        bounds_start: sections.count(Section::Bounds),
        entries_start: sections.count(Section::Entries),
        entries_count: buckets.iter().map(|bucket| bucket.len() as u32).sum(),
    };
    sections.push(Section::Bits, &bits);
    if place == Place::Unit {
        sections.push(Section::Bits, &widths);
    }
    let mut bound = 0_u32;
    sections.push(Section::Bounds, &bound.to_le_bytes());
    for bucket in &mut buckets {
        bound += bucket.len() as u32;
        sections.push(Section::Bounds, &bound.to_le_bytes());
        // By literal, which is the one order.
        bucket.sort_unstable_by_key(|entry| entry.target);
        for entry in bucket {
            sections.push(Section::Entries, &entry.write());
        }
    }
    record
}
