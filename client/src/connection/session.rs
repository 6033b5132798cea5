//! The state of a connection: its pending requests, its routes, and whether it has ended. It
//! decides what a received line means. It does no I/O: what is to be done, it returns as effects.

#[cfg(any(test, fuzzing))]
pub(crate) mod model;

use std::sync::Arc;

use tokio::time::Instant;

use codex_app_protocol::{
    ClientRequest as _, DecodeError, Header, HeaderKind, ReviewStartParams, RpcError, decode,
};

use crate::connection::pending::{Call, Pending, RawReply};
use crate::connection::stats::Stats;
use crate::error::Error;
use crate::error::closed::Closed;
use crate::event::{InvalidLine, InvalidLineReason};
use crate::later;
use crate::router::effect::Effect;
use crate::router::peek::{Addressee, DeltaAddress, range_in, string_at};
use crate::router::{Claim, Router};
use crate::server_request::{Handlers, Incoming, Requests};
use crate::transport::frame::Frame;

/// What a connection knows.
#[derive(Debug, Default)]
pub(crate) struct Session {
    pub(crate) router: Router,
    pub(crate) pending: Pending,
    /// What the server asks.
    pub(crate) requests: Requests,
    pub(crate) n_received: u64,
    pub(crate) n_invalid: u64,
    pub(crate) n_unknown: u64,
    n_unclaimed: u64,
    closed: Option<Arc<Closed>>,
}

impl Session {
    /// Nothing is known yet.
    pub(crate) fn new(handlers: Handlers) -> Self {
        Self { requests: Requests::new(handlers), ..Self::default() }
    }

    /// Fails if the connection has ended.
    pub(crate) fn check_open(&self) -> Result<(), Error> {
        self.closed.as_ref().map_or(Ok(()), |it| Err(Arc::clone(it).into()))
    }

    /// What was counted.
    pub(crate) fn stats(&self) -> Stats {
        Stats {
            received_lines: self.n_received,
            invalid_lines: self.n_invalid,
            unknown_parts: self.n_unknown,
            merged_deltas: self.router.n_joined,
            unclaimed_responses: self.n_unclaimed,
            default_replies: self.requests.n_default,
            failed_handlers: self.requests.n_failed,
            pending_server_requests: self.requests.n_open(),
            pending_requests: self.pending.len(),
        }
    }

    /// Calls that were given up long ago count no more, and hold no thread.
    pub(crate) fn expire(&mut self, now: Instant) {
        for start in self.pending.expire(now) {
            self.router.cancel_start(&start);
        }
    }

    /// Something was received.
    ///
    /// # Errors
    ///
    /// Fails if it was too long, and cannot be told for whom: somebody would wait for it for ever.
    pub(crate) fn frame(
        &mut self,
        frame: Frame,
        limit: usize,
        effects: &mut Vec<Effect>,
    ) -> Result<(), ()> {
        self.n_received += 1;
        match frame {
            Frame::Line(text) => self.line(text, effects),
            Frame::InvalidUtf8(bytes) => self.not_utf8(&bytes, effects),
            Frame::TooLong(beginning, end) => {
                let addressee = Addressee::of(&beginning, &end);
                self.invalid(InvalidLineReason::TooLong { limit }, &beginning);
                return self.too_long(addressee, limit, effects);
            }
        }
        Ok(())
    }

    fn line(&mut self, text: String, effects: &mut Vec<Effect>) {
        // Nearly all that a server sends is deltas. Of those, the end is left to the consumer.
        if let Some(address) = DeltaAddress::of(&text) {
            let route = self.router.route_delta(&address);
            return self.router.deliver(route, text);
        }
        let header = match Header::read(&text) {
            Ok(header) => header,
            Err(error) => {
                self.invalid(InvalidLineReason::NotAMessage, text.as_bytes());
                return self.spoilt(text.as_bytes(), error, effects);
            }
        };
        match header.kind {
            HeaderKind::Notification => {
                self.requests.heed(&header, &text, &self.router);
                let route = self.router.route(&header, effects);
                self.router.deliver(route, text);
            }
            HeaderKind::Request => {
                if let Some(incoming) = Incoming::of(&header) {
                    self.requests.arrived(incoming, text, effects);
                }
            }
            HeaderKind::Response | HeaderKind::ErrorResponse => {
                let call = header.id.as_ref().and_then(|it| self.pending.take(it));
                let Some(call) = call else {
                    self.n_unclaimed += 1;
                    let told = || tracing::debug!("response to an unknown or abandoned request");
                    return later::run(told);
                };
                let result = header.result.and_then(|it| range_in(&text, it));
                let error = header.error.map(rpc_error);
                match (error, result) {
                    (Some(error), _) => self.refused(call, error, effects),
                    (None, Some(result)) => self.answered(call, RawReply { text, result }, effects),
                    (None, None) => later::drop(call),
                }
            }
        }
    }

    fn not_utf8(&mut self, bytes: &[u8], effects: &mut Vec<Effect>) {
        self.invalid(InvalidLineReason::NotUtf8, bytes);
        let valid = bytes.utf8_chunks().next().map_or("", |it| it.valid());
        let lossy = String::from_utf8_lossy(bytes);
        if let Some(error) = Header::read(valid).err().or_else(|| Header::read(&lossy).err()) {
            self.spoilt(lossy.as_bytes(), error, effects);
        }
    }

    /// Whoever waits for a line that cannot be used is told, as far as its beginning says who it is.
    fn spoilt(&mut self, line: &[u8], error: DecodeError, effects: &mut Vec<Effect>) {
        let addressee = Addressee::of(line, line);
        match (addressee.id, addressee.method) {
            (Some(id), None) => {
                if let Some(call) = self.pending.take(&id) {
                    let source = Arc::new(error);
                    self.call_failed(call, |method| Error::Decode { method, source }, effects);
                }
            }
            (Some(id), Some(method)) => {
                self.requests.unreadable(&id, &method, effects);
            }
            (None, Some(method)) if method == "turn/completed" => {
                if let Some((thread_id, turn_id)) = addressee.thread_id.zip(addressee.turn_id) {
                    self.requests.turn_ended(&thread_id, |it| it == turn_id);
                    let error = Error::InvalidTurnEnd { turn_id: turn_id.clone() };
                    self.router.turn_end_lost(&thread_id, &turn_id, &error);
                }
            }
            (None, Some(method)) if method == "item/completed" => {
                self.item_lost(addressee.thread_id, addressee.turn_id);
            }
            (None, _) => {}
        }
    }

    fn too_long(
        &mut self,
        addressee: Addressee,
        limit: usize,
        effects: &mut Vec<Effect>,
    ) -> Result<(), ()> {
        match (addressee.id, addressee.method.as_deref()) {
            (Some(id), None) => {
                if let Some(call) = self.pending.take(&id) {
                    self.call_failed(
                        call,
                        |method| Error::ResponseTooLong { method, limit },
                        effects,
                    );
                }
                Ok(())
            }
            (None, Some("turn/completed")) => {
                let (thread_id, turn_id) = addressee.thread_id.zip(addressee.turn_id).ok_or(())?;
                self.requests.turn_ended(&thread_id, |it| it == turn_id);
                let error = Error::TurnEndTooLong { turn_id: turn_id.clone(), limit };
                self.router.turn_end_lost(&thread_id, &turn_id, &error);
                Ok(())
            }
            (None, Some("item/completed")) => {
                self.item_lost(addressee.thread_id, addressee.turn_id);
                Ok(())
            }
            (None, Some("turn/started")) | (Some(_), Some(_)) | (None, None) => Err(()),
            (None, Some(_)) => Ok(()),
        }
    }

    fn item_lost(&mut self, thread_id: Option<String>, turn_id: Option<String>) {
        if let Some((thread_id, turn_id)) = thread_id.zip(turn_id) {
            self.router.item_lost(&thread_id, &turn_id);
        }
    }

    /// The connection has ended: everybody who waits is told, and whoever comes later.
    pub(crate) fn close(&mut self, closed: Closed, effects: &mut Vec<Effect>) {
        if self.closed.is_some() {
            return;
        }
        let closed = Arc::new(closed);
        self.closed = Some(Arc::clone(&closed));
        let error = Error::from(closed);
        self.router.end(&error);
        for call in self.pending.drain() {
            later::drop(call.permit);
            let outcome = Err(error.clone());
            effects.push(Effect::Answer { waiter: call.waiter, outcome, started: None });
        }
        effects.push(Effect::Release(self.requests.close()));
    }

    fn refused(&mut self, call: Call, error: RpcError, effects: &mut Vec<Effect>) {
        self.call_failed(call, |method| Error::refused(method, error), effects);
    }

    fn answered(&mut self, call: Call, reply: RawReply, effects: &mut Vec<Effect>) {
        let mut call = call;
        // Whoever waits for its place is woken.
        later::drop(call.permit.take());
        let result = &reply.text[reply.result.clone()];
        let mut started = None;
        if let Some((start, _)) = &call.start {
            let is_review = &*call.method == ReviewStartParams::METHOD;
            match (string_at(result, &["turn", "id"]), call.claim()) {
                (Some(turn_id), Claim::Nothing) => {
                    self.router.answer_unclaimed(start, &turn_id, is_review, effects);
                }
                (Some(turn_id), claim) => {
                    let attached = self.router.answer_start(start, &turn_id, is_review, effects);
                    started = Some((attached, claim == Claim::HandleOrInterrupt));
                }
                (None, _) => self.router.answer_unnamed(start, effects),
            }
        }
        if call.tells_of_thread() {
            // From now on the server tells of it.
            if let Some(thread_id) = string_at(result, &["thread", "id"]) {
                self.router.thread_is_heard(&thread_id);
            }
        }
        if let Some(thread_id) = &call.unsubscribes {
            self.requests.thread_closed(thread_id);
            self.router.unsubscribed(thread_id);
        }
        effects.push(Effect::Answer { waiter: call.waiter, outcome: Ok(reply), started });
    }

    fn call_failed(
        &mut self,
        call: Call,
        error: impl FnOnce(Box<str>) -> Error,
        effects: &mut Vec<Effect>,
    ) {
        if let Some((start, _)) = &call.start {
            self.router.cancel_start(start);
        }
        later::drop(call.permit);
        let outcome = Err(error(call.method));
        effects.push(Effect::Answer { waiter: call.waiter, outcome, started: None });
    }

    fn invalid(&mut self, reason: InvalidLineReason, line: &[u8]) {
        self.n_invalid += 1;
        later::run(move || {
            tracing::warn!(?reason, "received a line that cannot be used");
        });
        self.router.invalid(&InvalidLine::new(reason, line));
    }
}

/// The error object of a response, whatever its shape.
fn rpc_error(json: &str) -> RpcError {
    decode::from_str(json).unwrap_or_else(|_| {
        let message = string_at(json, &["message"]);
        RpcError::new(0, message.as_deref().unwrap_or("an error without code and message"))
    })
}
