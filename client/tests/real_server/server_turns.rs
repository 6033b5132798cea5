//! Behaviour 11: turns that the server starts by itself hold the thread and can be adopted.

use codex_app_client::protocol::{CustomReviewTarget, ReviewTarget, ThreadItem, TurnStatus};
use codex_app_client::testing::Gate;
use codex_app_client::{Error, Options, Thread, TurnHandle};
use serde_json::json;

use crate::setup::{answer, begun, held, setup, setup_with};

#[tokio::test]
async fn a_review_is_followed_cannot_be_steered_and_can_be_interrupted() {
    let it = setup().await;
    let gate = Gate::new();
    it.model.push(held(&gate, "Fine."));
    let target = || ReviewTarget::Custom(CustomReviewTarget::new("Look."));
    let mut turn = it.thread.start_review(target()).await.unwrap();
    begun(&mut turn).await;
    gate.reached(1).await;
    let error = turn.steer("more").await.unwrap_err();
    assert!(matches!(error, Error::NotSteerable { .. }), "{error:?}");
    turn.interrupt_and_wait().await.unwrap();
    assert_eq!(turn.wait().await.unwrap().status, TurnStatus::Interrupted);
    gate.open();
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_compaction_is_a_turn_that_can_be_followed() {
    let it = setup().await;
    it.model.push(answer("One."));
    it.thread.run("a").await.unwrap();
    it.model.push(answer("A summary."));
    let next = it.thread.next_turn();
    it.thread.compact().await.unwrap();
    let result = next.await.unwrap().wait().await.unwrap();
    assert!(matches!(&result.items[..], [ThreadItem::ContextCompaction(_)]), "{result:?}");
    let next = it.thread.next_turn();
    it.thread.shell_command("echo hello").await.unwrap();
    let result = next.await.unwrap().wait().await.unwrap();
    assert!(matches!(&result.items[..], [ThreadItem::CommandExecution(_)]), "{result:?}");
    it.codex.shutdown().await;
}

/// A turn that runs holds the thread, and can be adopted.
async fn holds(thread: &Thread, turn: &TurnHandle) {
    let error = thread.start_turn("no").await.unwrap_err();
    assert!(
        matches!(&error, Error::TurnActive { turn_id: Some(id), .. } if id == turn.id()),
        "{error:?}"
    );
    let adopted = thread.active_turn().unwrap();
    assert!(adopted.joined() && adopted.id() == turn.id());
    assert_eq!(thread.turn(turn.id()).unwrap().id(), turn.id());
}

#[tokio::test]
async fn a_review_holds_the_thread_and_is_adopted() {
    let it = setup().await;
    let gate = Gate::new();
    it.model.push(held(&gate, "Looks good."));
    let target = ReviewTarget::Custom(CustomReviewTarget::new("Look."));
    let mut turn = it.thread.start_review(target).await.unwrap();
    begun(&mut turn).await;
    holds(&it.thread, &turn).await;
    let mut adopted = it.thread.active_turn().unwrap();
    gate.open();
    assert_eq!(adopted.wait().await.unwrap().status, TurnStatus::Completed);
    assert_eq!(turn.wait().await.unwrap().status, TurnStatus::Completed);
    assert!(it.thread.active_turn().is_none());
    it.thread.run("Free again.").await.unwrap();
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_compaction_and_a_shell_command_hold_the_thread() {
    let it = setup().await;
    it.thread.run("a").await.unwrap();
    let gate = Gate::new();
    it.model.push(held(&gate, "A summary."));
    let next = it.thread.next_turn();
    it.thread.compact().await.unwrap();
    let mut turn = next.await.unwrap();
    gate.reached(1).await;
    holds(&it.thread, &turn).await;
    gate.open();
    turn.wait().await.unwrap();
    let next = it.thread.next_turn();
    let command = "until [ -e go ]; do sleep 0.05; done";
    it.thread.shell_command(command).await.unwrap();
    let mut turn = next.await.unwrap();
    holds(&it.thread, &turn).await;
    std::fs::write(it.home.workspace().join("go"), "").unwrap();
    turn.wait().await.unwrap();
    it.thread.run("Free again.").await.unwrap();
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_goal_starts_turns_that_hold_the_thread_until_it_is_cleared() {
    let it = setup().await;
    it.thread.run("a").await.unwrap();
    let gates = [Gate::new(), Gate::new()];
    for gate in &gates {
        it.model.push(held(gate, "Getting there."));
    }
    let next = it.thread.next_turn();
    it.thread.set_goal("Count to three.").await.unwrap();
    let mut first = next.await.unwrap();
    gates[0].reached(1).await;
    holds(&it.thread, &first).await;
    let next = it.thread.next_turn();
    gates[0].open();
    let result = first.wait().await.unwrap();
    // Nobody has said anything.
    assert!(matches!(&result.items[..], [ThreadItem::AgentMessage(_)]), "{:?}", result.items);
    let mut second = next.await.unwrap();
    assert_ne!(second.id(), first.id());
    gates[1].reached(1).await;
    holds(&it.thread, &second).await;
    it.thread.clear_goal().await.unwrap();
    gates[1].open();
    second.wait().await.unwrap();
    it.thread.run("Free again.").await.unwrap();
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_queued_input_becomes_a_turn_that_holds_the_thread() {
    let it = setup_with(|home| home, Options::new().experimental_api(true)).await;
    let gates = [Gate::new(), Gate::new()];
    it.model.push(held(&gates[0], "First."));
    it.model.push(held(&gates[1], "Second."));
    let mut first = it.thread.start_turn("first").await.unwrap();
    gates[0].reached(1).await;
    let input = json!([{ "type": "text", "text": "queued" }]);
    let params =
        json!({ "threadId": it.thread.id(), "input": input, "clientUserMessageId": "message-1" });
    it.codex.request_raw("thread/queue/add", params).await.unwrap();
    let next = it.thread.next_turn();
    gates[0].open();
    first.wait().await.unwrap();
    let mut second = next.await.unwrap();
    gates[1].reached(1).await;
    holds(&it.thread, &second).await;
    gates[1].open();
    let result = second.wait().await.unwrap();
    assert_eq!(result.final_response.as_deref(), Some("Second."));
    it.codex.shutdown().await;
}
