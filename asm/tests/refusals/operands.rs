//! Patterns, networks and costs.

use cofferdam_interpreter::layout::{CostRecord, NetworkRecord, PatternRecord};
use cofferdam_interpreter::{Code, Section};

use crate::book::Book;
use crate::files::kind;
use crate::support::sections::Sections;

pub(crate) fn write(book: &mut Book) {
    operands(book);
    costs(book);
}

fn operands(book: &mut Book) {
    let pattern = |code| (code, Section::Patterns, 0);
    let change = |it: &mut Sections, change: &dyn Fn(&mut PatternRecord)| {
        it.record(Section::Patterns, 0, |bytes| {
            let mut record = PatternRecord::read(bytes);
            change(&mut record);
            *bytes = record.write();
        });
    };
    book.file("a gap before a pattern", pattern(Code::Gap), |it| {
        change(it, &|record| record.start = 1);
    });
    book.file(
        "a pattern beyond the section",
        pattern(Code::OutOfRange),
        |it| {
            change(it, &|record| record.length += 1);
        },
    );
    book.file(
        "a pattern's program cut off",
        pattern(Code::Pattern),
        |it| {
            change(it, &|record| record.length -= 1);
        },
    );
    book.file("a pattern of three words", pattern(Code::Pattern), |it| {
        it.body(Section::PatternBytes)[0] = 3;
    });
    let network = |it: &mut Sections, change: &dyn Fn(&mut NetworkRecord)| {
        it.record(Section::Networks, 0, |bytes| {
            let mut record = NetworkRecord::read(bytes);
            change(&mut record);
            *bytes = record.write();
        });
    };
    let at = (Code::Network, Section::Networks, 0);
    book.file("no such family", at, |it| {
        network(it, &|record| record.family = 5)
    });
    book.file("a prefix too long", at, |it| {
        network(it, &|record| record.prefix = 33)
    });
    book.file("host bits", at, |it| {
        network(it, &|record| record.address[3] = 1)
    });
    book.file("more than an IPv4 address", at, |it| {
        network(it, &|record| record.address[4] = 1)
    });
    book.file("a reserved byte of a network", at, |it| {
        it.record::<24>(Section::Networks, 0, |bytes| bytes[2] = 1);
    });
}

fn costs(book: &mut Book) {
    let kinds = |code| (code, Section::Kinds, 0);
    let costs = |code| (code, Section::Costs, 0);
    book.file("a lower cost declared", kinds(Code::CostMismatch), |it| {
        kind(it, 0, |kind| kind.cost_fixed -= 1);
    });
    book.file("a higher cost declared", kinds(Code::CostMismatch), |it| {
        kind(it, 0, |kind| kind.cost_fixed += 1);
    });
    book.file(
        "a unit's cost not declared",
        kinds(Code::CostMismatch),
        |it| {
            kind(it, 0, |kind| kind.cost_count -= 1);
            kind(it, 1, |kind| kind.cost_start -= 1);
        },
    );
    book.file(
        "a unit's cost declared lower",
        costs(Code::CostMismatch),
        |it| {
            it.record(Section::Costs, 0, |bytes| {
                let mut record = CostRecord::read(bytes);
                record.per_unit -= 1;
                *bytes = record.write();
            });
        },
    );
    book.file("a cost of another field", costs(Code::CostMismatch), |it| {
        it.record::<8>(Section::Costs, 0, |bytes| bytes[0] ^= 1);
    });
    book.file("a reserved byte of a cost", costs(Code::Reserved), |it| {
        it.record::<8>(Section::Costs, 0, |bytes| bytes[1] = 1);
    });
    let rule = |index| (Code::RuleTooCostly, Section::Rules, index);
    book.limits("a rule too dear", rule(0), |limits| limits.rule_fixed = 10);
    book.limits("a rule too dear for each unit", rule(0), |limits| {
        limits.rule_per_unit = 0
    });
    book.limits("an event too dear", kinds(Code::EventTooCostly), |limits| {
        limits.event_fixed = 10;
    });
    book.limits(
        "an event too dear for each unit",
        kinds(Code::EventTooCostly),
        |limits| {
            limits.event_per_unit = 3;
        },
    );
}
