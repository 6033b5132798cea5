//! What ties a payload to its method: implemented by the generated types, used by clients to send
//! and receive them without naming a method twice.

use serde::Serialize;

use crate::decode::Decode;

/// The params of a request that a client sends.
pub trait ClientRequest: Serialize {
    /// The method's name, such as `turn/start`.
    const METHOD: &'static str;
    /// Whether the server takes it only from clients that opted in to the experimental API.
    const EXPERIMENTAL: bool;
    /// Whether the message has a `params` member.
    const HAS_PARAMS: bool;
    /// What the server answers.
    type Response: Decode;
}

/// The params of a notification that a client sends.
pub trait ClientNotification: Serialize {
    /// The method's name, such as `initialized`.
    const METHOD: &'static str;
    /// Whether the server takes it only from clients that opted in to the experimental API.
    const EXPERIMENTAL: bool;
    /// Whether the message has a `params` member.
    const HAS_PARAMS: bool;
}

/// The params of a request that the server sends.
pub trait ServerRequestParams: Decode {
    /// The method's name, such as `item/commandExecution/requestApproval`.
    const METHOD: &'static str;
    /// Whether the server sends it only to clients that opted in to the experimental API.
    const EXPERIMENTAL: bool;
    /// What the client answers.
    type Response: Serialize;
}

/// The params of a notification that the server sends.
pub trait ServerNotificationParams: Decode {
    /// The names of the methods that carry these params: usually one.
    const METHODS: &'static [&'static str];
}

/// Who sends a message, and whether an answer is expected.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "two sides, with or without an answer")]
pub enum Direction {
    /// A request from the client.
    ClientRequest,
    /// A notification from the client.
    ClientNotification,
    /// A request from the server.
    ServerRequest,
    /// A notification from the server.
    ServerNotification,
}

/// What is known of a method.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct MethodInfo {
    /// The method's name on the wire.
    pub name: &'static str,
    /// Who sends it.
    pub direction: Direction,
    /// Whether it belongs to the experimental API.
    pub experimental: bool,
    /// The members of its params that belong to the experimental API though the method does not.
    pub experimental_members: &'static [&'static str],
    /// The name of the type of its params, if it has any.
    pub params: Option<&'static str>,
    /// The name of the type of its response, if it is a request.
    pub response: Option<&'static str>,
}

/// Gives the unit struct of a method without params its empty object: what [`ClientRequest`] asks
/// for, though it is not sent.
macro_rules! no_params {
    ($name:ident) => {
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                use ::serde::ser::SerializeMap as _;
                serializer.serialize_map(Some(0))?.end()
            }
        }
    };
}
pub(crate) use no_params;
