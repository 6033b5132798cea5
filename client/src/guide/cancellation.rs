//! What dropping does, and how a turn is stopped.
//!
//! Every future of this crate may be dropped at any point, and so may every handle and stream, by
//! `select!`, a timeout, or a task that is aborted. Nothing is left locked, and nobody waits for ever
//! because of it.
//!
//! | Dropped | What happens |
//! |---|---|
//! | [`Thread::run`](crate::Thread::run) | The turn is interrupted: nobody is left to hear its answer. [`TurnInput::interrupt_on_drop(false)`](crate::TurnInput::interrupt_on_drop) lets it go on. |
//! | [`TurnHandle`](crate::TurnHandle) | The turn goes on and still holds its thread. [`TurnInput::interrupt_on_drop(true)`](crate::TurnInput::interrupt_on_drop) interrupts it. |
//! | [`Thread::start_turn`](crate::Thread::start_turn) | Before the request is written: nothing. After: as a dropped handle. |
//! | [`TurnHandle::next`](crate::TurnHandle::next), [`wait`](crate::TurnHandle::wait) | Nothing is lost: call it again. |
//! | a request | It may have been carried out. Its answer is ignored. |
//! | [`Events`](crate::Events) | What was queued for it is freed. |
//! | the last [`Codex`](crate::Codex), and all threads and turns made of it | The server is shut down in the background. [`Codex::shutdown`](crate::Codex::shutdown) waits for it. |
//! | the runtime | The process is killed, and all that it started as far as the system allows. |
//!
//! A turn whose handle or call was dropped is interrupted in the background: as soon as it has begun, and
//! again while the server is too busy to obey. However many are dropped at once, no more requests are
//! [in flight](crate::Options::max_in_flight) than may be. Until the server has said that it is over, the
//! turn holds its thread.
//!
//! # Stopping a turn
//!
//! [`interrupt`](crate::TurnHandle::interrupt) returns once the server has acknowledged it, and
//! [`interrupt_and_wait`](crate::TurnHandle::interrupt_and_wait) once the turn is over. Either may be
//! called at any time, by any task that has a [`TurnControl`](crate::TurnControl):
//!
//! * before the server has begun the turn, it waits until it has: the server refuses to interrupt
//!   earlier, and the turn would run on;
//! * after the end it does nothing, and a turn that was started since is never hit.
//!
//! An interrupted turn is a result, not an error: its status is
//! [`TurnStatus::Interrupted`](crate::protocol::TurnStatus::Interrupted), and what it had come to is
//! there.
//!
//! # Deadlines
//!
//! A request has the deadline of [`Options::request_timeout`](crate::Options::request_timeout), by
//! default none, and `turn/*` never has one unless it is given with
//! [`Client::request_within`](crate::Client::request_within): a human may take minutes to answer an
//! approval. For a whole turn, use the runtime's timer:
//!
//! ```no_run
//! # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
//! use std::time::Duration;
//!
//! match tokio::time::timeout(Duration::from_secs(300), thread.run("Fix the build")).await {
//!     Ok(result) => println!("{:?}", result?.final_response),
//!     Err(_) => {
//!         // The turn is being interrupted, and holds the thread until the server says that it is over.
//!         thread.idle().await?;
//!         println!("it took too long");
//!     }
//! }
//! # Ok(()) }
//! ```
