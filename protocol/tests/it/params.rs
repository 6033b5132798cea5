//! What a client builds, and what becomes of it on the wire.

use codex_app_protocol::{
    AccountLogoutParams, AskForApproval, ClientInfo, ClientRequest,
    CommandExecutionApprovalDecision, CommandExecutionRequestApprovalParams,
    CommandExecutionRequestApprovalResponse, InitializeParams, InitializedNotification, Nullable,
    RequestId, TextUserInput, ThreadListParams, ThreadStartParams, TurnStartParams, UserInput,
    encode_notification, encode_request, encode_response, from_str,
};
use serde::Serialize;
use serde_json::{Value, json};

fn check(params: &impl Serialize, expected: Value) {
    assert_eq!(serde_json::to_value(params).unwrap(), expected);
}

/// What a client would do with any request: the types of both sides follow from one.
fn call<R: ClientRequest>(params: &R, result: &str) -> (String, R::Response) {
    let line = encode_request(&RequestId::from(1), params).unwrap();
    (line, from_str(result).unwrap())
}

#[test]
fn a_plain_text_is_an_input() {
    let expected = json!({"threadId": "t", "input": [{"type": "text", "text": "hi"}]});
    check(&TurnStartParams::new("t", ["hi"]), expected.clone());
    check(&TurnStartParams::new("t", ["hi".to_owned()]), expected.clone());
    check(&TurnStartParams::new("t", [TextUserInput::new("hi")]), expected.clone());
    check(&TurnStartParams::new("t", vec![UserInput::text("hi")]), expected);
}

#[test]
fn what_is_not_set_is_not_sent() {
    check(&ThreadStartParams::default(), json!({}));
    check(&ThreadListParams::default(), json!({}));
    check(
        &InitializeParams::new(ClientInfo::new("n", "1")),
        json!({"clientInfo": {"name": "n", "version": "1"}}),
    );
}

#[test]
fn absent_null_and_a_value_are_three_states() {
    let turn = || TurnStartParams::new("t", ["hi"]);
    let tier = |params: &TurnStartParams| {
        serde_json::to_value(params).unwrap().get("serviceTier").cloned()
    };
    assert_eq!(tier(&turn()), None);
    assert_eq!(tier(&turn().service_tier(Nullable::Null)), Some(Value::Null));
    assert_eq!(tier(&turn().service_tier("fast")), Some(json!("fast")));
    assert_eq!(tier(&turn().service_tier("fast".to_owned())), Some(json!("fast")));
    assert_eq!(tier(&turn().service_tier(Nullable::Absent)), None);
    assert_eq!(tier(&turn().service_tier(None::<String>)), None);
}

#[test]
fn three_states_survive_the_wire() {
    for (text, expected) in [
        (r#"{"threadId":"t","input":[]}"#, Nullable::Absent),
        (r#"{"threadId":"t","input":[],"serviceTier":null}"#, Nullable::Null),
        (r#"{"threadId":"t","input":[],"serviceTier":"x"}"#, Nullable::Value("x".to_owned())),
    ] {
        let params: TurnStartParams = from_str(text).unwrap();
        assert_eq!(params.service_tier, expected);
        check(&params, serde_json::from_str(text).unwrap());
    }
}

#[test]
fn setters_chain() {
    let params = TurnStartParams::new("t", ["hi"])
        .model("m")
        .cwd("/w")
        .approval_policy(AskForApproval::Never);
    check(
        &params,
        json!({
            "threadId": "t",
            "input": [{"type": "text", "text": "hi"}],
            "model": "m",
            "cwd": "/w",
            "approvalPolicy": "never",
        }),
    );
}

#[test]
fn a_request_brings_its_method_and_its_response() {
    let result = r#"{"turn":{"id":"u1","status":"inProgress"}}"#;
    let (line, response) = call(&TurnStartParams::new("t", ["hi"]), result);
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&line["method"], &line["id"]), (&json!("turn/start"), &json!(1)));
    assert_eq!(line["params"]["threadId"], "t");
    assert_eq!(response.turn.id, "u1");
}

#[test]
fn a_method_without_params_is_sent_without() {
    assert_eq!(call(&AccountLogoutParams, "{}").0, r#"{"id":1,"method":"account/logout"}"#);
    let line = encode_notification(&InitializedNotification).unwrap();
    assert_eq!(line, r#"{"method":"initialized"}"#);
}

#[test]
fn an_answer_is_of_the_type_that_was_asked_for() {
    let decision = CommandExecutionApprovalDecision::Decline;
    let answer = CommandExecutionRequestApprovalResponse::new(decision);
    let line =
        encode_response::<CommandExecutionRequestApprovalParams>(&RequestId::from("r1"), &answer);
    assert_eq!(line.unwrap(), r#"{"id":"r1","result":{"decision":"decline"}}"#);
}
