//! What of a message a schema knows: the message without the members that it does not name.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::schema::{Bundle, Schema, bundle};
use crate::shape::{Object, Shape, Type};
use crate::subject::Subject;

/// The message without what the schema does not name, and what that is, as `Definition.member`.
pub(crate) fn known(subject: &Subject, message: &Value) -> (Value, BTreeSet<String>) {
    let mut pruner = Pruner { bundle: bundle(), removed: BTreeSet::new() };
    let known = pruner.prune(subject.schema, subject.codec.type_name, message);
    (known, pruner.removed)
}

/// Whether everything in the one is also in the other.
pub(crate) fn is_part(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => part
            .iter()
            .all(|(key, value)| whole.get(key).is_some_and(|whole| is_part(value, whole))),
        (Value::Array(part), Value::Array(whole)) => {
            part.len() == whole.len() && part.iter().zip(whole).all(|(a, b)| is_part(a, b))
        }
        (Value::Number(part), Value::Number(whole)) => part.as_f64() == whole.as_f64(),
        (part, whole) => part == whole,
    }
}

struct Pruner {
    bundle: Bundle,
    removed: BTreeSet<String>,
}

impl Pruner {
    fn prune(&mut self, schema: Schema, owner: &'static str, value: &Value) -> Value {
        let Type { shape, .. } = self.bundle.resolve(schema, owner);
        self.prune_shape(&shape, owner, value)
    }

    fn prune_shape(&mut self, shape: &Shape, owner: &'static str, value: &Value) -> Value {
        match (shape, value) {
            (Shape::List(items), Value::Array(elements)) => {
                elements.iter().map(|it| self.prune(items, owner, it)).collect()
            }
            (Shape::Map(values), Value::Object(members)) => members
                .iter()
                .map(|(key, it)| (key.clone(), self.prune(values, owner, it)))
                .collect::<Map<_, _>>()
                .into(),
            (Shape::Object(object), Value::Object(members)) => self.prune_object(object, members),
            (Shape::Union(union), value) => {
                let arm = union.arms.iter().find(|arm| self.bundle.accepts(arm, owner, value));
                arm.map_or_else(|| value.clone(), |arm| self.prune_shape(arm, owner, value))
            }
            _ => value.clone(),
        }
    }

    fn prune_object(&mut self, object: &Object, members: &Map<String, Value>) -> Value {
        let mut known = Map::new();
        for (name, value) in members {
            match object.members.get(&**name) {
                Some(schema) => {
                    known.insert(name.clone(), self.prune(schema, object.owner, value));
                }
                None if object.is_open => {
                    known.insert(name.clone(), value.clone());
                }
                None => {
                    self.removed.insert(format!("{}.{name}", object.owner));
                }
            }
        }
        known.into()
    }
}

impl Bundle {
    /// Whether the schema names `Definition.member`.
    pub(crate) fn names(self, path: &str) -> bool {
        let Some((definition, member)) = path.split_once('.') else { return false };
        let has_member = |shape: &Shape| match shape {
            Shape::Object(object) => object.members.contains_key(member),
            _ => false,
        };
        self.definition(definition).is_some_and(|schema| match self.resolve(schema, "").shape {
            Shape::Union(union) => union.arms.iter().any(has_member),
            shape => has_member(&shape),
        })
    }

    /// Whether a value is what a shape describes.
    fn accepts(self, shape: &Shape, owner: &'static str, value: &Value) -> bool {
        match shape {
            Shape::Any | Shape::Rest => true,
            Shape::Bool => value.is_boolean(),
            Shape::Id => value.is_string() || value.is_i64(),
            // Another value than the schema lists is a number all the same.
            Shape::Values(values) if values.iter().any(Value::is_f64) => value.is_number(),
            Shape::Integer(_) | Shape::Values(_) => value.is_i64() || value.is_u64(),
            Shape::List(items) => value.as_array().is_some_and(|elements| {
                elements.iter().all(|it| self.accepts_schema(items, owner, it))
            }),
            Shape::Map(values) => value.as_object().is_some_and(|members| {
                members.values().all(|it| self.accepts_schema(values, owner, it))
            }),
            Shape::Names(names) => value.as_str().is_some_and(|it| names.contains(&it)),
            Shape::Number => value.is_number(),
            Shape::Object(object) => self.accepts_object(object, value),
            Shape::Text => value.is_string(),
            Shape::Union(union) => union.arms.iter().any(|arm| self.accepts(arm, owner, value)),
        }
    }

    fn accepts_object(self, object: &Object, value: &Value) -> bool {
        let Some(members) = value.as_object() else { return false };
        let is_complete = object.required.iter().all(|name| members.contains_key(*name));
        let fits = |(name, value): (&String, &Value)| {
            let schema = object.members.get(&**name);
            schema.is_none_or(|it| self.accepts_schema(it, object.owner, value))
        };
        is_complete && members.iter().all(fits)
    }

    fn accepts_schema(self, schema: Schema, owner: &'static str, value: &Value) -> bool {
        let Type { nullable, shape } = self.resolve(schema, owner);
        (nullable && value.is_null()) || self.accepts(&shape, owner, value)
    }
}
