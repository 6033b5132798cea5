//! Everything that travels, each with the schema that describes it and the way in which the crate
//! reads it.

use std::collections::BTreeMap;

use codex_app_protocol::decode::DecodeError;
use codex_app_protocol::{ServerMessage, ServerNotification, ServerRequest};

use crate::codec::{Codec, Recoded};
use crate::schema::{Schema, bundle};
use crate::{notifications, requests, server_requests};

/// A sort of message, without its envelope.
pub(crate) struct Subject {
    /// What to call it: a method, and which part of it.
    pub(crate) name: String,
    /// The definition, by itself or inside of `anyOf` with null.
    pub(crate) schema: Schema,
    pub(crate) channel: Channel,
    /// The type that it decodes to.
    pub(crate) codec: Codec,
}

/// How a payload gets to its type.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Channel {
    /// As the params of a message.
    Notification(&'static str),
    /// By itself, as a result or as what a client sends.
    Payload,
    /// As the params of a message.
    Request(&'static str),
}

impl Channel {
    pub(crate) fn method(&self) -> Option<&str> {
        match self {
            Self::Notification(method) | Self::Request(method) => Some(method),
            Self::Payload => None,
        }
    }
}

/// What became of a payload.
pub(crate) enum Outcome {
    Decoded(Recoded),
    Refused(DecodeError),
    /// The message is unknown; its method and params.
    Unknown(String, Option<String>),
}

impl Subject {
    /// The definition of the payload.
    pub(crate) fn definition(&self) -> Schema {
        let referred =
            self.schema["$ref"].as_str().or_else(|| self.schema["anyOf"][0]["$ref"].as_str());
        referred.map_or(self.schema, |it| bundle().target(it).1)
    }

    pub(crate) fn decode(&self, payload: &str) -> Outcome {
        let line = match self.channel {
            Channel::Notification(method) => {
                format!(r#"{{"method":"{method}","params":{payload},"emittedAtMs":1}}"#)
            }
            Channel::Request(method) => {
                format!(r#"{{"method":"{method}","id":"r1","params":{payload}}}"#)
            }
            Channel::Payload => return self.decode_alone(payload),
        };
        decode_line(line)
    }

    /// Decodes the payload from a message that tells its method last.
    pub(crate) fn decode_params_first(&self, payload: &str) -> Outcome {
        decode_line(match self.channel {
            Channel::Notification(method) => {
                format!(r#"{{"emittedAtMs":1,"params":{payload},"method":"{method}"}}"#)
            }
            Channel::Request(method) => {
                format!(r#"{{"params":{payload},"id":1,"method":"{method}"}}"#)
            }
            Channel::Payload => return self.decode_alone(payload),
        })
    }

    /// Decodes the payload by its type, without a message around it.
    pub(crate) fn decode_alone(&self, payload: &str) -> Outcome {
        (self.codec.recode)(payload).map_or_else(Outcome::Refused, Outcome::Decoded)
    }
}

/// Decodes a notification or request of the server, and encodes its params.
pub(crate) fn decode_line(line: String) -> Outcome {
    match ServerMessage::from_line(line.clone()).expect("a message") {
        ServerMessage::Notification(message) => {
            assert_eq!(message.raw(), line);
            match &message.body {
                ServerNotification::Unknown { method, params } => {
                    Outcome::Unknown(method.to_string(), params.as_ref().map(|it| it.get().into()))
                }
                body => decoded(notifications::payload(body), message.n_unknown),
            }
        }
        ServerMessage::Request { message, .. } => {
            assert_eq!(message.raw(), line);
            match &message.body {
                ServerRequest::Unknown { method, params } => {
                    Outcome::Unknown(method.to_string(), params.as_ref().map(|it| it.get().into()))
                }
                body => decoded(server_requests::payload(body), message.n_unknown),
            }
        }
        _ => panic!("{line} has a method"),
    }
}

fn decoded(payload: Option<String>, n_unknown: u32) -> Outcome {
    Outcome::Decoded(Recoded { json: payload.expect("a method of the table"), n_unknown })
}

/// What the server sends: notifications, requests, and results.
pub(crate) fn received() -> Vec<Subject> {
    let mut subjects = Vec::new();
    let schemas = bundle().methods("ServerNotification");
    for it in notifications::of_the_server() {
        subjects.push(Subject {
            name: format!("notification {}", it.method),
            schema: params_of(&schemas, it.method),
            channel: Channel::Notification(it.method),
            codec: it.params,
        });
    }
    let schemas = bundle().methods("ServerRequest");
    for it in server_requests::of_the_server() {
        subjects.push(Subject {
            name: format!("request {}", it.method),
            schema: params_of(&schemas, it.method),
            channel: Channel::Request(it.method),
            codec: it.params.expect("requests of the server have params"),
        });
    }
    subjects.extend(requests::of_the_client().iter().map(response));
    subjects
}

/// What a client sends: the params of requests, and the answers to requests.
pub(crate) fn sent() -> Vec<Subject> {
    let schemas = bundle().methods("ClientRequest");
    let mut subjects = Vec::new();
    for it in requests::of_the_client() {
        let Some(codec) = it.params else { continue };
        subjects.push(Subject {
            name: format!("params of {}", it.method),
            schema: params_of(&schemas, it.method),
            channel: Channel::Payload,
            codec,
        });
    }
    subjects.extend(server_requests::of_the_server().iter().map(response));
    subjects
}

/// Nothing but a type's name says which definition answers a method.
fn response(request: &requests::Request) -> Subject {
    let definition = bundle().definition(request.response.type_name);
    Subject {
        name: format!("response to {}", request.method),
        schema: definition.expect("responses are named as their definitions"),
        channel: Channel::Payload,
        codec: request.response,
    }
}

fn params_of(schemas: &BTreeMap<&'static str, Option<Schema>>, method: &str) -> Schema {
    schemas[method].expect("the method has params")
}
