//! Reads `interpreter/schema/events.txt`, whose head describes its grammar.

/// The whole table.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) number: u32,
    pub(super) kinds: Vec<Kind>,
    pub(super) categories: Vec<(String, Vec<String>)>,
}

/// One kind.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) name: String,
    pub(super) tier: &'static str,
    pub(super) log_source: &'static str,
    pub(super) sources: Vec<(String, Vec<u16>)>,
    pub(super) callback: Option<String>,
    pub(super) deny: Option<String>,
    pub(super) constants: Vec<(String, Option<String>)>,
    pub(super) fields: Vec<Field>,
}

/// One field.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) ty: &'static str,
    pub(super) tier: &'static str,
    pub(super) rendering: &'static str,
    pub(super) in_source: bool,
    pub(super) in_every_source: bool,
}

const TIERS: &[&str] = &["kernel", "user"];
const LOG_SOURCES: &[&str] = &["category", "service"];
const TYPES: &[&str] = &["text", "number"];
const TEXT_RENDERINGS: &[&str] = &["verbatim"];
const NUMBER_RENDERINGS: &[&str] = &["decimal", "hex", "address", "utc-time"];
const ORIGINS: &[&str] = &["source", "first", "extra"];
/// Numbers above are reserved, so that content can mark "none" in one byte.
const MOST: usize = 250;

/// Reads the table and refuses whatever the generated code could not promise with it.
pub(super) fn parse(text: &str) -> Result<Table, String> {
    let mut table = Table::default();
    for (number, line) in (1_usize..).zip(text.lines()) {
        let statement = line.trim();
        if statement.is_empty() || statement.starts_with('#') {
            continue;
        }
        read(&mut table, statement).map_err(|reason| format!("line {number}: {reason}: {line}"))?;
    }
    check(&table)?;
    Ok(table)
}

fn read(table: &mut Table, statement: &str) -> Result<(), String> {
    let (word, rest) = statement.split_once(' ').unwrap_or((statement, ""));
    let rest = rest.trim();
    match word {
        "schema" => table.number = rest.parse().map_err(|_| "expected a number")?,
        "kind" => return read_kind(table, rest),
        "category" => {
            let (name, kinds) = equation(rest)?;
            let kinds = kinds.split_whitespace().map(Into::into).collect();
            table.categories.push((name, kinds));
        }
        _ => {
            let kind = table.kinds.last_mut().ok_or("expected `kind` before it")?;
            read_in_kind(kind, word, rest)?;
        }
    }
    Ok(())
}

fn read_kind(table: &mut Table, rest: &str) -> Result<(), String> {
    let [number, name, tier, log_source] = words(rest)?;
    in_order(number, table.kinds.len())?;
    table.kinds.push(Kind {
        name: name.into(),
        tier: one_of(tier, TIERS)?,
        log_source: one_of(log_source, LOG_SOURCES)?,
        sources: Vec::new(),
        callback: None,
        deny: None,
        constants: Vec::new(),
        fields: Vec::new(),
    });
    Ok(())
}

fn read_in_kind(kind: &mut Kind, word: &str, rest: &str) -> Result<(), String> {
    match word {
        "source" => {
            let (channel, ids) = rest.split_once(" = ").unwrap_or((rest, ""));
            let ids: Result<Vec<u16>, _> = ids.split_whitespace().map(str::parse).collect();
            let ids = ids.map_err(|_| "expected event ids")?;
            kind.sources.push((channel.trim().into(), ids));
        }
        "callback" => kind.callback = Some(rest.into()),
        "deny" => kind.deny = Some(rest.into()),
        "const" => {
            let (name, value) = equation(rest)?;
            kind.constants.push((name, Some(value)));
        }
        "absent" => kind.constants.push((rest.into(), None)),
        "field" => {
            let (columns, _note) = rest.split_once(" | ").unwrap_or((rest, ""));
            let [number, name, ty, tier, rendering, origin] = words(columns)?;
            in_order(number, kind.fields.len())?;
            let ty = one_of(ty, TYPES)?;
            let renderings = if ty == "text" {
                TEXT_RENDERINGS
            } else {
                NUMBER_RENDERINGS
            };
            let origin = one_of(origin, ORIGINS)?;
            kind.fields.push(Field {
                name: name.into(),
                ty,
                tier: one_of(tier, TIERS)?,
                rendering: one_of(rendering, renderings)?,
                in_source: origin != "extra",
                in_every_source: origin == "source",
            });
        }
        _ => return Err("unknown statement".into()),
    }
    Ok(())
}

fn check(table: &Table) -> Result<(), String> {
    if table.number == 0 {
        return Err("`schema NUMBER` is missing".into());
    }
    distinct("the schema", table.kinds.iter().map(|kind| &kind.name))?;
    distinct(
        "the categories",
        table.categories.iter().map(|(name, _)| name),
    )?;
    for kind in &table.kinds {
        let fields = kind.fields.iter().map(|field| &field.name);
        let constants = kind.constants.iter().map(|(name, _)| name);
        distinct(&kind.name, fields.chain(constants))?;
        let refuse = |reason: &str| Err(format!("{}: {reason}", kind.name));
        if kind.fields.is_empty() || kind.fields.len() > MOST {
            return refuse("expected 1 to 250 fields");
        }
        if kind.sources.is_empty() || kind.deny.is_none() {
            return refuse("`source` or `deny` is missing");
        }
        let only_first = |field: &Field| field.in_source && !field.in_every_source;
        if kind.sources.len() < 2 && kind.fields.iter().any(only_first) {
            return refuse("`first` with one channel");
        }
        let in_kernel = kind.tier == "kernel";
        if kind.callback.is_some() != in_kernel {
            return refuse("a kernel kind has a callback, no other has");
        }
        if !in_kernel && kind.denied() {
            return refuse("only a kernel kind can be denied");
        }
        if !in_kernel && kind.fields.iter().any(|field| field.tier == "kernel") {
            return refuse("only a kernel kind has kernel fields");
        }
    }
    if table.kinds.len() > MOST {
        return Err("more than 250 kinds".into());
    }
    for (name, kinds) in &table.categories {
        if kinds.is_empty() || table.kinds.iter().any(|kind| kind.name == *name) {
            return Err(format!("category {name}: empty, or a kind's name"));
        }
        if let Some(unknown) = kinds.iter().find(|kind| table.position(kind).is_none()) {
            return Err(format!("category {name}: no kind {unknown}"));
        }
    }
    Ok(())
}

impl Table {
    pub(super) fn position(&self, kind: &str) -> Option<usize> {
        self.kinds.iter().position(|known| known.name == kind)
    }
}

impl Kind {
    pub(super) fn denied(&self) -> bool {
        self.deny.as_deref().is_some_and(|place| place != "no")
    }
}

fn words<const COUNT: usize>(text: &str) -> Result<[&str; COUNT], String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let found = words.len();
    words
        .try_into()
        .map_err(|_| format!("expected {COUNT} columns, found {found}"))
}

fn equation(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(" = ").ok_or("expected NAME = VALUE")?;
    Ok((name.trim().into(), value.trim().into()))
}

fn one_of(word: &str, words: &[&'static str]) -> Result<&'static str, String> {
    let found = words.iter().find(|known| **known == word);
    found
        .copied()
        .ok_or_else(|| format!("expected one of {words:?}, found {word}"))
}

fn in_order(number: &str, expected: usize) -> Result<(), String> {
    if number.parse() == Ok(expected) {
        return Ok(());
    }
    Err(format!("expected number {expected}, found {number}"))
}

fn distinct<'a>(of: &str, names: impl Iterator<Item = &'a String>) -> Result<(), String> {
    let mut names: Vec<&String> = names.collect();
    names.sort();
    match names.windows(2).find(|pair| pair.first() == pair.last()) {
        Some(pair) => Err(format!("{of}: {pair:?} twice")),
        None => Ok(()),
    }
}
