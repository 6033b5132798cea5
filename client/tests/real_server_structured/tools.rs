//! Tools of the client.

use codex_app_client::protocol::{
    DynamicToolCallStatus, FunctionDynamicToolSpec, ThreadItem, ThreadResumeParams,
};
use codex_app_client::testing::Reply;
use codex_app_client::{Error, Options, ThreadOptions, Tool, ToolContext, ToolSet, TurnResult};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::{spawn, start};

#[derive(Deserialize, JsonSchema)]
struct Ticket {
    id: String,
}

fn tools() -> ToolSet {
    let look_up = |ticket: Ticket| async move {
        assert_ne!(ticket.id, "T-666", "a bug of the tool");
        match ticket.id.as_str() {
            "T-1" => Ok("the ticket is open"),
            _ => Err("there is no such ticket"),
        }
    };
    let slow = |(): ()| std::future::pending::<Result<&str, Error>>();
    ToolSet::new()
        .tool(Tool::new("look_up", "Fetches a ticket", look_up))
        .tool(Tool::new("slow", "Waits", slow).timeout(std::time::Duration::from_millis(10)))
}

fn statuses(result: &TurnResult) -> Vec<DynamicToolCallStatus> {
    let calls = result.items.iter().filter_map(|it| match it {
        ThreadItem::DynamicToolCall(it) => it.status.clone(),
        _ => None,
    });
    calls.collect()
}

#[tokio::test]
async fn the_model_calls_a_tool_and_hears_what_came_of_it() {
    let tools = tools();
    let (model, home, codex) = start(Options::new().tools(&tools)).await;
    let options = ThreadOptions::default().dynamic_tools(tools.specs().unwrap());
    let thread = codex.start_thread(options).await.unwrap();
    for (tool, arguments, heard, is_success) in [
        ("look_up", json!({"id": "T-1"}), "the ticket is open", true),
        ("look_up", json!({"id": "T-2"}), "there is no such ticket", false),
        ("look_up", json!({"ticket": 2}), "wrong arguments", false),
        ("look_up", json!({"id": "T-666"}), "the tool failed unexpectedly", false),
        ("slow", json!({}), "the tool took longer", false),
    ] {
        model.push(Reply::tool_call(tool, arguments));
        let result = thread.run("Look it up.").await.unwrap();
        let outputs = model.requests().last().unwrap().tool_outputs();
        assert!(outputs.last().unwrap().contains(heard), "{heard}: {outputs:?}");
        let expected = match is_success {
            true => DynamicToolCallStatus::Completed,
            false => DynamicToolCallStatus::Failed,
        };
        assert_eq!(statuses(&result), [expected], "{heard}");
    }

    // A thread that is resumed has its tools.
    let id = thread.id().to_owned();
    codex.shutdown().await;
    let codex = spawn(&home, Options::new().tools(&tools)).await;
    let thread = codex.resume_thread(ThreadResumeParams::new(id)).await.unwrap();
    model.push(Reply::tool_call("look_up", json!({"id": "T-1"})));
    let result = thread.run("Again.").await.unwrap();
    assert_eq!(statuses(&result), [DynamicToolCallStatus::Completed]);
    codex.shutdown().await;
}

#[tokio::test]
async fn a_tool_is_told_which_thread_calls() {
    let who = |context: ToolContext, (): ()| async move {
        Ok::<_, Error>(format!("{} {}", context.thread_id(), context.call_id()))
    };
    let tools = ToolSet::new().tool(Tool::with_context("who", "Tells who calls", who));
    let (model, _home, codex) = start(Options::new().tools(&tools)).await;
    for _ in 0..2 {
        let options = ThreadOptions::default().dynamic_tools(tools.specs().unwrap());
        let thread = codex.start_thread(options).await.unwrap();
        model.push(Reply::tool_call("who", json!({})).call_id("call_me"));
        let result = thread.run("Who calls?").await.unwrap();
        let outputs = model.requests().last().unwrap().tool_outputs();
        assert!(outputs.concat().contains(&format!("{} call_me", thread.id())), "{outputs:?}");
        assert!(result.items.iter().any(|it| it.id() == Some("call_me")), "{result:?}");
    }
    codex.shutdown().await;
}

#[tokio::test]
async fn the_server_takes_the_names_that_are_not_refused_and_no_others() {
    let (_model, _home, codex) = start(Options::new().experimental_api(true)).await;
    for name in ["a", "A-b_2", "mcp_tool", &"x".repeat(128)] {
        let tool = Tool::new(name, "Does nothing", |(): ()| async { Ok::<_, Error>("") });
        let specs = ToolSet::new().tool(tool).specs().unwrap();
        codex.start_thread(ThreadOptions::default().dynamic_tools(specs)).await.unwrap();
    }
    for name in ["", "a b!", "é", "mcp", "mcp__docs", &"x".repeat(129)] {
        let tool = Tool::new(name, "Does nothing", |(): ()| async { Ok::<_, Error>("") });
        let refused = ToolSet::new().tool(tool).specs();
        assert!(matches!(refused, Err(Error::InvalidToolName { .. })), "{name}");
        let spec = FunctionDynamicToolSpec::new("Does nothing", json!({"type": "object"}), name);
        let options = ThreadOptions::default().dynamic_tools(vec![spec.into()]);
        let error = codex.start_thread(options).await.unwrap_err();
        let said = &error.rpc().unwrap_or_else(|| panic!("{error:?}")).message;
        assert!(said.starts_with("dynamic tool name"), "{said}");
    }
    codex.shutdown().await;
}

#[tokio::test]
async fn two_calls_of_one_answer_are_both_heard() {
    let tools = tools();
    let (model, _home, codex) = start(Options::new().tools(&tools)).await;
    let options = ThreadOptions::default().dynamic_tools(tools.specs().unwrap());
    let thread = codex.start_thread(options).await.unwrap();
    let calls = Reply::tool_call("look_up", json!({"id": "T-1"}))
        .then(Reply::tool_call("look_up", json!({"id": "T-2"})));
    model.push(calls);
    let result = thread.run("Look both up.").await.unwrap();
    assert_eq!(statuses(&result).len(), 2);
    let outputs = model.requests().last().unwrap().tool_outputs().concat();
    assert!(outputs.contains("is open") && outputs.contains("no such ticket"), "{outputs}");
    codex.shutdown().await;
}
