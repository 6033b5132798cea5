//! The requests that are open: received, and not yet answered or cancelled. This module decides
//! what replies to a request, and when a reply is too late. It does no I/O and calls no handler.

use std::collections::BTreeMap;

use codex_app_protocol::{Header, RequestId};
use tokio::sync::watch;

use crate::later;
use crate::router::Router;
use crate::router::effect::Effect;
use crate::router::peek::{string_at, value_at};
use crate::server_request::answerer::Answerer;
use crate::server_request::cancellation::{Cancellation, Standing};
use crate::server_request::default_answer::{Why, default_answer, report};
use crate::server_request::handlers::Handlers;
use crate::server_request::incoming::{Asked, Incoming};
use crate::server_request::kind::Kind;
use crate::server_request::streams::Streams;

/// How many requests may be open at once. A real server has a handful; requests beyond the limit
/// get the default reply at once, so that memory is bounded.
const MOST_OPEN: usize = 1024;

/// The requests of a connection.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    /// The open streams.
    pub(crate) streams: Streams,
    /// The installed closures, policies and handler.
    pub(crate) handlers: Handlers,
    /// How many handlers failed or panicked.
    pub(crate) n_failed: u64,
    /// How many requests got the default reply.
    pub(crate) n_default: u64,
    open: BTreeMap<RequestId, Open>,
    /// The lines of file changes in progress, each with its turn, by thread and item.
    changes: BTreeMap<(String, String), (String, String)>,
    last_serial: u64,
}

#[derive(Debug)]
struct Open {
    serial: u64,
    kind: Kind,
    method: String,
    thread_id: Option<String>,
    turn_id: Option<String>,
    item_id: Option<String>,
    standing: watch::Sender<Standing>,
}

impl Open {
    /// Tells the watchers, once the session is unlocked.
    fn ended(&self, standing: Standing) {
        let watched = self.standing.clone();
        later::run(move || {
            watched.send_replace(standing);
        });
    }

    fn is(&self, incoming: &Incoming) -> bool {
        self.method == incoming.method
            && self.thread_id == incoming.thread_id
            && self.turn_id == incoming.turn_id
            && self.item_id == incoming.item_id
    }
}

impl Requests {
    pub(crate) fn new(handlers: Handlers) -> Self {
        Self { handlers, ..Self::default() }
    }

    /// A request was received.
    pub(crate) fn arrived(&mut self, incoming: Incoming, text: String, effects: &mut Vec<Effect>) {
        // When a thread is resumed, the server sends its open requests again, with the same ids.
        if self.open.get(&incoming.id).is_some_and(|it| it.is(&incoming)) {
            let method = incoming.method;
            let told = move || tracing::debug!(method, "received again while it is open");
            return later::run(told);
        }
        self.cancel(|id, _| *id == incoming.id);
        let kind = Kind::of(&incoming.method, &text);
        let answerer = self.answerer(kind, incoming.thread_id.as_deref());
        match answerer.ok_or(Why::Nobody).and_then(|it| self.admit(it)) {
            Ok(answerer) => {
                let asked = self.open(incoming, kind, text);
                effects.push(Effect::Ask(asked, answerer));
            }
            Err(why) => {
                self.n_default += 1;
                effects
                    .extend(default_answer(&incoming.id, &incoming.method).ok().map(Effect::Send));
                later::run(move || report(kind, &incoming, why));
            }
        }
    }

    fn admit(&self, answerer: Answerer) -> Result<Answerer, Why> {
        if self.open.len() < MOST_OPEN { Ok(answerer) } else { Err(Why::Flood) }
    }

    pub(crate) fn n_open(&self) -> usize {
        self.open.len()
    }

    /// A request was received whose line cannot be used: it gets the default reply.
    pub(crate) fn unreadable(&mut self, id: &RequestId, method: &str, effects: &mut Vec<Effect>) {
        self.n_default += 1;
        let unread = method.to_owned();
        later::run(move || {
            tracing::warn!(method = unread, "a request that cannot be read: declined");
        });
        effects.extend(default_answer(id, method).ok().map(Effect::Send));
    }

    /// Whether a request is still open; it is closed by this call.
    pub(crate) fn settle(&mut self, id: &RequestId, serial: u64) -> bool {
        let is_open = self.open.get(id).is_some_and(|it| it.serial == serial);
        if is_open && let Some(open) = self.open.remove(id) {
            open.ended(Standing::ReplyStatus);
        }
        is_open
    }

    /// A notification was received, which may end requests.
    pub(crate) fn heed(&mut self, header: &Header<'_>, text: &str, router: &Router) {
        let (Some(method), params) = (header.method.as_deref(), header.params) else { return };
        let (thread_id, turn_id) = (header.thread_id.as_deref(), header.turn_id.as_deref());
        match (method, thread_id, turn_id) {
            ("item/started" | "item/fileChange/patchUpdated" | "item/completed", Some(_), _) => {
                self.item(header, text);
            }
            ("serverRequest/resolved", ..) if !self.open.is_empty() => {
                if let Some(id) = params.and_then(|it| value_at(it, &["requestId"])) {
                    self.resolved(&id);
                }
            }
            ("turn/completed", Some(thread_id), Some(turn_id)) => {
                let outer = router.outer_id(thread_id, turn_id);
                self.turn_ended(thread_id, |it| router.outer_id(thread_id, it) == outer);
            }
            ("thread/closed" | "thread/deleted", Some(thread_id), _) => {
                self.thread_closed(thread_id);
            }
            _ => {}
        }
    }

    /// Remembers file changes: an approval request does not contain them, but the item before it
    /// does.
    fn item(&mut self, header: &Header<'_>, text: &str) {
        let ids =
            (header.thread_id.as_deref(), header.turn_id.as_deref(), header.item_id.as_deref());
        let (Some(thread_id), Some(turn_id), Some(item_id)) = ids else { return };
        let place = || (thread_id.to_owned(), item_id.to_owned());
        match header.method.as_deref() {
            Some("item/started") => {
                let kind = string_at(header.params.unwrap_or_default(), &["item", "type"]);
                if kind.as_deref() == Some("fileChange") {
                    if self.changes.len() >= MOST_OPEN {
                        self.changes.pop_first();
                    }
                    self.changes.insert(place(), (turn_id.to_owned(), text.to_owned()));
                }
            }
            _ if self.changes.is_empty() => {}
            Some("item/completed") => drop(self.changes.remove(&place())),
            _ => {
                if let Some((_, line)) = self.changes.get_mut(&place()) {
                    text.clone_into(line);
                }
            }
        }
    }

    /// The server has closed a request: it got a reply, or withdrew the request.
    fn resolved(&mut self, id: &RequestId) {
        self.cancel(|it, _| it == id);
    }

    /// A turn has ended, and its requests with it.
    pub(crate) fn turn_ended(&mut self, thread_id: &str, is_in_turn: impl Fn(&str) -> bool) {
        self.cancel(|_, it| {
            it.thread_id.as_deref() == Some(thread_id)
                && it.turn_id.as_deref().map_or_else(|| it.kind.is_legacy(), &is_in_turn)
        });
        self.changes.retain(|(thread, _), (turn, _)| thread != thread_id || !is_in_turn(turn));
    }

    /// The server has closed a thread.
    pub(crate) fn thread_closed(&mut self, thread_id: &str) {
        self.cancel(|_, it| it.thread_id.as_deref() == Some(thread_id));
        self.changes.retain(|(thread, _), _| thread != thread_id);
    }

    /// The connection has ended. Returns the handlers, which must not be dropped under the lock.
    pub(crate) fn close(&mut self) -> Handlers {
        self.cancel(|_, _| true);
        self.changes.clear();
        later::drop(std::mem::take(&mut self.streams));
        std::mem::take(&mut self.handlers)
    }

    fn answerer(&self, kind: Kind, thread_id: Option<&str>) -> Option<Answerer> {
        if self.handlers.come_before_stream(kind) {
            return Some(Answerer::Handlers(self.handlers.clone()));
        }
        match self.streams.of(thread_id) {
            Some(stream) => Some(Answerer::Stream(stream)),
            None if self.handlers.has_general() => Some(Answerer::Handlers(self.handlers.clone())),
            None => None,
        }
    }

    fn open(&mut self, incoming: Incoming, kind: Kind, text: String) -> Asked {
        self.last_serial += 1;
        let serial = self.last_serial;
        let (standing, cancellation) = Cancellation::of_open();
        let open = Open {
            serial,
            kind,
            method: incoming.method.clone(),
            thread_id: incoming.thread_id.clone(),
            turn_id: incoming.turn_id.clone(),
            item_id: incoming.item_id.clone(),
            standing,
        };
        self.open.insert(incoming.id.clone(), open);
        let place = incoming.thread_id.clone().zip(incoming.item_id.clone());
        let changes = place
            .filter(|_| kind == Kind::FileChangeApproval)
            .and_then(|it| Some(self.changes.get(&it)?.1.clone()));
        Asked { incoming, kind, serial, text, changes, cancellation }
    }

    fn cancel(&mut self, is_over: impl Fn(&RequestId, &Open) -> bool) {
        self.open.retain(|id, it| {
            let is_over = is_over(id, it);
            if is_over {
                it.ended(Standing::Cancelled);
            }
            !is_over
        });
    }
}
