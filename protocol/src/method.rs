//! The traits that connect a params type with its method and its response, and the table of methods.
//! The generated types implement them.

use serde::Serialize;

use crate::decode::Decode;
use crate::generated::METHODS;

/// The params of a request that a client sends, such as [`TurnStartParams`](crate::TurnStartParams).
pub trait ClientRequest: Serialize {
    /// The method's name, such as `turn/start`.
    const METHOD: &'static str;
    /// Whether the server accepts it only from clients that opted in to the experimental API.
    const EXPERIMENTAL: bool;
    /// Whether the message has a `params` member.
    const HAS_PARAMS: bool;
    /// The type of the server's response. The response types of this crate are also `Serialize`.
    type Response: Decode;
}

/// The params of a notification that a client sends, such as
/// [`InitializedNotification`](crate::InitializedNotification).
pub trait ClientNotification: Serialize {
    /// The method's name, such as `initialized`.
    const METHOD: &'static str;
    /// Whether the server accepts it only from clients that opted in to the experimental API.
    const EXPERIMENTAL: bool;
    /// Whether the message has a `params` member.
    const HAS_PARAMS: bool;
}

/// The params of a request that the server sends, such as an approval.
pub trait ServerRequestParams: Decode + Serialize {
    /// The method's name, such as `item/commandExecution/requestApproval`.
    const METHOD: &'static str;
    /// Whether the server sends it only to clients that opted in to the experimental API.
    const EXPERIMENTAL: bool;
    /// The type of the client's reply.
    type Response: Decode + Serialize;
}

/// The params of a notification that the server sends, such as
/// [`TurnCompletedNotification`](crate::TurnCompletedNotification).
pub trait ServerNotificationParams: Decode + Serialize {
    /// The names of the methods with these params, usually one.
    const METHODS: &'static [&'static str];
    /// The method's name, such as `turn/completed`. The first one if several methods have these params.
    const METHOD: &'static str = Self::METHODS[0];
    /// Whether the server sends it only to clients that opted in to the experimental API.
    const EXPERIMENTAL: bool = is_experimental(Self::METHOD);
}

/// What the table of methods says of a notification; not so, of one that is not in it.
const fn is_experimental(method: &str) -> bool {
    let mut at = 0;
    while at < METHODS.len() {
        let info = &METHODS[at];
        if matches!(info.direction, Direction::ServerNotification) && is_same(info.name, method) {
            return info.experimental;
        }
        at += 1;
    }
    false
}

const fn is_same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() != right.len() {
        return false;
    }
    let mut at = 0;
    while at < left.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// Who sends a message, and whether it has a response.
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

/// A method of the protocol, as listed in [`METHODS`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct MethodInfo {
    /// The method's name on the wire.
    pub name: &'static str,
    /// Who sends it, and whether it has a response.
    pub direction: Direction,
    /// Whether it belongs to the experimental API.
    pub experimental: bool,
    /// The members of the params that belong to the experimental API, as named on the wire.
    pub experimental_members: &'static [&'static str],
    /// The name of the Rust type of its params. `None` if it has no params.
    pub params: Option<&'static str>,
    /// The name of the Rust type of its response. `None` if it is a notification.
    pub response: Option<&'static str>,
}

/// Implements for the unit struct of a method without params what other params have. It serializes as
/// an empty object, though it is not sent, and decodes from anything.
macro_rules! no_params {
    ($name:ident) => {
        impl $name {
            /// Creates the params, which have no members. Use `new` rather than the unit struct if
            /// the code should still compile when the method gets optional params.
            #[inline]
            #[must_use]
            pub fn new() -> Self {
                Self
            }
        }

        impl $crate::decode::Blank for $name {
            #[inline]
            fn blank() -> Self {
                Self
            }
        }

        impl $crate::decode::Decode for $name {
            #[inline]
            fn decode(
                reader: &mut $crate::decode::Reader<'_>,
            ) -> ::std::result::Result<Self, $crate::decode::DecodeError> {
                reader.skip().map(|()| Self)
            }
        }

        $crate::serde_bridge::deserialize_via_json!($name);

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
