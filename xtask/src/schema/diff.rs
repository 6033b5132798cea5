//! What differs between two bundles, by name: enough to know where to look, not a schema diff.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

/// The definitions that list methods: one arm of their `oneOf` a method.
const METHOD_LISTS: [&str; 4] =
    ["ClientNotification", "ClientRequest", "ServerNotification", "ServerRequest"];

/// The definitions nested in this one are definitions like any other.
const NAMESPACE: &str = "v2";

/// The names that come and go from one bundle to another.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Diff {
    definitions: Changes,
    methods: Changes,
}

#[derive(Debug, Default, Eq, PartialEq)]
struct Changes {
    added: Vec<String>,
    removed: Vec<String>,
    changed: Vec<String>,
}

impl Diff {
    pub(super) fn between(old: &Value, new: &Value) -> Self {
        Self {
            definitions: Changes::between(&definitions(old), &definitions(new)),
            methods: Changes::between(&methods(old), &methods(new)),
        }
    }
}

impl Changes {
    fn between(old: &Named<'_>, new: &Named<'_>) -> Self {
        let missing_in = |other: &Named<'_>, names: &Named<'_>| -> Vec<String> {
            names.keys().filter(|name| !other.contains_key(*name)).cloned().collect()
        };
        let is_changed = |name: &String| new.get(name).is_some_and(|it| *it != old[name]);
        Self {
            added: missing_in(old, new),
            removed: missing_in(new, old),
            changed: old.keys().filter(|name| is_changed(name)).cloned().collect(),
        }
    }
}

/// What stands under a name; more than one value if two namespaces have it.
type Named<'a> = BTreeMap<String, Vec<&'a Value>>;

fn definitions(bundle: &Value) -> Named<'_> {
    let mut named = Named::new();
    let outer = bundle.get("definitions");
    let nested = outer.and_then(|it| it.get(NAMESPACE));
    for space in [outer, nested].into_iter().flatten().filter_map(Value::as_object) {
        for (name, definition) in space {
            // The lists of methods are told by method.
            if name != NAMESPACE && !METHOD_LISTS.contains(&name.as_str()) {
                named.entry(name.clone()).or_default().push(definition);
            }
        }
    }
    named
}

fn methods(bundle: &Value) -> Named<'_> {
    let mut named = Named::new();
    for list in METHOD_LISTS {
        let arms = bundle.pointer(&format!("/definitions/{list}/oneOf")).and_then(Value::as_array);
        for arm in arms.into_iter().flatten() {
            if let Some(method) = arm.pointer("/properties/method/enum/0").and_then(Value::as_str) {
                named.entry(method.to_owned()).or_default().push(arm);
            }
        }
    }
    named
}

/// Indented lines, to stand below a heading.
impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::default() {
            return f.write_str("  the same names and shapes, written differently");
        }
        write!(f, "  definitions: {}\n  methods: {}", self.definitions, self.methods)
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds =
            [("added", &self.added), ("removed", &self.removed), ("changed", &self.changed)];
        let parts: Vec<_> = kinds
            .into_iter()
            .filter(|(_, names)| !names.is_empty())
            .map(|(kind, names)| format!("{} {kind} {}", names.len(), first(names)))
            .collect();
        f.write_str(&if parts.is_empty() { "the same".to_owned() } else { parts.join(", ") })
    }
}

/// The first few names, in brackets.
fn first(names: &[String]) -> String {
    const SHOWN: usize = 4;
    match names.len() {
        ..=SHOWN => format!("({})", names.join(", ")),
        _ => format!("({}, …)", names[..SHOWN].join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Diff;

    fn bundle(definitions: Value, nested: Value, methods: &[(&str, &str)]) -> Value {
        let arms: Vec<_> = methods
            .iter()
            .map(|(method, params)| {
                json!({"properties": {"method": {"enum": [method]}, "params": {"$ref": params}}})
            })
            .collect();
        let mut bundle = json!({"definitions": definitions});
        bundle["definitions"]["v2"] = nested;
        bundle["definitions"]["ClientRequest"] = json!({"oneOf": arms});
        bundle
    }

    fn check(old: &Value, new: &Value, expected: &str) {
        assert_eq!(Diff::between(old, new).to_string(), expected);
    }

    #[test]
    fn names_that_come_go_and_change_are_counted_in_both_namespaces() {
        let old = bundle(json!({"A": 1, "B": 1}), json!({"C": 1}), &[]);
        let new = bundle(json!({"A": 1, "B": 2}), json!({"D": 1, "E": 1}), &[]);
        let expected =
            "  definitions: 2 added (D, E), 1 removed (C), 1 changed (B)\n  methods: the same";
        check(&old, &new, expected);
    }

    #[test]
    fn a_method_whose_params_have_another_type_has_changed() {
        let old = bundle(json!({}), json!({}), &[("turn/start", "A"), ("turn/stop", "A")]);
        let new = bundle(json!({}), json!({}), &[("turn/start", "B"), ("turn/steer", "A")]);
        let expected = "  definitions: the same\n  methods: 1 added (turn/steer), \
                        1 removed (turn/stop), 1 changed (turn/start)";
        check(&old, &new, expected);
    }

    #[test]
    fn only_the_first_names_are_shown() {
        let new = bundle(json!({"A": 1, "B": 1, "C": 1, "D": 1, "E": 1}), json!({}), &[]);
        let expected = "  definitions: 5 added (A, B, C, D, …)\n  methods: the same";
        check(&bundle(json!({}), json!({}), &[]), &new, expected);
    }

    #[test]
    fn bundles_that_differ_in_layout_only_are_said_to() {
        let same = bundle(json!({"A": 1}), json!({}), &[]);
        check(&same, &same, "  the same names and shapes, written differently");
    }
}
