//! Methods that have the type of their params in common. A type in Rust says one method: of those that
//! share one, one keeps it, and each other gets a struct around it that stands for that method.
//!
//! A server notification is no such case: what is received is told apart by the message around it.

use std::collections::BTreeMap;

use crate::history::History;
use crate::model::{Method, MethodKind, Model};

/// Names the struct that stands for a method, where its params stand for another one.
pub(crate) fn name_stand_ins(model: &mut Model, history: &History) {
    let mut owners: BTreeMap<(MethodKind, String), (Claim, String)> = BTreeMap::new();
    for method in &model.methods {
        let Some(key) = key(method) else { continue };
        let claim = (claim(method, history), method.name.clone());
        let owner = owners.entry(key).or_insert_with(|| claim.clone());
        if claim < *owner {
            *owner = claim;
        }
    }
    for method in &mut model.methods {
        let owner = key(method).and_then(|it| owners.get(&it));
        if owner.is_some_and(|(_, owner)| *owner != method.name) {
            method.stand_in = Some(method.own_name());
        }
    }
}

fn key(method: &Method) -> Option<(MethodKind, String)> {
    let is_sent_for_itself = method.kind != MethodKind::ServerNotification;
    Some((method.kind, method.params.clone().filter(|_| is_sent_for_itself)?))
}

/// What counts first is less. The name and the age do not change with a later release: a type that
/// became another method's would still compile, and send something else.
type Claim = (bool, Option<usize>, bool);

fn claim(method: &Method, history: &History) -> Claim {
    let is_named_otherwise = method.params.as_ref() != Some(&method.own_name());
    (is_named_otherwise, history.introduced(method.kind, &method.name), method.experimental)
}
