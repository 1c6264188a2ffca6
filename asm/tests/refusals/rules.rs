//! Rules and instructions.

use cofferdam_interpreter::code::{Instruction, Op};
use cofferdam_interpreter::layout::{FinderRecord, RuleRecord};
use cofferdam_interpreter::schema::field::process_creation as field;
use cofferdam_interpreter::{Code, Mode, Section};

use crate::book::Book;
use crate::files::kind;
use crate::support::sections::Sections;

/// Where the rules' code begins, in file order.
const ALWAYS: usize = 0;
const FIRST: usize = 4;
const SECOND: usize = 8;

pub(crate) fn write(book: &mut Book) {
    records(book);
    order(book);
    instructions(book);
    flow(book);
    triggers(book);
}

fn rule(sections: &mut Sections, index: usize, change: impl FnOnce(&mut RuleRecord)) {
    sections.record(Section::Rules, index, |bytes| {
        let mut record = RuleRecord::read(bytes);
        change(&mut record);
        *bytes = record.write();
    });
}

pub(crate) fn code(sections: &mut Sections, index: usize, change: impl FnOnce(&mut Instruction)) {
    sections.record(Section::Code, index, |bytes| {
        let mut instruction = Instruction::decode(*bytes).expect("an instruction");
        change(&mut instruction);
        *bytes = instruction.encode();
    });
}

fn records(book: &mut Book) {
    let at = |code, index| (code, Section::Rules, index);
    book.file("a reserved byte of a rule", at(Code::Reserved, 2), |it| {
        it.record::<48>(Section::Rules, 2, |bytes| bytes[47] = 1);
    });
    book.file("a rule without code", at(Code::RuleLength, 0), |it| {
        rule(it, 0, |rule| rule.code_count = 0);
    });
    book.file("a rule too long", at(Code::RuleLength, 0), |it| {
        rule(it, 0, |rule| rule.code_count = 4_097);
    });
    book.file("no such severity", at(Code::RuleShape, 0), |it| {
        rule(it, 0, |rule| rule.severity = 5);
    });
    book.file("no such action", at(Code::RuleShape, 0), |it| {
        rule(it, 0, |rule| rule.action = 2);
    });
    book.file("no such flag", at(Code::RuleShape, 0), |it| {
        rule(it, 0, |rule| rule.flags = 2);
    });
    book.file("maybe not declared", at(Code::RuleShape, 2), |it| {
        rule(it, 2, |rule| rule.flags = 0);
    });
    book.file(
        "maybe declared of a rule that is certain",
        at(Code::RuleShape, 1),
        |it| {
            rule(it, 1, |rule| rule.flags = 1);
        },
    );
    book.file(
        "an image cannot be denied",
        at(Code::DenyNotPossible, 3),
        |it| {
            rule(it, 3, |rule| rule.action = 1);
        },
    );
    book.file("a gap before the code", at(Code::Gap, 1), |it| {
        rule(it, 1, |rule| rule.code_start += 1);
    });
    book.file("code beyond the section", at(Code::OutOfRange, 3), |it| {
        rule(it, 3, |rule| rule.code_count += 1);
    });
    book.file("a gap before the name", at(Code::Gap, 1), |it| {
        rule(it, 1, |rule| rule.name_start += 1);
    });
    book.file("a name beyond the section", at(Code::OutOfRange, 3), |it| {
        rule(it, 3, |rule| rule.meta_length = u16::MAX);
    });
    book.file("no name", at(Code::Name, 0), |it| {
        rule(it, 0, |rule| {
            rule.meta_length = rule.name_length;
            rule.name_length = 0;
        });
    });
    book.file("a name that is not UTF-8", at(Code::Name, 0), |it| {
        it.body(Section::Names)[0] = 0xFF;
    });
    book.file("metadata that is not UTF-8", at(Code::Name, 1), |it| {
        it.body(Section::Names)[11] = 0xFF;
    });
    // A character must not lie across name and metadata, though the whole is UTF-8.
    book.other(
        "a character across name and metadata",
        at(Code::Name, 0),
        "kind image_load { rule 1.0 low alert 'x' meta '\u{E4}' always { match } }",
        |it| {
            rule(it, 0, |rule| {
                rule.name_length = 2;
                rule.meta_length = 1;
            });
        },
    );
}

fn order(book: &mut Book) {
    let at = |code, index| (code, Section::Rules, index);
    book.file("rules out of order", at(Code::Order, 2), |it| {
        rule(it, 2, |rule| rule.id = [0; 16]);
    });
    book.file("a rule twice", at(Code::DuplicateRule, 2), |it| {
        rule(it, 2, |rule| rule.condition = 0);
    });
    book.file(
        "a rule that always runs, and is fired",
        at(Code::DuplicateRule, 0),
        |it| {
            let mut id = [0; 16];
            id[15] = 1;
            rule(it, 1, |rule| rule.id = id);
        },
    );
}

fn instructions(book: &mut Book) {
    let at = |code, index: usize| (code, Section::Code, index as u32);
    book.file("no such operation", at(Code::Operation, ALWAYS), |it| {
        it.record::<8>(Section::Code, ALWAYS, |bytes| bytes[0] = 63);
    });
    book.file("operation zero", at(Code::Operation, FIRST + 3), |it| {
        it.record::<8>(Section::Code, FIRST + 3, |bytes| bytes[0] = 0);
    });
    type Damage = fn(&mut Instruction);
    let reserved: [(&str, usize, Damage); 8] = [
        ("an end that jumps", ALWAYS + 2, |code| code.skip = 1),
        ("an end with a sense", ALWAYS + 2, |code| code.sense = true),
        ("an end of a field", ALWAYS + 2, |code| code.field = 1),
        ("an end with an operand", ALWAYS + 2, |code| {
            code.operand = 1
        }),
        ("a trigger that is no atom", ALWAYS, |code| {
            code.trigger = true
        }),
        ("a lazy trigger", FIRST + 1, |code| code.trigger = true),
        ("a jump of a field", ALWAYS, |code| {
            *code = Instruction {
                field: 1,
                ..Instruction::end(Op::Jump)
            };
        }),
        ("presence with an operand", ALWAYS, |code| {
            code.op = Op::Present;
            code.operand = 1;
        }),
    ];
    for (name, index, change) in reserved {
        book.file(name, at(Code::InstructionReserved, index), |it| {
            code(it, index, change)
        });
    }
    // The third rule of the image_load kind compares two fields.
    book.file(
        "a reserved bit of two fields",
        at(Code::InstructionReserved, 13),
        |it| {
            code(it, 13, |code| code.operand |= 1 << 11);
        },
    );
    book.file("no such other field", at(Code::Operand, 13), |it| {
        code(it, 13, |code| code.operand |= 0xFF);
    });
    book.file(
        "a field that contains another",
        at(Code::Operand, 13),
        |it| {
            code(it, 13, |code| {
                code.operand &= 0xFF | u32::from(Mode::Contains.number()) << 8
            });
        },
    );
    book.file("no such field", at(Code::UnknownField, ALWAYS), |it| {
        code(it, ALWAYS, |code| code.field = 28);
    });
    book.file(
        "a number of a text",
        at(Code::FieldType, ALWAYS + 1),
        |it| {
            code(it, ALWAYS + 1, |code| code.field = field::IMAGE as u8);
        },
    );
    book.file(
        "a network of a number",
        at(Code::FieldType, SECOND + 1),
        |it| {
            code(it, SECOND + 1, |code| code.field = field::PROCESS_ID as u8);
        },
    );
    book.file("no such atom", at(Code::AtomOperand, FIRST), |it| {
        code(it, FIRST, |code| code.operand = 3);
    });
    book.file(
        "another finder's atom",
        at(Code::AtomOperand, FIRST),
        |it| {
            code(it, FIRST, |code| code.operand = 1);
        },
    );
    book.file(
        "a lazy atom asked for as an eager one",
        at(Code::AtomOperand, FIRST + 1),
        |it| {
            code(it, FIRST + 1, |code| code.op = Op::Atom);
        },
    );
    book.file(
        "a field without a finder",
        at(Code::AtomOperand, FIRST + 1),
        |it| {
            code(it, FIRST + 1, |code| code.field = field::USER as u8);
        },
    );
    book.file("no such pattern", at(Code::Operand, ALWAYS), |it| {
        code(it, ALWAYS, |code| code.operand = 1);
    });
    book.file("no such number", at(Code::Operand, ALWAYS + 1), |it| {
        code(it, ALWAYS + 1, |code| code.operand = u32::MAX);
    });
    book.file("no such network", at(Code::Operand, SECOND + 1), |it| {
        code(it, SECOND + 1, |code| code.operand = 1);
    });
    book.file("no such literal", at(Code::Operand, SECOND + 2), |it| {
        code(it, SECOND + 2, |code| code.operand = 6);
    });
    book.file(
        "a finder's literal as a loose one",
        at(Code::Operand, SECOND + 2),
        |it| {
            code(it, SECOND + 2, |code| code.operand = 0);
        },
    );
}

fn flow(book: &mut Book) {
    let at = |code, index: usize| (code, Section::Code, index as u32);
    book.file(
        "a jump to just behind the rule",
        at(Code::JumpOutOfRule, ALWAYS),
        |it| {
            code(it, ALWAYS, |code| code.skip = 3);
        },
    );
    book.file("a jump far away", at(Code::JumpOutOfRule, ALWAYS), |it| {
        code(it, ALWAYS, |code| code.skip = u16::MAX);
    });
    book.file(
        "a rule that falls off its end",
        at(Code::JumpOutOfRule, ALWAYS + 3),
        |it| {
            code(it, ALWAYS + 3, |code| *code = Instruction::end(Op::Jump));
        },
    );
    book.file("a last test", at(Code::JumpOutOfRule, ALWAYS + 3), |it| {
        code(it, ALWAYS + 3, |code| code.op = Op::Present);
    });
    book.file(
        "an instruction passed over",
        at(Code::Unreachable, ALWAYS + 1),
        |it| {
            code(it, ALWAYS, |code| {
                *code = Instruction {
                    skip: 1,
                    ..Instruction::end(Op::Jump)
                };
            });
        },
    );
    book.file(
        "a rule that says no",
        (Code::NeverMatches, Section::Rules, 0),
        |it| {
            code(it, ALWAYS + 2, |code| code.op = Op::End);
        },
    );
}

fn triggers(book: &mut Book) {
    let rules = |code, index| (code, Section::Rules, index);
    let at = |code, index: usize| (code, Section::Code, index as u32);
    book.file(
        "matches where its trigger fails",
        rules(Code::TriggerNotNecessary, 1),
        |it| {
            code(it, FIRST, |code| code.sense = true);
        },
    );
    book.file(
        "its trigger not marked",
        rules(Code::TriggerNotNecessary, 1),
        |it| {
            code(it, FIRST, |code| code.trigger = false);
        },
    );
    book.file(
        "maybe where its trigger fails",
        rules(Code::TriggerNotNecessary, 2),
        |it| {
            code(it, SECOND, |code| code.skip = 0);
        },
    );
    book.file(
        "another rule's trigger",
        at(Code::TriggerNotFired, FIRST),
        |it| {
            code(it, FIRST, |code| {
                code.operand = 1;
                code.field = field::COMMAND_LINE as u8;
            });
        },
    );
    book.file(
        "a trigger that fires nothing",
        at(Code::TriggerNotFired, FIRST),
        |it| {
            // The one fire of the first finder's one atom goes.
            it.body(Section::Fires).drain(..2);
            for (index, less) in [(1, 1), (2, 1), (3, 1)] {
                it.record::<4>(Section::FireBounds, index, |bytes| {
                    *bytes = (u32::from_le_bytes(*bytes) - less).to_le_bytes();
                });
            }
        },
    );
    book.other(
        "a trigger of a rule that always runs",
        at(Code::TriggerNotFired, 0),
        "kind image_load { atom a eager Image { contains 'x' }
            rule 1.0 low alert 'x' triggered { unless trigger a -> no; match; no: end } }",
        |it| {
            kind(it, 0, |kind| kind.always_count = 1);
            it.body(Section::Fires).clear();
            it.record::<4>(Section::FireBounds, 1, |bytes| *bytes = [0; 4]);
            let finder = FinderRecord::read(it.body(Section::Finders).first_chunk().expect("one"));
            assert_eq!(finder.fire_bounds_start, 0);
        },
    );
}
