//! A definition of which no shape can be made: what is left to say of it, and to compare.

use serde_json::Value;

use super::rules;
use crate::Error;
use crate::load::references;

/// A definition that is not understood.
#[derive(Clone, Debug)]
pub(crate) struct Opaque {
    /// What it says, however it is written.
    schema: Value,
    /// The definitions that it refers to.
    pub(crate) references: Vec<String>,
    /// Why it is not understood.
    pub(crate) reason: String,
}

impl Opaque {
    pub(crate) fn new(schema: &Value, reason: &Error) -> Self {
        let references = references(schema).into_iter().map(str::to_owned).collect();
        let mut schema = schema.clone();
        rules::apply(&mut schema);
        Self { schema: bare(schema), references, reason: reason.to_string() }
    }

    /// Whether two of them say the same.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.schema == other.schema
    }
}

/// The same without words, and with lists in one order.
fn bare(schema: Value) -> Value {
    match schema {
        Value::Object(members) => {
            let is_said = |name: &str| !["title", "description", rules::VALUE_DOCS].contains(&name);
            let members = members.into_iter().filter(|(name, _)| is_said(name));
            Value::Object(members.map(|(name, it)| (name, bare(it))).collect())
        }
        Value::Array(elements) => {
            let mut elements: Vec<Value> = elements.into_iter().map(bare).collect();
            elements.sort_by_key(Value::to_string);
            Value::Array(elements)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_and_order_make_no_difference() {
        let opaque = |schema: Value| Opaque::new(&schema, &Error::unknown_shape("A", &schema));
        let one = json!({"not": {"$ref": "B"}, "required": ["a", "b"], "title": "A"});
        let other = json!({"required": ["b", "a"], "description": "…", "not": {"$ref": "B"}});
        assert!(opaque(one.clone()).is_like(&opaque(other)));
        assert!(!opaque(one.clone()).is_like(&opaque(json!({"not": {"$ref": "C"}}))));
        assert_eq!(opaque(one).references, ["B"]);
    }
}
