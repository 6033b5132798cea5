//! Queries about an error: its kind, and what is in it.

use std::sync::Arc;

use codex_app_protocol::RpcError;

use crate::error::Error;
use crate::error::closed::Closed;
use crate::thread::ThreadRefusal;
use crate::turn::result::TurnFailure;

/// The code of the server for "retry later".
const OVERLOADED: i64 = -32001;

impl Error {
    /// Returns whether the connection has ended.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Closed(_))
    }

    /// Returns the end of the connection, if this is [`Error::Closed`].
    #[must_use]
    pub fn closed(&self) -> Option<&Closed> {
        match self {
            Self::Closed(closed) => Some(closed),
            _ => None,
        }
    }

    /// Returns the JSON-RPC error object of the server, if the server refused a request.
    #[must_use]
    pub fn rpc(&self) -> Option<&RpcError> {
        match self {
            Self::Rpc { error, .. }
            | Self::Overloaded { error, .. }
            | Self::ThreadRefused { error, .. }
            | Self::ChatgptAccountRequired { error, .. }
            | Self::TurnNotSteerable { error, .. }
            | Self::Unsupported { error: Some(error), .. } => Some(error),
            _ => None,
        }
    }

    /// Returns the failure of a turn, if this is [`Error::TurnFailed`].
    #[must_use]
    pub fn turn_failure(&self) -> Option<&TurnFailure> {
        match self {
            Self::TurnFailed(failure) => Some(failure),
            _ => None,
        }
    }

    /// Returns whether the server was too busy to accept the request, so that it is safe to retry;
    /// see [`retry_on_overload`](crate::retry_on_overload).
    #[must_use]
    pub fn is_overloaded(&self) -> bool {
        matches!(self, Self::Overloaded { .. })
    }

    /// Returns why the server refused the thread, if this is [`Error::ThreadRefused`].
    #[must_use]
    pub fn thread_refusal(&self) -> Option<ThreadRefusal> {
        match self {
            Self::ThreadRefused { refusal, .. } => Some(*refusal),
            _ => None,
        }
    }

    /// The error of a request that the server refused.
    pub(crate) fn refused(method: Box<str>, error: RpcError) -> Self {
        let error = Arc::new(error);
        match error.code {
            // The server sends nothing but the code and a message.
            OVERLOADED => Self::Overloaded { method, error },
            _ => Self::Rpc { method, error },
        }
    }
}

#[cfg(test)]
mod tests {
    use codex_app_protocol::RpcError;

    use crate::error::Error;

    #[test]
    fn messages_name_what_is_active_and_what_to_call_instead() {
        let (thread_id, turn_id) = ("t1".to_owned(), "u1".to_owned());
        let overlap =
            Error::TurnActive { thread_id: thread_id.clone(), turn_id: Some(turn_id.clone()) };
        for part in ["'t1'", "'u1'", "steer()", "interrupt()"] {
            assert!(overlap.to_string().contains(part), "{overlap}");
        }
        let starting = Error::TurnActive { thread_id: thread_id.clone(), turn_id: None };
        assert!(starting.to_string().contains("already starting a turn"), "{starting}");
        let pull = Error::TurnStreamActive { thread_id, turn_id };
        for part in ["'t1'", "'u1'", "TurnHandle"] {
            assert!(pull.to_string().contains(part), "{pull}");
        }
    }

    #[test]
    fn what_the_server_says_in_several_lines_is_one() {
        let said = || "a\nb\r\n".to_owned();
        let (thread_id, turn_id) = (said(), said());
        for (error, quoted) in [
            (Error::LoginFailed { login_id: None, message: Some(said()) }, "failed: a b"),
            (Error::Unauthorized { reason: said() }, "token: a b"),
            (Error::Handshake { status: Some(503), reason: said() }, "status 503: a b"),
            (Error::UntrustedCertificate { address: "x".into(), reason: said() }, "trusted: a b"),
            (
                Error::ServerVersionMismatch { version: said(), required: "1".into() },
                "server a b does",
            ),
            (Error::TurnActive { thread_id: said(), turn_id: Some(said()) }, "turn 'a b'"),
            (Error::NoActiveTurn { thread_id, turn_id }, "turn 'a b'"),
            (Error::ThreadClosed { thread_id: said() }, "'a b' is closed"),
        ] {
            let text = error.to_string();
            assert!(text.contains(quoted) && !text.contains(['\n', '\r']), "{text:?}");
        }
    }

    #[test]
    fn an_error_is_one_line_shared_by_all() {
        fn shared<T: Clone + Send + Sync + 'static>(_: &T) {}
        let error = RpcError::new(-32001, "Server overloaded; retry later.");
        let error = Error::refused("model/list".into(), error);
        shared(&error);
        assert!(error.is_overloaded());
        assert_eq!(error.to_string(), "the server is overloaded and did not accept model/list");
        let error = Error::refused("model/list".into(), RpcError::new(-32600, "no"));
        assert!(!error.is_overloaded());
        assert_eq!(error.to_string(), "the server refused model/list");
    }
}
