//! Scenarios, which are played beside the code under test.

use std::time::Duration;

use codex_app_client::protocol::RpcError;
use codex_app_client::testing::{Gate, Scenario, ScenarioRun, ScriptErrorKind, wire};
use codex_app_client::{Codex, Error, IncomingRequest, Options, Thread, ThreadOptions, Transport};
use serde_json::json;

async fn started(transport: Transport) -> Result<(Codex, Thread), Error> {
    let codex = Codex::connect(transport, Options::new()).await?;
    let thread = codex.start_thread(ThreadOptions::default()).await?;
    Ok((codex, thread))
}

fn greeted() -> Scenario {
    Scenario::new().initialize().thread("t")
}

fn panic_of(run: ScenarioRun) -> Option<String> {
    let dropped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(run)));
    dropped.err().and_then(|it| it.downcast::<String>().ok()).map(|it| *it)
}

#[tokio::test(start_paused = true)]
async fn turns_are_played_to_the_end() {
    let (transport, run) = greeted().turn("t", "u1", "one").turn("t", "u2", "two").run();
    let (_codex, thread) = started(transport).await.unwrap();
    for answer in ["one", "two"] {
        let result = thread.run("go on").await.unwrap();
        assert_eq!(result.final_response.as_deref(), Some(answer));
    }
    run.finish().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_server_that_asks_is_answered() {
    let approval = wire::command_approval("t", "u", "i", "cargo test");
    let scenario = greeted()
        .serve("turn/start", wire::turn_response("u"))
        .send(wire::turn_started("t", "u"))
        .request(3, "item/commandExecution/requestApproval", approval)
        .expect_reply_with(3, json!({"decision": "accept"}))
        .send(wire::turn_completed("t", "u"));
    let (transport, run) = scenario.run();
    let (codex, thread) = started(transport).await.unwrap();
    let mut requests = codex.server_requests().await.unwrap();
    let mut turn = thread.start_turn("run the tests").await.unwrap();
    let IncomingRequest::CommandApproval(request) = requests.next().await.unwrap() else {
        panic!("another kind");
    };
    request.accept().unwrap();
    turn.wait().await.unwrap();
    run.finish().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn requests_that_follow_each_other_come_in_any_order() {
    let scenario = Scenario::new().initialize().expect("model/list").expect("thread/list");
    let (transport, run) = scenario.disconnect().run();
    let codex = Codex::connect(transport, Options::new()).await.unwrap();
    let call = |method| codex.request_raw(method, json!({}));
    let (threads, models) = tokio::join!(call("thread/list"), call("model/list"));
    assert!(matches!((threads, models), (Err(Error::Closed(_)), Err(Error::Closed(_)))));
    run.finish().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn params_are_compared_as_far_as_they_are_given() {
    let scenario = |model: &str| {
        Scenario::new()
            .initialize()
            .expect_with("thread/start", json!({"model": model}))
            .respond(json!({"thread": {"id": "t"}}))
    };
    let start = async |scenario: Scenario| {
        let (transport, run) = scenario.run();
        let codex = Codex::connect(transport, Options::new()).await.unwrap();
        let options = ThreadOptions::default().model("gpt-5.5").cwd("/somewhere");
        let thread = codex.start_thread(options).await;
        (thread.is_ok(), run.finish().await)
    };
    let (has_started, finished) = start(scenario("gpt-5.5")).await;
    assert!(has_started && finished.is_ok(), "{finished:?}");
    let (has_started, finished) = start(scenario("gpt-6")).await;
    let error = finished.unwrap_err();
    let expected = r#"the script expects thread/start with {"model":"gpt-6"}, but the client sent"#;
    assert!(!has_started && error.to_string().starts_with(expected), "{error}");
}

#[tokio::test(start_paused = true)]
async fn the_first_failure_ends_the_connection_and_fails_the_test_that_looks_away() {
    let (transport, run) = greeted().expect("thread/list").run();
    let (_codex, thread) = started(transport).await.unwrap();
    // The client puts up with it.
    assert!(thread.run("hello").await.is_err());
    let report = panic_of(run).unwrap();
    assert!(report.starts_with("the script expects thread/list, but the client sent"), "{report}");
    assert!(report.contains("-> {\"id\":2,\"method\":\"thread/start\""), "{report}");
}

#[tokio::test(start_paused = true)]
async fn what_never_came_is_reported() {
    let (transport, run) = greeted().expect("thread/list").run();
    let (_codex, _thread) = started(transport).await.unwrap();
    let error = run.finish().await.unwrap_err();
    assert!(matches!(error.kind(), ScriptErrorKind::Timeout { .. }), "{error}");
    assert_eq!(error.to_string(), "the script timed out waiting for thread/list");
}

#[tokio::test(start_paused = true)]
async fn what_comes_after_the_end_is_reported() {
    let (transport, run) = greeted().run();
    let (_codex, thread) = started(transport).await.unwrap();
    assert!(thread.run("one too many").await.is_err());
    let error = run.finish().await.unwrap_err();
    assert!(matches!(error.kind(), ScriptErrorKind::ExtraLines { .. }), "{error}");
    assert!(error.to_string().contains("turn/start"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn what_no_server_says_fails_the_scenario() {
    let (transport, run) = greeted().notify("turn/begun", json!({})).run();
    let outcome = started(transport).await;
    let error = run.finish().await.unwrap_err();
    assert!(matches!(error.kind(), ScriptErrorKind::SchemaMismatch { .. }), "{error}");
    drop(outcome);
}

#[tokio::test(start_paused = true)]
async fn gates_and_pauses_hold_by_the_clock_of_the_test() {
    let gate = Gate::new();
    let hour = Duration::from_secs(3600);
    let scenario = greeted()
        .serve("turn/start", wire::turn_response("u"))
        .pause(hour)
        .send(wire::turn_started("t", "u"))
        .hold(&gate)
        .send(wire::turn_completed("t", "u"));
    let (transport, run) = scenario.run();
    let (_codex, thread) = started(transport).await.unwrap();
    let began = tokio::time::Instant::now();
    let mut turn = thread.start_turn("hello").await.unwrap();
    gate.reached(1).await;
    assert_eq!(began.elapsed(), hour);
    assert!(!turn.is_finished());
    gate.open();
    turn.wait().await.unwrap();
    run.finish().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_refusal_and_a_lost_connection_reach_the_client() {
    let busy = RpcError::new(-32001, "Server overloaded; retry later.");
    let scenario = greeted()
        .expect("turn/start")
        .respond_with_error(&busy)
        .serve("turn/start", wire::turn_response("u"))
        .send(wire::turn_started("t", "u"))
        .disconnect();
    let (transport, run) = scenario.run();
    let (_codex, thread) = started(transport).await.unwrap();
    assert!(thread.run("hello").await.unwrap_err().is_overloaded());
    let error = thread.run("hello").await.unwrap_err();
    assert!(matches!(error, Error::Closed(_)), "{error:?}");
    run.finish().await.unwrap();
}
