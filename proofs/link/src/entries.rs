//! Every entry of the interpreter that a driver uses, over inputs of which nothing is known.
//!
//! Formatting (`Display`, `Debug`) is not among them: a driver reports stable numbers.
#![allow(
    improper_ctypes_definitions,
    reason = "the functions are linked, never called: Rust types cross as pointers only to be opaque"
)]

use cofferdam_interpreter::code::{Instruction, Op};
use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::layout::{
    CostRecord, EntryRecord, FinderRecord, Header, KindRecord, LiteralRecord, NetworkRecord,
    PatternRecord, RuleRecord, SIGNATURE_SIZE, TableRecord,
};
use cofferdam_interpreter::pattern::{BrokenProgram, Pattern};
use cofferdam_interpreter::schema::{
    self, Constant, FieldInfo, Kind, KindInfo, RENDER_UNITS, Rendering,
};
use cofferdam_interpreter::{
    Bits, Code, Content, Fault, Ledger, Limits, Mode, Observer, Outcome, Place, Refusal, Section,
    Shape, SignatureCheck, Unverified, Verified, fold,
};

/// The slice that a pointer and a length name.
///
/// # Safety
/// `start` points to `length` values that outlive the call and are not written meanwhile.
pub(crate) unsafe fn slice<T>(start: *const T, length: usize) -> &'static [T] {
    // SAFETY: the caller's promise, which is this function's own.
    unsafe { core::slice::from_raw_parts(start, length) }
}

/// As [`slice`], to write.
///
/// # Safety
/// `start` points to `length` values that outlive the call and that nobody else uses meanwhile.
pub(crate) unsafe fn slice_mut<T>(start: *mut T, length: usize) -> &'static mut [T] {
    // SAFETY: the caller's promise, which is this function's own.
    unsafe { core::slice::from_raw_parts_mut(start, length) }
}

/// Declares an exported function whose pointer arguments become references and slices.
///
/// `name(a: &T, b: &mut T, c: [T], d: mut [T], e = T) -> R { .. }`: a reference is one pointer, a slice a pointer and
/// a length, `e = T` a plain value.
macro_rules! export {
    ($($(#[doc = $doc:literal])+ fn $name:ident($($arguments:tt)*) -> $out:ty $body:block)+) => {
        $(export!(@next [$(#[doc = $doc])+] $name [] [] $out, $body; $($arguments)*);)+
    };
    (@next $docs:tt $name:ident [$($in:tt)*] [$($let:tt)*] $out:ty, $body:block; $arg:ident: &mut $ty:ty $(, $($rest:tt)*)?) => {
        export!(@next $docs $name [$($in)* $arg: *mut $ty,] [$($let)*
            // SAFETY: the caller's promise.
            let $arg = unsafe { &mut *$arg };
        ] $out, $body; $($($rest)*)?);
    };
    (@next $docs:tt $name:ident [$($in:tt)*] [$($let:tt)*] $out:ty, $body:block; $arg:ident: & $ty:ty $(, $($rest:tt)*)?) => {
        export!(@next $docs $name [$($in)* $arg: *const $ty,] [$($let)*
            // SAFETY: the caller's promise.
            let $arg = unsafe { &*$arg };
        ] $out, $body; $($($rest)*)?);
    };
    (@next $docs:tt $name:ident [$($in:tt)*] [$($let:tt)*] $out:ty, $body:block; $arg:ident: [$ty:ty] $(, $($rest:tt)*)?) => {
        export!(@next $docs $name [$($in)* $arg: (*const $ty, usize),] [$($let)*
            // SAFETY: the caller's promise.
            let $arg = unsafe { slice($arg.0, $arg.1) };
        ] $out, $body; $($($rest)*)?);
    };
    (@next $docs:tt $name:ident [$($in:tt)*] [$($let:tt)*] $out:ty, $body:block; $arg:ident: mut [$ty:ty] $(, $($rest:tt)*)?) => {
        export!(@next $docs $name [$($in)* $arg: (*mut $ty, usize),] [$($let)*
            // SAFETY: the caller's promise.
            let $arg = unsafe { slice_mut($arg.0, $arg.1) };
        ] $out, $body; $($($rest)*)?);
    };
    (@next $docs:tt $name:ident [$($in:tt)*] [$($let:tt)*] $out:ty, $body:block; $arg:ident = $ty:ty $(, $($rest:tt)*)?) => {
        export!(@next $docs $name [$($in)* $arg: $ty,] [$($let)*] $out, $body; $($($rest)*)?);
    };
    (@next [$($docs:tt)*] $name:ident [$($in:tt)*] [$($let:tt)*] $out:ty, $body:block;) => {
        $($docs)*
        ///
        /// # Safety
        /// Every pointer points to as many values as its length says, or to one; they outlive the call, and what is
        /// written is nobody else's meanwhile.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name($($in)*) -> $out {
            $($let)*
            $body
        }
    };
}

/// Asks the caller which rules run, and tells it about their tests.
struct Watch {
    runs: extern "C" fn(u32) -> bool,
    tested: extern "C" fn(u32, u32, *const Instruction, bool),
}

impl Observer for Watch {
    fn runs(&mut self, rule: u32) -> bool {
        (self.runs)(rule)
    }

    fn tested(&mut self, rule: u32, at: u32, instruction: &Instruction, holds: bool) {
        (self.tested)(rule, at, instruction, holds);
    }
}

/// Asks the caller whether a signature is right.
struct Check(extern "C" fn(*const [u8; 16], *const u8, usize, *const [u8; SIGNATURE_SIZE]) -> bool);

impl SignatureCheck for Check {
    fn check(&self, key_id: &[u8; 16], signed: &[u8], signature: &[u8; SIGNATURE_SIZE]) -> bool {
        (self.0)(key_id, signed.as_ptr(), signed.len(), signature)
    }
}

/// Hands proved costs to the caller.
struct Costs(extern "C" fn(u32, u64, *const u64, usize));

impl Ledger for Costs {
    const COMPARES: bool = false;

    fn kind(&mut self, index: u32, fixed: u64, per_unit: &[u64]) {
        (self.0)(index, fixed, per_unit.as_ptr(), per_unit.len());
    }
}

/// A refusal as telemetry carries it.
fn number(refusal: Refusal) -> u64 {
    u64::from(refusal.code.number()) << 48
        | u64::from(refusal.section.number()) << 32
        | u64::from(refusal.index)
}

fn status<T>(result: Result<T, Refusal>, out: &mut Option<T>) -> u64 {
    match result {
        Ok(value) => {
            *out = Some(value);
            0
        }
        Err(refusal) => number(refusal),
    }
}

fn fault<T>(result: Result<T, Fault>, out: &mut Option<T>) -> u16 {
    match result {
        Ok(value) => {
            *out = Some(value);
            0
        }
        Err(fault) => fault.code(),
    }
}

// Content: decoding, verifying, looking.
export! {
    /// Takes a file apart.
    fn content_decode(bytes: [u8], out: &mut Option<Unverified<'static>>) -> u64 {
        status(Content::decode(bytes), out)
    }
    /// Whether the signature is the named key's.
    fn content_is_authentic(
        content: &Unverified<'static>,
        check = extern "C" fn(*const [u8; 16], *const u8, usize, *const [u8; SIGNATURE_SIZE]) -> bool
    ) -> bool {
        content.is_authentic(&Check(check))
    }
    /// What the signature covers.
    fn content_signed(content: &Unverified<'static>, out: &mut &'static [u8]) -> &'static [u8; SIGNATURE_SIZE] {
        *out = content.signed();
        content.signature()
    }
    /// Verifies.
    fn content_verify(
        content: &Unverified<'static>, limits: &Limits, scratch: mut [u64], out: &mut Option<Verified<'static>>
    ) -> u64 {
        status((*content).verify(limits, scratch), out)
    }
    /// Verifies with the driver's own limits, known when it is compiled.
    fn content_verify_kernel(
        content: &Unverified<'static>, scratch: mut [u64], out: &mut Option<Verified<'static>>
    ) -> u64 {
        status((*content).verify(&Limits::KERNEL, scratch), out)
    }
    /// Proves costs.
    fn content_prove(
        content: &Unverified<'static>,
        limits: &Limits,
        scratch: mut [u64],
        costs = extern "C" fn(u32, u64, *const u64, usize),
        out: &mut Option<u32>
    ) -> u64 {
        status(content.prove(limits, scratch, &mut Costs(costs)), out)
    }
    /// The whole way, in one function, so that everything may be inlined into everything.
    fn content_load_and_run(
        bytes: [u8], limits: &Limits, event: &Event<'static>, scratch: mut [u64], out: &mut Option<Outcome<'static>>
    ) -> u64 {
        let content = match Content::decode(bytes).and_then(|content| content.verify(limits, scratch)) {
            Ok(content) => content,
            Err(refusal) => return number(refusal),
        };
        fault(content.run(event, scratch), out).into()
    }
    /// The sections of verified and of unverified content.
    fn content_sections(
        verified: &Verified<'static>, unverified: &Unverified<'static>, out: &mut Content<'static>
    ) -> u32 {
        *out = *verified.content();
        unverified.content().count(Section::Rules)
    }
    /// The header.
    fn content_header(content: &Content<'static>, out: &mut Header) -> () {
        *out = content.header();
    }
    /// The number of records of a section.
    fn content_count(content: &Content<'static>, section: &Section) -> u32 {
        content.count(*section)
    }
    /// The kinds, and each one's finders.
    fn content_kinds(content: &Content<'static>, out: &mut KindRecord) -> usize {
        let mut finders = 0_usize;
        for kind in content.kinds() {
            *out = kind;
            finders = finders.wrapping_add(content.finders_of(&kind).map_or(0, <[_]>::len));
        }
        finders
    }
    /// A rule's record and its name.
    fn content_rule(
        content: &Content<'static>, index = u32, rule: &mut RuleRecord, name: &mut (&'static str, &'static str)
    ) -> bool {
        let Some(found) = content.rule(index) else {
            return false;
        };
        *rule = found;
        *name = content.name(&found);
        true
    }
    /// The name that any record claims.
    fn content_name(content: &Content<'static>, rule: &RuleRecord, name: &mut (&'static str, &'static str)) -> () {
        *name = content.name(rule);
    }
}

// Running.
export! {
    /// Judges an event.
    fn verified_run(
        content: &Verified<'static>, event: &Event<'static>, scratch: mut [u64], out: &mut Option<Outcome<'static>>
    ) -> u16 {
        fault(content.run(event, scratch), out)
    }
    /// Judges an event, watched.
    fn verified_run_observed(
        content: &Verified<'static>,
        event: &Event<'static>,
        scratch: mut [u64],
        runs = extern "C" fn(u32) -> bool,
        tested = extern "C" fn(u32, u32, *const Instruction, bool),
        out: &mut Option<Outcome<'static>>
    ) -> u16 {
        fault(content.run_observed(event, scratch, &mut Watch { runs, tested }), out)
    }
    /// Judges an event by content that nobody verified.
    fn unverified_run(
        content: &Unverified<'static>, event: &Event<'static>, scratch: mut [u64], out: &mut Option<Outcome<'static>>
    ) -> u16 {
        fault(content.run_unverified(event, scratch), out)
    }
    /// Judges an event that is put together here, as a driver does.
    fn verified_run_assembled(
        content: &Verified<'static>, kind = u8, fields: [Value<'static>], scratch: mut [u64], out: &mut Option<Outcome<'static>>
    ) -> u16 {
        match Kind::from_number(kind) {
            Some(kind) => fault(content.run(&Event { kind, fields }, scratch), out),
            None => u16::MAX,
        }
    }
    /// An outcome's rules, one after the other.
    fn outcome_rules(outcome: &Outcome<'static>, each = extern "C" fn(u32, u8)) -> u64 {
        for bit in outcome.matched() {
            each(outcome.rule(bit), 0);
        }
        for bit in outcome.maybe() {
            each(outcome.rule(bit), 1);
        }
        for bit in outcome.faulted() {
            each(outcome.rule(bit), 2);
        }
        if let Some((rule, fault)) = outcome.fault() {
            each(rule, 0x80 | fault.code().to_le_bytes().first().copied().unwrap_or(0));
        }
        outcome.steps()
    }
    /// The next bit of a set.
    fn bits_next(bits: &mut Bits<'static>, out: &mut u32) -> bool {
        match bits.next() {
            Some(bit) => {
                *out = bit;
                true
            }
            None => false,
        }
    }
}

// The schema and its text views.
export! {
    /// A kind by its number.
    fn kind_from_number(number = u8, out: &mut Option<Kind>) -> () {
        *out = Kind::from_number(number);
    }
    /// What the schema says of a kind.
    fn kind_info(kind: &Kind) -> &'static KindInfo {
        kind.info()
    }
    /// A kind's number and name.
    fn kind_names(kind: &Kind, name: &mut &'static str, fields: &mut &'static [FieldInfo]) -> u8 {
        *name = kind.name();
        *fields = kind.fields();
        kind.number()
    }
    /// A kind by its name.
    fn kind_from_name(name: &str, out: &mut Option<Kind>) -> () {
        *out = Kind::from_name(name);
    }
    /// The kinds of a category and of a service.
    fn kinds_of(name: &str, category: &mut &'static [Kind], service: &mut &'static [Kind]) -> () {
        *category = schema::kinds_of_category(name);
        *service = schema::kinds_of_service(name);
    }
    /// A field by its number.
    fn field_by_number(kind: &KindInfo, number = u8) -> Option<&'static FieldInfo> {
        kind.field(number)
    }
    /// A field by its name.
    fn field_by_name(kind: &KindInfo, name: &str) -> Option<&'static FieldInfo> {
        kind.field_by_name(name)
    }
    /// A constant by its field's name.
    fn constant(kind: &KindInfo, name: &str) -> Option<&'static Constant> {
        kind.constant(name)
    }
    /// A number's text view.
    fn rendering_render(rendering: &Rendering, number = u64, out: &mut [u16; RENDER_UNITS]) -> usize {
        rendering.render(number, out).len()
    }
    /// The number of a text view.
    fn rendering_parse(rendering: &Rendering, text: [u16], out: &mut u64) -> bool {
        rendering.parse(text).map(|number| *out = number).is_some()
    }
}

// Text.
export! {
    /// A unit's fold.
    fn fold_unit(unit = u16) -> u16 {
        fold::unit(unit)
    }
    /// Whether a unit is its own fold.
    fn fold_is_folded(unit = u16) -> bool {
        fold::is_folded(unit)
    }
    /// A word's fold.
    fn fold_word(word = u64, ascii: &mut bool) -> u64 {
        *ascii = fold::word_is_ascii(word);
        fold::word(word)
    }
    /// Four units' fold.
    fn fold_chunk(units: &[u16; fold::LANES], packed: &mut u64) -> u64 {
        *packed = fold::pack(*units);
        fold::chunk(*units)
    }
    /// Whether a text is a folded literal.
    fn fold_eq(text: [u16], folded: [[u8; 2]]) -> bool {
        fold::eq(text, folded)
    }
    /// Whether a text is a literal, case and all.
    fn fold_eq_cased(text: [u16], literal: [[u8; 2]]) -> bool {
        fold::eq_cased(text, literal)
    }
}

// Patterns.
export! {
    /// Verifies a pattern.
    fn pattern_verify(bytes: [u8], out: &mut Option<Pattern<'static>>) -> u8 {
        match Pattern::verify(bytes) {
            Ok(pattern) => {
                *out = Some(pattern);
                0
            }
            Err(refusal) => refusal.code(),
        }
    }
    /// Lays a pattern out.
    fn pattern_unverified(bytes: [u8], out: &mut Option<Pattern<'static>>) -> u8 {
        match Pattern::unverified(bytes) {
            Ok(pattern) => {
                *out = Some(pattern);
                0
            }
            Err(refusal) => refusal.code(),
        }
    }
    /// Runs a pattern.
    fn pattern_run(pattern: &Pattern<'static>, text: [u16]) -> u8 {
        match pattern.run(text) {
            Ok(meets) => meets.into(),
            Err(BrokenProgram) => 2,
        }
    }
    /// Runs a pattern, counted.
    fn pattern_run_counted(pattern: &Pattern<'static>, text: [u16], steps: &mut u64) -> bool {
        let (meets, counted) = pattern.run_counted(text);
        *steps = counted;
        meets.is_ok()
    }
    /// What a pattern can cost.
    fn pattern_cost(pattern: &Pattern<'static>, fixed: &mut u32) -> u32 {
        *fixed = pattern.fixed_cost();
        pattern.cost_per_unit()
    }
    /// A pattern's parts.
    fn pattern_parts(pattern: &Pattern<'static>) -> usize {
        pattern.parts().ranges.len()
    }
}

/// Reads, checks and writes one record.
macro_rules! export_records {
    ($($name:ident $record:ident;)+) => { export! { $(
        /// Reads a record and writes it again.
        fn $name(bytes: &mut [u8; $record::SIZE], out: &mut $record) -> bool {
            *out = $record::read(bytes);
            let canonical = $record::is_canonical(bytes);
            *bytes = out.write();
            canonical
        }
    )+ } };
}

export_records! {
    record_header Header;
    record_kind KindRecord;
    record_cost CostRecord;
    record_rule RuleRecord;
    record_finder FinderRecord;
    record_table TableRecord;
    record_literal LiteralRecord;
    record_entry EntryRecord;
    record_network NetworkRecord;
    record_pattern PatternRecord;
}

// Codes, names and encodings.
export! {
    /// Decodes an instruction and encodes it again.
    fn instruction(bytes: &mut [u8; 8], out: &mut Option<Instruction>) -> bool {
        *out = Instruction::decode(*bytes);
        let Some(found) = out else {
            return false;
        };
        *bytes = found.encode();
        found.is_canonical()
    }
    /// What the table of operations says.
    fn operation(number = u8, name: &mut (&'static str, &'static str)) -> u8 {
        Op::from_number(number).map_or(0, |op| {
            *name = (op.name(), op.summary());
            op.number()
        })
    }
    /// A shape, and the names of its parts.
    fn shape(byte = u8, mode: &mut &'static str, place: &mut &'static str) -> u8 {
        *mode = Mode::from_number(byte).name();
        *place = Place::from_number(byte).map_or("", Place::name);
        Shape::decode(byte).map_or(0, Shape::encode)
    }
    /// The texts of codes.
    fn refusal_names(refusal: &Refusal, names: &mut [&'static str; 3]) -> u64 {
        *names = [refusal.code.name(), refusal.code.message(), refusal.section.name()];
        number(*refusal)
    }
    /// How many codes there are.
    fn code_count() -> usize {
        Code::ALL.len().wrapping_add(Section::ALL.len())
    }
}
