//! Each bound, and what cannot be read at all.

use std::fs;
use std::path::PathBuf;

use cofferdam_compiler::diagnostics::Code;
use cofferdam_compiler::limits::Limits;
use cofferdam_compiler::{Options, load};

use crate::support::{expect, rule};

fn with(change: impl FnOnce(&mut Limits)) -> Options {
    let mut options = Options::default();
    change(&mut options.limits);
    options
}

#[test]
fn every_bound_says_so() {
    let plain = rule("selection: {A: 1}\ncondition: selection");
    let both = format!("{plain}---\n{plain}");
    expect(
        Code::FileTooLarge,
        &plain,
        &with(|limits| limits.file_bytes = 10),
    );
    expect(
        Code::TooManyDocuments,
        &both,
        &with(|limits| limits.documents = 1),
    );
    expect(
        Code::YamlTooDeep,
        &plain,
        &with(|limits| limits.yaml_depth = 2),
    );
    expect(
        Code::YamlTooLarge,
        &plain,
        &with(|limits| limits.yaml_nodes = 3),
    );
    expect(
        Code::YamlTooLarge,
        &both,
        &with(|limits| limits.file_nodes = 8),
    );
    let two = rule("selection: {A: [1, 2]}\ncondition: selection and selection");
    expect(
        Code::RuleTooLarge,
        &two,
        &with(|limits| limits.rule_weight = 1),
    );
    expect(
        Code::RuleTooLarge,
        &two,
        &with(|limits| limits.rule_weight = 3),
    );
    expect(
        Code::RuleTooLarge,
        &two,
        &with(|limits| limits.file_weight = 1),
    );
    expect(
        Code::ConditionTooLong,
        &plain,
        &with(|limits| limits.condition_bytes = 3),
    );
    let nested = rule("selection: {A: 1}\ncondition: ((selection))");
    expect(
        Code::ConditionTooDeep,
        &nested,
        &with(|limits| limits.condition_depth = 1),
    );
    let title = plain.replace("Made", &"x".repeat(300));
    expect(Code::TextTooLong, &title, &Options::default());
    let filter = "title: F\nlogsource: {product: windows}\nfilter:\n    rules: any\n    a: {B: 1}\n    condition: not a\n";
    let filtered = format!("{plain}---\n{filter}");
    let loaded = crate::support::load(&filtered, &Options::default());
    assert_eq!(loaded.rules[0].expr.tests().count(), 2);
    let tight = with(|limits| limits.filter_weight = 0);
    let loaded = cofferdam_compiler::load_texts(&[("filter.yml", &filtered)], &tight);
    assert_eq!(loaded.report.all()[0].code, Code::RuleTooLarge);
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("cofferdam-compiler-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder for the test");
        Self(path)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder for the test");
        fs::write(path, bytes).expect("a file for the test");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn id(number: u8) -> Vec<u8> {
    rule("selection: {A: 1}\ncondition: selection")
        .replace("0001", &format!("{number:04}"))
        .into_bytes()
}

#[test]
fn directories_are_read_in_order_and_whole() {
    let folder = Folder::new("order");
    folder.write("b/z.yml", &id(3));
    folder.write("b/a.YAML", &id(2));
    folder.write("a.yml", &id(1));
    folder.write("c.yml", &[b"\xef\xbb\xbf".as_slice(), &id(4)].concat());
    folder.write("notes.txt", b"no rule");
    folder.write("bad.yml", b"title: \xff\xfe");
    let loaded = load(
        &[
            folder.0.clone(),
            folder.0.join("a.yml"),
            folder.0.join("b/../c.yml"),
        ],
        &Options::default(),
    );
    let last: Vec<u8> = loaded
        .rules
        .iter()
        .map(|rule| rule.id.uuid.as_bytes()[15])
        .collect();
    assert_eq!(last, [1, 2, 3, 4]);
    let codes: Vec<_> = loaded.report.all().iter().map(|each| each.code).collect();
    assert_eq!(codes, [Code::NotUtf8]);
    assert_eq!(loaded.refused.len(), 1);
}

#[test]
fn what_cannot_be_found_is_said() {
    let folder = Folder::new("missing");
    let loaded = load(
        &[folder.0.clone(), folder.0.join("absent.yml")],
        &Options::default(),
    );
    let codes: Vec<_> = loaded.report.all().iter().map(|each| each.code).collect();
    assert_eq!(codes, [Code::NoRules, Code::Unreadable]);
    for name in ["1.yml", "2.yml", "3.yml"] {
        folder.write(name, b"");
    }
    let loaded = load(
        std::slice::from_ref(&folder.0),
        &with(|limits| limits.files = 2),
    );
    assert!(
        loaded
            .report
            .all()
            .iter()
            .any(|each| each.code == Code::TooManyFiles)
    );
    folder.write("deep/deeper/x.yml", b"");
    let loaded = load(
        std::slice::from_ref(&folder.0),
        &with(|limits| limits.directory_depth = 2),
    );
    assert!(
        loaded
            .report
            .all()
            .iter()
            .any(|each| each.code == Code::TooManyFiles)
    );
}
