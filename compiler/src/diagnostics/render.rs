//! Diagnostics for people: source line, caret, label, help.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::{Diagnostic, Severity};
use crate::source::{Sources, Span};

/// Whether colours may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Text only.
    #[default]
    Plain,
    /// With terminal colours.
    Coloured,
}

/// The longest source line that is shown whole; of a longer one only its surroundings are cut out.
const LINE: usize = 400;

/// The diagnostic as it is shown in a terminal, without a line end at the end.
#[must_use]
pub fn render(diagnostic: &Diagnostic, sources: &Sources, style: Style) -> String {
    let level = match diagnostic.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = format!("{}: {}", diagnostic.code.name(), diagnostic.message);
    let mut group = Group::with_title(level.primary_title(title).id(diagnostic.code.number()));
    let path = sources
        .get(diagnostic.file)
        .path()
        .to_string_lossy()
        .into_owned();
    group = match diagnostic.span {
        None => group.element(Origin::path(path)),
        Some(span) => {
            let label = diagnostic.label.as_deref();
            let related = diagnostic.related.as_ref();
            snippets(group, sources, path, span, label, related)
        }
    };
    let mut groups = vec![group];
    if let Some(help) = &diagnostic.help {
        groups.push(Group::with_title(
            Level::HELP.secondary_title(help.as_str()),
        ));
    }
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    renderer
        .decor_style(DecorStyle::Ascii)
        .term_width(160)
        .render(&groups)
}

fn snippets<'a>(
    group: Group<'a>,
    sources: &'a Sources,
    path: String,
    span: Span,
    label: Option<&'a str>,
    related: Option<&'a (Span, String)>,
) -> Group<'a> {
    let (text, line, range) = window(sources, span);
    let mut snippet = Snippet::source(text).line_start(line).path(path);
    let mut elsewhere = None;
    match related {
        Some((other, words)) if other.file == span.file && within(sources, *other, span) => {
            let from = span.range().start - range.start;
            let start = floor(text, other.range().start - from);
            let inner = start..floor(text, other.range().end.saturating_sub(from)).max(start);
            snippet = snippet.annotation(AnnotationKind::Context.span(inner).label(words.as_str()));
        }
        other => elsewhere = other,
    }
    let group = group.element(snippet.annotation(AnnotationKind::Primary.span(range).label(label)));
    let Some((other, words)) = elsewhere else {
        return group;
    };
    let (text, line, range) = window(sources, *other);
    let path = sources
        .get(other.file)
        .path()
        .to_string_lossy()
        .into_owned();
    let mark = AnnotationKind::Context.span(range).label(words.as_str());
    group.element(
        Snippet::source(text)
            .line_start(line)
            .path(path)
            .annotation(mark),
    )
}

/// Whether `other` lies on the lines that are shown for `span`.
fn within(sources: &Sources, other: Span, span: Span) -> bool {
    let (text, _, range) = window(sources, span);
    let from = span.range().start - range.start;
    other.range().start >= from && other.range().end <= from + text.len()
}

/// The lines of a span (the first only, of a span over several), their number, and the span within them.
fn window(sources: &Sources, span: Span) -> (&str, usize, std::ops::Range<usize>) {
    let source = sources.get(span.file);
    let text: &str = source.text();
    let start = floor(text, span.range().start);
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let line_end = line_end - usize::from(text[..line_end].ends_with('\r') && line_end > start);
    let end = floor(text, span.range().end).clamp(start, line_end.max(start));
    let (mut from, mut to) = (line_start, line_end.max(start));
    if to - from > LINE {
        from = floor(text, start.saturating_sub(LINE / 4).max(line_start));
        to = floor(
            text,
            end.min(start + LINE / 2).saturating_add(LINE / 4).min(to),
        )
        .max(start);
    }
    let end = end.min(to);
    (
        &text[from..to],
        source.position(span.start).line,
        start - from..end - from,
    )
}

fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at.min(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Code;

    #[test]
    fn shows_place_label_and_help() {
        let mut sources = Sources::default();
        let file = sources.add("rules/a.yml", "a: 1\nFoo|contians: x\n");
        let diagnostic = Diagnostic::new(
            Code::UnknownModifier,
            Span::new(file, 9..17),
            "no modifier `contians`",
        )
        .label("unknown")
        .help("did you mean `contains`?");
        let text = render(&diagnostic, &sources, Style::Plain);
        assert!(
            text.contains("error[E0401]: unknown-modifier: no modifier `contians`"),
            "{text}"
        );
        assert!(text.contains("rules/a.yml:2:5"), "{text}");
        assert!(text.contains("^^^^^^^^ unknown"), "{text}");
        assert!(text.contains("did you mean"), "{text}");
    }

    #[test]
    fn any_span_of_any_text_can_be_shown() {
        let long = format!("é{}é\r\nx\r\n", "y".repeat(3000));
        for text in ["", "\n", "é", "a\r\n", long.as_str()] {
            let mut sources = Sources::default();
            let file = sources.add("a", text);
            for start in (0..=text.len() + 1).step_by(1 + text.len() / 50) {
                for end in [start, start + 1, text.len(), text.len() + 9] {
                    let span = Span::new(file, start..end);
                    let related = Span::new(file, end..start + 2);
                    let diagnostic =
                        Diagnostic::new(Code::YamlSyntax, span, "x").related(related, "y");
                    assert!(!render(&diagnostic, &sources, Style::Plain).is_empty());
                }
            }
        }
    }
}
