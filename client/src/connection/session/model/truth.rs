//! What really happened on the threads: the turns that a server has run and what it has reported of
//! them, in order. It is written from the rules of the protocol alone, and knows nothing of how
//! events are routed.

/// How far a turn has come, as the server knows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Stage {
    /// Named in an answer, not begun.
    Promised,
    Running,
    Over,
}

/// A turn.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) thread: usize,
    pub(super) id: String,
    /// The id under which the server tells of it, if it is the inner turn of a review.
    pub(super) inner: Option<String>,
    pub(super) stage: Stage,
}

/// A start on its way.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) thread: usize,
    pub(super) call: i64,
    /// What had been told when it was sent.
    pub(super) since: usize,
    /// The turns that were active then.
    pub(super) before: Vec<usize>,
    /// The turn that the server has begun for it before answering.
    pub(super) begun: Option<usize>,
    pub(super) interrupt: bool,
    pub(super) is_abandoned: bool,
    pub(super) kind: Kind,
}

/// What a start asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Turn,
    Review,
    /// Its turn is not named by the answer.
    Compaction,
    /// The same, and a turn that runs may do the work.
    Shell,
}

impl Kind {
    pub(super) fn is_unnamed(self) -> bool {
        matches!(self, Self::Compaction | Self::Shell)
    }

    pub(super) fn method(self) -> &'static str {
        match self {
            Self::Turn => "turn/start",
            Self::Review => "review/start",
            Self::Compaction => "thread/compact/start",
            Self::Shell => "thread/shellCommand",
        }
    }
}

/// One thing told.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) thread: usize,
    pub(super) turn: Option<usize>,
}

/// Everything that happened. What was told is numbered by its place.
#[derive(Debug, Default)]
pub(super) struct Truth {
    pub(super) turns: Vec<Turn>,
    pub(super) open: Vec<Open>,
    /// The starts that were answered without a turn, and whose turn has not begun.
    pub(super) expecting: Vec<Open>,
    pub(super) told: Vec<Told>,
    pub(super) closed_threads: Vec<usize>,
    pub(super) is_closed: bool,
}

impl Truth {
    /// The turns of a thread that are not over.
    pub(super) fn active(&self, thread: usize) -> impl Iterator<Item = usize> {
        let turns = self.turns.iter().enumerate();
        turns.filter(move |(_, it)| it.thread == thread && it.stage != Stage::Over).map(|it| it.0)
    }

    /// Whether another turn may be started on the thread.
    pub(super) fn is_busy(&self, thread: usize) -> bool {
        let starting = self.open.iter().chain(&self.expecting);
        self.active(thread).next().is_some() || starting.into_iter().any(|it| it.thread == thread)
    }

    pub(super) fn new_turn(&mut self, thread: usize, stage: Stage) -> usize {
        let id = format!("u{}", self.turns.len());
        self.turns.push(Turn { thread, id, inner: None, stage });
        self.turns.len() - 1
    }

    /// Notes that something is told, and gives its number.
    pub(super) fn tell(&mut self, thread: usize, turn: Option<usize>) -> usize {
        self.told.push(Told { thread, turn });
        self.told.len() - 1
    }

    /// What was told of a turn, or of a whole thread, from a point on.
    pub(super) fn told_since(&self, since: usize, is_wanted: impl Fn(&Told) -> bool) -> Vec<usize> {
        let told = self.told.iter().enumerate().skip(since);
        told.filter(|(_, it)| is_wanted(it)).map(|it| it.0).collect()
    }
}
