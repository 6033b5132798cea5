//! `serde::Deserialize` for the types of this crate, so that they can be fields of other structs.
//!
//! The types decode only JSON text. serde_json passes the text on. For any other format, the text is
//! made from a [`Value`], which sorts members and supports fewer numbers and strings than JSON.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, Error as _, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::decode::{self, Decode};

/// The name under which serde_json gives the text of a value, as it does to its own `RawValue`. One
/// cannot ask for a `RawValue` and for something else where there is none: serde's buffers, behind
/// `flatten` and `untagged`, would fail. Should serde_json change the name, texts are made here again.
const RAW: &str = "$serde_json::private::RawValue";

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
    let text = deserializer.deserialize_newtype_struct(RAW, JsonText)?;
    decode::from_str(&text).map_err(D::Error::custom)
}

/// The JSON text of whatever is there.
struct JsonText;

fn text_of<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Value::deserialize(deserializer).map(|value| value.to_string())
}

impl<'de> Visitor<'de> for JsonText {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<String, D::Error> {
        text_of(inner)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<String, A::Error> {
        let Some(first) = map.next_key::<String>()? else { return Ok("{}".to_owned()) };
        if first == RAW {
            return map.next_value();
        }
        let value = map.next_value()?;
        let rest: Map<String, Value> = Map::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Value::from_iter([(first, value)].into_iter().chain(rest)).to_string())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<String, A::Error> {
        text_of(SeqAccessDeserializer::new(seq))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<String, E> {
        text_of(value.into_deserializer())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<String, E> {
        text_of(value.into_deserializer())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<String, E> {
        text_of(value.into_deserializer())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<String, E> {
        text_of(value.into_deserializer())
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<String, E> {
        text_of(value.into_deserializer())
    }

    fn visit_unit<E: de::Error>(self) -> Result<String, E> {
        Ok("null".to_owned())
    }

    fn visit_none<E: de::Error>(self) -> Result<String, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<String, D::Error> {
        text_of(inner)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, MapDeserializer, SeqDeserializer, UnitDeserializer};
    use serde_json::json;

    use crate::json::Json;
    use crate::request_id::RequestId;
    use crate::{ThreadItem, from_str};

    #[derive(Deserialize)]
    struct Outer<T> {
        inner: T,
        #[serde(flatten)]
        rest: BTreeMap<String, Json>,
    }

    #[derive(Deserialize)]
    struct Plain<T> {
        inner: T,
    }

    #[test]
    fn it_works_inside_other_containers() {
        let map: BTreeMap<String, RequestId> = serde_json::from_value(json!({"a": 1})).unwrap();
        assert_eq!(map["a"], RequestId::from(1));
        let outer: Outer<Json> =
            serde_json::from_str(r#"{"b":[1,null],"inner":{"c":"d"}}"#).unwrap();
        assert_eq!((outer.inner.get(), outer.rest["b"].get()), (r#"{"c":"d"}"#, "[1,null]"));
    }

    #[test]
    fn from_serde_json_it_is_as_exact_as_decoding() {
        let text = r#"{"z" : -0, "a":[1e400,"\ud800",1.0], "z":12345678901234567890123}"#;
        let outer = format!(r#"{{"inner": {text} }}"#);
        assert_eq!(serde_json::from_str::<Json>(text).unwrap().get(), text);
        assert_eq!(serde_json::from_str::<Plain<Json>>(&outer).unwrap().inner.get(), text);
        assert_eq!(
            serde_json::from_slice::<Plain<Json>>(outer.as_bytes()).unwrap().inner.get(),
            text
        );
        assert_eq!(
            serde_json::from_reader::<_, Plain<Json>>(outer.as_bytes()).unwrap().inner.get(),
            text
        );
        let item = format!(r#"{{"type":"invented","id":"i","new":{text}}}"#);
        let expected = from_str::<ThreadItem>(&item).unwrap();
        assert_eq!(serde_json::from_str::<ThreadItem>(&item).unwrap(), expected);
    }

    #[test]
    fn it_works_without_json_at_all() {
        fn read<'de, T: IntoDeserializer<'de, Error>>(value: T) -> String {
            Json::deserialize(value.into_deserializer()).unwrap().get().to_owned()
        }
        assert_eq!(
            RequestId::deserialize(IntoDeserializer::<Error>::into_deserializer("a")),
            Ok("a".into())
        );
        assert_eq!(
            [read("a"), read(true), read(-1), read(7_u64), read(0.5)],
            [r#""a""#, "true", "-1", "7", "0.5"]
        );
        let pairs = MapDeserializer::<_, Error>::new([("b", 1), ("a", 2)].into_iter());
        assert_eq!(Json::deserialize(pairs).unwrap().get(), r#"{"a":2,"b":1}"#);
        let none = MapDeserializer::<_, Error>::new(std::iter::empty::<(&str, i32)>());
        assert_eq!(Json::deserialize(none).unwrap().get(), "{}");
        let list = SeqDeserializer::<_, Error>::new([1, 2].into_iter());
        assert_eq!(Json::deserialize(list).unwrap().get(), "[1,2]");
        assert_eq!(Json::deserialize(UnitDeserializer::<Error>::new()).unwrap().get(), "null");
    }

    #[test]
    fn its_errors_are_those_of_decoding() {
        let error = serde_json::from_str::<RequestId>("[1]").unwrap_err();
        assert!(error.to_string().starts_with("expected an integer"), "{error}");
    }
}
