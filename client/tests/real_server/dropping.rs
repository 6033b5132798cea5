//! Behaviour 16 at scale: whatever is dropped, and however much of it at once, no turn runs on.

use std::time::Duration;

use codex_app_client::protocol::{ThreadStatus, TurnStatus};
use codex_app_client::testing::{Gate, Reply};
use codex_app_client::{Thread, ThreadOptions, TurnHandle, TurnInput};

use crate::setup::{Setup, begun, setup};

/// How long the server may take over all of it.
const LIMIT: Duration = Duration::from_secs(120);

fn input() -> TurnInput {
    TurnInput::from("Wait.").interrupt_on_drop(true)
}

async fn new_threads(it: &Setup, n_threads: usize) -> Vec<Thread> {
    let mut threads = Vec::new();
    for _ in 0..n_threads {
        threads.push(it.codex.start_thread(ThreadOptions::default()).await.unwrap());
    }
    threads
}

/// Waits for the ends of turns that nothing but an interruption ends.
async fn all_interrupted(turns: Vec<TurnHandle>) {
    for mut turn in turns {
        assert_eq!(turn.wait().await.unwrap().status, TurnStatus::Interrupted);
    }
}

#[tokio::test]
async fn of_three_hundred_turns_that_are_dropped_none_runs_on() {
    let it = setup().await;
    // Never opened: no turn ends by itself.
    let gate = Gate::new();
    it.model.reply_with(move |_| Reply::hold(&gate).then(Reply::message("Never said.")));
    let mut threads = new_threads(&it, 350).await;
    let mut followers = Vec::new();

    // Dropped as soon as they were promised, before they have begun.
    for thread in &threads[..50] {
        let turn = thread.start_turn(input()).await.unwrap();
        followers.push(thread.turn(turn.id()).unwrap());
    }
    // Those that run, all dropped at once: handles, and calls that wait for the end.
    let mut turns = Vec::new();
    for thread in &threads[50..300] {
        let mut turn = thread.start_turn(input()).await.unwrap();
        followers.push(thread.turn(turn.id()).unwrap());
        begun(&mut turn).await;
        turns.push(turn);
    }
    let mut runs = Vec::new();
    for thread in &threads[300..] {
        let (next, thread) = (thread.next_turn(), thread.clone());
        runs.push(tokio::spawn(async move { thread.run("Wait.").await }));
        followers.push(next.await.unwrap());
    }
    runs.iter().for_each(|it| it.abort());
    drop(turns);

    tokio::time::timeout(LIMIT, all_interrupted(followers)).await.expect("some turns run on");
    for thread in threads.drain(..) {
        let status = thread.read(false).await.unwrap().status;
        assert_eq!(status, Some(ThreadStatus::Idle));
    }
    it.codex.shutdown().await;
}
