//! What holds for any two releases: nothing differs from itself however it is written, and a diff
//! read backwards is the diff of the other direction.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use codex_app_codegen::diff::{Diff, Effect, Kind, Surface, diff};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::Bundles;
use crate::diff::release;
use crate::diff_rules::surface;

const RELEASES: [&str; 6] = ["0.140.0", "0.150.0", "0.160.0", "0.166.0", "0.169.0", "0.171.0"];

#[test]
fn no_release_differs_from_itself() {
    for version in RELEASES {
        let diff = diff(&release(version), &release(version));
        assert_eq!(diff.changes, [], "{version}");
        assert_eq!(diff.effect(), Effect::None);
        assert_eq!(diff.summary(), "no change");
    }
}

#[test]
fn a_real_diff_read_backwards_is_that_of_the_other_direction() {
    for pair in RELEASES.windows(2) {
        let (old, new) = (release(pair[0]), release(pair[1]));
        check_mirrored(&diff(&old, &new), &diff(&new, &old));
    }
}

fn check_mirrored(forth: &Diff, back: &Diff) {
    let seen = |diff: &Diff, mirror: bool| -> BTreeSet<(String, &'static str)> {
        let kind = |kind: Kind| if mirror { mirrored(kind) } else { told(kind) };
        diff.changes.iter().map(|it| (it.place.clone(), kind(it.kind))).collect()
    };
    assert_eq!(seen(forth, false), seen(back, true));
}

/// Whether a member that is new is required is seen in one direction only.
fn told(kind: Kind) -> &'static str {
    if kind == Kind::RequiredFieldAdded { Kind::FieldAdded.name() } else { kind.name() }
}

fn mirrored(kind: Kind) -> &'static str {
    let kind = match kind {
        Kind::MethodAdded => Kind::MethodRemoved,
        Kind::MethodRemoved => Kind::MethodAdded,
        Kind::ParamsAdded => Kind::ParamsRemoved,
        Kind::ParamsRemoved => Kind::ParamsAdded,
        Kind::FieldAdded | Kind::RequiredFieldAdded => Kind::FieldRemoved,
        Kind::FieldRemoved => Kind::FieldAdded,
        Kind::FieldBecameRequired => Kind::FieldBecameOptional,
        Kind::FieldBecameOptional => Kind::FieldBecameRequired,
        Kind::FieldBecameNullable => Kind::FieldBecameNonNull,
        Kind::FieldBecameNonNull => Kind::FieldBecameNullable,
        Kind::ValueAdded => Kind::ValueRemoved,
        Kind::ValueRemoved => Kind::ValueAdded,
        Kind::VariantAdded => Kind::VariantRemoved,
        Kind::VariantRemoved => Kind::VariantAdded,
        Kind::TypeAdded => Kind::TypeRemoved,
        Kind::TypeRemoved => Kind::TypeAdded,
        Kind::BecameStable => Kind::BecameExperimental,
        Kind::BecameExperimental => Kind::BecameStable,
        other => other,
    };
    kind.name()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn order_titles_and_descriptions_are_no_change(seed in any::<u64>()) {
        let version = RELEASES[seed as usize % RELEASES.len()];
        let bundles = Bundles::release(version);
        let rewritten = |text: &str| {
            let bundle: Value = serde_json::from_str(text).unwrap();
            let mut out = String::new();
            Writer { seed, out: &mut out }.value(&bundle, false);
            out
        };
        let (stable, experimental) = (rewritten(&bundles.stable), rewritten(&bundles.experimental));
        prop_assert_ne!(&stable, &bundles.stable);
        let shuffled = Surface::read("shuffled", &stable, &experimental).unwrap();
        prop_assert_eq!(diff(&release(version), &shuffled).changes, []);
    }
}

/// Writes a schema another way: members and lists in another order, other words.
struct Writer<'a> {
    seed: u64,
    out: &'a mut String,
}

impl Writer<'_> {
    /// A number that depends on the seed and this text alone: both bundles get the same words.
    fn number(&self, text: &str) -> u64 {
        text.bytes().fold(self.seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    }

    /// `are_names`: whether the members are named by the schema's author, not by JSON Schema.
    fn value(&mut self, value: &Value, are_names: bool) {
        match value {
            Value::Object(members) => self.object(members, are_names),
            Value::Array(elements) => {
                let mut elements: Vec<&Value> = elements.iter().collect();
                elements.sort_by_key(|it| self.number(&it.to_string()));
                self.out.push('[');
                for (index, element) in elements.into_iter().enumerate() {
                    if index > 0 {
                        self.out.push_str(", ");
                    }
                    self.value(element, false);
                }
                self.out.push(']');
            }
            other => write!(self.out, "{other}").unwrap(),
        }
    }

    fn object(&mut self, members: &Map<String, Value>, are_names: bool) {
        let mut members: Vec<_> = members.iter().collect();
        members.sort_by_key(|(name, _)| self.number(name));
        self.out.push('{');
        for (index, (name, value)) in members.into_iter().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            write!(self.out, "\n {}: ", json!(name)).unwrap();
            match (name.as_str(), value) {
                ("description", Value::String(text)) if !are_names => {
                    let words = format!("Other words {}.", self.number(text));
                    write!(self.out, "{}", json!(words)).unwrap();
                }
                ("title", Value::String(text)) if !are_names => {
                    write!(self.out, "\"Title{}\"", self.number(text)).unwrap();
                }
                _ => {
                    let inner_names =
                        !are_names && matches!(name.as_str(), "properties" | "definitions" | "v2");
                    self.value(value, inner_names);
                }
            }
        }
        self.out.push('}');
    }
}

/// Some schema of a member.
fn member() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!({ "type": "string" })),
        Just(json!({ "type": ["string", "null"] })),
        Just(json!({ "type": "integer", "format": "int64" })),
        Just(json!({ "$ref": "#/definitions/v2/Colour" })),
        Just(json!({ "$ref": "#/definitions/v2/Shade" })),
        Just(json!({ "$ref": "#/definitions/v2/Path" })),
        Just(json!(true)),
        prop::sample::subsequence(vec!["x", "y", "z"], 1..=3)
            .prop_map(|values| json!({ "enum": values, "type": "string" })),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let tagged = prop::collection::btree_map("[t-w]", inner.clone(), 1..3).prop_map(|arms| {
            let arms: Vec<Value> = arms
                .into_iter()
                .map(|(tag, member)| {
                    json!({
                        "properties": { "type": { "enum": [tag], "type": "string" }, "m": member },
                        "required": ["type"], "type": "object",
                    })
                })
                .collect();
            json!({ "oneOf": arms })
        });
        let keyed = ("[xyz]", "[k-m]", inner.clone()).prop_map(|(value, key, member)| {
            json!({ "oneOf": [
                { "enum": [value], "type": "string" },
                { "properties": { key.clone(): member }, "required": [key], "type": "object" },
            ] })
        });
        prop_oneof![
            keyed,
            inner.clone().prop_map(|it| json!({ "items": it, "type": "array" })),
            inner.clone().prop_map(|it| json!({ "additionalProperties": it, "type": "object" })),
            object_of(inner),
            tagged,
        ]
    })
}

fn object_of(member: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop::collection::btree_map("[a-d]", (member, any::<bool>()), 1..4).prop_map(|members| {
        let required: Vec<_> =
            members.iter().filter(|(_, (_, it))| *it).map(|(name, _)| name.clone()).collect();
        let properties: Map<_, _> =
            members.into_iter().map(|(name, (member, _))| (name, member)).collect();
        json!({ "type": "object", "properties": properties, "required": required })
    })
}

proptest! {
    #[test]
    fn any_diff_read_backwards_is_that_of_the_other_direction(
        old in object_of(member()),
        new in object_of(member()),
    ) {
        let (old, new) = (surface(old.clone(), old), surface(new.clone(), new));
        check_mirrored(&diff(&old, &new), &diff(&new, &old));
        prop_assert_eq!(diff(&old, &old).changes, []);
    }
}
