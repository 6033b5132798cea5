//! The same API without async, for programs that have no runtime. It adds nothing of its own: each
//! method waits for the asynchronous one of the same name.
//!
//! A thread of its own drives the connection, so a server is read whether or not anybody waits. All
//! handles can be sent to other threads; what one thread waits for, another can end, with a
//! [`TurnControl`] or with [`Codex::shutdown`]. A wait has no limit unless it is called `…_within`.
//!
//! ```no_run
//! # fn example() -> Result<(), codex_app_client::Error> {
//! use codex_app_client::ThreadOptions;
//! use codex_app_client::blocking::Codex;
//!
//! let codex = Codex::spawn()?;
//! let thread = codex.start_thread(ThreadOptions::default())?;
//! let result = thread.run("Summarise this repository")?;
//! println!("{}", result.final_response.unwrap_or_default());
//! codex.shutdown()
//! # }
//! ```
//!
//! # Inside an asynchronous runtime
//!
//! Nothing here waits inside a tokio runtime, where it would stop other tasks, perhaps the one it
//! waits for. A call there fails at once with [`Error::InsideRuntime`](crate::Error::InsideRuntime),
//! and nothing is sent; an iterator yields that error once, and then ends. This holds in
//! `spawn_blocking` and `block_in_place` too. Use the asynchronous API there, or a thread of
//! `std::thread`. Handles may be dropped anywhere.
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
pub use crate::blocking::thread::{NextTurn, Thread};
pub use crate::blocking::turn::TurnHandle;
pub use crate::blocking::turn_control::TurnControl;
