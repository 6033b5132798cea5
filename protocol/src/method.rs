//! What ties a payload to its method: implemented by the generated types, used by clients to send
//! and receive them without naming a method twice.

use serde::Serialize;

use crate::decode::Decode;
use crate::generated::METHODS;

/// The params of a request that a client sends.
pub trait ClientRequest: Serialize {
    /// The method's name, such as `turn/start`.
    const METHOD: &'static str;
    /// Whether the server takes it only from clients that opted in to the experimental API.
    const EXPERIMENTAL: bool;
    /// Whether the message has a `params` member.
    const HAS_PARAMS: bool;
    /// What the server answers. The response types of this crate are `Serialize`, too.
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
pub trait ServerRequestParams: Decode + Serialize {
    /// The method's name, such as `item/commandExecution/requestApproval`.
    const METHOD: &'static str;
    /// Whether the server sends it only to clients that opted in to the experimental API.
    const EXPERIMENTAL: bool;
    /// What the client answers.
    type Response: Decode + Serialize;
}

/// The params of a notification that the server sends.
pub trait ServerNotificationParams: Decode + Serialize {
    /// The names of the methods that carry these params: usually one.
    const METHODS: &'static [&'static str];
    /// The method's name, such as `turn/completed`: of several that carry these params, the first.
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

/// Gives the unit struct of a method without params what other params have: its empty object, though
/// it is not sent, and that it is read from whatever is there.
macro_rules! no_params {
    ($name:ident) => {
        impl $name {
            /// The method has no params; if it has some one day, they are set on what this returns.
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
