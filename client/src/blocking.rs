//! The same API without async, for programs that have no runtime.
//!
//! A thread of its own drives the connection; calls wait for it. Inside an asynchronous runtime they
//! would stop other tasks, and fail with [`Error::InsideRuntime`] instead.
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
//! # Ok(()) }
//! ```

use std::sync::Arc;
use std::time::Duration;

use codex_app_protocol::{
    ClientRequest, Model, ReviewTarget, Thread as ThreadData, ThreadForkParams, ThreadResumeParams,
};
use serde_json::Value;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::error::Error;
use crate::event::{Event, Notification};
use crate::options::Options;
use crate::server_info::ServerInfo;
use crate::transport::{ProcessOptions, Transport};
use crate::turn_input::TurnInput;
use crate::turn_result::TurnResult;
use crate::{Codex as AsyncCodex, Thread as AsyncThread, ThreadOptions, TurnHandle as AsyncTurn};

/// How long connections may take to end after their last handle is gone.
const LAST_TASKS: Duration = Duration::from_secs(30);

/// The thread that drives a connection. It ends when the last user is gone.
#[derive(Clone, Debug)]
struct Runtime {
    handle: Handle,
    /// Dropping the last one stops the runtime.
    _stop: Arc<oneshot::Sender<()>>,
}

impl Runtime {
    fn start() -> Result<Self, Error> {
        let failed = |error| Error::Runtime(Arc::new(error));
        let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        std::thread::Builder::new()
            .name("codex-app-client".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    // The sender sends nothing: being dropped is the message.
                    let _ = stopped.await;
                    // The handles are gone too, and their connections on the way.
                    let deadline = Instant::now() + LAST_TASKS;
                    let n_tasks = || Handle::current().metrics().num_alive_tasks();
                    while n_tasks() > 0 && Instant::now() < deadline {
                        tokio::time::sleep(Duration::from_millis(2)).await;
                    }
                });
            })
            .map_err(failed)?;
        Ok(Self { handle, _stop: Arc::new(stop) })
    }

    fn wait<T>(&self, future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        if Handle::try_current().is_ok() {
            return Err(Error::InsideRuntime);
        }
        self.handle.block_on(future)
    }
}

/// An app-server; see [`Codex`](crate::Codex).
#[derive(Clone, Debug)]
pub struct Codex {
    codex: AsyncCodex,
    runtime: Runtime,
}

impl Codex {
    /// See [`Codex::spawn`](crate::Codex::spawn).
    ///
    /// # Errors
    ///
    /// As the asynchronous one, and if there can be no runtime.
    pub fn spawn() -> Result<Self, Error> {
        Self::spawn_with(ProcessOptions::new(), Options::new())
    }

    /// See [`Codex::spawn_with`](crate::Codex::spawn_with).
    ///
    /// # Errors
    ///
    /// As the asynchronous one, and if there can be no runtime.
    pub fn spawn_with(process: ProcessOptions, options: Options) -> Result<Self, Error> {
        let codex = Self::lazy(process, options)?;
        codex.runtime.wait(codex.codex.client())?;
        Ok(codex)
    }

    /// See [`Codex::lazy`](crate::Codex::lazy).
    ///
    /// # Errors
    ///
    /// Fails if there can be no runtime.
    pub fn lazy(process: ProcessOptions, options: Options) -> Result<Self, Error> {
        let runtime = Runtime::start()?;
        Ok(Self { codex: AsyncCodex::lazy(process, options), runtime })
    }

    /// See [`Codex::connect`](crate::Codex::connect). The transport is made inside the runtime.
    ///
    /// # Errors
    ///
    /// As the asynchronous one, and if there can be no runtime.
    pub fn connect(
        transport: impl FnOnce() -> Result<Transport, Error>,
        options: Options,
    ) -> Result<Self, Error> {
        let runtime = Runtime::start()?;
        let codex = runtime.wait(async { AsyncCodex::connect(transport()?, options).await })?;
        Ok(Self { codex, runtime })
    }

    /// See [`Codex::server_info`](crate::Codex::server_info).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn server_info(&self) -> Result<ServerInfo, Error> {
        self.runtime.wait(self.codex.server_info())
    }

    /// See [`Codex::start_thread`](crate::Codex::start_thread).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn start_thread(&self, options: ThreadOptions) -> Result<Thread, Error> {
        self.runtime.wait(self.codex.start_thread(options)).map(|it| self.thread_of(it))
    }

    /// See [`Codex::resume_thread`](crate::Codex::resume_thread).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn resume_thread(&self, params: impl Into<ThreadResumeParams>) -> Result<Thread, Error> {
        self.runtime.wait(self.codex.resume_thread(params)).map(|it| self.thread_of(it))
    }

    /// See [`Codex::fork_thread`](crate::Codex::fork_thread).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn fork_thread(&self, params: ThreadForkParams) -> Result<Thread, Error> {
        self.runtime.wait(self.codex.fork_thread(params)).map(|it| self.thread_of(it))
    }

    /// See [`Codex::models`](crate::Codex::models).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn models(&self) -> Result<Vec<Model>, Error> {
        self.runtime.wait(self.codex.models())
    }

    /// See [`Codex::request`](crate::Codex::request).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn request<R: ClientRequest>(&self, params: R) -> Result<R::Response, Error> {
        self.runtime.wait(self.codex.request(params))
    }

    /// See [`Codex::request_raw`](crate::Codex::request_raw).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn request_raw(&self, method: &str, params: Value) -> Result<Value, Error> {
        self.runtime.wait(self.codex.request_raw(method, params))
    }

    /// See [`Codex::events`](crate::Codex::events).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn events(&self) -> Result<Events, Error> {
        let events = self.runtime.wait(self.codex.events())?;
        Ok(Events { events, runtime: self.runtime.clone() })
    }

    /// See [`Codex::shutdown`](crate::Codex::shutdown).
    ///
    /// # Errors
    ///
    /// Fails only inside a runtime.
    pub fn shutdown(&self) -> Result<(), Error> {
        self.runtime.wait(async {
            self.codex.shutdown().await;
            Ok(())
        })
    }

    fn thread_of(&self, thread: AsyncThread) -> Thread {
        Thread { thread, runtime: self.runtime.clone() }
    }
}

/// A thread; see [`Thread`](crate::Thread).
#[derive(Clone, Debug)]
pub struct Thread {
    thread: AsyncThread,
    runtime: Runtime,
}

impl Thread {
    /// The id of the thread.
    #[must_use]
    pub fn id(&self) -> &str {
        self.thread.id()
    }

    /// See [`Thread::run`](crate::Thread::run).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn run(&self, input: impl Into<TurnInput>) -> Result<TurnResult, Error> {
        self.runtime.wait(self.thread.run(input))
    }

    /// See [`Thread::start_turn`](crate::Thread::start_turn).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn start_turn(&self, input: impl Into<TurnInput>) -> Result<TurnHandle, Error> {
        self.runtime.wait(self.thread.start_turn(input)).map(|it| self.turn_of(it))
    }

    /// See [`Thread::start_review`](crate::Thread::start_review).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn start_review(&self, target: impl Into<ReviewTarget>) -> Result<TurnHandle, Error> {
        self.runtime.wait(self.thread.start_review(target)).map(|it| self.turn_of(it))
    }

    /// See [`Thread::active_turn`](crate::Thread::active_turn).
    #[must_use]
    pub fn active_turn(&self) -> Option<TurnHandle> {
        self.thread.active_turn().map(|it| self.turn_of(it))
    }

    /// See [`Thread::events`](crate::Thread::events).
    #[must_use]
    pub fn events(&self) -> Events {
        Events { events: self.thread.events(), runtime: self.runtime.clone() }
    }

    /// See [`Thread::read`](crate::Thread::read).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn read(&self, include_turns: bool) -> Result<ThreadData, Error> {
        self.runtime.wait(self.thread.read(include_turns))
    }

    /// See [`Thread::set_name`](crate::Thread::set_name).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn set_name(&self, name: impl Into<String>) -> Result<(), Error> {
        self.runtime.wait(self.thread.set_name(name))
    }

    /// See [`Thread::archive`](crate::Thread::archive).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn archive(&self) -> Result<(), Error> {
        self.runtime.wait(self.thread.archive())
    }

    /// See [`Thread::compact`](crate::Thread::compact).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn compact(&self) -> Result<(), Error> {
        self.runtime.wait(self.thread.compact())
    }

    fn turn_of(&self, turn: AsyncTurn) -> TurnHandle {
        TurnHandle { turn, runtime: self.runtime.clone() }
    }
}

/// A turn, and an iterator over its events; see [`TurnHandle`](crate::TurnHandle).
#[derive(Debug)]
pub struct TurnHandle {
    turn: AsyncTurn,
    runtime: Runtime,
}

impl TurnHandle {
    /// The turn.
    #[must_use]
    pub fn id(&self) -> &str {
        self.turn.id()
    }

    /// See [`TurnHandle::joined`](crate::TurnHandle::joined).
    #[must_use]
    pub fn joined(&self) -> bool {
        self.turn.joined()
    }

    /// See [`TurnHandle::wait`](crate::TurnHandle::wait).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn wait(&mut self) -> Result<TurnResult, Error> {
        self.runtime.wait(self.turn.wait())
    }

    /// See [`TurnControl::steer`](crate::TurnControl::steer).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn steer(&self, input: impl Into<TurnInput>) -> Result<(), Error> {
        self.runtime.wait(self.turn.steer(input))
    }

    /// See [`TurnControl::interrupt`](crate::TurnControl::interrupt).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn interrupt(&self) -> Result<(), Error> {
        self.runtime.wait(self.turn.interrupt())
    }

    /// See [`TurnControl::interrupt_and_wait`](crate::TurnControl::interrupt_and_wait).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn interrupt_and_wait(&self) -> Result<(), Error> {
        self.runtime.wait(self.turn.interrupt_and_wait())
    }
}

impl Iterator for TurnHandle {
    type Item = Result<Notification, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = async { Ok(self.turn.next().await) };
        self.runtime.wait(next).unwrap_or_else(|error| Some(Err(error)))
    }
}

/// The events of a connection or a thread, as an iterator that waits for the next one; see
/// [`Events`](crate::Events).
#[derive(Debug)]
pub struct Events {
    events: crate::Events,
    runtime: Runtime,
}

impl Iterator for Events {
    type Item = Result<Event, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = async { Ok(self.events.next().await) };
        self.runtime.wait(next).unwrap_or_else(|error| Some(Err(error)))
    }
}
