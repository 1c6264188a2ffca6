//! Names: examples as Windows has them, and any name against an obvious model.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test may panic: that is how it fails"
)]

mod support;

use cofferdam_engine::names::{self, MAX_VOLUMES, NameFault, Names, VolumeFault};
use proptest::collection::vec;
use proptest::prelude::*;
use support::{narrow, wide};

fn table() -> Names {
    let mut names = Names::new();
    for (device, letter) in [
        (r"\Device\HarddiskVolume1", None),
        (r"\Device\HarddiskVolume3", Some(b'c')),
        (r"\Device\HarddiskVolume30", Some(b'D')),
    ] {
        names.set_volume(&wide(device), letter).unwrap();
    }
    names
}

fn file(path: &str) -> (String, bool, bool) {
    let mut out = [0; 512];
    let name = names::file(&table(), &wide(path), &mut out).unwrap();
    (narrow(name.text), name.stream, name.short)
}

#[test]
fn paths_get_their_drive_letter() {
    for (path, expected) in [
        (
            r"\Device\HarddiskVolume3\Windows\x.exe",
            r"C:\Windows\x.exe",
        ),
        (r"\DEVICE\harddiskvolume3\x", r"C:\x"),
        (r"\Device\HarddiskVolume30\x", r"D:\x"),
        (r"\Device\HarddiskVolume3\", r"C:\"),
        (r"\Device\HarddiskVolume3", "C:"),
        (r"\Device\HarddiskVolume1\x", r"\Device\HarddiskVolume1\x"),
        (r"\Device\HarddiskVolume31\x", r"\Device\HarddiskVolume31\x"),
        (r"\Device\Mup\server\share\x", r"\\server\share\x"),
        (
            r"\Device\Mup\;LanmanRedirector\;Z:00000000000a1b2c\server\share\x",
            r"\\server\share\x",
        ),
        (r"\server\x", r"\server\x"),
        ("", ""),
    ] {
        assert_eq!(file(path).0, expected, "{path}");
    }
}

#[test]
fn streams_lose_what_says_nothing() {
    for (path, expected, stream) in [
        (r"\d:e\f.txt", r"\d:e\f.txt", false),
        (r"\d\f.txt::$DATA", r"\d\f.txt", false),
        (r"\d\f.txt::$data", r"\d\f.txt", false),
        (r"\d\f.txt:", r"\d\f.txt", false),
        (r"\d\f.txt:zone", r"\d\f.txt:zone", true),
        (r"\d\f.txt:zone:$DATA", r"\d\f.txt:zone", true),
        (r"\d:$I30:$INDEX_ALLOCATION", r"\d", false),
        (r"\d::$INDEX_ALLOCATION", r"\d", false),
        (r"\d\f:a:$BITMAP", r"\d\f:a:$BITMAP", true),
    ] {
        let (name, named, _) = file(path);
        assert_eq!((name.as_str(), named), (expected, stream), "{path}");
    }
}

#[test]
fn short_components_are_noticed() {
    for (path, short) in [
        (r"\PROGRA~1\x", true),
        (r"\x\ABCDEF~1.TXT", true),
        (r"\x\A~123456.T", true),
        (r"\x\ABCDEF~1.TXT:s", true),
        (r"\x\ABCDEFG~1.TXT", false),
        (r"\x\ABCDEF~1.TEXT", false),
        (r"\x\ABCDEF~x.TXT", false),
        (r"\x\~1", false),
        (r"\x\a~", false),
        (r"\x\a~1.b.c", false),
    ] {
        assert_eq!(file(path).2, short, "{path}");
    }
}

#[test]
fn images_in_every_form() {
    let mut names = table();
    for (path, expected) in [
        (r"\Device\HarddiskVolume3\x.exe", r"C:\x.exe"),
        (r"\??\C:\x.exe", r"C:\x.exe"),
        (r"\??\UNC\server\share\x.exe", r"\\server\share\x.exe"),
        (r"\\?\C:\x.exe", r"C:\x.exe"),
        (r"\SystemRoot\System32\x.sys", r"C:\Windows\System32\x.sys"),
        (r"\Windows\System32\x.dll", r"C:\Windows\System32\x.dll"),
        (r"\WindowsOld\x.dll", r"\WindowsOld\x.dll"),
        ("System", "System"),
    ] {
        let mut out = [0; 64];
        let image = names::image(&names, &wide(path), &mut out).unwrap();
        assert_eq!(narrow(image), expected, "{path}");
    }
    assert!(names.set_system_root(&wide(r"E:\WinNT")));
    assert!(!names.set_system_root(&wide(r"\SystemRoot")));
    let mut out = [0; 64];
    let image = names::image(&names, &wide(r"\SystemRoot\x"), &mut out).unwrap();
    assert_eq!(narrow(image), r"E:\WinNT\x");
}

#[test]
fn an_image_gets_its_letter_when_it_is_made_again() {
    let mut names = table();
    let mut out = [0; 64];
    let early = names::image(&names, &wide(r"\Device\HarddiskVolume7\x.exe"), &mut out).unwrap();
    assert!(names::lacks_letter(early));
    names
        .set_volume(&wide(r"\Device\HarddiskVolume7"), Some(b'E'))
        .unwrap();
    let mut out = [0; 64];
    let image = names::image(&names, early, &mut out).unwrap();
    assert_eq!(narrow(image), r"E:\x.exe");
    assert!(!names::lacks_letter(image));
    assert!(!names::lacks_letter(&wide(r"\\server\share\x.exe")));
}

#[test]
fn keys_and_values_as_sysmon_has_them() {
    let names = table();
    for (path, expected) in [
        (r"\REGISTRY\MACHINE\SOFTWARE\x", r"HKLM\SOFTWARE\x"),
        (r"\Registry\Machine", "HKLM"),
        (r"\REGISTRY\USER\S-1-5-18\x", r"HKU\S-1-5-18\x"),
        (
            r"\REGISTRY\MACHINE\SYSTEM\ControlSet001\Services\x",
            r"HKLM\System\CurrentControlSet\Services\x",
        ),
        (
            r"\REGISTRY\MACHINE\SYSTEM\CurrentControlSet\x",
            r"HKLM\System\CurrentControlSet\x",
        ),
        (
            r"\REGISTRY\MACHINE\SYSTEM\ControlSet002\x",
            r"HKLM\SYSTEM\ControlSet002\x",
        ),
        (
            r"\REGISTRY\MACHINE\SYSTEM\ControlSet0011",
            r"HKLM\SYSTEM\ControlSet0011",
        ),
        (
            r"\REGISTRY\MACHINE\SYSTEM\ControlSet",
            r"HKLM\SYSTEM\ControlSet",
        ),
        (r"\REGISTRY\MACHINE\SOFTWARE\Classes\CLSID", r"HKCR\CLSID"),
        (
            r"\REGISTRY\MACHINE\SOFTWARE\ClassesX",
            r"HKLM\SOFTWARE\ClassesX",
        ),
        (r"\REGISTRY\A\{1}\x", r"\REGISTRY\A\{1}\x"),
        (r"\REGISTRY\MACHINES", r"\REGISTRY\MACHINES"),
    ] {
        let mut out = [0; 96];
        let key = names::key(&names, &wide(path), &mut out).unwrap();
        assert_eq!(narrow(key), expected, "{path}");
        for (value, called) in [("Run", "Run"), ("", "(Default)")] {
            let mut out = [0; 96];
            let name = names::value(&names, &wide(path), &wide(value), &mut out).unwrap();
            assert_eq!(narrow(name), format!(r"{expected}\{called}"));
        }
    }
}

#[test]
fn the_current_control_set_is_the_one_that_was_told() {
    let mut names = table();
    names.set_control_set(2);
    let mut out = [0; 96];
    let path = wide(r"\REGISTRY\MACHINE\SYSTEM\ControlSet002\x");
    let key = names::key(&names, &path, &mut out).unwrap();
    assert_eq!(narrow(key), r"HKLM\System\CurrentControlSet\x");
}

#[test]
fn pipes_lose_their_device() {
    for (path, expected) in [
        (r"\Device\NamedPipe\wkssvc", r"\wkssvc"),
        (r"\Device\NamedPipe\LOCAL\mojo.1", r"\LOCAL\mojo.1"),
        (r"\Device\NamedPipe\", "<Anonymous Pipe>"),
        (r"\Device\NamedPipe", "<Anonymous Pipe>"),
        ("", "<Anonymous Pipe>"),
        (r"\wkssvc", r"\wkssvc"),
    ] {
        let mut out = [0; 32];
        assert_eq!(
            narrow(names::pipe(&wide(path), &mut out).unwrap()),
            expected
        );
    }
}

#[test]
fn a_name_that_does_not_fit_is_an_error() {
    let path = wide(r"\Device\HarddiskVolume3\abc");
    let mut out = [0; 6];
    let name = names::file(&table(), &path, &mut out);
    assert_eq!(
        name,
        Ok(names::FileName {
            text: &wide(r"C:\abc"),
            stream: false,
            short: false
        })
    );
    let mut out = [0; 5];
    assert_eq!(
        names::file(&table(), &path, &mut out),
        Err(NameFault::TooLong)
    );
}

#[test]
fn the_table_of_volumes_is_bounded_and_forgets() {
    let mut names = Names::new();
    let device = |number: usize| wide(&format!(r"\Device\HarddiskVolume{number}"));
    for number in 0..MAX_VOLUMES {
        names.set_volume(&device(number), Some(b'A')).unwrap();
    }
    let more = device(MAX_VOLUMES);
    assert_eq!(names.set_volume(&more, None), Err(VolumeFault::Full));
    assert_eq!(names.set_volume(&device(3), Some(b'Q')), Ok(()));
    assert!(names.remove_volume(&device(5)));
    assert!(!names.remove_volume(&device(5)));
    assert!(!names.remove_volume(&[]));
    assert_eq!(names.set_volume(&more, Some(b'B')), Ok(()));
    assert_eq!(
        names.set_volume(&more, Some(b'1')),
        Err(VolumeFault::Letter)
    );
    assert_eq!(names.set_volume(&[], None), Err(VolumeFault::Device));
    assert_eq!(
        names.set_volume(&[0x61; 65], None),
        Err(VolumeFault::Device)
    );
    let mut out = [0; 64];
    let name = |device: Vec<u16>, out: &mut [u16; 64]| {
        narrow(names::file(&names, &device, out).unwrap().text)
    };
    assert_eq!(name(device(3), &mut out), "Q:");
    assert_eq!(name(device(5), &mut out), r"\Device\HarddiskVolume5");
    assert_eq!(name(more, &mut out), "B:");
}

/// What [`names::file`] should say, put as plainly as can be.
fn model(path: &str) -> String {
    let slash = path.rfind('\\').map_or(0, |at| at + 1);
    let (folder, component) = path.split_at(slash);
    let mut parts: Vec<&str> = component.splitn(3, ':').collect();
    match parts.as_slice() {
        [_, ""] | [_, "", ""] => parts.truncate(1),
        [_, "", kind] if kind.eq_ignore_ascii_case("$data") => parts.truncate(1),
        [_, _, kind] if kind.eq_ignore_ascii_case("$index_allocation") => parts.truncate(1),
        [_, _, kind] if kind.eq_ignore_ascii_case("$data") => parts.truncate(2),
        _ => {}
    }
    let path = format!("{folder}{}", parts.join(":"));
    for (device, letter) in [
        (r"\device\harddiskvolume3", "C:"),
        (r"\device\harddiskvolume30", "D:"),
    ] {
        if path.is_char_boundary(device.len())
            && path.len() >= device.len()
            && path[..device.len()].eq_ignore_ascii_case(device)
        {
            let rest = &path[device.len()..];
            if rest.is_empty() || rest.starts_with('\\') {
                return format!("{letter}{rest}");
            }
        }
    }
    path
}

proptest! {
    #[test]
    fn any_path_is_named_as_the_model_says(
        device in prop::sample::select(vec![
            r"\Device\HarddiskVolume3", r"\device\HARDDISKVOLUME3", r"\Device\HarddiskVolume30",
            r"\Device\HarddiskVolume1", r"\Device\HarddiskVolume", "", r"\x",
        ]),
        parts in vec(prop::sample::select(vec![
            r"\", "a", "B.txt", ":", "$DATA", "$data", "$INDEX_ALLOCATION", "~1", "é", "ﬀ", "0",
        ]), 0..8),
    ) {
        let path = format!("{device}{}", parts.concat());
        prop_assert_eq!(file(&path).0, model(&path));
    }

    #[test]
    fn any_units_are_named_or_refused_and_never_cut(
        units in vec(prop_oneof![prop::sample::select(wide(r"\:;~?1.Device")), any::<u16>()], 0..60),
        room in 0_usize..70,
    ) {
        let names = table();
        let mut whole = [0; 80];
        let mut small = vec![0; room];
        let full = names::file(&names, &units, &mut whole).unwrap();
        match names::file(&names, &units, &mut small) {
            Ok(name) => prop_assert_eq!(name, full),
            Err(NameFault::TooLong) => prop_assert!(full.text.len() > room),
        }
        for named in [
            names::image(&names, &units, &mut [0; 80]).map(<[u16]>::len),
            names::key(&names, &units, &mut [0; 80]).map(<[u16]>::len),
            names::value(&names, &units, &units, &mut [0; 160]).map(<[u16]>::len),
            names::pipe(&units, &mut [0; 80]).map(<[u16]>::len),
        ] {
            prop_assert!(named.is_ok());
        }
    }
}
