//! The id that ties a response to its request.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::decode::{Blank, Decode, DecodeError, Kind, Reader};

/// The id of a request, which its response carries too. The sender of the request chooses it.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[expect(clippy::exhaustive_enums, reason = "JSON-RPC has these and no others")]
pub enum RequestId {
    /// A number.
    Integer(i64),
    /// A string.
    String(String),
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(id) => id.fmt(f),
            Self::String(id) => id.fmt(f),
        }
    }
}

impl From<i64> for RequestId {
    fn from(id: i64) -> Self {
        Self::Integer(id)
    }
}

impl From<&str> for RequestId {
    fn from(id: &str) -> Self {
        Self::String(id.into())
    }
}

impl From<String> for RequestId {
    fn from(id: String) -> Self {
        Self::String(id)
    }
}

impl Serialize for RequestId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Integer(id) => serializer.serialize_i64(*id),
            Self::String(id) => serializer.serialize_str(id),
        }
    }
}

impl Blank for RequestId {
    fn blank() -> Self {
        Self::Integer(0)
    }
}

impl Decode for RequestId {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.peek_kind() {
            Kind::String => reader.value().map(Self::String),
            _ => reader.value().map(Self::Integer),
        }
    }
}

crate::serde_bridge::deserialize_via_json!(RequestId);

#[cfg(test)]
mod tests {
    use super::RequestId;
    use crate::decode::from_str;

    #[test]
    fn ids_come_back_as_they_were() {
        for (text, id) in [("-7", RequestId::from(-7)), (r#""a1""#, RequestId::from("a1"))] {
            assert_eq!(from_str::<RequestId>(text).unwrap(), id);
            assert_eq!(serde_json::from_str::<RequestId>(text).unwrap(), id);
            assert_eq!(serde_json::to_string(&id).unwrap(), text);
        }
        assert_eq!(RequestId::from("a1").to_string(), "a1");
    }

    #[test]
    fn other_values_are_no_ids() {
        for text in ["1.5", "null", "true", "{}"] {
            assert!(!from_str::<RequestId>(text).unwrap_err().is_syntax(), "{text}");
        }
    }
}
