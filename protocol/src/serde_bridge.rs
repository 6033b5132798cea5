//! `serde::Deserialize` for types that decode JSON texts only, so that they can be fields of
//! other people's structs. It is the slow road: nothing in this workspace takes it.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::decode::{self, Decode};

/// Gives each type a `Deserialize` that goes through its `Decode`.
macro_rules! deserialize_via_json {
    ($($name:ty),* $(,)?) => {$(
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::serde_bridge::deserialize(deserializer)
            }
        }
    )*};
}
pub(crate) use deserialize_via_json;

pub(crate) fn deserialize<'de, T: Decode, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    // A `Value` and not a `RawValue`: serde's buffers, behind `flatten` and `untagged`, can give
    // the one and not the other.
    let value = Value::deserialize(deserializer)?;
    decode::from_str(&value.to_string()).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde::de::IntoDeserializer;
    use serde::de::value::MapDeserializer;
    use serde_json::json;

    use crate::request_id::RequestId;

    #[test]
    fn it_works_inside_other_containers() {
        let map: BTreeMap<String, RequestId> = serde_json::from_value(json!({"a": 1})).unwrap();
        assert_eq!(map["a"], RequestId::from(1));
    }

    #[test]
    fn it_works_without_json_at_all() {
        let id = RequestId::deserialize("a".into_deserializer())
            .map_err(|error: serde::de::value::Error| error);
        assert_eq!(id.unwrap(), RequestId::from("a"));
        let pairs = MapDeserializer::<_, serde::de::value::Error>::new([("a", 1)].into_iter());
        let json = crate::Json::deserialize(pairs).unwrap();
        assert_eq!(json.get(), r#"{"a":1}"#);
    }

    #[test]
    fn its_errors_are_those_of_decoding() {
        let error = serde_json::from_str::<RequestId>("[1]").unwrap_err();
        assert!(error.to_string().starts_with("expected an integer"), "{error}");
    }
}
