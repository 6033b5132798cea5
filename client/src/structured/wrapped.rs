//! Wraps values that are not objects, since models accept only an object as the root: the value is
//! the one member of an object. The object is created here, and removed again when decoding.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::UnitDeserializer;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Value, json};

/// The name of the member.
const VALUE: &str = "value";

/// The value of the member. It is decoded together with the object, so that errors have the right
/// line and column.
pub(super) struct Wrapped<T>(pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Wrapped<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Object(PhantomData))
    }
}

struct Object<T>(PhantomData<fn() -> T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
    type Value = Wrapped<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with the member `{VALUE}`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut value = None;
        while let Some(name) = members.next_key::<String>()? {
            match name == VALUE {
                true => value = Some(members.next_value()?),
                false => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        // A missing member counts as null.
        let value = value.map_or_else(|| T::deserialize(UnitDeserializer::new()), Ok)?;
        Ok(Wrapped(value))
    }
}

/// The schema of an object whose only member has this schema. References to the root are redirected
/// to the member.
pub(super) fn wrapped(mut schema: Value) -> Value {
    let mut definitions = schema
        .as_object_mut()
        .and_then(|it| it.remove("$defs"))
        .and_then(|it| match it {
            Value::Object(it) => Some(it),
            _ => None,
        })
        .unwrap_or_default();
    let mut name = "Root".to_owned();
    while definitions.contains_key(&name) {
        name.push('_');
    }
    let root = format!("#/$defs/{name}");
    let mut is_referred_to = redirect(&mut schema, &root);
    for definition in definitions.values_mut() {
        is_referred_to |= redirect(definition, &root);
    }
    if is_referred_to {
        definitions.insert(name, schema);
        schema = json!({ "$ref": root });
    }
    let mut object = json!({
        "type": "object",
        "properties": { VALUE: schema },
        "required": [VALUE],
        "additionalProperties": false,
    });
    if !definitions.is_empty() {
        object["$defs"] = Value::Object(definitions);
    }
    object
}

/// Redirects references to the root. Returns whether there were any.
fn redirect(schema: &mut Value, root: &str) -> bool {
    match schema {
        Value::Object(members) => {
            let mut is_changed = false;
            for (name, member) in members {
                if name == "$ref" && member == "#" {
                    *member = root.into();
                    is_changed = true;
                } else {
                    is_changed |= redirect(member, root);
                }
            }
            is_changed
        }
        Value::Array(members) => {
            members.iter_mut().fold(false, |is_changed, it| redirect(it, root) | is_changed)
        }
        _ => false,
    }
}
