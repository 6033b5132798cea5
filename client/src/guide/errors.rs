//! Errors: which error means what, how to react to it, retries and reconnecting.
//!
//! There is one error type, [`Error`](crate::Error). It can be cloned and matched.
//!
//! # How to react
//!
//! | What happened | Error | How to react |
//! |---|---|---|
//! | The turn failed | [`TurnFailed`](crate::Error::TurnFailed) | Programs read its [`info`](crate::TurnFailure::info) and [`http_status`](crate::TurnFailure::http_status), users read its text. [`result`](crate::TurnFailure::result) has the items and usage until then. The thread is free. |
//! | The thread is busy | [`TurnActive`](crate::Error::TurnActive) | Nothing was sent. Steer or interrupt the running turn, or wait with [`Thread::wait_idle`](crate::Thread::wait_idle). |
//! | The server is overloaded | [`Overloaded`](crate::Error::Overloaded) | The request was not carried out. Retry with [`retry_on_overload`](crate::retry_on_overload). No other error is safe to retry. |
//! | The thread cannot be used | [`ThreadRefused`](crate::Error::ThreadRefused) | Its [`refusal`](crate::ThreadRefusal) says why: not found, archived, not loaded, open in another process. |
//! | Nobody is logged in | [`AuthRequired`](crate::Error::AuthRequired) | Log in, for example with [`Codex::login_device_code`](crate::Codex::login_device_code). |
//! | A ChatGPT account is required | [`ChatgptAccountRequired`](crate::Error::ChatgptAccountRequired) | Another kind of account is logged in, such as an API key. Turns run all the same: hide what requires more, or offer to log in with ChatGPT. |
//! | The server does not support it | [`Unsupported`](crate::Error::Unsupported), [`ServerTooOld`](crate::Error::ServerTooOld) | See [server versions](super::server_versions). |
//! | The server refused for another reason | [`Rpc`](crate::Error::Rpc) | Read its message. The server has one code, -32600, for nearly everything. |
//! | The connection ended | [`Closed`](crate::Error::Closed) | Create a new `Codex`, or use a [`Supervisor`](crate::Supervisor), and resume the threads. |
//! | The server rejects the token | [`Unauthorized`](crate::Error::Unauthorized) | Its reason says why: missing, expired, signed for somebody else. `WebSocketOptions::bearer_token_with` creates a new token for each connection. |
//! | The server's certificate is not trusted | [`UntrustedCertificate`](crate::Error::UntrustedCertificate) | No token was sent. If the certificate was issued by an authority of your own, pass that with `WebSocketOptions::root_certificates`. |
//! | A request timed out | [`Timeout`](crate::Error::Timeout) | The request may have been carried out all the same. |
//! | The final response does not match the type | [`InvalidOutput`](crate::Error::InvalidOutput) | Its text has the line and column. Ask again, or show the text, which is in `result`. |
//! | There is no final response | [`NoFinalResponse`](crate::Error::NoFinalResponse) | The turn was interrupted, or has only commentary. |
//! | The response has another shape | [`Decode`](crate::Error::Decode) | [`request_raw`](crate::Codex::request_raw) returns the JSON. |
//!
//! # Failed turns
//!
//! A failed turn is an error of [`run`](crate::Thread::run) and [`wait`](crate::TurnHandle::wait),
//! with everything that it produced. An interrupted turn is a result. A status that this crate does
//! not know is [`UnexpectedTurnStatus`](crate::Error::UnexpectedTurnStatus), never success.
//!
//! An `error` event with `willRetry` does not end the turn: the server retries to reach the model.
//! Without a network it retries for ever. Show these events to the user, or set a
//! [timeout](super::cancellation#timeouts). A program that only waits finds a warning in its log.
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
//!         _ if failure.http_status() == Some(401) => println!("the API key is not valid"),
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
//! When the server process exits, its output ends, or its input breaks, every pending request,
//! every stream and every later call fails with the same [`Closed`](crate::Closed). It has the
//! reason, the exit status if there is one, and the last lines of the process's standard error.
//!
//! The client does not reconnect by itself. A [`Supervisor`](crate::Supervisor) does, when it is
//! asked to. Its clones share the connection: each task waits for the next one, and resumes its own
//! thread.
//!
//! A WebSocket that ends without a close frame is
//! [`CloseReason::AbnormalClosure`](crate::CloseReason::AbnormalClosure).
//! The server also ends it in this way if the client has not read for a long time, and reports that
//! only in its own log. The turns continue on the server, and can be resumed over a new connection.
//!
//! # Invalid lines
//!
//! A line that is not JSON, not UTF-8, or too long does not end the connection: it is counted, and
//! is an [`InvalidLine`](crate::InvalidLine) among the [events](crate::Codex::events). The
//! connection ends only if somebody would wait for that line for ever, and nothing in it tells who.
//!
//! # Error texts
//!
//! The text of an error is one line. It has methods, ids, versions, addresses and program names. It
//! never has what was sent or received: no input, no output, no API key.
//!
//! What the server says when it refuses a request is in [`Error::rpc`](crate::Error::rpc), which is
//! also the [source](std::error::Error::source) of the error, and not in the text. Five errors do
//! quote the server in their text, because it is meant for users. Line breaks in it are replaced by
//! spaces. None of the five is the refusal of a request: [`rpc`](crate::Error::rpc) returns `None`
//! for them, and they have no source.
//!
//! | Error | Its text quotes | The original |
//! |---|---|---|
//! | [`TurnFailed`](crate::Error::TurnFailed) | why the turn failed, and nothing else | [`TurnFailure::message`](crate::TurnFailure::message) |
//! | [`LoginFailed`](crate::Error::LoginFailed) | why the login failed | its `message` |
//! | [`Unauthorized`](crate::Error::Unauthorized), [`Handshake`](crate::Error::Handshake) | the first line of the HTTP response that rejects the WebSocket | its `reason` |
//! | [`Closed`](crate::Error::Closed) | why the server closed the WebSocket, and the last line of its standard error | [`Closed::reason`](crate::Closed::reason), [`Closed::stderr_tail`](crate::Closed::stderr_tail) |
