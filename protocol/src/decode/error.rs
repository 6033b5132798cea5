//! The error of decoding: what was wrong and where. It never contains text of the message, which may be
//! secret, except the names of members that look like names.

use std::fmt;

use super::Reader;
use super::path::path_at;

/// Why JSON could not be decoded, and where.
///
/// There are two kinds of errors. A syntax error ([`is_syntax`](Self::is_syntax)) means that the text is
/// not JSON. Any other error means that the text is JSON, but a value does not have the expected shape.
///
/// `Display` prints one line that never quotes the text, so it is safe to log:
/// `missing field "id" at turn.items[3] (byte 1234)`.
///
/// # Examples
///
/// ```
/// use codex_app_protocol::{Thread, from_str};
///
/// let error = from_str::<Thread>(r#"{"id":1}"#).unwrap_err();
/// assert!(!error.is_syntax());
/// assert_eq!((error.path(), error.offset()), ("id", 6));
/// assert_eq!(error.to_string(), "expected a string at id (byte 6)");
/// ```
// Boxed so that the `Result` of every decoding function fits in registers.
#[derive(Debug)]
pub struct DecodeError(Box<Details>);

#[derive(Debug)]
struct Details {
    cause: Cause,
    offset: usize,
    path: String,
}

#[derive(Clone, Copy, Debug)]
enum Cause {
    Syntax(&'static str),
    Shape(&'static str),
    MissingField(&'static str),
}

impl DecodeError {
    #[cold]
    pub(crate) fn syntax(message: &'static str, offset: usize) -> Self {
        Self::new(Cause::Syntax(message), offset)
    }

    #[cold]
    pub(crate) fn shape(message: &'static str, offset: usize) -> Self {
        Self::new(Cause::Shape(message), offset)
    }

    #[cold]
    pub(crate) fn missing_field(field: &'static str, offset: usize) -> Self {
        Self::new(Cause::MissingField(field), offset)
    }

    fn new(cause: Cause, offset: usize) -> Self {
        Self(Box::new(Details { cause, offset, path: String::new() }))
    }

    /// Returns whether the text is not JSON, or is nested too deeply. Otherwise the text is JSON, but
    /// does not have the expected shape.
    #[must_use]
    pub fn is_syntax(&self) -> bool {
        matches!(self.0.cause, Cause::Syntax(_))
    }

    /// Returns the offset of the error in the text, in bytes.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.0.offset
    }

    /// Returns the path to the value with the error, such as `turn.items[3].id`.
    ///
    /// It is empty for the outermost value. It is also empty inside of [`Decode`](super::Decode)
    /// implementations: [`from_str`](super::from_str) sets it. Member names that do not look like names
    /// of the protocol are replaced by `*`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Completes an error that leaves the crate, by looking at the whole text once more.
    #[cold]
    pub(crate) fn located(mut self, text: &str) -> Self {
        // Decoding stops at the first surprise, but malformed text further on is the graver
        // error: callers tell the two apart.
        if !self.is_syntax()
            && let Err(syntax) = Reader::new(text).check_syntax()
        {
            self = syntax;
        }
        self.0.path = path_at(text, self.0.offset);
        self
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details { cause, offset, path } = &*self.0;
        match cause {
            Cause::Syntax(message) => write!(f, "malformed JSON: {message}")?,
            Cause::Shape(message) => f.write_str(message)?,
            Cause::MissingField(field) => write!(f, "missing field \"{field}\"")?,
        }
        if !path.is_empty() {
            write!(f, " at {path}")?;
        }
        write!(f, " (byte {offset})")
    }
}

impl std::error::Error for DecodeError {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::DecodeError;
    use crate::decode::from_str;

    fn error(text: &str) -> DecodeError {
        from_str::<BTreeMap<String, Vec<bool>>>(text).unwrap_err()
    }

    #[test]
    fn it_names_the_place_and_not_the_payload() {
        let error = error(r#"{"a":[true],"b":[true,"hunter2"]}"#);
        assert_eq!(error.to_string(), "expected a boolean at b[1] (byte 22)");
        assert_eq!(error.path(), "b[1]");
        assert_eq!(error.offset(), 22);
        assert!(!error.is_syntax());
    }

    #[test]
    fn malformed_text_outranks_a_wrong_shape_before_it() {
        let error = error(r#"{"a":1,"b":tru}"#);
        assert!(error.is_syntax(), "{error}");
        assert_eq!(error.to_string(), "malformed JSON: expected a value at b (byte 11)");
    }

    #[test]
    fn it_can_cross_threads() {
        fn check<T: std::error::Error + Send + Sync + 'static>() {}
        check::<DecodeError>();
    }

    #[test]
    fn it_is_one_pointer() {
        assert_eq!(size_of::<Result<(), DecodeError>>(), size_of::<usize>());
    }
}
