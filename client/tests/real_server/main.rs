//! The client against the real app-server, in front of a scripted model.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use codex_app_client::protocol::{
    CodexErrorInfo, CustomReviewTarget, ReviewTarget, ServerNotification, ThreadItem, TurnStatus,
};
use codex_app_client::testing::{Gate, MockModel, ModelError, Reply, TestHome, server_path};
use codex_app_client::{Codex, Error, Options, Thread, ThreadOptions, TurnHandle, TurnInput};

/// A server, the model behind it, and a thread.
struct Setup {
    model: MockModel,
    codex: Codex,
    thread: Thread,
    // Last: the server has to be gone before its home.
    _home: TestHome,
}

async fn setup() -> Setup {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let process = home.process_options(server_path().unwrap());
    let codex = Codex::spawn_with(process, Options::new()).await.unwrap();
    let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
    Setup { model, codex, thread, _home: home }
}

fn answer(text: &str) -> Reply {
    Reply::message(text).phase("final_answer").into()
}

/// An answer that is not given before the gate is open.
fn held(gate: &Gate, text: &str) -> Reply {
    Reply::hold(gate).then(Reply::message(text).phase("final_answer"))
}

/// Reads until the server has begun the turn.
async fn begun(turn: &mut TurnHandle) {
    while let Some(event) = turn.next().await {
        if matches!(event.unwrap().body, ServerNotification::TurnStarted(_)) {
            return;
        }
    }
    panic!("the turn has not begun");
}

#[tokio::test]
async fn it_introduces_itself() {
    let it = setup().await;
    let info = it.codex.server_info().await.unwrap();
    assert!(info.version.starts_with("0."), "{info:?}");
    it.codex.models().await.unwrap();
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_run_returns_answer_items_and_usage() {
    let it = setup().await;
    it.model.push(Reply::command("echo early; sleep 0.2; echo late"));
    it.model.push(answer("Done."));
    let first = it.thread.run("Work.").await.unwrap();
    assert_eq!(first.status, TurnStatus::Completed);
    assert_eq!(first.final_response.as_deref(), Some("Done."));
    let output = first.items.iter().find_map(|item| match item {
        ThreadItem::CommandExecution(command) => command.aggregated_output.as_deref(),
        _ => None,
    });
    assert_eq!(output, Some("early\nlate\n"));
    assert!(first.duration_ms.is_some());
    it.model.push(answer("Again."));
    let second = it.thread.run("Once more.").await.unwrap();
    let (first, second) = (first.usage.unwrap(), second.usage.unwrap());
    assert_eq!(second.thread.total, first.turn.total + second.turn.total);
    assert!(first.turn.total > second.turn.total && second.turn.total > 0);
    assert!(second.context_window.is_some());
    it.codex.shutdown().await;
}

#[tokio::test]
async fn phases_decide_the_final_response() {
    let it = setup().await;
    it.model.push(Reply::message("Thinking.").phase("commentary"));
    let result = it.thread.run("a").await.unwrap();
    assert_eq!((result.final_response, result.items.len()), (None, 2));
    it.model.push(
        Reply::message("The answer.")
            .phase("final_answer")
            .then(Reply::message("By the way.").phase("commentary")),
    );
    let result = it.thread.run("b").await.unwrap();
    assert_eq!(result.final_response.as_deref(), Some("The answer."));
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_failed_turn_says_why() {
    let it = setup().await;
    it.model.push(Reply::error(ModelError::UsageLimitReached));
    let error = it.thread.run("Fail.").await.unwrap_err();
    let failure = error.turn_failure().unwrap_or_else(|| panic!("{error:?}"));
    assert_eq!(failure.info, Some(CodexErrorInfo::UsageLimitExceeded));
    assert!(!failure.message.is_empty());
    it.model.push(answer("Fine."));
    assert_eq!(it.thread.run("c").await.unwrap().final_response.as_deref(), Some("Fine."));
    it.codex.shutdown().await;
}

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
    assert!(joined.joined());
    assert_eq!(joined.id(), turn.id());
    gate.open();
    assert!(turn.wait().await.unwrap().final_response.is_some());
    assert!(joined.wait().await.unwrap().joined);
    it.codex.shutdown().await;
}

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
        while it.model.n_queued() > 0 {
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

#[tokio::test]
async fn a_burst_of_requests_is_answered_in_full() {
    let it = setup().await;
    let calls: Vec<_> = (0..1000)
        .map(|_| {
            let codex = it.codex.clone();
            let params = serde_json::json!({});
            tokio::spawn(async move { codex.request_raw("thread/loaded/list", params).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    it.codex.shutdown().await;
}

#[tokio::test]
async fn deltas_make_up_the_text_that_was_completed() {
    let it = setup().await;
    it.model.push(Reply::many_deltas(2000, 8));
    let mut turn = it.thread.start_turn("Talk.").await.unwrap();
    let mut text = String::new();
    while let Some(event) = turn.next().await {
        if let ServerNotification::ItemAgentMessageDelta(delta) = event.unwrap().body {
            text.push_str(&delta.delta.unwrap());
        }
    }
    assert_eq!(text.len(), 16_000);
    assert_eq!(turn.wait().await.unwrap().final_response, Some(text));
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_server_that_cannot_start_says_why() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let process =
        home.process_options(server_path().unwrap()).config("approval_policy", "\"untrusted\"");
    let error = Codex::spawn_with(process, Options::new()).await.unwrap_err();
    let closed = error.closed().unwrap_or_else(|| panic!("{error:?}"));
    assert_eq!(closed.exit_status.unwrap().code(), Some(1));
    assert!(closed.stderr_tail.contains("untrusted"), "{}", closed.stderr_tail);
}

#[cfg(unix)]
#[tokio::test]
async fn a_server_that_is_killed_ends_its_turns_at_once() {
    use std::os::unix::process::ExitStatusExt as _;

    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let server = server_path().unwrap();
    // The shell tells its id, which becomes the server's.
    let script = "echo $$ > \"$HOME/pid\"; exec \"$0\" app-server";
    let process =
        home.process_options("sh").args(["-c".into(), script.into(), server.into_os_string()]);
    let folder = tempfile::tempdir().unwrap();
    let process = process.env("HOME", folder.path());
    let codex = Codex::spawn_with(process, Options::new()).await.unwrap();
    let pid = std::fs::read_to_string(folder.path().join("pid")).unwrap();
    let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
    let gate = Gate::new();
    model.push(held(&gate, "Never said."));
    let mut turn = thread.start_turn("Wait.").await.unwrap();
    begun(&mut turn).await;
    let killed = std::process::Command::new("kill").args(["-9", pid.trim()]).status().unwrap();
    assert!(killed.success());
    let error = turn.wait().await.unwrap_err();
    assert_eq!(error.closed().unwrap().exit_status.unwrap().signal(), Some(9));
    assert!(thread.run("late").await.unwrap_err().is_closed());
    gate.open();
}

#[tokio::test]
async fn a_server_is_started_and_shut_down_again_and_again() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    for _ in 0..10 {
        let process = home.process_options(server_path().unwrap());
        let codex = Codex::spawn_with(process, Options::new()).await.unwrap();
        codex.shutdown().await;
        assert!(codex.models().await.unwrap_err().is_closed());
    }
}
