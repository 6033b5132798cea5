//! Tools made of functions: what they are called with, and what becomes of a call.

use std::time::Duration;

use codex_app_client::{
    Codex, Error, Options, Tool, ToolContext, ToolNameProblem, ToolOutput, ToolSet,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::script::{Server, connected_with, turn_ended};

#[derive(Deserialize, JsonSchema)]
struct Sum {
    left: i64,
    right: Option<i64>,
}

fn tools() -> ToolSet {
    let add = |it: Sum| async move {
        let right = it.right.ok_or("what is on the right?")?;
        Ok::<_, &str>((it.left + right).to_string())
    };
    let image = |(): ()| async { Ok::<_, Error>(ToolOutput::new().text("a").image_url("data:b")) };
    let never = |(): ()| std::future::pending::<Result<&str, Error>>();
    let panics = |it: Sum| async move {
        assert_eq!(it.left, 0, "a bug of the tool");
        Ok::<_, Error>("")
    };
    ToolSet::new()
        .tool(Tool::new("add", "Adds", add))
        .tool(Tool::new("image", "Shows", image))
        .tool(Tool::new("slow", "Waits", never).timeout(Duration::from_secs(60)))
        .tool(Tool::new("never", "Waits", never))
        .tool(Tool::new("panics", "Panics", panics))
}

fn call(id: i64, tool: &str, arguments: Value) -> Value {
    json!({"id": id, "method": "item/tool/call", "params": {"threadId": "t", "turnId": "u",
        "callId": "c", "tool": tool, "arguments": arguments}})
}

async fn connected() -> (Codex, Server) {
    let (codex, _client, server) = connected_with(Options::new().tools(&tools())).await;
    (codex, server)
}

async fn called(server: &mut Server, tool: &str, arguments: Value) -> Value {
    server.send(call(0, tool, arguments)).await;
    server.receive().await["result"].take()
}

fn text(text: &str, success: bool) -> Value {
    json!({"contentItems": [{"type": "inputText", "text": text}], "success": success})
}

#[test]
fn the_schema_of_the_argument_is_told() {
    let specs = serde_json::to_value(tools().specs().unwrap()).unwrap();
    assert_eq!(specs[0]["name"], "add");
    let schema = &specs[0]["inputSchema"];
    assert_eq!(schema["type"], "object");
    assert_eq!(schema["required"], json!(["left"]));
    assert_eq!(schema["properties"]["right"]["type"], json!(["integer", "null"]));
    assert_eq!(specs[1]["inputSchema"], json!({"type": "object", "properties": {}}));
}

#[test]
fn a_name_that_the_server_does_not_take_is_refused_with_the_rule() {
    let refused = |name: &str| {
        let tool = Tool::new(name, "", |(): ()| async { Ok::<_, Error>("") });
        match ToolSet::new().tool(tool).specs() {
            Err(error @ Error::InvalidToolName { problem, .. }) => {
                let text = error.to_string();
                assert!(text.contains(&format!("{name:?}")) && !text.contains('\n'), "{text}");
                Some(problem)
            }
            outcome => {
                outcome.unwrap();
                None
            }
        }
    };
    for name in ["lookup_ticket", "Look-Up2", "mcp_tool", "x", &"x".repeat(128)] {
        assert_eq!(refused(name), None, "{name}");
    }
    for name in ["a b!", " a", "é", "a.b", "a\nb"] {
        assert_eq!(refused(name), Some(ToolNameProblem::InvalidCharacter), "{name}");
    }
    assert_eq!(refused(""), Some(ToolNameProblem::Empty));
    assert_eq!(refused(&"x".repeat(129)), Some(ToolNameProblem::TooLong));
    assert_eq!(refused("mcp"), Some(ToolNameProblem::Reserved));
    assert_eq!(refused("mcp__docs"), Some(ToolNameProblem::Reserved));
}

#[test]
fn an_argument_that_is_no_object_is_refused() {
    let tool = Tool::new("t", "", |it: String| async { Ok::<_, Error>(it) });
    let error = ToolSet::new().tool(tool).specs().unwrap_err();
    assert!(error.to_string().contains("it is not an object"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn what_a_function_returns_is_the_answer() {
    let (_codex, mut server) = connected().await;
    let sum = called(&mut server, "add", json!({"left": 1, "right": 2})).await;
    assert_eq!(sum, text("3", true));
    let items = called(&mut server, "image", json!({})).await;
    assert_eq!(items["contentItems"][1], json!({"type": "inputImage", "imageUrl": "data:b"}));
}

#[tokio::test(start_paused = true)]
async fn whatever_goes_wrong_is_told_to_the_model() {
    let (_codex, mut server) = connected().await;
    let error = called(&mut server, "add", json!({"left": 1, "right": null})).await;
    assert_eq!(error, text("what is on the right?", false));
    let wrong = called(&mut server, "add", json!({"left": "x"})).await;
    assert!(wrong.to_string().contains("wrong arguments"), "{wrong}");
    assert_eq!(wrong["success"], false);
    let panicked = called(&mut server, "panics", json!({"left": 1})).await;
    assert_eq!(panicked, text("the tool failed unexpectedly", false));
    let slow = called(&mut server, "slow", json!({})).await;
    assert_eq!(slow, text("the tool took longer than 60s", false));
    let unknown = called(&mut server, "unknown", json!({})).await;
    assert_eq!(unknown, text("this client has no such tool", false));
}

#[tokio::test(start_paused = true)]
async fn a_function_is_told_who_calls() {
    let who = |it: ToolContext, sum: Sum| async move {
        let ids = [it.tool_name(), it.thread_id(), it.turn_id(), it.call_id()].join(" ");
        Ok::<_, Error>(format!("{ids} {}", sum.left))
    };
    let tools = ToolSet::new().tool(Tool::with_context("who", "Tells", who));
    let (_codex, _client, mut server) = connected_with(Options::new().tools(&tools)).await;
    let heard = called(&mut server, "who", json!({"left": 3})).await;
    assert_eq!(heard, text("who t u c 3", true));
    assert_eq!(tools.specs().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_a_function_has_started_learns_that_nobody_waits() {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let leave_running = move |context: ToolContext, (): ()| {
        let tell = tell.clone();
        async move {
            assert!(!context.is_cancelled());
            let watched = context.clone();
            tokio::spawn(async move {
                watched.cancelled().await;
                tell.send(watched.is_cancelled()).unwrap();
            });
            match context.call_id() {
                "returns" => Ok::<_, Error>(""),
                _ => std::future::pending().await,
            }
        }
    };
    let tool = Tool::with_context("start", "Starts", leave_running);
    let tools = ToolSet::new().tool(tool.timeout(Duration::from_secs(60)));
    let (_codex, client, mut server) = connected_with(Options::new().tools(&tools)).await;
    let mut start = call(0, "start", json!({}));
    for call_id in ["returns", "takes too long"] {
        start["params"]["callId"] = json!(call_id);
        server.send(start.clone()).await;
        server.receive().await;
        assert!(told.recv().await.unwrap(), "{call_id}");
    }
    server.send(start).await;
    server.barrier(&client).await;
    server.send(turn_ended("t", "u", "interrupted")).await;
    assert!(told.recv().await.unwrap());
    server.barrier(&client).await;
}

#[tokio::test(start_paused = true)]
async fn calls_run_side_by_side_and_end_with_their_turn() {
    let (codex, mut server) = connected().await;
    let client = codex.client().await.unwrap();
    server.send(call(1, "never", json!({}))).await;
    server.send(call(2, "add", json!({"left": 1, "right": 1}))).await;
    assert_eq!(server.receive().await["id"], 2);
    server.send(turn_ended("t", "u", "interrupted")).await;
    server.barrier(&client).await;
}
