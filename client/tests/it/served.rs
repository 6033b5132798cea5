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
pub(crate) struct Serving(Option<JoinHandle<()>>);

impl Serving {
    /// Runs a script for the connections that are made with the connector.
    pub(crate) fn start<F>(
        serve: impl FnOnce(mpsc::UnboundedReceiver<Server>) -> F + Send + 'static,
    ) -> (impl Fn() -> Result<Transport, Error> + Send + Sync + 'static, Self)
    where
        F: Future<Output = ()>,
    {
        let (to_server, servers) = mpsc::unbounded_channel();
        let thread = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(serve(servers));
        });
        let connect = move || {
            let (transport, server) = Server::new();
            to_server.send(server).unwrap();
            Ok(transport)
        };
        (connect, Self(Some(thread)))
    }

    pub(crate) fn join(mut self) {
        self.0.take().unwrap().join().unwrap();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // A test that has failed already may have left the server waiting.
        if let Some(thread) = self.0.take()
            && !std::thread::panicking()
        {
            thread.join().unwrap();
        }
    }
}

/// A blocking client, initialised, and a server that follows a script.
pub(crate) fn connected<F>(serve: impl FnOnce(Server) -> F + Send + 'static) -> (Codex, Serving)
where
    F: Future<Output = ()>,
{
    connected_with(Options::new(), serve)
}

pub(crate) fn connected_with<F>(
    options: Options,
    serve: impl FnOnce(Server) -> F + Send + 'static,
) -> (Codex, Serving)
where
    F: Future<Output = ()>,
{
    let (connect, serving) = Serving::start(async |mut servers| {
        let mut server = servers.recv().await.unwrap();
        server.initialize().await;
        serve(server).await;
    });
    (Codex::connect(connect, options).unwrap(), serving)
}

/// A thread `t` on such a connection.
pub(crate) fn with_thread<F>(serve: impl FnOnce(Server) -> F + Send + 'static) -> (Thread, Serving)
where
    F: Future<Output = ()>,
{
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
