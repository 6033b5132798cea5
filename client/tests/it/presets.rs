//! Sandbox and approval presets, as they are written.

use codex_app_client::protocol::{
    AskForApproval, ThreadForkParams, ThreadResumeParams, ThreadStartParams,
};
use codex_app_client::{ApprovalMode, Sandbox, SetApprovalMode as _, ThreadOptions, TurnInput};
use serde_json::{Value, json};

use crate::script::{connected, turn_response, with_thread};

async fn turn_params(input: TurnInput) -> Value {
    let (thread, _client, mut server) = with_thread("t").await;
    let serve = server.serve("turn/start", turn_response("u"));
    let (turn, request) = tokio::join!(thread.start_turn(input), serve);
    turn.unwrap();
    request["params"].clone()
}

#[tokio::test]
async fn sandboxes_are_modes_for_threads_and_policies_for_turns() {
    let read_only = json!({"type": "readOnly", "networkAccess": false});
    let workspace_write = json!({"type": "workspaceWrite", "networkAccess": false,
        "writableRoots": [], "excludeSlashTmp": false, "excludeTmpdirEnvVar": false});
    for (sandbox, mode, policy) in [
        (Sandbox::ReadOnly, "read-only", read_only),
        (Sandbox::WorkspaceWrite, "workspace-write", workspace_write),
        (Sandbox::FullAccess, "danger-full-access", json!({"type": "dangerFullAccess"})),
    ] {
        let start = serde_json::to_value(ThreadStartParams::default().sandbox(sandbox)).unwrap();
        assert_eq!(start, json!({"sandbox": mode}));
        let resume = ThreadResumeParams::new("t").sandbox(sandbox);
        let expected = json!({"threadId": "t", "sandbox": mode});
        assert_eq!(serde_json::to_value(resume).unwrap(), expected);
        let fork = ThreadForkParams::new("t").sandbox(sandbox);
        assert_eq!(serde_json::to_value(fork).unwrap(), expected);
        let params = turn_params(TurnInput::from("x").sandbox(sandbox)).await;
        assert_eq!(params["sandboxPolicy"], policy);
    }
}

#[tokio::test]
async fn approval_modes_are_a_policy_and_a_reviewer() {
    for (mode, expected) in [
        (ApprovalMode::DenyAll, json!({"approvalPolicy": "never"})),
        (
            ApprovalMode::AutoReview,
            json!({"approvalPolicy": "on-request", "approvalsReviewer": "auto_review"}),
        ),
        (
            ApprovalMode::AskUser,
            json!({"approvalPolicy": "on-request", "approvalsReviewer": "user"}),
        ),
    ] {
        let options = ThreadOptions::default().approval_mode(mode);
        assert_eq!(serde_json::to_value(options).unwrap(), expected);
        let params = turn_params(TurnInput::from("x").approval_mode(mode)).await;
        for (key, value) in expected.as_object().unwrap() {
            assert_eq!(&params[key], value);
        }
    }
    let params = turn_params(TurnInput::from("x").approval_policy(AskForApproval::Untrusted)).await;
    assert_eq!(params["approvalPolicy"], "untrusted");
}

#[tokio::test]
async fn options_left_unset_are_not_sent() {
    let (codex, _client, mut server) = connected().await;
    let serve = server.serve("thread/start", json!({"thread": {"id": "t"}}));
    let (thread, request) = tokio::join!(codex.start_thread(ThreadOptions::default()), serve);
    assert_eq!(request["params"], json!({}));
    let thread = thread.unwrap();
    let serve = server.serve("turn/start", turn_response("u"));
    let (turn, request) = tokio::join!(thread.start_turn("x"), serve);
    turn.unwrap();
    let input = json!([{"type": "text", "text": "x"}]);
    assert_eq!(request["params"], json!({"threadId": "t", "input": input}));
    let serve = server.serve("thread/resume", json!({"thread": {"id": "t2"}}));
    let (resumed, request) = tokio::join!(codex.resume_thread("t2"), serve);
    resumed.unwrap();
    // The history is asked for when somebody wants it.
    assert_eq!(request["params"], json!({"excludeTurns": true, "threadId": "t2"}));
}
