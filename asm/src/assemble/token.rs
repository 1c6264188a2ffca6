//! The text as tokens, each with its place.

use super::error::AsmError;

/// A place in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: u32,
    pub(super) column: u32,
}

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token<'s> {
    /// A run of characters without blanks: a word, a number, an id, a network, a label with its colon.
    Run(&'s str),
    /// A quoted string's UTF-16 units.
    Text(Vec<u16>),
    /// `{`
    Open,
    /// `}`
    Close,
    /// `->`
    Arrow,
    /// `@`
    At,
    /// The end of a line, or `;`.
    End,
    /// The end of the text.
    Eof,
}

impl Token<'_> {
    /// For error messages.
    pub(super) fn describe(&self) -> String {
        match self {
            Token::Run(run) => quoted(run),
            Token::Text(units) => {
                let start = &units[..units.len().min(SHOWN)];
                format!("the string {:?}", String::from_utf16_lossy(start))
            }
            Token::Open => "`{`".to_owned(),
            Token::Close => "`}`".to_owned(),
            Token::Arrow => "`->`".to_owned(),
            Token::At => "`@`".to_owned(),
            Token::End => "the end of the statement".to_owned(),
            Token::Eof => "the end of the text".to_owned(),
        }
    }
}

/// Characters of the text that an error shows.
const SHOWN: usize = 40;

/// A piece of the text for error messages.
pub(super) fn quoted(run: &str) -> String {
    let mut start: String = run.chars().take(SHOWN).collect();
    if start.len() < run.len() {
        start.push('…');
    }
    format!("`{}`", start.escape_debug())
}

/// Reads tokens, one ahead.
pub(super) struct Tokens<'s> {
    rest: &'s str,
    place: Place,
    ahead: Option<(Place, Token<'s>)>,
}

impl<'s> Tokens<'s> {
    pub(super) fn new(source: &'s str) -> Self {
        Self {
            rest: source.strip_prefix('\u{FEFF}').unwrap_or(source),
            place: Place { line: 1, column: 1 },
            ahead: None,
        }
    }

    /// The next token, which is taken.
    pub(super) fn next(&mut self) -> Result<(Place, Token<'s>), AsmError> {
        match self.ahead.take() {
            Some(token) => Ok(token),
            None => self.read(),
        }
    }

    /// The next token, which stays.
    pub(super) fn peek(&mut self) -> Result<&(Place, Token<'s>), AsmError> {
        let token = self.next()?;
        Ok(self.ahead.insert(token))
    }

    /// Takes the next token if it is this one.
    pub(super) fn take(&mut self, wanted: &Token<'_>) -> Result<bool, AsmError> {
        let found = self.peek()?.1 == *wanted;
        if found {
            self.ahead = None;
        }
        Ok(found)
    }

    /// Takes the next token, which must be this one.
    pub(super) fn expect(&mut self, wanted: &Token<'_>, expected: &str) -> Result<Place, AsmError> {
        let (place, token) = self.next()?;
        if token == *wanted {
            Ok(place)
        } else {
            Err(AsmError::token(place, expected, &token))
        }
    }

    /// Takes the next run, saying what it should be where there is none.
    pub(super) fn run(&mut self, expected: &str) -> Result<(Place, &'s str), AsmError> {
        match self.next()? {
            (place, Token::Run(run)) => Ok((place, run)),
            (place, token) => Err(AsmError::token(place, expected, &token)),
        }
    }

    /// Takes the next run if there is one before the statement ends.
    pub(super) fn optional_run(&mut self) -> Result<Option<(Place, &'s str)>, AsmError> {
        match *self.peek()? {
            (place, Token::Run(run)) => {
                self.ahead = None;
                Ok(Some((place, run)))
            }
            _ => Ok(None),
        }
    }

    /// Takes the next string.
    pub(super) fn text(&mut self, expected: &str) -> Result<(Place, Vec<u16>), AsmError> {
        match self.next()? {
            (place, Token::Text(units)) => Ok((place, units)),
            (place, token) => Err(AsmError::token(place, expected, &token)),
        }
    }

    /// Takes the next string, which must be Unicode: surrogates in pairs only.
    pub(super) fn unicode(&mut self, expected: &str) -> Result<(Place, String), AsmError> {
        let (place, units) = self.text(expected)?;
        match String::from_utf16(&units) {
            Ok(text) => Ok((place, text)),
            Err(_) => Err(AsmError::new(
                place,
                expected,
                "a string with an unpaired surrogate",
            )),
        }
    }

    /// Ends a statement: a line's end, `;`, or a `}` that follows, which stays.
    pub(super) fn end(&mut self) -> Result<(), AsmError> {
        match *self.peek()? {
            (_, Token::End) => {
                self.ahead = None;
                Ok(())
            }
            (_, Token::Close | Token::Eof) => Ok(()),
            (place, ref token) => Err(AsmError::token(
                place,
                "the end of the line, `;` or `}`",
                token,
            )),
        }
    }

    /// Passes over the ends of empty statements.
    pub(super) fn skip_ends(&mut self) -> Result<(), AsmError> {
        while self.take(&Token::End)? {}
        Ok(())
    }

    fn advance(&mut self, c: char) {
        self.rest = &self.rest[c.len_utf8()..];
        if c == '\n' {
            self.place.line = self.place.line.saturating_add(1);
            self.place.column = 1;
        } else {
            self.place.column = self.place.column.saturating_add(1);
        }
    }

    fn read(&mut self) -> Result<(Place, Token<'s>), AsmError> {
        loop {
            let place = self.place;
            let Some(c) = self.rest.chars().next() else {
                return Ok((place, Token::Eof));
            };
            let simple = match c {
                ' ' | '\t' | '\r' => {
                    self.advance(c);
                    continue;
                }
                '#' => {
                    while let Some(c) = self.rest.chars().next().filter(|c| *c != '\n') {
                        self.advance(c);
                    }
                    continue;
                }
                '\n' | ';' => Token::End,
                '{' => Token::Open,
                '}' => Token::Close,
                '@' => Token::At,
                '"' => return Ok((place, Token::Text(self.escaped()?))),
                '\'' => return Ok((place, Token::Text(self.raw()?))),
                _ => return Ok((place, self.run_or_arrow())),
            };
            self.advance(c);
            return Ok((place, simple));
        }
    }

    fn run_or_arrow(&mut self) -> Token<'s> {
        let rest = self.rest;
        if rest.starts_with("->") {
            self.advance('-');
            self.advance('>');
            return Token::Arrow;
        }
        while let Some(c) = self.rest.chars().next() {
            let ends = c.is_whitespace() || "{};#\"'@".contains(c) || self.rest.starts_with("->");
            if ends && self.rest.len() < rest.len() {
                break;
            }
            self.advance(c);
        }
        Token::Run(&rest[..rest.len() - self.rest.len()])
    }

    /// A string without escapes.
    fn raw(&mut self) -> Result<Vec<u16>, AsmError> {
        let start = self.place;
        self.advance('\'');
        let mut units = Vec::new();
        loop {
            match self.rest.chars().next() {
                None | Some('\n') => return Err(unterminated(start, '\'')),
                Some('\'') => break self.advance('\''),
                Some(c) => {
                    push(&mut units, c);
                    self.advance(c);
                }
            }
        }
        Ok(units)
    }

    /// A string with escapes.
    fn escaped(&mut self) -> Result<Vec<u16>, AsmError> {
        let start = self.place;
        self.advance('"');
        let mut units = Vec::new();
        loop {
            match self.rest.chars().next() {
                None | Some('\n') => return Err(unterminated(start, '"')),
                Some('"') => break self.advance('"'),
                Some('\\') => self.escape(&mut units)?,
                Some(c) => {
                    push(&mut units, c);
                    self.advance(c);
                }
            }
        }
        Ok(units)
    }

    fn escape(&mut self, units: &mut Vec<u16>) -> Result<(), AsmError> {
        let place = self.place;
        self.advance('\\');
        let known = match self.rest.chars().next() {
            Some('\\') => '\\',
            Some('"') => '"',
            Some('\'') => '\'',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('0') => '\0',
            Some('u') => return self.unit(place, units),
            other => {
                let found = other.map_or("\\".to_owned(), |c| format!("\\{c}"));
                return Err(AsmError::new(
                    place,
                    "an escape: \\\\ \\\" \\' \\n \\r \\t \\0 \\u{1F600}",
                    quoted(&found),
                )
                .remedy(
                    "write `\\\\` for a backslash, or quote with '...', which has no escapes",
                ));
            }
        };
        if let Some(c) = self.rest.chars().next() {
            self.advance(c);
        }
        push(units, known);
        Ok(())
    }

    /// `\u{D800}`: a unit, or a character beyond the basic plane as its two.
    fn unit(&mut self, place: Place, units: &mut Vec<u16>) -> Result<(), AsmError> {
        let wrong = |found: &str| {
            let found = format!("\\{found}");
            AsmError::new(
                place,
                "\\u{...} with one to six hexadecimal digits, up to 10FFFF",
                quoted(&found),
            )
        };
        let rest = self.rest;
        let end = rest.find('}').filter(|end| *end <= 8);
        let shown: String = rest.chars().take(9).collect();
        let digits = end
            .and_then(|end| rest[..end].strip_prefix("u{"))
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .ok_or_else(|| wrong(&shown))?;
        let number = u32::from_str_radix(digits, 16).map_err(|_| wrong(&shown))?;
        match u16::try_from(number) {
            Ok(unit) => units.push(unit),
            Err(_) => push(units, char::from_u32(number).ok_or_else(|| wrong(&shown))?),
        }
        for c in rest[..=digits.len() + 2].chars() {
            self.advance(c);
        }
        Ok(())
    }
}

fn push(units: &mut Vec<u16>, c: char) {
    units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
}

fn unterminated(start: Place, quote: char) -> AsmError {
    AsmError::new(
        start,
        format!("a string that ends with `{quote}` in the same line"),
        "the end of the line",
    )
    .remedy("write `\\n` in \"...\" for a line feed")
}
