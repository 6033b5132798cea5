//! Since when, and until when, the app-server has had a method: the index of releases, looked up.
//!
//! The index is of some releases, and says nothing of those between two of them. It knows methods,
//! not their members.

use crate::generated::{HISTORY, HISTORY_RELEASES};
use crate::method::Direction;

/// Since when there is a method.
///
/// # Examples
///
/// What to tell a user whose server does not know a method:
///
/// ```
/// use codex_app_protocol::method_history;
///
/// let hint = match method_history("thread/start") {
///     None => "no release known to this crate has it".to_owned(),
///     Some(it) => match (it.removed_in, it.absent_in()) {
///         (Some(release), _) => format!("it is gone since {release}"),
///         (None, Some(older)) => format!("{} has it, {older} does not", it.introduced_in),
///         (None, None) => format!("{} has it already", it.introduced_in),
///     },
/// };
/// assert!(hint.ends_with("has it already"));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct MethodHistory {
    /// The method's name on the wire.
    pub name: &'static str,
    /// Who sends it.
    pub direction: Direction,
    /// The first release of the index that has it. For the oldest release of the index this means
    /// "in it or earlier": see [`Self::absent_in`].
    pub introduced_in: &'static str,
    /// The first release of the index from which on it has been stable; `None` if it never was, or
    /// is no longer.
    pub stable_since: Option<&'static str>,
    /// The first release of the index that does not have it any more.
    pub removed_in: Option<&'static str>,
}

impl MethodHistory {
    /// The last release of the index before the method was introduced: it came after this one, and in
    /// [`introduced_in`](Self::introduced_in) at the latest. `None` if the oldest release of the index
    /// has it.
    pub fn absent_in(&self) -> Option<&'static str> {
        let at = HISTORY_RELEASES.iter().position(|release| *release == self.introduced_in)?;
        HISTORY_RELEASES.get(at.checked_sub(1)?).copied()
    }
}

/// Since when there is this method; `None` if no release of the index has it.
pub fn method_history(method: &str) -> Option<&'static MethodHistory> {
    let at = HISTORY.binary_search_by(|it| it.name.cmp(method)).ok()?;
    HISTORY.get(at)
}

/// The first release of the index that has this method, which for the oldest one means "or earlier";
/// `None` if none has it.
pub fn introduced_in(method: &str) -> Option<&'static str> {
    method_history(method).map(|it| it.introduced_in)
}

/// The first release of the index that does not have this method any more; `None` if the newest one
/// has it, or none ever had.
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
