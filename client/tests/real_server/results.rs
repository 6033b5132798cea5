//! Behaviours 6, 7, 8 and 15: what a turn has come to.

use codex_app_client::protocol::{
    CodexErrorInfo, ServerNotification, ThreadItem, ThreadResumeParams, TurnStatus, UserInput,
};
use codex_app_client::testing::{Gate, ModelError, ModelUsage, Reply, server_path};
use codex_app_client::{Codex, Options, TurnFailure};

use crate::setup::{answer, setup, setup_with};

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
    it.model.push(Reply::error(ModelError::RateLimited));
    let error = it.thread.run("Fail again.").await.unwrap_err();
    assert_eq!(error.turn_failure().and_then(TurnFailure::http_status), Some(429), "{error:?}");
    it.model.push(answer("Fine."));
    assert_eq!(it.thread.run("c").await.unwrap().final_response.as_deref(), Some("Fine."));
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
async fn a_result_has_id_status_items_usage_and_timings() {
    let it = setup().await;
    let mut turn = it.thread.start_turn("As text.").await.unwrap();
    let result = turn.wait().await.unwrap();
    assert_eq!((result.id.as_str(), result.thread_id.as_str()), (turn.id(), it.thread.id()));
    assert_eq!((result.status, result.joined), (TurnStatus::Completed, false));
    let [ThreadItem::UserMessage(said), ThreadItem::AgentMessage(_)] = &result.items[..] else {
        panic!("{:?}", result.items)
    };
    let content = said.content.as_ref().unwrap();
    assert!(
        matches!(&content[..], [UserInput::Text(text)] if text.text.as_deref() == Some("As text."))
    );
    assert!(result.open_items.is_empty() && result.usage.is_some());
    assert!(result.started_at.unwrap() <= result.completed_at.unwrap());
    assert!(result.duration_ms.unwrap() >= 0);
    it.codex.shutdown().await;
}

/// What the final response is made of, and what not, for one reply of the model.
#[tokio::test]
async fn the_final_response_follows_the_table() {
    let it = setup().await;
    let say = |text: &str| Reply::from(Reply::message(text));
    let say_as = |text: &str, phase: &str| Reply::from(Reply::message(text).phase(phase));
    let table = [
        ("the last of several", say("a").then(say("b")), Some("b")),
        ("an empty last", say("a").then(Reply::message("").without_deltas()), Some("")),
        (
            "commentary later",
            say_as("a", "final_answer").then(say_as("b", "commentary")),
            Some("a"),
        ),
        ("no phase later", say_as("a", "final_answer").then(say("b")), Some("a")),
        ("the last final", say_as("a", "final_answer").then(answer("b")), Some("b")),
        ("only commentary", say_as("a", "commentary"), None),
        ("commentary before no phase", say_as("a", "commentary").then(say("b")), Some("b")),
        ("only a partial answer", say_as("a", "partial_answer"), None),
        ("only an unknown phase", say_as("a", "soliloquy"), None),
        ("nothing", Reply::empty(), None),
        ("deltas of another text", Reply::message("a").deltas(["x", "y"]).into(), Some("a")),
        ("no deltas", Reply::message("a").without_deltas().into(), Some("a")),
    ];
    for (name, reply, expected) in table {
        it.model.push(reply);
        let result = it.thread.run(name).await.unwrap();
        assert_eq!(result.final_response.as_deref(), expected, "{name}");
    }
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_failed_turn_has_what_it_had_produced() {
    let it = setup().await;
    it.model.push(Reply::message("On it.").phase("commentary").then(Reply::command("echo hello")));
    it.model.push(Reply::error(ModelError::ServerError));
    let error = it.thread.run("Fail late.").await.unwrap_err();
    let failure = error.turn_failure().unwrap_or_else(|| panic!("{error:?}"));
    assert_eq!(failure.info, Some(CodexErrorInfo::InternalServerError));
    assert_eq!(failure.result.status, TurnStatus::Failed);
    assert!(matches!(
        &failure.result.items[..],
        [ThreadItem::UserMessage(_), ThreadItem::AgentMessage(_), ThreadItem::CommandExecution(_)]
    ));
    assert_eq!(failure.result.usage.unwrap().turn.total, 120);
    it.codex.shutdown().await;
}

#[tokio::test]
async fn an_interrupted_turn_is_a_result_with_what_was_left_open() {
    let it = setup().await;
    let gate = Gate::new();
    it.model.push(Reply::message("abc").deltas(["a"]).hold(&gate));
    let mut turn = it.thread.start_turn("Talk.").await.unwrap();
    crate::setup::until(&mut turn, |it| matches!(it, ServerNotification::ItemAgentMessageDelta(_)))
        .await;
    turn.interrupt().await.unwrap();
    let result = turn.wait().await.unwrap();
    assert_eq!((result.status, result.final_response), (TurnStatus::Interrupted, None));
    assert!(matches!(&result.open_items[..], [ThreadItem::AgentMessage(_)]), "an open message");
    gate.open();
    it.codex.shutdown().await;
}

#[tokio::test]
async fn an_error_that_will_be_retried_ends_nothing() {
    let it = setup_with(|home| home.stream_retries(1), Options::new()).await;
    it.model.push(Reply::message("Broken off.").disconnect());
    it.model.push(answer("Whole."));
    let mut turn = it.thread.start_turn("Try.").await.unwrap();
    let mut n_retries = 0;
    while let Some(event) = turn.next().await {
        if let ServerNotification::Error(error) = event.unwrap().body {
            assert_eq!(error.will_retry, Some(true));
            n_retries += 1;
        }
    }
    assert_eq!(n_retries, 1);
    let result = turn.wait().await.unwrap();
    assert_eq!(result.final_response.as_deref(), Some("Whole."));
    it.codex.shutdown().await;
}

#[tokio::test]
async fn usage_is_the_turns_own_and_the_context_is_what_the_last_request_filled() {
    let it = setup().await;
    let costs = |input: u64, output: u64| Reply::usage(ModelUsage::new(input, output));
    it.model.push(costs(100, 10).then(Reply::command("echo one")));
    it.model.push(costs(200, 20).then(answer("Done.")));
    let first = it.thread.run("a").await.unwrap().usage.unwrap();
    assert_eq!((first.turn.total, first.turn.input, first.turn.output), (330, 300, 30));
    assert_eq!((first.thread.total, first.context), (330, 220));
    it.model.push(costs(300, 30).then(answer("Again.")));
    let second = it.thread.run("b").await.unwrap().usage.unwrap();
    assert_eq!((second.turn.total, second.thread.total, second.context), (330, 660, 330));
    it.codex.shutdown().await;
}

#[tokio::test]
async fn what_a_resumed_thread_had_used_does_not_count() {
    let it = setup().await;
    it.thread.run("a").await.unwrap();
    it.thread.run("b").await.unwrap();
    it.codex.shutdown().await;
    let process = it.home.process_options(server_path().unwrap());
    let codex = Codex::spawn_with(process, Options::new()).await.unwrap();
    let thread = codex.resume_thread(ThreadResumeParams::new(it.thread.id())).await.unwrap();
    let usage = thread.run("c").await.unwrap().usage.unwrap();
    assert_eq!((usage.turn.total, usage.thread.total, usage.context), (120, 360, 120));
    let fork = thread.fork().await.unwrap();
    let usage = fork.run("d").await.unwrap().usage.unwrap();
    assert_eq!((usage.turn.total, usage.context), (120, 120));
    codex.shutdown().await;
}
