//! Finds out why the server refuses a thread. The server says so only in the message of its error,
//! with one code for nearly everything. A message that is not recognized stays an `Error::Rpc`.

use std::fmt;
use std::sync::Arc;

use codex_app_protocol::RpcError;

use crate::error::Error;

/// Why the server refused a request about a thread, in
/// [`Error::ThreadRefused`](crate::Error::ThreadRefused).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ThreadRefusal {
    /// The thread is archived: [unarchive](crate::Codex::unarchive_thread) it first.
    Archived,
    /// The thread does not exist, or nothing of it is stored. The server stores a thread from its
    /// first turn on; it never stores an ephemeral one.
    NotFound,
    /// The server has not loaded the thread: [resume](crate::Codex::resume_thread) it first. If it
    /// does not exist, resuming fails with [`NotFound`](Self::NotFound).
    NotLoaded,
    /// Another server process has the thread open.
    OwnedElsewhere,
    /// The stored thread cannot be read: it is damaged, or was written by a newer server.
    Unreadable,
    /// The thread does not support the request.
    ///
    /// For example, an ephemeral thread has no goals, and its turns and items cannot be listed.
    /// Neither can those of a new thread, until its first message is stored.
    Unsupported,
}

/// What the server says instead of a list, of a thread of which nothing is stored.
const LISTS: [&str; 2] =
    ["list_turns is not supported yet", "thread/items/list is not supported yet"];

impl ThreadRefusal {
    /// Reads a message of the server.
    fn of(error: &RpcError) -> Option<Self> {
        let message = &*error.message;
        let says = |part: &str| message.contains(part);
        Some(match message {
            _ if says("already has an active writer") => Self::OwnedElsewhere,
            _ if says("is archived") => Self::Archived,
            _ if says("no rollout found") || says("no archived rollout found") => Self::NotFound,
            _ if says("invalid thread id") || says("invalid session id") => Self::NotFound,
            _ if says("thread not loaded") || says("thread not found") => Self::NotLoaded,
            _ if says("failed to read thread") => Self::Unreadable,
            _ if says("thread does not support") => Self::Unsupported,
            _ if says("threads do not support") => Self::Unsupported,
            _ if LISTS.into_iter().any(says) => Self::Unsupported,
            _ if says("is not materialized yet") => Self::Unsupported,
            _ if says("ephemeral") && says("requires") => Self::Unsupported,
            _ => return None,
        })
    }
}

impl fmt::Display for ThreadRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Archived => "is archived",
            Self::NotFound => "was not found",
            Self::NotLoaded => "is not loaded",
            Self::OwnedElsewhere => "is open in another server process",
            Self::Unreadable => "cannot be read",
            Self::Unsupported => "does not support this request",
        })
    }
}

/// Gives the refusal of a request about a thread its name.
pub(crate) fn about_thread(thread_id: &str, error: Error) -> Error {
    match error {
        Error::Rpc { method, error } => named(thread_id, method, error),
        error => error,
    }
}

fn named(thread_id: &str, method: Box<str>, error: Arc<RpcError>) -> Error {
    match ThreadRefusal::of(&error) {
        Some(refusal) => Error::ThreadRefused { thread_id: thread_id.to_owned(), refusal, error },
        None => Error::Rpc { method, error },
    }
}

#[cfg(test)]
mod tests {
    use codex_app_protocol::RpcError;

    use super::{ThreadRefusal, about_thread};
    use crate::error::Error;

    fn check(message: &str, expected: Option<ThreadRefusal>) {
        let error = Error::refused("thread/resume".into(), RpcError::new(-32600, message));
        let error = about_thread("t1", error);
        assert_eq!(error.thread_refusal(), expected, "{message}");
        assert_eq!(error.rpc().unwrap().message, message);
    }

    #[test]
    fn the_servers_words_about_a_thread_are_understood() {
        use ThreadRefusal as Is;
        check("no rollout found for thread id t1", Some(Is::NotFound));
        check("no archived rollout found for thread id t1", Some(Is::NotFound));
        check("thread not found: t1", Some(Is::NotLoaded));
        check("invalid session id: invalid character: expected", Some(Is::NotFound));
        check("thread not loaded: t1", Some(Is::NotLoaded));
        check("thread t1 already has an active writer", Some(Is::OwnedElsewhere));
        check("session t1 is archived. Run `codex unarchive t1` first.", Some(Is::Archived));
        check("failed to read thread: thread-store internal error", Some(Is::Unreadable));
        check("ephemeral thread does not support goals: t1", Some(Is::Unsupported));
        check("ephemeral thread does not support metadata updates: t1", Some(Is::Unsupported));
        check("ephemeral threads do not support thread/turns/list", Some(Is::Unsupported));
        check("ephemeral threads do not support includeTurns", Some(Is::Unsupported));
        check("list_turns is not supported yet", Some(Is::Unsupported));
        check("thread/items/list is not supported yet", Some(Is::Unsupported));
        check(
            "thread t1 is not materialized yet; includeTurns is unavailable",
            Some(Is::Unsupported),
        );
        check(
            "ephemeral paginated thread/fork requires `excludeTurns: true`",
            Some(Is::Unsupported),
        );
        check("no active turn to interrupt", None);
        check("remote image URLs are not supported; use an inline data URL instead", None);
    }

    #[test]
    fn other_errors_stay_what_they_are() {
        let error = Error::refused("thread/resume".into(), RpcError::new(-32001, "is archived"));
        assert!(about_thread("t1", error).is_overloaded());
        let error = Error::ThreadRefused {
            thread_id: "t1".to_owned(),
            refusal: ThreadRefusal::OwnedElsewhere,
            error: RpcError::new(-32600, "").into(),
        };
        assert_eq!(error.to_string(), "thread 't1' is open in another server process");
    }
}
