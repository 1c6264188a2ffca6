//! From paths to rules.
//!
//! Guarantees: the result depends on the files' names and contents only, never on the order in which the
//! file system lists them; every document ends as a rule, a filter, a correlation rule or a refusal with its
//! codes; and no document, whatever it holds, keeps another from being read.

mod collection;
mod files;
mod unique;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use uuid::Uuid;

use crate::diagnostics::{Code, Report, Severity};
use crate::limits::Limits;
use crate::lower::{self, Context, Correlation, Filter, Placeholders};
use crate::model::Rule;
use crate::source::{FileId, Sources, Span};
use crate::yaml;

/// What to load with.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The bounds.
    pub limits: Limits,
    /// Values for placeholders.
    pub placeholders: Placeholders,
    /// YAML files with more of them; a later one replaces what an earlier one says.
    pub placeholder_files: Vec<PathBuf>,
}

/// What was loaded.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The files, for showing places.
    pub sources: Sources,
    /// Everything there is to say about them, in order.
    pub report: Report,
    /// The rules, by file and place; filters applied.
    pub rules: Vec<Rule>,
    /// The correlation rules, which wait for a later version.
    pub correlations: Vec<Correlation>,
    /// The documents that are left out.
    pub refused: Vec<Refused>,
    /// How many filters were read.
    pub filters: usize,
}

/// A document that is left out, and why.
#[derive(Debug, Clone)]
pub struct Refused {
    /// Its id, if it has one that can be read.
    pub uuid: Option<Uuid>,
    /// Its title, likewise.
    pub title: Option<Arc<str>>,
    /// Its place; a whole file where not even documents could be told apart.
    pub file: FileId,
    /// The place in the file, if known.
    pub span: Option<Span>,
    /// The errors.
    pub codes: Vec<Code>,
}

/// Loads files and directories (with all below them).
#[must_use]
pub fn load(paths: &[PathBuf], options: &Options) -> Loaded {
    let mut loader = Loader::new(options);
    for path in files::find(paths, &options.limits, &mut loader.loaded) {
        match files::read(&path, &options.limits, &mut loader.loaded) {
            Some(file) => loader.file(file),
            None => loader.refuse_file(),
        }
    }
    loader.finish()
}

/// Loads texts that stand for files: their bytes, which need not be UTF-8.
#[must_use]
pub fn load_texts<P: AsRef<Path>, T: AsRef<[u8]>>(texts: &[(P, T)], options: &Options) -> Loaded {
    let mut loader = Loader::new(options);
    for (path, text) in texts {
        match files::add(
            path.as_ref(),
            text.as_ref(),
            &options.limits,
            &mut loader.loaded,
        ) {
            Some(file) => loader.file(file),
            None => loader.refuse_file(),
        }
    }
    loader.finish()
}

struct Loader<'a> {
    options: &'a Options,
    placeholders: Placeholders,
    loaded: Loaded,
    filters: Vec<Filter>,
    /// What the rules of the present file may still weigh.
    weight: usize,
}

impl<'a> Loader<'a> {
    fn new(options: &'a Options) -> Self {
        let mut loaded = Loaded::default();
        let mut placeholders = options.placeholders.clone();
        let limits = &options.limits;
        for path in &options.placeholder_files {
            if let Some(file) = files::read(path, limits, &mut loaded) {
                placeholders.read(&loaded.sources, file, limits, &mut loaded.report);
            }
        }
        Self {
            options,
            placeholders,
            loaded,
            filters: Vec::new(),
            weight: 0,
        }
    }

    fn context(&mut self) -> Context<'_> {
        Context::new(
            &self.options.limits,
            &self.placeholders,
            &mut self.loaded.report,
            &mut self.weight,
        )
    }

    fn file(&mut self, file: FileId) {
        self.weight = self.options.limits.file_weight;
        let before = self.loaded.report.all().len();
        let documents = yaml::documents(
            &self.loaded.sources,
            file,
            &self.options.limits,
            &mut self.loaded.report,
        );
        self.refuse_since(before, None, file);
        let before = self.loaded.report.all().len();
        let documents =
            collection::resolve(documents, &mut self.loaded.report, &self.options.limits);
        self.refuse_since(before, None, file);
        for document in documents {
            self.document(&document, file);
        }
    }

    fn document(&mut self, node: &yaml::Node, file: FileId) {
        let before = self.loaded.report.all().len();
        let done = if node.get("correlation").is_some() {
            let correlation = lower::correlation(node, &mut self.context());
            correlation.map(|correlation| self.loaded.correlations.push(correlation))
        } else if node.get("filter").is_some() {
            lower::filter(node, &mut self.context()).map(|filter| self.filters.push(filter))
        } else {
            lower::rule(node, &mut self.context()).map(|rules| self.loaded.rules.extend(rules))
        };
        if done.is_none() {
            self.refuse_since(before, Some(node), file);
        }
    }

    /// Lists as refused what the errors since `before` are about.
    fn refuse_since(&mut self, before: usize, node: Option<&yaml::Node>, file: FileId) {
        let errors = self.loaded.report.all()[before..]
            .iter()
            .filter(|each| each.severity() == Severity::Error);
        let mut refused = Vec::new();
        match node {
            Some(node) => {
                let mut codes: Vec<Code> = errors.map(|each| each.code).collect();
                codes.sort_unstable();
                codes.dedup();
                let (uuid, title) = (lower::id_if_any(node), lower::title_if_any(node));
                refused.push(Refused {
                    uuid,
                    title,
                    file,
                    span: Some(node.span),
                    codes,
                });
            }
            None => refused.extend(errors.map(|error| Refused {
                uuid: None,
                title: None,
                file,
                span: error.span,
                codes: vec![error.code],
            })),
        }
        self.loaded.refused.extend(refused);
    }

    fn refuse_file(&mut self) {
        if let Some(error) = self.loaded.report.all().last() {
            let (file, codes) = (error.file, vec![error.code]);
            self.loaded.refused.push(Refused {
                uuid: None,
                title: None,
                file,
                span: None,
                codes,
            });
        }
    }

    fn finish(mut self) -> Loaded {
        unique::check(&mut self.loaded);
        unique::mark_correlated(&mut self.loaded);
        self.loaded.filters = self.filters.len();
        // Filters belong to no document: bounded in what they add, not in what they may say.
        let limits = Limits {
            problems: usize::MAX,
            rule_weight: usize::MAX,
            ..self.options.limits
        };
        let mut weight = limits.filter_weight;
        let mut context = Context::new(
            &limits,
            &self.placeholders,
            &mut self.loaded.report,
            &mut weight,
        );
        lower::apply_filters(&self.filters, &mut self.loaded.rules, &mut context);
        self.loaded.report.sort();
        self.loaded
    }
}
