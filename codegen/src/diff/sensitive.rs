//! Which changes a person has to read: those of approvals, permissions, sandboxes and decisions.

use std::collections::BTreeSet;

use super::Surface;
use crate::shape::Type;

/// What the names of such methods, definitions and members contain.
const WORDS: [&str; 4] = ["approval", "decision", "permission", "sandbox"];

/// Whether a name says so itself.
pub(super) fn is_sensitive(name: &str) -> bool {
    let name = name.to_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

/// The definitions whose names say so, and all that they are made of.
pub(super) fn definitions(surface: &Surface) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> =
        surface.shapes.keys().map(String::as_str).filter(|name| is_sensitive(name)).collect();
    while let Some(name) = open.pop() {
        if found.insert(name.to_owned()) {
            let targets = surface.definition(name).map(|it| it.shape.types()).unwrap_or_default();
            open.extend(targets.into_iter().filter_map(Type::named));
        }
    }
    found
}
