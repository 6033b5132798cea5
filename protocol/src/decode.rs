//! Decoding: the trait of everything that can be read from JSON, and the functions that read a
//! whole text. How JSON is scanned is the business of [`Reader`].

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

/// A value that can be read from JSON.
///
/// Every message type of this crate implements it. An implementation pulls what it needs out of a
/// [`Reader`] and leaves the reader just behind the value.
pub trait Decode: Sized {
    /// Reads one value.
    ///
    /// # Errors
    ///
    /// A syntax error if the text is not JSON, a shape error if it is JSON of another shape.
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError>;
}

/// Decodes a whole JSON text; whitespace around the value is allowed.
///
/// Members that the type does not have are dropped, and encoding the value does not bring them back:
/// those newer than this crate, and without the feature `experimental` those that need it. Who passes
/// messages on changes their text instead, with [`Json::set`](crate::Json::set).
///
/// # Errors
///
/// If the text is not JSON, holds more than one value, or the value has another shape. The error
/// says where, but never quotes the text.
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

/// Decodes like [`from_str`], and also tells how many parts of the value were newer than this
/// crate and were kept as raw JSON in an `Unknown` variant.
///
/// # Errors
///
/// As [`from_str`].
pub fn from_str_counting<T: Decode>(json: &str) -> Result<(T, u32), DecodeError> {
    let mut reader = Reader::new(json);
    let decoded = T::decode(&mut reader).and_then(|value| reader.end().map(|()| value));
    match decoded {
        Ok(value) => Ok((value, reader.unknown_count())),
        Err(error) => Err(error.located(json)),
    }
}
