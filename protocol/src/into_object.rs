//! The JSON objects that setters take: a map, pairs, or `json!({…})`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::nullable::Nullable;
use crate::unsendable::Member;

const NO_OBJECT: &str = "a JSON object is expected";

/// A value that a setter takes for a JSON object with any members.
///
/// These are maps, an array or `Vec` of pairs, `json!({…})`, and an `Option` of them. `M` is the type of
/// the member. `Option::None` leaves the member out.
///
/// If the JSON is not an object, [`encode_request`](crate::encode_request) fails, and so does any other
/// serialization of the params.
///
/// # Examples
///
/// ```
/// use codex_app_protocol::{ThreadStartParams, encode_request};
/// use serde_json::json;
///
/// let params = ThreadStartParams::new().config([("model_verbosity", json!("low"))]);
/// assert_eq!(params, ThreadStartParams::new().config(json!({"model_verbosity": "low"})));
///
/// let error = encode_request(&1.into(), &ThreadStartParams::new().config(json!([]))).unwrap_err();
/// assert_eq!(error.to_string(), "config: a JSON object is expected");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be set as a JSON object",
    note = "an object is a map from strings to `serde_json::Value`, an array or `Vec` of such pairs, or `json!({{…}})`"
)]
pub trait IntoObject<M> {
    #[doc(hidden)]
    fn into_object(self) -> Member<M>;
}

pub(crate) type Object = BTreeMap<String, Value>;

macro_rules! objects {
    ($([$($generics:tt)*] $from:ty: $object:ident => $convert:expr;)*) => {$(
        impl<$($generics)*> IntoObject<Object> for $from {
            fn into_object(self) -> Member<Object> {
                let $object = self;
                $convert
            }
        }

        impl<$($generics)*> IntoObject<Nullable<Object>> for $from {
            fn into_object(self) -> Member<Nullable<Object>> {
                IntoObject::<Object>::into_object(self).map(Nullable::Value)
            }
        }
    )*};
}

objects! {
    [] Object: object => Member::new(object);
    [] Map<String, Value>: object => Member::new(object.into_iter().collect());
    [] Value: value => match value {
        Value::Object(object) => object.into_object(),
        _ => Member::unsendable(Object::new(), NO_OBJECT),
    };
    [K: Into<String>, V: Into<Value>, const N: usize] [(K, V); N]: pairs => of_pairs(pairs);
    [K: Into<String>, V: Into<Value>] Vec<(K, V)>: pairs => of_pairs(pairs);
}

pub(crate) fn of_pairs<K: Into<String>, V: Into<Value>>(
    pairs: impl IntoIterator<Item = (K, V)>,
) -> Member<Object> {
    Member::new(pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
}

/// `None` leaves the member out.
impl<O: IntoObject<Object>> IntoObject<Nullable<Object>> for Option<O> {
    fn into_object(self) -> Member<Nullable<Object>> {
        match self {
            Some(object) => object.into_object().map(Nullable::Value),
            None => Member::new(Nullable::Absent),
        }
    }
}

impl IntoObject<Self> for Nullable<Object> {
    fn into_object(self) -> Member<Self> {
        Member::new(self)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Map, Value, json};

    use crate::{Nullable, ThreadStartParams};

    #[test]
    fn settings_are_maps_pairs_and_json() {
        let map = BTreeMap::from([("a".to_owned(), json!(1))]);
        let expected =
            ThreadStartParams { config: Nullable::Value(map.clone()), ..Default::default() };
        for params in [
            ThreadStartParams::new().config([("a", 1)]),
            ThreadStartParams::new().config([("a", json!(1))]),
            ThreadStartParams::new().config([("a".to_owned(), Value::from(1))]),
            ThreadStartParams::new().config(vec![("a", 1)]),
            ThreadStartParams::new().config(Map::from_iter(map.clone())),
            ThreadStartParams::new().config(json!({"a": 1})),
            ThreadStartParams::new().config(Some(json!({"a": 1}))),
            ThreadStartParams::new().config(Nullable::Value(map.clone())),
            ThreadStartParams::new().config(map),
            ThreadStartParams::new().config(json!("no object")).config(json!({"a": 1})),
        ] {
            assert_eq!(params, expected);
            assert_eq!(serde_json::to_string(&params).unwrap(), r#"{"config":{"a":1}}"#);
        }
        let params = ThreadStartParams::new().config(Nullable::Null);
        assert_eq!(serde_json::to_string(&params).unwrap(), r#"{"config":null}"#);
        let params = ThreadStartParams::new().config(json!(null));
        assert!(serde_json::to_string(&params).is_err());
    }
}
