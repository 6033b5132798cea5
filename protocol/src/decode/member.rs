//! Decoding of generated structs: members are stored one by one into a blank value.
//!
//! The loop is here, once. A struct adds its names and a jump table. The functions that are called for
//! each of some three thousand members are not inlined and store through a reference, so that a call is
//! a few instructions and the crate compiles fast. The others are marked `#[inline]`: a program compiles
//! only the decoders of the responses that it uses.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Decode, DecodeError, Kind, Reader};
use crate::json::Json;
use crate::nulls::Nulls;

/// A struct of the protocol.
pub(crate) trait Record {
    /// Stores the value ahead as the member at this place among the struct's names.
    fn member(&mut self, place: usize, reader: &mut Reader<'_>) -> Result<(), DecodeError>;
}

/// A value to start from: absent where that is possible.
///
/// Of the rest, what stands here never gets out: decoding fails unless it was stored over.
pub(crate) trait Blank {
    /// The value to start from.
    fn blank() -> Self;
}

impl Reader<'_> {
    /// Decodes an object into a blank struct with these members, at most 64, of which those at the
    /// `required` places must be there.
    pub(crate) fn record(
        &mut self,
        names: &[&'static str],
        required: &[usize],
        record: &mut dyn Record,
    ) -> Result<(), DecodeError> {
        let mut stored = 0_u64;
        self.begin_object()?;
        while let Some(key) = self.next_raw_key()? {
            match names.iter().position(|name| key.is(name)) {
                Some(place) => {
                    record.member(place, self)?;
                    stored |= 1 << place;
                }
                None => self.skip()?,
            }
        }
        match required.iter().find(|place| stored & (1 << **place) == 0) {
            Some(place) => self.required(None, names[*place]),
            None => Ok(()),
        }
    }

    /// Decodes what has no members by the schema: nothing, or what was sent nevertheless. As with a
    /// member that no struct knows, only what is no object at all counts as unknown.
    pub(crate) fn empty_record(&mut self) -> Result<Option<Json>, DecodeError> {
        let mark = self.mark();
        if self.peek_kind() != Kind::Object {
            return self.unknown_at(mark).map(Some);
        }
        if self.raw()?.trim_matches(['{', '}', ' ', '\t', '\n', '\r']).is_empty() {
            return Ok(None);
        }
        self.reset(mark);
        self.value().map(Some)
    }

    /// Decodes a value into a slot whose type says what `null` is.
    #[inline(never)]
    pub(crate) fn store<T: Decode>(&mut self, slot: &mut T) -> Result<(), DecodeError> {
        *slot = T::decode(self)?;
        Ok(())
    }

    /// Decodes a value into a slot; of `null`, the bit is what remains.
    #[inline(never)]
    pub(crate) fn store_optional<T: Decode>(
        &mut self,
        slot: &mut Option<T>,
        nulls: &mut Nulls,
        bit: u32,
    ) -> Result<(), DecodeError> {
        if self.null_if_any()? {
            nulls.set(bit);
            *slot = None;
        } else {
            *slot = Some(T::decode(self)?);
        }
        Ok(())
    }
}

macro_rules! blank_by_default {
    ($($name:ty),*) => {$(
        impl Blank for $name {
            fn blank() -> Self {
                Self::default()
            }
        }
    )*};
}

blank_by_default!(String, bool, f64, i8, i16, i32, i64, u8, u16, u32, u64, Value);

impl<T> Blank for Vec<T> {
    fn blank() -> Self {
        Self::new()
    }
}

impl<T> Blank for BTreeMap<String, T> {
    fn blank() -> Self {
        Self::new()
    }
}

impl<T: Blank> Blank for Box<T> {
    fn blank() -> Self {
        Self::new(T::blank())
    }
}

/// Gives a generated struct what all structs have: its names, and which of them must be there.
macro_rules! record {
    ($name:ident { required: [$($required:literal),*], members: [$($member:literal),* $(,)?] $(,)? }) => {
        impl $crate::decode::Decode for $name {
            // A type that a program does not use is not compiled for it.
            #[inline]
            fn decode(
                reader: &mut $crate::decode::Reader<'_>,
            ) -> Result<Self, $crate::decode::DecodeError> {
                let mut record = <Self as $crate::decode::Blank>::blank();
                reader.record(&[$($member),*], &[$($required),*], &mut record)?;
                Ok(record)
            }
        }

        $crate::serde_bridge::deserialize_via_json!($name);
    };
}

/// Gives a generated struct without members what structs have. Anything decodes to it: a server
/// that has more to say here one day does not fail a client that expects nothing. What it says is
/// kept, and sent again.
macro_rules! empty_record {
    ($name:ident) => {
        impl $name {
            /// Returns the JSON that was sent in place of `{}`. The schema has no members here, but
            /// a newer server may send some. `None` if there was nothing else.
            #[inline]
            pub fn unexpected(&self) -> ::std::option::Option<&$crate::json::Json> {
                self.unexpected.as_ref()
            }
        }

        impl ::std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::debug::debug_empty(f, stringify!($name), &self.unexpected)
            }
        }

        impl $crate::decode::Blank for $name {
            #[inline]
            fn blank() -> Self {
                Self { unexpected: ::std::option::Option::None }
            }
        }

        impl $crate::decode::Decode for $name {
            // A type that a program does not use is not compiled for it.
            #[inline]
            fn decode(
                reader: &mut $crate::decode::Reader<'_>,
            ) -> Result<Self, $crate::decode::DecodeError> {
                reader.empty_record().map(|unexpected| Self { unexpected })
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::encode::empty_record(serializer, &self.unexpected)
            }
        }

        $crate::serde_bridge::deserialize_via_json!($name);
    };
}

pub(crate) use {empty_record, record};

#[cfg(test)]
mod tests {
    use crate::ThreadSetNameResponse;
    use crate::decode::{from_str, from_str_counting};

    #[test]
    fn what_was_sent_where_the_schema_has_no_members_is_sent_again() {
        for (text, n_unknown) in [
            ("{}", 0),
            (r#"{"new": [1.0], "a":{}}"#, 0),
            (r#"{"":1}"#, 0),
            (r#""x""#, 1),
            ("null", 1),
            ("[]", 1),
        ] {
            let (empty, n): (ThreadSetNameResponse, _) = from_str_counting(text).unwrap();
            assert_eq!(serde_json::to_string(&empty).unwrap(), text);
            assert_eq!(empty.unexpected().map(|it| it.get()), Some(text).filter(|it| *it != "{}"));
            assert_eq!(n, n_unknown, "{text}");
        }
        let empty: ThreadSetNameResponse = from_str("{ \n}").unwrap();
        assert_eq!(
            (empty.unexpected(), format!("{empty:?}")),
            (None, "ThreadSetNameResponse".to_owned())
        );
        assert!(from_str::<ThreadSetNameResponse>("{").unwrap_err().is_syntax());
    }

    #[cfg(feature = "experimental")]
    #[test]
    fn a_member_without_members_fails_nothing_around_it() {
        let text = r#"{"extra":"x","id":"t"}"#;
        let thread: crate::Thread = from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&thread).unwrap(), text);
        assert!(format!("{thread:?}").contains(r#"ThreadExtra("x")"#));
    }
}
