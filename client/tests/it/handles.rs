//! Behaviour 22: several handles of one turn, each with its own place in the events.

use codex_app_client::{Error, TurnInput};
use serde_json::json;

use crate::script::{
    delta, item_completed, message, methods, start, turn_completed, turn_response, turn_started,
    usage, with_thread,
};

#[tokio::test(start_paused = true)]
async fn a_handle_made_by_id_starts_with_the_next_event() {
    let (thread, client, mut server) = with_thread("t").await;
    let mut original = start(&thread, &mut server, "u").await;
    server.send(item_completed("t", "u", message("i", "done", None))).await;
    server.barrier(&client).await;
    let mut late = thread.turn("u").unwrap();
    server.send(usage("t", "u", 30, 30)).await;
    server.send(turn_completed("t", "u")).await;
    let (original, late) = (original.wait().await.unwrap(), late.wait().await.unwrap());
    assert_eq!(original.final_response.as_deref(), Some("done"));
    assert_eq!(late.final_response, None);
    assert_eq!(original.usage, late.usage);
}

#[tokio::test(start_paused = true)]
async fn no_handle_takes_events_from_another() {
    let (thread, client, mut server) = with_thread("t").await;
    let mut one = start(&thread, &mut server, "u").await;
    let mut two = thread.turn("u").unwrap();
    let mut three = thread.turn("u").unwrap();
    server.send_all([turn_started("t", "u"), delta("t", "u", "i", "a")]).await;
    server.send(turn_completed("t", "u")).await;
    server.barrier(&client).await;
    let expected = ["turn/started", "item/agentMessage/delta", "turn/completed"];
    for turn in [&mut one, &mut two, &mut three] {
        assert_eq!(methods(turn).await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_pending_join_starts_with_its_request_while_the_original_finishes() {
    let (thread, client, mut server) = with_thread("t").await;
    let mut original = start(&thread, &mut server, "u").await;
    server.send(turn_started("t", "u")).await;
    server.barrier(&client).await;
    let joining = tokio::spawn({
        let thread = thread.clone();
        async move { thread.start_turn(TurnInput::from("more").join()).await }
    });
    let request = server.expect("turn/start").await;
    server.send(item_completed("t", "u", message("i", "done", None))).await;
    server.send(turn_completed("t", "u")).await;
    assert_eq!(original.wait().await.unwrap().final_response.as_deref(), Some("done"));
    server.answer(&request, turn_response("u")).await;
    let mut joined = joining.await.unwrap().unwrap();
    assert!(joined.is_joined());
    assert_eq!(joined.wait().await.unwrap().final_response.as_deref(), Some("done"));
}

#[tokio::test(start_paused = true)]
async fn there_is_no_handle_of_a_turn_that_does_not_run() {
    let (thread, client, mut server) = with_thread("t").await;
    assert!(matches!(thread.turn("u"), Err(Error::NoActiveTurn { .. })));
    drop(start(&thread, &mut server, "u").await);
    server.send(turn_completed("t", "u")).await;
    server.barrier(&client).await;
    assert!(matches!(thread.turn("u"), Err(Error::NoActiveTurn { .. })));
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_fails_is_told_to_every_handle() {
    let (thread, _, mut server) = with_thread("t").await;
    let mut one = start(&thread, &mut server, "u").await;
    let mut two = thread.turn("u").unwrap();
    let mut failed = crate::script::turn_ended("t", "u", "failed");
    failed["params"]["turn"]["error"] = json!({"message": "boom"});
    server.send(failed).await;
    for turn in [&mut one, &mut two] {
        assert_eq!(turn.wait().await.unwrap_err().to_string(), "boom");
    }
}
