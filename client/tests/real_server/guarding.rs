//! Behaviours 5 and 12: one turn a thread, and whose turn an input went into.

use codex_app_client::protocol::{
    ServerNotification, ThreadDeleteParams, ThreadResumeParams, ThreadUnsubscribeParams,
};
use codex_app_client::testing::Gate;
use codex_app_client::{Error, ThreadOptions, TurnInput};

use crate::setup::{answer, begun, held, setup, until};

#[tokio::test]
async fn a_second_turn_is_refused_and_a_join_is_visible() {
    let it = setup().await;
    let gate = Gate::new();
    it.model.push(held(&gate, "Cut off."));
    it.model.push(answer("Both."));
    let mut turn = it.thread.start_turn("first").await.unwrap();
    let error = it.thread.start_turn("second").await.unwrap_err();
    assert!(matches!(&error, Error::TurnActive { turn_id: Some(id), .. } if id == turn.id()));
    begun(&mut turn).await;
    gate.reached(1).await;
    let mut joined = it.thread.start_turn(TurnInput::from("more").join()).await.unwrap();
    assert!(joined.is_joined());
    assert_eq!(joined.id(), turn.id());
    gate.open();
    assert!(turn.wait().await.unwrap().final_response.is_some());
    assert!(joined.wait().await.unwrap().joined);
    it.codex.shutdown().await;
}

#[tokio::test]
async fn two_racing_starts_are_one_turn() {
    let it = setup().await;
    let (one, two) = tokio::join!(it.thread.start_turn("one"), it.thread.start_turn("two"));
    let refused = two.unwrap_err();
    assert!(matches!(refused, Error::TurnActive { turn_id: None, .. }), "{refused:?}");
    let result = one.unwrap().wait().await.unwrap();
    assert_eq!(result.final_response.as_deref(), Some("You said: one"));
    assert_eq!(it.model.requests().len(), 1);
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_thread_is_free_after_a_start_that_failed_and_after_each_end() {
    let it = setup().await;
    // More than the server takes.
    let error = it.thread.run("x".repeat(1_048_577)).await.unwrap_err();
    assert!(error.rpc().is_some_and(|it| it.code == -32602), "{error:?}");
    for _ in 0..3 {
        it.thread.run("Go on.").await.unwrap();
    }
    let elsewhere = it.codex.thread("01a20000-0000-7000-8000-000000000000").await.unwrap();
    for _ in 0..2 {
        let error = elsewhere.run("Nobody is there.").await.unwrap_err();
        assert!(error.rpc().is_some_and(|it| it.message.contains("not found")), "{error:?}");
    }
    it.codex.shutdown().await;
    assert!(it.thread.run("late").await.unwrap_err().is_closed());
}

#[tokio::test]
async fn a_join_at_the_end_of_a_turn_follows_the_turn_that_has_the_input() {
    // The server may name the next turn before it tells that the last has ended.
    let it = setup().await;
    for number in 0..40 {
        let mut first = it.thread.start_turn("first").await.unwrap();
        until(&mut first, |event| match number % 3 {
            0 => matches!(event, ServerNotification::ItemCompleted(_)),
            1 => matches!(event, ServerNotification::ItemAgentMessageDelta(_)),
            _ => matches!(event, ServerNotification::ThreadTokenUsageUpdated(_)),
        })
        .await;
        let input = TurnInput::from(format!("second {number}")).join();
        let result = it.thread.start_turn(input).await.unwrap().wait().await.unwrap();
        assert_eq!(result.joined, result.id == first.id());
        let expected = format!("You said: second {number}");
        assert_eq!(result.final_response, Some(expected), "joined: {}", result.joined);
        first.wait().await.unwrap();
    }
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_thread_that_is_not_heard_starts_no_turn_until_it_is_resumed() {
    let it = setup().await;
    it.thread.run("Heard.").await.unwrap();
    it.thread.unsubscribe().await.unwrap();
    let error = it.thread.run("Unheard.").await.unwrap_err();
    assert!(matches!(error, Error::ThreadClosed { .. }), "{error:?}");
    // The model was not asked.
    assert_eq!(it.model.requests().len(), 1);
    it.codex.resume_thread(it.thread.id()).await.unwrap();
    let result = it.thread.run("Heard again.").await.unwrap();
    assert_eq!(result.final_response.as_deref(), Some("You said: Heard again."));
    it.codex.shutdown().await;
}

#[tokio::test]
async fn unsubscribing_in_a_turn_ends_its_handles_and_resuming_finds_it_again() {
    let it = setup().await;
    it.thread.run("Something to keep.").await.unwrap();
    let gate = Gate::new();
    it.model.push(held(&gate, "Done."));
    let mut turn = it.thread.start_turn("Work.").await.unwrap();
    gate.reached(1).await;
    // By its name, it is unsubscribed from no less.
    it.codex.request(ThreadUnsubscribeParams::new(it.thread.id())).await.unwrap();
    assert!(matches!(turn.wait().await, Err(Error::ThreadClosed { .. })));
    for exclude_turns in [true, false] {
        let params = ThreadResumeParams::new(it.thread.id()).exclude_turns(exclude_turns);
        let thread = it.codex.resume_thread(params).await.unwrap();
        let error = thread.run("Too early.").await.unwrap_err();
        assert!(
            matches!(&error, Error::TurnActive { turn_id: Some(id), .. } if id == turn.id()),
            "{error:?}"
        );
    }
    let mut found = it.thread.active_turn().unwrap();
    gate.open();
    let result = found.wait().await.unwrap();
    assert_eq!((result.final_response.as_deref(), result.joined), (Some("Done."), true));
    it.thread.wait_idle().await.unwrap();
    it.thread.run("Free again.").await.unwrap();
    it.codex.shutdown().await;
}

#[tokio::test]
async fn after_a_run_that_took_too_long_the_thread_becomes_idle() {
    let it = setup().await;
    let gate = Gate::new();
    it.model.push(held(&gate, "Too late."));
    tokio::select! {
        result = it.thread.run("Work.") => panic!("{result:?}"),
        () = gate.reached(1) => {}
    }
    it.thread.wait_idle().await.unwrap();
    it.model.push(answer("Next."));
    gate.open();
    let result = it.thread.run("Go on.").await.unwrap();
    assert_eq!(result.final_response.as_deref(), Some("Next."));
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_thread_that_is_archived_or_deleted_ends_its_turn() {
    let it = setup().await;
    let gate = Gate::new();
    it.model.push(held(&gate, "Never said."));
    let mut turn = it.thread.start_turn("Wait.").await.unwrap();
    begun(&mut turn).await;
    it.thread.archive().await.unwrap();
    turn.wait().await.unwrap();
    assert!(it.thread.run("late").await.unwrap_err().rpc().is_some());
    gate.open();
    while it.model.queued_count() > 0 {
        let other = it.codex.start_thread(ThreadOptions::default()).await.unwrap();
        other.run("Use up.").await.unwrap();
    }
    let other = it.codex.start_thread(ThreadOptions::default()).await.unwrap();
    let gate = Gate::new();
    it.model.push(held(&gate, "Never said."));
    let mut turn = other.start_turn("Wait.").await.unwrap();
    begun(&mut turn).await;
    let params = ThreadDeleteParams::new(other.id());
    it.codex.request(params).await.unwrap();
    turn.wait().await.unwrap();
    gate.open();
    it.codex.shutdown().await;
}
