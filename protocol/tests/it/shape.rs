//! What JSON a schema describes, in the few forms that the server's schema uses. References are
//! followed, arms of arms are arms.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::schema::{Bundle, Schema};

/// What stands at one place of a message.
#[derive(Clone)]
pub(crate) struct Type {
    pub(crate) nullable: bool,
    pub(crate) shape: Shape,
}

#[derive(Clone)]
pub(crate) enum Shape {
    /// Free-form JSON.
    Any,
    Bool,
    /// The id of a request: a string or an integer, and the only union that is closed.
    Id,
    /// With the largest one that its format has.
    Integer(u32),
    List(Schema),
    Map(Schema),
    /// An enum of strings.
    Names(Vec<&'static str>),
    Number,
    Object(Object),
    /// Whatever fits no other arm: how the server says that a union is open.
    Rest,
    Text,
    Union(Union),
    /// Numbers of which the schema lists the values.
    Values(&'static [Value]),
}

#[derive(Clone)]
pub(crate) struct Object {
    /// The definition that it is, or that it is an arm of.
    pub(crate) owner: &'static str,
    pub(crate) members: BTreeMap<&'static str, Schema>,
    pub(crate) required: BTreeSet<&'static str>,
    /// Whether the schema says in so many words that there may be others.
    pub(crate) is_open: bool,
}

#[derive(Clone)]
pub(crate) struct Union {
    pub(crate) arms: Vec<Shape>,
    pub(crate) style: Style,
}

/// How the arms of a union are told apart.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Style {
    /// By strings, and objects with a single member.
    Keyed,
    /// By a member that is a constant in each.
    Tagged(&'static str),
    /// By what they look like.
    Untagged,
}

impl Bundle {
    /// What a schema within the definition `owner` describes.
    pub(crate) fn resolve(self, schema: Schema, owner: &'static str) -> Type {
        if let Some(reference) = schema["$ref"].as_str() {
            let (name, schema) = self.target(reference);
            return match name {
                "RequestId" => Shape::Id.into(),
                _ => self.resolve(schema, name),
            };
        }
        if let Some([only]) = schema["allOf"].as_array().map(Vec::as_slice) {
            return self.resolve(only, owner);
        }
        match schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array()) {
            Some(arms) => self.union(schema, arms, owner),
            None => plain(schema, owner),
        }
    }

    fn union(self, schema: Schema, schemas: &'static [Value], owner: &'static str) -> Type {
        let is_null = |it: &&Value| it["type"] == "null";
        let mut nullable = schemas.iter().any(|it| is_null(&it));
        let schemas: Vec<_> = schemas.iter().filter(|it| !is_null(it)).collect();
        if let ([only], true) = (&*schemas, nullable) {
            return Type { nullable, shape: self.resolve(only, owner).shape };
        }
        let mut arms = Vec::new();
        for it in schemas {
            let arm = self.resolve(it, owner);
            nullable |= arm.nullable;
            match arm.shape {
                Shape::Union(union) => arms.extend(union.arms),
                Shape::Rest => {}
                shape => arms.push(shape),
            }
        }
        if schema.get("properties").is_some() {
            share(&mut arms, &object(schema, owner));
        }
        let shape = match names(&arms) {
            Some(names) => Shape::Names(names),
            None => Shape::Union(Union { style: self.style(&arms), arms }),
        };
        Type { nullable, shape }
    }

    fn style(self, arms: &[Shape]) -> Style {
        let tag = match arms.first() {
            Some(Shape::Object(first)) => first.required.iter().find(|it| self.is_tag(it, arms)),
            _ => None,
        };
        match tag {
            Some(tag) => Style::Tagged(tag),
            None if arms.iter().all(is_keyed) => Style::Keyed,
            None => Style::Untagged,
        }
    }

    /// Whether the member is a constant in all arms, and not the same in all if there are others.
    fn is_tag(self, name: &str, arms: &[Shape]) -> bool {
        let values: Option<BTreeSet<_>> = arms.iter().map(|arm| self.constant(name, arm)).collect();
        values.is_some_and(|it| it.len() > 1 || arms.len() == 1)
    }

    fn constant(self, name: &str, arm: &Shape) -> Option<&'static str> {
        let Shape::Object(object) = arm else { return None };
        let schema = object.members.get(name).filter(|_| object.required.contains(name))?;
        match self.resolve(schema, object.owner).shape {
            Shape::Names(names) if names.len() == 1 => names.first().copied(),
            _ => None,
        }
    }
}

impl From<Shape> for Type {
    fn from(shape: Shape) -> Self {
        Self { nullable: false, shape }
    }
}

/// A schema that is no union.
fn plain(schema: Schema, owner: &'static str) -> Type {
    let mut types: Vec<&str> = match &schema["type"] {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => return Shape::Any.into(),
    };
    let n_types = types.len();
    types.retain(|name| *name != "null");
    let nullable = types.len() < n_types;
    let shape = match types.as_slice() {
        ["array"] => Shape::List(&schema["items"]),
        ["boolean"] => Shape::Bool,
        ["integer" | "number"] if schema.get("enum").is_some() => {
            Shape::Values(schema["enum"].as_array().expect("a list"))
        }
        ["integer"] => Shape::Integer(largest(schema["format"].as_str())),
        ["number"] => Shape::Number,
        ["object"] => map_or_object(schema, owner),
        ["string"] => match schema["enum"].as_array() {
            Some(names) => Shape::Names(names.iter().filter_map(Value::as_str).collect()),
            None => Shape::Text,
        },
        ["string", "object"] => Shape::Rest,
        _ => panic!("{owner} has a shape that these tests do not know: {schema}"),
    };
    Type { nullable, shape }
}

/// The largest integer of a format, as far as samples count.
fn largest(format: Option<&str>) -> u32 {
    match format {
        Some("int8") => i8::MAX as u32,
        Some("uint8") => u8::MAX.into(),
        Some("int16") => i16::MAX as u32,
        Some("uint16") => u16::MAX.into(),
        Some("int32") => i32::MAX as u32,
        _ => u32::MAX,
    }
}

fn map_or_object(schema: Schema, owner: &'static str) -> Shape {
    match schema.get("additionalProperties") {
        Some(values) if *values != false && schema.get("properties").is_none() => {
            Shape::Map(values)
        }
        _ => Shape::Object(object(schema, owner)),
    }
}

fn object(schema: Schema, owner: &'static str) -> Object {
    let members = schema["properties"].as_object().into_iter().flatten();
    let required = schema["required"].as_array().into_iter().flatten();
    Object {
        owner,
        members: members.map(|(name, schema)| (name.as_str(), schema)).collect(),
        required: required.filter_map(Value::as_str).collect(),
        is_open: schema["additionalProperties"] == true,
    }
}

/// Gives every arm the members that stand beside the union.
fn share(arms: &mut [Shape], base: &Object) {
    for arm in arms {
        let Shape::Object(arm) = arm else { panic!("{} has members and no object", base.owner) };
        arm.members.extend(&base.members);
        arm.required.extend(&base.required);
    }
}

/// The names, if all arms are names.
fn names(arms: &[Shape]) -> Option<Vec<&'static str>> {
    let lists: Option<Vec<_>> = arms
        .iter()
        .map(|arm| match arm {
            Shape::Names(names) => Some(names.clone()),
            _ => None,
        })
        .collect();
    lists.map(|it| it.concat())
}

fn is_keyed(arm: &Shape) -> bool {
    match arm {
        Shape::Names(_) => true,
        Shape::Object(object) => object.members.len() == 1 && object.required.len() == 1,
        _ => false,
    }
}
