//! What is around a payload, and what is kept of a message that the crate does not know.

use codex_app_protocol::{
    Decode, Header, HeaderKind, RequestId, RpcError, ServerMessage, ServerNotification,
    ServerRequest, ThreadLoadedListResponse, TurnStatus, from_str,
};

fn notification(line: &str) -> codex_app_protocol::Received<ServerNotification> {
    match ServerMessage::from_line(line.to_owned()).unwrap() {
        ServerMessage::Notification(message) => message,
        other => panic!("{other:?}"),
    }
}

fn response(line: &str) -> codex_app_protocol::Response {
    match ServerMessage::from_line(line.to_owned()).unwrap() {
        ServerMessage::Response(response) => response,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_unknown_notification_arrives_with_everything() {
    let params = r#"{"threadId" : "t1","n":1.50, "n":[ ]}"#;
    let line =
        format!(r#"{{"new":1,"method":"thread/invented","params":{params},"emittedAtMs":7}}"#);
    let message = notification(&line);
    let ServerNotification::Unknown { method, params: Some(kept) } = &message.body else {
        panic!("{message:?}");
    };
    assert_eq!((&**method, kept.get()), ("thread/invented", params));
    assert_eq!(message.body.method(), "thread/invented");
    assert_eq!(message.body.thread_id(), Some("t1"));
    assert!(message.body.is_unknown());
    assert_eq!((message.emitted_at_ms, message.n_unknown), (Some(7), 1));
    assert_eq!(message.raw(), line);
}

#[test]
fn an_unknown_request_arrives_with_everything() {
    let line = r#"{"id":"r1","params":[1.0],"method":"item/invented"}"#;
    let ServerMessage::Request { id, message } = ServerMessage::from_line(line.to_owned()).unwrap()
    else {
        panic!("{line}");
    };
    assert_eq!(id, RequestId::from("r1"));
    let ServerRequest::Unknown { method, params: Some(params) } = &message.body else {
        panic!("{message:?}");
    };
    assert_eq!((&**method, params.get()), ("item/invented", "[1.0]"));
    assert_eq!((message.n_unknown, message.raw()), (1, line));
}

#[test]
fn a_message_without_params_has_none() {
    let message = notification(r#"{"method":"invented"}"#);
    assert!(matches!(message.body, ServerNotification::Unknown { params: None, .. }));
    // No member of it is required.
    let message = notification(r#"{"method":"skills/changed"}"#);
    assert!(matches!(message.body, ServerNotification::SkillsChanged(_)), "{message:?}");
    // The ids are.
    let message = notification(r#"{"method":"turn/started"}"#);
    assert!(matches!(message.body, ServerNotification::Unknown { params: None, .. }));
    assert_eq!(message.body.method(), "turn/started");
}

#[test]
fn a_method_of_one_sort_is_unknown_as_another() {
    let params = r#"{"threadId":"t1","turn":{"id":"u1"}}"#;
    let line = format!(r#"{{"id":1,"method":"turn/started","params":{params}}}"#);
    let ServerMessage::Request { message, .. } = ServerMessage::from_line(line).unwrap() else {
        panic!("it has an id");
    };
    assert!(message.body.is_unknown());
    // The id comes last: what was decoded as a notification must not stay one.
    let line = format!(r#"{{"method":"turn/started","params":{params},"id":1}}"#);
    let ServerMessage::Request { message, .. } = ServerMessage::from_line(line).unwrap() else {
        panic!("it has an id");
    };
    assert_eq!((message.body.method(), message.body.turn_id()), ("turn/started", Some("u1")));
    assert!(message.body.is_unknown());
    assert_eq!(message.n_unknown, 1);
}

#[test]
fn members_come_in_any_order() {
    let message = notification(
        r#"{"emittedAtMs":7,"params":{"turn":{"id":"u1"},"threadId":"t1"},"method":"turn/started"}"#,
    );
    assert!(matches!(message.body, ServerNotification::TurnStarted(_)), "{message:?}");
    assert_eq!((message.emitted_at_ms, message.n_unknown), (Some(7), 0));
}

#[test]
fn a_time_of_another_kind_is_no_time() {
    for time in ["null", "1.5", r#""soon""#] {
        let line = format!(
            r#"{{"method":"turn/started","emittedAtMs":{time},
                "params":{{"threadId":"t1","turn":{{"id":"u1"}}}}}}"#
        );
        let message = notification(&line);
        assert!(matches!(message.body, ServerNotification::TurnStarted(_)), "{message:?}");
        assert_eq!(message.emitted_at_ms, None);
    }
}

#[test]
fn a_result_beside_an_error_that_is_null_is_a_result() {
    assert_eq!(response(r#"{"id":1,"error":null,"result":7}"#).result(), Ok("7"));
    assert_eq!(response(r#"{"id":1,"result":null,"error":null}"#).result(), Ok("null"));
}

#[test]
fn what_is_newer_than_the_schema_is_in_the_line() {
    let line = r#"{"method":"turn/started","params":{"threadId":"t1","turn":{"id":"u1","new":1}}}"#;
    let message = notification(line);
    assert_eq!(message.n_unknown, 0);
    assert_eq!(message.into_parts().1, line);
}

#[test]
fn an_unknown_state_is_no_known_state() {
    let message = notification(
        r#"{"method":"turn/completed","params":{"threadId":"t1","turn":{"id":"u1","status":"done"}}}"#,
    );
    let ServerNotification::TurnCompleted(completed) = &message.body else { panic!("{message:?}") };
    let status = completed.turn.status.as_ref().unwrap();
    assert!(status.is_unknown());
    assert_eq!(status.as_str(), "done");
    for known in
        [TurnStatus::Completed, TurnStatus::Failed, TurnStatus::InProgress, TurnStatus::Interrupted]
    {
        assert_ne!(*status, known);
    }
    assert_eq!(message.n_unknown, 1);
}

#[test]
fn a_missing_state_is_no_state() {
    let message = notification(
        r#"{"method":"turn/completed","params":{"threadId":"t1","turn":{"id":"u1"}}}"#,
    );
    let ServerNotification::TurnCompleted(completed) = &message.body else { panic!("{message:?}") };
    assert_eq!(completed.turn.status, None);
    assert_eq!(completed.turn.items, None);
}

#[test]
fn a_response_is_a_result_or_an_error() {
    let line = r#"{"id":1,"result":{"data":["t1"] ,"nextCursor":null}}"#;
    let it = response(line);
    assert_eq!((it.id.clone(), it.raw()), (RequestId::from(1), line));
    assert_eq!(it.result(), Ok(r#"{"data":["t1"] ,"nextCursor":null}"#));
    let list: ThreadLoadedListResponse = it.decode().unwrap().unwrap();
    assert_eq!(list.data, Some(vec!["t1".to_owned()]));

    let it = response(r#"{"error":{"code":-32600,"message":"no","data":[1]},"id":"a"}"#);
    let error = it.result().unwrap_err();
    assert_eq!((error.code, &*error.message), (-32600, "no"));
    assert_eq!(error.data.as_ref().map(|it| it.get()), Some("[1]"));
    assert!(it.decode::<ThreadLoadedListResponse>().is_err());
}

#[test]
fn a_result_of_another_shape_is_an_error_of_decoding() {
    fn decode<T: Decode>(line: &str) -> bool {
        response(line).decode::<T>().unwrap().is_ok()
    }
    assert!(!decode::<ThreadLoadedListResponse>(r#"{"id":1,"result":7}"#));
    assert!(!decode::<ThreadLoadedListResponse>(r#"{"id":1,"result":{"data":7}}"#));
    assert!(decode::<ThreadLoadedListResponse>(r#"{"id":1,"result":{}}"#));
}

#[test]
fn what_is_no_message_is_refused_and_kept() {
    for line in ["", "hello", "[]", "{}", r#"{"id":1}"#, r#"{"method":7}"#, r#"{"method":"a"} x"#] {
        let error = ServerMessage::from_line(line.to_owned()).unwrap_err();
        assert_eq!(error.raw, line);
    }
}

#[test]
fn the_header_tells_the_same_kind() {
    let check = |line: &str, kind| assert_eq!(Header::read(line).unwrap().kind, kind, "{line}");
    check(r#"{"method":"turn/started","params":{}}"#, HeaderKind::Notification);
    check(r#"{"method":"item/tool/call","id":1,"params":{}}"#, HeaderKind::Request);
    check(r#"{"id":1,"result":{}}"#, HeaderKind::Response);
    check(r#"{"id":1,"error":{"code":1,"message":"m"}}"#, HeaderKind::ErrorResponse);
}

#[test]
fn an_error_survives_the_wire() {
    let error: RpcError = from_str(r#"{"code":-1,"message":"m","data":null}"#).unwrap();
    assert_eq!(error, RpcError::new(-1, "m"));
}
