//! Behaviours 6, 7, 8 and 15: what a turn has come to.

use codex_app_client::protocol::{CodexErrorInfo, ServerNotification, ThreadItem, TurnStatus};
use codex_app_client::{Error, Thread, TurnResult};
use serde_json::{Value, json};

use crate::captured::Captured;
use crate::script::{
    Server, delta, item_completed, item_started, message, notification, turn_completed, turn_ended,
    turn_response, turn_started, usage, with_thread,
};

/// Runs a turn `u` on thread `t` with these events.
async fn run(
    thread: &Thread,
    server: &mut Server,
    events: impl IntoIterator<Item = Value>,
) -> Result<TurnResult, Error> {
    let serve = async {
        server.serve("turn/start", turn_response("u")).await;
        server.send(turn_started("t", "u")).await;
        server.send_all(events).await;
    };
    let (result, ()) = tokio::join!(thread.run("hello"), serve);
    result
}

async fn run_alone(events: impl IntoIterator<Item = Value>) -> Result<TurnResult, Error> {
    let (thread, _client, mut server) = with_thread("t").await;
    run(&thread, &mut server, events).await
}

fn failed(message: &str, info: Value) -> Value {
    let mut ended = turn_ended("t", "u", "failed");
    ended["params"]["turn"]["error"] =
        json!({"message": message, "codexErrorInfo": info, "additionalDetails": "more"});
    ended
}

#[tokio::test(start_paused = true)]
async fn a_run_returns_the_completed_turn() {
    let (thread, _client, mut server) = with_thread("t").await;
    let serve = async {
        let request = server.serve("turn/start", turn_response("u")).await;
        let input = json!([{"type": "text", "text": "hello"}]);
        assert_eq!(request["params"], json!({"threadId": "t", "input": input}));
        server
            .send_all([
                turn_started("t", "u"),
                item_completed("t", "u", message("i", "Hello.", None)),
                usage("t", "u", 30, 30),
                turn_completed("t", "u"),
            ])
            .await;
    };
    let (result, ()) = tokio::join!(thread.run("hello"), serve);
    let result = result.unwrap();
    assert_eq!((&*result.thread_id, &*result.id), ("t", "u"));
    assert_eq!(result.status, TurnStatus::Completed);
    assert_eq!(result.items.len(), 1);
    assert_eq!(result.final_response.as_deref(), Some("Hello."));
    assert_eq!(result.usage.unwrap().turn.total, 30);
    assert_eq!((result.started_at, result.completed_at), (Some(5), Some(7)));
    assert_eq!(result.duration_ms, Some(2000));
}

#[tokio::test(start_paused = true)]
async fn a_run_with_only_a_completion_has_no_items() {
    let result = run_alone([turn_completed("t", "u")]).await.unwrap();
    assert!(result.items.is_empty());
    assert_eq!((result.final_response, result.usage), (None, None));
}

#[tokio::test(start_paused = true)]
async fn the_final_response_is_of_completed_messages_of_this_turn_only() {
    let mut child = message("c", "of a child", Some("final_answer"));
    child["id"] = json!("c");
    let result = run_alone([
        item_completed("t", "u", message("i", "the answer", Some("final_answer"))),
        item_completed("t", "u", message("j", "by the way", Some("commentary"))),
        item_completed("child", "c", child),
        item_started("t", "u", message("k", "", Some("final_answer"))),
        delta("t", "u", "k", "never completed"),
        turn_completed("t", "u"),
    ])
    .await
    .unwrap();
    assert_eq!(result.final_response.as_deref(), Some("the answer"));
    assert_eq!(result.items.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_empty_last_message_is_the_final_response() {
    let result = run_alone([
        item_completed("t", "u", message("i", "first", None)),
        item_completed("t", "u", message("j", "", None)),
        turn_completed("t", "u"),
    ]);
    assert_eq!(result.await.unwrap().final_response.as_deref(), Some(""));
}

#[tokio::test(start_paused = true)]
async fn commentary_alone_is_no_final_response() {
    let result = run_alone([
        item_completed("t", "u", message("i", "thinking", Some("commentary"))),
        turn_completed("t", "u"),
    ]);
    let result = result.await.unwrap();
    assert_eq!(result.final_response, None);
    assert_eq!(result.items.len(), 1);
    let error = result.parse::<Vec<u8>>().unwrap_err();
    assert!(matches!(error, Error::NoFinalResponse { .. }), "{error:?}");
    assert_eq!(error.to_string(), "turn 'u' has no final response");
}

#[tokio::test(start_paused = true)]
async fn a_failed_turn_is_an_error_with_all_it_had_produced() {
    let info = json!({"responseTooManyFailedAttempts": {"httpStatusCode": 429}});
    let error = run_alone([
        item_completed("t", "u", message("i", "partial", None)),
        usage("t", "u", 30, 30),
        failed("boom", info),
    ]);
    let error = error.await.unwrap_err();
    assert_eq!(error.to_string(), "boom");
    let failure = error.turn_failure().unwrap();
    assert!(matches!(&failure.info, Some(CodexErrorInfo::ResponseTooManyFailedAttempts(it))
        if it.http_status_code == Some(429)));
    assert_eq!(failure.additional_details.as_deref(), Some("more"));
    assert_eq!(failure.result.items.len(), 1);
    assert_eq!(failure.result.usage.unwrap().turn.total, 30);
}

#[tokio::test(start_paused = true)]
async fn the_text_of_a_failed_turn_is_one_line_whatever_the_server_says() {
    let said = "stream failed:\r\n  <html>\n</html>\n";
    let error = run_alone([failed(said, json!("other"))]).await.unwrap_err();
    assert_eq!(error.to_string(), "stream failed: <html> </html>");
    assert_eq!(error.turn_failure().unwrap().message, said);
    assert!(std::error::Error::source(&error).is_none() && error.rpc().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_failed_turn_tells_the_status_of_the_model_whatever_the_kind() {
    let with_status = json!({"httpStatusCode": 503});
    for (info, expected) in [
        (json!({"httpConnectionFailed": with_status}), Some(503)),
        (json!({"responseStreamConnectionFailed": with_status}), Some(503)),
        (json!({"responseStreamDisconnected": with_status}), Some(503)),
        (json!({"responseTooManyFailedAttempts": with_status}), Some(503)),
        (json!({"httpConnectionFailed": {"httpStatusCode": null}}), None),
        (json!("usageLimitExceeded"), None),
        (json!(null), None),
    ] {
        let error = run_alone([failed("boom", info.clone())]).await.unwrap_err();
        assert_eq!(error.turn_failure().unwrap().http_status(), expected, "{info}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_turn_without_a_message_still_says_so() {
    let error = run_alone([turn_ended("t", "u", "failed")]).await.unwrap_err();
    assert_eq!(error.to_string(), "turn failed with status failed");
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_turn_is_a_result() {
    let result = run_alone([turn_ended("t", "u", "interrupted")]).await.unwrap();
    assert_eq!(result.status, TurnStatus::Interrupted);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_status_is_neither_success_nor_a_hang() {
    for status in ["vanished", "inProgress"] {
        let error = run_alone([turn_ended("t", "u", status)]).await.unwrap_err();
        let Error::UnexpectedTurnStatus { result } = error else { panic!("{error:?}") };
        assert_eq!(serde_json::to_value(&result.status).unwrap(), status);
    }
    let odd = notification(
        "turn/completed",
        json!({"threadId": "t", "turn": {"id": "u", "items": 7, "status": ["completed"]}}),
    );
    let error = run_alone([odd]).await.unwrap_err();
    assert!(matches!(error, Error::UnexpectedTurnStatus { .. }), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn an_error_that_will_be_retried_ends_nothing_and_is_traced() {
    let (captured, _guard) = Captured::begin();
    let retried = |will_retry: bool| {
        let params = json!({"threadId": "t", "turnId": "u", "willRetry": will_retry,
            "error": {"message": "Reconnecting... 1/2"}});
        notification("error", params)
    };
    let result = run_alone([
        retried(true),
        retried(true),
        item_completed("t", "u", message("i", "at last", None)),
        turn_completed("t", "u"),
    ]);
    assert_eq!(result.await.unwrap().final_response.as_deref(), Some("at last"));
    let text = captured.text();
    let told: Vec<_> = text.lines().filter(|it| it.contains("will retry")).collect();
    assert_eq!(told.len(), 2, "{text}");
    assert!(told[0].contains("thread_id=\"t\" turn_id=\"u\""), "{told:?}");
    assert!(!text.contains("Reconnecting"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn items_that_stay_open_are_reported_as_such() {
    let result = run_alone([
        item_started("t", "u", message("i", "", None)),
        item_started("t", "u", message("j", "", None)),
        // A retried stream begins the item anew.
        item_started("t", "u", message("j", "", None)),
        item_completed("t", "u", message("i", "done", None)),
        turn_ended("t", "u", "interrupted"),
    ]);
    let result = result.await.unwrap();
    let open: Vec<_> = result.open_items.iter().map(ThreadItem::id).collect();
    assert_eq!(open, [Some("j")]);
}

#[tokio::test(start_paused = true)]
async fn the_output_of_a_command_is_what_was_aggregated() {
    let command = |output: Option<&str>| {
        json!({"type": "commandExecution", "id": "c", "command": "echo a; sleep 1; echo b",
            "cwd": "/", "status": "completed", "commandActions": [], "aggregatedOutput": output})
    };
    let output = json!({"threadId": "t", "turnId": "u", "itemId": "c", "delta": "b\n"});
    let result = run_alone([
        item_started("t", "u", command(None)),
        notification("item/commandExecution/outputDelta", output),
        item_completed("t", "u", command(Some("a\nb\n"))),
        turn_completed("t", "u"),
    ]);
    let result = result.await.unwrap();
    let [ThreadItem::CommandExecution(command)] = &result.items[..] else { panic!("{result:?}") };
    assert_eq!(command.aggregated_output.as_deref(), Some("a\nb\n"));
}

#[tokio::test(start_paused = true)]
async fn unknown_items_and_phases_are_kept() {
    let result = run_alone([
        item_completed("t", "u", json!({"type": "hologram", "id": "h", "beam": 1})),
        item_completed("t", "u", message("i", "odd", Some("brand_new"))),
        turn_completed("t", "u"),
    ]);
    let result = result.await.unwrap();
    assert_eq!(result.items[0].id(), Some("h"));
    assert_eq!((result.items.len(), result.final_response), (2, None));
}

#[tokio::test(start_paused = true)]
async fn usage_is_of_the_turn_and_not_of_the_thread() {
    let (thread, client, mut server) = with_thread("t").await;
    // What a resume replays belongs to a turn that is over.
    server.send(usage("t", "old", 1000, 100)).await;
    server.barrier(&client).await;
    let events = [usage("t", "u", 1120, 120), usage("t", "u", 1270, 150), turn_completed("t", "u")];
    let result = run(&thread, &mut server, events).await.unwrap();
    let told = result.usage.unwrap();
    assert_eq!((told.turn.total, told.turn.input, told.thread.total), (270, 270, 1270));
    assert_eq!((told.context, told.context_window), (150, Some(1000)));
}

#[tokio::test(start_paused = true)]
async fn usage_replayed_late_is_not_of_the_turn() {
    let events =
        [usage("t", "old", 1000, 100), usage("t", "u", 1120, 120), turn_completed("t", "u")];
    let told = run_alone(events).await.unwrap().usage.unwrap();
    assert_eq!(told.turn.total, 120);
    // Totals that only repeat, as a compaction has them, add nothing.
    let (thread, client, mut server) = with_thread("t").await;
    server.send(usage("t", "old", 720, 120)).await;
    server.barrier(&client).await;
    let events = [usage("t", "u", 720, 120), usage("t", "u", 840, 120), turn_completed("t", "u")];
    let told = run(&thread, &mut server, events).await.unwrap().usage.unwrap();
    assert_eq!(told.turn.total, 120);
}

#[tokio::test(start_paused = true)]
async fn events_read_before_count_in_the_result() {
    let (thread, _client, mut server) = with_thread("t").await;
    let mut turn = crate::script::start(&thread, &mut server, "u").await;
    server.send(item_completed("t", "u", message("i", "read", None))).await;
    let event = turn.next().await.unwrap().unwrap();
    assert!(matches!(event.body, ServerNotification::ItemCompleted(_)));
    server.send(turn_completed("t", "u")).await;
    for _ in 0..2 {
        assert_eq!(turn.wait().await.unwrap().final_response.as_deref(), Some("read"));
    }
    assert!(turn.next().await.is_none());
}
