//! The shared part of all open unions: a variant for everything that the schema does not have.
//!
//! The generated code decides which JSON is which variant. Only this module decides whether JSON is kept
//! as unknown.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::decode::{Decode, DecodeError, Kind, Reader};
use crate::json::Json;

/// A union with an arm for what this version of the crate does not know.
pub(crate) trait OpenUnion: Sized {
    /// Decodes an arm that is known; `None` if the JSON is none of them.
    ///
    /// Where it returns `None` or fails, how much it has read does not matter.
    fn known(reader: &mut Reader<'_>) -> Result<Option<Self>, DecodeError>;

    /// The arm for the rest.
    fn unknown(json: Json) -> Self;
}

/// Decodes a union: a known arm, or else the JSON as it was sent.
pub(crate) fn decode_open<T: OpenUnion>(reader: &mut Reader<'_>) -> Result<T, DecodeError> {
    let mark = reader.mark();
    let json = match T::known(reader) {
        Ok(Some(value)) => return Ok(value),
        Ok(None) => reader.unknown_at(mark)?,
        Err(error) => reader.unknown(mark, error)?,
    };
    Ok(T::unknown(json))
}

/// Decodes a value if the JSON ahead is one; otherwise nothing has been read.
pub(crate) fn attempt<T: Decode>(reader: &mut Reader<'_>) -> Result<Option<T>, DecodeError> {
    attempt_if(reader, |_| true)
}

/// Like [`attempt`], with a say in whether the value counts: an open union decodes from anything.
pub(crate) fn attempt_if<T: Decode>(
    reader: &mut Reader<'_>,
    counts: fn(&T) -> bool,
) -> Result<Option<T>, DecodeError> {
    let mark = reader.mark();
    match reader.value() {
        Ok(value) if counts(&value) => return Ok(Some(value)),
        Err(error) if error.is_syntax() => return Err(error),
        Ok(_) | Err(_) => reader.reset(mark),
    }
    Ok(None)
}

/// Whether the object at this path ahead has all these members; nothing is read.
pub(crate) fn has_members(
    reader: &mut Reader<'_>,
    path: &[&str],
    members: &[&str],
) -> Result<bool, DecodeError> {
    let mark = reader.mark();
    let found = Ok(reader.find_member(path)? && reader.has_keys(members)?);
    reader.reset(mark);
    found
}

/// Whether the object at this path ahead has this member with one of these strings; nothing is read.
pub(crate) fn has_value(
    reader: &mut Reader<'_>,
    path: &[&str],
    member: &str,
    values: &[&str],
) -> Result<bool, DecodeError> {
    let mark = reader.mark();
    let value = if reader.find_member(path)? { reader.peek_tag(member)? } else { None };
    reader.reset(mark);
    Ok(value.is_some_and(|value| values.contains(&&*value)))
}

/// Whether the object ahead has none of these members; nothing is read.
pub(crate) fn has_none(reader: &mut Reader<'_>, members: &[&str]) -> Result<bool, DecodeError> {
    let mark = reader.mark();
    let mut has_none = true;
    if reader.peek_kind() == Kind::Object {
        reader.begin_object()?;
        while let Some(key) = reader.next_key()? {
            has_none &= !members.contains(&&*key);
            reader.skip()?;
        }
    }
    reader.reset(mark);
    Ok(has_none)
}

/// `{"type": "idle"}`: an arm of a tagged union with nothing but its tag.
pub(crate) fn tag_only<S: Serializer>(
    serializer: S,
    tag: &'static str,
    value: &'static str,
) -> Result<S::Ok, S::Error> {
    single_key(serializer, tag, value)
}

/// `{"granular": …}`: an arm of a keyed union.
pub(crate) fn single_key<S: Serializer, T: Serialize + ?Sized>(
    serializer: S,
    key: &'static str,
    value: &T,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(key, value)?;
    map.end()
}

/// Gives a generated union what all unions have.
macro_rules! open_union {
    ($name:ident) => {
        impl $name {
            /// Returns whether this is [`Unknown`](Self::Unknown).
            pub fn is_unknown(&self) -> bool {
                matches!(self, Self::Unknown(_))
            }
        }

        impl $crate::decode::Blank for $name {
            fn blank() -> Self {
                Self::Unknown($crate::decode::Blank::blank())
            }
        }

        impl $crate::decode::Decode for $name {
            fn decode(
                reader: &mut $crate::decode::Reader<'_>,
            ) -> Result<Self, $crate::decode::DecodeError> {
                $crate::open_union::decode_open(reader)
            }
        }

        $crate::serde_bridge::deserialize_via_json!($name);
    };
}

pub(crate) use open_union;

/// Makes a union, and a member that holds it, from the payload that only this arm has.
macro_rules! arm {
    ($union:ident::$arm:ident(Box<$payload:ty>)) => {
        $crate::open_union::arm!($union::$arm($payload) value => ::std::boxed::Box::new(value));
    };
    ($union:ident::$arm:ident($payload:ty)) => {
        $crate::open_union::arm!($union::$arm($payload) value => value);
    };
    ($union:ident::$arm:ident($payload:ty) $value:ident => $stored:expr) => {
        impl ::std::convert::From<$payload> for $union {
            #[inline]
            fn from($value: $payload) -> Self {
                Self::$arm($stored)
            }
        }

        impl ::std::convert::From<$payload> for $crate::nullable::Nullable<$union> {
            #[inline]
            fn from(value: $payload) -> Self {
                Self::Value(value.into())
            }
        }
    };
}

pub(crate) use arm;
