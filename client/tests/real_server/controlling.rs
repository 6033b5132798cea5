//! Behaviours 13, 14 and 16: steering and interrupting in every state.

use std::time::Duration;

use codex_app_client::protocol::{ServerNotification, ThreadStatus, TurnStatus};
use codex_app_client::testing::{Gate, MockModel, Reply, TestHome};
use codex_app_client::{Codex, Error, Options, ThreadOptions, TurnInput};

use crate::setup::{answer, begun, filtered, held, setup, setup_with, until};

#[tokio::test]
async fn a_turn_is_interrupted_as_soon_as_it_was_promised() {
    let it = setup().await;
    for _ in 0..5 {
        let gate = Gate::new();
        it.model.push(held(&gate, "Never said."));
        let mut turn = it.thread.start_turn("Wait.").await.unwrap();
        turn.interrupt_and_wait().await.unwrap();
        assert_eq!(turn.wait().await.unwrap().status, TurnStatus::Interrupted);
        turn.interrupt().await.unwrap();
        gate.open();
        // Whether the model was asked before the turn was interrupted is not known: a scripted
        // answer must not be left for the next turn.
        while it.model.queued_count() > 0 {
            it.thread.run("Use up.").await.unwrap();
        }
    }
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_dropped_run_interrupts_its_turn() {
    let it = setup().await;
    let gate = Gate::new();
    it.model.push(held(&gate, "Never heard."));
    let thread = it.thread.clone();
    let next = it.thread.next_turn();
    let run = tokio::spawn(async move { thread.run("Wait.").await });
    let mut turn = next.await.unwrap();
    gate.reached(1).await;
    run.abort();
    assert_eq!(turn.wait().await.unwrap().status, TurnStatus::Interrupted);
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_turn_is_steered_and_refuses_when_it_is_over() {
    let it = setup().await;
    let gate = Gate::new();
    it.model.push(held(&gate, "Cut off."));
    it.model.push(answer("Steered."));
    let mut turn = it.thread.start_turn("first").await.unwrap();
    begun(&mut turn).await;
    gate.reached(1).await;
    turn.steer("second").await.unwrap();
    gate.open();
    turn.wait().await.unwrap();
    assert!(matches!(turn.steer("third").await, Err(Error::NoActiveTurn { .. })));
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_turn_is_interrupted_while_it_waits_for_the_model_streams_or_runs_a_command() {
    let it = setup().await;
    let gate = Gate::new();
    let command = Reply::command("sleep 600");
    let replies = [held(&gate, "x"), Reply::message("ab").deltas(["a"]).hold(&gate).into()];
    for reply in replies.into_iter().chain([command.into()]) {
        it.model.push(reply);
        let n_requests = it.model.requests().len();
        let mut turn = it.thread.start_turn("Wait.").await.unwrap();
        begun(&mut turn).await;
        it.model.wait_for_request(n_requests).await;
        if n_requests > 0 {
            until(&mut turn, |event| match event {
                ServerNotification::ItemAgentMessageDelta(_) => n_requests == 1,
                ServerNotification::ItemStarted(_) => n_requests == 2,
                _ => false,
            })
            .await;
        }
        turn.interrupt_and_wait().await.unwrap();
        assert!(turn.is_finished());
        assert_eq!(turn.wait().await.unwrap().status, TurnStatus::Interrupted);
    }
    gate.open();
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_turn_is_interrupted_while_an_approval_is_pending() {
    let asking =
        setup_with(|it| it.approval_policy("on-request").sandbox_mode("read-only"), Options::new());
    let it = asking.await;
    let mut requests = it.codex.server_requests().await.unwrap();
    it.model.push(Reply::escalated_command("echo no", "to see"));
    let mut turn = it.thread.start_turn("Ask.").await.unwrap();
    let request = requests.next().await.unwrap();
    turn.interrupt().await.unwrap();
    assert_eq!(turn.wait().await.unwrap().status, TurnStatus::Interrupted);
    drop(request);
    assert_eq!(it.thread.run("Go on.").await.unwrap().status, TurnStatus::Completed);
    it.codex.shutdown().await;
}

#[tokio::test]
async fn an_interruption_after_the_end_does_nothing_and_hits_no_newer_turn() {
    let it = setup().await;
    let mut first = it.thread.start_turn("first").await.unwrap();
    let control = first.control();
    first.wait().await.unwrap();
    first.interrupt().await.unwrap();
    let gate = Gate::new();
    it.model.push(held(&gate, "Unharmed."));
    let mut second = it.thread.start_turn("second").await.unwrap();
    gate.reached(1).await;
    first.interrupt_and_wait().await.unwrap();
    control.interrupt().await.unwrap();
    gate.open();
    assert_eq!(second.wait().await.unwrap().final_response.as_deref(), Some("Unharmed."));
    it.codex.shutdown().await;
}

#[tokio::test]
async fn an_interruption_that_races_with_the_end_is_one_or_the_other() {
    let it = setup().await;
    for number in 0..20 {
        let mut turn = it.thread.start_turn("Quick.").await.unwrap();
        let control = turn.control();
        let interrupt = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(number * 4)).await;
            control.interrupt_and_wait().await
        });
        let status = turn.wait().await.unwrap().status;
        assert!(matches!(status, TurnStatus::Completed | TurnStatus::Interrupted), "{status:?}");
        interrupt.await.unwrap().unwrap();
    }
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_shell_command_and_a_compaction_are_interrupted() {
    let it = setup().await;
    it.thread.run("a").await.unwrap();
    let mut turn = it.thread.shell_command("sleep 600").await.unwrap();
    turn.interrupt_and_wait().await.unwrap();
    assert_eq!(turn.wait().await.unwrap().status, TurnStatus::Interrupted);
    let gate = Gate::new();
    it.model.push(held(&gate, "A summary."));
    let mut turn = it.thread.compact().await.unwrap();
    gate.reached(1).await;
    turn.interrupt_and_wait().await.unwrap();
    assert_eq!(turn.wait().await.unwrap().status, TurnStatus::Interrupted);
    gate.open();
    it.codex.shutdown().await;
}

#[tokio::test]
async fn steering_while_another_turn_is_active_names_both() {
    // Without its end being told, the first turn is over for the server only.
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let process = filtered(&home, "grep --line-buffered -v '^{\"method\":\"turn/completed\"'");
    let codex = Codex::spawn_with(process, Options::new()).await.unwrap();
    let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
    let mut thread_events = thread.events();
    let first = thread.start_turn("first").await.unwrap();
    let mut is_idle = false;
    while !is_idle {
        let event = thread_events.next().await.unwrap().unwrap().into_notification().unwrap().body;
        is_idle = matches!(&event, ServerNotification::ThreadStatusChanged(changed)
            if matches!(changed.status, Some(ThreadStatus::Idle)));
    }
    let error = first.steer("more").await.unwrap_err();
    assert!(matches!(&error, Error::NoActiveTurn { turn_id, .. } if turn_id == first.id()));
    let gate = Gate::new();
    model.push(held(&gate, "Second."));
    let second = thread.start_turn(TurnInput::from("second").join()).await.unwrap();
    gate.reached(1).await;
    let error = first.steer("more").await.unwrap_err();
    assert!(
        matches!(&error, Error::OtherTurnActive { expected, found, .. }
            if expected == first.id() && found == second.id()),
        "{error:?}"
    );
    // Nor does it interrupt the other.
    first.interrupt().await.unwrap();
    second.steer("Still there.").await.unwrap();
    gate.open();
    codex.shutdown().await;
}

#[tokio::test]
async fn a_dropped_handle_leaves_its_turn_running_and_blocks_nothing() {
    let it = setup().await;
    let gate = Gate::new();
    it.model.push(held(&gate, "Said to nobody."));
    let turn = it.thread.start_turn("Wait.").await.unwrap();
    gate.reached(1).await;
    drop(turn);
    let mut again = it.thread.active_turn().unwrap();
    gate.open();
    let result = again.wait().await.unwrap();
    assert_eq!(result.final_response.as_deref(), Some("Said to nobody."));
    it.model.push(answer("Next."));
    assert!(it.thread.run("Next.").await.is_ok());
    it.codex.shutdown().await;
}
