//! What the INF of a primitive minifilter must say, and what it must not. Sources: "Creating an INF file for a
//! minifilter driver", "Creating a new primitive driver" and "Load order groups and altitudes", Microsoft Learn.

use super::inf::{Entry, Inf};

/// The setup class of anti-virus filters, from "File system filter driver classes and class GUIDs".
const CLASS: [&str; 2] = ["AntiVirus", "{b1d1a169-c54f-4379-81db-bee7d88d7454}"];
const GROUP: &str = "FSFilter Anti-Virus";
/// Altitudes of that group.
const ALTITUDES: std::ops::RangeInclusive<u32> = 320_000..=329_999;
/// Under the driver's service key: where Windows 11 24H2 looks for instances, and where earlier versions do.
const PLACES: [&str; 2] = ["Parameters\\Instances", "Instances"];
/// Directives that run code or undo by script, which the platform does for primitive drivers.
const FORBIDDEN: [&str; 8] = [
    "DelFiles",
    "DelReg",
    "DelService",
    "RegisterDlls",
    "UnregisterDlls",
    "ProfileItems",
    "CoInstallers32",
    "UpdateInis",
];

/// Every rule that the file breaks, with the reason for the rule.
pub(crate) fn broken(inf: &Inf) -> Vec<String> {
    let mut broken = Vec::new();
    version(inf, &mut broken);
    sections(inf, &mut broken);
    service(inf, &mut broken);
    registry(inf, &mut broken);
    broken
}

/// The name of the driver's file.
pub(crate) fn binary(inf: &Inf) -> Option<&str> {
    let service = service_section(inf)?;
    inf.value(service, "ServiceBinary")?.strip_prefix("%13%\\")
}

fn expect(inf: &Inf, section: &str, key: &str, wanted: &str, why: &str, out: &mut Vec<String>) {
    let found = inf.value(section, key).unwrap_or("nothing");
    if !found.eq_ignore_ascii_case(wanted) {
        out.push(format!("[{section}] {key} is {found}, not {wanted}: {why}"));
    }
}

fn version(inf: &Inf, out: &mut Vec<String>) {
    let [class, guid] = CLASS;
    let all = "every INF of Windows NT says so";
    expect(inf, "Version", "Signature", "$WINDOWS NT$", all, out);
    let why = "class and load order group belong together";
    expect(inf, "Version", "Class", class, why, out);
    expect(inf, "Version", "ClassGuid", guid, why, out);
    let why = "the platform protects the driver's files from other programs";
    expect(inf, "Version", "PnpLockdown", "1", why, out);
    if inf
        .value("Version", "Provider")
        .is_none_or(|it| it.is_empty() || it == "Microsoft")
    {
        out.push("[Version] Provider must be named, and not Microsoft".into());
    }
    if inf.value("Version", "DriverVer").is_none() {
        out.push(
            "[Version] DriverVer must be there: the package's date and version are put in".into(),
        );
    }
    if inf
        .value("Version", "CatalogFile")
        .is_none_or(|it| !it.ends_with(".cat"))
    {
        out.push(
            "[Version] CatalogFile must be named: without a catalogue the package is unsigned"
                .into(),
        );
    }
}

fn sections(inf: &Inf, out: &mut Vec<String>) {
    let install: Vec<&str> = inf.names().filter(|name| is_install(name)).collect();
    if install.is_empty() {
        out.push("there is no [DefaultInstall] section".into());
    }
    for name in install {
        let decorated = ["NTamd64", "NTarm64", "NT$ARCH$"];
        let decoration = name.split('.').nth(1).unwrap_or_default();
        if !decorated
            .iter()
            .any(|one| one.eq_ignore_ascii_case(decoration))
        {
            out.push(format!(
                "[{name}] must be decorated with its architecture: primitive drivers are"
            ));
        }
    }
    for name in inf.names() {
        let lower = name.to_ascii_lowercase();
        if lower.starts_with("defaultuninstall") {
            out.push(format!(
                "[{name}] is prohibited: the platform undoes a primitive driver itself"
            ));
        }
        if lower.ends_with(".security") {
            out.push(format!(
                "[{name}] sets a device's security: the driver does that before anybody can open it"
            ));
        }
    }
    for entry in inf.section("DestinationDirs") {
        if entry.values != ["13"] {
            out.push(
                "[DestinationDirs] must be 13 only: primitive drivers run from the driver store"
                    .into(),
            );
        }
    }
    for (section, entry) in inf.entries() {
        if let Some(key) = &entry.key
            && FORBIDDEN.iter().any(|one| one.eq_ignore_ascii_case(key))
        {
            out.push(format!(
                "[{section}] {key} is a script's work, which primitive drivers do without"
            ));
        }
    }
}

fn is_install(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.starts_with("defaultinstall") && !lower.ends_with(".services")
}

/// The section that the `AddService` directive names.
fn service_section(inf: &Inf) -> Option<&str> {
    let add = |entry: &&Entry| {
        let key = entry.key.as_deref();
        key.is_some_and(|key| key.eq_ignore_ascii_case("AddService"))
    };
    let all = inf.entries().map(|(_, entry)| entry);
    all.filter(add)
        .find_map(|entry| entry.values.get(2))
        .map(String::as_str)
}

fn service(inf: &Inf, out: &mut Vec<String>) {
    let Some(service) = service_section(inf) else {
        return out.push("no AddService names the section of the service".into());
    };
    for (key, wanted, why) in [
        ("ServiceType", "2", "a minifilter is a file system driver"),
        (
            "StartType",
            "3",
            "on demand until it is proven: a fault must not return at the next start",
        ),
        (
            "ErrorControl",
            "1",
            "a driver that does not load must not stop the start of Windows",
        ),
        ("LoadOrderGroup", GROUP, "only anti-virus filters may deny"),
        (
            "Dependencies",
            "FltMgr",
            "every minifilter depends on Filter Manager",
        ),
    ] {
        expect(inf, service, key, wanted, why, out);
    }
    match binary(inf) {
        Some(name) if name.ends_with(".sys") => {
            let listed = |entry: &Entry| entry.key.as_deref() == Some(name);
            if !inf.section("SourceDisksFiles").any(listed) {
                out.push(format!("[SourceDisksFiles] does not list {name}"));
            }
        }
        _ => out.push(format!(
            "[{service}] ServiceBinary must be a .sys below %13%, the driver store"
        )),
    }
    if inf.value(service, "Security").is_some() {
        out.push(format!(
            "[{service}] Security opens the service to others than administrators"
        ));
    }
}

/// What `AddReg` writes under a subkey: by the value's name.
fn written<'a>(inf: &'a Inf, subkey: &str, name: &str) -> Option<&'a str> {
    let service = service_section(inf)?;
    let section = inf.value(service, "AddReg")?;
    let is =
        |at: Option<&String>, wanted: &str| at.is_some_and(|it| it.eq_ignore_ascii_case(wanted));
    let found = inf.section(section).find(|entry| {
        is(entry.values.first(), "HKR")
            && is(entry.values.get(1), subkey)
            && is(entry.values.get(2), name)
    })?;
    found.values.get(4).map(String::as_str)
}

fn registry(inf: &Inf, out: &mut Vec<String>) {
    for place in PLACES {
        let Some(instance) = written(inf, place, "DefaultInstance") else {
            out.push(format!(
                "{place} has no DefaultInstance: the filter would not attach"
            ));
            continue;
        };
        let key = format!("{place}\\{instance}");
        let altitude = written(inf, &key, "Altitude").unwrap_or("nothing");
        let whole = altitude.split('.').next().and_then(|it| it.parse().ok());
        if !whole.is_some_and(|whole: u32| ALTITUDES.contains(&whole)) {
            out.push(format!(
                "{key} has altitude {altitude}, outside that of {GROUP}"
            ));
        } else if !altitude.contains('.') {
            out.push(format!(
                "{key} has the whole altitude {altitude}, which only Microsoft assigns"
            ));
        }
        if written(inf, &key, "Flags") != Some("0x0") {
            out.push(format!(
                "{key} has Flags other than 0x0: the filter would not attach by itself"
            ));
        }
    }
    for place in ["Parameters", ""] {
        if written(inf, place, "SupportedFeatures") != Some("0x8") {
            out.push(format!(
                "SupportedFeatures under {place:?} is not 0x8: of all it declares only that reads may bypass it"
            ));
        }
    }
    for (section, entry) in inf.entries() {
        if entry
            .values
            .get(2)
            .is_some_and(|name| name.eq_ignore_ascii_case("Security"))
        {
            out.push(format!(
                "[{section}] writes a security descriptor: the driver sets its device's itself"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INX: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../inf/cofferdam.inx"));
    const DRIVER: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../driver/src/ffi/registration.rs"
    );

    fn broken_by(text: &str) -> Vec<String> {
        broken(&Inf::parse(text).expect("it is an INF"))
    }

    #[test]
    fn the_projects_own_inf_breaks_no_rule() {
        assert_eq!(broken_by(INX), Vec::<String>::new());
    }

    #[test]
    fn its_altitude_is_the_drivers() {
        let inf = Inf::parse(INX).expect("it is an INF");
        let altitude = written(&inf, "Instances\\Cofferdam", "Altitude").expect("it has one");
        let driver = std::fs::read_to_string(DRIVER).expect("the driver is here");
        assert!(
            driver.contains(&format!("wide!(\"{altitude}\")")),
            "{altitude}"
        );
    }

    /// Each rule, broken: one change to the file, one word of the complaint.
    #[test]
    fn every_rule_is_enforced() {
        for (from, to, complaint) in [
            ("$WINDOWS NT$", "$CHICAGO$", "Signature"),
            ("\"AntiVirus\"", "\"ActivityMonitor\"", "Class"),
            ("{b1d1a169", "{b86dff51", "ClassGuid"),
            ("PnpLockdown = 1", "PnpLockdown = 0", "PnpLockdown"),
            (
                "Provider          = \"Cofferdam\"",
                "Provider          = \"Microsoft\"",
                "Provider",
            ),
            (
                "CatalogFile = cofferdam.cat",
                "CatalogFile =",
                "CatalogFile",
            ),
            ("DriverVer   =", "Version     =", "DriverVer"),
            ("[DefaultInstall.NT$ARCH$]", "[DefaultInstall]", "decorated"),
            (
                "[DefaultInstall.NT$ARCH$]",
                "[Other]",
                "no [DefaultInstall] section",
            ),
            (
                "[Strings]",
                "[DefaultUninstall.NTamd64]\n[Strings]",
                "prohibited",
            ),
            (
                "[Strings]",
                "[Cofferdam.Security]\n[Strings]",
                "device's security",
            ),
            ("[Strings]", "[X]\nDelFiles = Y\n[Strings]", "DelFiles"),
            (
                "DefaultDestDir        = 13",
                "DefaultDestDir        = 12",
                "driver store",
            ),
            (
                "%13%\\cofferdam.sys",
                "%12%\\cofferdam.sys",
                "ServiceBinary",
            ),
            (
                "cofferdam.sys = 1",
                "other.sys = 1",
                "does not list cofferdam.sys",
            ),
            ("ServiceType    = 2", "ServiceType    = 1", "ServiceType"),
            ("StartType      = 3", "StartType      = 0", "StartType"),
            ("ErrorControl   = 1", "ErrorControl   = 3", "ErrorControl"),
            (
                "\"FSFilter Anti-Virus\"",
                "\"FSFilter Top\"",
                "LoadOrderGroup",
            ),
            (
                "Dependencies   = FltMgr",
                "Dependencies   = Tcpip",
                "Dependencies",
            ),
            (
                "AddService = Cofferdam,,Cofferdam.Service",
                "AddService = Cofferdam",
                "AddService",
            ),
            (
                "Dependencies ",
                "Security = \"D:P(A;;GA;;;WD)\"\nDependencies ",
                "opens the service",
            ),
            (
                "HKR,\"Parameters\\Instances\",\"Def",
                "HKR,\"Parameters\\Others\",\"Def",
                "would not attach",
            ),
            (
                "HKR,\"Instances\",\"Def",
                "HKR,\"Others\",\"Def",
                "would not attach",
            ),
            ("325570.4773", "370030.5", "outside"),
            ("325570.4773", "325570", "only Microsoft assigns"),
            (
                "Flags             = 0x0",
                "Flags             = 0x1",
                "by itself",
            ),
            (
                "SupportedFeatures = 0x8",
                "SupportedFeatures = 0xb",
                "SupportedFeatures",
            ),
            (
                "; Where earlier",
                "HKR,,\"Security\",0x1,01\n; Where earlier",
                "security descriptor",
            ),
        ] {
            assert!(INX.contains(from), "{from}");
            let complaints = broken_by(&INX.replacen(from, to, 1));
            assert!(
                complaints.iter().any(|it| it.contains(complaint)),
                "{complaint}: {complaints:?}"
            );
        }
    }
}
