//! Compares what the driver and its stand-ins declare of Windows with what the Windows Driver Kit declares.
//!
//! The kit's figures lie beside the repository (`$COFFERDAM_FACTS`, else `../shared/facts`); where they are not, the tests
//! say "skipped".

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use serde_json::Value;

use crate::output::workspace;

fn facts(name: &str) -> Option<String> {
    let folder = std::env::var_os("COFFERDAM_FACTS")
        .map_or_else(|| workspace().join("../shared/facts"), PathBuf::from);
    let text = fs::read_to_string(folder.join(name)).ok();
    if text.is_none() {
        println!("skipped: no {name} in {}", folder.display());
    }
    text
}

fn source(path: &str) -> syn::File {
    let text = fs::read_to_string(workspace().join(path)).expect(path);
    syn::parse_file(&text).expect(path)
}

/// What one `layout!` asserts: the kit's name, the size where one is, and offsets by field.
type Layout = (String, Option<u64>, Vec<(String, u64)>);

/// The assertions of the `layout!` call in a file. `named` tells whether the kit's name stands before our own.
fn layouts(path: &str, named: bool) -> Vec<Layout> {
    let file = source(path);
    let tokens = file.items.iter().find_map(|item| match item {
        syn::Item::Macro(item) if item.mac.path.is_ident("layout") => Some(&item.mac.tokens),
        _ => None,
    });
    let mut tokens = tokens.expect("layout!").clone().into_iter();
    let mut found = Vec::new();
    while let Some(name) = tokens.next() {
        if named {
            tokens.next();
        }
        let size = tokens.next().expect("size").to_string().parse().ok();
        let Some(TokenTree::Group(fields)) = tokens.next() else {
            panic!("{path}: no fields of {name}");
        };
        found.push((name.to_string(), size, pairs(fields.stream())));
    }
    found
}

fn pairs(tokens: TokenStream) -> Vec<(String, u64)> {
    let tokens: Vec<String> = tokens.into_iter().map(|token| token.to_string()).collect();
    let (pairs, rest) = tokens.as_chunks::<2>();
    assert!(rest.is_empty(), "a field without an offset");
    pairs
        .iter()
        .map(|[field, offset]| (field.clone(), offset.parse().expect("an offset")))
        .collect()
}

#[test]
fn layouts_are_the_kits() {
    let Some(text) = facts("wdk-layouts-x64.json") else {
        return;
    };
    let kit: Value = serde_json::from_str(&text).expect("the kit's layouts");
    let mut compared = 0;
    for (path, named) in [
        ("driver/src/ffi/flt.rs", true),
        ("driver/linux/wdk-sys/src/layouts.rs", false),
    ] {
        for (name, size, fields) in layouts(path, named) {
            let known = &kit["structs"][&name];
            assert!(known.is_object(), "{path}: the kit has no {name}");
            if let (Some(size), Some(known)) = (size, known["size"].as_u64()) {
                assert_eq!(size, known, "{path}: size of {name}");
            }
            for (field, offset) in fields {
                let known = known["offsets"][&field].as_u64();
                assert_eq!(Some(offset), known, "{path}: {name}.{field}");
                compared += 1;
            }
        }
    }
    assert!(compared > 150, "only {compared} offsets were compared");
}

/// A routine's parameter types and result.
type Signature = (Vec<String>, String);

fn squeezed(tokens: &impl ToTokens) -> String {
    tokens.to_token_stream().to_string().replace(' ', "")
}

/// The routines that a file declares as foreign.
fn routines(path: &str) -> BTreeMap<String, Signature> {
    let mut found = BTreeMap::new();
    for item in source(path).items {
        let syn::Item::ForeignMod(block) = item else {
            continue;
        };
        for item in block.items {
            let syn::ForeignItem::Fn(function) = item else {
                continue;
            };
            let signature = function.sig;
            let parameters = signature.inputs.iter().filter_map(|input| match input {
                syn::FnArg::Typed(typed) => Some(squeezed(&typed.ty)),
                syn::FnArg::Receiver(_) => None,
            });
            let result = match &signature.output {
                syn::ReturnType::Default => "()".to_owned(),
                syn::ReturnType::Type(_, result) => squeezed(result),
            };
            found.insert(signature.ident.to_string(), (parameters.collect(), result));
        }
    }
    found
}

/// The kit's declarations: header, name, `(Name: Type, ...)`, result, between tabs.
fn declarations(text: &str) -> BTreeMap<String, Signature> {
    let mut found = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [_, name, parameters, result] = columns.as_slice() else {
            panic!("{line}");
        };
        let declaration = format!("fn f{parameters} -> {result} {{}}");
        let function: syn::ItemFn = syn::parse_str(&declaration).expect(line);
        let parameters = function.sig.inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(typed) => Some(squeezed(&typed.ty)),
            syn::FnArg::Receiver(_) => None,
        });
        let signature = (parameters.collect(), result.replace(' ', ""));
        found.insert((*name).to_owned(), signature);
    }
    found
}

/// What `flt.rs` says instead of the kit's names for plain numbers, pointers and functions.
fn plainly(kit: &str) -> String {
    match kit {
        "FLT_FILE_NAME_OPTIONS" | "FLT_IO_OPERATION_FLAGS" => "ULONG",
        "FLT_CONTEXT_TYPE" => "u16",
        "FLT_SET_CONTEXT_OPERATION" => "i32",
        "PUNICODE_STRING" => "*mutUNICODE_STRING",
        "PULONG" => "*mutULONG",
        "PLARGE_INTEGER" => "*mutLARGE_INTEGER",
        // Null: every read is waited for.
        "PFLT_COMPLETED_ASYNC_IO_CALLBACK" => "PVOID",
        "PBOOLEAN" => "*mutBOOLEAN",
        other => other,
    }
    .to_owned()
}

#[test]
fn routines_are_declared_as_the_kit_does() {
    let Some(text) = facts("wdk-routines.tsv") else {
        return;
    };
    let kit = declarations(&text);
    let own = routines("driver/linux/wdk-sys/src/ntddk.rs");
    assert!(own.len() > 50, "only {} routines", own.len());
    for (name, signature) in own {
        // Of the compiler, not of the kit.
        if !["memcpy", "memmove", "memset", "memcmp"].contains(&name.as_str()) {
            assert_eq!(Some(&signature), kit.get(&name), "{name}");
        }
    }
    for (name, signature) in routines("driver/src/ffi/flt.rs") {
        let known = kit.get(&name).expect(&name);
        let parameters = known.0.iter().map(|parameter| plainly(parameter)).collect();
        assert_eq!(signature, (parameters, known.1.clone()), "{name}");
    }
}

/// One source, two manifests: what Windows builds with and what Linux builds with must not drift apart.
#[test]
fn both_manifests_build_the_same_driver() {
    let read = |path: &str| fs::read_to_string(workspace().join(path)).expect(path);
    let section = |text: &str, header: &str| {
        let start = text.find(header).expect(header) + header.len();
        let end = text[start..]
            .find("\n[")
            .map_or(text.len(), |end| start + end);
        text[start..end].trim().to_owned()
    };
    let windows = read("driver/Cargo.toml");
    let linux = read("driver/linux/Cargo.toml");
    for profile in ["[profile.dev]\n", "[profile.release]\n"] {
        assert_eq!(
            section(&windows, profile),
            section(&linux, profile),
            "{profile}"
        );
    }
    let linux = read("driver/linux/driver/Cargo.toml");
    for lints in ["[lints.rust]\n", "[lints.clippy]\n"] {
        assert_eq!(section(&windows, lints), section(&linux, lints), "{lints}");
    }
}
