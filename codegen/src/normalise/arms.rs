//! How the arms of a union are told apart, and what they are called.

use serde_json::Value;

use super::read::strings;
use crate::names;

/// An arm of a union whose objects have one telling key.
pub(super) enum KeyedArm<'a> {
    Strings(&'a Value),
    Key(&'a Value, &'a str, &'a Value),
}

pub(super) fn keyed_arm(arm: &Value) -> Option<KeyedArm<'_>> {
    if arm.get("enum").is_some() {
        return Some(KeyedArm::Strings(arm));
    }
    let properties = arm.get("properties")?.as_object()?;
    let (key, inner) = properties.iter().next()?;
    let required = strings(arm.get("required")).any(|name| name == key);
    (properties.len() == 1 && required).then_some(KeyedArm::Key(arm, key, inner))
}

/// The required one-value member that all arms have, each with a value of its own.
pub(super) fn common_tag(arms: &[Value]) -> Option<String> {
    let candidates = arms.first()?.get("properties")?.as_object()?;
    let is_tag = |name: &&String| {
        let values: Option<Vec<&str>> = arms.iter().map(|arm| tag_value(arm, name)).collect();
        values.is_some_and(|mut values| {
            let arms = values.len();
            values.sort_unstable();
            values.dedup();
            values.len() == arms
        })
    };
    candidates.keys().find(is_tag).cloned()
}

fn tag_value<'a>(arm: &'a Value, name: &str) -> Option<&'a str> {
    let required = strings(arm.get("required")).any(|required| required == name);
    match arm.get("properties")?.get(name)?.get("enum")?.as_array()?.as_slice() {
        [Value::String(value)] if required => Some(value),
        _ => None,
    }
}

/// Names for the arms of an untagged union: the part of a definition's name that is its own, the
/// first member that only this arm requires, or the JSON type.
pub(super) fn untagged_names(arms: &[Value]) -> Option<Vec<String>> {
    let references: Vec<Option<&str>> =
        arms.iter().map(|arm| arm.get("$ref").and_then(Value::as_str)).collect();
    let known: Vec<&str> = references.iter().copied().flatten().collect();
    arms.iter()
        .zip(&references)
        .map(|(arm, reference)| match reference {
            Some(name) => Some(own_part(name, &known)),
            None if arm.get("properties").is_some() => distinct_member(arm, arms),
            None => arm.get("type").and_then(Value::as_str).map(|kind| match kind {
                "array" => "List".to_owned(),
                kind => names::pascal(kind),
            }),
        })
        .collect()
}

fn distinct_member(arm: &Value, arms: &[Value]) -> Option<String> {
    let elsewhere = |name: &str| {
        arms.iter()
            .filter(|other| *other != arm)
            .any(|other| strings(other.get("required")).any(|it| it == name))
    };
    strings(arm.get("required")).find(|name| !elsewhere(name)).map(names::pascal)
}

/// `McpElicitationSingleSelectEnumSchema` among its siblings to `SingleSelect`.
fn own_part(name: &str, siblings: &[&str]) -> String {
    let split: Vec<Vec<&str>> = siblings.iter().map(|it| words(it)).collect();
    let own = words(name);
    let shared = |at: &dyn Fn(&Vec<&str>, usize) -> Option<String>| {
        let mut count = 0;
        while let Some(word) = at(&own, count)
            && split.iter().all(|other| at(other, count).as_ref() == Some(&word))
        {
            count += 1;
        }
        count
    };
    let front = shared(&|words, index| words.get(index).map(|it| (*it).to_owned()));
    let back = shared(&|words, index| {
        words.len().checked_sub(index + 1).and_then(|at| words.get(at)).map(|it| (*it).to_owned())
    });
    if siblings.len() < 2 || front + back >= own.len() {
        return name.to_owned();
    }
    own[front..own.len() - back].concat()
}

/// `AgentMessage` to `["Agent", "Message"]`.
fn words(name: &str) -> Vec<&str> {
    let mut starts: Vec<usize> =
        name.char_indices().filter(|(_, it)| it.is_uppercase()).map(|(at, _)| at).collect();
    starts.push(name.len());
    starts.windows(2).map(|pair| &name[pair[0]..pair[1]]).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tagged(value: &str) -> Value {
        json!({ "properties": { "type": { "enum": [value] } }, "required": ["type"] })
    }

    #[test]
    fn a_tag_is_required_everywhere_and_different_in_each_arm() {
        assert_eq!(common_tag(&[tagged("a"), tagged("b")]).as_deref(), Some("type"));
        assert_eq!(common_tag(&[tagged("a"), tagged("a")]), None);
        let optional = json!({ "properties": { "type": { "enum": ["b"] } } });
        assert_eq!(common_tag(&[tagged("a"), optional]), None);
    }

    #[test]
    fn untagged_arms_are_named_after_what_is_their_own() {
        let reference = |name: &str| json!({ "$ref": name });
        let names =
            untagged_names(&[reference("McpSingleEnumSchema"), reference("McpMultiEnumSchema")]);
        assert_eq!(names.unwrap(), ["Single", "Multi"]);
        let names = untagged_names(&[json!({ "type": "string" }), reference("Anchor")]);
        assert_eq!(names.unwrap(), ["String", "Anchor"]);
        let object = |name: &str| json!({ "properties": {}, "required": ["uri", name] });
        assert_eq!(untagged_names(&[object("text"), object("blob")]).unwrap(), ["Text", "Blob"]);
    }
}
