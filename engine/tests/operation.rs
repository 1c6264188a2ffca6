//! What operations mean: each documented case, and each way around it that is known.
#![allow(
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic: that is how it fails"
)]

mod support;

use cofferdam_engine::details::details;
use cofferdam_engine::judge::Phase;
use cofferdam_engine::names::NameFault;
use cofferdam_engine::operation::file::{
    Create, Created, Deletion, Setting, is_program_header, new_creation_time, program_header,
};
use cofferdam_engine::operation::handle;
use cofferdam_engine::operation::registry::{Change, Notification};
use cofferdam_interpreter::schema::Kind;
use support::{narrow, wide};

const SUPERSEDE: u32 = 0;
const OPEN: u32 = 1;
const CREATE: u32 = 2;
const OPEN_IF: u32 = 3;
const OVERWRITE: u32 = 4;
const OVERWRITE_IF: u32 = 5;
const DELETE_ON_CLOSE: u32 = 0x1000;

fn create(disposition: u32, options: u32) -> Create {
    Create::new(disposition << 24 | options, 0x0012_0089, 0, false)
}

fn kind(created: Option<Created>) -> Option<Kind> {
    created.map(|created| created.kind)
}

#[test]
fn what_could_make_or_destroy_is_judged_before() {
    for disposition in [SUPERSEDE, CREATE, OPEN_IF, OVERWRITE, OVERWRITE_IF, 6, 255] {
        assert!(
            create(disposition, 0).must_be_judged_before(),
            "{disposition}"
        );
        let directory = create(disposition, 1);
        assert!(
            !directory.must_be_judged_before(),
            "a directory, {disposition}"
        );
    }
    assert!(!create(OPEN, 0).must_be_judged_before());
    assert!(create(OPEN, DELETE_ON_CLOSE).must_be_judged_before());
    assert!(create(OPEN, DELETE_ON_CLOSE | 1).must_be_judged_before());
}

#[test]
fn paging_files_and_target_directories_are_skipped() {
    for flags in [2, 4, 6] {
        let create = Create {
            flags,
            ..create(CREATE, DELETE_ON_CLOSE)
        };
        assert!(create.is_skipped() && !create.must_be_judged_before());
        assert_eq!(create.done(0, 2, false, false), None);
    }
    // The case-sensitive flag, and forced access checks.
    let other = Create {
        flags: 0x80 | 0x01,
        ..create(CREATE, 0)
    };
    assert!(!other.is_skipped() && other.must_be_judged_before());
}

#[test]
fn a_file_event_is_a_file_that_was_made_or_emptied() {
    let made = create(OVERWRITE_IF, 0);
    for (information, expected) in [
        (0, Some(Kind::FileEvent)),
        (1, Some(Kind::FileAccess)),
        (2, Some(Kind::FileEvent)),
        (3, Some(Kind::FileEvent)),
        (4, None),
        (5, None),
    ] {
        assert_eq!(kind(made.done(0, information, false, false)), expected);
        assert_eq!(made.done(0, information, true, false), None, "a directory");
    }
    assert_eq!(
        kind(made.done(0, 2, false, true)),
        Some(Kind::CreateStreamHash)
    );
    assert_eq!(
        kind(made.done(0, 2, true, true)),
        Some(Kind::CreateStreamHash)
    );
    assert_eq!(kind(made.done(0, 1, false, true)), Some(Kind::FileAccess));
}

#[test]
fn what_failed_or_went_elsewhere_is_no_event() {
    let made = create(CREATE, 0);
    assert_eq!(made.done(0x104, 2, false, false), None, "STATUS_REPARSE");
    assert_eq!(made.done(-1, 2, false, false), None);
    // Other success codes are successes: STATUS_OPLOCK_BREAK_IN_PROGRESS.
    assert_eq!(
        kind(made.done(0x108, 2, false, false)),
        Some(Kind::FileEvent)
    );
}

#[test]
fn only_a_plain_open_can_be_taken_back() {
    assert!(create(OPEN, 0).done(0, 1, false, false).unwrap().can_cancel);
    assert!(
        create(OPEN_IF, 0)
            .done(0, 1, false, false)
            .unwrap()
            .can_cancel
    );
    assert!(
        !create(OPEN_IF, 0)
            .done(0, 2, false, false)
            .unwrap()
            .can_cancel
    );
    assert!(
        !create(OPEN, DELETE_ON_CLOSE)
            .done(0, 1, false, false)
            .unwrap()
            .can_cancel
    );
}

#[test]
fn a_volume_is_accessed_raw_where_its_data_is() {
    for (access, expected) in [
        (0x0000_0001, Some(Kind::RawAccessThread)),
        (0x0000_0002, Some(Kind::RawAccessThread)),
        (0x8000_0000, Some(Kind::RawAccessThread)),
        (0x0010_0080, None),
    ] {
        let volume = Create::new(OPEN << 24, access, 0, true);
        assert_eq!(kind(volume.done(0, 1, false, false)), expected);
        assert!(!volume.must_be_judged_before());
    }
}

#[test]
fn each_way_to_delete_is_noticed_and_each_way_back() {
    let closed = Deletion::new(&create(OPEN, DELETE_ON_CLOSE));
    let open = Deletion::new(&create(OPEN, 0));
    assert!(closed.may_delete() && !open.may_delete());
    let (plain, flags) = (Setting::Disposition, Setting::DispositionFlags);
    assert!(open.after(plain, 1).may_delete());
    // The field is a boolean: any value but 0.
    assert!(open.after(plain, 2).may_delete());
    assert!(!open.after(plain, 1).after(plain, 0).may_delete());
    assert!(open.after(flags, 1).may_delete());
    assert!(open.after(flags, 1 | 2).may_delete(), "POSIX");
    assert!(!open.after(flags, 2).may_delete());
    assert!(open.after(flags, 1 | 8).may_delete());
    // Setting the disposition back leaves delete-on-close; only its own flag takes that back.
    assert!(closed.after(plain, 0).may_delete());
    assert!(closed.after(flags, 0).may_delete());
    assert!(!closed.after(flags, 8).may_delete());
    assert_eq!(open.after(Setting::Rename, 1), open);
}

#[test]
fn classes_that_bypass_access_checks_do_the_same() {
    for (class, expected) in [
        (4, Some(Setting::Times)),
        (10, Some(Setting::Rename)),
        (56, Some(Setting::Rename)),
        (65, Some(Setting::Rename)),
        (66, Some(Setting::Rename)),
        (11, Some(Setting::Link)),
        (57, Some(Setting::Link)),
        (72, Some(Setting::Link)),
        (73, Some(Setting::Link)),
        (13, Some(Setting::Disposition)),
        (64, Some(Setting::DispositionFlags)),
        (20, None),
    ] {
        assert_eq!(Setting::of(class), expected, "{class}");
    }
}

#[test]
fn creation_times_that_say_nothing_are_left() {
    for (time, expected) in [
        (0, None),
        (-1, None),
        (-2, None),
        (7, Some(7)),
        (i64::MAX, Some(i64::MAX as u64)),
    ] {
        assert_eq!(new_creation_time(time.to_le_bytes()), expected);
    }
}

#[test]
fn notifications_become_changes() {
    for (class, change, phase) in [
        (0, Change::DeleteKey, Phase::Before),
        (1, Change::SetValue, Phase::Before),
        (2, Change::DeleteValue, Phase::Before),
        (4, Change::Rename, Phase::Before),
        (15, Change::DeleteKey, Phase::After),
        (16, Change::SetValue, Phase::After),
        (17, Change::DeleteValue, Phase::After),
        (19, Change::Rename, Phase::After),
        (26, Change::Create, Phase::Before),
        (27, Change::Create, Phase::After),
        (32, Change::Replace, Phase::Before),
        (33, Change::Replace, Phase::After),
        (41, Change::Replace, Phase::Before),
        (42, Change::Replace, Phase::After),
        (45, Change::Replace, Phase::Before),
        (46, Change::Replace, Phase::After),
    ] {
        assert_eq!(
            Notification::of(class),
            Some(Notification { change, phase })
        );
        assert!(change.kind().info().can_deny, "{change:?}");
    }
    for class in [3, 8, 10, 11, 14, 25, 28, 29, 34, 40, 47, 51, u32::MAX] {
        assert_eq!(Notification::of(class), None, "{class}");
    }
}

#[test]
fn a_key_that_was_there_was_not_created() {
    assert!(Change::Create.has_happened(0, || Some(1)));
    assert!(!Change::Create.has_happened(0, || Some(2)));
    assert!(!Change::Create.has_happened(0, || None));
    assert!(!Change::Create.has_happened(-1, || Some(1)));
    assert!(Change::SetValue.has_happened(0, || None));
    assert!(!Change::SetValue.has_happened(-1, || None));
}

#[test]
fn a_denied_handle_can_still_be_waited_for_and_queried() {
    assert_eq!(handle::denied(0x001F_FFFF), 0x001F_F414);
    assert_eq!(handle::denied(0x0010_1000), 0x0010_1000);
    assert!(handle::is_watched(false, 1, 2));
    assert!(!handle::is_watched(false, 1, 1) && !handle::is_watched(true, 1, 2));
}

fn text(units: &str) -> Vec<u8> {
    wide(units).into_iter().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn details_are_written_as_sysmon_does() {
    for (kind, data, expected) in [
        (4, vec![1, 0, 0, 0x80], "DWORD (0x80000001)"),
        (4, vec![1, 0, 0], "Binary Data"),
        (
            11,
            vec![2, 0, 0, 0, 1, 0, 0, 0],
            "QWORD (0x00000001-0x00000002)",
        ),
        (11, vec![1, 0, 0, 0], "Binary Data"),
        (1, text("a b\0"), "a b"),
        (1, text("a b"), "a b"),
        (1, text("a\0hidden\0"), "a"),
        (2, text("%TEMP%\0"), "%TEMP%"),
        (6, text(r"\Registry"), r"\Registry"),
        (1, text("\0"), "(Empty)"),
        (1, vec![], "(Empty)"),
        (3, vec![], "(Empty)"),
        (1, vec![0x61, 0, 0x62], "Binary Data"),
        (3, vec![1], "Binary Data"),
        (5, vec![0, 0, 0, 1], "Binary Data"),
        (7, text("a\0b\0\0"), "Binary Data"),
        (u32::MAX, text("a"), "Binary Data"),
    ] {
        let mut out = [0; 64];
        let written = details(kind, &data, &mut out).unwrap();
        assert_eq!(narrow(written), expected, "type {kind}");
    }
    let long = text(&"a".repeat(65));
    assert_eq!(details(1, &long, &mut [0; 64]), Err(NameFault::TooLong));
    assert_eq!(details(3, &long, &mut [0; 10]), Err(NameFault::TooLong));
}

#[test]
fn rights_are_those_asked_for_and_as_many_as_there_are() {
    let with = |access| Create::new(OPEN << 24, access, 0, false);
    for (access, deletes, writes) in [
        (0x0012_0089, false, false),
        (0x0001_0000, true, false),
        (0x0000_0002, false, true),
        (0x0000_0004, false, true),
        (0x0200_0000, true, true),
        (0x1000_0000, true, true),
        (0x4000_0000, false, true),
        (0x8000_0000, false, false),
    ] {
        let create = with(access);
        assert_eq!(create.may_delete(), deletes, "{access:#x}");
        assert_eq!(create.may_write(), writes, "{access:#x}");
    }
    assert!(create(OPEN, DELETE_ON_CLOSE).may_delete());
}

#[test]
fn a_program_says_where_its_header_is() {
    let mut first = [0; 64];
    *first.first_chunk_mut().unwrap() = *b"MZ";
    *first.last_chunk_mut().unwrap() = 0x8000_0080_u32.to_le_bytes();
    assert_eq!(program_header(&first), Some(0x8000_0080));
    assert_eq!(program_header(&first[..63]), None);
    assert_eq!(program_header(b"MZ"), None);
    assert_eq!(program_header(&[]), None);
    first[1] = b'X';
    assert_eq!(program_header(&first), None);
    assert!(is_program_header(b"PE\0\0L") && !is_program_header(b"PE\0"));
}
