//! The key of a detection item: `Field|modifier|modifier`.

use std::sync::Arc;

use super::Context;
use super::modifier::{Modifier, NAMES};
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::source::Span;
use crate::yaml::Key;

/// A key, taken apart.
#[derive(Debug, Clone)]
pub(super) struct ItemKey {
    /// The field; none for keywords.
    pub(super) field: Option<Arc<str>>,
    /// In the order in which they are applied.
    pub(super) modifiers: Vec<(Modifier, Span)>,
}

impl ItemKey {
    /// Keywords without modifiers.
    pub(super) fn keywords() -> Self {
        Self {
            field: None,
            modifiers: Vec::new(),
        }
    }

    /// Where a modifier stands, if it is there.
    pub(super) fn find(&self, wanted: Modifier) -> Option<Span> {
        self.modifiers
            .iter()
            .find(|(modifier, _)| *modifier == wanted)
            .map(|(_, span)| *span)
    }
}

/// Takes a key apart; reports what is wrong with it.
pub(super) fn item_key(key: &Key, context: &mut Context<'_>) -> Option<ItemKey> {
    let mut pieces = key.text.split('|');
    let field = pieces.next().unwrap_or_default();
    let mut at = field.len();
    let mut modifiers = Vec::new();
    let mut whole = true;
    for name in pieces {
        let span = key.part(at + 1..at + 1 + name.len());
        at += 1 + name.len();
        match Modifier::parse(name) {
            Some(modifier) => modifiers.push((modifier, span)),
            None => {
                context.push(unknown(name, span));
                whole = false;
            }
        }
    }
    if field.is_empty() && modifiers.is_empty() && whole {
        let message = "a field's name is expected";
        context.push(
            Diagnostic::new(Code::EmptyFieldName, key.span, message)
                .help("keywords stand in a list, without key"),
        );
        return None;
    }
    whole.then(|| ItemKey {
        field: (!field.is_empty()).then(|| field.into()),
        modifiers,
    })
}

fn unknown(name: &str, span: Span) -> Diagnostic {
    let lower = name.trim().to_ascii_lowercase();
    if Modifier::parse(&lower).is_some() {
        let message =
            format!("modifiers are written in lower case and without spaces, not `{name}`");
        return Diagnostic::new(Code::ModifierCase, span, message).help(format!("write `{lower}`"));
    }
    let names = NAMES.iter().map(|(name, _)| *name);
    let help = did_you_mean(name, names).map(|near| format!("did you mean `{near}`?"));
    let message = if name.is_empty() {
        "a modifier is expected after `|`".into()
    } else {
        format!("no modifier is called `{name}`")
    };
    Diagnostic::new(Code::UnknownModifier, span, message)
        .label("not a modifier")
        .maybe_help(help)
}
