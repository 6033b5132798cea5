//! Where the comparison is: what a change found here is called, which way it travels, who carries it.

use std::collections::BTreeSet;

use super::change::{Change, Kind, Semver};
use super::effect;
use crate::model::Flow;

/// A place in the protocol.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) flow: Flow,
    pub(super) methods: BTreeSet<String>,
    pub(super) experimental: bool,
    pub(super) sensitive: bool,
}

impl Place {
    /// A place inside of this one.
    pub(super) fn inner(&self, step: &str) -> Self {
        let mut inner = self.clone();
        inner.path.push_str(step);
        inner.sensitive |= super::sensitive::is_sensitive(step);
        inner
    }

    /// The same place, outside of the stable API if so.
    pub(super) fn experimental(mut self, experimental: bool) -> Self {
        self.experimental |= experimental;
        self
    }

    pub(super) fn change(&self, kind: Kind) -> Change {
        Change {
            kind,
            place: self.path.clone(),
            detail: None,
            direction: effect::direction(self.flow),
            effect: effect::effect(kind, self.flow),
            semver: effect::semver(kind, self.flow),
            experimental: self.experimental,
            sensitive: self.sensitive,
            methods: self.methods.iter().cloned().collect(),
            accepted: false,
        }
    }
}

impl Change {
    pub(super) fn detail(mut self, old: &str, new: &str) -> Self {
        self.detail = Some(format!("{old} -> {new}"));
        self
    }

    pub(super) fn only(mut self, semver: Semver) -> Self {
        self.semver = semver;
        self
    }

    pub(super) fn at_least(mut self, semver: Semver) -> Self {
        self.semver = self.semver.max(semver);
        self
    }
}
