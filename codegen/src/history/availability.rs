//! Since when, and until when, there is a method; and how to say it honestly.

use super::Release;
use crate::model::MethodKind;

/// Where a method is in the index, as places in the list of releases.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Availability {
    /// The first release that has it.
    pub(crate) introduced: usize,
    /// The first release from which on it has been stable, if it still is or was at its end.
    pub(crate) stable: Option<usize>,
    /// The first release after the last that has it.
    pub(crate) removed: Option<usize>,
}

impl Availability {
    pub(super) fn of(releases: &[Release], kind: MethodKind, method: &str) -> Option<Self> {
        let has = |release: &Release| release.has(kind, method);
        let introduced = releases.iter().position(has)?;
        let last = releases.iter().rposition(has)?;
        let lived = &releases[introduced..=last];
        let n_stable =
            lived.iter().rev().take_while(|release| release.is_stable(kind, method)).count();
        let stable = (n_stable > 0).then(|| last + 1 - n_stable);
        let removed = Some(last + 1).filter(|it| *it < releases.len());
        Some(Self { introduced, stable, removed })
    }

    /// When the method was added and made stable; `None` if it has been stable since the oldest
    /// release, or experimental since then: that there is such a method is no news.
    pub(super) fn sentence(&self, releases: &[Release]) -> Option<String> {
        let version = |at: usize| releases[at].version.as_str();
        let before = |at: usize| at.checked_sub(1).map(version);
        let added = before(self.introduced).map(|absent| {
            format!("Available since app-server {}; not in {absent}.", version(self.introduced))
        });
        let stable = self.stable.filter(|at| *at > self.introduced).and_then(|at| {
            let experimental = before(at)?;
            Some(format!("Stable since {}; experimental in {experimental}.", version(at)))
        });
        let sentences: Vec<String> = added.into_iter().chain(stable).collect();
        (!sentences.is_empty()).then(|| sentences.join(" "))
    }
}
