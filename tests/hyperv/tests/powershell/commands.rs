//! What the scripts call: each cmdlet and each of its parameters must be documented, or be a function of these scripts.
//!
//! `cmdlets.txt` is the documented part. A typing error in a name would otherwise show only on a Windows machine.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use tree_sitter::Node;

use super::{all_scripts, parse, root};

/// Of every cmdlet and advanced function ("about_CommonParameters", PowerShell reference).
const COMMON: [&str; 5] = [
    "ErrorAction",
    "ErrorVariable",
    "OutVariable",
    "Verbose",
    "WarningAction",
];
/// Programs of Windows, and ours.
const PROGRAMS: [&str; 7] = [
    "bcdedit.exe",
    "cofferdam.exe",
    "fltmc.exe",
    "pnputil.exe",
    "sc.exe",
    "verifier.exe",
    "wevtutil.exe",
];

/// A name, with the names of its parameters, in small letters.
type Known = BTreeMap<String, BTreeSet<String>>;

fn text<'t>(node: Node<'_>, source: &'t str) -> &'t str {
    source.get(node.byte_range()).unwrap_or_default()
}

fn each<'a>(node: Node<'a>, visit: &mut impl FnMut(Node<'a>)) {
    visit(node);
    let mut cursor = node.walk();
    for child in node.children(&mut cursor) {
        each(child, visit);
    }
}

/// One call: its name, its parameters, the variables that it is splatted with.
#[derive(Debug, PartialEq, Eq)]
struct Call {
    name: String,
    parameters: Vec<String>,
    splatted: Vec<String>,
    line: usize,
}

fn calls(source: &str) -> Vec<Call> {
    let tree = parse(source);
    let mut calls = Vec::new();
    each(tree.root_node(), &mut |node| {
        if node.kind() != "command" {
            return;
        }
        let mut call = Call {
            name: String::new(),
            parameters: Vec::new(),
            splatted: Vec::new(),
            line: node.start_position().row + 1,
        };
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "command_name" | "command_name_expr" => call.name = text(child, source).to_owned(),
                "command_elements" => {
                    let mut cursor = child.walk();
                    for element in child.children(&mut cursor) {
                        let word = text(element, source);
                        if element.kind() == "command_parameter" {
                            let word = word.trim_start_matches('-');
                            let name = word.split(':').next().unwrap_or_default();
                            call.parameters.push(name.to_owned());
                        } else if let Some(name) = word.strip_prefix('@')
                            && name.chars().all(char::is_alphanumeric)
                        {
                            call.splatted.push(name.to_owned());
                        }
                    }
                }
                _ => {}
            }
        }
        calls.push(call);
    });
    calls
}

/// The functions that a script defines, with their parameters.
fn functions(source: &str) -> Known {
    let tree = parse(source);
    let mut functions = Known::new();
    each(tree.root_node(), &mut |node| {
        if node.kind() != "function_statement" {
            return;
        }
        let mut parameters = BTreeSet::new();
        let mut name = String::new();
        each(node, &mut |inner| match inner.kind() {
            "function_name" if name.is_empty() => name = text(inner, source).to_lowercase(),
            "script_parameter" => {
                let mut cursor = inner.walk();
                let variable = inner
                    .children(&mut cursor)
                    .find(|it| it.kind() == "variable");
                let variable = variable.map(|it| text(it, source).trim_start_matches('$'));
                parameters.extend(variable.map(str::to_lowercase));
            }
            _ => {}
        });
        functions.insert(name, parameters);
    });
    functions
}

fn documented() -> Known {
    let path = root().join("tests/hyperv/cmdlets.txt");
    let text = fs::read_to_string(path).expect("it can be read");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let mut words = line.split(' ');
            let name = words.nth(1).expect("module and cmdlet");
            let parameters = words.flat_map(|word| word.split('/'));
            let parameters = parameters.map(str::to_lowercase).collect();
            (name.to_lowercase(), parameters)
        })
        .collect()
}

/// What is wrong with a script's calls.
fn unknown(source: &str, known: &Known, used: &mut BTreeSet<String>) -> Vec<String> {
    let mut wrong = Vec::new();
    for call in calls(source) {
        let name = call.name.to_lowercase();
        let is_program = PROGRAMS.iter().any(|it| it.eq_ignore_ascii_case(&name));
        // A script beside it, or a block that was handed in.
        let is_computed = name.starts_with('(') || name.starts_with('$');
        if is_program || is_computed {
            continue;
        }
        let Some(parameters) = known.get(&name) else {
            wrong.push(format!("line {}: no such cmdlet: {}", call.line, call.name));
            continue;
        };
        used.insert(name);
        // What is splatted is written out once, in the script itself.
        let splatted = call.splatted.iter().flat_map(|variable| {
            let written = format!("${variable} = @{{");
            let (_, rest) = source.split_once(&written).unwrap_or_default();
            let (inside, _) = rest.split_once('}').unwrap_or_default();
            let keys = inside.split(';').filter_map(|it| it.split_once('='));
            keys.map(|(key, _)| key.trim().to_owned())
                .collect::<Vec<_>>()
        });
        let splatted: Vec<String> = splatted.collect();
        if call.splatted.len() > splatted.len() {
            wrong.push(format!("line {}: splatted with nothing", call.line));
        }
        for parameter in call.parameters.iter().chain(&splatted) {
            let is_common = COMMON.iter().any(|it| it.eq_ignore_ascii_case(parameter));
            if !is_common && !parameters.contains(&parameter.to_lowercase()) {
                wrong.push(format!(
                    "line {}: {} has no -{parameter}",
                    call.line, call.name
                ));
            }
        }
    }
    wrong
}

#[test]
fn every_cmdlet_and_parameter_is_documented() {
    let scripts: Vec<_> = all_scripts()
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("it can be read");
            (path, text)
        })
        .collect();
    let documented = documented();
    let mut known = documented.clone();
    for (_, text) in &scripts {
        known.extend(functions(text));
    }
    let mut used = BTreeSet::new();
    for (path, text) in &scripts {
        assert_eq!(
            unknown(text, &known, &mut used),
            Vec::<String>::new(),
            "{}",
            path.display()
        );
    }
    let list: BTreeSet<_> = documented.into_keys().collect();
    let unused: Vec<_> = list.difference(&used).collect();
    assert!(unused.is_empty(), "no script calls {unused:?}");
}

#[test]
fn what_is_not_documented_is_found() {
    let known = documented();
    for (source, wrong) in [
        ("Stop-VM -Name x -TurnOf", "line 1: Stop-VM has no -TurnOf"),
        ("\nStop-Vn -Name x", "line 2: no such cmdlet: Stop-Vn"),
        (
            "$m = @{ VNName = 'x' }; Get-VM @m",
            "line 1: Get-VM has no -VNName",
        ),
        ("Get-VM @m", "line 1: splatted with nothing"),
    ] {
        assert_eq!(unknown(source, &known, &mut BTreeSet::new()), [wrong]);
    }
    let good = "$m = @{ VMName = 'x' }; Get-VM @m -ErrorAction Stop | Stop-VM -Confirm:$false";
    assert_eq!(
        unknown(good, &known, &mut BTreeSet::new()),
        Vec::<String>::new()
    );
    let own = functions("function Wait-It([string] $Name, [int] $Seconds) { Start-Sleep 1 }");
    let parameters: Vec<_> = own["wait-it"].iter().collect();
    assert_eq!(parameters, ["name", "seconds"]);
}
