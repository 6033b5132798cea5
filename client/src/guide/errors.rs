//! Which error means what, and what can be done about it.
//!
//! There is one type, [`Error`](crate::Error). It can be cloned and matched, and its text is one line
//! without anything that was sent or received: what the server says is in its
//! [source](std::error::Error::source), or in [`Error::rpc`](crate::Error::rpc).
//!
//! | What happened | Error | What to do |
//! |---|---|---|
//! | The turn failed | [`TurnFailed`](crate::Error::TurnFailed) | Its [`info`](crate::TurnFailure::info) tells why; [`result`](crate::TurnFailure::result) has the items and usage so far. The thread is free. |
//! | The thread is busy | [`TurnActive`](crate::Error::TurnActive) | Nothing was sent. Steer or interrupt that turn, or wait for it. |
//! | The server is too busy | [`Overloaded`](crate::Error::Overloaded) | It was not carried out: [`retry_on_overload`](crate::retry_on_overload). Nothing else is safe to repeat. |
//! | The thread cannot be used | [`ThreadRefused`](crate::Error::ThreadRefused) | The [`refusal`](crate::ThreadRefusal) tells: not found, archived, not loaded, open elsewhere. |
//! | The server does not know it | [`Unsupported`](crate::Error::Unsupported), [`ServerTooOld`](crate::Error::ServerTooOld) | See [server versions](super::server_versions). |
//! | The server refused otherwise | [`Rpc`](crate::Error::Rpc) | Read its message. The server has one code, -32600, for nearly everything. |
//! | The connection ended | [`Closed`](crate::Error::Closed) | All that waits gets it at once, and so does every later call. Make a new `Codex`, resume the threads. |
//! | The server does not take the token | [`Unauthorized`](crate::Error::Unauthorized) | Its reason tells: missing, expired, signed for others. `WebSocketOptions::bearer_token_with` makes a fresh one for each connection. |
//! | The server is not trusted | [`UntrustedCertificate`](crate::Error::UntrustedCertificate) | No token was sent. If the server has the certificate of your own authority, name it with `WebSocketOptions::root_certificates`. |
//! | A deadline passed | [`Timeout`](crate::Error::Timeout) | The request may have been carried out all the same. |
//! | An answer of another shape | [`Decode`](crate::Error::Decode) | [`request_raw`](crate::Codex::request_raw) has the JSON. |
//!
//! # A failed turn
//!
//! A turn that fails is an error of `run` and `wait`, with all it had produced. An `error` event that
//! says `willRetry` ends nothing: the server tries to reach the model again, without a network for as long
//! as there is none. Show those events, or interrupt a turn that has taken too long; whoever only waits
//! finds a warning in the log. An interrupted turn is a result; a status that this crate does not
//! know is [`UnexpectedTurnStatus`](crate::Error::UnexpectedTurnStatus), never taken for success.
//!
//! ```no_run
//! # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
//! use codex_app_client::Error;
//! use codex_app_client::protocol::CodexErrorInfo;
//!
//! match thread.run("Refactor everything").await {
//!     Ok(result) => println!("{}", result.final_response.unwrap_or_default()),
//!     Err(Error::TurnFailed(failure)) => match &failure.info {
//!         Some(CodexErrorInfo::ContextWindowExceeded) => println!("too much for one turn"),
//!         Some(CodexErrorInfo::UsageLimitExceeded) => println!("come back later"),
//!         _ => println!("{failure}, after {} items", failure.result.items.len()),
//!     },
//!     Err(Error::TurnActive { turn_id, .. }) => println!("still busy with {turn_id:?}"),
//!     Err(error) => return Err(error),
//! }
//! # Ok(()) }
//! ```
//!
//! # The end of the connection
//!
//! When the process dies, or its output ends, or its input breaks, every pending request, every
//! stream and every later call gets the same [`Closed`](crate::Closed): the reason, the exit status
//! once there is one, and the last lines of the process's standard error. A
//! [`Supervisor`](crate::Supervisor) starts or connects again, if it is asked to.
//!
//! A WebSocket that ends without a word is [`CloseReason::Cut`](crate::CloseReason::Cut). The server
//! ends it like that too if the client has not read for long; it tells only its own log. The turns go
//! on, and a connection that is made again can resume them.
//!
//! A line that is no JSON, not UTF-8, or longer than the limit ends nothing: it is an
//! [`InvalidLine`](crate::InvalidLine) among the events, and is counted. Only if it cannot be told who
//! would wait for it for ever does it end the connection.
