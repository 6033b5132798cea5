//! Strings: finding their ends and resolving their escapes.

use std::borrow::Cow;

use super::scan::find_special;
use super::{DecodeError, Reader};

/// A string of valid JSON, as it stands between its quotes.
#[derive(Clone, Copy)]
pub(crate) enum Quoted<'a> {
    /// It has no escapes.
    Plain(&'a str),
    /// Its escapes are not resolved yet.
    Escaped(&'a str),
}

impl<'a> Quoted<'a> {
    /// The string itself, if it has no escapes.
    pub(crate) fn plain(self) -> Option<&'a str> {
        match self {
            Self::Plain(text) => Some(text),
            Self::Escaped(_) => None,
        }
    }

    /// The string; none if it has a lone surrogate, which no `str` can hold.
    #[inline]
    pub(crate) fn unescaped(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Plain(text) => Some(Cow::Borrowed(text)),
            Self::Escaped(inner) => unescape(inner, None).map(Cow::Owned),
        }
    }

    /// The string with `U+FFFD` for each lone surrogate.
    pub(crate) fn unescaped_lossy(self) -> String {
        match self {
            Self::Plain(text) => text.to_owned(),
            Self::Escaped(inner) => {
                unescape(inner, Some(char::REPLACEMENT_CHARACTER)).unwrap_or_default()
            }
        }
    }

    #[inline]
    pub(crate) fn is(self, other: &str) -> bool {
        match self {
            Self::Plain(text) => text == other,
            Self::Escaped(_) => self.unescaped().is_some_and(|it| it == other),
        }
    }
}

impl<'a> Reader<'a> {
    /// Reads a string and resolves its escapes.
    ///
    /// # Errors
    ///
    /// Fails if the next value is not a string, or a string with a lone surrogate.
    #[inline]
    pub fn string(&mut self) -> Result<Cow<'a, str>, DecodeError> {
        if self.peek_byte() != b'"' {
            return Err(self.mismatch("expected a string"));
        }
        let start = self.position();
        let quoted = self.quoted()?;
        quoted
            .unescaped()
            .ok_or_else(|| DecodeError::shape("expected a string of unicode text", start))
    }

    /// Reads a string, or skips whatever else is there.
    pub(crate) fn string_or_skip(&mut self) -> Result<Option<Cow<'a, str>>, DecodeError> {
        if self.peek_byte() != b'"' {
            return self.skip().map(|()| None);
        }
        self.quoted().map(Quoted::unescaped)
    }

    /// Reads the string that begins at the reader, which the caller has seen to be a quote.
    #[inline]
    pub(super) fn quoted(&mut self) -> Result<Quoted<'a>, DecodeError> {
        let text = self.text();
        let start = self.position() + 1;
        let end = find_special(text.as_bytes(), start);
        if text.as_bytes().get(end) == Some(&b'"') {
            self.set_position(end + 1);
            return Ok(Quoted::Plain(&text[start..end]));
        }
        self.quoted_with_escapes(start, end)
    }

    fn quoted_with_escapes(
        &mut self,
        start: usize,
        mut end: usize,
    ) -> Result<Quoted<'a>, DecodeError> {
        let text = self.text();
        let bytes = text.as_bytes();
        loop {
            match bytes.get(end) {
                Some(b'"') => break,
                Some(b'\\') => end = find_special(bytes, escape_end(bytes, end)?),
                Some(_) => return Err(DecodeError::syntax("control character in a string", end)),
                None => return Err(DecodeError::syntax("unexpected end of text", end)),
            }
        }
        self.set_position(end + 1);
        Ok(Quoted::Escaped(&text[start..end]))
    }
}

/// Checks the escape at `at` and tells where it ends. Whether surrogates pair is left to whoever
/// wants the characters: raw JSON keeps them as they are.
fn escape_end(bytes: &[u8], at: usize) -> Result<usize, DecodeError> {
    match bytes.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') if code_unit(bytes, at + 2).is_some() => Ok(at + 6),
        _ => Err(DecodeError::syntax("invalid escape in a string", at)),
    }
}

/// The four hexadecimal digits at `at`.
fn code_unit(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 4)?;
    digits.iter().try_fold(0, |unit: u16, &digit| {
        let value = char::from(digit).to_digit(16)?;
        Some(unit << 4 | value as u16)
    })
}

/// Resolves the escapes of a string that [`escape_end`] has checked.
fn unescape(inner: &str, for_lone_surrogate: Option<char>) -> Option<String> {
    let bytes = inner.as_bytes();
    let mut text = String::with_capacity(inner.len());
    let mut from = 0;
    loop {
        let at = find_special(bytes, from);
        text.push_str(&inner[from..at]);
        from = at + 2;
        let character = match bytes.get(at + 1) {
            None => return Some(text),
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'u') => {
                let (character, end) = unicode_escape(bytes, at);
                from = end;
                character.or(for_lone_surrogate)?
            }
            Some(&itself) => char::from(itself),
        };
        text.push(character);
    }
}

/// The character of the `\u` escape at `at`, or of the pair of them, and where it ends; none for
/// a lone surrogate.
fn unicode_escape(bytes: &[u8], at: usize) -> (Option<char>, usize) {
    let first = code_unit(bytes, at + 2).unwrap_or_default();
    let end = at + 6;
    if let Some(character) = char::from_u32(first.into()) {
        return (Some(character), end);
    }
    let second = match bytes.get(end..end + 2) {
        Some(br"\u") => code_unit(bytes, end + 2),
        _ => None,
    };
    let pair = second.and_then(|it| char::decode_utf16([first, it]).next()?.ok());
    (pair, if pair.is_some() { end + 6 } else { end })
}

#[cfg(test)]
mod tests {
    use crate::decode::{Reader, from_str};

    #[test]
    fn a_string_without_escapes_is_borrowed() {
        let mut reader = Reader::new(r#""plain ünïcode""#);
        let text = reader.string().unwrap();
        assert!(matches!(text, std::borrow::Cow::Borrowed("plain ünïcode")));
    }

    #[test]
    fn escapes_are_resolved() {
        let text: String = from_str(r#""a\"\\\/\b\f\n\r\tz\u00e9\ud83e\udd80é""#).unwrap();
        assert_eq!(text, "a\"\\/\u{8}\u{c}\n\r\tzé🦀é");
    }

    #[test]
    fn a_lone_surrogate_is_an_error_of_shape() {
        for text in [r#""\ud800""#, r#""\udc00""#, r#""\ud800\n""#, r#""\ud800\ud800""#] {
            let error = from_str::<String>(text).unwrap_err();
            assert!(!error.is_syntax(), "{text}");
            assert!(Reader::new(text).skip().is_ok(), "{text}");
        }
    }

    #[test]
    fn broken_strings_are_malformed() {
        for text in
            ["\"a\nb\"", r#""\x""#, r#""\u12""#, r#""\u12g4""#, r#""abc"#, "\"\\", "\"\u{0}\""]
        {
            assert!(from_str::<String>(text).unwrap_err().is_syntax(), "{text}");
        }
    }
}
