//! Rules to signed kernel content.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use cofferdam_compiler::emit::{self, EmitOptions, Status};
use cofferdam_compiler::{Options, load};
use cofferdam_interpreter::schema::Tier;
use cofferdam_interpreter::{Content, Limits};
use cofferdam_stage::sensor;

/// Content and what is known of its rules.
pub(crate) struct Rules {
    /// The signed file.
    pub(crate) content: Vec<u8>,
    /// Rules whose verdicts are the specification's.
    pub(crate) exact: usize,
    /// Rules that answer *maybe* where user mode has to decide.
    pub(crate) partial: usize,
    /// Rules that the kernel cannot know enough for.
    pub(crate) left_out: usize,
    /// Documents that are no rules that compile.
    pub(crate) refused: usize,
    titles: HashMap<[u8; 16], String>,
    /// How long reading and compiling took, signing, and verifying.
    pub(crate) took: [Duration; 3],
}

impl Rules {
    /// The title of a rule.
    pub(crate) fn title(&self, id: &[u8; 16]) -> &str {
        self.titles.get(id).map_or("?", String::as_str)
    }
}

/// Compiles a file or directory of rules, signs the content and verifies it as the kernel will.
///
/// # Errors
/// What is wrong with the rules as a whole.
pub(crate) fn compile(path: &Path, version: u64) -> Result<Rules, String> {
    let begin = Instant::now();
    let loaded = load(&[path.to_path_buf()], &Options::default());
    if loaded.rules.is_empty() {
        return Err(format!(
            "{}: no rules; `cofferdam compile {0}` says what is wrong with each file",
            path.display()
        ));
    }
    let mut options = EmitOptions {
        tier: Tier::Kernel,
        issue: Default::default(),
    };
    options.issue.tier = Tier::Kernel;
    options.issue.content_version = version;
    let compiled = emit::compile(&loaded.rules, &options).map_err(|error| error.to_string())?;
    let compiling = begin.elapsed();
    let begin = Instant::now();
    let content = sensor::sign(compiled.bytes);
    let signing = begin.elapsed();
    let begin = Instant::now();
    let mut scratch = vec![0; Limits::KERNEL.scratch_words as usize];
    let verified = Content::decode(&content)
        .and_then(|content| content.verify(&Limits::KERNEL, &mut scratch))
        .map_err(|refusal| refusal.to_string())?;
    let verifying = begin.elapsed();
    let titles = titles(verified.content());
    let count = |wanted: fn(&Status) -> bool| {
        let entries = compiled.entries.iter();
        entries.filter(|entry| wanted(&entry.status)).count()
    };
    let exact = count(|it| matches!(it, Status::Exact));
    let partial = count(|it| matches!(it, Status::Partial { .. }));
    Ok(Rules {
        content,
        exact,
        partial,
        left_out: compiled.entries.len() - exact - partial,
        refused: loaded.refused.len(),
        titles,
        took: [compiling, signing, verifying],
    })
}

fn titles(content: &Content<'_>) -> HashMap<[u8; 16], String> {
    let rules = (0..).map_while(|index| content.rule(index));
    rules
        .map(|rule| (rule.id, content.name(&rule).0.to_owned()))
        .collect()
}
