//! Cancellation: what dropping a future or a handle does, how to interrupt a turn, and timeouts.
//!
//! Every future, handle and stream of this crate may be dropped at any point: by `select!`, by a
//! timeout, or with an aborted task. Nothing stays locked, and no other task waits for ever because
//! of it.
//!
//! # What dropping does
//!
//! | Dropped | Effect |
//! |---|---|
//! | the future of [`Thread::run`](crate::Thread::run) | The turn is interrupted, because nobody will receive its result. [`TurnInput::interrupt_on_drop(false)`](crate::TurnInput::interrupt_on_drop) lets it continue. |
//! | a [`TurnHandle`](crate::TurnHandle) | The turn continues, and its thread stays busy until it ends. [`TurnInput::interrupt_on_drop(true)`](crate::TurnInput::interrupt_on_drop) interrupts it. |
//! | the future of [`Thread::start_turn`](crate::Thread::start_turn) | Before the request is sent: nothing happens. After that: the same as for a dropped handle. |
//! | the future of [`TurnHandle::next`](crate::TurnHandle::next) or [`wait`](crate::TurnHandle::wait) | Nothing is lost. Call it again. |
//! | the future of a request | The request may have been carried out. Its response is ignored. |
//! | an [`Events`](crate::Events) stream | It is unsubscribed, and what is queued for it is freed. |
//! | the last [`Codex`](crate::Codex), and every thread and turn made from it | The server is shut down in the background. [`Codex::shutdown`](crate::Codex::shutdown) waits until it is gone. |
//! | the tokio runtime | The server process is killed, and as far as the system allows, everything that it started. Dropping the runtime waits for that: some 25 ms, at most two seconds. |
//!
//! A turn whose handle or future was dropped is interrupted in the background, as soon as the server has
//! begun it, and again while the server is too busy to do so. The interruptions of many turns at once
//! keep within [`Options::max_in_flight`](crate::Options::max_in_flight). The thread stays busy until
//! the server has reported that the turn has ended.
//!
//! The documentation of each method has a section *Cancel safety*. "Cancel safe" means that
//! dropping the future loses nothing, so that it can be used in a loop with `select!`.
//!
//! # Interrupting a turn
//!
//! [`interrupt`](crate::TurnHandle::interrupt) returns once the server has acknowledged the
//! interruption. [`interrupt_and_wait`](crate::TurnHandle::interrupt_and_wait) returns once the
//! turn has ended. Any task that has a [`TurnControl`](crate::TurnControl) can call them, at any
//! time:
//!
//! * Before the server has begun the turn, they wait until it has. The server refuses an earlier
//!   interruption, and the turn would run on.
//! * After the end of the turn they do nothing, and never affect a later turn.
//!
//! An interrupted turn is a result, not an error. Its status is
//! [`TurnStatus::Interrupted`](crate::protocol::TurnStatus::Interrupted), and it has everything
//! that the turn produced until then.
//!
//! # Timeouts
//!
//! By default, requests and turns have no timeout. Connecting has one, of 60 seconds
//! ([`Options::initialize_timeout`](crate::Options::initialize_timeout)).
//!
//! * [`Options::request_timeout`](crate::Options::request_timeout) sets the timeout of requests. It
//!   does not apply to `turn/*`, because a human may take minutes to answer an approval, nor to
//!   `command/exec`, whose response comes when the command has ended.
//! * [`Client::request_within`](crate::Client::request_within) sets the timeout of one request.
//! * For a whole turn, use [`tokio::time::timeout`]. It drops the future of
//!   [`Thread::run`](crate::Thread::run), which interrupts the turn.
//!
//! ```no_run
//! # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
//! use std::time::Duration;
//!
//! match tokio::time::timeout(Duration::from_secs(300), thread.run("Fix the build")).await {
//!     Ok(result) => println!("{:?}", result?.final_response),
//!     Err(_) => {
//!         // The turn is being interrupted. Its thread stays busy until it has ended.
//!         thread.wait_idle().await?;
//!         println!("timed out");
//!     }
//! }
//! # Ok(()) }
//! ```
