//! Behaviour 20, and calls of every method: typed, by name, with a deadline, from many threads.

use std::time::Duration;

use codex_app_client::protocol::{InitializedNotification, ModelListParams};
use codex_app_client::{Error, Options, RetryPolicy, blocking};
use serde_json::{Value, json};

use crate::script::{Server, turn_completed, turn_response};
use crate::served::{connected, connected_with, meet, with_thread};

const SHORT: Duration = Duration::from_millis(20);

#[test]
fn any_method_is_called_typed_or_by_name() {
    let (codex, _serving) = connected(async |server: &mut Server| {
        let request = server.serve("model/list", json!({"data": []})).await;
        assert_eq!(request["params"], json!({"limit": 3}));
        let request = server.serve("brand/new", json!({"b": [2]})).await;
        assert_eq!(request["params"], json!({"a": 1}));
        // What is null is left out.
        let request = server.serve("brand/new", json!([])).await;
        assert!(request.get("params").is_none());
        server.expect("initialized").await;
        let request = server.expect("model/list").await;
        server.refuse(&request, "no").await;
    });
    let answer = codex.request(ModelListParams::default().limit(3)).unwrap();
    assert_eq!(answer.data, Some(Vec::new()));
    assert_eq!(codex.request_raw("brand/new", json!({"a": 1})).unwrap(), json!({"b": [2]}));
    let client = codex.client().unwrap();
    assert_eq!(client.request_raw("brand/new", Value::Null).unwrap(), json!([]));
    client.notify(InitializedNotification).unwrap();
    assert_eq!(
        client.request(ModelListParams::default()).unwrap_err().rpc().unwrap().message,
        "no"
    );
}

#[test]
fn a_request_can_have_a_deadline() {
    let (codex, _serving) = connected(async |server: &mut Server| {
        let request = server.expect("model/list").await;
        server.meet().await;
        // A late answer harms nobody.
        server.answer(&request, json!({"data": []})).await;
        server.meet().await;
    });
    let client = codex.client().unwrap();
    let error = client.request_within(ModelListParams::default(), Some(SHORT)).unwrap_err();
    assert!(matches!(error, Error::Timeout { after, .. } if after == SHORT));
    meet(&client);
    meet(&client);
}

#[test]
fn the_deadline_of_all_requests_does_not_hold_for_turns() {
    let options = Options::new().request_timeout(SHORT);
    let (started, is_started) = std::sync::mpsc::channel();
    let (codex, _serving) = connected_with(options, async move |server: &mut Server| {
        let request = server.expect("turn/start").await;
        started.send(()).unwrap();
        // Other calls run into the deadline meanwhile.
        server.expect("slow").await;
        server.expect("slow").await;
        server.answer(&request, turn_response("u")).await;
        server.send(turn_completed("t", "u")).await;
    });
    let thread = codex.thread("t").unwrap();
    std::thread::scope(|scope| {
        let run = scope.spawn(|| thread.run("hello").map(|it| it.id));
        is_started.recv().unwrap();
        for _ in 0..2 {
            let error = codex.request_raw("slow", json!({})).unwrap_err();
            assert!(matches!(error, Error::Timeout { after: SHORT, .. }));
        }
        assert_eq!(run.join().unwrap().unwrap(), "u");
    });
}

#[test]
fn requests_in_flight_are_bounded_and_the_rest_wait_their_turn() {
    let options = Options::new().max_in_flight(2);
    let (codex, _serving) = connected_with(options, async |server: &mut Server| {
        let mut waiting = vec![server.expect("call").await, server.expect("call").await];
        for _ in 0..18 {
            // No further one comes before one is answered.
            let none = tokio::time::timeout(Duration::from_millis(1), server.receive());
            assert!(none.await.is_err());
            let first = waiting.remove(0);
            server.answer(&first, first["params"].clone()).await;
            waiting.push(server.expect("call").await);
        }
        for last in waiting {
            server.answer(&last, last["params"].clone()).await;
        }
    });
    std::thread::scope(|scope| {
        for n in 0..20 {
            let codex = &codex;
            scope.spawn(move || {
                assert_eq!(codex.request_raw("call", json!({"n": n})).unwrap(), json!({"n": n}));
            });
        }
    });
}

#[test]
fn answers_in_any_order_reach_the_threads_that_asked() {
    let (codex, _serving) = connected(async |server: &mut Server| {
        let mut requests = Vec::new();
        for _ in 0..20 {
            requests.push(server.expect("call").await);
        }
        for request in requests.iter().rev() {
            server.answer(request, request["params"].clone()).await;
        }
    });
    std::thread::scope(|scope| {
        for n in 0..20 {
            let codex = &codex;
            scope.spawn(move || {
                assert_eq!(codex.request_raw("call", json!({"n": n})).unwrap(), json!({"n": n}));
            });
        }
    });
}

#[test]
fn a_low_level_client_starts_turns_that_hold_the_thread() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        server.meet().await;
        server.send(turn_completed("t", "u")).await;
    });
    let client = thread.client();
    let mut turn = client.start_turn("t", "hello").unwrap();
    assert!(matches!(thread.run("no"), Err(Error::TurnActive { .. })));
    meet(&client);
    assert_eq!(turn.wait().unwrap().id, "u");
}

#[test]
fn an_overloaded_server_is_asked_again_and_another_error_is_told_at_once() {
    let (codex, _serving) = connected(async |server: &mut Server| {
        for code in [-32001, -32001, -32600, -32001, -32001] {
            let request = server.expect("model/list").await;
            let error = json!({"code": code, "message": "m"});
            server.send(json!({"error": error, "id": request["id"]})).await;
        }
        server.meet().await;
    });
    let policy = RetryPolicy::new().initial_delay(Duration::from_millis(1)).max_attempts(4);
    let outcome = blocking::retry_on_overload(&policy, || codex.models());
    assert!(matches!(outcome, Err(Error::Rpc { .. })));
    let policy = policy.max_attempts(2);
    let outcome = blocking::retry_on_overload(&policy, || codex.models());
    assert!(matches!(outcome, Err(Error::Overloaded { .. })));
    meet(&codex.client().unwrap());
}
