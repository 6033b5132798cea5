//! Merges the parts of a schema into one: `allOf`, and a reference beside other members, as schemas
//! of internally tagged enums have it. Models accept neither.

use serde_json::{Map, Value};

use crate::structured::strict::{SchemaProblem, unescaped};

type Object = Map<String, Value>;

/// Keywords that describe a schema but do not constrain it.
const ANNOTATIONS: [&str; 7] =
    ["$comment", "default", "deprecated", "description", "examples", "readOnly", "title"];

/// The schema as one part. A reference without other members is left as it is.
pub(super) fn flatten(mut schema: Object, definitions: &Object) -> Result<Object, SchemaProblem> {
    // A valid recursive schema refers to itself only through a member, so this terminates.
    for _ in 0..=definitions.len() {
        let parts = parts(&mut schema, definitions)?;
        if parts.is_empty() {
            return Ok(schema);
        }
        for part in parts {
            join(&mut schema, part)?;
        }
    }
    Err(SchemaProblem::Conflict)
}

/// Removes the parts that are to be merged into a schema.
fn parts(schema: &mut Object, definitions: &Object) -> Result<Vec<Object>, SchemaProblem> {
    let mut parts = Vec::new();
    let is_more = schema.keys().any(|it| it != "$ref" && !ANNOTATIONS.contains(&it.as_str()));
    if is_more && let Some(Value::String(reference)) = schema.remove("$ref") {
        let name = reference.strip_prefix("#/$defs/").map(unescaped);
        let definition = name.and_then(|it| definitions.get(&it)).and_then(Value::as_object);
        parts.push(definition.ok_or(SchemaProblem::Conflict)?.clone());
    }
    if let Some(Value::Array(all)) = schema.remove("allOf") {
        for part in all {
            match part {
                Value::Object(part) => parts.push(part),
                _ => return Err(SchemaProblem::FreeForm),
            }
        }
    }
    Ok(parts)
}

fn join(schema: &mut Object, part: Object) -> Result<(), SchemaProblem> {
    for (keyword, value) in part {
        let Some(known) = schema.get_mut(&keyword) else {
            schema.insert(keyword, value);
            continue;
        };
        match (keyword.as_str(), known, value) {
            ("properties" | "$defs", Value::Object(known), Value::Object(more)) => {
                for (name, property) in more {
                    if known.get(&name).is_some_and(|it| *it != property) {
                        return Err(SchemaProblem::Conflict);
                    }
                    known.insert(name, property);
                }
            }
            ("required", Value::Array(known), Value::Array(more)) => known.extend(more),
            // The outer annotation is more specific.
            (keyword, _, _) if ANNOTATIONS.contains(&keyword) => {}
            (_, known, value) if *known == value => {}
            _ => return Err(SchemaProblem::Conflict),
        }
    }
    Ok(())
}
