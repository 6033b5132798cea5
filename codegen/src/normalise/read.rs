//! A rewritten schema to its shape, strictly: what is not recognised is an error.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::arms::{KeyedArm, common_tag, keyed_arm, untagged_names};
use super::listed;
use super::rules::{ALTERNATIVES, NULLABLE, VALUE_DOCS};
use crate::load::Bundle;
use crate::shape::{
    AnyReason, Definition, EnumValue, Field, Shape, Shapes, Struct, Type, UntaggedVariant, Variant,
};
use crate::{Error, names};

/// Members whose string value must never be printed.
pub(crate) const SECRET_MEMBERS: &[&str] = &[
    "accessToken",
    "apiKey",
    "authBearerToken",
    // Who opens it, or enters the code, logs this client in as somebody else.
    "authUrl",
    "auth_url",
    "idToken",
    "manualPairingCode",
    "pairingCode",
    "refreshToken",
    "secretAccessKey",
    "sessionToken",
    "token",
    "userCode",
];

/// Members of whose free-form values nobody knows which are secret: settings, environment variables.
pub(crate) const HIDDEN_MEMBERS: &[&str] =
    &["config", "desktop", "effectiveValue", "env", "headers", "model_providers", "value"];

/// Reads definitions into a growing graph; inline types are lifted into definitions of their own.
pub(super) struct Reader<'a> {
    bundle: &'a Bundle,
    shapes: Shapes,
    /// The names of the shapes in the order in which they came.
    order: Vec<String>,
    /// The names of inline types that are being read, outermost first.
    open: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bundle: &'a Bundle) -> Self {
        Self { bundle, shapes: BTreeMap::new(), order: Vec::new(), open: Vec::new() }
    }

    pub(super) fn finish(self) -> Shapes {
        self.shapes
    }

    /// Reads one definition of the bundle, or nothing of it.
    pub(super) fn definition(&mut self, name: &str, schema: &Value) -> Result<(), Error> {
        // `NullableX` exists for the sake of one method's params, which refer to `X` as well.
        if schema.get("$ref").is_some() && schema.get(NULLABLE).is_some() {
            return Ok(());
        }
        let n_before = self.order.len();
        let defined = self.define(name, None, schema);
        if defined.is_err() {
            for name in self.order.drain(n_before..) {
                self.shapes.remove(&name);
            }
        }
        defined
    }

    fn define(&mut self, name: &str, parent: Option<&str>, schema: &Value) -> Result<(), Error> {
        let shape = self.shape(name, schema)?;
        let definition = Definition {
            docs: listed::described(schema),
            experimental: false,
            parent: parent.map(str::to_owned),
            shape,
        };
        self.insert(name, definition);
        Ok(())
    }

    fn shape(&mut self, name: &str, schema: &Value) -> Result<Shape, Error> {
        if listed::is_listed(schema) {
            return Ok(Shape::Alias(self.ty(name, name, schema)?));
        }
        if schema.get("enum").is_some() {
            return Ok(Shape::StringEnum(string_enum(name, schema)?));
        }
        if let Some(arms) = arms(schema) {
            return self.union(name, schema, arms);
        }
        match schema.get("type").and_then(Value::as_str) {
            Some("object") if has_typed_values(schema) => {
                Ok(Shape::Alias(self.ty(name, name, schema)?))
            }
            Some("object") => Ok(Shape::Struct(self.structure(name, schema)?)),
            Some("string") => Ok(Shape::Text),
            // With members it would be one more inline type, and that another, without end.
            Some("array" | "boolean" | "integer" | "number")
                if schema.get("properties").is_none() =>
            {
                Ok(Shape::Alias(self.ty(name, name, schema)?))
            }
            _ if schema.get("$ref").is_some() => Ok(Shape::Alias(self.ty(name, name, schema)?)),
            _ => Err(Error::unknown_shape(name, schema)),
        }
    }

    fn union(&mut self, name: &str, schema: &Value, arms: &[Value]) -> Result<Shape, Error> {
        if let Some(tag) = common_tag(arms) {
            let variants = arms
                .iter()
                .map(|arm| self.tagged_variant(name, &tag, arm))
                .collect::<Result<_, _>>()?;
            return Ok(Shape::Tagged { tag, variants });
        }
        if let Some(arms) = arms.iter().map(keyed_arm).collect::<Option<Vec<_>>>()
            && arms.iter().any(|arm| matches!(arm, KeyedArm::Key(..)))
        {
            return self.keyed(name, arms);
        }
        self.untagged(name, arms).map_err(|error| match error {
            Error::UnknownShape { .. } => Error::unknown_shape(name, schema),
            other => other,
        })
    }

    fn tagged_variant(&mut self, union: &str, tag: &str, arm: &Value) -> Result<Variant, Error> {
        let wire = arm["properties"][tag]["enum"][0].as_str().unwrap_or_default().to_owned();
        let variant = names::variant(union, &wire);
        let mut members = arm.clone();
        if let Some(Value::Object(properties)) = members.get_mut("properties") {
            properties.remove(tag);
        }
        let mut structure = self.structure(&format!("{union}.{variant}"), &members)?;
        structure.tag = Some((tag.to_owned(), wire.clone()));
        let payload = if structure.fields.is_empty() && !structure.open {
            None
        } else {
            let name = self.free_name(arm, &format!("{variant}{union}"))?;
            self.lift(&name, union, description(arm), Shape::Struct(structure));
            Some(Type::Named(name))
        };
        Ok(Variant { wire, docs: description(arm), payload, experimental: false })
    }

    fn keyed(&mut self, union: &str, arms: Vec<KeyedArm<'_>>) -> Result<Shape, Error> {
        let mut variants = Vec::new();
        for arm in arms {
            match arm {
                KeyedArm::Strings(schema) => {
                    variants.extend(string_enum(union, schema)?.into_iter().map(|value| Variant {
                        wire: value.wire,
                        docs: value.docs.or_else(|| description(schema)),
                        payload: None,
                        experimental: false,
                    }));
                }
                KeyedArm::Key(schema, key, inner) => {
                    let fallback = format!("{}{union}", names::variant(union, key));
                    let payload = if is_inline(inner) {
                        let name = self.free_name(schema, &fallback)?;
                        self.define(&name, Some(union), inner)?;
                        Type::Named(name)
                    } else {
                        self.ty(&format!("{union}.{key}"), &fallback, inner)?
                    };
                    variants.push(Variant {
                        wire: key.to_owned(),
                        docs: description(schema),
                        payload: Some(payload),
                        experimental: false,
                    });
                }
            }
        }
        Ok(Shape::Keyed(variants))
    }

    fn untagged(&mut self, union: &str, arms: &[Value]) -> Result<Shape, Error> {
        let names = untagged_names(arms).ok_or_else(|| Error::unknown_shape(union, &arms[0]))?;
        let variants = arms
            .iter()
            .zip(names)
            .map(|(arm, name)| {
                let payload =
                    self.ty(&format!("{union}.{name}"), &format!("{name}{union}"), arm)?;
                Ok(UntaggedVariant { name, docs: None, payload })
            })
            .collect::<Result<_, Error>>()?;
        Ok(Shape::Untagged(variants))
    }

    fn structure(&mut self, name: &str, schema: &Value) -> Result<Struct, Error> {
        let no_members = Map::new();
        let properties = match schema.get("properties") {
            None => &no_members,
            Some(Value::Object(properties)) => properties,
            Some(_) => return Err(Error::unknown_shape(name, schema)),
        };
        let required: Vec<&str> = strings(schema.get("required")).collect();
        let mut fields = properties
            .iter()
            .map(|(wire, member)| self.field(name, wire, member, required.contains(&wire.as_str())))
            .collect::<Result<Vec<_>, _>>()?;
        fields.sort_by(|left, right| left.wire.cmp(&right.wire));
        let alternatives =
            schema.get(ALTERNATIVES).and_then(Value::as_array).map_or_else(Vec::new, |sets| {
                sets.iter().map(|set| strings(Some(set)).map(str::to_owned).collect()).collect()
            });
        let open = schema.get("additionalProperties").is_some();
        Ok(Struct { fields, tag: None, alternatives, open })
    }

    fn field(
        &mut self,
        owner: &str,
        wire: &str,
        member: &Value,
        required: bool,
    ) -> Result<Field, Error> {
        let place = format!("{owner}.{wire}");
        let inline_name = format!("{}{}", owner.replace('.', ""), names::pascal(wire));
        let mut ty = self.non_null(&place, &inline_name, member)?;
        if ty == Type::String && SECRET_MEMBERS.contains(&wire) {
            ty = Type::Secret;
        }
        let is_free_form = matches!(ty, Type::Map(_) | Type::Any(_));
        Ok(Field {
            wire: wire.to_owned(),
            docs: listed::described(member),
            hidden: is_free_form && HIDDEN_MEMBERS.contains(&wire),
            ty,
            required,
            nullable: member.get(NULLABLE).is_some(),
            experimental: false,
        })
    }

    /// The type that a schema stands for; `inline_name` names it if it has to be lifted.
    fn ty(&mut self, place: &str, inline_name: &str, schema: &Value) -> Result<Type, Error> {
        Ok(match self.non_null(place, inline_name, schema)? {
            ty @ Type::Any(_) => ty,
            ty if schema.get(NULLABLE).is_some() => Type::Nullable(Box::new(ty)),
            ty => ty,
        })
    }

    /// The type of what is there and not `null`.
    fn non_null(&mut self, place: &str, inline_name: &str, schema: &Value) -> Result<Type, Error> {
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            return Ok(Type::Named(target.to_owned()));
        }
        if listed::is_listed(schema) {
            let mut bare = schema.clone();
            bare.as_object_mut().and_then(|members| members.remove("enum"));
            let ty = Box::new(self.non_null(place, inline_name, &bare)?);
            return Ok(Type::Listed { ty, values: listed::values(schema) });
        }
        if is_inline(schema) {
            let name = self.free_name(schema, inline_name)?;
            let parent = place.split('.').next().unwrap_or(place).to_owned();
            self.open.push(name.clone());
            let defined = self.define(&name, Some(&parent), schema);
            self.open.pop();
            return defined.map(|()| Type::Named(name));
        }
        match schema.get("type") {
            None if describes_nothing(schema) => Ok(Type::Any(AnyReason::Anything)),
            Some(Value::String(kind)) => match kind.as_str() {
                "string" => Ok(Type::String),
                "boolean" => Ok(Type::Bool),
                "number" => Ok(Type::Float),
                "integer" => integer(place, schema),
                "array" => self.list(place, inline_name, schema),
                "object" => self.map(place, inline_name, schema),
                _ => Err(Error::unknown_shape(place, schema)),
            },
            _ => Err(Error::unknown_shape(place, schema)),
        }
    }

    fn list(&mut self, place: &str, inline_name: &str, schema: &Value) -> Result<Type, Error> {
        let element = match schema.get("items") {
            None => Type::Any(AnyReason::AnyList),
            Some(items) => self.ty(place, inline_name, items)?,
        };
        Ok(Type::List(Box::new(element)))
    }

    fn map(&mut self, place: &str, inline_name: &str, schema: &Value) -> Result<Type, Error> {
        let value = match schema.get("additionalProperties") {
            None | Some(Value::Bool(true)) => Type::Any(AnyReason::AnyObject),
            Some(values) => self.ty(place, inline_name, values)?,
        };
        Ok(Type::Map(Box::new(value)))
    }

    /// The title of a schema where it can name a type of its own, else the given name.
    fn free_name(&self, schema: &Value, fallback: &str) -> Result<String, Error> {
        let title = schema.get("title").and_then(Value::as_str);
        let is_free = |name: &&str| {
            !self.bundle.definitions.contains_key(*name)
                && !self.shapes.contains_key(*name)
                && !self.open.iter().any(|it| it == name)
        };
        title
            .filter(|title| names::is_type_name(title))
            .into_iter()
            .chain([fallback])
            .find(is_free)
            .map(str::to_owned)
            .ok_or_else(|| Error::Ambiguous {
                name: fallback.to_owned(),
                first: "a definition".to_owned(),
                second: format!("the inline type {schema}").chars().take(120).collect(),
            })
    }

    fn lift(&mut self, name: &str, parent: &str, docs: Option<String>, shape: Shape) {
        let parent = Some(parent.to_owned());
        self.insert(name, Definition { docs, experimental: false, parent, shape });
    }

    fn insert(&mut self, name: &str, definition: Definition) {
        self.order.push(name.to_owned());
        self.shapes.insert(name.to_owned(), definition);
    }
}

fn string_enum(name: &str, schema: &Value) -> Result<Vec<EnumValue>, Error> {
    let values = schema["enum"].as_array().ok_or_else(|| Error::unknown_shape(name, schema))?;
    values
        .iter()
        .map(|value| {
            let wire = value.as_str().ok_or_else(|| Error::unknown_shape(name, schema))?;
            let docs = schema.get(VALUE_DOCS).and_then(|docs| docs.get(wire)).cloned();
            Ok(EnumValue {
                wire: wire.to_owned(),
                docs: docs.and_then(|docs| docs.as_str().map(str::to_owned)),
                experimental: false,
            })
        })
        .collect()
}

fn integer(place: &str, schema: &Value) -> Result<Type, Error> {
    let rust = match schema.get("format").and_then(Value::as_str) {
        None | Some("int64") => "i64",
        Some("int32") => "i32",
        Some("int16") => "i16",
        Some("int8") => "i8",
        Some("uint64") => "u64",
        Some("uint32") => "u32",
        Some("uint16") => "u16",
        Some("uint8") => "u8",
        Some(_) => return Err(Error::unknown_shape(place, schema)),
    };
    Ok(Type::Integer(rust))
}

fn arms(schema: &Value) -> Option<&[Value]> {
    ["oneOf", "anyOf"].iter().find_map(|keyword| schema.get(keyword)?.as_array()).map(Vec::as_slice)
}

/// Whether a schema describes a type that needs a name.
fn is_inline(schema: &Value) -> bool {
    schema.get("enum").is_some() || schema.get("properties").is_some() || arms(schema).is_some()
}

/// Whether an object has arbitrary keys with values of one type, and no members.
fn has_typed_values(schema: &Value) -> bool {
    schema.get("properties").is_none()
        && schema.get("additionalProperties").is_some_and(|it| !it.is_boolean())
}

/// `true`, or an object of annotations only.
fn describes_nothing(schema: &Value) -> bool {
    let annotations = ["description", "title", NULLABLE];
    match schema {
        Value::Bool(anything) => *anything,
        Value::Object(members) => members.keys().all(|it| annotations.contains(&it.as_str())),
        _ => false,
    }
}

pub(super) fn description(schema: &Value) -> Option<String> {
    schema.get("description").and_then(Value::as_str).map(str::to_owned)
}

pub(super) fn strings(list: Option<&Value>) -> impl Iterator<Item = &str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}
