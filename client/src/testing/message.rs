//! A message of the model: its text, its phase, and its deltas.

use std::time::Duration;

use codex_app_protocol::MessagePhase;

use crate::testing::gate::Gate;
use crate::testing::reply::{Reply, Step};

/// A message of the model, from [`Reply::message`], [`Reply::streamed`] or [`Reply::many_deltas`].
///
/// Without [`deltas`](Self::deltas), the whole text is sent as one delta.
///
/// # Examples
///
/// ```
/// use codex_app_client::testing::Reply;
///
/// let thinking = Reply::message("Let me look.").phase("commentary");
/// let answer = Reply::message("It works.").phase("final_answer").deltas(["It ", "works."]);
/// ```
#[derive(Clone, Debug)]
pub struct Message {
    pub(crate) id: Option<String>,
    pub(crate) phase: Option<MessagePhase>,
    pub(crate) text: String,
    pub(crate) pieces: Vec<Piece>,
    /// Whether `pieces` has only the default delta, the whole text.
    is_whole: bool,
}

/// A step between the start and the end of a message.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Cut,
    Delta(String),
    Filler { n_deltas: usize, n_bytes: usize },
    Pause(Duration),
    Wait(Gate),
}

impl Message {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let pieces = vec![Piece::Delta(text.clone())];
        Self { id: None, phase: None, text, pieces, is_whole: true }
    }

    pub(crate) fn filler(n_deltas: usize, n_bytes: usize) -> Self {
        let text = (0..n_deltas).map(|it| crate::testing::sse::filler(it, n_bytes)).collect();
        let pieces = vec![Piece::Filler { n_deltas, n_bytes }];
        Self { id: None, phase: None, text, pieces, is_whole: false }
    }

    /// Sets the phase: `"commentary"`, `"final_answer"`, or a [`MessagePhase`]. Default: none.
    ///
    /// App-server 0.169 drops a message with a phase that it does not know.
    #[must_use]
    pub fn phase(mut self, phase: impl Into<MessagePhase>) -> Self {
        self.phase = Some(phase.into());
        self
    }

    /// Sets the id, which is also the id of the item. Default: a generated id.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Streams these deltas next. The text of the completed message does not depend on them.
    #[must_use]
    pub fn deltas(mut self, deltas: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.forget_whole();
        self.pieces.extend(deltas.into_iter().map(|it| Piece::Delta(it.into())));
        self
    }

    /// Streams no deltas: the message is sent only as a whole.
    #[must_use]
    pub fn without_deltas(mut self) -> Self {
        self.pieces.clear();
        self.is_whole = false;
        self
    }

    /// Waits at a gate, after the deltas so far.
    #[must_use]
    pub fn hold(mut self, gate: &Gate) -> Self {
        self.pieces.push(Piece::Wait(gate.clone()));
        self
    }

    /// Waits for a while on the real clock, after the deltas so far.
    #[must_use]
    pub fn pause(mut self, duration: Duration) -> Self {
        self.pieces.push(Piece::Pause(duration));
        self
    }

    /// Closes the connection after the deltas so far: the message is never completed.
    #[must_use]
    pub fn disconnect(mut self) -> Self {
        self.pieces.push(Piece::Cut);
        self
    }

    /// Adds the next step of the same response.
    #[must_use]
    pub fn then(self, next: impl Into<Reply>) -> Reply {
        Reply::from(self).then(next)
    }

    fn forget_whole(&mut self) {
        if self.is_whole {
            self.pieces.retain(|piece| !matches!(piece, Piece::Delta(_)));
            self.is_whole = false;
        }
    }
}

impl From<Message> for Reply {
    fn from(message: Message) -> Self {
        Self::step(Step::Message(message))
    }
}
