//! The members of one line: read in one pass, the params decoded in place.

use std::borrow::Cow;
use std::ops::Range;

use super::{Message, Outcome, Received, Response, ServerMessage};
use crate::decode::{DecodeError, Reader, from_str};
use crate::generated::{ServerNotification, ServerRequest};
use crate::json::Json;
use crate::jsonrpc::RpcError;
use crate::open_union::attempt;
use crate::request_id::RequestId;

/// Params, decoded while the line is read, if the method stood before them.
enum Body {
    Notification(ServerNotification),
    Request(ServerRequest),
}

/// The members of one line.
#[derive(Default)]
pub(super) struct Envelope<'a> {
    method: Option<Cow<'a, str>>,
    id: Option<RequestId>,
    emitted_at_ms: Option<i64>,
    result: Option<Range<usize>>,
    error: Option<RpcError>,
    body: Option<Body>,
    params: Option<&'a str>,
    n_unknown: u32,
}

/// A line without itself: everything but the raw text, which is still borrowed.
pub(super) enum Interpreted {
    Notification(ServerNotification, Option<i64>, u32),
    Request(RequestId, ServerRequest, Option<i64>, u32),
    Response(RequestId, Outcome),
    Error(RpcError, Option<i64>),
}

impl<'a> Envelope<'a> {
    pub(super) fn read(line: &'a str) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(line);
        let mut envelope = Self::default();
        reader.begin_object()?;
        while let Some(key) = reader.next_raw_key()? {
            match key.unescaped().as_deref() {
                Some("method") => {
                    // Of two members with one name the last counts, here and in a `Header`: what was
                    // decoded for another method is not what the message says.
                    envelope.method = reader.string_or_skip()?;
                    envelope.body = None;
                }
                Some("params") => envelope.read_params(&mut reader)?,
                Some("emittedAtMs") => envelope.read_time(&mut reader)?,
                Some("id") => envelope.id = reader.value()?,
                Some("result") => {
                    let text = reader.raw()?;
                    let end = reader.position();
                    envelope.result = Some(end - text.len()..end);
                }
                Some("error") => envelope.read_error(&mut reader)?,
                _ => reader.skip()?,
            }
        }
        reader.end()?;
        Ok(envelope)
    }

    /// Decodes params in place where the method is known by now, and notes their text: an `id` that
    /// follows can still make a request of a notification.
    fn read_params(&mut self, reader: &mut Reader<'a>) -> Result<(), DecodeError> {
        let (mark, start, n_before) = (reader.mark(), reader.position(), reader.unknown_count());
        self.body = None;
        if let Some(method) = &self.method {
            let body = if self.id.is_some() {
                ServerRequest::known(method, reader).map(|it| it.map(Body::Request))
            } else {
                ServerNotification::known(method, reader).map(|it| it.map(Body::Notification))
            };
            match body {
                Ok(Some(body)) => {
                    self.body = Some(body);
                    self.n_unknown = reader.unknown_count() - n_before;
                    self.params = Some(reader.since(start));
                    return Ok(());
                }
                Err(error) if error.is_syntax() => return Err(error),
                Ok(None) | Err(_) => reader.reset(mark),
            }
        }
        self.params = Some(reader.raw()?);
        Ok(())
    }

    /// A time that is no integer says nothing, and costs nothing.
    fn read_time(&mut self, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
        self.emitted_at_ms = attempt(reader)?;
        if self.emitted_at_ms.is_none() {
            reader.skip()?;
        }
        Ok(())
    }

    /// An error of another form is still an error: the caller must not wait forever.
    fn read_error(&mut self, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
        self.error = match attempt::<Option<RpcError>>(reader)? {
            Some(error) => error,
            None => Some(RpcError::unreadable(reader.value()?)),
        };
        Ok(())
    }

    pub(super) fn interpret(self, line: &str) -> Result<Interpreted, DecodeError> {
        let not_a_message =
            || Reader::new(line).shape_error("expected a method, a result or an error");
        let Some(method) = self.method else {
            return match (self.id, self.error, self.result) {
                (Some(id), Some(error), _) => Ok(Interpreted::Response(id, Outcome::Error(error))),
                (None, Some(error), _) => Ok(Interpreted::Error(error, self.emitted_at_ms)),
                (Some(id), None, Some(range)) => {
                    Ok(Interpreted::Response(id, Outcome::Result(range)))
                }
                (_, None, _) => Err(not_a_message()),
            };
        };
        let (method, params, emitted) = (&*method, self.params, self.emitted_at_ms);
        Ok(match (self.id, self.body) {
            (None, Some(Body::Notification(body))) => {
                Interpreted::Notification(body, emitted, self.n_unknown)
            }
            (Some(id), Some(Body::Request(body))) => {
                Interpreted::Request(id, body, emitted, self.n_unknown)
            }
            (None, _) => {
                let (body, n_unknown) = decode_apart(method, params)?;
                Interpreted::Notification(body, emitted, n_unknown)
            }
            (Some(id), _) => {
                let (body, n_unknown) = decode_apart(method, params)?;
                Interpreted::Request(id, body, emitted, n_unknown)
            }
        })
    }
}

impl Interpreted {
    pub(super) fn with_line(self, raw: String) -> ServerMessage {
        match self {
            Self::Notification(body, emitted_at_ms, n_unknown) => {
                ServerMessage::Notification(Received { body, emitted_at_ms, n_unknown, raw })
            }
            Self::Request(id, body, emitted_at_ms, n_unknown) => {
                let message = Received { body, emitted_at_ms, n_unknown, raw };
                ServerMessage::Request { id, message }
            }
            Self::Response(id, outcome) => ServerMessage::Response(Response { id, outcome, raw }),
            Self::Error(body, emitted_at_ms) => {
                ServerMessage::Error(Received { body, emitted_at_ms, n_unknown: 0, raw })
            }
        }
    }
}

/// Decodes params from their own text: they stood before the method, are not known, or are missing.
fn decode_apart<M: Message>(method: &str, params: Option<&str>) -> Result<(M, u32), DecodeError> {
    let mut reader = Reader::new(params.unwrap_or("{}"));
    match M::known(method, &mut reader) {
        Ok(Some(body)) => return Ok((body, reader.unknown_count())),
        Err(error) if error.is_syntax() => return Err(error),
        Ok(None) | Err(_) => {}
    }
    let params = params.map(from_str::<Json>).transpose()?;
    Ok((M::unknown(method.into(), params), 1))
}
