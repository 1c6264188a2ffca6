//! Content to search against, and what is ordinary for it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use cofferdam_asm::assemble::assemble_to_bytes;
use cofferdam_asm::model::{Atom, Issue, KindProgram, Literal, Phase, Program, Rule, Step, Test};
use cofferdam_asm::{disassemble, write};
use cofferdam_compiler::emit::{EmitOptions, compile};
use cofferdam_compiler::{Options, load};
use cofferdam_interpreter::event::{Event, Value};
use cofferdam_interpreter::layout::CostRecord;
use cofferdam_interpreter::schema::field::process_creation as field;
use cofferdam_interpreter::schema::{Kind, Tier};
use cofferdam_interpreter::{Content, Limits, Mode, Verified};

/// A little of everything that finders hold, written for this.
const SMALL: &str = r"
kind process_creation {
    atom a eager CommandLine { contains 'vssadmin'; contains 'shadowcopy'; contains ' delete '; contains 'wbadmin' }
    atom b eager CommandLine { contains ' -enc '; contains ' -e '; contains '/c '; contains '-ec' }
    atom c eager CommandLine { contains 'frombase64string'; contains 'iex '; contains 'invoke-expression' }
    atom d eager CommandLine { ends '\cmd.exe'; ends '\powershell.exe'; equals 'cmd' }
    atom e lazy CommandLine { contains '\appdata\local\temp\'; contains 'http://'; contains 'https://' }
    rule 1.0 low alert 'a' triggered { unless trigger a -> no; unless lazy e -> no; match; no: end }
    rule 2.0 low alert 'b' triggered { unless trigger b -> no; match; no: end }
    rule 3.0 low alert 'c' triggered { unless trigger c -> no; unless lazy e -> no; match; no: end }
    rule 4.0 low alert 'd' triggered { unless trigger d -> no; match; no: end }
}";

/// Ordinary command lines, written for this.
const ORDINARY: [&str; 8] = [
    r"C:\Windows\System32\svchost.exe -k netsvcs -p -s Schedule",
    r#""C:\Program Files\Mozilla Firefox\firefox.exe" -contentproc --channel=4512.2.1043 tab"#,
    r"\??\C:\Windows\system32\conhost.exe 0xffffffff -ForceV1",
    r"powershell.exe -NoProfile -ExecutionPolicy Bypass -File C:\scripts\inventory.ps1",
    r#"C:\Windows\system32\cmd.exe /c "dir /b C:\Users\Public""#,
    r"taskhostw.exe -RegisterDevice -ProtectionStateChanged -FreeNetworkOnly",
    r#""C:\Windows\Microsoft.NET\Framework64\v4.0.30319\ngen.exe" install "System.Core" /queue:3"#,
    r"rundll32.exe shell32.dll,Control_RunDLL input.dll,,{C07337D3-DB2C-4D0B-9A93-B722A6C106E2}",
];

/// Content that looks for literals in command lines, and ordinary ones.
#[derive(Clone, Debug)]
pub struct Subject {
    /// What it is.
    pub name: &'static str,
    /// The content file.
    pub content: Vec<u8>,
    /// Ordinary command lines.
    pub ordinary: Vec<Vec<u16>>,
}

impl Subject {
    /// The project's own small content.
    ///
    /// # Panics
    /// Never: it is a constant.
    #[must_use]
    pub fn small() -> Self {
        Self {
            name: "small content",
            content: assemble_to_bytes(SMALL).expect("the source is right"),
            ordinary: ORDINARY.map(|text| text.encode_utf16().collect()).to_vec(),
        }
    }

    /// Every literal that the recorded rules look for in a command line, each with a rule of its own; the recorded
    /// command lines. `None` where the data are not there.
    ///
    /// # Panics
    /// The recorded rules do not compile.
    #[must_use]
    pub fn recorded() -> Option<Self> {
        let root = std::env::var_os("COFFERDAM_DATA").map_or_else(
            || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
            PathBuf::from,
        );
        let events = root.join("events/process_creation.ndj");
        let events = std::fs::read_to_string(events).ok()?;
        let rules = load(&[root.join("sigma")], &Options::default()).rules;
        let options = EmitOptions {
            tier: Tier::User,
            issue: Issue::default(),
        };
        let compiled = compile(&rules, &options).expect("content");
        let content = Content::decode(&compiled.bytes).expect("the writer's file is whole");
        let program = disassemble::program(content.content()).expect("the writer's file is sound");
        Some(Self {
            name: "recorded literals",
            content: write(&one_by_one(&program)).expect("content"),
            ordinary: events.lines().filter_map(command_line).collect(),
        })
    }
}

fn command_line(event: &str) -> Option<Vec<u16>> {
    let event: serde_json::Value = serde_json::from_str(event).ok()?;
    Some(event["CommandLine"].as_str()?.encode_utf16().collect())
}

/// The program's command line literals, looked for anywhere, each an atom that fires a rule.
fn one_by_one(program: &Program) -> Program {
    let is_searched = |atom: &&Atom| usize::from(atom.field) == field::COMMAND_LINE;
    let kinds = program.kinds.iter();
    let literals: BTreeSet<Vec<u16>> = kinds
        .filter(|kind| kind.kind == Kind::ProcessCreation)
        .flat_map(|kind| kind.atoms.iter().filter(is_searched))
        .flat_map(|atom| &atom.literals)
        .map(|literal| literal.units.clone())
        .collect();
    let rules = (0_u64..).zip(&literals).map(|(number, _)| Rule {
        id: u128::from(number).to_be_bytes(),
        condition: 0,
        severity: 0,
        deny: false,
        title: "found".to_owned(),
        meta: String::new(),
        always: false,
        code: vec![
            Step::Test {
                test: Test::Atom(number as usize),
                sense: false,
                skip: 1,
                trigger: true,
            },
            Step::Match,
            Step::End,
        ],
    });
    let rules = rules.collect();
    let atoms = literals.into_iter().map(|units| Atom {
        field: field::COMMAND_LINE as u8,
        phase: Phase::Eager,
        literals: vec![Literal {
            units,
            mode: Mode::Contains,
            place: None,
        }],
    });
    Program {
        issue: Issue::default(),
        kinds: vec![KindProgram {
            kind: Kind::ProcessCreation,
            atoms: atoms.collect(),
            rules,
        }],
    }
}

/// Verified content that judges command lines.
#[derive(Debug)]
pub struct Judge<'a> {
    content: Verified<'a>,
    scratch: Vec<u64>,
}

impl<'a> Judge<'a> {
    /// Verifies a content file.
    ///
    /// # Panics
    /// The content is refused.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        let mut scratch = vec![0; Limits::USER.scratch_words as usize];
        let content = Content::decode(bytes)
            .and_then(|content| content.verify(&Limits::USER, &mut scratch))
            .expect("content verifies");
        scratch.truncate(content.content().header().scratch_words as usize);
        Self { content, scratch }
    }

    /// The content.
    #[must_use]
    pub fn content(&self) -> &Content<'a> {
        self.content.content()
    }

    /// The steps of a process event that has this command line and nothing else.
    ///
    /// # Panics
    /// The machine faults.
    pub fn steps(&mut self, text: &[u16]) -> u64 {
        let mut fields = [Value::Absent; field::COUNT];
        fields[field::COMMAND_LINE] = Value::Text(text);
        let event = Event {
            kind: Kind::ProcessCreation,
            fields: &fields,
        };
        let outcome = self.content.run(&event, &mut self.scratch);
        let outcome = outcome.expect("verified content judges");
        assert_eq!(outcome.fault(), None);
        outcome.steps()
    }

    /// The steps of a unit, over all these texts: how many more they cost than empty ones.
    pub fn per_unit(&mut self, texts: &[Vec<u16>]) -> f64 {
        let units: usize = texts.iter().map(Vec::len).sum();
        let empty = self.steps(&[]);
        let steps: u64 = texts.iter().map(|text| self.steps(text) - empty).sum();
        steps as f64 / units as f64
    }

    /// The steps that the verifier proved a unit of a command line to cost at most.
    #[must_use]
    pub fn proved(&self) -> u32 {
        let costs = self.content().costs.iter().map(CostRecord::read);
        let mut costs = costs.filter(|cost| usize::from(cost.field) == field::COMMAND_LINE);
        costs.next().map_or(0, |cost| cost.per_unit)
    }
}
