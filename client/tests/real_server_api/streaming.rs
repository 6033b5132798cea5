//! Streams of turns beside other calls, and the output of tools as input.

use codex_app_client::protocol::ServerNotification;
use codex_app_client::testing::{Gate, Reply};
use codex_app_client::{ThreadOptions, TurnInput};

use crate::{answer, setup, spawn};

#[tokio::test]
async fn models_are_listed_while_a_low_level_turn_is_streamed() {
    let it = setup().await;
    let client = it.codex.client().await.unwrap();
    let thread = it.thread().await;
    let gate = Gate::new();
    it.model.push(Reply::message("hello").deltas(["he"]).hold(&gate).deltas(["llo"]));
    let mut turn = client.start_turn(thread.id(), "Hi.").await.unwrap();
    gate.reached(1).await;
    assert!(!it.codex.models().await.unwrap().is_empty());
    gate.open();
    let mut deltas = Vec::new();
    while let Some(event) = turn.next().await {
        if let ServerNotification::ItemAgentMessageDelta(delta) = event.unwrap().body {
            deltas.push(delta.delta.unwrap());
        }
    }
    assert_eq!(deltas, ["he", "llo"]);
    it.codex.shutdown().await;
}

#[tokio::test]
async fn the_output_of_a_tool_stays_one_after_a_resume() {
    let it = setup().await;
    let thread = it.codex.start_thread(ThreadOptions::default()).await.unwrap();
    it.model.push(answer("Seen."));
    thread.run(TurnInput::tool_output("ci", "The build has failed.")).await.unwrap();
    it.codex.shutdown().await;
    let codex = spawn(&it.home).await;
    let thread = codex.resume_thread(thread.id()).await.unwrap();
    it.model.push(answer("Still seen."));
    thread.run("And now?").await.unwrap();
    for request in it.model.requests() {
        let outputs = request.tool_outputs();
        assert!(outputs.iter().any(|it| it.contains("The build has failed.")), "{outputs:?}");
        assert!(!request.last_user_text().contains("The build has failed."));
    }
    codex.shutdown().await;
}

#[tokio::test]
async fn the_output_of_a_tool_joins_a_running_turn() {
    let it = setup().await;
    let thread = it.thread().await;
    let gate = Gate::new();
    it.model.push(Reply::message("One.").phase("commentary").hold(&gate));
    it.model.push(answer("Two."));
    let mut turn = thread.start_turn("Wait.").await.unwrap();
    gate.reached(1).await;
    let output = TurnInput::tool_output("ci", "The build has failed.").join();
    let mut joined = thread.start_turn(output).await.unwrap();
    gate.open();
    assert!(joined.is_joined());
    assert_eq!(joined.id(), turn.id());
    let (result, joined) = tokio::join!(turn.wait(), joined.wait());
    let (result, joined) = (result.unwrap(), joined.unwrap());
    assert_eq!(result.final_response.as_deref(), Some("Two."));
    assert_eq!(joined.final_response, result.final_response);
    it.codex.shutdown().await;
}
