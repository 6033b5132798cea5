//! Decoding of JSON: the trait [`Decode`], and functions that decode a whole text.
//!
//! All types of this crate implement [`Decode`]. Programs usually call [`from_str`], or
//! [`ServerMessage::from_line`](crate::ServerMessage::from_line). To implement [`Decode`] for a type,
//! see [`Reader`].

mod error;
mod lookahead;
mod member;
mod number;
mod path;
mod primitive;
mod reader;
mod scan;
mod skip;
mod string;
mod value;

pub use error::DecodeError;
pub use lookahead::Kind;
pub(crate) use member::{Blank, Record, empty_record, record};
pub use reader::{Mark, Reader};
pub(crate) use value::lenient_value;

/// A type that can be decoded from JSON.
///
/// Every message type of this crate implements it. An implementation reads one value from a [`Reader`]
/// and leaves the reader right after it; see the example of [`Reader`]. The message types also implement
/// serde's `Deserialize`, which is slower.
pub trait Decode: Sized {
    /// Decodes the next value.
    ///
    /// # Errors
    ///
    /// Fails if the text is not JSON ([`DecodeError::is_syntax`]), or if the value does not have the
    /// shape of this type.
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError>;
}

/// Decodes a whole JSON text. Whitespace around the value is allowed.
///
/// Members that the type does not have are dropped: those newer than this crate, and experimental ones
/// without the feature `experimental`. Encoding the value does not write them. To change a message and
/// pass it on, use [`Json::set`](crate::Json::set).
///
/// # Errors
///
/// Fails if the text is not JSON, contains more than one value, or does not have the shape of `T`. The
/// error says where, and never quotes the text.
///
/// # Examples
///
/// ```
/// let names: Vec<String> = codex_app_protocol::from_str(r#" ["turn", "item"] "#)?;
/// assert_eq!(names, ["turn", "item"]);
///
/// let error = codex_app_protocol::from_str::<Vec<String>>(r#"["turn", 2]"#).unwrap_err();
/// assert_eq!(error.to_string(), "expected a string at [1] (byte 9)");
/// # Ok::<(), codex_app_protocol::DecodeError>(())
/// ```
pub fn from_str<T: Decode>(json: &str) -> Result<T, DecodeError> {
    from_str_counting(json).map(|(value, _)| value)
}

/// Decodes like [`from_str`], and also returns the number of values that this crate does not know. They
/// are kept as JSON in variants named `Unknown`.
///
/// # Errors
///
/// Fails in the same cases as [`from_str`].
pub fn from_str_counting<T: Decode>(json: &str) -> Result<(T, u32), DecodeError> {
    let mut reader = Reader::new(json);
    let decoded = T::decode(&mut reader).and_then(|value| reader.end().map(|()| value));
    match decoded {
        Ok(value) => Ok((value, reader.unknown_count())),
        Err(error) => Err(error.located(json)),
    }
}
