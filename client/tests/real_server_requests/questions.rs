//! Questions for the user, and requests for permissions.

use codex_app_client::Options;
use codex_app_client::protocol::{PermissionGrantScope, TurnStatus};
use codex_app_client::server_request::RequestedPermission;
use codex_app_client::testing::Reply;
use serde_json::{Value, json};

use crate::setup::{Setup, setup_with};

/// Runs a turn of the mode in which the agent may ask its user, and tells what the model heard.
async fn plan(options: Options) -> String {
    let it = setup_with(|home| home, options.experimental_api(true)).await;
    let questions = json!([{"id": "q1", "header": "Confirm", "question": "Proceed?",
        "options": [{"label": "Yes", "description": "Go on."}, {"label": "No", "description": "Stop."}]}]);
    it.model.push(Reply::tool_call("request_user_input", json!({ "questions": questions })));
    let settings = json!({"model": "mock-model", "reasoning_effort": "medium",
        "developer_instructions": null});
    let params = json!({"threadId": it.thread.id(), "input": [{"type": "text", "text": "Plan."}],
        "collaborationMode": {"mode": "plan", "settings": settings}});
    let next = it.thread.next_turn();
    it.codex.request_raw("turn/start", params).await.unwrap();
    let result = next.await.unwrap().wait().await.unwrap();
    assert_eq!(result.status, TurnStatus::Completed);
    let heard = it.last_tool_outputs().concat();
    it.codex.shutdown().await;
    heard
}

#[tokio::test]
async fn the_user_answers_a_question() {
    let options = Options::new().on_user_input(|request| async move {
        let question = &request.params.questions.as_ref().unwrap()[0];
        assert_eq!(question.question.as_deref(), Some("Proceed?"));
        let label = question.options.as_ref().unwrap()[0].label.clone().unwrap();
        let id = question.id.clone().unwrap();
        request.answer([(id, label)])
    });
    let heard = plan(options).await;
    assert!(heard.contains("Yes"), "{heard}");
}

#[tokio::test]
async fn a_question_without_an_answer_holds_up_nothing() {
    let heard = plan(Options::new()).await;
    assert!(heard.contains("answers") && !heard.contains("Yes"), "{heard}");
}

async fn permissions(options: Options) -> (Setup, String) {
    let it = setup_with(
        |home| {
            home.feature("exec_permission_approvals", true)
                .feature("request_permissions_tool", true)
        },
        options.experimental_api(true),
    )
    .await;
    let wanted = json!({"network": {"enabled": true},
        "file_system": {"write": [it.home.workspace()]}});
    let arguments = json!({"reason": "need net", "permissions": wanted});
    it.model.push(Reply::tool_call("request_permissions", arguments));
    assert_eq!(it.thread.run("Ask.").await.unwrap().status, TurnStatus::Completed);
    let heard = it.last_tool_outputs().concat();
    (it, heard)
}

fn granted(heard: &str) -> Value {
    serde_json::from_str(heard).unwrap_or_else(|_| panic!("{heard}"))
}

#[tokio::test]
async fn permissions_are_granted_in_whole_in_part_or_not_at_all() {
    let whole = Options::new().on_permissions_approval(|it| async move { it.accept() });
    let (it, heard) = permissions(whole).await;
    let heard = granted(&heard);
    assert_eq!(heard["permissions"]["network"]["enabled"], true);
    assert_eq!(heard["permissions"]["file_system"]["write"], json!([it.home.workspace()]));
    it.codex.shutdown().await;

    let part = Options::new().on_permissions_approval(|request| async move {
        assert_eq!(
            request.requested_permissions().len(),
            2,
            "{:?}",
            request.requested_permissions()
        );
        request.grant(PermissionGrantScope::Session, |it| it == RequestedPermission::Network)
    });
    let (it, heard) = permissions(part).await;
    let heard = granted(&heard);
    assert_eq!(heard["permissions"]["network"]["enabled"], true);
    assert_eq!(heard["permissions"]["file_system"], json!(null));
    assert_eq!(heard["scope"], "session");
    it.codex.shutdown().await;

    let (it, heard) = permissions(Options::new()).await;
    assert!(!heard.contains("enabled"), "{heard}");
    it.codex.shutdown().await;
}
