//! Trying again when the server is too busy, with a clock that stands still.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use codex_app_client::{Error, RetryPolicy, retry_on_overload};
use serde_json::json;
use tokio::time::Instant;

use crate::script::{Server, connected};

async fn refuse(server: &mut Server, code: i64) {
    let request = server.expect("model/list").await;
    let error = json!({"code": code, "message": "Server overloaded; retry later."});
    server.send(json!({"error": error, "id": request["id"]})).await;
}

#[tokio::test(start_paused = true)]
async fn an_overloaded_server_is_asked_again() {
    let (codex, _client, mut server) = connected().await;
    let policy = RetryPolicy::new();
    let call = retry_on_overload(&policy, || codex.models());
    let serve = async {
        refuse(&mut server, -32001).await;
        refuse(&mut server, -32001).await;
        server.serve("model/list", json!({"data": []})).await;
    };
    let (outcome, ()) = tokio::join!(call, serve);
    assert_eq!(outcome.unwrap(), []);
}

#[tokio::test(start_paused = true)]
async fn nothing_else_is_asked_again() {
    let (codex, client, mut server) = connected().await;
    for code in [-32600, -32603, -32000, -32002] {
        let policy = RetryPolicy::new();
        let call = retry_on_overload(&policy, || codex.models());
        let (outcome, ()) = tokio::join!(call, refuse(&mut server, code));
        let error = outcome.unwrap_err();
        assert!(!error.is_overloaded() && error.rpc().is_some(), "{error:?}");
        server.barrier(&client).await;
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_asked_again_by_itself() {
    let (codex, client, mut server) = connected().await;
    let (outcome, ()) = tokio::join!(codex.models(), refuse(&mut server, -32001));
    let error = outcome.unwrap_err();
    let Error::Overloaded { method, error: said } = &error else { panic!("{error:?}") };
    assert_eq!((&**method, said.code), ("model/list", -32001));
    server.barrier(&client).await;
}

fn overloaded() -> Error {
    let error = codex_app_client::protocol::RpcError::new(-32001, "Server overloaded");
    Error::Overloaded { method: "model/list".into(), error: error.into() }
}

/// How often it was tried, and how long that took.
async fn give_up(policy: RetryPolicy) -> (u32, Duration) {
    let (begin, n_attempts) = (Instant::now(), AtomicU32::new(0));
    let outcome: Result<(), _> = retry_on_overload(&policy, async || {
        n_attempts.fetch_add(1, Ordering::Relaxed);
        Err(overloaded())
    })
    .await;
    assert!(outcome.unwrap_err().is_overloaded());
    (n_attempts.into_inner(), begin.elapsed())
}

#[tokio::test(start_paused = true)]
async fn it_is_tried_so_often_and_no_more() {
    for _ in 0..50 {
        let (n_attempts, took) = give_up(RetryPolicy::new().max_attempts(4)).await;
        assert_eq!(n_attempts, 4);
        // Pauses of at most 0.25, 0.5 and 1 second.
        assert!(took <= Duration::from_millis(1760), "{took:?}");
    }
    assert_eq!(give_up(RetryPolicy::new().max_attempts(0)).await.0, 1);
}

#[tokio::test(start_paused = true)]
async fn no_attempt_begins_after_the_deadline() {
    let deadline = Duration::from_secs(20);
    let policy = RetryPolicy::new()
        .max_attempts(u32::MAX)
        .initial_delay(Duration::from_secs(1))
        .max_delay(Duration::from_secs(3))
        .deadline(deadline);
    for _ in 0..50 {
        let (n_attempts, took) = give_up(policy.clone()).await;
        assert!(took <= deadline && n_attempts > 6, "{n_attempts} in {took:?}");
    }
    let policy = policy.deadline(Duration::ZERO);
    assert!(give_up(policy).await.1.is_zero());
}
