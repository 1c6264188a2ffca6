//! Instructions: one table from which decoder, verifier, machine, assembler and documentation derive.
//!
//! An instruction is eight bytes:
//!
//! ```text
//! byte 0   bits 0-5 operation, bit 6 trigger, bit 7 sense
//! byte 1   field
//! byte 2-3 skip
//! byte 4-7 operand
//! ```
//!
//! A test compares its outcome with the sense bit; where they agree the next `skip` instructions are passed
//! over. A skip is unsigned and counts from the next instruction, so a jump backwards or onto itself has no
//! encoding: every program ends after at most as many steps as it has instructions, verified or not. There are
//! no registers, so there is nothing that could be read before it is written.

use crate::bytes::Le;
use crate::cast;

/// What an instruction's operand names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// Nothing; must be zero.
    None,
    /// An atom of the kind.
    Atom,
    /// A loose literal, by its number in the file.
    Literal,
    /// A pattern, by its number in the file.
    Pattern,
    /// A number, by its number in the file.
    Number,
    /// An IP network, by its number in the file.
    Network,
    /// Bits 0-7 another field, bits 8-9 [`Mode`](crate::Mode), bit 10 case-sensitive.
    Field,
}

/// How an instruction uses its field and its skip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Ends the rule: neither field nor skip nor sense.
    End,
    /// Passes over instructions, always: neither field nor sense.
    Jump,
    /// Tests a field.
    Test,
}

macro_rules! operations {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal, $text:literal, $form:ident, $operand:ident;)+) => {
        /// What an instruction does.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Op { $($(#[doc = $doc])+ $name,)+ }

        impl Op {
            /// Every operation, in the order of their numbers.
            pub const ALL: &'static [Op] = &[$(Op::$name,)+];

            /// The operation with this number.
            #[inline(always)]
            #[must_use]
            pub const fn from_number(number: u8) -> Option<Op> {
                match number { $($number => Some(Op::$name),)+ _ => None }
            }

            /// The number in the instruction's first byte.
            #[must_use]
            pub const fn number(self) -> u8 {
                match self { $(Op::$name => $number,)+ }
            }

            /// The word that the assembler knows it by.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Op::$name => $text,)+ }
            }

            /// How it uses field and skip.
            #[must_use]
            pub const fn form(self) -> Form {
                match self { $(Op::$name => Form::$form,)+ }
            }

            /// What its operand names.
            #[must_use]
            pub const fn operand(self) -> Operand {
                match self { $(Op::$name => Operand::$operand,)+ }
            }

            /// What it does, for people.
            #[must_use]
            pub const fn summary(self) -> &'static str {
                match self { $(Op::$name => concat!($($doc,)+).trim_ascii(),)+ }
            }
        }
    };
}

operations! {
    /// Ends the rule without a match.
    End = 1, "end", End, None;
    /// Ends the rule with a match.
    Match = 2, "match", End, None;
    /// Ends the rule with *maybe*: this tier cannot know.
    Maybe = 3, "maybe", End, None;
    /// Passes over instructions.
    Jump = 4, "jump", Jump, None;
    /// Holds when the field's eager finder has found one of the atom's literals.
    Atom = 8, "atom", Test, Atom;
    /// Holds when the field's lazy finder finds one of the atom's literals; it runs once, when first asked.
    Lazy = 9, "lazy", Test, Atom;
    /// Holds when the field's text meets one loose literal in its mode.
    Text = 10, "text", Test, Literal;
    /// Holds when the field's text meets the pattern.
    Pattern = 11, "pattern", Test, Pattern;
    /// Holds when the field's text and another field's text stand in the operand's relation.
    Fields = 12, "fields", Test, Field;
    /// Holds when the field's text is an address within the network.
    Network = 13, "network", Test, Network;
    /// Holds when the field's number is the operand.
    NumberEq = 16, "eq", Test, Number;
    /// Holds when the field's number is below the operand.
    NumberLt = 17, "lt", Test, Number;
    /// Holds when the field's number is at most the operand.
    NumberLe = 18, "le", Test, Number;
    /// Holds when the field's number is above the operand.
    NumberGt = 19, "gt", Test, Number;
    /// Holds when the field's number is at least the operand.
    NumberGe = 20, "ge", Test, Number;
    /// Holds when the field has a text or a number.
    Present = 24, "present", Test, None;
    /// Holds when the field is absent: the source knows that there is none.
    Absent = 25, "absent", Test, None;
    /// Holds when the field is a text of no units.
    Empty = 26, "empty", Test, None;
    /// Holds when the source cannot know the field.
    Unsupplied = 27, "unsupplied", Test, None;
}

/// The operations' numbers, where a whole [`Op`] is not wanted.
pub(crate) mod number {
    use super::Op;

    pub(crate) const END: u8 = Op::End.number();
    pub(crate) const MATCH: u8 = Op::Match.number();
    pub(crate) const MAYBE: u8 = Op::Maybe.number();
    pub(crate) const JUMP: u8 = Op::Jump.number();
    pub(crate) const ATOM: u8 = Op::Atom.number();
    pub(crate) const LAZY: u8 = Op::Lazy.number();
    pub(crate) const TEXT: u8 = Op::Text.number();
    pub(crate) const PATTERN: u8 = Op::Pattern.number();
    pub(crate) const FIELDS: u8 = Op::Fields.number();
    pub(crate) const NETWORK: u8 = Op::Network.number();
    pub(crate) const ABSENT: u8 = Op::Absent.number();
    pub(crate) const EMPTY: u8 = Op::Empty.number();
}

/// An instruction as one word, of which only that is taken apart which is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Word(u64);

impl Word {
    #[inline(always)]
    pub(crate) const fn new(bytes: [u8; 8]) -> Self {
        Self(u64::from_le_bytes(bytes))
    }

    /// The operation's number, known or not.
    #[inline(always)]
    pub(crate) const fn op(self) -> u8 {
        self.byte(0) & OPERATION
    }

    #[inline(always)]
    pub(crate) const fn sense(self) -> bool {
        self.byte(0) & SENSE != 0
    }

    #[inline(always)]
    pub(crate) const fn field(self) -> u8 {
        self.byte(8)
    }

    #[inline(always)]
    pub(crate) const fn skip(self) -> u32 {
        cast::low32(self.0) >> 16
    }

    #[inline(always)]
    pub(crate) const fn operand(self) -> u32 {
        cast::low32(self.0 >> 32)
    }

    #[inline(always)]
    const fn byte(self, from: u32) -> u8 {
        cast::low8(cast::low32(self.0.wrapping_shr(from)))
    }
}

const OPERATION: u8 = 0b0011_1111;
const TRIGGER: u8 = 0b0100_0000;
const SENSE: u8 = 0b1000_0000;

/// A decoded instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// What it does.
    pub op: Op,
    /// Whether this test is of one of the rule's trigger atoms.
    pub trigger: bool,
    /// The outcome on which instructions are passed over.
    pub sense: bool,
    /// The field that is tested.
    pub field: u8,
    /// How many of the following instructions are passed over.
    pub skip: u16,
    /// What [`Op::operand`] says.
    pub operand: u32,
}

impl Instruction {
    /// An instruction that ends a rule.
    #[must_use]
    pub const fn end(op: Op) -> Self {
        Self {
            op,
            trigger: false,
            sense: false,
            field: 0,
            skip: 0,
            operand: 0,
        }
    }

    /// Reads an instruction in place; `None` when the operation is unknown.
    #[inline(always)]
    #[must_use]
    pub fn decode(bytes: [u8; 8]) -> Option<Self> {
        let first = <u8 as Le>::get(&bytes, 0);
        Some(Self {
            op: Op::from_number(first & OPERATION)?,
            trigger: first & TRIGGER != 0,
            sense: first & SENSE != 0,
            field: Le::get(&bytes, 1),
            skip: Le::get(&bytes, 2),
            operand: Le::get(&bytes, 4),
        })
    }

    /// The instruction's one encoding.
    #[must_use]
    pub fn encode(self) -> [u8; 8] {
        let mut bytes = [0; 8];
        let flags = if self.trigger { TRIGGER } else { 0 } | if self.sense { SENSE } else { 0 };
        (self.op.number() | flags).put(&mut bytes, 0);
        self.field.put(&mut bytes, 1);
        self.skip.put(&mut bytes, 2);
        self.operand.put(&mut bytes, 4);
        bytes
    }

    /// Whether everything that the operation's form leaves unused is zero.
    #[must_use]
    pub fn is_canonical(self) -> bool {
        let operand = match self.op.operand() {
            Operand::None => self.operand == 0,
            Operand::Field => self.operand < 1 << 11,
            _ => true,
        };
        let form = match self.op.form() {
            Form::End => !self.trigger && !self.sense && self.field == 0 && self.skip == 0,
            Form::Jump => !self.trigger && !self.sense && self.field == 0,
            Form::Test => !self.trigger || matches!(self.op, Op::Atom),
        };
        operand && form
    }
}
