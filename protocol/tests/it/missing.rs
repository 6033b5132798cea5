//! Members that the server leaves out, or sends as null. Older servers leave out what the schema
//! requires: the message decodes all the same, and nothing is made up. Only without an identity is
//! it unknown.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::failures::Failures;
use crate::sample::{Content, pointer, samples};
use crate::schema::EXPERIMENTAL;
use crate::shape::{Object, Style};
use crate::site::{Site, visit};
use crate::subject::{Outcome, Subject, received, sent};

/// What is done to a member.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Change {
    LeaveOut,
    Null,
}

/// How much a member matters.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Weight {
    /// The message stays what it is.
    Detail,
    /// The nearest union does not know its arm any more.
    Arm,
    /// A union without tags finds an arm, or not.
    MaybeArm,
    /// Without it, nobody knows what the message is about.
    Identity,
}

impl Change {
    fn apply(self, object: &mut Map<String, Value>, name: &str) {
        match self {
            Self::LeaveOut => object.remove(name),
            Self::Null => object.insert(name.to_owned(), Value::Null),
        };
    }
}

/// Whether a member says which thread, turn, item or request a message is about.
fn is_identity(object: &Object, name: &str, content: &Content) -> bool {
    let is_carrier = match content {
        Content::Object(object, _) => {
            [("item", "ThreadItem"), ("thread", "Thread"), ("turn", "Turn")]
                .contains(&(name, object.owner))
        }
        _ => false,
    };
    let is_own_id = name == "id" && ["Thread", "ThreadItem", "Turn"].contains(&object.owner);
    is_carrier || is_own_id || ["itemId", "requestId", "threadId", "turnId"].contains(&name)
}

fn weight(site: &Site<'_>, object: &Object, name: &str, change: Change) -> Weight {
    let is_required = object.required.contains(name) && !site.node.nullable;
    // Any JSON is an item, if an unknown one.
    let is_null_arm = change == Change::Null && site.node.arm.is_some();
    let is_in_union = site.ancestors.iter().any(|it| it.arm.is_some());
    if site.is_in_untagged() {
        Weight::MaybeArm
    } else if site.arm_of() == Some(Style::Keyed) || site.is_tag() {
        Weight::Arm
    } else if !is_required || !is_identity(object, name, &site.node.content) {
        Weight::Detail
    } else if is_null_arm || is_in_union {
        Weight::Arm
    } else {
        Weight::Identity
    }
}

/// Decodes a message from which something was taken; tells what is wrong with what comes back.
fn check(subject: &Subject, weight: Weight, message: &Value) -> Option<String> {
    let text = message.to_string();
    match (weight, subject.decode(&text)) {
        (Weight::Identity, Outcome::Unknown(_, params)) => {
            (params.as_ref() != Some(&text)).then(|| format!("{text} became {params:?}"))
        }
        (Weight::Identity, Outcome::Refused(error)) => {
            error.is_syntax().then(|| format!("{error} in {text}"))
        }
        (Weight::Identity, Outcome::Decoded(_)) => Some(format!("known: {text}")),
        (_, Outcome::Decoded(it)) => {
            let n_expected = match weight {
                Weight::MaybeArm => it.n_unknown,
                weight => u32::from(weight == Weight::Arm),
            };
            let encoded: Value = serde_json::from_str(&it.json).unwrap();
            let is_kept = it.n_unknown == n_expected && encoded == *message;
            (!is_kept).then(|| format!("{text} became {} ({} unknown)", it.json, it.n_unknown))
        }
        (_, Outcome::Unknown(..)) => Some(format!("the message is unknown: {text}")),
        (_, Outcome::Refused(error)) => Some(format!("refused: {error}: {text}")),
    }
}

/// Changes every member of every message.
fn check_all(change: Change) {
    let mut failures = Failures::default();
    let (mut n_members, mut n_identities) = (0, 0);
    for subject in received() {
        let mut seen = BTreeSet::new();
        for sample in samples(&subject) {
            visit(&sample, &mut seen, &mut |site| {
                let Some((parent, name)) = site.member_of() else { return };
                let (mut message, keys) = sample.around(site.path);
                let object = message.pointer_mut(&pointer(&keys[..keys.len() - 1]));
                let object = object.and_then(Value::as_object_mut);
                change.apply(object.unwrap(), name);
                let weight = weight(site, parent, name, change);
                n_members += 1;
                n_identities += usize::from(weight == Weight::Identity);
                if let Some(failure) = check(&subject, weight, &message) {
                    let name = format!("{} {}", subject.name, site.route);
                    failures.add(&name, format!("{weight:?}: {failure}"));
                }
            });
        }
    }
    println!("{n_members} members, {n_identities} identities, experimental: {EXPERIMENTAL}");
    failures.report();
}

#[test]
fn what_is_left_out_stays_out() {
    check_all(Change::LeaveOut);
}

#[test]
fn null_stays_null() {
    check_all(Change::Null);
}

/// Elements and values of lists and maps too: null has a meaning of its own there.
#[test]
fn what_a_client_may_send_as_null_can_be_sent() {
    let mut failures = Failures::default();
    let mut n_places = 0;
    for subject in sent() {
        let mut seen = BTreeSet::new();
        for sample in samples(&subject) {
            visit(&sample, &mut seen, &mut |site| {
                if !site.node.nullable || site.path.is_empty() {
                    return;
                }
                let (mut message, keys) = sample.around(site.path);
                *message.pointer_mut(&pointer(&keys)).unwrap() = Value::Null;
                n_places += 1;
                if let Some(failure) = check(&subject, Weight::Detail, &message) {
                    failures.add(&format!("{} {}", subject.name, site.route), failure);
                }
            });
        }
    }
    println!("{n_places} places, experimental: {EXPERIMENTAL}");
    failures.report();
    assert!(n_places > 100, "{n_places} places");
}
