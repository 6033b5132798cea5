//! Which releases of the app-server have a method.
//!
//! The index contains some releases, and says nothing about the releases between two of them. It has
//! methods, not their members.

use crate::generated::{HISTORY, HISTORY_RELEASES};
use crate::method::Direction;

/// Which app-server releases have a method.
///
/// The history compares the releases in [`HISTORY_RELEASES`], which are some of all releases.
///
/// # Examples
///
/// A hint for a user whose server does not know a method:
///
/// ```
/// use codex_app_protocol::method_history;
///
/// let hint = match method_history("thread/start") {
///     None => "no known release has it".to_owned(),
///     Some(it) => match (it.removed_in, it.absent_in()) {
///         (Some(release), _) => format!("removed in {release}"),
///         (None, Some(older)) => format!("in {}, but not in {older}", it.introduced_in),
///         (None, None) => format!("in {} or earlier", it.introduced_in),
///     },
/// };
/// assert!(hint.ends_with("or earlier"));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct MethodHistory {
    /// The method's name on the wire.
    pub name: &'static str,
    /// Who sends it, and whether it has a response.
    pub direction: Direction,
    /// The first of [`HISTORY_RELEASES`] that has the method. The release that introduced it can be
    /// older: it is between [`absent_in`](Self::absent_in) and this one.
    pub introduced_in: &'static str,
    /// The first of [`HISTORY_RELEASES`] since which the method has been stable. `None` if it
    /// never was stable, or is experimental again.
    pub stable_since: Option<&'static str>,
    /// The first of [`HISTORY_RELEASES`] that no longer has the method. `None` if the newest one has
    /// it.
    pub removed_in: Option<&'static str>,
}

impl MethodHistory {
    /// Returns the newest of [`HISTORY_RELEASES`] before [`introduced_in`](Self::introduced_in), which
    /// does not have the method. `None` if the oldest one has it.
    pub fn absent_in(&self) -> Option<&'static str> {
        let at = HISTORY_RELEASES.iter().position(|release| *release == self.introduced_in)?;
        HISTORY_RELEASES.get(at.checked_sub(1)?).copied()
    }
}

/// Returns which releases have a method. `None` if none of [`HISTORY_RELEASES`] has it.
pub fn method_history(method: &str) -> Option<&'static MethodHistory> {
    let at = HISTORY.binary_search_by(|it| it.name.cmp(method)).ok()?;
    HISTORY.get(at)
}

/// Returns the first of [`HISTORY_RELEASES`] that has a method. `None` if none has it.
///
/// The release that introduced it can be older: see [`MethodHistory::absent_in`].
pub fn introduced_in(method: &str) -> Option<&'static str> {
    method_history(method).map(|it| it.introduced_in)
}

/// Returns the first of [`HISTORY_RELEASES`] that no longer has a method. `None` if the newest one has
/// it, or if none has it.
pub fn removed_in(method: &str) -> Option<&'static str> {
    method_history(method)?.removed_in
}

/// A row of the generated table.
#[allow(dead_code, reason = "the table is empty where there is no index")]
pub(crate) const fn row(
    name: &'static str,
    direction: Direction,
    introduced_in: &'static str,
    stable_since: Option<&'static str>,
    removed_in: Option<&'static str>,
) -> MethodHistory {
    MethodHistory { name, direction, introduced_in, stable_since, removed_in }
}

#[cfg(test)]
mod tests {
    use super::{introduced_in, method_history, removed_in};
    use crate::generated::{HISTORY, HISTORY_RELEASES, METHODS, SCHEMA_VERSION};

    #[test]
    fn every_method_of_the_crate_has_a_history_that_has_not_ended() {
        for method in METHODS {
            let history = method_history(method.name).unwrap();
            assert_eq!(history.direction, method.direction, "{}", method.name);
            assert_eq!(history.removed_in, None, "{}", method.name);
            assert_eq!(history.stable_since.is_none(), method.experimental, "{}", method.name);
        }
        assert_eq!(HISTORY_RELEASES.last(), Some(&SCHEMA_VERSION));
    }

    #[test]
    fn a_method_that_is_gone_says_since_when() {
        let gone: Vec<_> = HISTORY.iter().filter(|it| it.removed_in.is_some()).collect();
        assert!(!gone.is_empty());
        for method in gone {
            assert!(METHODS.iter().all(|it| it.name != method.name), "{}", method.name);
        }
    }

    #[test]
    fn the_oldest_release_of_the_index_means_or_earlier() {
        let start = method_history("thread/start").unwrap();
        assert_eq!(Some(&start.introduced_in), HISTORY_RELEASES.first());
        assert_eq!(start.absent_in(), None);
        // A release may add no method, the index as a whole does.
        let newer = HISTORY.iter().find(|it| it.introduced_in != start.introduced_in).unwrap();
        assert!(newer.absent_in().is_some());
        assert_eq!(introduced_in(newer.name), Some(newer.introduced_in));
    }

    #[test]
    fn a_method_that_never_was_has_no_history() {
        assert_eq!(introduced_in("thread/dream"), None);
        assert_eq!(removed_in("thread/dream"), None);
    }

    #[test]
    fn names_are_sorted_and_told_apart() {
        assert!(HISTORY.windows(2).all(|pair| pair[0].name < pair[1].name));
    }
}
