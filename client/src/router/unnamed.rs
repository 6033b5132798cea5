//! Starts of turns whose response does not name the turn. A compaction begins a turn of its own; a
//! shell command does so too, or runs within the running turn. The caller receives the handle of
//! that turn once it has begun. Until then the thread is reserved.

use std::sync::Arc;

use codex_app_protocol::{ClientRequest as _, ThreadCompactStartParams, ThreadShellCommandParams};
use tokio::sync::oneshot;

use super::{Router, StartId};
use crate::connection::subscription::Subscription;
use crate::error::Error;
use crate::router::Claim;
use crate::router::effect::Effect;
use crate::router::peek::string_at;

/// Whether a request starts a turn, or joins one, that its answer does not name.
pub(crate) fn is_unnamed(method: &str) -> bool {
    joins(method) || method == ThreadCompactStartParams::METHOD
}

/// Whether it may be sent while a turn runs, and then does its work there.
fn joins(method: &str) -> bool {
    method == ThreadShellCommandParams::METHOD
}

impl Router {
    /// Reserves a thread for a request whose turn the answer will not name. `to` gets the turn once
    /// it has begun; it is dropped if none does.
    ///
    /// # Errors
    ///
    /// Fails while a turn runs in which the work cannot be done.
    pub(crate) fn reserve_unnamed(
        &mut self,
        thread_id: &str,
        method: &str,
        to: oneshot::Sender<Subscription>,
    ) -> Result<StartId, Error> {
        let claim = if to.is_closed() { Claim::Nothing } else { Claim::Handle };
        let start = self.reserve(thread_id, joins(method), claim)?;
        if let Some(thread) = self.threads.get_mut(thread_id) {
            thread.expect_unnamed(to);
        }
        Ok(start)
    }

    /// The start was answered without a turn.
    pub(crate) fn answer_unnamed(&mut self, start: &StartId, effects: &mut Vec<Effect>) {
        let thread = self.threads.get_mut(&start.thread_id);
        match thread.map(|it| it.answer_unnamed(start.id)) {
            Some(Ok(Some(turn_id))) => {
                self.hand_over(&start.thread_id, vec![start.id], &turn_id, effects);
                self.settle(&start.thread_id);
                self.forget_if_idle(&start.thread_id);
            }
            Some(Ok(None)) => effects.push(Effect::Expect(start.clone())),
            Some(Err(())) | None => self.cancel_start(start),
        }
    }

    /// A turn that was to begin has not done so in good time.
    pub(crate) fn give_up_start(&mut self, start: &StartId) {
        let thread = self.threads.get(&start.thread_id);
        if thread.is_some_and(|it| it.is_waiting(start.id)) {
            self.cancel_start(start);
        }
    }

    /// A turn has begun: it is the one that was asked for.
    pub(super) fn unnamed_begun(
        &mut self,
        thread_id: &Arc<str>,
        turn_id: &str,
        effects: &mut Vec<Effect>,
    ) {
        let thread = self.threads.get_mut(thread_id);
        let starts = thread.map(|it| it.unnamed_begun(turn_id, false)).unwrap_or_default();
        self.hand_over(thread_id, starts, turn_id, effects);
    }

    /// An item has begun in a turn: if it is a command of the user's shell, the turn is the one that
    /// the command was sent to.
    pub(super) fn item_started(
        &mut self,
        thread_id: &str,
        turn_id: &str,
        params: &str,
        effects: &mut Vec<Effect>,
    ) {
        let Some(thread) = self.threads.get_mut(thread_id) else { return };
        if !thread.has_unnamed()
            || string_at(params, &["item", "source"]).as_deref() != Some("userShell")
        {
            return;
        }
        let turn_id = thread.guard.outer_of(turn_id).to_owned();
        let (thread_id, starts) = (Arc::clone(&thread.id), thread.unnamed_begun(&turn_id, true));
        self.hand_over(&thread_id, starts, &turn_id, effects);
        // What proves to be for nobody goes before the item.
        self.settle(&thread_id);
    }

    fn hand_over(
        &mut self,
        thread_id: &Arc<str>,
        starts: Vec<u64>,
        turn_id: &str,
        effects: &mut Vec<Effect>,
    ) {
        for start in starts {
            let id = self.next_id();
            let thread = self.threads.get_mut(thread_id);
            let Some((to, attached)) = thread.and_then(|it| it.hand_over(start, id, turn_id))
            else {
                continue;
            };
            self.note_stream(&attached);
            effects.push(Effect::HandOver { to, attached });
        }
    }
}
