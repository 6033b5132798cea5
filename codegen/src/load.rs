//! Stage 1: the text of a bundle to one flat map of definitions.
//!
//! It knows how the app-server nests its namespaces, and nothing of what definitions mean.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::{Error, names};

/// The definitions of one bundle by name, with every `$ref` reduced to the name it points to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Bundle {
    /// Which bundle this is: `stable` or `experimental`.
    pub name: &'static str,
    /// Each definition's schema.
    pub definitions: BTreeMap<String, Value>,
}

/// Where the newer definitions are nested.
const NAMESPACE: &str = "v2";

/// The lists of methods, each with how the types of its params are called.
const UNIONS: [(&str, &str); 4] = [
    ("ClientNotification", "Notification"),
    ("ClientRequest", "Params"),
    ("ServerNotification", "Notification"),
    ("ServerRequest", "Params"),
];

/// Reads a bundle and flattens `definitions` and `definitions.v2` into one namespace.
///
/// # Errors
///
/// Fails if the text is not a bundle of the app-server, if a name means two different things in the
/// two namespaces, or if a reference leads nowhere.
pub fn load(name: &'static str, text: &str) -> Result<Bundle, Error> {
    let root = serde_json::from_str(text).map_err(|source| Error::Json { bundle: name, source })?;
    read(name, root)
}

pub(crate) fn read(name: &'static str, mut root: Value) -> Result<Bundle, Error> {
    let missing = |what: &str| Error::NotABundle { bundle: name, what: what.to_owned() };
    let Some(Value::Object(mut outer)) = root.get_mut("definitions").map(Value::take) else {
        return Err(missing("`definitions`"));
    };
    let Some(Value::Object(inner)) = outer.remove(NAMESPACE) else {
        return Err(missing("`definitions.v2`"));
    };
    let mut definitions = flatten(inner);
    for (key, schema) in flatten(outer) {
        match definitions.get(&key) {
            Some(other) if !same_meaning(other, &schema) => {
                return Err(Error::Ambiguous {
                    first: format!("#/definitions/{key}"),
                    second: format!("#/definitions/{NAMESPACE}/{key}"),
                    name: key,
                });
            }
            Some(_) => {}
            None => {
                definitions.insert(key, schema);
            }
        }
    }
    for (union, suffix) in UNIONS {
        let Some(mut schema) = definitions.remove(union) else { return Err(missing(union)) };
        name_params(&mut schema, suffix, &mut definitions);
        definitions.insert(union.to_owned(), schema);
    }
    let bundle = Bundle { name, definitions };
    check_references(&bundle)?;
    Ok(bundle)
}

fn flatten(definitions: Map<String, Value>) -> BTreeMap<String, Value> {
    definitions
        .into_iter()
        .map(|(key, mut schema)| {
            shorten_references(&mut schema);
            (names::definition(&key).to_owned(), schema)
        })
        .collect()
}

/// `{"$ref": "#/definitions/v2/X"}` to `{"$ref": "X"}`, at every depth.
fn shorten_references(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(target)) = members.get_mut("$ref") {
                let name = target.rsplit('/').next().unwrap_or_default();
                *target = names::definition(name).to_owned();
            }
            members.values_mut().for_each(shorten_references);
        }
        Value::Array(elements) => elements.iter_mut().for_each(shorten_references),
        _ => {}
    }
}

/// Makes a definition of the params that a method describes in place.
fn name_params(union: &mut Value, suffix: &str, definitions: &mut BTreeMap<String, Value>) {
    for arm in union.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(properties) = arm.get_mut("properties").and_then(Value::as_object_mut) else {
            continue;
        };
        let method = properties.get("method").and_then(|it| it["enum"][0].as_str());
        let name = method.map(|it| format!("{}{suffix}", names::pascal(it)));
        let (Some(name), Some(params)) = (name, properties.get_mut("params")) else { continue };
        let is_none = params.get("type").is_some_and(|it| it == "null");
        if !is_none && referred(params).is_none() && !definitions.contains_key(&name) {
            definitions.insert(name.clone(), params.take());
            *params = json!({ "$ref": name });
        }
    }
}

/// The definition that a schema is a reference to, or a reference that may be null.
pub(crate) fn referred(schema: &Value) -> Option<&str> {
    let arms = ["allOf", "anyOf", "oneOf"].iter().find_map(|it| schema.get(it)?.as_array());
    let Some(arms) = arms else { return schema.get("$ref").and_then(Value::as_str) };
    let mut arms = arms.iter().filter(|arm| arm.get("type").is_none_or(|it| it != "null"));
    match (arms.next(), arms.next()) {
        (Some(only), None) => referred(only),
        _ => None,
    }
}

/// Whether two definitions are equal but for their annotations.
fn same_meaning(left: &Value, right: &Value) -> bool {
    fn bare(schema: &Value) -> Value {
        let mut schema = schema.clone();
        if let Value::Object(members) = &mut schema {
            members.remove("$schema");
            members.remove("title");
        }
        schema
    }
    bare(left) == bare(right)
}

fn check_references(bundle: &Bundle) -> Result<(), Error> {
    for (definition, schema) in &bundle.definitions {
        for target in references(schema) {
            if !bundle.definitions.contains_key(target) {
                let (definition, target) = (definition.clone(), target.to_owned());
                return Err(Error::DanglingRef { definition, target });
            }
        }
    }
    Ok(())
}

/// The names that a schema refers to, at every depth.
pub(crate) fn references(schema: &Value) -> Vec<&str> {
    let mut found = Vec::new();
    let mut open = vec![schema];
    while let Some(schema) = open.pop() {
        match schema {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str));
                open.extend(members.values());
            }
            Value::Array(elements) => open.extend(elements),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(outer: &str, inner: &str) -> String {
        let unions = r#""ClientRequest":{},"ServerNotification":{},"ServerRequest":{},"ClientNotification":{}"#;
        format!(r#"{{"definitions":{{{unions}{outer},"v2":{{{inner}}}}}}}"#)
    }

    #[test]
    fn both_namespaces_become_one_and_references_are_names() {
        let text = bundle(
            r##","A":{"$ref":"#/definitions/v2/B"}"##,
            r##""B":{"items":{"$ref":"#/definitions/A"}}"##,
        );
        let bundle = load("stable", &text).unwrap();
        assert_eq!(bundle.definitions["A"]["$ref"], "B");
        assert_eq!(bundle.definitions["B"]["items"]["$ref"], "A");
    }

    #[test]
    fn a_name_in_both_namespaces_may_differ_in_its_title_only() {
        let same = bundle(r#","A":{"type":"string","title":"A"}"#, r#""A":{"type":"string"}"#);
        assert!(load("stable", &same).is_ok());

        let other = bundle(r#","A":{"type":"string"}"#, r#""A":{"type":"integer"}"#);
        let error = load("stable", &other).unwrap_err().to_string();
        assert_eq!(error, "two different definitions of A: #/definitions/A and #/definitions/v2/A");
    }

    #[test]
    fn params_that_a_method_describes_in_place_become_a_definition() {
        let text = bundle("", r#""B":{"type":"object"}"#).replace(
            r#""ClientRequest":{}"#,
            r##""ClientRequest":{"oneOf":[
                {"properties":{"method":{"enum":["a/b"]},"params":{"properties":{"x":{"$ref":"#/B"}}}}},
                {"properties":{"method":{"enum":["c"]},"params":{"anyOf":[{"$ref":"#/B"},{"type":"null"}]}}},
                {"properties":{"method":{"enum":["d"]},"params":{"type":"null"}}}]}"##,
        );
        let definitions = load("stable", &text).unwrap().definitions;
        let params = |at: usize| &definitions["ClientRequest"]["oneOf"][at]["properties"]["params"];
        assert_eq!(referred(params(0)), Some("ABParams"));
        assert_eq!(referred(params(1)), Some("B"));
        assert_eq!(params(2)["type"], "null");
        assert_eq!(definitions["ABParams"]["properties"]["x"]["$ref"], "B");
    }

    #[test]
    fn a_reference_to_nothing_names_both_ends() {
        let text = bundle("", r##""B":{"$ref":"#/definitions/v2/Gone"}"##);
        let error = load("stable", &text).unwrap_err().to_string();
        assert_eq!(error, "B refers to the missing definition Gone");
    }

    #[test]
    fn what_is_no_bundle_is_refused_by_name() {
        let not_json = load("stable", "{").unwrap_err().to_string();
        assert_eq!(not_json, "the stable bundle is not JSON");
        let no_bundle = load("experimental", "{}").unwrap_err().to_string();
        assert!(no_bundle.starts_with("the experimental bundle has no `definitions`"));
    }
}
