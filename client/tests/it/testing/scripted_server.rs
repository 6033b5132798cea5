//! A server that a test plays line by line: what goes wrong is told, and not forgotten.

use codex_app_client::protocol::RpcError;
use codex_app_client::testing::{ScriptErrorKind, ScriptedServer, wire};
use codex_app_client::{Client, Error, Options};
use serde_json::{Value, json};

async fn connected() -> (Client, ScriptedServer) {
    let (transport, mut server) = ScriptedServer::new();
    let client = Client::connect(transport, Options::new());
    let (info, greeted) = tokio::join!(client.initialize(), server.initialize());
    info.unwrap();
    greeted.unwrap();
    (client, server)
}

/// What a server that is dropped panics with.
fn panic_of(server: ScriptedServer) -> Option<String> {
    let dropped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(server)));
    dropped.err().and_then(|it| it.downcast::<String>().ok()).map(|it| *it)
}

#[tokio::test(start_paused = true)]
async fn the_first_line_that_is_not_expected_is_reported_with_what_came_before() {
    let (client, mut server) = connected().await;
    let call = client.request_raw("model/list", json!({"limit": 1}));
    let failed = async {
        let error = server.expect("thread/start").await.unwrap_err();
        (error, server.finish().await.unwrap_err())
    };
    let (outcome, (error, again)) = tokio::join!(call, failed);
    assert!(matches!(outcome, Err(Error::Closed(_))), "{outcome:?}");
    let line = r#"{"id":2,"method":"model/list","params":{"limit":1}}"#;
    let expected = format!("the script expects thread/start, but the client sent {line}");
    assert_eq!(error.to_string(), expected);
    let report: Vec<_> = format!("{error:?}").lines().map(str::to_owned).collect();
    assert_eq!(report[0], expected);
    assert_eq!(report.len(), 5, "{report:#?}");
    assert!(report[2].starts_with(r#"  -> {"id":1,"method":"initialize""#), "{report:#?}");
    assert!(report[3].starts_with(r#"  <- {"id":1,"result":"#), "{report:#?}");
    assert_eq!(report[4], r#"  -> {"method":"initialized"}"#);
    assert_eq!(again.to_string(), expected);
}

#[tokio::test(start_paused = true)]
async fn what_a_client_has_put_up_with_fails_the_test_all_the_same() {
    let (client, mut server) = connected().await;
    client.notify(codex_app_client::protocol::InitializedNotification).await.unwrap();
    // The test looks away.
    let _ = server.expect("model/list").await;
    assert!(server.send(wire::turn_completed("t", "u")).await.is_err());
    let report = panic_of(server).unwrap();
    assert!(report.starts_with("the script expects model/list, but"), "{report}");
}

#[tokio::test(start_paused = true)]
async fn lines_that_nobody_took_are_left_over() {
    let (client, server) = connected().await;
    let calls = async {
        let call = |method| client.request_raw(method, Value::Null);
        tokio::join!(call("a/b"), call("a/c"))
    };
    let (outcomes, finished) = tokio::join!(calls, async {
        tokio::task::yield_now().await;
        server.finish().await
    });
    assert!(outcomes.0.is_err() && outcomes.1.is_err());
    let error = finished.unwrap_err();
    assert!(matches!(error.kind(), ScriptErrorKind::ExtraLines { line_count: 2, .. }), "{error}");
    let expected = r#"the script does not expect {"id":2,"method":"a/b"} and 1 more"#;
    assert_eq!(error.to_string(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_went_well_goes_quietly() {
    let (client, server) = connected().await;
    assert_eq!(panic_of(server), None);
    client.shutdown().await;
    let (client, server) = connected().await;
    server.disconnect().unwrap();
    assert!(client.request_raw("a/b", Value::Null).await.is_err());
    let (client, server) = connected().await;
    drop(client);
    server.finish().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_gone_is_reported() {
    let (client, mut server) = connected().await;
    client.shutdown().await;
    assert!(server.is_at_end().await.unwrap());
    let error = server.expect("model/list").await.unwrap_err();
    assert_eq!(error.to_string(), "the client had disconnected when the script came to model/list");
    server.finish().await.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn what_no_server_says_is_not_sent() {
    let wrong = [
        json!({"method": "turn/begun", "params": {}}),
        json!({"method": "turn/started", "params": {"threadId": "t"}}),
        json!({"method": "item/agentMessage/delta", "params": {"threadId": "t", "turnId": "u",
            "itemId": "i", "detla": "x"}}),
        wire::turn_ended("t", "u", "finished"),
        json!({"id": 0, "method": "item/tool/guess", "params": {}}),
        json!({"hello": true}),
    ];
    for message in wrong {
        let (client, mut server) = connected().await;
        let error = server.send(message).await.unwrap_err();
        assert!(matches!(error.kind(), ScriptErrorKind::SchemaMismatch { .. }), "{error}");
        assert!(
            error.to_string().starts_with("the message does not match the schema, "),
            "{error}"
        );
        assert_eq!(client.stats().received_lines, 1);
        server.finish().await.unwrap_err();
    }
}

#[tokio::test(start_paused = true)]
async fn a_result_has_the_shape_of_its_method() {
    let (client, mut server) = connected().await;
    let call = client.request_raw("thread/start", json!({}));
    let (outcome, refused) = tokio::join!(call, async {
        let request = server.expect("thread/start").await.unwrap();
        let refused = server.respond(&request, json!({"thread": {"name": "no id"}})).await;
        server.finish().await.unwrap_err();
        refused.unwrap_err()
    });
    assert!(outcome.is_err());
    assert!(refused.to_string().contains("thread"), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn anything_can_be_sent_raw() {
    let (client, mut server) = connected().await;
    let mut events = client.events();
    server.send_raw(*b"junk \xff").await.unwrap();
    server.send_raw(r#"{"method":"brand/new","params":{}}"#).await.unwrap();
    for _ in 0..2 {
        events.next().await.unwrap().unwrap();
    }
    assert_eq!(client.stats().invalid_lines, 1);
    server.finish().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn requests_are_asked_answered_and_refused() {
    let (client, mut server) = connected().await;
    let params = wire::command_approval("t", "u", "i", "ls");
    server.request(7, "item/commandExecution/requestApproval", params).await.unwrap();
    // Nobody answers, so the answer is no.
    let answer = server.expect_reply(7).await.unwrap();
    assert_eq!(answer.result(), &json!({"decision": "decline"}));
    let (outcome, ()) = tokio::join!(client.request_raw("model/list", json!({})), async {
        let request = server.expect("model/list").await.unwrap();
        server.respond_with_error(&request, &RpcError::new(-32600, "not today")).await.unwrap();
    });
    let error = outcome.unwrap_err();
    assert!(matches!(&error, Error::Rpc { error, .. } if error.message == "not today"), "{error}");
    server.finish().await.unwrap();
}
