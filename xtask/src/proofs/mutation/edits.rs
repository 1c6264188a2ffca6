//! Edits of a source text that may nest: the text of an outer one is put together from parts of the source, in which
//! the inner ones are made.

use std::ops::Range;

/// A piece of an edit's new text.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    /// Text as it is.
    Text(String),
    /// This part of the source, with the edits within it.
    Source(Range<usize>),
}

impl From<&str> for Piece {
    fn from(text: &str) -> Self {
        Piece::Text(text.to_owned())
    }
}

impl From<String> for Piece {
    fn from(text: String) -> Self {
        Piece::Text(text)
    }
}

impl From<Range<usize>> for Piece {
    fn from(range: Range<usize>) -> Self {
        Piece::Source(range)
    }
}

/// What stands in the place of a part of the source. Of edits of the same part each is within the one before it.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) pieces: Vec<Piece>,
}

/// The source with all edits made.
pub(super) fn apply(source: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    // An outer edit before those within it.
    edits.sort_by_key(|edit| (edit.range.start, std::cmp::Reverse(edit.range.end)));
    part(source, &(0..source.len()), &edits)
}

/// A part of the source; `edits` are those within it.
fn part(source: &str, range: &Range<usize>, edits: &[&Edit]) -> String {
    let mut text = String::new();
    let mut at = range.start;
    let mut rest = edits;
    while let Some((edit, after)) = rest.split_first() {
        let within = after
            .iter()
            .take_while(|inner| {
                inner.range.end <= edit.range.end && inner.range.start < edit.range.end
            })
            .count();
        let (inner, after) = after.split_at(within);
        text.push_str(&source[at..edit.range.start]);
        for piece in &edit.pieces {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Source(range) => {
                    let is_within = |inner: &&&Edit| {
                        range.start <= inner.range.start && inner.range.end <= range.end
                    };
                    let own: Vec<&Edit> = inner.iter().filter(is_within).copied().collect();
                    text.push_str(&part(source, range, &own));
                }
            }
        }
        at = edit.range.end;
        rest = after;
    }
    text.push_str(&source[at..range.end]);
    text
}

#[cfg(test)]
mod tests {
    use super::{Edit, apply};

    #[test]
    fn edits_nest_and_insert() {
        let source = "if a < b { c }";
        let edits = [
            Edit {
                range: 10..10,
                pieces: vec![" d;".into()],
            },
            Edit {
                range: 3..4,
                pieces: vec!["(".into(), (3..4).into(), ")".into()],
            },
            Edit {
                range: 3..8,
                pieces: vec![
                    "f(".into(),
                    (3..4).into(),
                    ", ".into(),
                    (7..8).into(),
                    ")".into(),
                ],
            },
        ];
        assert_eq!(apply(source, &edits), "if f((a), b) { d; c }");
    }
}
