//! Schemas that are not quite what the server prints: the generator says what is wrong with them, or
//! writes Rust, and does not panic.

use codex_app_codegen::{Error, Input, check, generate};
use serde_json::{Map, Value, json};

use crate::slices::Slice;

/// The first two bytes choose a part of the pinned schema; the others change it.
///
/// Returns whether code came of it.
pub fn generator(data: &[u8], slices: &[Slice], depth: Depth) -> bool {
    let Some((choice, changes)) = data.split_first_chunk() else { return false };
    let slice = usize::from(u16::from_le_bytes(*choice)) % slices.len();
    changed(changes, slices[slice].clone(), depth)
}

/// How much of the generator runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Depth {
    /// All of it: from text to text.
    Whole,
    /// All but reading the text and the layout; what is emitted is parsed. One in sixteen is whole.
    Parsed,
}

/// A change of one place: two bytes for the place, one that says how, two for another place.
pub const CHANGE: usize = 5;

/// More changes than this are mostly refused.
const MOST_CHANGES: usize = 2;

/// Each five bytes change one place of a schema: which, and how.
///
/// Returns whether code came of it.
pub fn changed(changes: &[u8], mut bundles: Slice, depth: Depth) -> bool {
    for change in changes.chunks_exact(CHANGE).take(MOST_CHANGES) {
        let [place, other] = [[change[0], change[1]], [change[3], change[4]]]
            .map(|it| usize::from(u16::from_le_bytes(it)));
        change_both(&mut bundles, place, change[2], other);
    }
    let sum = changes.iter().fold(0_u8, |sum, it| sum.wrapping_add(*it));
    let [stable, experimental] = bundles;
    let result = if depth == Depth::Whole || sum.is_multiple_of(16) {
        let [stable, experimental] = [stable.to_string(), experimental.to_string()];
        let (stable, experimental) = (stable.as_str(), experimental.as_str());
        let input = Input { server_version: "0.0.0", stable, experimental, history: &[] };
        generate(&input).map(|_| ())
    } else {
        check(stable, experimental, "0.0.0")
    };
    match result {
        Ok(()) => true,
        // These are not about the schema.
        Err(error @ (Error::Unparsable { .. } | Error::Typify { .. } | Error::Json { .. })) => {
            panic!("{error}")
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            false
        }
    }
}

/// Changes a place of both bundles, or of one of them. Mostly it is one where a schema stands.
fn change_both(bundles: &mut Slice, place: usize, how: u8, other: usize) {
    let (how, which) = (how % N_CHANGES, how / N_CHANGES);
    let mut paths = Vec::new();
    if which >= 14 {
        places(&bundles[1], &mut Vec::new(), &mut paths);
    } else {
        let definitions = &bundles[1]["definitions"]["v2"];
        let at = vec![Step::Member("definitions"), Step::Member("v2")];
        for (name, definition) in definitions.as_object().into_iter().flatten() {
            let mut path = at.clone();
            path.push(Step::Member(name));
            schemas(definition, &mut path, &mut paths);
        }
    }
    let Some(path) = paths.get(place % paths.len().max(1)) else { return };
    let copied = at(&bundles[1], &paths[other % paths.len()]).cloned().unwrap_or_default();
    let path: Vec<OwnedStep> = path.iter().map(|it| it.into_owned()).collect();
    let is_changed = match which {
        12 => [false, true],
        13 => [true, false],
        _ => [true, true],
    };
    for bundle in bundles.iter_mut().zip(is_changed).filter(|it| it.1).map(|it| it.0) {
        change(bundle, &path, how, other, &copied);
    }
}

/// How many kinds of change there are.
const N_CHANGES: u8 = 16;

/// Names and values that have been trouble somewhere, or may be.
const WORDS: [&str; 24] = [
    "",
    "_",
    "1a",
    "Turn",
    "a b",
    "additional",
    "boolean",
    "default",
    "fn",
    "fooBar",
    "foo_bar",
    "id",
    "integer",
    "item/completed",
    "new",
    "null",
    "nulls",
    "object",
    "path",
    "self",
    "string",
    "threadId",
    "unknown",
    "Ünï-1",
];

fn change(bundle: &mut Value, path: &[OwnedStep], how: u8, choice: usize, copied: &Value) {
    let word = WORDS[choice % WORDS.len()];
    // Without a definition, or with its name changed, little is left to show.
    let is_definition = matches!(path, [_, OwnedStep::Member(outer), _] if outer == "v2");
    let how = if is_definition && how < 3 && !choice.is_multiple_of(8) { 3 } else { how };
    let Some((last, parent)) = path.split_last() else { return };
    let Some(parent) = at_mut(bundle, parent) else { return };
    match (how, &mut *parent, last) {
        // What is there goes, or goes under another name, or is there twice.
        (0, Value::Object(members), OwnedStep::Member(name)) => drop(members.remove(name)),
        (0, Value::Array(values), OwnedStep::Element(index)) if *index < values.len() => {
            values.remove(*index);
        }
        (1, Value::Object(members), OwnedStep::Member(name)) => {
            if let Some(value) = members.remove(name) {
                members.insert(word.to_owned(), value);
            }
        }
        (2, Value::Object(members), OwnedStep::Member(name)) => {
            if let Some(value) = members.get(name).cloned() {
                members.insert(word.to_owned(), value);
            }
        }
        (2, Value::Array(values), OwnedStep::Element(index)) if *index < values.len() => {
            values.push(values[*index].clone());
        }
        _ => {
            let Some(value) = at_mut(parent, std::slice::from_ref(last)) else { return };
            let old = value.take();
            *value = replaced(how, choice, old, word, copied);
        }
    }
}

fn replaced(how: u8, choice: usize, old: Value, word: &str, copied: &Value) -> Value {
    match how {
        3 => copied.clone(),
        4 => json!({"anyOf": [old, {"type": "null"}]}),
        5 => json!({"type": "array", "items": old}),
        6 => json!({"type": "object", "additionalProperties": old}),
        7 => json!({"oneOf": [old]}),
        8 => json!({"anyOf": [old, copied]}),
        9 => json!({"type": "object", "properties": {word: old}, "required": [word]}),
        10 => json!({"type": "object", "properties": {word: copied, "x": old}}),
        11 => json!({"type": "string", "enum": [word, "b"]}),
        12 => json!({"type": "integer", "format": FORMATS[choice % FORMATS.len()]}),
        13 => json!({"type": TYPES[choice % TYPES.len()]}),
        14 => json!({"oneOf": [{"type": "string", "enum": ["a"]}, {
            "type": "object", "properties": {word: old}, "required": [word],
        }]}),
        _ => match choice % 16 {
            0 => Value::Null,
            1 => Value::Bool(true),
            2 => Value::from(-1),
            3 => Value::Array(Vec::new()),
            4 => Value::Object(Map::new()),
            5 => json!({"$ref": "#/definitions/NoSuch"}),
            6 => json!(["string", "null", "object"]),
            7 => json!([old, word]),
            8 => Value::Bool(false),
            9..12 => Value::from(word),
            _ => json!({"type": "object", "title": word}),
        },
    }
}

const TYPES: [&str; 5] = ["string", "boolean", "number", "object", "array"];

/// Formats of integers; the last one is not known.
const FORMATS: [&str; 7] = ["uint", "uint8", "uint32", "uint64", "int32", "int64", "int128"];

/// A step from a value to one in it.
#[derive(Clone, Copy)]
enum Step<'a> {
    Member(&'a str),
    Element(usize),
}

/// The same, of a value that is going to be changed.
enum OwnedStep {
    Member(String),
    Element(usize),
}

impl Step<'_> {
    fn into_owned(self) -> OwnedStep {
        match self {
            Self::Member(name) => OwnedStep::Member(name.to_owned()),
            Self::Element(index) => OwnedStep::Element(index),
        }
    }
}

/// Where anything stands.
fn places<'a>(value: &'a Value, path: &mut Vec<Step<'a>>, found: &mut Vec<Vec<Step<'a>>>) {
    found.push(path.clone());
    for (step, value) in inner(value) {
        path.push(step);
        places(value, path, found);
        path.pop();
    }
}

/// Where a schema stands in a schema.
fn schemas<'a>(schema: &'a Value, path: &mut Vec<Step<'a>>, found: &mut Vec<Vec<Step<'a>>>) {
    found.push(path.clone());
    for (step, value) in inner(schema) {
        let Step::Member(keyword) = step else { continue };
        path.push(step);
        match keyword {
            "items" | "additionalProperties" => schemas(value, path, found),
            "properties" | "oneOf" | "anyOf" | "allOf" => {
                for (step, value) in inner(value) {
                    path.push(step);
                    schemas(value, path, found);
                    path.pop();
                }
            }
            _ => {}
        }
        path.pop();
    }
}

fn inner(value: &Value) -> Vec<(Step<'_>, &Value)> {
    match value {
        Value::Array(values) => {
            values.iter().enumerate().map(|(index, it)| (Step::Element(index), it)).collect()
        }
        Value::Object(members) => {
            members.iter().map(|(name, it)| (Step::Member(name), it)).collect()
        }
        _ => Vec::new(),
    }
}

fn at<'a>(value: &'a Value, path: &[Step<'_>]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Member(name) => value.get(name),
        Step::Element(index) => value.get(index),
    })
}

fn at_mut<'a>(value: &'a mut Value, path: &[OwnedStep]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |value, step| match step {
        OwnedStep::Member(name) => value.get_mut(name),
        OwnedStep::Element(index) => value.get_mut(*index),
    })
}
