//! Names that no event has are said, with one that is near.

use cofferdam_compiler::diagnostics::Code;
use cofferdam_compiler::emit::check_names;
use cofferdam_compiler::{Options, load_texts};

fn said(log_source: &str, field: &str) -> Vec<(Code, Option<String>)> {
    let text = format!(
        "title: t\nid: 00000000-0000-4000-8000-000000000001\nlogsource: {{product: windows, {log_source}}}\n\
         detection:\n  a:\n    {field}: x\n  condition: a\n"
    );
    let mut loaded = load_texts(&[("rule.yml", text)], &Options::default());
    assert_eq!(loaded.report.errors(), 0, "{:?}", loaded.report.all());
    check_names(&loaded.rules, &mut loaded.report);
    let all = loaded.report.all().iter();
    all.map(|it| (it.code, it.help.clone())).collect()
}

#[test]
fn fields_that_no_event_has() {
    let [(code, help)] = &said("category: process_creation", "CommandLin|contains")[..] else {
        panic!("one warning");
    };
    assert_eq!(*code, Code::UnknownField);
    assert!(
        help.as_ref()
            .is_some_and(|help| help.contains("CommandLine")),
        "{help:?}"
    );
    assert_eq!(said("category: process_creation", "CommandLine"), []);
    assert_eq!(
        said("category: process_creation", "EventID"),
        [],
        "a constant"
    );
    assert_eq!(
        said("category: registry_event", "Details"),
        [],
        "some of its kinds have it"
    );
}

#[test]
fn log_sources_without_events() {
    let [(code, help)] = &said("category: proces_creation", "Image")[..] else {
        panic!("one warning");
    };
    assert_eq!(*code, Code::UnknownLogSource);
    assert!(
        help.as_ref()
            .is_some_and(|help| help.contains("process_creation")),
        "{help:?}"
    );
    assert_eq!(
        said("service: securty", "EventID")[0].0,
        Code::UnknownLogSource
    );
}
