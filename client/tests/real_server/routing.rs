//! Behaviours 3, 9 and 10: who hears of what.

use codex_app_client::protocol::{ServerNotification, ThreadItem};
use codex_app_client::testing::{Gate, Reply};
use codex_app_client::{Event, Events, Notification, ThreadOptions};
use serde_json::json;

use crate::setup::{answer, held, methods, setup, until};

#[tokio::test]
async fn two_threads_run_side_by_side() {
    let it = setup().await;
    let other = it.codex.start_thread(ThreadOptions::default()).await.unwrap();
    it.model.push_for("left", answer("L"));
    it.model.push_for("right", answer("R"));
    let (left, right) = tokio::join!(it.thread.run("left"), other.run("right"));
    assert_eq!(left.unwrap().final_response.as_deref(), Some("L"));
    assert_eq!(right.unwrap().final_response.as_deref(), Some("R"));
    it.codex.shutdown().await;
}

/// The next event that the server told, and no junk.
async fn told(events: &mut Events) -> Notification {
    match events.next().await.unwrap().unwrap() {
        Event::Notification(notification) => notification,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn streams_that_are_open_side_by_side_yield_their_own_events_only() {
    let it = setup().await;
    let gate = Gate::new();
    let mut turns = Vec::new();
    for number in 0..8 {
        let text = format!("number {number}.");
        let deltas: Vec<_> = text.chars().map(String::from).collect();
        let reply = Reply::message(&*text).phase("final_answer").deltas(deltas);
        it.model.push_for(&*text, Reply::hold(&gate).then(reply));
        let thread = it.codex.start_thread(ThreadOptions::default()).await.unwrap();
        turns.push((thread.start_turn(&*text).await.unwrap(), thread, text));
    }
    gate.reached(8).await;
    gate.open();
    for (turn, thread, expected) in &mut turns {
        let mut text = String::new();
        while let Some(event) = turn.next().await {
            let event = event.unwrap().body;
            assert_eq!((event.thread_id(), event.turn_id()), (Some(thread.id()), Some(turn.id())));
            if let ServerNotification::ItemAgentMessageDelta(delta) = event {
                text.push_str(&delta.delta.unwrap());
            }
        }
        assert_eq!(text, *expected);
    }
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_fast_turn_is_told_from_its_first_event_to_its_last() {
    // The server has never been seen to tell of a turn before it has answered the start; whichever
    // comes first, nothing is missing.
    let it = setup().await;
    it.model.reply_with(|_| Reply::empty());
    let expected = [
        "turn/started",
        "item/started",
        "item/completed",
        "thread/tokenUsage/updated",
        "turn/completed",
    ];
    for _ in 0..30 {
        let mut turn = it.thread.start_turn("Quick.").await.unwrap();
        assert_eq!(methods(&mut turn).await, expected);
        assert!(turn.wait().await.unwrap().usage.is_some());
    }
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_turn_that_is_over_before_anybody_looks_is_complete() {
    let it = setup().await;
    let mut events = it.thread.events();
    let mut turn = it.thread.start_turn("Quick.").await.unwrap();
    while !matches!(told(&mut events).await.body, ServerNotification::TurnCompleted(_)) {}
    assert!(turn.is_finished());
    assert_eq!(methods(&mut turn).await.last().unwrap(), "turn/completed");
    let result = turn.wait().await.unwrap();
    assert_eq!(result.final_response.as_deref(), Some("You said: Quick."));
    it.codex.shutdown().await;
}

#[tokio::test]
async fn what_precedes_the_answer_of_a_join_is_delivered_first() {
    let it = setup().await;
    let gate = Gate::new();
    it.model.push(Reply::message("abc").deltas(["a"]).hold(&gate));
    it.model.push(answer("Both."));
    let mut turn = it.thread.start_turn("one").await.unwrap();
    until(&mut turn, |it| matches!(it, ServerNotification::ItemAgentMessageDelta(_))).await;
    let input = codex_app_client::TurnInput::from("two").join();
    let mut joined = it.thread.start_turn(input).await.unwrap();
    gate.open();
    let (mut rest, mut of_both) = (methods(&mut turn).await, methods(&mut joined).await);
    // The joined handle begins with its request: it has the end of what the first has.
    let n_common = rest.len().min(of_both.len());
    assert!(n_common >= 5, "{of_both:?}");
    assert_eq!(rest.split_off(rest.len() - n_common), of_both.split_off(of_both.len() - n_common));
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_subagent_reaches_the_events_of_its_own_thread_and_no_other_handle() {
    let it = setup().await;
    let mut elsewhere = it.codex.events().await.unwrap();
    let gate = Gate::new();
    it.model.push_if(
        |request| request.tool_outputs().is_empty() && request.last_user_text() == "parent",
        Reply::tool_call("spawn_agent", json!({ "message": "child" })).namespace("multi_agent_v1"),
    );
    it.model.push_for("child", held(&gate, "The child's."));
    it.model.push_if(|request| !request.tool_outputs().is_empty(), answer("The parent's."));
    let mut turn = it.thread.start_turn("parent").await.unwrap();
    let spawned = until(&mut turn, |event| {
        matches!(event, ServerNotification::ItemCompleted(completed)
            if matches!(completed.item, ThreadItem::CollabAgentToolCall(_)))
    })
    .await;
    let ServerNotification::ItemCompleted(completed) = spawned.body else { unreachable!() };
    let ThreadItem::CollabAgentToolCall(call) = completed.item else { unreachable!() };
    let child = call.receiver_thread_ids.unwrap().remove(0);
    assert_ne!(child, it.thread.id());
    gate.reached(1).await;
    let child = it.codex.thread(&child).await.unwrap();
    let mut events = child.events();
    let mut adopted = child.active_turn();
    gate.open();
    let result = turn.wait().await.unwrap();
    assert_eq!(result.final_response.as_deref(), Some("The parent's."));
    let mut n_child = 0;
    loop {
        let event = told(&mut events).await.body;
        assert_eq!(event.thread_id(), Some(child.id()));
        n_child += 1;
        if matches!(event, ServerNotification::TurnCompleted(_)) {
            break;
        }
    }
    assert!(n_child >= 4, "{n_child}");
    if let Some(turn) = &mut adopted {
        let result = turn.wait().await.unwrap();
        assert_eq!(result.final_response.as_deref(), Some("The child's."));
    }
    // Before anybody asked for the child's thread, it was told to the connection.
    let mut first = None;
    while first.is_none() {
        let event = told(&mut elsewhere).await.body;
        assert_ne!(event.turn_id(), Some(turn.id()));
        first = Some(event).filter(|it| it.thread_id() == Some(child.id()));
    }
    it.codex.shutdown().await;
}

#[tokio::test]
async fn late_items_of_a_finished_turn_reach_the_thread_and_not_the_next_turn() {
    let it = setup().await;
    let mut events = it.thread.events();
    // The command outlives the turn: the model does not wait for it.
    let folder = it.home.workspace();
    let command = "until [ -e go ]; do sleep 0.05; done; echo late";
    let arguments = json!({ "cmd": command, "yield_time_ms": 250, "workdir": folder });
    it.model.push(Reply::tool_call("exec_command", arguments));
    it.model.push(answer("Started."));
    let first = it.thread.run("a").await.unwrap();
    assert_eq!(first.open_items.len(), 1, "{first:?}");
    let gate = Gate::new();
    it.model.push(held(&gate, "Second."));
    let mut second = it.thread.start_turn("b").await.unwrap();
    gate.reached(1).await;
    std::fs::write(folder.join("go"), "").unwrap();
    loop {
        let event = told(&mut events).await.body;
        if let ServerNotification::ItemCompleted(completed) = &event
            && matches!(completed.item, ThreadItem::CommandExecution(_))
        {
            assert_eq!(event.turn_id(), Some(&*first.id));
            break;
        }
    }
    gate.open();
    let result = second.wait().await.unwrap();
    assert!(matches!(&result.items[..], [ThreadItem::UserMessage(_), ThreadItem::AgentMessage(_)]));
    it.codex.shutdown().await;
}
