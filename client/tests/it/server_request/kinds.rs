//! Each kind, and the words in which it is answered.

use codex_app_client::protocol::{
    AttestationGenerateResponse, ChatgptAuthTokensRefreshResponse,
    CommandExecutionApprovalDecision, PermissionGrantScope,
};
use codex_app_client::server_request::{CommandApproval, RequestedPermission};
use codex_app_client::{Client, IncomingRequest, Options};
use serde_json::{Value, json};

use super::{approval, asked, command, mcp_tool};
use crate::script::{Server, connected, connected_with};

fn request(method: &str, params: Value) -> Value {
    json!({"id": 7, "method": method, "params": params})
}

/// The answer of a server with these options to a request.
async fn answer(options: Options, request: Value) -> Value {
    let (_codex, _client, mut server) = connected_with(options).await;
    let mut answer = asked(&mut server, request).await;
    assert_eq!(answer["id"], 7);
    answer["result"].take()
}

async fn received(client: &Client, server: &mut Server, request: Value) -> CommandApproval {
    let mut requests = client.server_requests();
    server.send(request).await;
    match requests.next().await.unwrap() {
        IncomingRequest::CommandApproval(it) => it,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn the_decisions_that_the_server_names_are_the_ones_to_offer() {
    use CommandExecutionApprovalDecision::{Accept, AcceptForSession, Cancel, Decline};
    let (_codex, client, mut server) = connected().await;
    let mut named = approval(json!(0));
    named["params"]["availableDecisions"] = json!(["accept", {"acceptWithExecpolicyAmendment":
        {"execpolicy_amendment": ["ls"]}}, "cancel"]);
    named["params"]["proposedExecpolicyAmendment"] = json!(["ls"]);
    let it = received(&client, &mut server, named).await;
    let decisions = it.available_decisions();
    assert_eq!(decisions.len(), 3);
    assert_eq!((&decisions[0], &decisions[2]), (&Accept, &Cancel));
    it.decide(decisions[1].clone()).unwrap();
    let amended = json!({"acceptWithExecpolicyAmendment": {"execpolicy_amendment": ["ls"]}});
    assert_eq!(server.receive().await["result"]["decision"], amended);
    let it = received(&client, &mut server, approval(json!(1))).await;
    assert_eq!(it.available_decisions(), [Accept, AcceptForSession, Decline, Cancel]);
    let mut human = approval(json!(2));
    human["params"]["kind"] = json!("humanCommand");
    let human = received(&client, &mut server, human).await;
    assert_eq!(human.available_decisions(), [Accept, Decline, Cancel]);
}

#[tokio::test(start_paused = true)]
async fn permissions_are_granted_in_part_with_a_scope() {
    let options = Options::new().on_permissions_approval(|request| async move {
        assert_eq!(request.requested_permissions().len(), 2);
        request.grant(PermissionGrantScope::Session, |it| it == RequestedPermission::Network)
    });
    let asked = request(
        "item/permissions/requestApproval",
        json!({"threadId": "t", "turnId": "u", "itemId": "i", "permissions":
            {"network": {"enabled": true}, "fileSystem": {"write": ["/p"]}}}),
    );
    let granted = json!({"permissions": {"network": {"enabled": true}}, "scope": "session"});
    assert_eq!(answer(options, asked).await, granted);
}

#[tokio::test(start_paused = true)]
async fn questions_are_answered_by_their_ids() {
    let options =
        Options::new().on_user_input(|request| async move { request.answer([("q", "blue")]) });
    let asked = request(
        "item/tool/requestUserInput",
        json!({"threadId": "t", "turnId": "u", "itemId": "i", "questions":
            [{"id": "q", "header": "h", "question": "Which?", "options": null}]}),
    );
    let answers = json!({"answers": {"q": {"answers": ["blue"]}}});
    assert_eq!(answer(options, asked).await, answers);
}

#[tokio::test(start_paused = true)]
async fn a_tool_answers_with_text() {
    let options = Options::new().on_tool_call(|request| async move {
        match request.params.tool.as_deref() {
            Some("add") => request.succeed("4"),
            _ => request.fail("no such tool"),
        }
    });
    let call = |tool: &str| {
        request(
            "item/tool/call",
            json!({"threadId": "t", "turnId": "u", "callId": "c", "tool": tool, "arguments": {}}),
        )
    };
    let text = |text: &str| json!([{"type": "inputText", "text": text}]);
    let four = json!({"contentItems": text("4"), "success": true});
    assert_eq!(answer(options.clone(), call("add")).await, four);
    let none = json!({"contentItems": text("no such tool"), "success": false});
    assert_eq!(answer(options, call("sub")).await, none);
}

#[tokio::test(start_paused = true)]
async fn a_form_of_an_mcp_server_is_filled_in() {
    let options = Options::new()
        .on_elicitation(|request| async move { request.accept(json!({"name": "x"})) });
    let asked = request(
        "mcpServer/elicitation/request",
        json!({"threadId": "t", "turnId": null, "serverName": "docs", "mode": "form",
            "message": "Who?", "requestedSchema": {"type": "object", "properties": {}}}),
    );
    let answer = answer(options, asked).await;
    assert_eq!((&answer["action"], &answer["content"]), (&json!("accept"), &json!({"name": "x"})));
}

#[tokio::test(start_paused = true)]
async fn an_mcp_tool_is_told_from_a_form_and_kept_if_that_is_offered() {
    let options = || {
        Options::new().on_elicitation(|it| async move { it.cancel() }).on_mcp_tool_approval(
            |request| async move {
                assert_eq!(request.tool_name().as_deref(), Some("search"));
                assert_eq!(request.tool_params(), Some(json!({"q": "x"})));
                request.accept_for_session()
            },
        )
    };
    let offered = answer(options(), mcp_tool(json!(7), json!(["session", "always"]))).await;
    assert_eq!(
        (&offered["action"], &offered["_meta"]["persist"]),
        (&json!("accept"), &json!("session"))
    );
    let once = answer(options(), mcp_tool(json!(7), json!("always"))).await;
    assert_eq!((&once["action"], &once["_meta"]), (&json!("accept"), &json!(null)));
}

#[tokio::test(start_paused = true)]
async fn tokens_and_attestations_are_provided() {
    let options = Options::new()
        .on_token_refresh(|request| async move {
            request.respond(ChatgptAuthTokensRefreshResponse::new("token", "account"))
        })
        .on_attestation(|request| async move {
            request.respond(AttestationGenerateResponse::new("signed"))
        });
    let refresh = request("account/chatgptAuthTokens/refresh", json!({"reason": "unauthorized"}));
    assert_eq!(answer(options.clone(), refresh).await["accessToken"], "token");
    let attestation = request("attestation/generate", json!({}));
    assert_eq!(answer(options, attestation).await, json!({"token": "signed"}));
}

#[tokio::test(start_paused = true)]
async fn older_conversations_are_answered_in_their_words() {
    let options = Options::new()
        .on_legacy_command_approval(|request| async move { request.accept() })
        .on_legacy_patch_approval(|request| async move { request.cancel() });
    let exec = request(
        "execCommandApproval",
        json!({"conversationId": "t", "callId": "c", "command": ["ls"], "cwd": "/", "parsedCmd": []}),
    );
    assert_eq!(answer(options.clone(), exec).await, json!({"decision": "approved"}));
    let patch = request(
        "applyPatchApproval",
        json!({"conversationId": "t", "callId": "c", "fileChanges": {}}),
    );
    assert_eq!(answer(options, patch).await, json!({"decision": "abort"}));
}

#[cfg(feature = "experimental")]
#[tokio::test(start_paused = true)]
async fn the_time_is_told() {
    use codex_app_client::protocol::CurrentTimeReadResponse;

    let options = Options::new().on_current_time(|request| async move {
        request.respond(CurrentTimeReadResponse::new(1234))
    });
    let asked = request("currentTime/read", json!({"threadId": "t"}));
    let told = answer(options, asked).await;
    assert!(told.to_string().contains("1234"), "{told}");
}

#[tokio::test(start_paused = true)]
async fn a_command_can_be_accepted_with_what_the_server_proposes() {
    let options = Options::new()
        .on_command_approval(|request| async move { request.accept_with_execpolicy_amendment() });
    let mut proposal = command(json!(7), "ls");
    proposal["params"]["proposedExecpolicyAmendment"] = json!(["ls"]);
    let amended = answer(options.clone(), proposal).await;
    let expected = json!({"acceptWithExecpolicyAmendment": {"execpolicy_amendment": ["ls"]}});
    assert_eq!(amended["decision"], expected);
    assert_eq!(answer(options, command(json!(7), "ls")).await["decision"], "accept");
}
