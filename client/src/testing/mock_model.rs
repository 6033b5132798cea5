//! The mock model server: starting, scripting, inspecting its requests, and stopping.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};

use crate::testing::connection;
use crate::testing::ids::Ids;
use crate::testing::model_request::ModelRequest;
use crate::testing::reply::Reply;
use crate::testing::script::{Choice, Script};

/// How long to wait after accepting a connection has failed.
const ACCEPT_RETRY: Duration = Duration::from_millis(10);

/// A scripted model server on loopback, which an app-server uses instead of a real model. Dropping
/// it stops it.
///
/// It runs on a thread of its own, so a busy test or a paused clock does not delay it.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> std::io::Result<()> {
/// use codex_app_client::testing::{MockModel, Reply};
///
/// let model = MockModel::start().await?;
/// model.push(Reply::command("cargo test"));
/// model.push(Reply::message("All tests pass.").phase("final_answer"));
/// // … run a turn …
/// assert_eq!(model.requests().len(), 2);
/// # Ok(()) }
/// ```
pub struct MockModel {
    address: SocketAddr,
    shared: Arc<Shared>,
    /// Dropping it makes the thread stop.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// The state that the connections and the test share.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    ids: Ids,
    requests: watch::Sender<Vec<ModelRequest>>,
    script: Mutex<Script>,
}

impl MockModel {
    /// Starts a model server on a free port of loopback.
    ///
    /// # Errors
    ///
    /// Fails if no port can be bound or no thread can be started.
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe: it completes without waiting.
    pub async fn start() -> io::Result<Self> {
        Self::start_blocking()
    }

    /// Like [`start`](Self::start), for programs without an async runtime.
    ///
    /// # Errors
    ///
    /// Fails if no port can be bound or no thread can be started.
    pub fn start_blocking() -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = {
            let _guard = runtime.enter();
            TcpListener::from_std(listener)?
        };
        let shared = Arc::<Shared>::default();
        let (stop, stopped) = oneshot::channel();
        let serving = serve(listener, Arc::clone(&shared), stopped);
        let thread = std::thread::Builder::new()
            .name("mock-model".to_owned())
            .spawn(move || runtime.block_on(serving))?;
        Ok(Self { address, shared, stop: Some(stop), thread: Some(thread) })
    }

    /// Returns the address on which the server listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the `base_url` for a model provider in an app-server's configuration.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Queues a reply to the next request.
    ///
    /// Of the queued replies that match a request, including those of [`push_if`](Self::push_if),
    /// the oldest is used, once.
    pub fn push(&self, reply: impl Into<Reply>) {
        self.shared.script().push(None, reply.into());
    }

    /// Queues a reply to the next request for which `matcher` returns `true`.
    ///
    /// The matcher is called while the script is locked: it must not call methods of this model.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # fn example(model: codex_app_client::testing::MockModel) {
    /// use codex_app_client::testing::Reply;
    ///
    /// let reply = Reply::message("The tool has answered.");
    /// model.push_if(|request| !request.tool_outputs().is_empty(), reply);
    /// # }
    /// ```
    pub fn push_if(
        &self,
        matcher: impl Fn(&ModelRequest) -> bool + Send + Sync + 'static,
        reply: impl Into<Reply>,
    ) {
        self.shared.script().push(Some(Box::new(matcher)), reply.into());
    }

    /// Queues a reply to the next request whose [last user text](ModelRequest::last_user_text)
    /// contains this text.
    pub fn push_for(&self, text: impl Into<String>, reply: impl Into<Reply>) {
        let text = text.into();
        self.push_if(move |request| request.last_user_text().contains(&text), reply);
    }

    /// Sets the reply to requests that no queued reply matches. Default: `You said: …`.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # fn example(model: codex_app_client::testing::MockModel) {
    /// use codex_app_client::testing::Reply;
    ///
    /// model.reply_with(|request| Reply::message(request.last_user_text().to_uppercase()));
    /// # }
    /// ```
    pub fn reply_with<R: Into<Reply>>(
        &self,
        answer: impl Fn(&ModelRequest) -> R + Send + Sync + 'static,
    ) {
        self.shared.script().reply_with(Arc::new(move |request| answer(request).into()));
    }

    /// Returns how many replies are queued and not yet used.
    #[must_use]
    pub fn queued_count(&self) -> usize {
        self.shared.script().n_queued()
    }

    /// Returns the requests so far, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<ModelRequest> {
        self.shared.requests.borrow().clone()
    }

    /// Returns the requests so far, in order, and removes them, which bounds memory in long tests.
    /// Indexes of [`wait_for_request`](Self::wait_for_request) start at 0 again.
    #[must_use]
    pub fn take_requests(&self) -> Vec<ModelRequest> {
        let mut taken = Vec::new();
        self.shared.requests.send_modify(|requests| taken = std::mem::take(requests));
        taken
    }

    /// Waits for the request with this index, counted from 0, and returns it. Requests are kept
    /// until they are [taken](Self::take_requests).
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe: it only watches the requests.
    pub async fn wait_for_request(&self, index: usize) -> ModelRequest {
        let mut requests = self.shared.requests.subscribe();
        let requests = requests.wait_for(|requests| requests.len() > index).await;
        requests.expect("the sender is in `self`")[index].clone()
    }
}

impl Drop for MockModel {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // Nothing listens when this returns. A panic of the thread was printed already.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for MockModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("MockModel");
        debug.field("address", &self.address).finish_non_exhaustive()
    }
}

impl Shared {
    /// Records a request and chooses its reply.
    pub(crate) fn reply_to(&self, request: ModelRequest) -> Reply {
        let choice = self.script().choose(&request);
        let reply = match choice {
            Choice::Reply(reply) => reply,
            Choice::Ask(answer) => answer(&request),
        };
        self.requests.send_modify(|requests| requests.push(request));
        reply
    }

    pub(crate) fn ids(&self) -> &Ids {
        &self.ids
    }

    /// Recovers from poisoning: a matcher that panicked has not changed the script.
    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Accepts connections until it is stopped. They end with the runtime.
async fn serve(listener: TcpListener, shared: Arc<Shared>, mut stopped: oneshot::Receiver<()>) {
    loop {
        tokio::select! {
            _ = &mut stopped => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    tokio::spawn(connection::serve(stream, Arc::clone(&shared)));
                }
                Err(error) => {
                    tracing::warn!(%error, "accepting a connection to the mock model failed");
                    // It may fail again at once, without file descriptors for example.
                    tokio::time::sleep(ACCEPT_RETRY).await;
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;
    use crate::testing::gate::Gate;

    /// Sends a request and reads the answer to its end.
    async fn ask(model: &MockModel, method: &str, path: &str, body: &str) -> String {
        let mut stream = tokio::net::TcpStream::connect(model.address()).await.unwrap();
        let length = body.len();
        let head = format!("{method} {path} HTTP/1.1\r\ncontent-length: {length}\r\n\r\n");
        stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    async fn say(model: &MockModel, text: &str) -> String {
        let body = serde_json::json!({ "input": [{ "role": "user", "content": text }] });
        ask(model, "POST", "/v1/responses", &body.to_string()).await
    }

    #[tokio::test]
    async fn without_a_script_the_model_echoes() {
        let model = MockModel::start().await.unwrap();
        let answer = say(&model, "hello").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"));
        assert!(answer.contains("You said: hello"));
        assert!(answer.contains("event: response.completed\n"));
        assert_eq!(model.wait_for_request(0).await.last_user_text(), "hello");
    }

    #[tokio::test]
    async fn requests_that_were_taken_are_forgotten() {
        let model = MockModel::start().await.unwrap();
        say(&model, "one").await;
        say(&model, "two").await;
        let taken = model.take_requests();
        assert_eq!(
            taken.iter().map(ModelRequest::last_user_text).collect::<Vec<_>>(),
            ["one", "two"]
        );
        assert!(model.requests().is_empty());
        say(&model, "three").await;
        assert_eq!(model.wait_for_request(0).await.last_user_text(), "three");
    }

    #[tokio::test]
    async fn headers_and_filler_are_sent() {
        let model = MockModel::start().await.unwrap();
        model.push(Reply::header("x-a", "b").then(Reply::many_deltas(3000, 40)));
        let answer = say(&model, "hello").await;
        assert!(answer.contains("\r\nx-a: b\r\n"));
        assert_eq!(answer.matches("event: response.output_text.delta\n").count(), 3000);
    }

    #[tokio::test]
    async fn an_error_is_a_status() {
        let model = MockModel::start().await.unwrap();
        model.push(Reply::error(crate::testing::ModelError::Overloaded));
        assert!(say(&model, "hello").await.starts_with("HTTP/1.1 503 "));
        assert!(say(&model, "hello").await.starts_with("HTTP/1.1 200 "));
    }

    #[tokio::test]
    async fn what_is_no_request_for_a_response_is_refused_and_not_recorded() {
        let model = MockModel::start().await.unwrap();
        assert!(ask(&model, "POST", "/v1/responses", "{").await.starts_with("HTTP/1.1 400 "));
        assert!(ask(&model, "GET", "/v1/responses", "").await.starts_with("HTTP/1.1 404 "));
        assert!(ask(&model, "GET", "/v1/models?a=b", "").await.starts_with("HTTP/1.1 200 "));
        assert!(model.requests().is_empty());
    }

    #[tokio::test]
    async fn a_held_reply_keeps_no_other_waiting() {
        let model = MockModel::start().await.unwrap();
        let gate = Gate::new();
        model.push_for("wait", Reply::hold(&gate).then(Reply::message("at last")));
        let (held, ()) = tokio::join!(say(&model, "wait"), async {
            gate.reached(1).await;
            assert!(say(&model, "go").await.contains("You said: go"));
            gate.open();
        });
        assert!(held.contains("at last"));
    }

    #[test]
    fn dropping_it_ends_the_connections_of_held_replies() {
        let model = MockModel::start_blocking().unwrap();
        model.push(Reply::hold(&Gate::new()));
        let mut stream = TcpStream::connect(model.address()).unwrap();
        stream.write_all(b"POST /v1/responses HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}").unwrap();
        drop(model);
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let timed_out = [io::ErrorKind::TimedOut, io::ErrorKind::WouldBlock];
        match stream.read(&mut [0]) {
            Ok(n_bytes) => assert_eq!(n_bytes, 0),
            Err(error) => assert!(!timed_out.contains(&error.kind()), "{error}"),
        }
    }
}
