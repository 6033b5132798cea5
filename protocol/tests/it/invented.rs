//! Something new in every place where the server might say something new: names in enums, arms in
//! unions, elements in lists, and values of another sort in all the rest. The message decodes, what
//! is new is kept to the letter, and what is around it is as it was.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::failures::Failures;
use crate::sample::{Content, Node, pointer, samples};
use crate::schema::EXPERIMENTAL;
use crate::shape::Style;
use crate::site::{Site, visit};
use crate::subject::{Outcome, Subject, received};

/// Stands where the invented text will be.
const PLACEHOLDER: &str = "@invented@";
/// A member that no schema has.
const MARK: &str = "newer than the schema";
/// Texts that come out differently when they are parsed and printed.
const NAME: &str = r#""inv\u0065nted\/name""#;
const OBJECT: &str = r#"{"b" : 1.50, "a":"\u0061", "b": [ ]}"#;
const NUMBER: &str = "15.0e-1";

/// What is unknown then.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Unknown {
    /// A union without tags may find that another arm fits, and this one or others are unknown.
    AnyNumber,
    /// No enum or union is around it: the message.
    Message,
    /// The nearest enum or union, and nothing else.
    One,
}

/// An arm that is new, with the tag not in front.
fn tagged(tag: &str) -> String {
    format!(r#"{{"b" : 1.50, "{tag}":{NAME}, "b":[ ]}}"#)
}

/// What can stand in the place of a node and is none of what the schema says.
fn inventions(node: &Node) -> Vec<String> {
    let texts = match (&node.content, node.arm) {
        (Content::Any, _) => vec![],
        (_, Some(Style::Tagged(tag))) => {
            let known = format!(r#"{{"{tag}": 1.50}}"#);
            return vec![tagged(tag), known, OBJECT.into(), NAME.into(), NUMBER.into()];
        }
        (_, Some(Style::Keyed)) => {
            let key = format!(r#"{{{NAME}: {OBJECT}}}"#);
            return vec![key, NAME.into(), OBJECT.into(), "{}".into(), NUMBER.into()];
        }
        (_, Some(Style::Untagged)) => vec![OBJECT, NUMBER, "{ }"],
        (Content::Name(_), None) => vec![NAME, OBJECT, NUMBER],
        (Content::Object(object, _), None) if object.members.is_empty() => vec![],
        (Content::Object(..) | Content::Map(_), None) => vec![NAME, NUMBER, "[1.50]"],
        (
            Content::Bool
            | Content::Integer(_)
            | Content::List(_)
            | Content::Number
            | Content::Value(_),
            None,
        ) => {
            vec![OBJECT, NAME]
        }
        (Content::Id | Content::Text, None) => vec![OBJECT, NUMBER],
    };
    texts.into_iter().map(str::to_owned).collect()
}

fn unknown(site: &Site<'_>) -> Unknown {
    if site.is_in_untagged() || site.node.arm == Some(Style::Untagged) {
        Unknown::AnyNumber
    } else if site.nearest_open().is_some() {
        Unknown::One
    } else {
        Unknown::Message
    }
}

/// A message in which something is new.
struct Changed {
    /// As it is sent.
    text: String,
    /// The invented part of it.
    invented: String,
    /// As it must come back, if it is known at all.
    expected: Value,
    unknown: Unknown,
}

impl Changed {
    /// Puts something new in one place. The objects around what is unknown then get a member that
    /// no schema has: what is known comes back without it, what is unknown with it.
    fn new(sample: &Node, site: &Site<'_>, invented: String) -> Self {
        let unknown = unknown(site);
        let (mut message, keys) = sample.around(site.path);
        *message.pointer_mut(&pointer(&keys)).unwrap() = json!(PLACEHOLDER);
        let with_invented =
            |message: &Value| message.to_string().replace(&format!("\"{PLACEHOLDER}\""), &invented);
        let expected = parse(&with_invented(&message));
        let n_known = match unknown {
            Unknown::One => site.nearest_open().unwrap_or_default(),
            Unknown::AnyNumber | Unknown::Message => 0,
        };
        for (depth, ancestor) in site.ancestors[..n_known].iter().enumerate() {
            if let Content::Object(object, _) = &ancestor.content
                && !object.is_open
                && ancestor.arm != Some(Style::Keyed)
            {
                message.pointer_mut(&pointer(&keys[..depth])).unwrap()[MARK] = json!({"m": [1]});
            }
        }
        Self { text: with_invented(&message), invented, expected, unknown }
    }

    /// Decodes the message; tells what is wrong with what comes back.
    fn check(&self, subject: &Subject) -> Option<String> {
        let Self { text, invented, expected, unknown } = self;
        match (unknown, subject.decode(text)) {
            (Unknown::Message, Outcome::Unknown(method, params)) => {
                let is_kept =
                    subject.channel.method() == Some(&method) && params.as_ref() == Some(text);
                (!is_kept).then(|| format!("{text} became {params:?}"))
            }
            (Unknown::Message, Outcome::Refused(error)) => {
                error.is_syntax().then(|| format!("{error} in {text}"))
            }
            (Unknown::Message, Outcome::Decoded(_)) => Some(format!("known: {text}")),
            (_, Outcome::Decoded(it)) => {
                let is_one = it.n_unknown == 1 || *unknown == Unknown::AnyNumber;
                let is_kept = parse(&it.json) == *expected && it.json.contains(invented);
                (!is_one || !is_kept)
                    .then(|| format!("{text} became {} ({} unknown)", it.json, it.n_unknown))
            }
            (_, Outcome::Unknown(..)) => Some(format!("the whole message is unknown: {text}")),
            (_, Outcome::Refused(error)) => Some(format!("refused: {error}: {text}")),
        }
    }
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn whatever_is_new_is_kept_and_costs_nothing_else() {
    let mut failures = Failures::default();
    let (mut n_sites, mut n_open, mut n_changes) = (0, 0, 0);
    for subject in received() {
        let mut seen = BTreeSet::new();
        for sample in samples(&subject) {
            visit(&sample, &mut seen, &mut |site| {
                let inventions = inventions(site.node);
                n_sites += usize::from(!inventions.is_empty());
                n_open += usize::from(!inventions.is_empty() && site.nearest_open().is_some());
                for invented in inventions {
                    n_changes += 1;
                    let changed = Changed::new(&sample, site, invented);
                    if let Some(failure) = changed.check(&subject) {
                        let name = format!("{} {}", subject.name, site.route);
                        let Changed { unknown, invented, .. } = changed;
                        failures.add(&name, format!("{unknown:?}: {invented}: {failure}"));
                    }
                }
            });
        }
    }
    println!("{n_sites} places, {n_open} in enums and unions, {n_changes} changes");
    println!("experimental: {EXPERIMENTAL}");
    failures.report();
    assert!(n_open > 5000, "{n_open} places");
}

/// An object of a keyed union has one member. With a second it is something else.
#[test]
fn an_arm_with_one_key_is_unknown_with_two() {
    let mut failures = Failures::default();
    let mut n_arms = 0;
    for subject in received() {
        let mut seen = BTreeSet::new();
        for sample in samples(&subject) {
            visit(&sample, &mut seen, &mut |site| {
                if site.arm_of() != Some(Style::Keyed) {
                    return;
                }
                n_arms += 1;
                let (mut message, keys) = sample.around(site.path);
                let arm = message.pointer_mut(&pointer(&keys[..keys.len() - 1])).unwrap();
                arm[MARK] = json!(1);
                let text = message.to_string();
                match subject.decode(&text) {
                    Outcome::Decoded(it) if it.n_unknown == 1 && parse(&it.json) == message => {}
                    _ => failures.add(&subject.name, format!("not kept: {text}")),
                }
            });
        }
    }
    println!("{n_arms} arms");
    failures.report();
    assert!(n_arms > 100, "{n_arms} arms");
}
