//! What a user begins with: an app-server that is started, initialised once, and shared.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use codex_app_protocol::{
    ClientRequest, Model, ModelListParams, ThreadForkParams, ThreadResumeParams, ThreadStartParams,
};
use serde_json::Value;
use tokio::sync::watch;

use crate::client::Client;
use crate::closed::{CloseReason, Closed};
use crate::error::Error;
use crate::event::Events;
use crate::options::Options;
use crate::server_info::ServerInfo;
use crate::server_request::ServerRequests;
use crate::thread::Thread;
use crate::transport::{ProcessOptions, Transport};

/// The settings of a new thread.
pub type ThreadOptions = ThreadStartParams;

type Connecting = Pin<Box<dyn Future<Output = Result<Transport, Error>> + Send>>;
type Connect = Box<dyn Fn() -> Connecting + Send + Sync>;
type Attempt = watch::Receiver<Option<Result<Ready, Error>>>;

/// An app-server. Clones share it; when the last one is dropped, and with it every thread and turn,
/// the server is shut down in the background.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> Result<(), codex_app_client::Error> {
/// use codex_app_client::{Codex, ThreadOptions};
///
/// let codex = Codex::spawn().await?;
/// let thread = codex.start_thread(ThreadOptions::default()).await?;
/// let result = thread.run("Summarise this repository").await?;
/// println!("{}", result.final_response.unwrap_or_default());
/// codex.shutdown().await;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Codex {
    inner: Arc<Inner>,
}

struct Inner {
    connect: Connect,
    options: Options,
    state: Mutex<State>,
}

#[derive(Clone, Debug)]
struct Ready {
    client: Client,
    info: ServerInfo,
}

enum State {
    Idle,
    Starting(Attempt),
    Ready(Ready),
}

impl Codex {
    /// Starts `codex app-server`, with `codex` looked up in `PATH`, and initialises it.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be started, or does not initialise; then nothing of it is left.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, what was started is shut down in the background.
    pub async fn spawn() -> Result<Self, Error> {
        Self::spawn_with(ProcessOptions::new(), Options::new()).await
    }

    /// Starts an app-server and initialises it.
    ///
    /// # Errors
    ///
    /// As [`spawn`](Self::spawn).
    ///
    /// # Cancel safety
    ///
    /// As [`spawn`](Self::spawn).
    pub async fn spawn_with(process: ProcessOptions, options: Options) -> Result<Self, Error> {
        let codex = Self::lazy(process, options);
        codex.client().await?;
        Ok(codex)
    }

    /// Initialises the app-server at the other end of a transport.
    ///
    /// # Errors
    ///
    /// Fails if it does not initialise; then the connection is closed.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the connection is closed in the background.
    pub async fn connect(transport: Transport, options: Options) -> Result<Self, Error> {
        let transport = Mutex::new(Some(transport));
        let codex = Self::lazy_with(options, move || {
            let transport = transport.lock().unwrap_or_else(PoisonError::into_inner).take();
            // There is one attempt, since a failed one leaves no `Codex`.
            let transport = transport.ok_or(Error::ProgramNotFound { program: String::new() });
            async move { transport }
        });
        codex.client().await?;
        Ok(codex)
    }

    /// An app-server that is started when it is first used. However many tasks use it first, it is
    /// started once; if that fails, they all learn why, and the next use tries again.
    #[must_use]
    pub fn lazy(process: ProcessOptions, options: Options) -> Self {
        Self::lazy_with(options, move || {
            let transport = Transport::spawn(&process);
            async move { transport }
        })
    }

    /// An app-server that is connected to when it is first used, as [`lazy`](Self::lazy) has it.
    pub fn lazy_with<F>(options: Options, connect: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Transport, Error>> + Send + 'static,
    {
        let connect: Connect = Box::new(move || Box::pin(connect()));
        let state = Mutex::new(State::Idle);
        Self { inner: Arc::new(Inner { connect, options, state }) }
    }

    /// The connection, which is made if there is none yet.
    ///
    /// # Errors
    ///
    /// Fails if the server cannot be started, or does not initialise.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the attempt goes on for others who wait for it.
    pub async fn client(&self) -> Result<Client, Error> {
        self.ready().await.map(|it| it.client)
    }

    /// Who the server says it is.
    ///
    /// # Errors
    ///
    /// As [`client`](Self::client).
    ///
    /// # Cancel safety
    ///
    /// As [`client`](Self::client).
    pub async fn server_info(&self) -> Result<ServerInfo, Error> {
        self.ready().await.map(|it| it.info)
    }

    /// Starts a thread.
    ///
    /// # Errors
    ///
    /// As [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`]: a thread may be left that nobody uses.
    pub async fn start_thread(&self, options: ThreadOptions) -> Result<Thread, Error> {
        let client = self.client().await?;
        let response = client.request(options).await?;
        Ok(Thread::new(client, &response.thread.id))
    }

    /// Resumes a thread that the server has kept.
    ///
    /// # Errors
    ///
    /// As [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`].
    pub async fn resume_thread(
        &self,
        params: impl Into<ThreadResumeParams>,
    ) -> Result<Thread, Error> {
        let client = self.client().await?;
        let params = params.into();
        // Made first, so that a turn which ends meanwhile is not taken for running.
        let thread = Thread::new(client.clone(), &params.thread_id);
        let response = client.request(params).await?;
        if response.thread.id != thread.id() {
            return Ok(Thread::new(client, &response.thread.id));
        }
        thread.observe(&response.thread);
        Ok(thread)
    }

    /// Makes a new thread with the history of another.
    ///
    /// # Errors
    ///
    /// As [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`]: a thread may be left that nobody uses.
    pub async fn fork_thread(&self, params: ThreadForkParams) -> Result<Thread, Error> {
        let client = self.client().await?;
        let response = client.request(params).await?;
        Ok(Thread::new(client, &response.thread.id))
    }

    /// A handle of a thread that this connection knows already: a subagent's, for example. Nothing
    /// is sent, except to start a lazy server.
    ///
    /// # Errors
    ///
    /// As [`client`](Self::client).
    ///
    /// # Cancel safety
    ///
    /// As [`client`](Self::client).
    pub async fn thread(&self, thread_id: &str) -> Result<Thread, Error> {
        Ok(Thread::new(self.client().await?, thread_id))
    }

    /// The models that can be chosen, from all pages.
    ///
    /// # Errors
    ///
    /// As [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`].
    pub async fn models(&self) -> Result<Vec<Model>, Error> {
        let client = self.client().await?;
        let mut models = Vec::new();
        let mut cursor = None;
        loop {
            let mut params = ModelListParams::default();
            if let Some(cursor) = &cursor {
                params = params.cursor(String::clone(cursor));
            }
            let page = client.request(params).await?;
            models.extend(page.data.into_iter().flatten());
            match page.next_cursor {
                // A cursor that comes back would never come to an end.
                Some(next) if cursor.as_ref() != Some(&next) => cursor = Some(next),
                _ => return Ok(models),
            }
        }
    }

    /// Calls any method; see [`Client::request`].
    ///
    /// # Errors
    ///
    /// As [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`].
    pub async fn request<R: ClientRequest>(&self, params: R) -> Result<R::Response, Error> {
        self.client().await?.request(params).await
    }

    /// Calls a method by name; see [`Client::request_raw`].
    ///
    /// # Errors
    ///
    /// As [`Client::request_raw`].
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request_raw`].
    pub async fn request_raw(&self, method: &str, params: Value) -> Result<Value, Error> {
        self.client().await?.request_raw(method, params).await
    }

    /// What happens from now on and belongs to no turn; see [`Client::events`].
    ///
    /// # Errors
    ///
    /// As [`client`](Self::client).
    ///
    /// # Cancel safety
    ///
    /// As [`client`](Self::client).
    pub async fn events(&self) -> Result<Events, Error> {
        Ok(self.client().await?.events())
    }

    /// The requests of the server; see [`Client::server_requests`].
    ///
    /// # Errors
    ///
    /// As [`client`](Self::client).
    ///
    /// # Cancel safety
    ///
    /// As [`client`](Self::client).
    pub async fn server_requests(&self) -> Result<ServerRequests, Error> {
        Ok(self.client().await?.server_requests())
    }

    /// Shuts the server down, if it was started; see [`Client::shutdown`].
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the shutdown goes on in the background.
    pub async fn shutdown(&self) {
        let attempt = match &*self.inner.state() {
            State::Idle => return,
            State::Starting(attempt) => Some(attempt.clone()),
            State::Ready(_) => None,
        };
        if let Some(attempt) = attempt {
            // A failed attempt has left nothing to shut down.
            let _ = outcome(attempt).await;
        }
        let client = match &*self.inner.state() {
            State::Ready(ready) => ready.client.clone(),
            State::Idle | State::Starting(_) => return,
        };
        client.shutdown().await;
    }

    async fn ready(&self) -> Result<Ready, Error> {
        let attempt = match &mut *self.inner.state() {
            State::Ready(ready) => return Ok(ready.clone()),
            State::Starting(attempt) => attempt.clone(),
            state @ State::Idle => {
                let (result, attempt) = watch::channel(None);
                tokio::spawn(Arc::clone(&self.inner).attempt(result));
                *state = State::Starting(attempt.clone());
                attempt
            }
        };
        outcome(attempt).await
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs apart from whoever asked for it: others may wait too.
    async fn attempt(self: Arc<Self>, result: watch::Sender<Option<Result<Ready, Error>>>) {
        let unfinished = Unfinished(&self);
        let outcome = self.open().await;
        if let Ok(ready) = &outcome {
            *self.state() = State::Ready(ready.clone());
        }
        drop(unfinished);
        result.send_replace(Some(outcome));
    }

    async fn open(&self) -> Result<Ready, Error> {
        let client = Client::open((self.connect)().await?, self.options.clone());
        match client.initialize().await {
            Ok(info) => Ok(Ready { client, info }),
            Err(error) => {
                client.shutdown().await;
                Err(error)
            }
        }
    }
}

/// Lets the next use try again, unless the attempt has succeeded.
struct Unfinished<'a>(&'a Inner);

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        if matches!(*state, State::Starting(_)) {
            *state = State::Idle;
        }
    }
}

impl fmt::Debug for Codex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &*self.inner.state() {
            State::Idle => "idle",
            State::Starting(_) => "starting",
            State::Ready(_) => "ready",
        };
        f.debug_struct("Codex").field("state", &state).finish_non_exhaustive()
    }
}

async fn outcome(mut attempt: Attempt) -> Result<Ready, Error> {
    let outcome = attempt.wait_for(Option::is_some).await.ok().and_then(|it| it.clone());
    // Without an outcome the runtime was shut down under the attempt.
    outcome.unwrap_or_else(|| Err(Arc::new(Closed::new(CloseReason::RuntimeGone)).into()))
}
