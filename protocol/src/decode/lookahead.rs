//! Lookahead and backtracking: how unions choose their variant, and keep JSON that fits none.

use std::borrow::Cow;

use super::{DecodeError, Mark, Reader};
use crate::json::Json;

/// The kind of a JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "JSON has these and no others")]
pub enum Kind {
    /// An object: `{…}`.
    Object,
    /// An array: `[…]`.
    Array,
    /// A string: `"…"`.
    String,
    /// A number: `1`, `-2.5e3`.
    Number,
    /// A boolean: `true` or `false`.
    Bool,
    /// `null`.
    Null,
    /// The end of the text, or text that is not the start of a value.
    Invalid,
}

impl<'a> Reader<'a> {
    /// Returns the kind of the next value, by its first character.
    pub fn peek_kind(&mut self) -> Kind {
        match self.peek_byte() {
            b'{' => Kind::Object,
            b'[' => Kind::Array,
            b'"' => Kind::String,
            b'-' | b'0'..=b'9' => Kind::Number,
            b't' | b'f' => Kind::Bool,
            b'n' => Kind::Null,
            _ => Kind::Invalid,
        }
    }

    /// Returns the string member `key` of the next value without moving the reader.
    ///
    /// `None` if the value is not an object, or has no such member, or the member is not a string. If
    /// the key occurs twice, the first one counts.
    ///
    /// # Errors
    ///
    /// Fails if the text before the member is not JSON.
    pub fn peek_tag(&mut self, key: &str) -> Result<Option<Cow<'a, str>>, DecodeError> {
        let start = self.mark();
        let tag = self.find_tag(key);
        self.reset(start);
        tag
    }

    fn find_tag(&mut self, key: &str) -> Result<Option<Cow<'a, str>>, DecodeError> {
        if self.peek_byte() != b'{' {
            return Ok(None);
        }
        self.begin_object()?;
        while let Some(name) = self.next_raw_key()? {
            if name.is(key) {
                return self.string_or_skip();
            }
            self.skip()?;
        }
        Ok(None)
    }

    /// Returns whether the next value is an object with all of these members, without moving the reader.
    /// At most 64 keys are supported.
    ///
    /// # Errors
    ///
    /// Fails if the text before the last of these members is not JSON.
    pub fn has_keys(&mut self, keys: &[&str]) -> Result<bool, DecodeError> {
        debug_assert!(keys.len() <= 64, "one bit for each key");
        let start = self.mark();
        let found = self.find_keys(keys);
        self.reset(start);
        found
    }

    /// Moves to the value at a path of member names. Returns false if there is none; the position is
    /// unspecified then.
    pub(crate) fn find_member(&mut self, path: &[&str]) -> Result<bool, DecodeError> {
        'path: for member in path {
            if self.peek_byte() != b'{' {
                return Ok(false);
            }
            self.begin_object()?;
            while let Some(name) = self.next_raw_key()? {
                if name.is(member) {
                    continue 'path;
                }
                self.skip()?;
            }
            return Ok(false);
        }
        Ok(true)
    }

    fn find_keys(&mut self, keys: &[&str]) -> Result<bool, DecodeError> {
        if self.peek_byte() != b'{' {
            return Ok(false);
        }
        self.begin_object()?;
        let mut found = 0_u64;
        while found.count_ones() as usize != keys.len() {
            let Some(name) = self.next_raw_key()? else {
                return Ok(false);
            };
            if let Some(index) = keys.iter().position(|key| name.is(key)) {
                found |= 1_u64.checked_shl(index as u32).unwrap_or_default();
            }
            self.skip()?;
        }
        Ok(true)
    }

    /// Enters an object with a single member and returns the member's name. The caller reads the value,
    /// and then calls [`leave_single_key`](Self::leave_single_key).
    ///
    /// Returns `None` if the object is empty. The reader is after the object then.
    ///
    /// # Errors
    ///
    /// Fails if the next value is not an object.
    pub fn enter_single_key(&mut self) -> Result<Option<Cow<'a, str>>, DecodeError> {
        self.begin_object()?;
        self.next_key()
    }

    /// Leaves an object that [`enter_single_key`](Self::enter_single_key) entered.
    ///
    /// # Errors
    ///
    /// Fails if the object has another member.
    pub fn leave_single_key(&mut self) -> Result<(), DecodeError> {
        match self.peek_byte() {
            b'}' => {
                self.close();
                Ok(())
            }
            b',' => Err(self.shape_error("expected a single member")),
            _ => Err(self.unexpected("expected a closing brace")),
        }
    }

    /// Goes back to `mark` and reads the value there as JSON of any shape, because decoding failed with
    /// `error`. Counts it as unknown.
    ///
    /// # Errors
    ///
    /// Returns `error` if it is a syntax error, because there is no value to keep then.
    #[cold]
    pub fn unknown(&mut self, mark: Mark, error: DecodeError) -> Result<Json, DecodeError> {
        if error.is_syntax() {
            return Err(error);
        }
        self.unknown_at(mark)
    }

    /// Goes back to `mark` and reads the value there as JSON of any shape, because it has no type.
    /// Counts it as unknown.
    ///
    /// # Errors
    ///
    /// Fails if the value is not JSON.
    #[cold]
    pub fn unknown_at(&mut self, mark: Mark) -> Result<Json, DecodeError> {
        self.reset(mark);
        let json = self.value()?;
        self.count_unknown();
        Ok(json)
    }

    /// The error for a value of another kind than expected.
    #[cold]
    pub(super) fn mismatch(&mut self, expected: &'static str) -> DecodeError {
        match self.peek_kind() {
            Kind::Invalid => self.unexpected("expected a value"),
            _ => self.shape_error(expected),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Reader};
    use crate::decode::DecodeError;

    fn tag(text: &str) -> Option<String> {
        let mut reader = Reader::new(text);
        let tag = reader.peek_tag("type").unwrap().map(Into::into);
        assert_eq!(reader.position(), 0);
        tag
    }

    #[test]
    fn a_tag_is_found_wherever_it_stands() {
        assert_eq!(tag(r#"{"type":"a"}"#).as_deref(), Some("a"));
        assert_eq!(tag(r#"{"x":{"type":"no"},"type":"a"}"#).as_deref(), Some("a"));
        assert_eq!(tag(r#"{"t\u0079pe":"\u0061"}"#).as_deref(), Some("a"));
    }

    #[test]
    fn what_is_no_tag_is_none() {
        for text in ["{}", "[]", "1", "", r#"{"type":1}"#, r#"{"type":null}"#, r#"{"x":"type"}"#] {
            assert_eq!(tag(text), None, "{text}");
        }
        // A lone surrogate matches no arm, and is no reason to fail.
        assert_eq!(tag(r#"{"\ud800":1,"type":"\ud800"}"#), None);
    }

    #[test]
    fn all_keys_must_be_there() {
        let mut reader = Reader::new(r#"{"a":1,"a":2,"b":{"c":3}}"#);
        assert!(reader.has_keys(&[]).unwrap());
        assert!(reader.has_keys(&["b", "a"]).unwrap());
        assert!(!reader.has_keys(&["a", "c"]).unwrap());
        assert!(!Reader::new("[]").has_keys(&["a"]).unwrap());
        assert!(Reader::new(r#"{"a":1"#).has_keys(&["b"]).unwrap_err().is_syntax());
    }

    #[test]
    fn a_single_key_must_be_single() {
        let mut reader = Reader::new(r#"{"a":1}"#);
        assert_eq!(reader.enter_single_key().unwrap().as_deref(), Some("a"));
        assert_eq!(reader.value::<i64>().unwrap(), 1);
        reader.leave_single_key().unwrap();
        reader.end().unwrap();

        let mut reader = Reader::new(r#"{"a":1,"b":2}"#);
        reader.enter_single_key().unwrap();
        reader.skip().unwrap();
        assert!(!reader.leave_single_key().unwrap_err().is_syntax());

        let mut reader = Reader::new("{}");
        assert_eq!(reader.enter_single_key().unwrap(), None);
        reader.end().unwrap();
    }

    #[test]
    fn an_unknown_value_is_kept_exactly_and_counted() {
        let mut reader = Reader::new(r#"[ {"b" : 1.0, "a":"\u0061"} ,2]"#);
        reader.begin_array().unwrap();
        reader.next_element().unwrap();
        let mark = reader.mark();
        let error = reader.string().unwrap_err();
        let json = reader.unknown(mark, error).unwrap();
        assert_eq!(json.get(), r#"{"b" : 1.0, "a":"\u0061"}"#);
        assert!(reader.next_element().unwrap());
        assert_eq!(reader.value::<i64>().unwrap(), 2);
        assert_eq!(reader.unknown_count(), 1);
    }

    #[test]
    fn going_back_forgets_what_was_counted() {
        let mut reader = Reader::new("[1,2]");
        let mark = reader.mark();
        reader.begin_array().unwrap();
        reader.next_element().unwrap();
        let element = reader.mark();
        reader.unknown_at(element).unwrap();
        reader.reset(mark);
        assert_eq!(reader.unknown_count(), 0);
        assert_eq!(reader.value::<Vec<i64>>().unwrap(), [1, 2]);
    }

    #[test]
    fn a_syntax_error_is_not_an_unknown_value() {
        let mut reader = Reader::new("[1");
        let mark = reader.mark();
        let error = DecodeError::syntax("for the test", 0);
        assert!(reader.unknown(mark, error).unwrap_err().is_syntax());
        assert!(reader.unknown_at(mark).unwrap_err().is_syntax());
    }

    #[test]
    fn the_kind_is_told_by_the_first_character() {
        for (text, kind) in [
            ("{", Kind::Object),
            (" [", Kind::Array),
            ("\"", Kind::String),
            ("-1", Kind::Number),
            ("7", Kind::Number),
            ("true", Kind::Bool),
            ("false", Kind::Bool),
            ("null", Kind::Null),
            ("", Kind::Invalid),
            ("}", Kind::Invalid),
        ] {
            assert_eq!(Reader::new(text).peek_kind(), kind, "{text}");
        }
    }
}
