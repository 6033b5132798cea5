//! Questions of an MCP server, and approvals of its tools. The MCP server is a few lines of shell.

use codex_app_client::server_request::AllowList;
use codex_app_client::testing::Reply;
use codex_app_client::{ApprovalMode, IncomingRequest, Options, Sandbox, TurnInput};
use serde_json::json;

use crate::setup::{Setup, setup_with};

/// Has a tool that asks before it does anything, and one that does not.
const SERVER: &str = r#"
say() { printf '%s\n' "$1"; }
while read -r line; do
  id=$(printf '%s' "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
  answer='{"jsonrpc":"2.0","id":'$id',"result":'
  case $line in
  *'"initialize"'*) say "$answer"'{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"mini","version":"1"}}}' ;;
  *'"tools/list"'*) say "$answer"'{"tools":[{"name":"confirm","description":"Confirm","inputSchema":{"type":"object","properties":{}},"annotations":{"readOnlyHint":true}},{"name":"plain","description":"Plain","inputSchema":{"type":"object","properties":{}}}]}}' ;;
  *'"tools/call"'*'"confirm"'*)
    say '{"jsonrpc":"2.0","id":1000,"method":"elicitation/create","params":{"message":"Allow this?","requestedSchema":{"type":"object","properties":{"confirmed":{"type":"boolean"}},"required":["confirmed"]}}}'
    read -r reply
    case $reply in
    *'"accept"'*true*) said=accepted ;; *'"decline"'*) said=declined ;; *'"cancel"'*) said=cancelled ;; *) said=nothing ;;
    esac
    say "$answer"'{"content":[{"type":"text","text":"the user has '$said'"}]}}' ;;
  *'"tools/call"'*) say "$answer"'{"content":[{"type":"text","text":"plain result"}]}}' ;;
  esac
done
"#;

async fn with_server(options: Options) -> Setup {
    let toml = format!("[mcp_servers.mini]\ncommand = \"sh\"\nargs = [\"-c\", '''{SERVER}''']\n");
    setup_with(|home| home.extra_toml(&toml), options).await
}

async fn call(options: Options, tool: &str) -> (Setup, String) {
    let it = with_server(options).await;
    let heard = call_again(&it, tool).await;
    (it, heard)
}

async fn call_again(it: &Setup, tool: &str) -> String {
    it.model.push(Reply::tool_call(tool, json!({})).namespace("mcp__mini"));
    it.thread.run("Call it.").await.unwrap();
    it.last_tool_outputs().last().unwrap().clone()
}

#[tokio::test]
async fn a_form_is_accepted_declined_cancelled_or_left_alone() {
    let fill = Options::new().on_elicitation(|request| async move {
        assert!(request.thread_id().is_some());
        request.accept(json!({"confirmed": true}))
    });
    let decline = Options::new().on_elicitation(|request| async move { request.decline() });
    let cancel = Options::new().on_elicitation(|request| async move { request.cancel() });
    for (options, expected) in [
        (fill, "accepted"),
        (decline, "declined"),
        (cancel, "cancelled"),
        (Options::new(), "declined"),
    ] {
        let (it, heard) = call(options, "confirm").await;
        assert!(heard.contains(&format!("the user has {expected}")), "{expected}: {heard}");
        it.codex.shutdown().await;
    }
}

#[tokio::test]
async fn a_tool_is_called_if_that_is_approved() {
    let accept = Options::new().on_mcp_tool_approval(|request| async move {
        assert_eq!(request.server_name().as_deref(), Some("mini"));
        assert_eq!(request.tool_name().as_deref(), Some("plain"));
        assert!(request.offers_accept_for_session() && request.offers_accept_always());
        request.accept()
    });
    let list = || AllowList::new().mcp_tool("mini", "plain");
    let general = Options::new().approvals(list());
    for options in [accept, general, Options::new().mcp_tool_approvals(list())] {
        let (it, heard) = call(options, "plain").await;
        assert!(heard.contains("plain result"), "{heard}");
        it.codex.shutdown().await;
    }
}

#[tokio::test]
async fn a_tool_is_not_called_otherwise() {
    let form = Options::new().on_elicitation(|it| async move { it.accept(json!({})) });
    let list = Options::new().mcp_tool_approvals(AllowList::new().mcp_tool("mini", "other"));
    for options in [Options::new(), form, list] {
        let (it, heard) = call(options, "plain").await;
        assert!(!heard.contains("plain result"), "{heard}");
        it.codex.shutdown().await;
    }
}

#[tokio::test]
async fn with_the_mode_that_denies_all_nobody_is_asked_and_the_sandbox_decides() {
    let (asked, mut hears) = tokio::sync::mpsc::unbounded_channel();
    let of_forms = asked.clone();
    let options = Options::new()
        .on_elicitation(move |_| std::future::ready(of_forms.send(())))
        .on_mcp_tool_approval(move |_| std::future::ready(asked.send(())));
    let it = with_server(options).await;
    for (sandbox, is_called) in [(Sandbox::ReadOnly, false), (Sandbox::FullAccess, true)] {
        for (tool, said) in [("plain", "plain result"), ("confirm", "has accepted")] {
            it.model.push(Reply::tool_call(tool, json!({})).namespace("mcp__mini"));
            let input = TurnInput::from("Call it.").sandbox(sandbox);
            it.thread.run(input.approval_mode(ApprovalMode::DenyAll)).await.unwrap();
            let heard = it.last_tool_outputs().concat();
            let expected = is_called && tool == "plain";
            assert_eq!(heard.contains(said), expected, "{sandbox:?} {tool}: {heard}");
        }
    }
    it.codex.shutdown().await;
    assert!(hears.try_recv().is_err(), "this client was asked");
}

#[tokio::test]
async fn a_tool_that_is_accepted_for_the_session_is_not_asked_about_again() {
    let (asked, mut hears) = tokio::sync::mpsc::unbounded_channel();
    let options = Options::new().on_mcp_tool_approval(move |request| {
        asked.send(()).unwrap();
        async move { request.accept_for_session() }
    });
    let (it, heard) = call(options, "plain").await;
    assert!(heard.contains("plain result"), "{heard}");
    let heard = call_again(&it, "plain").await;
    assert!(heard.contains("plain result"), "{heard}");
    hears.try_recv().unwrap();
    assert!(hears.try_recv().is_err(), "asked twice");
    it.codex.shutdown().await;
}

#[tokio::test]
async fn an_interrupted_turn_cancels_the_question() {
    let it = with_server(Options::new()).await;
    let mut requests = it.codex.server_requests().await.unwrap();
    it.model.push(Reply::tool_call("plain", json!({})).namespace("mcp__mini"));
    let turn = it.thread.start_turn("Call it.").await.unwrap();
    let IncomingRequest::McpToolApproval(request) = requests.next().await.unwrap() else {
        panic!("another kind");
    };
    turn.interrupt().await.unwrap();
    request.cancelled().await;
    assert!(request.accept().unwrap().is_late());
    it.codex.shutdown().await;
}
