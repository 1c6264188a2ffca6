//! The `cofferdam` mapping of a rule.

use super::Context;
use super::attributes::Attributes;
use crate::diagnostics::{Code, Diagnostic, did_you_mean};
use crate::model::{Action, Settings};
use crate::yaml::Node;

const KEYS: [&str; 1] = ["action"];

/// Reads the mapping. An unknown key is an error: a misspelt `action` must not become an alert.
pub(super) fn settings(node: &Node, context: &mut Context<'_>) -> Settings {
    let mut settings = Settings {
        span: Some(node.span),
        ..Settings::default()
    };
    let Some(attributes) = Attributes::of(node, "`cofferdam`", context) else {
        return settings;
    };
    for entry in attributes
        .entries
        .iter()
        .filter(|entry| !KEYS.contains(&&*entry.key.text))
    {
        let help = did_you_mean(&entry.key.text, KEYS).map_or_else(
            || format!("there is `{}`", KEYS.join("`, `")),
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!("`cofferdam` has no `{}`", entry.key.text);
        context.push(Diagnostic::new(Code::UnknownSetting, entry.key.span, message).help(help));
    }
    if let Some(entry) = attributes.get("action") {
        match attributes
            .text("action", context)
            .as_deref()
            .map(|word| (Action::parse(word), word.to_owned()))
        {
            Some((Some(action), _)) => settings.action = action,
            Some((None, word)) => {
                let message = format!("`{word}` is no action");
                let help = format!("one of {}", Action::WORDS.join(", "));
                context.push(
                    Diagnostic::new(Code::InvalidSetting, entry.value.span, message).help(help),
                );
            }
            None => context.push(Diagnostic::new(
                Code::InvalidSetting,
                entry.value.span,
                "an action is expected",
            )),
        }
    }
    settings
}
