//! The thread that runs the connections of the blocking API, and the only place where a call blocks
//! on it.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_core::Stream;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::error::Error;

/// How long connections may take to end after their last handle was dropped.
const LAST_TASKS: Duration = Duration::from_secs(30);

/// The thread that runs a connection. It ends when the last handle was dropped.
#[derive(Clone, Debug)]
pub(crate) struct Runtime {
    handle: Handle,
    /// Dropping the last one stops the runtime.
    _stop: Arc<oneshot::Sender<()>>,
}

impl Runtime {
    pub(crate) fn start() -> Result<Self, Error> {
        let failed = |error| Error::Runtime(Arc::new(error));
        let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        std::thread::Builder::new()
            .name("codex-app-client".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    // The sender sends nothing: it is only dropped.
                    let _ = stopped.await;
                    // The handles are dropped too, and their connections are ending.
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

    /// Blocks on a future. Inside a runtime it is an error, and the future is not polled.
    pub(crate) fn wait<T>(
        &self,
        future: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        if Handle::try_current().is_ok() {
            return Err(Error::InsideRuntime);
        }
        self.handle.block_on(future)
    }

    /// Like `wait`, with a timeout, after which the future is dropped.
    pub(crate) fn wait_within<T>(
        &self,
        timeout: Duration,
        future: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        self.wait(async {
            let outcome = tokio::time::timeout(timeout, future).await;
            outcome.unwrap_or(Err(Error::WaitTimeout { after: timeout }))
        })
    }
}

/// A stream as a blocking iterator: each iterator of the blocking API contains one.
#[derive(Debug)]
pub(crate) struct Iter<S> {
    pub(crate) stream: S,
    pub(crate) runtime: Runtime,
    /// Whether the last call was inside a runtime.
    is_refused: bool,
}

impl<S: Stream + Unpin> Iter<S> {
    pub(crate) fn new(stream: S, runtime: &Runtime) -> Self {
        Self { stream, runtime: runtime.clone(), is_refused: false }
    }

    pub(crate) fn next(&mut self) -> Option<Result<S::Item, Error>> {
        let next = next(&mut self.stream);
        let outcome = self.runtime.wait(next);
        self.once(outcome)
    }

    pub(crate) fn next_within(&mut self, timeout: Duration) -> Option<Result<S::Item, Error>> {
        let next = next(&mut self.stream);
        let outcome = self.runtime.wait_within(timeout, next);
        self.once(outcome)
    }

    /// Inside a runtime there is one error, and then the end: a loop that skips errors would
    /// otherwise never end.
    fn once(&mut self, outcome: Result<Option<S::Item>, Error>) -> Option<Result<S::Item, Error>> {
        let is_refused = matches!(outcome, Err(Error::InsideRuntime));
        let was_refused = std::mem::replace(&mut self.is_refused, is_refused);
        if is_refused && was_refused { None } else { outcome.transpose() }
    }
}

async fn next<S: Stream + Unpin>(stream: &mut S) -> Result<Option<S::Item>, Error> {
    Ok(std::future::poll_fn(|cx| Pin::new(&mut *stream).poll_next(cx)).await)
}
