//! A way to a server that a test can cut, while the server stays as it is.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// Listens on loopback and copies bytes. It ends when this is dropped.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    cut: Arc<Notify>,
    listening: JoinHandle<()>,
}

impl Proxy {
    /// In front of the server at this address, which is `ws://HOST:PORT`.
    pub(crate) async fn start(server: &str) -> Self {
        let server = server.trim_start_matches("ws://").trim_end_matches('/').to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let cut = Arc::new(Notify::new());
        let is_cut = Arc::clone(&cut);
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(copy_until(client, server, Arc::clone(&is_cut)));
            }
        });
        Self { port, cut, listening }
    }

    pub(crate) fn url(&self) -> String {
        format!("ws://127.0.0.1:{}", self.port)
    }

    /// Ends all connections that there are.
    pub(crate) fn cut(&self) {
        self.cut.notify_waiters();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

pub(crate) async fn copy_until<A, B>(mut one: A, mut other: B, is_cut: Arc<Notify>)
where
    A: AsyncRead + AsyncWrite + Unpin,
    B: AsyncRead + AsyncWrite + Unpin,
{
    tokio::select! {
        _ = copy_bidirectional(&mut one, &mut other) => {}
        () = is_cut.notified() => {}
    }
}
