//! Drops the future of every operation at each of its waits. Afterwards nothing is pending, no
//! thread is busy, no queue is kept, and the next call works. Tests only.

mod operations;
mod server;

use std::task::{Context, Waker};

use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::codex::Codex;
use crate::options::Options;
use crate::transport::Transport;
use operations::{Ground, OPERATIONS, Operation};

/// No operation takes so many steps.
const MOST_STEPS: usize = 2000;

async fn connected() -> (Ground, JoinHandle<()>) {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let server = tokio::spawn(server::serve(theirs));
    let codex = Codex::connect(Transport::from_stream(ours), Options::new()).await.unwrap();
    let client = codex.client().await.unwrap();
    let thread = codex.thread("t").await.unwrap();
    (Ground { codex, client, thread }, server)
}

/// Lets everybody else do what they can.
async fn settle() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

/// Polls an operation so many times, then drops it. Tells whether it was over by then.
async fn drop_after(operation: Operation, n_polls: usize, ground: &Ground) -> bool {
    let mut future = operation(ground.clone());
    for _ in 0..n_polls {
        if future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
            return true;
        }
        // One task at a time: the other side gets no further than a step.
        tokio::task::yield_now().await;
    }
    false
}

async fn check(name: &str, operation: Operation, n_polls: usize) -> bool {
    let (ground, server) = connected().await;
    let is_over = drop_after(operation, n_polls, &ground).await;
    settle().await;
    // Turns that run until they are interrupted.
    let params = json!({"threadId": "t", "turnId": "u"});
    ground.client.request_raw("turn/interrupt", params).await.unwrap();
    settle().await;
    let shared = ground.client.shared();
    let what = format!("{name} dropped after {n_polls} polls");
    assert_eq!(shared.with(|session, _| session.pending.len()), 0, "pending: {what}");
    assert!(ground.thread.active_turn().is_none(), "held: {what}");
    ground.client.request_raw("test/any", Value::Null).await.unwrap();
    let result = ground.thread.run("hello").await;
    result.unwrap_or_else(|error| panic!("{what}: {error}"));
    let Ground { codex, client, thread } = ground;
    drop(thread);
    let left = client
        .shared()
        .with(|session, _| (!session.router.is_empty()).then(|| format!("{:?}", session.router)));
    assert_eq!(left, None, "{what}");
    drop((codex, client));
    // The server ends when the connection does: no handle of it was left anywhere.
    server.await.unwrap();
    is_over
}

#[tokio::test(start_paused = true)]
async fn every_operation_can_be_dropped_at_each_of_its_waits() {
    let mut n_dropped = 0;
    for (name, operation) in OPERATIONS {
        let mut n_polls = 0;
        while !check(name, *operation, n_polls).await {
            n_polls += 1;
            assert!(n_polls < MOST_STEPS, "{name} does not end");
        }
        n_dropped += n_polls;
    }
    assert!(n_dropped > 150, "{n_dropped}");
}

#[tokio::test(start_paused = true)]
async fn connecting_can_be_dropped_at_each_of_its_waits() {
    for n_polls in 0..MOST_STEPS {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        let server = tokio::spawn(server::serve(theirs));
        let mut future = Box::pin(Codex::connect(Transport::from_stream(ours), Options::new()));
        let mut is_over = false;
        for _ in 0..n_polls {
            is_over = future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
            if is_over {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(future);
        server.await.unwrap();
        if is_over {
            assert!(n_polls > 2, "{n_polls}");
            return;
        }
    }
    panic!("it does not end");
}

#[tokio::test(start_paused = true)]
async fn shutting_down_goes_on_when_it_is_dropped() {
    for n_polls in 0..5 {
        let (ground, server) = connected().await;
        drop_after(|g| Box::pin(async move { g.client.shutdown().await }), n_polls, &ground).await;
        if n_polls > 0 {
            server.await.unwrap();
            assert!(ground.client.is_closed());
        }
    }
}
