//! Converts a schema to the strict form that models accept. Keywords without effect for a model are
//! left out; what would lose meaning silently is an error.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::structured::flatten::flatten;

/// Why a type has no strict JSON Schema.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SchemaProblem {
    /// It is a map, whose keys are not known in advance. Use a list of key-value structs.
    Map,
    /// It may be a value of any shape.
    FreeForm,
    /// It is a tuple. Use a struct.
    Tuple,
    /// Its schema has a keyword that models do not accept.
    Keyword(String),
    /// It is the argument of a tool, and not an object. Use a struct.
    NotAnObject,
    /// Its schema has parts that contradict each other.
    Conflict,
}

impl fmt::Display for SchemaProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Map => f.write_str("maps are not supported: use a list of key-value structs"),
            Self::FreeForm => f.write_str("values of any shape are not supported"),
            Self::Tuple => f.write_str("tuples are not supported: use a struct"),
            Self::Keyword(keyword) => write!(f, "models do not accept the keyword `{keyword}`"),
            Self::NotAnObject => f.write_str("it is not an object: use a struct"),
            Self::Conflict => f.write_str("its schema has parts that contradict each other"),
        }
    }
}

pub(super) type Failed = (String, SchemaProblem);
type Object = Map<String, Value>;

/// Keywords that are left out.
const IGNORED: [&str; 14] = [
    "$comment",
    "$schema",
    "contentEncoding",
    "contentMediaType",
    "default",
    "deprecated",
    "examples",
    "maxLength",
    "minLength",
    "readOnly",
    "title",
    "unevaluatedProperties",
    "uniqueItems",
    "writeOnly",
];
/// Keywords that models accept as they are.
const KEPT: [&str; 11] = [
    "description",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "maximum",
    "minItems",
    "minimum",
    "multipleOf",
    "pattern",
    "type",
];
const FORMATS: [&str; 9] =
    ["date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uuid"];

/// The strict form of a root schema, or the path of the part that has none.
pub(super) fn strict(mut root: Value) -> Result<Value, Failed> {
    let definitions = match root.as_object_mut().and_then(|it| it.remove("$defs")) {
        Some(Value::Object(definitions)) => definitions,
        _ => Object::new(),
    };
    let transform = Transform { definitions };
    let mut root = transform.schema(root, "")?;
    let mut kept = Object::new();
    // Keeps only definitions that are still referred to: others were merged.
    let mut wanted = references(&root);
    while let Some(name) = wanted.pop() {
        if kept.contains_key(&name) {
            continue;
        }
        let Some(definition) = transform.definitions.get(&name) else { continue };
        let definition = transform.schema(definition.clone(), &name)?;
        wanted.extend(references(&definition));
        kept.insert(name, definition);
    }
    if !kept.is_empty() {
        root["$defs"] = Value::Object(kept);
    }
    Ok(root)
}

struct Transform {
    definitions: Object,
}

impl Transform {
    fn schema(&self, schema: Value, path: &str) -> Result<Value, Failed> {
        let fail = |problem| (if path.is_empty() { "the root" } else { path }.to_owned(), problem);
        let Value::Object(schema) = schema else { return Err(fail(SchemaProblem::FreeForm)) };
        let schema = flatten(schema, &self.definitions).map_err(fail)?;
        if let Some(reference) = schema.get("$ref") {
            return Ok(json!({ "$ref": reference }));
        }
        let mut result = Object::new();
        let is_object = has_type(&schema, "object") || schema.contains_key("properties");
        for (keyword, value) in &schema {
            match keyword.as_str() {
                "const" => {
                    result.insert("enum".into(), json!([value]));
                    result.entry("type").or_insert_with(|| type_of(value));
                }
                "anyOf" | "oneOf" => {
                    let arms = value.as_array().into_iter().flatten().cloned();
                    let arms: Result<Vec<_>, _> = arms.map(|it| self.schema(it, path)).collect();
                    result.insert("anyOf".into(), arms?.into());
                }
                "items" => {
                    result
                        .insert("items".into(), self.schema(value.clone(), &format!("{path}[]"))?);
                }
                "prefixItems" => return Err(fail(SchemaProblem::Tuple)),
                "format" if value.as_str().is_some_and(|it| FORMATS.contains(&it)) => {
                    result.insert("format".into(), value.clone());
                }
                "additionalProperties" if *value != json!(false) => {
                    return Err(fail(SchemaProblem::Map));
                }
                "patternProperties" | "propertyNames" => return Err(fail(SchemaProblem::Map)),
                "additionalProperties" | "format" | "properties" | "required" => {}
                keyword if IGNORED.contains(&keyword) => {}
                keyword if KEPT.contains(&keyword) => {
                    result.insert(keyword.to_owned(), value.clone());
                }
                keyword => return Err(fail(SchemaProblem::Keyword(keyword.to_owned()))),
            }
        }
        if is_object {
            self.object(&schema, &mut result, path)?;
        } else if has_type(&schema, "array") && !schema.contains_key("items") {
            return Err(fail(SchemaProblem::FreeForm));
        }
        let is_told = ["type", "anyOf", "enum"].iter().any(|it| result.contains_key(*it));
        if is_told { Ok(Value::Object(result)) } else { Err(fail(SchemaProblem::FreeForm)) }
    }

    /// All members are required, and no others are allowed.
    fn object(&self, schema: &Object, result: &mut Object, path: &str) -> Result<(), Failed> {
        let mut properties = Object::new();
        for (name, property) in
            schema.get("properties").and_then(Value::as_object).into_iter().flatten()
        {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            properties.insert(name.clone(), self.schema(property.clone(), &path)?);
        }
        result.entry("type").or_insert_with(|| "object".into());
        result.insert("required".into(), properties.keys().cloned().collect());
        result.insert("properties".into(), Value::Object(properties));
        result.insert("additionalProperties".into(), false.into());
        Ok(())
    }
}

fn has_type(schema: &Object, name: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(it)) => it == name,
        Some(Value::Array(them)) => them.iter().any(|it| it == name),
        _ => false,
    }
}

fn type_of(value: &Value) -> Value {
    let name = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(it) if it.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    name.into()
}

/// The definitions that a schema refers to.
fn references(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            let own = own.and_then(|it| it.strip_prefix("#/$defs/")).map(unescaped);
            own.into_iter().chain(members.values().flat_map(references)).collect()
        }
        Value::Array(members) => members.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// A name, unescaped from a JSON pointer.
pub(super) fn unescaped(name: &str) -> String {
    name.replace("~1", "/").replace("~0", "~")
}
