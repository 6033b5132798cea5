//! The three states of a member that a client sends: absent, null, or a value.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::decode::{Decode, DecodeError, Reader};

/// A member that can be absent, `null`, or a value.
///
/// For the server these are three different things: absent keeps a setting, and `null` resets it.
///
/// Setters take `impl Into<Nullable<T>>`: a value, something that converts into one (`&str` for a
/// string, an array for a list), an `Option`, or a `Nullable`. `Option::None` leaves the member out.
/// [`Nullable::Null`] also leaves the member out where the server does not accept `null`.
///
/// # Examples
///
/// ```
/// use codex_app_protocol::Nullable;
///
/// let unset: Nullable<String> = Nullable::default();
/// assert!(unset.is_absent());
///
/// let model: Nullable<String> = "gpt-5".into();
/// assert_eq!(model.as_option().map(String::as_str), Some("gpt-5"));
///
/// // `None` leaves the member out. `Nullable::Null` resets it.
/// assert_eq!(Nullable::<i64>::from(None), Nullable::Absent);
/// assert_ne!(Nullable::<i64>::Null, Nullable::Absent);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "there is no fourth state")]
pub enum Nullable<T> {
    /// The member is left out.
    #[default]
    Absent,
    /// The member is `null`.
    Null,
    /// The member has a value.
    Value(T),
}

impl<T> Nullable<T> {
    /// Converts from `&Nullable<T>` to `Nullable<&T>`.
    #[must_use]
    pub fn as_ref(&self) -> Nullable<&T> {
        match self {
            Self::Absent => Nullable::Absent,
            Self::Null => Nullable::Null,
            Self::Value(value) => Nullable::Value(value),
        }
    }

    /// Returns a reference to the value, if there is one.
    #[must_use]
    pub fn as_option(&self) -> Option<&T> {
        self.as_ref().into_option()
    }

    /// Returns the value, if there is one.
    #[must_use]
    pub fn into_option(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Returns whether the member is left out.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Returns whether the member is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Returns whether the member has a value.
    #[must_use]
    pub fn is_value(&self) -> bool {
        matches!(self, Self::Value(_))
    }

    /// Converts the value, if there is one.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Nullable<U> {
        match self {
            Self::Absent => Nullable::Absent,
            Self::Null => Nullable::Null,
            Self::Value(value) => Nullable::Value(convert(value)),
        }
    }
}

impl<T> From<T> for Nullable<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

/// `None` leaves the member out.
impl<T> From<Option<T>> for Nullable<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Value)
    }
}

impl<T, U: Into<T>, const N: usize> From<[U; N]> for Nullable<Vec<T>> {
    fn from(values: [U; N]) -> Self {
        Self::Value(values.into_iter().map(Into::into).collect())
    }
}

impl<T, U: Into<T> + Clone> From<&[U]> for Nullable<Vec<T>> {
    fn from(values: &[U]) -> Self {
        Self::Value(values.iter().cloned().map(Into::into).collect())
    }
}

impl<T, U: Into<T> + Clone> From<&Vec<U>> for Nullable<Vec<T>> {
    fn from(values: &Vec<U>) -> Self {
        values.as_slice().into()
    }
}

impl<T, K: Into<String>, V: Into<T>, const N: usize> From<[(K, V); N]>
    for Nullable<BTreeMap<String, T>>
{
    fn from(pairs: [(K, V); N]) -> Self {
        Self::Value(pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

impl<T: Decode> Decode for Nullable<T> {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if reader.null_if_any()? { Ok(Self::Null) } else { T::decode(reader).map(Self::Value) }
    }
}

/// `Absent` is serialized as `null`. The types of this crate do not serialize absent members.
impl<T: Serialize> Serialize for Nullable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Absent | Self::Null => serializer.serialize_unit(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Nullable;
    use crate::decode::from_str;

    #[test]
    fn null_and_a_value_survive_the_wire() {
        for nullable in [Nullable::Null, Nullable::Value(3)] {
            let text = serde_json::to_string(&nullable).unwrap();
            assert_eq!(from_str::<Nullable<i64>>(&text).unwrap(), nullable);
        }
    }

    #[test]
    fn it_is_made_from_what_one_has_at_hand() {
        assert_eq!(Nullable::from(1), Nullable::Value(1));
        assert_eq!(Nullable::from(Some(1)), Nullable::Value(1));
        assert_eq!(Nullable::<Vec<i64>>::from([1, 2]), Nullable::Value(vec![1, 2]));
        assert_eq!(Nullable::<Vec<i64>>::from(&[1, 2][..]), Nullable::Value(vec![1, 2]));
        assert_eq!(Nullable::<Vec<i64>>::from(&vec![1_u8]), Nullable::Value(vec![1]));
        assert_eq!(Nullable::<String>::from("a"), Nullable::Value("a".to_owned()));
        let expected = Nullable::Value(BTreeMap::from([("a".to_owned(), 1_i64)]));
        assert_eq!(Nullable::from([("a", 1_i64)]), expected);
    }

    #[test]
    fn states_are_kept_by_conversions() {
        assert_eq!(Nullable::Value(1).map(|it| it + 1).into_option(), Some(2));
        assert!(Nullable::<i64>::Null.map(|it| it + 1).is_null());
        assert!(Nullable::<i64>::Absent.as_ref().is_absent());
        assert_eq!(Nullable::<i64>::Null.as_option(), None);
    }
}
