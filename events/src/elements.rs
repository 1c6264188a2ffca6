//! JSON that is not one object a line: an array of objects, or objects over several lines.
//!
//! Each object becomes one line: outside strings a line end means nothing, and inside it must not stand.

use super::blocks::{Block, MAX_RECORD, Stopped, TOO_LONG};
use super::{Damage, Place};

/// Bytes after which elements are given on.
const ENOUGH: usize = 256 << 10;

/// Where the splitter stands.
#[derive(Debug, Default)]
pub(crate) struct Elements {
    /// Elements that are whole, a line each.
    lines: Vec<u8>,
    /// How many elements were given on.
    given: u64,
    /// How many elements `lines` holds.
    held: u64,
    /// The element that is being read; longer than the bound, it is only followed.
    element: Vec<u8>,
    too_long: bool,
    depth: u32,
    in_string: bool,
    escaped: bool,
}

impl Elements {
    /// Takes further bytes.
    pub(crate) fn split(
        &mut self,
        bytes: &[u8],
        give: &mut dyn FnMut(Block) -> Result<(), Stopped>,
    ) -> Result<(), Stopped> {
        for byte in bytes {
            // Outside of objects there are only brackets, commas and blanks.
            if self.depth == 0 && *byte != b'{' {
                continue;
            }
            if self.element.len() < MAX_RECORD {
                self.element.push(if matches!(byte, b'\n' | b'\r') {
                    b' '
                } else {
                    *byte
                });
            } else {
                self.too_long = true;
            }
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.in_string => self.escaped = true,
                b'"' => self.in_string = !self.in_string,
                b'{' if !self.in_string => self.depth = self.depth.saturating_add(1),
                b'}' if !self.in_string => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        self.end(give)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The file ends.
    pub(crate) fn finish(
        &mut self,
        give: &mut dyn FnMut(Block) -> Result<(), Stopped>,
    ) -> Result<(), Stopped> {
        self.give_on(give)?;
        if self.depth > 0 {
            return give(self.damage("the file ends within an object"));
        }
        Ok(())
    }

    fn end(&mut self, give: &mut dyn FnMut(Block) -> Result<(), Stopped>) -> Result<(), Stopped> {
        if std::mem::take(&mut self.too_long) {
            self.give_on(give)?;
            give(self.damage(TOO_LONG))?;
            self.given += 1;
        } else {
            self.lines.append(&mut self.element);
            self.lines.push(b'\n');
            self.held += 1;
            if self.lines.len() > ENOUGH {
                self.give_on(give)?;
            }
        }
        self.element.clear();
        Ok(())
    }

    fn give_on(
        &mut self,
        give: &mut dyn FnMut(Block) -> Result<(), Stopped>,
    ) -> Result<(), Stopped> {
        let first = self.given;
        self.given += std::mem::take(&mut self.held);
        if self.lines.is_empty() {
            return Ok(());
        }
        give(Block::Json {
            bytes: std::mem::take(&mut self.lines),
            first,
            elements: true,
        })
    }

    fn damage(&self, message: &str) -> Block {
        Block::Damage(Damage {
            place: Place::Element(self.given),
            message: message.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_become_lines() {
        let text = br#"[ {"a": "}\"{",
            "b": {"c": 1}} , {"d": []} ] "#;
        let mut lines = Vec::new();
        let mut elements = Elements::default();
        let mut give = |block: Block| {
            if let Block::Json { bytes, first, .. } = block {
                lines.push((first, String::from_utf8(bytes).unwrap_or_default()));
            }
            Ok(())
        };
        for byte in text {
            assert!(elements.split(&[*byte], &mut give).is_ok());
        }
        assert!(elements.finish(&mut give).is_ok());
        let [(0, text)] = &lines[..] else {
            panic!("{lines:?}");
        };
        assert_eq!(text.lines().count(), 2);
        assert_eq!(text.lines().nth(1), Some(r#"{"d": []}"#));
    }
}
