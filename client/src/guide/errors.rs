//! Which error means what, and what can be done about it.
//!
//! There is one type, [`Error`](crate::Error). It can be cloned and matched.
//!
//! Its text is one line. It names methods, ids, versions, addresses and programs, and never has in it what
//! was asked or answered: no input, no output, no key. What the server says when it refuses a request is
//! in [`Error::rpc`](crate::Error::rpc), and the [source](std::error::Error::source) of the error, not in
//! the text. Five errors do quote the server in their text, since what it says there is meant for users;
//! line breaks in it are replaced by spaces. None of them is the refusal of a request: `rpc()` is none, and
//! there is no source.
//!
//! | Error | What its text quotes | As it was sent |
//! |---|---|---|
//! | [`TurnFailed`](crate::Error::TurnFailed) | why the turn failed, and nothing else | [`TurnFailure::message`](crate::TurnFailure::message) |
//! | [`LoginFailed`](crate::Error::LoginFailed) | why the login failed | its `message` |
//! | [`Unauthorized`](crate::Error::Unauthorized), [`Handshake`](crate::Error::Handshake) | the first line of the HTTP response that refuses the WebSocket | its `reason` |
//! | [`Closed`](crate::Error::Closed) | why the server closed the WebSocket, and the last line of its standard error | [`Closed::reason`](crate::Closed::reason), [`Closed::stderr_tail`](crate::Closed::stderr_tail) |
//!
//! # What to do
//!
//! | What happened | Error | What to do |
//! |---|---|---|
//! | The turn failed | [`TurnFailed`](crate::Error::TurnFailed) | Its [`info`](crate::TurnFailure::info) and [`http_status`](crate::TurnFailure::http_status) tell programs why, its text tells users; [`result`](crate::TurnFailure::result) has the items and usage so far. The thread is free. |
//! | The thread is busy | [`TurnActive`](crate::Error::TurnActive) | Nothing was sent. Steer or interrupt that turn, or wait for it. |
//! | The server is too busy | [`Overloaded`](crate::Error::Overloaded) | It was not carried out: [`retry_on_overload`](crate::retry_on_overload). Nothing else is safe to repeat. |
//! | The thread cannot be used | [`ThreadRefused`](crate::Error::ThreadRefused) | The [`refusal`](crate::ThreadRefusal) tells: not found, archived, not loaded, open elsewhere. |
//! | Nobody is logged in | [`AuthRequired`](crate::Error::AuthRequired) | Log in. |
//! | It is for ChatGPT accounts | [`ChatgptAccountRequired`](crate::Error::ChatgptAccountRequired) | Another account is logged in, an API key for example. Turns run all the same: hide what needs more, or offer to log in with ChatGPT. |
//! | The server does not know it | [`Unsupported`](crate::Error::Unsupported), [`ServerTooOld`](crate::Error::ServerTooOld) | See [server versions](super::server_versions). |
//! | The server refused otherwise | [`Rpc`](crate::Error::Rpc) | Read its message. The server has one code, -32600, for nearly everything. |
//! | The connection ended | [`Closed`](crate::Error::Closed) | All that waits gets it at once, and so does every later call. Make a new `Codex`, resume the threads. |
//! | The server does not take the token | [`Unauthorized`](crate::Error::Unauthorized) | Its reason tells: missing, expired, signed for others. `WebSocketOptions::bearer_token_with` makes a fresh one for each connection. |
//! | The server is not trusted | [`UntrustedCertificate`](crate::Error::UntrustedCertificate) | No token was sent. If the server has the certificate of your own authority, name it with `WebSocketOptions::root_certificates`. |
//! | A deadline passed | [`Timeout`](crate::Error::Timeout) | The request may have been carried out all the same. |
//! | The final response is not of the type | [`InvalidOutput`](crate::Error::InvalidOutput) | Its text tells line and column. Ask again, or show the text: it is in `result`. |
//! | There is no final response | [`NoFinalResponse`](crate::Error::NoFinalResponse) | The turn was interrupted, or has only commentary. |
//! | A response of another shape | [`Decode`](crate::Error::Decode) | [`request_raw`](crate::Codex::request_raw) has the JSON. |
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
//! When the process dies, or its output ends, or its input breaks, every pending request, every
//! stream and every later call gets the same [`Closed`](crate::Closed): the reason, the exit status
//! once there is one, and the last lines of the process's standard error. A
//! [`Supervisor`](crate::Supervisor) starts or connects again, if it is asked to. Its clones share the
//! connection: each task waits for the next one, and resumes its thread.
//!
//! A WebSocket that ends without a word is [`CloseReason::Cut`](crate::CloseReason::Cut). The server
//! ends it like that too if the client has not read for long; it tells only its own log. The turns go
//! on, and a connection that is made again can resume them.
//!
//! A line that is no JSON, not UTF-8, or longer than the limit ends nothing: it is an
//! [`InvalidLine`](crate::InvalidLine) among the events, and is counted. Only if it cannot be told who
//! would wait for it for ever does it end the connection.
