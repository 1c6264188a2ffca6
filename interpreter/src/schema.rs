//! The schema: which kinds of event there are, and which fields each has.
//!
//! One table, `interpreter/schema/events.txt`, is the only declaration. `cargo xtask schema` makes
//! `generated.rs` of it, and compiler, verifier and driver are all built with that file, so that what
//! content declares and what a sensor supplies cannot differ. Content carries [`FINGERPRINT`]; content
//! with another one is refused.
//!
//! Guarantees: every function here is total. Nothing is looked up by an index that was not checked.

mod generated;
mod rendering;

pub use generated::{CATEGORIES, FINGERPRINT, KIND_COUNT, Kind, SCHEMA_NUMBER, field};
pub use rendering::{RENDER_UNITS, Rendering, may_write};

/// What the schema says of one kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindInfo {
    /// The kind.
    pub kind: Kind,
    /// Sigma's name of the category or service.
    pub name: &'static str,
    /// [`Tier::Kernel`] where a driver observes the event itself.
    pub tier: Tier,
    /// Whether [`name`](Self::name) is a category or a service of Sigma's.
    pub log_source: LogSource,
    /// Sysmon's event ids of the kind; none where Sysmon does not report it.
    pub sysmon_ids: &'static [u16],
    /// The event log channels in which the kind is found.
    pub sources: &'static [Source],
    /// Whether the kernel can deny what an event of this kind reports.
    pub can_deny: bool,
    /// Fields that have one value in every event of the kind. Events do not carry them.
    pub constants: &'static [Constant],
    /// The fields, by number. At most 250.
    pub fields: &'static [FieldInfo],
}

/// What the schema says of one field of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldInfo {
    /// The field's place in [`KindInfo::fields`] and in [`Event::fields`](crate::event::Event::fields).
    pub number: u8,
    /// Sigma's name of the field, which is the source's.
    pub name: &'static str,
    /// What the field holds.
    pub ty: Type,
    /// Who can supply it.
    pub tier: Tier,
    /// The text view of its numbers.
    pub rendering: Rendering,
    /// Whether the first of the kind's [sources](KindInfo::sources) reports the field. Where it does not, a field
    /// that an event log lacks is not absent but unsupplied.
    pub in_source: bool,
    /// Whether all of the kind's sources report the field. In events of another than the first, a field that not all
    /// report is unsupplied.
    pub in_every_source: bool,
}

/// A field that every event of a kind has with the same value, so that rules can be folded with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Constant {
    /// Sigma's name of the field.
    pub name: &'static str,
    /// The text, or `None` where the field is always absent.
    pub value: Option<&'static str>,
}

/// Where in the Windows event log a kind is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The channel's full name.
    pub channel: &'static str,
    /// The event ids there; none means every one.
    pub event_ids: &'static [u16],
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Text only.
    Text,
    /// A number, which also has a text view.
    Number,
}

/// Who can supply a field, or observe a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// The driver; user mode as well.
    Kernel,
    /// User mode only.
    User,
}

/// Under which key of a rule's `logsource` a kind's name stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogSource {
    /// `category`.
    Category,
    /// `service`.
    Service,
}

/// A Sigma category that spans kinds; a rule for it is compiled once for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Category {
    /// Sigma's name of the category.
    pub name: &'static str,
    /// The kinds.
    pub kinds: &'static [Kind],
}

impl Kind {
    /// Sigma's name of the category or service.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// The kind with this name, exactly.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The fields, by number.
    #[must_use]
    pub fn fields(self) -> &'static [FieldInfo] {
        self.info().fields
    }
}

impl KindInfo {
    /// The field with this name, exactly: names differ in case between kinds, as Sysmon's do.
    #[must_use]
    pub fn field_by_name(&self, name: &str) -> Option<&'static FieldInfo> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The field with this number.
    #[must_use]
    pub fn field(&self, number: u8) -> Option<&'static FieldInfo> {
        self.fields.get(usize::from(number))
    }

    /// The constant with this field name, exactly.
    #[must_use]
    pub fn constant(&self, name: &str) -> Option<&'static Constant> {
        self.constants.iter().find(|constant| constant.name == name)
    }
}

/// The kinds that a rule's `category` means: one, several, or none where it is not known.
#[must_use]
pub fn kinds_of_category(name: &str) -> &'static [Kind] {
    if let Some(category) = CATEGORIES.iter().find(|category| category.name == name) {
        return category.kinds;
    }
    one_kind(name, LogSource::Category)
}

/// The kinds that a rule's `service` means: one, or none where it is not known.
#[must_use]
pub fn kinds_of_service(name: &str) -> &'static [Kind] {
    one_kind(name, LogSource::Service)
}

fn one_kind(name: &str, log_source: LogSource) -> &'static [Kind] {
    Kind::from_name(name)
        .map(Kind::info)
        .filter(|info| info.log_source == log_source)
        .map_or(&[], |info| core::slice::from_ref(&info.kind))
}
