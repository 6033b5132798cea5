//! The server of the model: its responses and notifications, as lines that the session receives.

use super::step::Step;
use super::truth::{Kind, Open, Stage};
use super::world::World;

impl World {
    pub(super) fn server_step(&mut self, step: Step) {
        match step {
            Step::BeginEarly { open } => {
                let (thread, is_review) = (self.truth.open[open].thread, false);
                let turn = self.truth.new_turn(thread, Stage::Running);
                self.truth.open[open].begun = Some(turn);
                self.begin(turn, is_review);
            }
            Step::AnswerOwn { open } => {
                let thread = self.truth.open[open].thread;
                let begun = self.truth.open[open].begun;
                let turn = begun.unwrap_or_else(|| self.truth.new_turn(thread, Stage::Promised));
                self.answer(open, turn);
            }
            Step::AnswerJoined { open, turn } => self.answer(open, turn),
            Step::AnswerUnnamed { open } => self.answer_unnamed(open),
            Step::ShellItem { turn } => {
                let ids = self.ids(turn);
                let thread = self.truth.turns[turn].thread;
                let since = self.serve_unnamed(turn, |it| {
                    it.kind == Kind::Shell && it.thread == thread && it.before.contains(&turn)
                });
                let n = self.truth.tell(thread, Some(turn));
                let params = format!(r#"{{{ids},"item":{{"source":"userShell"}},"n":"<{n}>"}}"#);
                let line = format!(r#"{{"method":"item/started","params":{params}}}"#);
                self.receive_for(line, turn, &since);
            }
            Step::Refuse { open } => {
                let open = self.truth.open.remove(open);
                let error = r#"{"code":-32600,"message":"no"}"#;
                self.receive(format!(r#"{{"error":{error},"id":{}}}"#, open.call));
            }
            Step::Begin { turn } => {
                self.truth.turns[turn].stage = Stage::Running;
                self.begin(turn, self.truth.turns[turn].inner.is_some());
            }
            Step::BeginByItself { thread } => {
                let turn = self.truth.new_turn(thread, Stage::Running);
                self.begin(turn, false);
            }
            Step::Delta { turn } => self.tell_delta(turn),
            Step::Item { turn } => self.tell_of(turn, "item/completed"),
            Step::Usage { turn } => self.tell_of(turn, "thread/tokenUsage/updated"),
            Step::Tell { thread } => {
                let n = self.truth.tell(thread, None);
                let params = format!(r#"{{"threadId":"t{thread}","n":"<{n}>"}}"#);
                self.notify("thread/name/updated", &params);
            }
            Step::Complete { turn } => {
                self.truth.turns[turn].stage = Stage::Over;
                self.when_begun.remove(&turn);
                self.tell_turn(turn, "turn/completed", None, &[]);
            }
            Step::CloseThread { thread } => self.close_thread(thread),
            of_client => panic!("{of_client:?}"),
        }
    }

    fn begin(&mut self, turn: usize, is_inner: bool) {
        let thread = self.truth.turns[turn].thread;
        let mut since = self.serve_unnamed(turn, |it| it.thread == thread);
        let n_waiting = self.waiting.iter().filter(|it| it.0 == thread).count();
        let n_served = since.len() + n_waiting;
        since.resize(n_served, self.truth.told.len());
        if self.when_begun.remove(&turn) {
            self.to_interrupt.push(self.truth.turns[turn].id.clone());
        }
        let root = is_inner.then(|| self.truth.turns[turn].id.clone());
        let n_consumers = self.consumers.len();
        self.tell_turn(turn, "turn/started", root.as_deref(), &since);
        let n_new = self.consumers.len() - n_consumers;
        assert_eq!(n_new, n_served, "each waiter gets the turn");
        self.waiting.retain(|it| it.0 != thread);
    }

    /// Of the starts that the server names no turn for, those that are waiting get this one, and
    /// leave; returns since when. Those that are not answered yet remember it.
    fn serve_unnamed(&mut self, turn: usize, is_for: impl Fn(&Open) -> bool) -> Vec<usize> {
        for open in self.truth.open.iter_mut().filter(|it| it.kind.is_unnamed() && is_for(it)) {
            open.begun.get_or_insert(turn);
        }
        let mut served = self.truth.expecting.extract_if(.., |it| is_for(it)).collect::<Vec<_>>();
        served.sort_by_key(|it| it.call);
        served.into_iter().filter(|it| !it.is_abandoned).map(|it| it.since).collect()
    }

    fn tell_turn(&mut self, turn: usize, method: &str, root: Option<&str>, since: &[usize]) {
        let told = &self.truth.turns[turn];
        let id = root.and(told.inner.as_ref()).unwrap_or(&told.id);
        let (thread, root) = (told.thread, root.unwrap_or(id));
        let params = format!(r#""turn":{{"id":"{id}","rootTurnId":"{root}"}}"#);
        let n = self.truth.tell(thread, Some(turn));
        let params = format!(r#"{{"threadId":"t{thread}",{params},"n":"<{n}>"}}"#);
        let line = format!(r#"{{"method":"{method}","params":{params}}}"#);
        self.receive_for(line, turn, since);
    }

    fn tell_delta(&mut self, turn: usize) {
        let ids = self.ids(turn);
        let n = self.truth.tell(self.truth.turns[turn].thread, Some(turn));
        let params = format!(r#"{{{ids},"itemId":"i","delta":"<{n}>"}}"#);
        self.notify("item/agentMessage/delta", &params);
    }

    fn tell_of(&mut self, turn: usize, method: &str) {
        let ids = self.ids(turn);
        let n = self.truth.tell(self.truth.turns[turn].thread, Some(turn));
        self.notify(method, &format!(r#"{{{ids},"n":"<{n}>"}}"#));
    }

    fn ids(&self, turn: usize) -> String {
        let turn = &self.truth.turns[turn];
        format!(r#""threadId":"t{}","turnId":"{}""#, turn.thread, turn.id)
    }

    fn close_thread(&mut self, thread: usize) {
        let n = self.truth.tell(thread, None);
        self.truth.closed_threads.push(thread);
        for turn in self.truth.turns.iter_mut().filter(|it| it.thread == thread) {
            turn.stage = Stage::Over;
        }
        let turns = &self.truth.turns;
        self.when_begun.retain(|it| turns[*it].thread != thread);
        self.truth.expecting.retain(|it| it.thread != thread);
        self.notify("thread/closed", &format!(r#"{{"threadId":"t{thread}","n":"<{n}>"}}"#));
    }

    fn notify(&mut self, method: &str, params: &str) {
        self.receive(format!(r#"{{"method":"{method}","params":{params}}}"#));
    }

    fn receive(&mut self, line: String) {
        self.receive_for(line, usize::MAX, &[]);
    }
}
