//! Answers that are no objects, of which only one may be asked for: they are the one member of one. It
//! is made here, and taken out again.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::UnitDeserializer;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Value, json};

/// The name of the member.
const VALUE: &str = "value";

/// The member of an object. It is decoded with the text, so that an error knows its place.
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
        // What is left out is null.
        let value = value.map_or_else(|| T::deserialize(UnitDeserializer::new()), Ok)?;
        Ok(Wrapped(value))
    }
}

/// The schema of an object with one member of this schema. What refers to the root has to refer to
/// the member from now on.
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

/// Changes references to the root. Returns whether there were any.
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
