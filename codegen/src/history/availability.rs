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

    /// A sentence that begins in lower case.
    pub(super) fn sentence(&self, releases: &[Release]) -> String {
        let version = |at: usize| releases[at].version.as_str();
        let since = |at: usize| match at.checked_sub(1) {
            None => format!("in app-server {} or earlier", version(at)),
            Some(before) => {
                format!("after app-server {}, in {} at the latest", version(before), version(at))
            }
        };
        let introduced = match self.introduced {
            0 => since(0),
            at => format!("introduced {}", since(at)),
        };
        match self.stable {
            None => format!("{introduced}; experimental."),
            Some(at) if at > self.introduced => {
                format!("{introduced}; made stable {}.", since(at))
            }
            Some(_) => format!("{introduced}."),
        }
    }
}
