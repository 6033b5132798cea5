//! What changes from one release of the protocol to another, and for whom.
//!
//! Compares shapes, never schema text: order, titles and descriptions are gone before anything is
//! compared, and so are constraints that the server does not keep to (`default`, `minLength`, …).
//! Decides nothing about files or versions of crates.

mod accepted;
mod change;
mod definitions;
mod effect;
mod json;
mod markdown;
mod methods;
mod not_understood;
mod parts;
mod place;
mod sensitive;
mod surface;
mod text;

use std::collections::BTreeSet;

pub use self::accepted::Accepted;
pub use self::change::{Change, Direction, Effect, Kind, Semver};
pub use self::not_understood::NotUnderstood;
pub use self::surface::Surface;

/// The changes between two releases.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Diff {
    /// What the older side is called.
    pub old: String,
    /// What the newer side is called.
    pub new: String,
    /// Every change: breaking ones first, then by place.
    pub changes: Vec<Change>,
    /// The definitions that were not compared part by part, by name.
    pub not_understood: Vec<NotUnderstood>,
}

/// Compares two releases.
pub fn diff(old: &Surface, new: &Surface) -> Diff {
    compare(old, new, &Scope::All)
}

/// Compares what these methods carry, directly or through references, as far as they carry it: what
/// they only bring back counts as read, whoever else sends it.
pub fn diff_of(old: &Surface, new: &Surface, methods: &BTreeSet<String>) -> Diff {
    compare(old, new, &Scope::Methods(methods))
}

fn compare(old: &Surface, new: &Surface, scope: &Scope<'_>) -> Diff {
    let mut changes = methods::compare(old, new);
    changes.extend(definitions::compare(old, new, scope));
    changes.retain(|it| scope.has_one_of(&it.methods));
    let mut not_understood = not_understood::of(old, new);
    not_understood.retain(|it| scope.has_one_of(&it.methods));
    let mut diff = Diff { old: old.name.clone(), new: new.name.clone(), changes, not_understood };
    diff.sort();
    diff
}

/// The methods that are of interest.
enum Scope<'a> {
    All,
    Methods(&'a BTreeSet<String>),
}

impl Scope<'_> {
    /// Whether one of these methods is; if all are, what no method carries is of interest too.
    fn has_one_of<'a>(&self, methods: impl IntoIterator<Item = &'a String>) -> bool {
        match self {
            Self::All => true,
            Self::Methods(wanted) => methods.into_iter().any(|it| wanted.contains(it)),
        }
    }
}

impl Diff {
    /// The worst that happens to a message.
    pub fn effect(&self) -> Effect {
        self.changes.iter().map(|change| change.effect).max().unwrap_or(Effect::None)
    }

    /// What the protocol crate needs when it is generated from the newer side.
    pub fn semver(&self) -> Semver {
        self.changes.iter().map(|change| change.semver).max().unwrap_or(Semver::None)
    }

    /// How many changes have this effect.
    pub fn count(&self, effect: Effect) -> usize {
        self.changes.iter().filter(|change| change.effect == effect).count()
    }

    fn sort(&mut self) {
        self.changes.sort_by(|left, right| {
            let key = |it: &Change| (std::cmp::Reverse(it.effect), !it.sensitive, it.experimental);
            key(left)
                .cmp(&key(right))
                .then_with(|| (&left.place, left.kind).cmp(&(&right.place, right.kind)))
                .then_with(|| left.detail.cmp(&right.detail))
        });
        self.changes.dedup();
    }
}
