//! Connecting again without async: the same as the asynchronous one, and a wait that another thread
//! can end.

use std::sync::Barrier;
use std::time::Duration;

use codex_app_client::blocking::Supervisor;
use codex_app_client::{CloseReason, Error, Options, ReconnectPolicy};
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;

use super::is_wait_timeout;
use crate::script::Server;
use crate::served::Serving;

fn policy() -> ReconnectPolicy {
    ReconnectPolicy::new().max_attempts(3).initial_delay(Duration::from_millis(1))
}

async fn next(servers: &mut UnboundedReceiver<Server>) -> Server {
    let mut server = servers.recv().await.unwrap();
    server.initialize().await;
    server
}

#[test]
fn a_new_connection_takes_the_place_of_the_last_and_threads_are_resumed() {
    let (connect, _serving) = Serving::start(async |mut servers| {
        let mut server = next(&mut servers).await;
        server.meet().await;
        drop(server);
        let mut server = next(&mut servers).await;
        let request = server.expect("thread/resume").await;
        assert_eq!(request["params"]["threadId"], "t1");
        server.refuse(&request, "no").await;
        server.meet().await;
        drop(server);
        let mut server = next(&mut servers).await;
        server.meet().await;
        server
    });
    let mut supervisor = Supervisor::connect_with(Options::new(), policy(), connect).unwrap();
    supervisor.follow("t1");
    supervisor.follow("t2");
    supervisor.unfollow("t2");
    let first = supervisor.codex();
    assert!(is_wait_timeout(&supervisor.reconnected_within(Duration::ZERO).unwrap_err()));
    first.request_raw("test/meet", Value::Null).unwrap();

    let again = supervisor.reconnected().unwrap();
    assert_eq!((again.epoch, supervisor.epoch()), (1, 1));
    assert_eq!(again.closed.reason, CloseReason::EndOfStream);
    assert!(first.request_raw("test/late", json!({})).unwrap_err().is_closed());
    let threads = again.resume().unwrap();
    assert_eq!(threads.len(), 1);
    assert!(threads[0].0 == "t1" && threads[0].1.as_ref().is_err_and(|it| it.rpc().is_some()));
    again.codex.request_raw("test/meet", Value::Null).unwrap();

    let again = supervisor.reconnected_within(Duration::from_secs(60)).unwrap();
    assert_eq!((again.epoch, supervisor.epoch()), (2, 2));
    supervisor.codex().request_raw("test/meet", Value::Null).unwrap();
}

#[test]
fn threads_share_it_and_all_get_the_next_connection() {
    let (connect, _serving) = Serving::start(async |mut servers| {
        let mut server = next(&mut servers).await;
        // Both wait, and one of them names a thread meanwhile.
        server.meet().await;
        drop(server);
        let mut server = next(&mut servers).await;
        server.meet().await;
        server.meet().await;
        assert!(server.is_at_end().await);
        assert!(servers.recv().await.is_none());
    });
    let mut supervisor = Supervisor::connect_with(Options::new(), policy(), connect).unwrap();
    let met = Barrier::new(2);
    std::thread::scope(|scope| {
        let mut watching = supervisor.clone();
        let met = &met;
        let resuming = scope.spawn(move || {
            assert!(is_wait_timeout(&watching.reconnected_within(Duration::ZERO).unwrap_err()));
            met.wait();
            let again = watching.reconnected().unwrap();
            again.codex.request_raw("test/meet", Value::Null).unwrap();
            again.thread_ids
        });
        met.wait();
        supervisor.follow("t1");
        supervisor.codex().request_raw("test/meet", Value::Null).unwrap();
        let again = supervisor.clone().reconnected().unwrap();
        assert_eq!(again.epoch, 1);
        again.codex.request_raw("test/meet", Value::Null).unwrap();
        assert_eq!(resuming.join().unwrap(), ["t1"]);
        supervisor.shutdown().unwrap();
    });
    let error = supervisor.reconnected().unwrap_err();
    assert_eq!(error.closed().unwrap().reason, CloseReason::Shutdown);
}

#[test]
fn another_thread_ends_the_wait_and_the_connection_stays_down() {
    let (connect, _serving) = Serving::start(async |mut servers| {
        let mut server = next(&mut servers).await;
        assert!(server.is_at_end().await);
        // Nobody connects again.
        assert!(servers.recv().await.is_none());
    });
    let mut supervisor = Supervisor::connect_with(Options::new(), policy(), connect).unwrap();
    let codex = supervisor.codex();
    let error = std::thread::scope(|scope| {
        let waiting = scope.spawn(move || supervisor.reconnected().unwrap_err());
        codex.shutdown().unwrap();
        waiting.join().unwrap()
    });
    assert_eq!(error.closed().unwrap().reason, CloseReason::Shutdown);
}

#[test]
fn inside_a_runtime_nothing_waits() {
    let (connect, serving) = Serving::start(async |mut servers| next(&mut servers).await);
    let mut supervisor = Supervisor::connect_with(Options::new(), policy(), connect).unwrap();
    let (connect, never) = Serving::start(async |mut servers| servers.recv().await.is_none());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let error = supervisor.reconnected().unwrap_err();
        assert!(matches!(error, Error::InsideRuntime), "{error:?}");
        let error = supervisor.reconnected_within(Duration::ZERO).unwrap_err();
        assert!(matches!(error, Error::InsideRuntime), "{error:?}");
        let error = supervisor.shutdown().unwrap_err();
        assert!(matches!(error, Error::InsideRuntime), "{error:?}");
        let error = Supervisor::connect_with(Options::new(), policy(), connect).unwrap_err();
        assert!(matches!(error, Error::InsideRuntime), "{error:?}");
    });
    drop(supervisor);
    serving.join();
    never.join();
}
