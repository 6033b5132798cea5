//! Final responses of a type, and what comes with them.

use std::time::Duration;

use codex_app_client::blocking::Thread;
use codex_app_client::{Error, TurnResult};
use serde_json::json;

use crate::script::{
    Server, item_completed, message, turn_completed, turn_response, usage, with_thread,
};
use crate::served;

async fn answer(server: &mut Server, text: &str) {
    let request = server.serve("turn/start", turn_response("u")).await;
    assert_eq!(request["params"]["outputSchema"]["required"], json!(["value"]));
    server
        .send_all([
            item_completed("t", "u", message("i", text, None)),
            usage("t", "u", 30, 30),
            turn_completed("t", "u"),
        ])
        .await;
}

type Outcome = Result<(Vec<u8>, TurnResult), Error>;

fn check(value: &[u8], result: &TurnResult) {
    assert_eq!(value, [1, 2]);
    assert_eq!((&*result.thread_id, &*result.id, result.items.len()), ("t", "u", 1));
    assert_eq!(result.usage.map(|it| it.turn.total), Some(30));
}

#[tokio::test(start_paused = true)]
async fn a_value_comes_with_what_the_turn_has_come_to() {
    let (thread, _client, mut server) = with_thread("t").await;
    let run = thread.run_as_with_result::<Vec<u8>>("Count");
    let (outcome, ()) = tokio::join!(run, answer(&mut server, r#"{"value": [1, 2]}"#));
    let (value, result) = outcome.unwrap();
    check(&value, &result);
}

#[tokio::test(start_paused = true)]
async fn a_value_of_another_type_is_an_error_with_what_the_turn_has_come_to() {
    let (thread, _client, mut server) = with_thread("t").await;
    let run = thread.run_as::<Vec<u8>>("Count");
    let (outcome, ()) = tokio::join!(run, answer(&mut server, r#"{"value": ["one"]}"#));
    let error = outcome.unwrap_err();
    assert!(error.to_string().ends_with("a different shape, at line 1 column 16"), "{error}");
    assert!(matches!(error, Error::InvalidOutput { result, .. } if result.items.len() == 1));
}

#[test]
fn without_async_it_is_the_same() {
    let limit = Duration::from_secs(60);
    let ways: [fn(&Thread, Duration) -> Outcome; 2] = [
        |thread, _| thread.run_as_with_result("Count"),
        |thread, limit| thread.run_as_with_result_within("Count", limit),
    ];
    for run in ways {
        let (thread, _serving) = served::with_thread(async |server: &mut Server| {
            answer(server, r#"{"value": [1, 2]}"#).await;
        });
        let (value, result) = run(&thread, limit).unwrap();
        check(&value, &result);
    }
}
