//! Finds the queues that a notification belongs in, and puts it there. The line is moved into the
//! last of them. Nothing of it is copied on the way, unless it begins or ends something.

use std::sync::Arc;

use codex_app_protocol::Header;

use super::Router;
use crate::router::effect::Effect;
use crate::router::peek::{DeltaAddress, is_delta, string_at};
use crate::router::queue::{Line, Queue};

/// With more threads than this, a turn that begins on one that nobody has asked for is not remembered.
const MOST_THREADS: usize = 16 * 1024;

/// Where a notification goes, and what ends with it.
#[derive(Debug)]
pub(crate) struct Route {
    to: Targets,
    /// Whether it goes to whoever watches the connection.
    to_connection: bool,
    /// The thread and the turn, if only starts have got it that are not settled yet.
    unheard: Option<(String, String)>,
    ends: End,
    is_delta: bool,
}

#[derive(Debug)]
enum End {
    Nothing,
    /// Turns of a thread: the one that was named, and those that were folded into it.
    Turns(String, Vec<String>),
    Thread(String),
}

/// Queues, of which there is hardly ever more than one.
#[derive(Debug, Default)]
struct Targets {
    first: Option<Arc<Queue>>,
    others: Vec<Arc<Queue>>,
}

impl Targets {
    fn add<'a>(&mut self, queues: impl Iterator<Item = &'a Arc<Queue>>) {
        for queue in queues.map(Arc::clone) {
            match self.first {
                None => self.first = Some(queue),
                Some(_) => self.others.push(queue),
            }
        }
    }

    /// Puts a line into all of them, without copying it for the last. Returns in how many it was
    /// joined to another.
    fn push(self, line: Line) -> u64 {
        let mut n_joined = 0;
        for queue in &self.others {
            n_joined += u64::from(queue.push(line.clone()));
        }
        if let Some(queue) = self.first {
            n_joined += u64::from(queue.push(line));
        }
        n_joined
    }
}

impl Router {
    /// Finds out where a notification goes, and does what it begins.
    pub(crate) fn route(&mut self, header: &Header<'_>, effects: &mut Vec<Effect>) -> Route {
        let (method, turn_id) = (header.method.as_deref(), header.turn_id.as_deref());
        let mut route = Route {
            to: Targets::default(),
            to_connection: true,
            unheard: None,
            ends: End::Nothing,
            is_delta: is_delta(method),
        };
        let Some(thread_id) = header.thread_id.as_deref() else { return route };
        let params = header.params.unwrap_or_default();
        match (method, turn_id) {
            (Some("turn/started"), Some(turn_id)) => {
                let turn_id = self.turn_started(thread_id, turn_id, params, effects);
                self.address(&mut route, thread_id, Some(&turn_id));
            }
            (Some("item/started"), Some(turn_id)) => {
                self.item_started(thread_id, turn_id, params, effects);
                self.address(&mut route, thread_id, Some(turn_id));
            }
            (Some("turn/completed"), Some(turn_id)) => {
                let Some(thread) = self.threads.get_mut(thread_id) else { return route };
                let turn_id = thread.guard.outer_of(turn_id).to_owned();
                effects
                    .extend(Effect::doubt(thread_id, thread.doubt(method, Some(&turn_id), params)));
                thread.expect_early(&turn_id);
                let mut folded = thread.guard.completed(&turn_id).folded;
                folded.retain(|it| *it != turn_id);
                let promised = folded.iter().flat_map(|it| thread.followers(it));
                route.to.add(promised);
                self.address(&mut route, thread_id, Some(&turn_id));
                folded.push(turn_id);
                route.ends = End::Turns(thread_id.to_owned(), folded);
            }
            (Some("thread/status/changed"), _) => {
                if let Some(thread) = self.threads.get_mut(thread_id) {
                    let doubtful = thread.doubt(method, turn_id, params);
                    effects.extend(Effect::doubt(thread_id, doubtful));
                }
                self.address(&mut route, thread_id, turn_id);
            }
            (Some("thread/closed" | "thread/deleted"), _) => {
                self.address(&mut route, thread_id, turn_id);
                route.ends = End::Thread(thread_id.to_owned());
            }
            (Some("thread/tokenUsage/updated"), Some(turn_id)) => {
                if let Some(thread) = self.threads.get_mut(thread_id) {
                    thread.note_usage(turn_id, params);
                }
                self.address(&mut route, thread_id, Some(turn_id));
            }
            _ => self.address(&mut route, thread_id, turn_id),
        }
        route
    }

    /// Finds out where a delta goes, which begins nothing and ends nothing.
    pub(crate) fn route_delta(&mut self, address: &DeltaAddress<'_>) -> Route {
        let (to, unheard, ends) = (Targets::default(), None, End::Nothing);
        let mut route = Route { to, to_connection: true, unheard, ends, is_delta: true };
        self.address(&mut route, address.thread_id, Some(address.turn_id));
        route
    }

    /// Puts a line where it belongs, and does what it ends.
    pub(crate) fn deliver(&mut self, route: Route, text: String) {
        let Route { mut to, to_connection, unheard, ends, is_delta } = route;
        if to_connection {
            self.add_connection(&mut to);
        }
        if let End::Turns(thread_id, turn_ids) = &ends
            && let Some(thread) = self.threads.get(thread_id)
        {
            turn_ids.iter().for_each(|it| thread.announce_end(it));
        }
        if let Some((thread_id, turn_id)) = unheard {
            if let Some(thread) = self.threads.get_mut(&thread_id) {
                thread.unheard.push(&turn_id, &text);
            }
            self.settle(&thread_id);
        }
        self.n_joined += to.push(Line { text, is_delta });
        match ends {
            End::Nothing => {}
            End::Thread(thread_id) => self.close_thread(&thread_id),
            End::Turns(thread_id, turn_ids) => {
                if let Some(thread) = self.threads.get_mut(&thread_id) {
                    for turn_id in &turn_ids {
                        thread.end_turn(turn_id, None);
                    }
                }
                self.settle(&thread_id);
                self.forget_if_idle(&thread_id);
            }
        }
    }

    /// What was kept for starts and has proved to be for nobody goes to the connection.
    pub(super) fn settle(&mut self, thread_id: &str) {
        if let Some(thread) = self.threads.get_mut(thread_id) {
            let lines = thread.settled();
            self.give_to_watchers(lines);
        }
    }

    pub(super) fn give_to_watchers(&self, lines: Vec<String>) {
        for text in lines {
            let mut to = Targets::default();
            self.add_connection(&mut to);
            to.push(Line { text, is_delta: false });
        }
    }

    /// Within a turn it goes to those who follow the turn or watch the thread, and to the connection
    /// if there are none; within a thread to those who watch it and to the connection.
    fn address(&mut self, route: &mut Route, thread_id: &str, turn_id: Option<&str>) {
        let Some(thread) = self.threads.get_mut(thread_id) else { return };
        if let Some(turn_id) = turn_id {
            thread.expect_early(turn_id);
            route.to.add(thread.followers(turn_id));
        }
        route.to.add(thread.watchers.queues());
        let is_unheard = route.to.first.is_none();
        if let Some(turn_id) = turn_id {
            route.to.add(thread.early(turn_id));
            if is_unheard && route.to.first.is_some() {
                route.unheard = Some((thread_id.to_owned(), turn_id.to_owned()));
            }
        }
        route.to_connection = turn_id.is_none() || route.to.first.is_none();
    }

    fn add_connection(&self, to: &mut Targets) {
        to.add(self.watchers.queues().chain(&self.pull));
    }

    /// Notes the start of a turn, hands it over to whoever waits for one, and tells under which id
    /// it is followed.
    fn turn_started(
        &mut self,
        thread_id: &str,
        turn_id: &str,
        params: &str,
        effects: &mut Vec<Effect>,
    ) -> String {
        if !self.threads.contains(thread_id) && self.threads.len() >= MOST_THREADS {
            return turn_id.to_owned();
        }
        let thread = self.threads.get_or_insert(thread_id);
        let root = string_at(params, &["turn", "rootTurnId"]);
        thread.guard.started(turn_id, root.as_deref());
        let turn_id = thread.guard.outer_of(turn_id).to_owned();
        thread.begun(&turn_id);
        if thread.turn_started(&turn_id) {
            let (thread_id, turn_id) = (thread_id.to_owned(), turn_id.clone());
            effects.push(Effect::Interrupt { thread_id, turn_id });
        }
        let (thread_id, waiting) = (Arc::clone(&thread.id), thread.waiters.take_turn());
        self.unnamed_begun(&thread_id, &turn_id, effects);
        for to in waiting {
            if let Some(attached) = self.attach(&thread_id, Some(&turn_id)) {
                effects.push(Effect::HandOver { to, attached });
            }
        }
        self.settle(&thread_id);
        turn_id
    }
}
