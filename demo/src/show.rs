//! What is printed: lines for people, or JSON objects for machines.

use std::io::Write as _;

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};

use crate::Format;

/// Prints. Colours are off where standard output is no terminal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Show {
    format: Format,
}

/// How a word is to look.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tone {
    Plain,
    Faint,
    Good,
    Warn,
    Bad,
    Head,
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Tone::Plain => Style::new(),
            Tone::Faint => Style::new().dimmed(),
            Tone::Good => AnsiColor::Green.on_default(),
            Tone::Warn => AnsiColor::Yellow.on_default(),
            Tone::Bad => AnsiColor::Red.on_default().bold(),
            Tone::Head => Style::new().bold(),
        }
    }
}

impl Show {
    pub(crate) fn new(format: Format) -> Self {
        Self { format }
    }

    /// A chapter begins.
    pub(crate) fn chapter(self, title: &str) {
        if self.format == Format::Human {
            let style = Tone::Head.style();
            Self::line(&format!("\n{style}{title}{style:#}"));
        }
    }

    /// Something that was done, and how.
    pub(crate) fn step(self, what: &str, how: &str, fields: Value) {
        match self.format {
            Format::Human => Self::line(&format!("  {what:<26} {how}")),
            Format::Json => self.object("step", what, fields),
        }
    }

    /// A line of a table: words, each in its width and tone; the last is as long as it is.
    pub(crate) fn row(self, words: &[(&str, usize, Tone)], event: &str, fields: Value) {
        match self.format {
            Format::Human => {
                let mut line = String::from(" ");
                for (word, width, tone) in words {
                    let style = tone.style();
                    let word = fit(word, *width);
                    line.push_str(&format!(" {style}{word}{style:#}"));
                }
                Self::line(line.trim_end());
            }
            Format::Json => self.object(event, "", fields),
        }
    }

    /// A line that only people need.
    pub(crate) fn remark(self, words: &[(&str, usize, Tone)]) {
        if !self.is_json() {
            self.row(words, "", Value::Null);
        }
    }

    /// Whether machines read.
    pub(crate) fn is_json(self) -> bool {
        self.format == Format::Json
    }

    fn object(self, event: &str, what: &str, fields: Value) {
        let mut object = json!({ "event": event });
        if let Value::Object(object) = &mut object {
            if !what.is_empty() {
                object.insert("what".to_owned(), what.into());
            }
            if let Value::Object(fields) = fields {
                object.extend(fields);
            }
        }
        Self::line(&object.to_string());
    }

    fn line(line: &str) {
        // Whoever closed the pipe has seen enough.
        let _ = writeln!(anstream::stdout(), "{line}");
    }
}

/// The word in exactly so many columns, or as it is for 0; what is too long loses its beginning, for paths tell more at
/// their end.
fn fit(word: &str, width: usize) -> String {
    let length = word.chars().count();
    if width == 0 || length == width {
        return word.to_owned();
    }
    if length < width {
        return format!("{word:<width$}");
    }
    let rest: String = word.chars().skip(length - width + 1).collect();
    format!("…{rest}")
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn words_fit_their_columns() {
        assert_eq!(fit("word", 6), "word  ");
        assert_eq!(fit("word", 4), "word");
        assert_eq!(fit(r"C:\folder\file.exe", 9), "…file.exe");
        assert_eq!(fit("as it is", 0), "as it is");
    }
}
