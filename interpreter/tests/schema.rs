//! The schema against itself, against recorded events, and against the public rules.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

#[path = "schema/corpus.rs"]
mod corpus;
#[path = "schema/yaml.rs"]
mod yaml;

use std::collections::BTreeSet;

use cofferdam_interpreter::schema::{
    CATEGORIES, FINGERPRINT, KIND_COUNT, Kind, RENDER_UNITS, Rendering, Tier, Type, field,
    kinds_of_category, kinds_of_service, may_write,
};

#[test]
fn numbers_are_dense_and_names_unique() {
    assert_eq!(Kind::ALL.len(), KIND_COUNT);
    let mut names = BTreeSet::new();
    for (number, kind) in (0_u8..).zip(Kind::ALL) {
        let info = kind.info();
        assert_eq!(kind.number(), number);
        assert_eq!(Kind::from_number(number), Some(kind));
        assert_eq!(Kind::from_name(info.name), Some(kind));
        assert_eq!(info.kind, kind);
        assert!(names.insert(info.name), "{}", info.name);
        assert!((1..=250).contains(&info.fields.len()));
        for (number, field) in (0_u8..).zip(info.fields) {
            assert_eq!(field.number, number);
            assert_eq!(info.field(number), Some(field));
            assert_eq!(info.field_by_name(field.name), Some(field), "twice");
            assert_eq!(info.constant(field.name), None, "a field and a constant");
            let verbatim = field.rendering == Rendering::Verbatim;
            assert_eq!(field.ty == Type::Text, verbatim, "{}", field.name);
            assert!(field.tier == Tier::User || info.tier == Tier::Kernel);
        }
        assert_eq!(info.field_by_name("no such field"), None);
    }
    for number in KIND_COUNT..256 {
        assert_eq!(Kind::from_number(u8::try_from(number).unwrap()), None);
    }
    assert_ne!(FINGERPRINT, [0; 32]);
}

/// Content holds these numbers. A line here changes only together with the schema's number.
#[test]
fn the_kernels_numbers_are_stable() {
    let kernel: Vec<&str> = Kind::ALL
        .into_iter()
        .map(Kind::info)
        .filter(|info| info.tier == Tier::Kernel)
        .map(|info| info.name)
        .collect();
    assert_eq!(
        kernel,
        [
            "process_creation",
            "process_termination",
            "file_event",
            "file_delete",
            "file_rename",
            "file_change",
            "file_access",
            "create_stream_hash",
            "pipe_created",
            "image_load",
            "driver_load",
            "registry_add",
            "registry_set",
            "registry_delete",
            "registry_rename",
            "create_remote_thread",
            "process_access",
            "raw_access_thread",
            "file_executable_detected",
        ]
    );
    let process = Kind::ProcessCreation.info();
    assert_eq!(process.field_by_name("Image").unwrap().number, 4);
    assert_eq!(field::process_creation::IMAGE, 4);
    assert_eq!(field::process_creation::COUNT, process.fields.len());
    assert_eq!(field::process_access::SOURCE_PROCESS_GUID, 2);
}

#[test]
fn log_sources_resolve() {
    assert_eq!(kinds_of_category("file_event"), [Kind::FileEvent]);
    assert_eq!(kinds_of_service("security"), [Kind::Security]);
    assert_eq!(kinds_of_category("registry_event").len(), 4);
    for unknown in ["security", "nonsense", ""] {
        assert!(kinds_of_category(unknown).is_empty());
    }
    assert!(kinds_of_service("file_event").is_empty());
    for category in CATEGORIES {
        assert_eq!(Kind::from_name(category.name), None);
        assert_eq!(kinds_of_category(category.name), category.kinds);
    }
}

#[test]
fn the_kernel_denies_only_what_it_can() {
    let denied: BTreeSet<&str> = Kind::ALL
        .into_iter()
        .filter(|kind| kind.info().can_deny)
        .map(Kind::name)
        .collect();
    let expected = [
        "create_stream_hash",
        "file_access",
        "file_delete",
        "file_event",
        "process_access",
        "process_creation",
        "registry_add",
        "registry_delete",
        "registry_rename",
        "registry_set",
    ];
    assert_eq!(denied, expected.into());
}

#[test]
fn numbers_render_as_recorded() {
    for (rendering, number, text) in [
        (Rendering::Decimal, 0, "0"),
        (Rendering::Decimal, 9_076, "9076"),
        (Rendering::Decimal, u64::MAX, "18446744073709551615"),
        (Rendering::Hex, 0, "0x0"),
        (Rendering::Hex, 0x1410, "0x1410"),
        (Rendering::Hex, 0x3E7, "0x3e7"),
        (Rendering::Hex, 0x1F_FFFF, "0x1fffff"),
        (Rendering::Hex, u64::MAX, "0xffffffffffffffff"),
        (Rendering::Address, 0, "0x0000000000000000"),
        (Rendering::Address, 0x7FFF_9F40_EB60, "0x00007FFF9F40EB60"),
        (Rendering::Dword, 0, "DWORD (0x00000000)"),
        (Rendering::Dword, 0x1000_0604, "DWORD (0x10000604)"),
        (Rendering::Dword, 0xFFFF_FFFF, "DWORD (0xffffffff)"),
        (Rendering::Qword, 0, "QWORD (0x00000000-0x00000000)"),
        (
            Rendering::Qword,
            0x000A_0000_3AB7_0000,
            "QWORD (0x000a0000-0x3ab70000)",
        ),
        (Rendering::UtcTime, 0, "1601-01-01 00:00:00.000"),
        (
            Rendering::UtcTime,
            116_444_736_000_000_000,
            "1970-01-01 00:00:00.000",
        ),
        (
            Rendering::UtcTime,
            125_962_559_999_990_000,
            "2000-02-28 23:59:59.999",
        ),
        (
            Rendering::UtcTime,
            125_962_560_000_000_000,
            "2000-02-29 00:00:00.000",
        ),
        (
            Rendering::UtcTime,
            133_342_868_267_880_000,
            "2023-07-20 00:33:46.788",
        ),
    ] {
        assert_eq!(rendered(rendering, number), text);
        assert_eq!(parsed(rendering, text), Some(number), "{text}");
        assert_eq!(parsed(rendering, &text.to_uppercase()), Some(number));
    }
    assert_eq!(rendered(Rendering::Verbatim, 7), "7");
    assert_eq!(
        rendered(Rendering::Dword, 1 << 32 | 5),
        "DWORD (0x00000005)"
    );
    assert_eq!(
        rendered(Rendering::UtcTime, u64::MAX),
        "60056-05-28 05:36:10.955"
    );
}

#[test]
fn text_that_no_number_renders_as_is_refused() {
    for (rendering, text) in [
        (Rendering::Verbatim, "7"),
        (Rendering::Decimal, ""),
        (Rendering::Decimal, "07"),
        (Rendering::Decimal, "+7"),
        (Rendering::Decimal, "7 "),
        (Rendering::Decimal, "18446744073709551616"),
        (Rendering::Hex, "0x"),
        (Rendering::Hex, "0x01410"),
        (Rendering::Hex, "1410"),
        (Rendering::Hex, "0x10000000000000000"),
        (Rendering::Address, "0x7FFF9F40EB60"),
        (Rendering::Dword, "DWORD (0x1)"),
        (Rendering::Dword, "DWORD (0x00000001) "),
        (Rendering::Qword, "QWORD (0x00000000-0x0000000g)"),
        (Rendering::UtcTime, "202"),
        (Rendering::UtcTime, "1600-12-31 23:59:59.999"),
        (Rendering::UtcTime, "2023-02-29 00:00:00.000"),
        (Rendering::UtcTime, "2023-00-10 00:00:00.000"),
        (Rendering::UtcTime, "2023-07-20T00:33:46.788"),
        (Rendering::UtcTime, "2023-07-20 00:60:46.788"),
    ] {
        assert_eq!(parsed(rendering, text), None, "{text}");
    }
}

/// Finders pass numbers over where no text of a number can have what they look for.
#[test]
fn numbers_write_nothing_else() {
    let renderings = [
        Rendering::Verbatim,
        Rendering::Decimal,
        Rendering::Hex,
        Rendering::Address,
        Rendering::Dword,
        Rendering::Qword,
        Rendering::UtcTime,
    ];
    let numbers =
        (0..64).flat_map(|bit| [1_u64 << bit, u64::MAX >> bit, 0x0123_4567_89AB_CDEF << bit]);
    for (rendering, number) in renderings
        .into_iter()
        .flat_map(|it| numbers.clone().map(move |n| (it, n)))
    {
        let text = rendered(rendering, number);
        for unit in text.encode_utf16() {
            assert!(may_write(cofferdam_interpreter::fold::unit(unit)), "{text}");
        }
    }
    for unit in "\\GHIJKLMNPSTUVYZ_/%\u{C4}\u{130}".encode_utf16() {
        assert!(!may_write(unit));
    }
}

fn rendered(rendering: Rendering, number: u64) -> String {
    let mut out = [0; RENDER_UNITS];
    String::from_utf16(rendering.render(number, &mut out)).unwrap()
}

fn parsed(rendering: Rendering, text: &str) -> Option<u64> {
    let units: Vec<u16> = text.encode_utf16().collect();
    rendering.parse(&units)
}
