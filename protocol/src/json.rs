//! Raw JSON: values that are kept as they were sent because no type describes them.

mod edit;

use std::borrow::Cow;
use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::decode::{self, Blank, Decode, DecodeError, Reader};
use crate::encode::Raw;
use crate::hidden::redacted;

/// Any JSON value, kept as its exact text.
///
/// The variants named `Unknown` contain what the server sent in this form, and so do members that can
/// be any JSON. Two values are equal if their texts are equal.
///
/// `Debug` prints the text with `<redacted>` in place of the values of members that contain secrets by
/// their name, such as `token` and `env`. Use it to log a line.
///
/// # Examples
///
/// ```
/// use codex_app_protocol::Json;
///
/// let json = Json::from_text(r#"{"retries": 3}"#.to_owned())?;
/// assert_eq!(json.get(), r#"{"retries": 3}"#);
/// assert_eq!(json.to_value()["retries"], 3);
/// assert_eq!(Json::from(serde_json::json!([1, null])).get(), "[1,null]");
/// assert_eq!(format!("{:?}", Json::from_text(r#"{"token":"t"}"#.to_owned())?), r#"{"token":<redacted>}"#);
/// # Ok::<(), codex_app_protocol::DecodeError>(())
/// ```
// The text is one valid value without whitespace around it. It is not a `RawValue`, because
// making one checks the text again, and values are received more often than sent.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct Json(Box<str>);

impl Json {
    /// Checks a JSON text and keeps it, without the whitespace around the value.
    ///
    /// # Errors
    ///
    /// Fails if the text is not exactly one JSON value.
    pub fn from_text(text: String) -> Result<Self, DecodeError> {
        decode::from_str(&text)
    }

    /// Creates a JSON string with this text.
    #[must_use]
    pub fn string(text: &str) -> Self {
        Self::from(Value::from(text))
    }

    /// Encodes a value.
    ///
    /// # Errors
    ///
    /// Fails if the value cannot be serialized. Types of this crate always can.
    pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        serde_json::to_string(value).map(|text| Self(text.into()))
    }

    /// Returns the JSON text.
    #[must_use]
    pub fn get(&self) -> &str {
        &self.0
    }

    /// Returns the string, with its escapes resolved. `None` if this is not a JSON string, or one
    /// with a lone surrogate.
    #[must_use]
    pub fn as_str(&self) -> Option<Cow<'_, str>> {
        Reader::new(&self.0).string().ok()
    }

    /// Returns the text between the quotes if this is a JSON string without escapes, and otherwise
    /// the whole JSON text.
    #[must_use]
    pub fn text(&self) -> &str {
        match Reader::new(&self.0).string() {
            Ok(Cow::Borrowed(text)) => text,
            _ => &self.0,
        }
    }

    /// Returns the string at a path of member names.
    ///
    /// `None` if there is no string at that path, or if it has escapes, which ids never have. If members
    /// have the same name, the last one counts.
    #[must_use]
    pub fn str_at(&self, path: &[&str]) -> Option<&str> {
        str_at(&self.0, path)
    }

    /// Converts to a [`Value`].
    ///
    /// Two things that a [`Value`] cannot represent are replaced: a lone surrogate by `U+FFFD`, and a
    /// number out of range by null.
    #[must_use]
    pub fn to_value(&self) -> Value {
        decode::lenient_value(&self.0)
    }

    /// Decodes the value.
    ///
    /// # Errors
    ///
    /// Fails if the value does not have the shape of `T`.
    pub fn parse<T: Decode>(&self) -> Result<T, DecodeError> {
        decode::from_str(&self.0)
    }
}

/// [`Json::str_at`] for a text.
pub(crate) fn str_at<'a>(text: &'a str, path: &[&str]) -> Option<&'a str> {
    let mut reader = Reader::new(text);
    for member in path {
        let mut value = None;
        reader.begin_object().ok()?;
        while let Some(key) = reader.next_raw_key().ok()? {
            value = if key.is(member) { Some(reader.mark()) } else { value };
            reader.skip().ok()?;
        }
        reader.reset(value?);
    }
    match reader.string().ok()? {
        Cow::Borrowed(text) => Some(text),
        Cow::Owned(_) => None,
    }
}

/// No text at all: unlike `null`, it costs nothing to make.
impl Blank for Json {
    fn blank() -> Self {
        Self(Box::default())
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self(value.to_string().into())
    }
}

/// Creates a JSON string with this text, as for a [`Value`]. To parse JSON text, use
/// [`Json::from_text`].
impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::string(text)
    }
}

/// Creates a JSON string with this text, as for a [`Value`]. To parse JSON text, use
/// [`Json::from_text`].
impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::from(Value::String(text))
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redacted(&self.0))
    }
}

impl Decode for Json {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.raw().map(|text| Self(text.into()))
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Raw(&self.0).serialize(serializer)
    }
}

crate::serde_bridge::deserialize_via_json!(Json);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Json;

    fn json(text: &str) -> Json {
        Json::from_text(text.to_owned()).unwrap()
    }

    #[test]
    fn the_text_is_exact_and_comes_back_exact() {
        let text = r#"{"b" : 1.0, "a":"\u0061", "a": 123456789012345678901234567890 }"#;
        let json = json(&format!(" {text}\n"));
        assert_eq!(json.get(), text);
        assert_eq!(format!("{json:?}"), text);
        assert_eq!(serde_json::to_string(&[&json]).unwrap(), format!("[{text}]"));
    }

    #[test]
    fn what_decodes_can_be_sent_again() {
        for text in [r#""\ud800""#, "1e999", "-0", "[]"] {
            assert_eq!(serde_json::to_string(&json(text)).unwrap(), text);
        }
    }

    #[test]
    fn only_a_single_value_is_taken() {
        for text in ["", "1 2", "{", "nul"] {
            assert!(Json::from_text(text.to_owned()).unwrap_err().is_syntax(), "{text}");
        }
    }

    #[test]
    fn a_string_is_read_with_and_without_escapes() {
        assert_eq!(json(r#""plain""#).text(), "plain");
        assert_eq!(json(r#""a\n""#).text(), r#""a\n""#);
        assert_eq!(json(r#""a\n""#).as_str().as_deref(), Some("a\n"));
        assert_eq!(json("[1]").text(), "[1]");
        assert_eq!(json("[1]").as_str(), None);
        assert_eq!(json(r#""\ud800""#).as_str(), None);
    }

    #[test]
    fn a_string_is_found_at_its_path() {
        let json = json(
            r#"{"\ud800":1,"thread":"t0","turn":{"id":"u\u0031","n":1},"th\u0072ead":{"id":"t1"}}"#,
        );
        assert_eq!(json.str_at(&["thread", "id"]), Some("t1"));
        for path in
            [&["turn", "id"][..], &["turn", "n"], &["turn", "x"], &["turn"], &["x", "y"], &[]]
        {
            assert_eq!(json.str_at(path), None, "{path:?}");
        }
    }

    #[test]
    fn a_string_made_here_equals_the_one_sent() {
        assert_eq!(Json::string("new \"é\""), json(r#""new \"é\"""#));
    }

    #[test]
    fn values_come_and_go() {
        let value = json!({"a": [1, "b", null]});
        assert_eq!(Json::from(value.clone()).to_value(), value);
        assert_eq!(Json::from(value.clone()), serde_json::from_value(value).unwrap());
        assert_eq!(json("[1,2]").parse::<Vec<u8>>().unwrap(), [1, 2]);
    }

    #[test]
    fn it_is_two_words() {
        assert_eq!(size_of::<Json>(), 2 * size_of::<usize>());
    }
}
