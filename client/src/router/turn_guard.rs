//! Which turns are running on one thread, and whether another may be started. It is informed of
//! what is sent and received, and decides; it sends nothing.

use std::sync::Arc;

/// How many finished turns are remembered, to know late events for what they are.
const REMEMBERED: usize = 16;

/// How many turns of one thread may run as far as is known. A server runs one; one that says it runs
/// thousands is not believed, since each would be remembered.
const MOST_RUNNING: usize = 64;

/// The turns of one thread.
#[derive(Debug, Default)]
pub(crate) struct TurnGuard {
    /// How many starts were sent, or are about to be, and not yet answered.
    n_starting: usize,
    active: Vec<ActiveTurn>,
    finished: Vec<String>,
}

#[derive(Debug, Eq, PartialEq)]
struct ActiveTurn {
    id: Arc<str>,
    /// The turn that this one belongs to: a review's inner turn never completes, but its root does.
    root: Option<Box<str>>,
    /// The inner turn of a review: what the server takes for the active one.
    inner: Option<Box<str>>,
    has_started: bool,
    /// Whether something has happened after which it would have begun soon, if at all.
    is_doubtful: bool,
    /// Whether an inner turn will begin in its place.
    is_review: bool,
}

/// What the answer to a start means.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Answer {
    /// The turn is ours.
    Own,
    /// The input went into this turn, which ran already.
    Joined(String),
}

/// What the end of a turn means.
#[derive(Debug, Default, Eq, PartialEq)]
pub(crate) struct Completion {
    /// Turns that had begun and end with this one: the server runs one at a time, so they were names
    /// of the same. Older releases do not say that the inner turn of a review belongs to it.
    pub(crate) folded: Vec<String>,
}

impl TurnGuard {
    /// Reserves the thread for a start.
    ///
    /// # Errors
    ///
    /// Fails with the running turn, if it is known, when the thread is busy.
    pub(crate) fn reserve(&mut self) -> Result<(), Option<String>> {
        if let Some(turn) = self.active.first() {
            return Err(Some(turn.id.as_ref().into()));
        }
        if self.n_starting > 0 {
            return Err(None);
        }
        self.reserve_to_join();
        Ok(())
    }

    /// Counts a start that may go into a running turn.
    pub(crate) fn reserve_to_join(&mut self) {
        self.n_starting += 1;
    }

    /// The start was refused, or not sent.
    pub(crate) fn release(&mut self) {
        self.n_starting = self.n_starting.saturating_sub(1);
    }

    /// The start was answered with a turn. `before` are the turns that ran when it was sent.
    pub(crate) fn answered(&mut self, turn_id: &str, before: &[String]) -> Answer {
        self.release();
        if before.iter().any(|it| it == turn_id) {
            return Answer::Joined(turn_id.to_owned());
        }
        if self.is_finished(turn_id) || self.is_active(turn_id) {
            return Answer::Own;
        }
        // If another turn runs as far as is known, it has ended by now, and its end is on its way; or
        // this is an older release, which has put the input into that turn and named one that never
        // starts. Time will tell.
        self.add(turn_id, None, false);
        Answer::Own
    }

    /// A turn has started.
    pub(crate) fn started(&mut self, turn_id: &str, root: Option<&str>) {
        let root = self.known_root(turn_id, root).map(str::to_owned);
        let root = root.as_deref();
        let is_finished = self.is_finished(turn_id);
        let is_full = self.active.len() >= MOST_RUNNING;
        let known = self.active.iter_mut().find(|it| &*it.id == turn_id || Some(&*it.id) == root);
        match known {
            Some(turn) => {
                turn.has_started = true;
                turn.inner = Some(turn_id).filter(|it| *it != &*turn.id).map(Into::into);
            }
            None if is_finished || is_full => {}
            None => self.add(turn_id, root, true),
        }
    }

    /// A turn is known to run though its start was not seen.
    pub(crate) fn observed(&mut self, turn_id: &str) {
        if !self.is_finished(turn_id) && !self.is_active(turn_id) {
            self.add(turn_id, None, true);
        }
    }

    /// A turn has ended.
    pub(crate) fn completed(&mut self, turn_id: &str) -> Completion {
        let is_news = !self.is_finished(turn_id);
        self.remember(turn_id);
        let mut folded = Vec::new();
        self.active.retain(|it| {
            let is_inner = it.root.as_deref() == Some(turn_id);
            let is_over = is_inner || (is_news && it.has_started);
            if is_over && &*it.id != turn_id {
                folded.push(it.id.as_ref().into());
            }
            !is_over && &*it.id != turn_id
        });
        Completion { folded }
    }

    /// Something has happened after which a turn that was promised begins soon, if at all: the thread
    /// went idle, or another turn ended. Returns those that were not in doubt before.
    pub(crate) fn doubt(&mut self, ended: Option<&str>) -> Vec<String> {
        let promised =
            |it: &&mut ActiveTurn| !it.has_started && !it.is_doubtful && Some(&*it.id) != ended;
        let doubted = self.active.iter_mut().filter(promised).map(|it| {
            it.is_doubtful = true;
            it.id.as_ref().into()
        });
        doubted.collect()
    }

    /// A turn that is in doubt has not begun in good time. Returns whether it is given up.
    pub(crate) fn give_up(&mut self, turn_id: &str) -> bool {
        // While another turn runs, its end decides.
        let other_runs = self.active.iter().any(|it| it.has_started);
        for turn in self.active.iter_mut().filter(|it| &*it.id == turn_id) {
            turn.is_doubtful &= !other_runs;
        }
        let n_active = self.active.len();
        self.active.retain(|it| &*it.id != turn_id || !it.is_doubtful || it.has_started);
        self.active.len() < n_active
    }

    /// The turn that ended last among these.
    pub(crate) fn last_finished(&self, among: impl Fn(&str) -> bool) -> Option<&str> {
        self.finished.iter().rev().map(|it| &**it).find(|it| among(it))
    }

    /// The turn is a review: the next to begin is its inner one, though older releases do not say so.
    pub(crate) fn is_review(&mut self, turn_id: &str) {
        for turn in self.active.iter_mut().filter(|it| &*it.id == turn_id && !it.has_started) {
            turn.is_review = true;
        }
    }

    /// Nothing is heard of the thread any more. Its turns go on, and may be found again.
    pub(crate) fn lose_sight(&mut self) {
        self.active.clear();
    }

    /// The server is done with the thread. An answer may still name one of its turns.
    pub(crate) fn clear(&mut self) {
        for turn in std::mem::take(&mut self.active) {
            self.remember(&turn.id);
        }
    }

    fn remember(&mut self, turn_id: &str) {
        if self.is_finished(turn_id) {
            return;
        }
        if self.finished.len() == REMEMBERED {
            self.finished.remove(0);
        }
        self.finished.push(turn_id.to_owned());
    }

    fn known_root<'a>(&'a self, turn_id: &str, root: Option<&'a str>) -> Option<&'a str> {
        let is_new = !self.is_active(turn_id) && !self.is_finished(turn_id);
        let review = self.active.iter().find(|it| is_new && it.is_review && !it.has_started);
        root.or_else(|| review.map(|it| &*it.id)).filter(|it| *it != turn_id)
    }

    /// The id under which the server controls a turn.
    pub(crate) fn controlled_id<'a>(&'a self, turn_id: &'a str) -> &'a str {
        let turn = self.active.iter().find(|it| &*it.id == turn_id);
        turn.and_then(|it| it.inner.as_deref()).unwrap_or(turn_id)
    }

    /// The turn that an inner turn belongs to, or the turn itself.
    pub(crate) fn outer_of<'a>(&'a self, turn_id: &'a str) -> &'a str {
        let turn = self.active.iter().find(|it| it.inner.as_deref() == Some(turn_id));
        turn.map_or(turn_id, |it| &it.id)
    }

    pub(crate) fn is_active(&self, turn_id: &str) -> bool {
        self.active_id(turn_id).is_some()
    }

    /// The id of a turn that runs, to be shared.
    pub(crate) fn active_id(&self, turn_id: &str) -> Option<&Arc<str>> {
        self.active.iter().map(|it| &it.id).find(|it| &***it == turn_id)
    }

    pub(crate) fn has_started(&self, turn_id: &str) -> bool {
        self.active.iter().any(|it| &*it.id == turn_id && it.has_started)
    }

    pub(crate) fn is_finished(&self, turn_id: &str) -> bool {
        self.finished.iter().any(|it| it == turn_id)
    }

    pub(crate) fn active(&self) -> impl Iterator<Item = &str> {
        self.active.iter().map(|it| &*it.id)
    }

    /// Whether there is nothing to remember but the past.
    pub(crate) fn is_idle(&self) -> bool {
        self.n_starting == 0 && self.active.is_empty()
    }

    fn add(&mut self, turn_id: &str, root: Option<&str>, has_started: bool) {
        let (id, root) = (turn_id.into(), root.map(Into::into));
        self.active.reserve_exact(1);
        self.active.push(ActiveTurn {
            id,
            root,
            inner: None,
            has_started,
            is_doubtful: false,
            is_review: false,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, TurnGuard};

    #[test]
    fn a_thread_is_reserved_until_its_turn_has_ended() {
        let mut guard = TurnGuard::default();
        guard.reserve().unwrap();
        assert_eq!(guard.reserve(), Err(None));
        assert_eq!(guard.answered("u1", &[]), Answer::Own);
        assert_eq!(guard.reserve(), Err(Some("u1".to_owned())));
        guard.started("u1", Some("u1"));
        assert_eq!(guard.reserve(), Err(Some("u1".to_owned())));
        assert_eq!(guard.completed("u1").folded, [""; 0]);
        guard.reserve().unwrap();
    }

    #[test]
    fn a_refused_start_frees_the_thread() {
        let mut guard = TurnGuard::default();
        guard.reserve().unwrap();
        guard.release();
        assert!(guard.is_idle());
    }

    #[test]
    fn a_turn_that_ended_before_its_answer_does_not_hold_the_thread() {
        let mut guard = TurnGuard::default();
        guard.reserve().unwrap();
        guard.started("u1", None);
        guard.completed("u1");
        assert_eq!(guard.answered("u1", &[]), Answer::Own);
        assert!(guard.is_idle());
    }

    #[test]
    fn a_turn_of_the_server_holds_the_thread() {
        let mut guard = TurnGuard::default();
        guard.started("s1", None);
        assert_eq!(guard.reserve(), Err(Some("s1".to_owned())));
        guard.completed("s1");
        guard.reserve().unwrap();
    }

    #[test]
    fn an_answer_that_names_a_running_turn_is_a_join() {
        let mut guard = TurnGuard::default();
        guard.started("s1", None);
        guard.reserve_to_join();
        assert_eq!(guard.answered("s1", &["s1".into()]), Answer::Joined("s1".into()));
    }

    #[test]
    fn a_promised_turn_may_begin_after_the_end_of_another_that_is_told_late() {
        let mut guard = TurnGuard::default();
        guard.started("s1", None);
        guard.reserve_to_join();
        assert_eq!(guard.answered("u1", &["s1".into()]), Answer::Own);
        assert_eq!(guard.doubt(Some("s1")), ["u1"]);
        assert_eq!(guard.completed("s1").folded, [""; 0]);
        guard.started("u1", None);
        assert!(!guard.give_up("u1") && guard.is_active("u1"));
    }

    #[test]
    fn a_promised_turn_is_given_up_once_there_was_reason_to_doubt_it() {
        let mut guard = TurnGuard::default();
        guard.reserve().unwrap();
        assert_eq!(guard.answered("phantom", &[]), Answer::Own);
        assert!(!guard.give_up("phantom"));
        assert_eq!(guard.doubt(None), ["phantom"]);
        assert_eq!(guard.doubt(None), [""; 0]);
        guard.started("other", None);
        assert!(!guard.give_up("phantom"));
        assert_eq!(guard.doubt(Some("other")), ["phantom"]);
        guard.completed("other");
        assert!(guard.give_up("phantom") && guard.is_idle());
        assert_eq!(guard.last_finished(|_| true), Some("other"));
    }

    #[test]
    fn a_late_end_of_an_earlier_turn_folds_nothing() {
        let mut guard = TurnGuard::default();
        guard.started("u1", None);
        guard.completed("u1");
        guard.reserve().unwrap();
        guard.answered("u2", &[]);
        assert_eq!(guard.completed("u1").folded, [""; 0]);
        assert!(guard.is_active("u2"));
        guard.started("u1", None);
        assert!(!guard.is_active("u1"));
    }

    #[test]
    fn the_inner_turn_of_a_review_ends_with_the_review() {
        let mut guard = TurnGuard::default();
        guard.reserve().unwrap();
        guard.answered("a", &[]);
        guard.started("b", Some("a"));
        assert!(guard.has_started("a"));
        assert_eq!((guard.controlled_id("a"), guard.outer_of("b")), ("b", "a"));
        guard.completed("a");
        assert!(guard.is_idle());
        // The same, started by another client.
        guard.started("d", Some("c"));
        assert_eq!(guard.completed("c").folded, ["d"]);
        assert!(guard.is_idle());
    }

    #[test]
    fn the_inner_turn_of_a_review_is_known_without_being_told() {
        let mut guard = TurnGuard::default();
        guard.reserve().unwrap();
        guard.answered("a", &[]);
        guard.is_review("a");
        guard.started("b", None);
        assert!(guard.has_started("a"));
        assert_eq!((guard.controlled_id("a"), guard.outer_of("b")), ("b", "a"));
        guard.completed("a");
        assert!(guard.is_idle());
        // The same, started by another client.
        guard.started("d", None);
        assert_eq!(guard.completed("c").folded, ["d"]);
        assert!(guard.is_idle());
    }

    #[test]
    fn a_turn_of_a_closed_thread_that_is_named_only_then_does_not_hold_it() {
        let mut guard = TurnGuard::default();
        guard.reserve().unwrap();
        guard.started("u1", None);
        guard.clear();
        assert_eq!(guard.answered("u1", &[]), Answer::Own);
        assert!(guard.is_idle());
    }

    #[test]
    fn what_was_observed_does_not_outlive_its_end() {
        let mut guard = TurnGuard::default();
        guard.completed("u1");
        guard.observed("u1");
        assert!(guard.is_idle());
        guard.observed("u2");
        assert!(guard.is_active("u2"));
        guard.clear();
        assert!(guard.is_idle());
    }
}
