//! Shared parts of encoding: members that are not always sent, and messages on exactly one line.

use serde::ser::{self, SerializeMap};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::json::Json;
use crate::nullable::Nullable;

/// Writes the member if there is a value, or a `null` if that is how it was received.
pub(crate) fn optional<M: SerializeMap, T: Serialize>(
    map: &mut M,
    key: &'static str,
    value: &Option<T>,
    null: bool,
) -> Result<(), M::Error> {
    match value {
        Some(value) => map.serialize_entry(key, value),
        None if null => map.serialize_entry(key, &()),
        None => Ok(()),
    }
}

/// Writes the member unless it is absent.
pub(crate) fn nullable<M: SerializeMap, T: Serialize>(
    map: &mut M,
    key: &'static str,
    value: &Nullable<T>,
) -> Result<(), M::Error> {
    if value.is_absent() { Ok(()) } else { map.serialize_entry(key, value) }
}

/// A JSON text that is written as it is.
pub(crate) struct Raw<'a>(pub(crate) &'a str);

impl Serialize for Raw<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(self.0).map_err(ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

/// Raw JSON inside a message may be spread over lines, which would cut the message in two. Line
/// breaks are only whitespace there: those in strings are escaped.
pub(crate) fn in_one_line(text: String) -> String {
    if text.contains(['\n', '\r']) { text.replace(['\n', '\r'], " ") } else { text }
}

/// Writes a struct without members: what was received in its place, or nothing.
pub(crate) fn empty_record<S: Serializer>(
    serializer: S,
    unexpected: &Option<Json>,
) -> Result<S::Ok, S::Error> {
    match unexpected {
        Some(json) => json.serialize(serializer),
        None => serializer.serialize_map(Some(0))?.end(),
    }
}

#[cfg(test)]
mod tests {
    use serde::Serializer as _;
    use serde::ser::SerializeMap as _;

    use super::{nullable, optional};
    use crate::nullable::Nullable;

    #[test]
    fn only_what_is_there_is_written() {
        let mut text = Vec::new();
        let mut serializer = serde_json::Serializer::new(&mut text);
        let mut map = serializer.serialize_map(None).unwrap();
        optional(&mut map, "some", &Some(1), false).unwrap();
        optional(&mut map, "none", &None::<i64>, false).unwrap();
        optional(&mut map, "null", &None::<i64>, true).unwrap();
        nullable(&mut map, "value", &Nullable::Value(1)).unwrap();
        nullable(&mut map, "absent", &Nullable::<i64>::Absent).unwrap();
        nullable(&mut map, "cleared", &Nullable::<i64>::Null).unwrap();
        map.end().unwrap();
        assert_eq!(text, br#"{"some":1,"null":null,"value":1,"cleared":null}"#);
    }
}
