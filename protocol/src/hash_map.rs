//! Setters for maps also take hash maps, and sort them.
#![expect(clippy::disallowed_types, reason = "they are taken, and not given")]

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::into_object::{IntoObject, Object, of_pairs};
use crate::nullable::Nullable;
use crate::unsendable::Member;

impl<T, K: Into<String>, V: Into<T>, S> From<HashMap<K, V, S>> for Nullable<BTreeMap<String, T>> {
    fn from(map: HashMap<K, V, S>) -> Self {
        Self::Value(map.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

impl<K: Into<String>, V: Into<Value>, S> IntoObject<Object> for HashMap<K, V, S> {
    fn into_object(self) -> Member<Object> {
        of_pairs(self)
    }
}

impl<K: Into<String>, V: Into<Value>, S> IntoObject<Nullable<Object>> for HashMap<K, V, S> {
    fn into_object(self) -> Member<Nullable<Object>> {
        of_pairs(self).map(Nullable::Value)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use serde_json::json;

    use crate::{Nullable, ThreadStartParams};

    #[test]
    fn a_hash_map_is_a_map() {
        let expected = Nullable::Value(BTreeMap::from([("a".to_owned(), 1_i64)]));
        assert_eq!(Nullable::from(HashMap::from([("a", 1_i64)])), expected);
        let params = ThreadStartParams::new().config(HashMap::from([("a", 1)]));
        assert_eq!(params, ThreadStartParams::new().config(json!({"a": 1})));
        assert_eq!(params, ThreadStartParams::new().config(Some(HashMap::from([("a", json!(1))]))));
    }
}
