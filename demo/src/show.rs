//! What is printed: lines for people, as wide as the terminal is, or JSON objects for machines.

use std::io::Write as _;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};

use crate::Format;

/// Columns where standard output is no terminal.
const PIPED: usize = 100;
/// Narrower than this, lines are not made to fit; wider than this, they are not stretched.
const WIDTHS: std::ops::RangeInclusive<usize> = 80..=150;
/// Columns of what a line is about.
const WHAT: usize = 26;
/// Columns of a time.
pub(crate) const TIME: usize = 8;

/// Prints. Colours are off where standard output is no terminal, or `NO_COLOR` is set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Show {
    format: Format,
    /// Columns of a line.
    pub(crate) width: usize,
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
        let columns = terminal_size::terminal_size_of(std::io::stdout());
        let width = columns.map_or(PIPED, |(width, _)| width.0.into());
        Self {
            format,
            width: width.clamp(*WIDTHS.start(), *WIDTHS.end()),
        }
    }

    /// A chapter begins.
    pub(crate) fn chapter(self, title: &str) {
        if !self.is_json() {
            let style = Tone::Head.style();
            self.line(&format!("\n{style}{title}{style:#}"));
        }
    }

    /// Something that was done, how, and how long it took.
    pub(crate) fn step(self, what: &str, how: &str, took: Option<Duration>, fields: Value) {
        self.told("step", (what, WHAT), (how, Tone::Plain), took, fields);
    }

    /// The same with its own name for machines, its own width and its own tone.
    pub(crate) fn told(
        self,
        event: &str,
        (what, columns): (&str, usize),
        (how, tone): (&str, Tone),
        took: Option<Duration>,
        fields: Value,
    ) {
        if self.is_json() {
            let milliseconds = took.map(|it| json!({ "milliseconds": it.as_secs_f64() * 1e3 }));
            let named = json!({ "event": event, "what": what });
            return self.object([Some(named), Some(fields), milliseconds]);
        }
        let room = self.width - columns - TIME - 4;
        let mut took = took.map(time).unwrap_or_default();
        let mut what = what;
        for part in wrapped(how, room) {
            // Without a time, nothing is filled up for it.
            let (room, took_text) = if took.is_empty() {
                (0, String::new())
            } else {
                (room, format!("{took:>TIME$}"))
            };
            self.row(&[
                (what, columns, Tone::Plain),
                (part.as_str(), room, tone),
                (&took_text, 0, Tone::Faint),
            ]);
            (what, took) = ("", String::new());
        }
    }

    /// A line of words, each in its width and tone; a width of 0 is as long as the word is.
    pub(crate) fn row(self, words: &[(&str, usize, Tone)]) {
        if self.is_json() {
            return;
        }
        let mut line = String::from(" ");
        for (word, width, tone) in words {
            let style = tone.style();
            let word = fit(word, *width);
            if !word.is_empty() {
                line.push_str(&format!(" {style}{word}{style:#}"));
            }
        }
        self.line(line.trim_end());
    }

    /// An object that only machines need; later fields stand behind earlier ones.
    pub(crate) fn object(self, parts: impl IntoIterator<Item = Option<Value>>) {
        if !self.is_json() {
            return;
        }
        let mut object = serde_json::Map::new();
        for part in parts.into_iter().flatten() {
            if let Value::Object(fields) = part {
                object.extend(fields);
            }
        }
        self.line(&Value::Object(object).to_string());
    }

    fn is_json(self) -> bool {
        self.format == Format::Json
    }

    fn line(self, line: &str) {
        // Whoever closed the pipe has seen enough.
        let _ = writeln!(anstream::stdout(), "{line}");
    }
}

/// A time in three digits or so.
pub(crate) fn time(took: Duration) -> String {
    let seconds = took.as_secs_f64();
    for (unit, name) in [(1.0, "s"), (1e-3, "ms"), (1e-6, "µs")] {
        if seconds >= unit {
            let digits = if seconds < 9.95 * unit { 1 } else { 0 };
            return format!("{:.digits$} {name}", seconds / unit);
        }
    }
    format!("{} ns", took.as_nanos())
}

/// The word in exactly so many columns, or as it is for 0. What is too long loses its end, or its beginning where it has
/// a `\`, for paths tell more at their end.
fn fit(word: &str, width: usize) -> String {
    let length = word.chars().count();
    if width == 0 || length == width {
        return word.to_owned();
    }
    if length < width {
        return format!("{word:<width$}");
    }
    if word.contains('\\') {
        let rest: String = word.chars().skip(length - width + 1).collect();
        return format!("…{rest}");
    }
    let begin: String = word.chars().take(width - 1).collect();
    format!("{begin}…")
}

/// Lines of at most so many columns, broken between words; one empty line where there are none.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let length = lines.last().map_or(0, |line| line.chars().count());
        if length > 0 && length + 1 + word.chars().count() > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{fit, time, wrapped};

    #[test]
    fn words_fit_their_columns() {
        assert_eq!(fit("word", 6), "word  ");
        assert_eq!(fit("word", 4), "word");
        assert_eq!(fit(r"C:\folder\file.exe", 9), "…file.exe");
        assert_eq!(fit("a long title", 7), "a long…");
        assert_eq!(fit("as it is", 0), "as it is");
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("", 8), [""]);
        assert_eq!(wrapped("unbreakable", 4), ["unbreakable"]);
    }

    #[test]
    fn times_have_the_unit_that_they_need() {
        for (nanoseconds, text) in [
            (999, "999 ns"),
            (1_234, "1.2 µs"),
            (9_960, "10 µs"),
            (12_345, "12 µs"),
            (1_500_000, "1.5 ms"),
            (26_500_000_000, "26 s"),
        ] {
            assert_eq!(time(Duration::from_nanos(nanoseconds)), text);
        }
    }
}
