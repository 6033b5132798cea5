//! A blocking client, for programs without an async runtime: the same API with blocking methods,
//! and with iterators in place of streams.
//!
//! Each method blocks until the async method of the same name is done. There are three differences:
//!
//! * Methods that end in `_within` are added: they wait with a timeout.
//! * `shutdown` returns a `Result`, and the iterator of server requests yields `Result`s, since any
//!   blocking call fails [inside an async runtime](#inside-an-async-runtime).
//! * A transport is made by a closure, which runs inside the client's runtime.
//!
//! ```no_run
//! # fn example() -> Result<(), codex_app_client::Error> {
//! use codex_app_client::ThreadOptions;
//! use codex_app_client::blocking::Codex;
//! use codex_app_client::protocol::ServerNotification;
//!
//! let codex = Codex::spawn()?; // finds `codex`, starts `codex app-server`, initializes
//! let thread = codex.start_thread(ThreadOptions::default())?;
//! let mut turn = thread.start_turn("Summarize this repository")?;
//! for event in turn.by_ref() {
//!     if let ServerNotification::ItemAgentMessageDelta(delta) = event?.body {
//!         print!("{}", delta.delta.unwrap_or_default());
//!     }
//! }
//! let result = turn.wait()?; // an error if the turn failed
//! println!("{} items", result.items.len());
//! codex.shutdown()
//! # }
//! ```
//!
//! # Threads
//!
//! Each [`Codex`], [`Client`] or [`Supervisor`] that is created starts one thread, named
//! `codex-app-client`. It reads and writes the connection all the time, also while no call waits.
//! It ends when the last handle was dropped and the server is shut down, at most 30 seconds later.
//!
//! A call blocks the thread that made it. All handles can be sent to other threads, and most can be
//! cloned. Run each turn in a thread of its own. Another thread can end a wait, with a
//! [`TurnControl`], a [`GoalControl`] or [`Codex::shutdown`]. The end of the connection ends every
//! wait.
//!
//! Closures and policies of the [`Options`](crate::Options) run on the thread of the connection.
//! They must not block it: nothing is received meanwhile.
//!
//! # Timeouts
//!
//! By default, a wait has no timeout. A method that ends in `_within` returns
//! [`Error::WaitTimeout`](crate::Error::WaitTimeout) when its time is over. What it waited for
//! continues, nothing is lost, and it can be called again. The exceptions are:
//!
//! * [`Thread::run_within`], [`Thread::run_as_within`](crate::blocking::Thread) and
//!   [`Thread::run_as_with_result_within`](crate::blocking::Thread) interrupt their turn.
//! * [`Supervisor::reconnected_within`] drops a connection attempt that is in progress. The next
//!   call starts another.
//! * [`NextTurn::wait_within`] consumes the wait. [`Thread::active_turn`] finds a turn that starts
//!   later.
//! * [`Client::request_within`] and the `wait_within` of a login return
//!   [`Error::Timeout`](crate::Error::Timeout), as the async methods of the same name do.
//!
//! All requests have the timeout of [`Options::request_timeout`](crate::Options::request_timeout),
//! except those of `turn/*` and `command/exec`.
//!
//! ```no_run
//! # fn example(thread: codex_app_client::blocking::Thread) -> Result<(), codex_app_client::Error> {
//! use std::time::Duration;
//!
//! use codex_app_client::Error;
//!
//! match thread.run_within("Fix the failing test", Duration::from_secs(600)) {
//!     Ok(result) => println!("{}", result.final_response.unwrap_or_default()),
//!     Err(Error::WaitTimeout { .. }) => println!("it took too long, and was interrupted"),
//!     Err(error) => return Err(error),
//! }
//! # Ok(()) }
//! ```
//!
//! # Inside an async runtime
//!
//! A blocking call inside a tokio runtime would stop other tasks, perhaps the one that it waits
//! for, and deadlock. It does not panic: it returns
//! [`Error::InsideRuntime`](crate::Error::InsideRuntime) at once, and nothing is sent. An iterator
//! yields that error once, and then ends. This also holds inside of `spawn_blocking` and
//! `block_in_place`. Use the async API there, or a thread of `std::thread`. Handles may be dropped
//! anywhere.
//!
//! # The end of the program
//!
//! When the last handle is dropped, the server is shut down in the background. A program that
//! returns from `main` does not wait for that: call [`Codex::shutdown`] first.

mod account;
mod client;
mod codex;
mod events;
mod goal;
mod pages;
mod retry;
mod runtime;
mod server_requests;
mod supervisor;
mod thread;
mod turn;
mod turn_control;

pub use crate::blocking::account::{BrowserLogin, DeviceCodeLogin, LoginControl};
pub use crate::blocking::client::Client;
pub use crate::blocking::codex::Codex;
pub use crate::blocking::events::Events;
pub use crate::blocking::goal::{GoalControl, GoalRun};
pub use crate::blocking::pages::Pages;
pub use crate::blocking::retry::retry_on_overload;
pub use crate::blocking::server_requests::ServerRequests;
pub use crate::blocking::supervisor::{Reconnected, Supervisor};
pub use crate::blocking::thread::{NextTurn, Thread};
pub use crate::blocking::turn::TurnHandle;
pub use crate::blocking::turn_control::TurnControl;
