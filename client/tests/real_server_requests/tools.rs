//! Calls of dynamic tools: the thread is told of them when it starts, and the client executes them.

use codex_app_client::protocol::{
    DynamicToolCallStatus, DynamicToolSpec, FunctionDynamicToolSpec, ThreadItem, TurnStatus,
};
use codex_app_client::server_request::ReplyStatus;
use codex_app_client::testing::Reply;
use codex_app_client::{IncomingRequest, Options, Thread, ThreadOptions, TurnResult};
use serde_json::json;

use crate::setup::{Setup, setup};

/// A server, and a thread that has a tool.
async fn with_tool(options: Options) -> (Setup, Thread) {
    let it = setup(options.experimental_api(true)).await;
    let schema = json!({"type": "object", "properties": {"id": {"type": "string"}}});
    let tool = FunctionDynamicToolSpec::new("Fetches a ticket", schema, "lookup_ticket");
    let tools = vec![DynamicToolSpec::Function(Box::new(tool))];
    let thread =
        it.codex.start_thread(ThreadOptions::default().dynamic_tools(tools)).await.unwrap();
    it.model.push(Reply::tool_call("lookup_ticket", json!({"id": "T-1"})));
    (it, thread)
}

fn status(result: &TurnResult) -> DynamicToolCallStatus {
    let mut statuses = result.items.iter().filter_map(|it| match it {
        ThreadItem::DynamicToolCall(it) => it.status.clone(),
        _ => None,
    });
    statuses.next_back().unwrap_or_else(|| panic!("no call in {result:?}"))
}

async fn check(options: Options, expected: DynamicToolCallStatus, heard: &str) {
    let (it, thread) = with_tool(options).await;
    let result = thread.run("Look it up.").await.unwrap();
    assert_eq!(result.status, TurnStatus::Completed);
    assert_eq!(status(&result), expected);
    assert_eq!(it.last_tool_outputs(), [heard]);
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_tool_is_executed() {
    let options = Options::new().on_tool_call(|request| async move {
        assert_eq!(request.params.tool.as_deref(), Some("lookup_ticket"));
        assert!(request.raw().contains("T-1"), "{}", request.raw());
        request.succeed("open")
    });
    check(options, DynamicToolCallStatus::Completed, "open").await;
}

#[tokio::test]
async fn a_tool_fails_and_the_turn_goes_on() {
    let options = Options::new().on_tool_call(|request| async move { request.fail("no ticket") });
    check(options, DynamicToolCallStatus::Failed, "no ticket").await;
}

#[tokio::test]
async fn a_tool_that_nobody_executes_has_failed() {
    let dropped = Options::new().on_tool_call(|request| async move { drop(request) });
    let panics = Options::new().on_tool_call(|request| async move {
        assert!(request.id() == &"never".to_owned().into(), "a bug of the tool");
    });
    for options in [Options::new(), dropped, panics] {
        check(options, DynamicToolCallStatus::Failed, "this client has no such tool").await;
    }
}

#[tokio::test]
async fn an_interrupted_turn_cancels_the_call() {
    let (it, thread) = with_tool(Options::new()).await;
    let mut requests = it.codex.server_requests().await.unwrap();
    let mut turn = thread.start_turn("Look it up.").await.unwrap();
    let IncomingRequest::ToolCall(request) = requests.next().await.unwrap() else {
        panic!("another kind");
    };
    turn.interrupt().await.unwrap();
    request.cancelled().await;
    assert_eq!(request.succeed("open").unwrap(), ReplyStatus::Late);
    assert_eq!(turn.wait().await.unwrap().status, TurnStatus::Interrupted);
    it.codex.shutdown().await;
}
