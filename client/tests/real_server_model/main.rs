//! The scripted model, in front of the real app-server: what is scripted is what the server tells.
//!
//! Without this crate's client, so that the two can be wrong independently of each other.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod session;

use codex_app_client::testing::{Gate, MockModel, ModelError, Reply, TestHome};
use serde_json::{Value, json};

use crate::session::{Session, word};

/// Those that come when they like.
const ASIDE: [&str; 3] = ["configWarning", "thread/started", "warning"];

/// What happened, but for what comes when it likes.
fn words(messages: &[Value]) -> Vec<String> {
    let words = messages.iter().map(word);
    words.filter(|it| !ASIDE.contains(&it.as_str())).collect()
}

/// The parameters of the notifications with this method.
fn all<'a>(messages: &'a [Value], method: &str) -> Vec<&'a Value> {
    messages.iter().filter(|it| it["method"] == method).map(|it| &it["params"]).collect()
}

/// The items of this type that were completed.
fn completed<'a>(messages: &'a [Value], kind: &str) -> Vec<&'a Value> {
    let items = all(messages, "item/completed").into_iter().map(|params| &params["item"]);
    items.filter(|item| item["type"] == kind).collect()
}

#[tokio::test]
async fn a_turn_has_the_base_order() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let mut session = Session::start(&home).await;
    let thread = session.start_thread().await;
    let messages = session.run(&thread, "Say hello.").await;
    let expected = [
        "#3:result",
        "thread/status/changed[active]",
        "turn/started",
        "item/started[userMessage]",
        "item/completed[userMessage]",
        "item/started[agentMessage]",
        "item/agentMessage/delta",
        "item/agentMessage/delta",
        "item/completed[agentMessage]",
        "thread/tokenUsage/updated",
        "account/rateLimits/updated",
        "thread/status/changed[idle]",
        "turn/completed[completed]",
    ];
    assert_eq!(words(&messages), expected);
    let answer = completed(&messages, "agentMessage")[0];
    assert_eq!(answer["text"], "You said: Say hello.");
    assert_eq!(answer["phase"], "final_answer");
    let usage = all(&messages, "thread/tokenUsage/updated")[0];
    assert_eq!(usage["tokenUsage"]["last"]["totalTokens"], 120);
    let request = model.wait_for_request(0).await;
    assert_eq!(request.last_user_text(), "Say hello.");
    assert_eq!(request.header("authorization"), None);
    assert!(request.tool_names().contains(&"exec_command".to_owned()));
    session.end().await;
}

#[tokio::test]
async fn reasoning_and_phases_come_through() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let mut session = Session::start(&home).await;
    let thread = session.start_thread().await;
    model.push(
        Reply::reasoning(["**Planning**"])
            .then(Reply::message("Working.").phase("commentary").id("msg_commentary"))
            .then(Reply::message("Plain.").without_deltas())
            .then(Reply::streamed(["It ", "works."]).phase("final_answer")),
    );
    let messages = session.run(&thread, "go").await;
    let told: Vec<_> = completed(&messages, "agentMessage")
        .iter()
        .map(|item| (item["text"].as_str().unwrap(), item["phase"].as_str()))
        .collect();
    let expected =
        [("Working.", Some("commentary")), ("Plain.", None), ("It works.", Some("final_answer"))];
    assert_eq!(told, expected);
    assert_eq!(completed(&messages, "agentMessage")[0]["id"], "msg_commentary");
    assert_eq!(completed(&messages, "reasoning")[0]["summary"], json!(["**Planning**"]));
    session.end().await;
}

#[tokio::test]
async fn a_command_that_is_approved_runs() {
    let model = MockModel::start().await.unwrap();
    let home =
        TestHome::builder(&model).approval_policy("on-request").sandbox_mode("read-only").build();
    let home = home.unwrap();
    let mut session = Session::start(&home).await;
    let thread = session.start_thread().await;
    model.push(Reply::escalated_command("echo approved", "to see it").call_id("call_echo"));
    model.push(Reply::message("Done.").phase("final_answer"));
    session.start_turn(&thread, "run it").await;
    let messages = session.until("item/commandExecution/requestApproval?").await;
    let request = messages.last().unwrap();
    assert_eq!(request["params"]["itemId"], "call_echo");
    assert_eq!(request["params"]["reason"], "to see it");
    session.answer(request, json!({ "decision": "accept" })).await;
    let messages = session.until("turn/completed").await;
    assert_eq!(word(&messages[0]), "serverRequest/resolved");
    let command = completed(&messages, "commandExecution")[0];
    assert_eq!(command["aggregatedOutput"], "approved\n");
    assert!(model.wait_for_request(1).await.tool_outputs()[0].contains("approved"));
    session.end().await;
}

#[tokio::test]
async fn a_patch_is_a_custom_tool_call() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::builder(&model).model("gpt-5.5").build().unwrap();
    let mut session = Session::start(&home).await;
    let thread = session.start_thread().await;
    let patch = "*** Begin Patch\n*** Add File: new.txt\n+hello\n*** End Patch\n";
    model.push(Reply::patch(patch));
    let messages = session.run(&thread, "write it").await;
    assert_eq!(completed(&messages, "fileChange")[0]["status"], "completed");
    let written = std::fs::read_to_string(home.workspace().join("new.txt")).unwrap();
    assert_eq!(written, "hello\n");
    session.end().await;
}

#[tokio::test]
async fn a_dynamic_tool_is_called() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let mut session = Session::start_experimental(&home).await;
    let tool = json!({
        "type": "function", "name": "lookup_ticket", "description": "Fetch a ticket",
        "inputSchema": { "type": "object", "properties": { "id": { "type": "string" } } },
    });
    let thread = session.start_thread_with(json!({ "dynamicTools": [tool] })).await;
    model.push(Reply::tool_call("lookup_ticket", json!({ "id": "T-1" })));
    session.start_turn(&thread, "look it up").await;
    let messages = session.until("item/tool/call?").await;
    let request = messages.last().unwrap();
    assert_eq!(request["params"]["arguments"], json!({ "id": "T-1" }));
    let content = json!([{ "type": "inputText", "text": "open" }]);
    session.answer(request, json!({ "contentItems": content, "success": true })).await;
    session.until("turn/completed").await;
    assert_eq!(model.requests()[1].tool_outputs(), ["open"]);
    session.end().await;
}

#[tokio::test]
async fn the_user_is_asked_in_plan_mode() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let mut session = Session::start_experimental(&home).await;
    let thread = session.start_thread().await;
    let option = |label: &str| json!({ "label": label, "description": "so" });
    let question = json!({
        "id": "colour", "header": "Colour", "question": "Which one?",
        "options": [option("red"), option("blue")],
    });
    model.push(Reply::tool_call("request_user_input", json!({ "questions": [question] })));
    let settings = json!({
        "model": "mock-model", "reasoning_effort": "medium", "developer_instructions": null,
    });
    let plan = json!({ "collaborationMode": { "mode": "plan", "settings": settings } });
    session.start_turn_with(&thread, "ask", plan).await;
    let messages = session.until("item/tool/requestUserInput?").await;
    let answer = json!({ "answers": { "colour": { "answers": ["blue"] } } });
    session.answer(messages.last().unwrap(), answer).await;
    session.until("turn/completed").await;
    assert!(model.requests()[1].tool_outputs()[0].contains("blue"));
    session.end().await;
}

#[tokio::test]
async fn a_held_reply_waits_for_the_test() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let mut session = Session::start(&home).await;
    let thread = session.start_thread().await;
    let (before, within) = (Gate::new(), Gate::new());
    let message = Reply::message("abc").deltas(["a"]).hold(&within).deltas(["bc"]);
    model.push(Reply::hold(&before).then(message));
    session.start_turn(&thread, "go").await;
    before.reached(1).await;
    assert_eq!(model.requests().len(), 1);
    before.open();
    let messages = session.until("item/agentMessage/delta").await;
    assert_eq!(messages.last().unwrap()["params"]["delta"], "a");
    within.reached(1).await;
    within.open();
    let messages = session.until("turn/completed").await;
    assert_eq!(all(&messages, "item/agentMessage/delta")[0]["delta"], "bc");
    assert_eq!(completed(&messages, "agentMessage")[0]["text"], "abc");
    session.end().await;
}

#[tokio::test]
async fn a_turn_that_is_held_can_be_interrupted() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let mut session = Session::start(&home).await;
    let thread = session.start_thread().await;
    let gate = Gate::new();
    model.push(Reply::hold(&gate));
    session.start_turn(&thread, "go").await;
    let messages = session.until("turn/started").await;
    gate.reached(1).await;
    let turn = &messages.last().unwrap()["params"]["turn"]["id"];
    let params = json!({ "threadId": thread, "turnId": turn });
    session.request("turn/interrupt", params).await;
    let messages = session.until("turn/completed").await;
    assert_eq!(word(messages.last().unwrap()), "turn/completed[interrupted]");
    let messages = session.run(&thread, "again").await;
    assert_eq!(completed(&messages, "agentMessage")[0]["text"], "You said: again");
    session.end().await;
}

#[tokio::test]
async fn errors_fail_the_turn_with_their_code() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let mut session = Session::start(&home).await;
    let thread = session.start_thread().await;
    let status = |name: &str, status: u16| json!({ name: { "httpStatusCode": status } });
    for (error, expected) in [
        (ModelError::BadRequest, "other".into()),
        (ModelError::ContextLengthExceeded, "contextWindowExceeded".into()),
        (ModelError::Overloaded, "serverOverloaded".into()),
        (ModelError::RateLimited, status("responseTooManyFailedAttempts", 429)),
        (ModelError::ServerError, "internalServerError".into()),
        (ModelError::Unauthorized, status("httpConnectionFailed", 401)),
        (ModelError::UsageLimitReached, "usageLimitExceeded".into()),
    ] {
        model.push(Reply::error(error));
        let messages = session.run(&thread, "go").await;
        let turn = &messages.last().unwrap()["params"]["turn"];
        assert_eq!(turn["status"], "failed", "{error:?}");
        assert_eq!(turn["error"]["codexErrorInfo"], expected, "{error:?}");
        assert_eq!(all(&messages, "error")[0]["willRetry"], false, "{error:?}");
    }
    session.end().await;
}

#[tokio::test]
async fn a_response_that_does_not_complete_fails_the_turn() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let mut session = Session::start(&home).await;
    let thread = session.start_thread().await;
    for (reply, expected) in [
        (
            Reply::from(Reply::message("broken").disconnect()),
            "stream closed before response.completed",
        ),
        (Reply::failed("server_error", "the model fell over"), "the model fell over"),
        (Reply::incomplete("max_output_tokens"), "max_output_tokens"),
    ] {
        model.push(reply);
        let messages = session.run(&thread, "go").await;
        let turn = &messages.last().unwrap()["params"]["turn"];
        assert_eq!(turn["status"], "failed");
        let message = turn["error"]["message"].as_str().unwrap();
        assert!(message.contains(expected), "{message}");
    }
    session.end().await;
}

#[tokio::test]
async fn a_cut_stream_is_asked_for_again_where_that_is_configured() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::builder(&model).stream_retries(1).build().unwrap();
    let mut session = Session::start(&home).await;
    let thread = session.start_thread().await;
    model.push(Reply::message("broken").disconnect());
    let messages = session.run(&thread, "go").await;
    assert_eq!(all(&messages, "error")[0]["willRetry"], true);
    assert_eq!(word(messages.last().unwrap()), "turn/completed[completed]");
    assert_eq!(completed(&messages, "agentMessage")[0]["text"], "You said: go");
    session.end().await;
}

#[tokio::test]
async fn many_threads_at_once_get_their_own_replies() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let mut session = Session::start(&home).await;
    let gate = Gate::new();
    let mut threads = Vec::new();
    for number in 0..8 {
        let reply = Reply::hold(&gate).then(Reply::message(format!("reply {number}")));
        model.push_for(format!("question {number}"), reply);
        threads.push(session.start_thread().await);
    }
    for (number, thread) in threads.iter().enumerate() {
        session.start_turn(thread, &format!("question {number}")).await;
    }
    gate.reached(threads.len()).await;
    gate.open();
    let mut messages = Vec::new();
    for _ in &threads {
        messages.extend(session.until("turn/completed").await);
    }
    for (number, thread) in threads.iter().enumerate() {
        let mut items = all(&messages, "item/completed").into_iter();
        let is_ours =
            |it: &&Value| it["item"]["type"] == "agentMessage" && it["threadId"] == *thread;
        assert_eq!(items.find(is_ours).unwrap()["item"]["text"], format!("reply {number}"));
    }
    session.end().await;
}

#[tokio::test]
async fn many_deltas_arrive_each() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let mut session = Session::start(&home).await;
    let thread = session.start_thread().await;
    model.push(Reply::many_deltas(2000, 16));
    let messages = session.run(&thread, "go").await;
    let deltas = all(&messages, "item/agentMessage/delta");
    assert_eq!(deltas.len(), 2000);
    let text: String = deltas.iter().map(|it| it["delta"].as_str().unwrap()).collect();
    assert_eq!(completed(&messages, "agentMessage")[0]["text"], text);
    session.end().await;
}
