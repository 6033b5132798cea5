//! The reader: a position in a JSON text, and the steps through its objects and arrays. It has no stack
//! of its own, because the code that decodes is nested like the JSON.

use std::borrow::Cow;

use super::string::Quoted;
use super::{Decode, DecodeError};

/// How deeply values may be nested: the 128th open bracket is refused, as serde_json does.
const DEPTH_LIMIT: u32 = 128;

/// A pull parser for JSON: a position in a text, from which values are read in order.
///
/// Implementations of [`Decode`] read from it. Values can be nested up to 127 levels deep. After an
/// error, the only valid call is [`reset`](Self::reset).
///
/// # Examples
///
/// ```
/// use codex_app_protocol::decode::{Decode, DecodeError, Reader};
///
/// struct Point { x: i64, y: i64 }
///
/// impl Decode for Point {
///     fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
///         let (mut x, mut y) = (None, None);
///         reader.begin_object()?;
///         while let Some(key) = reader.next_key()? {
///             match &*key {
///                 "x" => x = Some(reader.value()?),
///                 "y" => y = Some(reader.value()?),
///                 _ => reader.skip()?,
///             }
///         }
///         Ok(Self { x: reader.required(x, "x")?, y: reader.required(y, "y")? })
///     }
/// }
///
/// let point: Point = codex_app_protocol::from_str(r#"{"x": 1, "color": "red", "y": 2}"#)?;
/// assert_eq!((point.x, point.y), (1, 2));
/// # Ok::<(), DecodeError>(())
/// ```
#[derive(Debug)]
pub struct Reader<'a> {
    text: &'a str,
    at: Mark,
}

/// A position to which a [`Reader`] can go back.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    position: usize,
    /// How many objects and arrays are open.
    depth: u32,
    unknown: u32,
    /// Whether the innermost of them was opened by the last step, so that no comma is due. One
    /// flag is enough: any step clears it, before something else can be opened.
    fresh: bool,
}

impl<'a> Reader<'a> {
    /// Creates a reader at the start of a text.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { text, at: Mark { position: 0, depth: 0, unknown: 0, fresh: false } }
    }

    /// Enters an object. Call [`next_key`](Self::next_key) until it returns `None`.
    ///
    /// # Errors
    ///
    /// Fails if the next value is not an object.
    pub fn begin_object(&mut self) -> Result<(), DecodeError> {
        if self.peek_byte() != b'{' {
            return Err(self.mismatch("expected an object"));
        }
        self.open()?;
        self.at.fresh = true;
        Ok(())
    }

    /// Reads the name of the next member. Returns `None` at the end of the object. The caller reads the
    /// value.
    ///
    /// # Errors
    ///
    /// Fails if the text is not JSON, or if the name has a lone surrogate.
    #[inline]
    pub fn next_key(&mut self) -> Result<Option<Cow<'a, str>>, DecodeError> {
        let Some(key) = self.next_raw_key()? else {
            return Ok(None);
        };
        match key.unescaped() {
            Some(key) => Ok(Some(key)),
            None => Err(self.shape_error("expected a name of unicode text")),
        }
    }

    /// Like [`next_key`](Self::next_key), with the escapes left as they are.
    #[inline]
    pub(crate) fn next_raw_key(&mut self) -> Result<Option<Quoted<'a>>, DecodeError> {
        let fresh = std::mem::take(&mut self.at.fresh);
        match self.peek_byte() {
            b'}' => {
                self.close();
                return Ok(None);
            }
            b',' if !fresh => self.at.position += 1,
            _ if fresh => {}
            _ => return Err(self.unexpected("expected a comma or a closing brace")),
        }
        self.member_name().map(Some)
    }

    /// Reads a member's name and the colon behind it.
    #[inline]
    pub(super) fn member_name(&mut self) -> Result<Quoted<'a>, DecodeError> {
        if self.peek_byte() != b'"' {
            return Err(self.unexpected("expected a member name"));
        }
        let key = self.quoted()?;
        if self.peek_byte() != b':' {
            return Err(self.unexpected("expected a colon"));
        }
        self.at.position += 1;
        Ok(key)
    }

    /// Enters an array. Call [`next_element`](Self::next_element) until it returns false.
    ///
    /// # Errors
    ///
    /// Fails if the next value is not an array.
    pub fn begin_array(&mut self) -> Result<(), DecodeError> {
        if self.peek_byte() != b'[' {
            return Err(self.mismatch("expected an array"));
        }
        self.open()?;
        self.at.fresh = true;
        Ok(())
    }

    /// Moves to the next element, which the caller reads. Returns false at the end of the array.
    ///
    /// # Errors
    ///
    /// Fails if the text is not JSON.
    pub fn next_element(&mut self) -> Result<bool, DecodeError> {
        let fresh = std::mem::take(&mut self.at.fresh);
        match self.peek_byte() {
            b']' => {
                self.close();
                Ok(false)
            }
            b',' if !fresh => {
                self.at.position += 1;
                Ok(true)
            }
            _ if fresh => Ok(true),
            _ => Err(self.unexpected("expected a comma or a closing bracket")),
        }
    }

    /// Decodes the next value.
    ///
    /// # Errors
    ///
    /// Fails in the same cases as [`Decode::decode`] of the type.
    pub fn value<T: Decode>(&mut self) -> Result<T, DecodeError> {
        T::decode(self)
    }

    /// Reads a `null`. Returns false, and reads nothing, if there is something else.
    #[inline]
    pub(crate) fn null_if_any(&mut self) -> Result<bool, DecodeError> {
        if self.peek_byte() != b'n' {
            return Ok(false);
        }
        self.literal("null").map(|()| true)
    }

    /// Returns the value of a required field at the end of its object.
    ///
    /// # Errors
    ///
    /// Fails with an error that names the field if `slot` is `None`.
    #[inline]
    pub fn required<T>(&self, slot: Option<T>, field: &'static str) -> Result<T, DecodeError> {
        // The reader is behind the closing brace, which stands for the object.
        slot.ok_or_else(|| DecodeError::missing_field(field, self.position().saturating_sub(1)))
    }

    /// Checks that only whitespace is left.
    ///
    /// # Errors
    ///
    /// Fails with a syntax error if there is more.
    pub fn end(&mut self) -> Result<(), DecodeError> {
        self.peek_byte();
        if self.position() == self.text.len() {
            return Ok(());
        }
        Err(self.unexpected("expected the end of the text"))
    }

    /// Creates an error at the current position, for JSON without the expected shape. `message` is
    /// printed as it is, such as `expected an even number`.
    #[cold]
    #[must_use]
    pub fn shape_error(&self, message: &'static str) -> DecodeError {
        DecodeError::shape(message, self.position())
    }

    /// Returns the number of values so far that were kept as JSON because they are unknown.
    #[must_use]
    pub fn unknown_count(&self) -> u32 {
        self.at.unknown
    }

    pub(super) fn count_unknown(&mut self) {
        self.at.unknown = self.at.unknown.saturating_add(1);
    }

    /// Returns the current position.
    #[inline]
    #[must_use]
    pub fn mark(&self) -> Mark {
        self.at
    }

    /// Goes back to a position returned by [`mark`](Self::mark) of this reader.
    #[inline]
    pub fn reset(&mut self, mark: Mark) {
        self.at = mark;
    }

    #[inline]
    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    #[inline]
    pub(crate) fn position(&self) -> usize {
        self.at.position
    }

    #[inline]
    pub(super) fn set_position(&mut self, position: usize) {
        self.at.position = position;
    }

    #[inline]
    pub(super) fn depth(&self) -> u32 {
        self.at.depth
    }

    /// Steps over whitespace and looks at the byte behind it; zero, which is never valid there,
    /// at the end of the text.
    #[inline]
    pub(super) fn peek_byte(&mut self) -> u8 {
        match self.text.as_bytes().get(self.at.position) {
            Some(&byte) if byte > b' ' => byte,
            _ => self.peek_behind_whitespace(),
        }
    }

    #[inline(never)]
    fn peek_behind_whitespace(&mut self) -> u8 {
        while let Some(&byte) = self.text.as_bytes().get(self.at.position) {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return byte;
            }
            self.at.position += 1;
        }
        0
    }

    /// Steps over an opening bracket.
    #[inline]
    pub(super) fn open(&mut self) -> Result<(), DecodeError> {
        if self.at.depth + 1 >= DEPTH_LIMIT {
            return Err(DecodeError::syntax("nested too deeply", self.position()));
        }
        self.at.depth += 1;
        self.at.position += 1;
        Ok(())
    }

    /// Steps over a closing bracket.
    #[inline]
    pub(super) fn close(&mut self) {
        self.at.depth = self.at.depth.saturating_sub(1);
        self.at.position += 1;
    }

    /// Steps over `null`, `true` or `false`.
    #[inline]
    pub(super) fn literal(&mut self, literal: &'static str) -> Result<(), DecodeError> {
        let end = self.at.position + literal.len();
        if self.text.as_bytes().get(self.at.position..end) != Some(literal.as_bytes()) {
            return Err(self.unexpected("expected a value"));
        }
        self.at.position = end;
        Ok(())
    }

    /// The error for text that cannot go on like this.
    #[cold]
    pub(super) fn unexpected(&self, expected: &'static str) -> DecodeError {
        let at_end = self.position() >= self.text.len();
        let message = if at_end { "unexpected end of text" } else { expected };
        DecodeError::syntax(message, self.position())
    }
}

#[cfg(test)]
mod tests {
    use super::Reader;
    use crate::decode::from_str;

    #[test]
    fn commas_stand_between_and_nowhere_else() {
        for text in ["[,]", "[1,]", "[1 2]", "[,1]", "[1,,2]", "[1", "[", "[1}", "[1]]"] {
            assert!(from_str::<Vec<i64>>(text).unwrap_err().is_syntax(), "{text}");
        }
        for text in ["[]", " [ ] ", "[1]", "[1,2]", "[ 1 , 2 ]\n"] {
            assert!(from_str::<Vec<i64>>(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn an_empty_container_leaves_its_parent_intact() {
        assert_eq!(from_str::<Vec<Vec<i64>>>("[[],[1],[]]").unwrap(), [vec![], vec![1], vec![]]);
    }

    #[test]
    fn the_128th_bracket_is_one_too_many() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Reader::new(&nested(127)).skip().is_ok());
        let error = Reader::new(&nested(128)).skip().unwrap_err();
        assert!(error.is_syntax());
        assert_eq!(error.to_string(), "malformed JSON: nested too deeply (byte 127)");
    }

    #[test]
    fn a_missing_field_is_named_with_its_object() {
        let mut reader = Reader::new(r#"{"a":1}"#);
        reader.begin_object().unwrap();
        while reader.next_key().unwrap().is_some() {
            reader.skip().unwrap();
        }
        let error = reader.required(None::<i64>, "id").unwrap_err();
        assert_eq!(error.to_string(), "missing field \"id\" (byte 6)");
    }
}
