//! How every generated struct is decoded: a blank value whose members are stored one by one.
//!
//! The loop is here, once; a struct brings its names and a jump table. What is called for each of
//! some three thousand members is not inlined and stores through a reference, so that a call is a
//! few instructions and the crate compiles fast. The rest is marked `#[inline]`, for the sake of what
//! that means across crates: a program compiles the decoders of the responses that it uses.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Decode, DecodeError, Reader};
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
/// that has more to say here one day does not fail a client that expects nothing.
macro_rules! empty_record {
    ($name:ident) => {
        impl $crate::decode::Blank for $name {
            fn blank() -> Self {
                Self {}
            }
        }

        impl $crate::decode::Decode for $name {
            // A type that a program does not use is not compiled for it.
            #[inline]
            fn decode(
                reader: &mut $crate::decode::Reader<'_>,
            ) -> Result<Self, $crate::decode::DecodeError> {
                reader.skip().map(|()| Self {})
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use ::serde::ser::SerializeMap as _;
                serializer.serialize_map(Some(0))?.end()
            }
        }

        $crate::serde_bridge::deserialize_via_json!($name);
    };
}

pub(crate) use {empty_record, record};
