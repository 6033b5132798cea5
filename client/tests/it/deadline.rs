//! Behaviour 20: deadlines, and how many requests are in flight.

use std::time::Duration;

use codex_app_client::protocol::{CommandExecParams, ModelListParams, TurnStartParams};
use codex_app_client::{Error, Options};
use serde_json::json;

use crate::script::{connected, connected_with, start, turn_completed, turn_response, with_thread};

#[tokio::test(start_paused = true)]
async fn a_request_can_have_a_deadline() {
    let (_codex, client, mut server) = connected().await;
    let after = Duration::from_secs(5);
    let call = client.request_within(ModelListParams::default(), Some(after));
    let (outcome, request) = tokio::join!(call, server.expect("model/list"));
    assert!(matches!(outcome, Err(Error::Timeout { after: it, .. }) if it == after));
    // A late answer harms nobody.
    server.answer(&request, json!({"data": []})).await;
    server.barrier(&client).await;
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_all_requests_does_not_hold_for_turns() {
    let options = Options::new().request_timeout(Duration::from_secs(5));
    let (_codex, client, mut server) = connected_with(options).await;
    let call = client.request_raw("model/list", json!({}));
    let (outcome, _) = tokio::join!(call, server.expect("model/list"));
    assert!(matches!(outcome, Err(Error::Timeout { .. })));
    let serve = async {
        let request = server.expect("turn/start").await;
        tokio::time::sleep(Duration::from_secs(500)).await;
        server.answer(&request, turn_response("u")).await;
    };
    let (turn, ()) = tokio::join!(client.start_turn("t", "hello"), serve);
    turn.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_all_requests_does_not_hold_for_commands() {
    let options = Options::new().request_timeout(Duration::from_secs(5));
    let (_codex, client, mut server) = connected_with(options).await;
    let serve = async {
        let request = server.expect("command/exec").await;
        tokio::time::sleep(Duration::from_secs(500)).await;
        server.answer(&request, json!({"exitCode": 0, "stdout": "", "stderr": ""})).await;
    };
    let (outcome, ()) = tokio::join!(client.request(CommandExecParams::new(["make"])), serve);
    assert_eq!(outcome.unwrap().exit_code, Some(0));
}

#[tokio::test(start_paused = true)]
async fn a_start_that_was_given_up_holds_the_thread_until_it_is_answered() {
    let (thread, client, mut server) = with_thread("t").await;
    let params = TurnStartParams::new("t", ["hello"]);
    let call = client.request_within(params, Some(Duration::from_secs(5)));
    let (outcome, request) = tokio::join!(call, server.expect("turn/start"));
    assert!(matches!(outcome, Err(Error::Timeout { .. })));
    assert!(matches!(thread.run("no").await, Err(Error::TurnActive { turn_id: None, .. })));
    server.answer(&request, turn_response("u")).await;
    server.send(turn_completed("t", "u")).await;
    server.barrier(&client).await;
    drop(start(&thread, &mut server, "u2").await);
}

#[tokio::test(start_paused = true)]
async fn requests_in_flight_are_bounded_and_the_rest_wait_their_turn() {
    let (_codex, client, mut server) = connected().await;
    let calls: Vec<_> = (0..250)
        .map(|n| {
            let client = client.clone();
            tokio::spawn(async move { client.request_raw("call", json!({"n": n})).await })
        })
        .collect();
    let mut waiting = std::collections::VecDeque::new();
    for n in 0..100 {
        let request = server.expect("call").await;
        assert_eq!(request["params"]["n"], n);
        waiting.push_back(request);
    }
    for _ in 0..150 {
        // No further one comes before one is answered.
        tokio::task::yield_now().await;
        let answered = waiting.pop_front().unwrap();
        let none = tokio::time::timeout(Duration::from_millis(10), server.receive());
        assert!(none.await.is_err());
        server.answer(&answered, json!({})).await;
        waiting.push_back(server.expect("call").await);
    }
    for request in waiting {
        server.answer(&request, json!({})).await;
    }
    for call in calls {
        call.await.unwrap().unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn what_lasts_as_a_command_does_keeps_nothing_else_from_the_server() {
    let (_codex, client, mut server) = connected_with(Options::new().max_in_flight(2)).await;
    let call = |method: &'static str, n: usize| {
        let (client, params) = (client.clone(), json!({"processId": format!("p{n}")}));
        tokio::spawn(async move { client.request_raw(method, params).await })
    };
    let commands: Vec<_> = (0..3).map(|n| call("command/exec", n)).collect();
    let first = server.expect("command/exec").await;
    server.expect("command/exec").await;
    // Of those too, no more are in flight than may be.
    server.barrier(&client).await;
    let end = call("command/exec/terminate", 0);
    server.serve("command/exec/terminate", json!({})).await;
    end.await.unwrap().unwrap();
    server.answer(&first, json!({"exitCode": 1, "stdout": "", "stderr": ""})).await;
    server.expect("command/exec").await;
    // And the other way round.
    let slow: Vec<_> = (0..2).map(|n| call("slow", n)).collect();
    for _ in 0..2 {
        server.expect("slow").await;
    }
    let tool = call("mcpServer/tool/call", 0);
    tokio::task::yield_now().await;
    assert!(!tool.is_finished());
    drop(server);
    for call in commands.into_iter().skip(1).chain(slow).chain([tool]) {
        assert!(call.await.unwrap().unwrap_err().is_closed());
    }
}

#[tokio::test(start_paused = true)]
async fn requests_that_are_never_answered_block_the_rest_for_a_time_only() {
    let (_codex, client, mut server) = connected_with(Options::new().max_in_flight(2)).await;
    let limit = Some(Duration::from_secs(1));
    for _ in 0..2 {
        let call = client.request_within(ModelListParams::default(), limit);
        let (outcome, _) = tokio::join!(call, server.expect("model/list"));
        assert!(matches!(outcome, Err(Error::Timeout { .. })));
    }
    let waiting = client.request_within(ModelListParams::default(), limit);
    assert!(matches!(waiting.await, Err(Error::Timeout { .. })));
    server.barrier(&client).await;
}

#[tokio::test(start_paused = true)]
async fn answers_in_any_order_reach_their_calls() {
    let (_codex, client, mut server) = connected().await;
    let calls: Vec<_> = (0..6)
        .map(|n| {
            let client = client.clone();
            tokio::spawn(async move { client.request_raw("call", json!({"n": n})).await })
        })
        .collect();
    let mut requests = Vec::new();
    for _ in 0..6 {
        requests.push(server.expect("call").await);
    }
    for request in requests.iter().rev() {
        server.answer(request, request["params"].clone()).await;
    }
    for (n, call) in calls.into_iter().enumerate() {
        assert_eq!(call.await.unwrap().unwrap(), json!({"n": n}));
    }
}

#[tokio::test(start_paused = true)]
async fn params_that_are_null_are_left_out() {
    let (_codex, client, mut server) = connected().await;
    let call = client.request_raw("configRequirements/read", json!(null));
    let (_, request) =
        tokio::join!(call, server.serve("configRequirements/read", json!({"a": [1]})));
    assert_eq!(request.as_object().unwrap().len(), 2, "{request}");
}
