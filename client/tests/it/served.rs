//! A scripted server in a thread of its own, for clients that block, and what both sides need to
//! agree on how far they are.

use std::sync::Mutex;
use std::thread::JoinHandle;

use codex_app_client::blocking::{Client, Codex, Thread};
use codex_app_client::{Error, Options, Transport};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::script::Server;

/// The thread in which a server runs. It is joined when dropped, so that its failures are the test's.
pub(crate) struct Serving {
    thread: Option<JoinHandle<()>>,
    /// Lets the server go away, once its script is through.
    stay: Option<std::sync::mpsc::Sender<()>>,
}

impl Serving {
    /// Runs a script for the connections that are made with the connector. What it returns stays
    /// until the test lets go of the server.
    pub(crate) fn start<F>(
        serve: impl FnOnce(mpsc::UnboundedReceiver<Server>) -> F + Send + 'static,
    ) -> (impl Fn() -> Result<Transport, Error> + Send + Sync + 'static, Self)
    where
        F: Future,
    {
        let (to_server, servers) = mpsc::unbounded_channel();
        let (stay, leave) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let kept = runtime.block_on(serve(servers));
            // The sender sends nothing: being dropped is the message.
            let _ = leave.recv();
            drop(kept);
        });
        let connect = move || {
            let (transport, server) = Server::new();
            to_server.send(server).unwrap();
            Ok(transport)
        };
        (connect, Self { thread: Some(thread), stay: Some(stay) })
    }

    /// Waits until the script is through; then the server goes away.
    pub(crate) fn join(mut self) {
        self.stay = None;
        self.thread.take().unwrap().join().unwrap();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.stay = None;
        // A test that has failed already may have left the server waiting.
        if let Some(thread) = self.thread.take()
            && !std::thread::panicking()
        {
            thread.join().unwrap();
        }
    }
}

/// A blocking client, initialised, and a server that follows a script and then stays.
pub(crate) fn connected(serve: impl AsyncFnOnce(&mut Server) + Send + 'static) -> (Codex, Serving) {
    connected_with(Options::new(), serve)
}

pub(crate) fn connected_with(
    options: Options,
    serve: impl AsyncFnOnce(&mut Server) + Send + 'static,
) -> (Codex, Serving) {
    let (connect, serving) = Serving::start(async |mut servers| {
        let mut server = servers.recv().await.unwrap();
        server.initialize().await;
        serve(&mut server).await;
        server
    });
    (Codex::connect(connect, options).unwrap(), serving)
}

/// A thread `t` on such a connection.
pub(crate) fn with_thread(
    serve: impl AsyncFnOnce(&mut Server) + Send + 'static,
) -> (Thread, Serving) {
    let (codex, serving) = connected(serve);
    (codex.thread("t").unwrap(), serving)
}

/// The client's side of [`Server::meet`]: returns when the server's script has come this far, and
/// what it sent before has been read.
pub(crate) fn meet(client: &Client) {
    client.request_raw("test/meet", Value::Null).unwrap();
}

impl Server {
    /// The server's side of [`meet`]: the client has come this far, and has written nothing before
    /// that was not expected.
    pub(crate) async fn meet(&mut self) {
        self.serve("test/meet", json!({})).await;
    }
}

/// Values that several threads come to, in the order of their arrival.
pub(crate) struct Seen<T>(Mutex<Vec<T>>);

impl<T> Seen<T> {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    pub(crate) fn push(&self, value: T) {
        self.0.lock().unwrap().push(value);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    pub(crate) fn into_inner(self) -> Vec<T> {
        self.0.into_inner().unwrap()
    }
}
