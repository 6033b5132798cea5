//! Decoding of the types that generated messages are made of: numbers, text, and the containers
//! of the standard library.

use std::collections::BTreeMap;

use super::{Decode, DecodeError, Reader};

impl Decode for bool {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.peek_byte() {
            b't' => reader.literal("true").map(|()| true),
            b'f' => reader.literal("false").map(|()| false),
            _ => Err(reader.mismatch("expected a boolean")),
        }
    }
}

impl Decode for String {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.string().map(Into::into)
    }
}

impl Decode for f64 {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.float()
    }
}

// The casts lose nothing: the bounds are those of the type.
macro_rules! decode_integers {
    ($method:ident: $($integer:ty),*) => {$(
        impl Decode for $integer {
            fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                decode_integers!(@ $method, reader, $integer).map(|it| it as Self)
            }
        }
    )*};
    (@ signed, $reader:ident, $integer:ty) => {
        $reader.signed(<$integer>::MIN as i64, <$integer>::MAX as i64)
    };
    (@ unsigned, $reader:ident, $integer:ty) => {
        $reader.unsigned(<$integer>::MAX as u64)
    };
}

decode_integers!(signed: i8, i16, i32, i64, isize);
decode_integers!(unsigned: u8, u16, u32, u64, usize);

/// `null` is `None`.
impl<T: Decode> Decode for Option<T> {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if reader.null_if_any()? { Ok(None) } else { T::decode(reader).map(Some) }
    }
}

impl<T: Decode> Decode for Box<T> {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        T::decode(reader).map(Self::new)
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut elements = Self::new();
        reader.begin_array()?;
        while reader.next_element()? {
            elements.push(T::decode(reader)?);
        }
        Ok(elements)
    }
}

/// If members have the same name, the last one is kept.
impl<T: Decode> Decode for BTreeMap<String, T> {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut members = Self::new();
        reader.begin_object()?;
        while let Some(key) = reader.next_key()? {
            members.insert(key.into_owned(), T::decode(reader)?);
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::decode::from_str;

    #[test]
    fn containers_hold_what_was_sent() {
        let map: BTreeMap<String, Vec<Option<Box<bool>>>> =
            from_str(r#"{"a":[true,null],"b":[],"a":[false]}"#).unwrap();
        assert_eq!(map["a"], [Some(Box::new(false))]);
        assert!(map["b"].is_empty());
    }

    #[test]
    fn null_is_nothing_but_null() {
        assert_eq!(from_str::<Option<i64>>("null").unwrap(), None);
        assert!(from_str::<Option<i64>>("nul").unwrap_err().is_syntax());
        assert!(from_str::<Option<i64>>("nulls").unwrap_err().is_syntax());
        assert!(!from_str::<i64>("null").unwrap_err().is_syntax());
    }
}
