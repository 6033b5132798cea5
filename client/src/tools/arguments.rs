//! The arguments of a tool: their schema for the model, and decoding what the model sends.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::structured::SchemaProblem;

/// The schema of a tool's arguments, which must be an object. Unlike that of an output, it need not
/// be strict.
pub(super) fn schema<A: JsonSchema>() -> Result<Value, (String, SchemaProblem)> {
    let settings = SchemaSettings::draft2020_12().with(|it| {
        it.meta_schema = None;
        it.inline_subschemas = true;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<A>().to_value();
    match schema.get("type").and_then(Value::as_str) {
        Some("object") => {
            if let Value::Object(members) = &mut schema {
                members.remove("title");
                members.entry("properties").or_insert_with(|| json!({}));
            }
            Ok(schema)
        }
        Some("null") => Ok(json!({"type": "object", "properties": {}})),
        _ => Err((A::schema_name().into(), SchemaProblem::NotAnObject)),
    }
}

pub(super) fn decode<A: DeserializeOwned>(arguments: Value) -> Result<A, String> {
    let wrong = |error: serde_json::Error| format!("wrong arguments: {error}");
    match &arguments {
        // A function without arguments has the unit type.
        Value::Object(members) if members.is_empty() => serde_json::from_value(arguments)
            .or_else(|error| serde_json::from_value(Value::Null).map_err(|_| wrong(error))),
        _ => serde_json::from_value(arguments).map_err(wrong),
    }
}
