//! What can happen next on a connection: the steps of the model. It only says what is possible;
//! nothing is done here.

use super::truth::Kind;
use super::world::World;

/// One thing that happens. Numbers are places in the lists of the truth and of the consumers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Step {
    /// The client asks for a turn: joining another or not, interrupting it when dropped or not.
    Start {
        thread: usize,
        join: bool,
        interrupt: bool,
    },
    /// The client asks for a review.
    Review {
        thread: usize,
    },
    /// The client asks for a compaction, or for a command of the shell.
    Compact {
        thread: usize,
    },
    Shell {
        thread: usize,
    },
    /// The server answers without a turn.
    AnswerUnnamed {
        open: usize,
    },
    /// A turn that runs begins a command of the shell.
    ShellItem {
        turn: usize,
    },
    /// Whoever waits for the answer to a start gives up.
    Abandon {
        open: usize,
    },
    /// The server begins the turn of a start before it has answered.
    BeginEarly {
        open: usize,
    },
    /// The server answers with a turn of its own.
    AnswerOwn {
        open: usize,
    },
    /// The server answers with the turn that the input went into.
    AnswerJoined {
        open: usize,
        turn: usize,
    },
    Refuse {
        open: usize,
    },
    /// The server begins a turn that it has promised.
    Begin {
        turn: usize,
    },
    /// The server begins a turn by itself.
    BeginByItself {
        thread: usize,
    },
    Delta {
        turn: usize,
    },
    Item {
        turn: usize,
    },
    Usage {
        turn: usize,
    },
    /// Something of the thread and of no turn.
    Tell {
        thread: usize,
    },
    Complete {
        turn: usize,
    },
    CloseThread {
        thread: usize,
    },
    Attach {
        thread: usize,
    },
    NextTurn {
        thread: usize,
    },
    /// Somebody waits until no turn runs.
    AwaitIdle {
        thread: usize,
    },
    /// Whoever waits for the next turn gives up.
    StopWaiting {
        next: usize,
    },
    Watch {
        thread: usize,
    },
    /// A consumer is dropped.
    Drop {
        consumer: usize,
    },
    /// A consumer takes what waits for it.
    Read {
        consumer: usize,
    },
    /// The connection ends.
    Disconnect,
}

/// Bounds that keep the number of orders finite.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) n_threads: usize,
    pub(super) n_turns: usize,
    pub(super) n_starts: usize,
    pub(super) n_told: usize,
    pub(super) n_consumers: usize,
    /// Whether to ask for reviews, tell usage, and read in between.
    pub(super) is_rich: bool,
}

/// All that may happen next. A server runs one turn at a time on a thread, answers each start once,
/// and tells nothing of a turn before its beginning or after its end.
pub(super) fn possible(world: &World, bounds: Bounds) -> Vec<Step> {
    if world.truth.is_closed {
        return world.dropping().collect();
    }
    let mut steps = vec![Step::Disconnect];
    for thread in 0..bounds.n_threads {
        if !world.truth.closed_threads.contains(&thread) {
            on_thread(world, bounds, thread, &mut steps);
        }
    }
    for open in 0..world.truth.open.len() {
        answers(world, bounds, open, &mut steps);
    }
    for turn in 0..world.truth.turns.len() {
        of_turn(world, bounds, turn, &mut steps);
    }
    steps.extend(world.dropping());
    if bounds.is_rich {
        steps.extend((0..world.waiting.len()).map(|next| Step::StopWaiting { next }));
        steps.extend((0..world.consumers.len()).map(|consumer| Step::Read { consumer }));
    }
    steps
}

fn on_thread(world: &World, bounds: Bounds, thread: usize, steps: &mut Vec<Step>) {
    let truth = &world.truth;
    if world.n_starts < bounds.n_starts {
        // A refused start changes nothing: one kind of it is enough.
        let joins = if truth.is_busy(thread) { &[false, true][..] } else { &[false] };
        for join in joins {
            steps.push(Step::Start { thread, join: *join, interrupt: false });
        }
        steps.push(Step::Start { thread, join: true, interrupt: true });
        steps.push(Step::Shell { thread });
        if bounds.is_rich {
            steps.extend([Step::Review { thread }, Step::Compact { thread }]);
        }
    }
    let is_quiet = truth.active(thread).next().is_none();
    if is_quiet && truth.turns.len() < bounds.n_turns {
        steps.push(Step::BeginByItself { thread });
    }
    if world.consumers.len() < bounds.n_consumers {
        steps.extend([Step::Attach { thread }, Step::NextTurn { thread }, Step::Watch { thread }]);
    }
    if truth.told.len() < bounds.n_told {
        steps.push(Step::CloseThread { thread });
        if bounds.is_rich {
            steps.push(Step::Tell { thread });
        }
    }
    if bounds.is_rich {
        steps.push(Step::AwaitIdle { thread });
    }
}

fn answers(world: &World, bounds: Bounds, index: usize, steps: &mut Vec<Step>) {
    let (truth, open) = (&world.truth, &world.truth.open[index]);
    let is_gone = truth.closed_threads.contains(&open.thread);
    if !open.is_abandoned {
        steps.push(Step::Abandon { open: index });
    }
    let own = match open.kind.is_unnamed() {
        true => Step::AnswerUnnamed { open: index },
        false => Step::AnswerOwn { open: index },
    };
    if open.begun.is_some() {
        steps.push(own);
        return;
    }
    steps.push(Step::Refuse { open: index });
    if is_gone {
        return;
    }
    if open.kind.is_unnamed() {
        steps.push(own);
        return;
    }
    let mut joinable = open.before.clone();
    joinable.extend(truth.active(open.thread).filter(|it| !open.before.contains(it)));
    if open.kind == Kind::Turn {
        steps.extend(joinable.into_iter().map(|turn| Step::AnswerJoined { open: index, turn }));
    }
    if truth.active(open.thread).next().is_none() && truth.turns.len() < bounds.n_turns {
        steps.extend([Step::AnswerOwn { open: index }, Step::BeginEarly { open: index }]);
    }
}

fn of_turn(world: &World, bounds: Bounds, turn: usize, steps: &mut Vec<Step>) {
    use super::truth::Stage;
    match world.truth.turns[turn].stage {
        Stage::Promised => steps.push(Step::Begin { turn }),
        Stage::Running => {
            steps.push(Step::Complete { turn });
            if world.truth.told.len() < bounds.n_told {
                steps.push(Step::Delta { turn });
                let thread = world.truth.turns[turn].thread;
                let starting = world.truth.open.iter().chain(&world.truth.expecting);
                if starting.into_iter().any(|it| it.thread == thread && it.kind == Kind::Shell) {
                    steps.push(Step::ShellItem { turn });
                }
                if bounds.is_rich {
                    steps.extend([Step::Item { turn }, Step::Usage { turn }]);
                }
            }
        }
        Stage::Over => {}
    }
}
