//! The same API without async, for programs that have no runtime. Each method waits for the async one
//! of the same name, and streams are iterators. It adds methods that end in `_within`, which limit a
//! wait. `shutdown` returns a `Result` here, and an iterator of server requests yields `Result`s, since
//! any call fails [inside an async runtime](#inside-an-asynchronous-runtime).
//!
//! ```no_run
//! # fn example() -> Result<(), codex_app_client::Error> {
//! use codex_app_client::ThreadOptions;
//! use codex_app_client::blocking::Codex;
//! use codex_app_client::protocol::ServerNotification;
//!
//! let codex = Codex::spawn()?; // finds `codex`, starts `codex app-server`, initialises
//! let thread = codex.start_thread(ThreadOptions::default())?;
//! let mut turn = thread.start_turn("Summarise this repository")?;
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
//! Each [`Codex`], [`Client`] or [`Supervisor`] that is made has one thread, named
//! `codex-app-client`, that reads and writes its connection, whether or not anybody waits. It ends
//! when the last handle is gone and the server is shut down.
//!
//! A call waits in the thread that made it. All handles can be sent to other threads, and the cheap
//! ones can be cloned: run each turn in a thread of its own, and what one thread waits for, another
//! can end, with a [`TurnControl`], a [`GoalControl`] or [`Codex::shutdown`]. The end of the
//! connection ends every wait.
//!
//! # Waiting for so long
//!
//! A wait has no limit by itself. Methods that end in `_within` give up after a time with
//! [`Error::WaitTimeout`](crate::Error::WaitTimeout), and lose nothing: they can be called again.
//! What is given up is left as it is, but for [`Thread::run_within`], which interrupts its turn.
//! All requests but those of turns obey
//! [`Options::request_timeout`](crate::Options::request_timeout).
//!
//! ```no_run
//! # fn example(thread: codex_app_client::blocking::Thread) -> Result<(), codex_app_client::Error> {
//! use std::time::Duration;
//!
//! use codex_app_client::Error;
//!
//! match thread.run_within(Duration::from_secs(600), "Fix the failing test") {
//!     Ok(result) => println!("{}", result.final_response.unwrap_or_default()),
//!     Err(Error::WaitTimeout { .. }) => println!("it took too long, and was interrupted"),
//!     Err(error) => return Err(error),
//! }
//! # Ok(()) }
//! ```
//!
//! # Inside an asynchronous runtime
//!
//! Nothing here waits inside a tokio runtime, where it would stop other tasks, perhaps the one it
//! waits for. A call there does not panic: it fails at once with
//! [`Error::InsideRuntime`](crate::Error::InsideRuntime), and nothing is sent; an iterator yields
//! that error once, and then ends. This holds in `spawn_blocking` and `block_in_place` too. Use the
//! asynchronous API there, or a thread of `std::thread`. Handles may be dropped anywhere.
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
