//! Behaviour 11: turns that the server starts by itself hold the thread and can be adopted.

use codex_app_client::protocol::{
    CustomReviewTarget, ReviewTarget, ServerNotification, ThreadItem, TurnStatus,
};
use codex_app_client::testing::Gate;
use codex_app_client::{Error, Options, Thread, TurnHandle};
use serde_json::json;

use crate::setup::{answer, begun, held, setup, setup_with, until};

/// A command of the shell that ends when there is a file `go`.
const WAIT: &str = "until [ -e go ]; do sleep 0.05; done";

#[tokio::test]
async fn a_review_is_followed_cannot_be_steered_and_can_be_interrupted() {
    let it = setup().await;
    let gate = Gate::new();
    it.model.push(held(&gate, "Fine."));
    let target = || ReviewTarget::from(CustomReviewTarget::new("Look."));
    let mut turn = it.thread.start_review(target()).await.unwrap();
    begun(&mut turn).await;
    gate.reached(1).await;
    let error = turn.steer("more").await.unwrap_err();
    assert!(matches!(error, Error::TurnNotSteerable { .. }), "{error:?}");
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
    let mut turn = it.thread.compact().await.unwrap();
    let result = turn.wait().await.unwrap();
    assert!(matches!(&result.items[..], [ThreadItem::ContextCompaction(_)]), "{result:?}");
    // Whoever looks out for turns finds it too.
    assert_eq!(next.await.unwrap().id(), turn.id());
    let result = it.thread.shell_command("echo hello").await.unwrap().wait().await.unwrap();
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
    assert!(adopted.is_joined() && adopted.id() == turn.id());
    assert_eq!(thread.turn(turn.id()).unwrap().id(), turn.id());
}

#[tokio::test]
async fn a_review_holds_the_thread_and_is_adopted() {
    let it = setup().await;
    let gate = Gate::new();
    it.model.push(held(&gate, "Looks good."));
    let target = ReviewTarget::from(CustomReviewTarget::new("Look."));
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
    let mut turn = it.thread.compact().await.unwrap();
    assert!(!turn.is_joined());
    gate.reached(1).await;
    holds(&it.thread, &turn).await;
    gate.open();
    turn.wait().await.unwrap();
    let mut turn = it.thread.shell_command(WAIT).await.unwrap();
    holds(&it.thread, &turn).await;
    std::fs::write(it.home.workspace().join("go"), "").unwrap();
    turn.wait().await.unwrap();
    it.thread.run("Free again.").await.unwrap();
    it.codex.shutdown().await;
}

#[tokio::test]
async fn between_a_request_and_its_turn_the_thread_is_held() {
    let it = setup().await;
    let gate = Gate::new();
    it.model.push(held(&gate, "A summary."));
    // Without a wait in between: neither turn has begun when the next start comes.
    let (compacted, refused) = tokio::join!(it.thread.compact(), it.thread.start_turn("too early"));
    assert!(matches!(refused, Err(Error::TurnActive { turn_id: None, .. })), "{refused:?}");
    gate.open();
    compacted.unwrap().wait().await.unwrap();
    let (shell, refused) =
        tokio::join!(it.thread.shell_command("echo hello"), it.thread.run("too early"));
    assert!(matches!(refused, Err(Error::TurnActive { turn_id: None, .. })), "{refused:?}");
    shell.unwrap().wait().await.unwrap();
    // By their names, they hold the thread no less.
    let params = json!({"threadId": it.thread.id(), "command": WAIT});
    let next = it.thread.next_turn();
    it.codex.request_raw("thread/shellCommand", params).await.unwrap();
    let refused = it.thread.run("too early").await;
    assert!(matches!(refused, Err(Error::TurnActive { .. })), "{refused:?}");
    std::fs::write(it.home.workspace().join("go"), "").unwrap();
    next.await.unwrap().wait().await.unwrap();
    it.model.push(answer("Here."));
    let result = it.thread.run("Now.").await.unwrap();
    assert_eq!(result.final_response.as_deref(), Some("Here."));
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_compaction_never_interrupts_a_turn() {
    let it = setup().await;
    let gate = Gate::new();
    it.model.push(held(&gate, "Done."));
    let mut turn = it.thread.start_turn("Work.").await.unwrap();
    gate.reached(1).await;
    let error = it.thread.compact().await.unwrap_err();
    assert!(
        matches!(&error, Error::TurnActive { turn_id: Some(id), .. } if id == turn.id()),
        "{error:?}"
    );
    gate.open();
    assert_eq!(turn.wait().await.unwrap().final_response.as_deref(), Some("Done."));
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_shell_command_runs_within_the_turn_that_there_is() {
    let it = setup().await;
    let gate = Gate::new();
    it.model.push(held(&gate, "Working."));
    // The model is then told what the command has come to.
    it.model.push(answer("Done."));
    let mut turn = it.thread.start_turn("Work.").await.unwrap();
    gate.reached(1).await;
    let mut shell = it.thread.shell_command("echo hello").await.unwrap();
    assert_eq!((shell.id(), shell.is_joined()), (turn.id(), true));
    until(&mut shell, |it| match it {
        ServerNotification::ItemCompleted(it) => {
            matches!(it.item, ThreadItem::CommandExecution(_))
        }
        _ => false,
    })
    .await;
    gate.open();
    assert_eq!(turn.wait().await.unwrap().final_response.as_deref(), Some("Done."));
    // Two at once share a turn.
    let (one, other) =
        tokio::join!(it.thread.shell_command(WAIT), it.thread.shell_command("touch go"));
    let (mut one, mut other) = (one.unwrap(), other.unwrap());
    assert_eq!(one.id(), other.id());
    let (one, other) = tokio::join!(one.wait(), other.wait());
    assert_eq!(one.unwrap().items.len(), other.unwrap().items.len());
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
