//! Turns that are steered, interrupted, and looked at by several.

use codex_app_client::protocol::{ServerNotification, TurnStatus};
use codex_app_client::testing::{Gate, Reply};
use codex_app_client::{Error, TurnHandle};

use crate::setup::{Way, held, setup};

pub(crate) async fn a_second_turn_is_refused_and_the_first_can_be_interrupted(way: Way) {
    let it = setup(way).await;
    let gate = Gate::new();
    it.model.push(held(&gate, "Never said."));
    let mut turn = it.thread.start_turn("Wait.").await.unwrap();
    gate.reached(1).await;
    let error = it.thread.start_turn("Me too.").await.unwrap_err();
    assert!(matches!(error, Error::TurnActive { .. }), "{error:?}");
    turn.interrupt_and_wait().await.unwrap();
    assert_eq!(turn.wait().await.unwrap().status, TurnStatus::Interrupted);
    gate.open();
    it.end().await;
}

pub(crate) async fn a_turn_is_steered_and_refuses_when_it_is_over(way: Way) {
    let it = setup(way).await;
    let gate = Gate::new();
    it.model.push(held(&gate, "Cut off."));
    it.model.push(Reply::message("Steered.").phase("final_answer"));
    let mut turn = it.thread.start_turn("first").await.unwrap();
    gate.reached(1).await;
    turn.steer("second").await.unwrap();
    gate.open();
    turn.wait().await.unwrap();
    let last = it.model.requests().pop().unwrap().body().to_string();
    assert!(last.contains("first") && last.contains("second"), "{last}");
    assert!(matches!(turn.steer("third").await, Err(Error::NoActiveTurn { .. })));
    it.end().await;
}

pub(crate) async fn a_dropped_run_interrupts_its_turn(way: Way) {
    let it = setup(way).await;
    let gate = Gate::new();
    it.model.push(held(&gate, "Never heard."));
    let thread = it.thread.clone();
    let next = it.thread.next_turn();
    let run = tokio::spawn(async move { thread.run("Wait.").await });
    let mut turn = next.await.unwrap();
    gate.reached(1).await;
    run.abort();
    assert_eq!(turn.wait().await.unwrap().status, TurnStatus::Interrupted);
    gate.open();
    it.end().await;
}

/// The text of the answer, up to the end of the turn.
async fn text(mut turn: TurnHandle) -> String {
    let mut text = String::new();
    while let Some(event) = turn.next().await {
        if let ServerNotification::ItemAgentMessageDelta(delta) = event.unwrap().body {
            text.push_str(&delta.delta.unwrap());
        }
    }
    text
}

pub(crate) async fn every_handle_of_a_turn_gets_all_that_follows(way: Way) {
    let it = setup(way).await;
    let gate = Gate::new();
    let pieces = ["Said ", "to ", "all."];
    it.model.push(Reply::hold(&gate).then(Reply::streamed(pieces).phase("final_answer")));
    let first = it.thread.start_turn("Speak.").await.unwrap();
    let mut events = it.thread.events();
    let second = it.thread.turn(first.id()).unwrap();
    let third = it.thread.active_turn().unwrap();
    gate.reached(1).await;
    gate.open();
    let all = tokio::join!(text(first), text(second), text(third));
    assert_eq!(all, (pieces.concat(), pieces.concat(), pieces.concat()));
    let mut watched = String::new();
    while let Some(event) = events.next().await {
        match event.unwrap().into_notification().unwrap().body {
            ServerNotification::ItemAgentMessageDelta(delta) => {
                watched.push_str(&delta.delta.unwrap());
            }
            ServerNotification::TurnCompleted(_) => break,
            _ => {}
        }
    }
    assert_eq!(watched, pieces.concat());
    it.end().await;
}
