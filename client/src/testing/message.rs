//! A message of the model: its text, its phase, and how it is streamed.

use std::time::Duration;

use codex_app_protocol::MessagePhase;

use crate::testing::gate::Gate;
use crate::testing::reply::{Reply, Step};

/// A message of the model, from [`Reply::message`] and its like.
///
/// Without [`deltas`](Self::deltas), the whole text is streamed as one.
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
    /// Whether the pieces still hold the whole text as one, for want of anything better.
    is_whole: bool,
}

/// What happens between a message's start and its end.
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

    /// Says what the message is for: `"commentary"`, `"final_answer"`, or a [`MessagePhase`]. By
    /// default it says nothing.
    ///
    /// Server 0.169 drops a message whose phase it does not know.
    #[must_use]
    pub fn phase(mut self, phase: impl Into<MessagePhase>) -> Self {
        self.phase = Some(phase.into());
        self
    }

    /// The id, which becomes the item's. By default it is made up.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Streams these next. The text of the finished message does not depend on them.
    #[must_use]
    pub fn deltas(mut self, deltas: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.forget_whole();
        self.pieces.extend(deltas.into_iter().map(|it| Piece::Delta(it.into())));
        self
    }

    /// Streams nothing: the message comes as a whole.
    #[must_use]
    pub fn without_deltas(mut self) -> Self {
        self.pieces.clear();
        self.is_whole = false;
        self
    }

    /// Waits at a gate after what has been streamed so far.
    #[must_use]
    pub fn hold(mut self, gate: &Gate) -> Self {
        self.pieces.push(Piece::Wait(gate.clone()));
        self
    }

    /// Does nothing for a while after what has been streamed so far.
    #[must_use]
    pub fn pause(mut self, duration: Duration) -> Self {
        self.pieces.push(Piece::Pause(duration));
        self
    }

    /// Breaks the connection after what has been streamed so far: the message never ends.
    #[must_use]
    pub fn cut(mut self) -> Self {
        self.pieces.push(Piece::Cut);
        self
    }

    /// What the model does next, in the same response.
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
