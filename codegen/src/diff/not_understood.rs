//! The definitions that a comparison has not understood: named, so that nobody takes the rest for all.

use std::collections::BTreeSet;

use super::Surface;

/// A definition of which no shape could be made.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct NotUnderstood {
    /// The definition.
    pub definition: String,
    /// Which side has it in such a form: `old`, `new` or `both`.
    pub side: &'static str,
    /// What is not known about it.
    pub reason: String,
    /// Every method that carries it, sorted.
    pub methods: Vec<String>,
}

pub(super) fn of(old: &Surface, new: &Surface) -> Vec<NotUnderstood> {
    let names: BTreeSet<&String> = old.opaque.keys().chain(new.opaque.keys()).collect();
    names
        .into_iter()
        .filter_map(|name| {
            let (before, after) = (old.opaque.get(name), new.opaque.get(name));
            let side = match (before, after) {
                (Some(_), Some(_)) => "both",
                (Some(_), None) => "old",
                _ => "new",
            };
            let methods: BTreeSet<&String> = old.carriers(name).chain(new.carriers(name)).collect();
            Some(NotUnderstood {
                definition: name.clone(),
                side,
                reason: after.or(before)?.reason.clone(),
                methods: methods.into_iter().cloned().collect(),
            })
        })
        .collect()
}
