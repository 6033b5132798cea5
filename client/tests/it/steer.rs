//! Behaviour 14: steering, and why it may be refused.

use codex_app_client::Error;
use serde_json::json;

use crate::script::{start, turn_completed, with_thread};

#[tokio::test(start_paused = true)]
async fn the_input_goes_to_this_turn_and_no_other() {
    let (thread, _, mut server) = with_thread("t").await;
    let turn = start(&thread, &mut server, "u").await;
    let (outcome, request) =
        tokio::join!(turn.steer("also this"), server.serve("turn/steer", json!({"turnId": "u"})));
    outcome.unwrap();
    let input = json!([{"type": "text", "text": "also this"}]);
    assert_eq!(request["params"], json!({"threadId": "t", "expectedTurnId": "u", "input": input}));
}

#[tokio::test(start_paused = true)]
async fn each_refusal_has_its_own_error() {
    let (thread, _, mut server) = with_thread("t").await;
    let turn = start(&thread, &mut server, "u").await;
    let mut refused = async |message: &str| {
        let serve = async {
            let request = server.expect("turn/steer").await;
            server.refuse(&request, message).await;
        };
        let (outcome, ()) = tokio::join!(turn.steer("more"), serve);
        outcome.unwrap_err()
    };
    let error = refused("no active turn to steer").await;
    assert!(matches!(&error, Error::NoActiveTurn { turn_id, .. } if turn_id == "u"), "{error:?}");
    let error = refused("expected active turn id `u` but found `x`").await;
    assert!(
        matches!(&error, Error::OtherTurnActive { expected, found, .. }
            if expected == "u" && found == "x"),
        "{error:?}"
    );
    let error = refused("cannot steer a review turn").await;
    assert!(
        matches!(&error, Error::TurnNotSteerable { turn_id, .. } if turn_id == "u"),
        "{error:?}"
    );
    let error = refused("something else").await;
    assert!(matches!(&error, Error::Rpc { .. }), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_is_over_is_not_steered() {
    let (thread, client, mut server) = with_thread("t").await;
    let turn = start(&thread, &mut server, "u").await;
    server.send(turn_completed("t", "u")).await;
    server.barrier(&client).await;
    assert!(matches!(turn.steer("more").await, Err(Error::NoActiveTurn { .. })));
    server.barrier(&client).await;
}
