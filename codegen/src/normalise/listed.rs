//! Numbers and booleans of which the schema lists the values: they stay what they are, and the list is
//! kept beside.

use serde_json::Value;

use super::read::description;

/// Whether a schema is of numbers or booleans, and lists them.
pub(super) fn is_listed(schema: &Value) -> bool {
    let fits = |value: &Value| match schema.get("type").and_then(Value::as_str) {
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        _ => false,
    };
    schema.get("enum").and_then(Value::as_array).is_some_and(|values| values.iter().all(fits))
}

/// The values, as JSON.
pub(super) fn values(schema: &Value) -> Vec<String> {
    let values = schema.get("enum").and_then(Value::as_array);
    let mut values: Vec<String> = values.into_iter().flatten().map(Value::to_string).collect();
    values.sort();
    values
}

/// The description, with the values, which the Rust type does not show.
pub(super) fn described(schema: &Value) -> Option<String> {
    let description = description(schema);
    if !is_listed(schema) {
        return description;
    }
    let values = format!("Known values: {}.", values(schema).join(", "));
    Some(match description {
        Some(description) => format!("{}\n\n{values}", description.trim_end()),
        None => values,
    })
}
