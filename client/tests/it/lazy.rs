//! Behaviour 2: a lazy server is started once, however many come first.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use codex_app_client::{CloseReason, Codex, Error, Options, Transport};
use serde_json::json;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::script::Server;

/// A lazy `Codex`, the servers it connects to, and how often it did.
fn lazy() -> (Codex, mpsc::UnboundedReceiver<Server>, Arc<AtomicUsize>) {
    let (servers, connected) = mpsc::unbounded_channel();
    let n_attempts = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&n_attempts);
    let codex = Codex::connect_lazy(Options::new(), move || {
        counter.fetch_add(1, Ordering::Relaxed);
        let (transport, server) = Server::new();
        servers.send(server).unwrap();
        async move { Ok(transport) }
    });
    (codex, connected, n_attempts)
}

/// So many tasks that use the server at once.
fn users<F>(codex: &Codex, n_users: usize, ask: impl Fn(Codex) -> F) -> Vec<JoinHandle<F::Output>>
where
    F: Future<Output: Send> + Send + 'static,
{
    (0..n_users).map(|_| tokio::spawn(ask(codex.clone()))).collect()
}

#[tokio::test(start_paused = true)]
async fn many_first_users_start_it_once() {
    let (codex, mut servers, n_attempts) = lazy();
    let users = users(&codex, 20, |codex| async move { codex.models().await });
    let mut server = servers.recv().await.unwrap();
    server.initialize().await;
    for _ in 0..20 {
        server.serve("model/list", json!({"data": [], "nextCursor": null})).await;
    }
    for user in users {
        assert_eq!(user.await.unwrap().unwrap(), []);
    }
    assert_eq!(n_attempts.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_told_to_all_and_the_next_use_tries_again() {
    let (codex, mut servers, n_attempts) = lazy();
    let users = users(&codex, 5, |codex| async move { codex.server_info().await });
    let mut server = servers.recv().await.unwrap();
    server.serve("initialize", json!({})).await;
    for user in users {
        assert!(matches!(user.await.unwrap(), Err(Error::MissingMetadata { .. })));
    }
    let again = tokio::spawn(async move { codex.server_info().await });
    let mut server = servers.recv().await.unwrap();
    server.initialize().await;
    assert_eq!(again.await.unwrap().unwrap().name, "codex");
    assert_eq!(n_attempts.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn a_first_user_who_gives_up_does_not_stop_the_others() {
    let (codex, mut servers, n_attempts) = lazy();
    let first = tokio::spawn({
        let codex = codex.clone();
        async move { codex.server_info().await }
    });
    let mut server = servers.recv().await.unwrap();
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    let (info, ()) = tokio::join!(codex.server_info(), server.initialize());
    info.unwrap();
    assert_eq!(n_attempts.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn what_was_never_used_is_never_started() {
    let (codex, mut servers, n_attempts) = lazy();
    codex.shutdown().await;
    drop(codex);
    assert!(servers.recv().await.is_none());
    assert_eq!(n_attempts.load(Ordering::Relaxed), 0);
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_ends_a_start_at_once() {
    let (codex, mut servers, n_attempts) = lazy();
    let users = users(&codex, 3, |codex| async move { codex.models().await });
    let mut server = servers.recv().await.unwrap();
    server.expect("initialize").await;
    let begin = Instant::now();
    let end = async {
        assert!(server.is_at_end().await);
        drop(server);
    };
    tokio::join!(codex.shutdown(), codex.shutdown(), end);
    assert_eq!(begin.elapsed(), Duration::ZERO);
    for user in users {
        let error = user.await.unwrap().unwrap_err();
        assert_eq!(error.closed().unwrap().reason, CloseReason::Shutdown);
    }
    // As after any shutdown, nothing is started again.
    assert!(codex.models().await.unwrap_err().is_closed());
    codex.shutdown().await;
    assert_eq!(n_attempts.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_ends_a_start_that_is_still_connecting() {
    let codex =
        Codex::connect_lazy(Options::new(), std::future::pending::<Result<Transport, Error>>);
    let user = tokio::spawn({
        let codex = codex.clone();
        async move { codex.client().await }
    });
    tokio::task::yield_now().await;
    codex.shutdown().await;
    assert!(user.await.unwrap().unwrap_err().is_closed());
}

#[tokio::test(start_paused = true)]
async fn a_transport_that_cannot_be_made_is_an_error() {
    let attempts = Mutex::new(0);
    let codex = Codex::connect_lazy(Options::new(), move || {
        *attempts.lock().unwrap() += 1;
        async {
            Err::<Transport, _>(Error::ProgramNotFound {
                program: "codex".into(),
                tried: Vec::new(),
            })
        }
    });
    for _ in 0..2 {
        assert!(matches!(codex.client().await, Err(Error::ProgramNotFound { .. })));
    }
}
