//! Lines of both sides, read and written again by programs that stand between them.

use codex_app_protocol::{
    ClientMessage, ClientRequest, Decode, Header, HeaderKind, Json, METHODS, ServerMessage,
    ServerNotificationParams, ServerRequestParams, ThreadStartParams, ThreadStartResponse,
    encode_error, encode_response, encode_server_notification, encode_server_request,
    encode_server_response, from_str,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::known::is_part;
use crate::recording::recordings;

fn lines(is_from_server: bool) -> impl Iterator<Item = String> {
    let lines = recordings().into_iter().flat_map(|it| it.lines);
    lines.filter(move |it| it.is_from_server == is_from_server).map(|it| it.text)
}

fn value(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

/// The message as the function for its sort writes it.
fn encoded(message: &ServerMessage) -> String {
    match message {
        ServerMessage::Notification(it) => encode_server_notification(&it.body, it.emitted_at_ms),
        ServerMessage::Request { id, message } => encode_server_request(id, &message.body),
        ServerMessage::Response(it) => match it.result() {
            Ok(_) => serde_json::to_string(it),
            Err(error) => encode_error(&it.id, error),
        },
        other => panic!("{other:?}"),
    }
    .unwrap()
}

#[test]
fn what_the_server_sends_is_written_as_on_the_wire() {
    let (mut n_lines, mut n_same) = (0, 0);
    for line in lines(true) {
        let message = ServerMessage::from_line(line.clone()).unwrap();
        let written = serde_json::to_string(&message).unwrap();
        assert_eq!(value(&encoded(&message)), value(&written), "{line}");
        assert!(is_part(&value(&written), &value(&line)), "{line} became {written}");
        // What was written is read as the same again.
        let again = ServerMessage::from_line(written.clone()).unwrap();
        assert_eq!(serde_json::to_string(&again).unwrap(), written);
        (n_lines, n_same) = (n_lines + 1, n_same + u32::from(value(&written) == value(&line)));
    }
    println!("{n_same} of {n_lines} lines are the same to the last member");
    assert!(n_lines >= 3000 && n_same >= n_lines * 9 / 10, "{n_same} of {n_lines}");
}

#[test]
fn a_body_that_was_changed_is_what_is_written() {
    let line = r#"{"method":"item/agentMessage/delta","params":{"delta":"a","itemId":"i","threadId":"t","turnId":"u"}}"#;
    let mut message = match ServerMessage::from_line(line.to_owned()).unwrap() {
        ServerMessage::Notification(message) => message,
        other => panic!("{other:?}"),
    };
    assert_eq!(serde_json::to_string(&message.body).unwrap(), line);
    if let codex_app_protocol::ServerNotification::ItemAgentMessageDelta(delta) = &mut message.body
    {
        delta.delta = Some("b\n".to_owned());
    }
    let expected = line.replace(r#""a""#, r#""b\n""#);
    assert_eq!(serde_json::to_string(&message).unwrap(), expected);
    assert_eq!(encode_server_notification(&message.body, None).unwrap(), expected);
    assert_eq!(message.raw(), line);
}

#[test]
fn messages_are_parts_of_other_json() {
    #[derive(Deserialize, Serialize)]
    #[serde(tag = "dir", content = "msg", rename_all = "lowercase")]
    enum Logged {
        C2s(ClientMessage),
        S2c(ServerMessage),
    }
    let text = r#"[{"dir":"c2s","msg":{"id":1,"method":"thread/start","params":{"new":1.0}}},{"dir":"s2c","msg":{"id":1,"result":{"new":1.0}}},{"dir":"s2c","msg":{"method":"new/thing","id":2,"params":[1.0]}},{"dir":"s2c","msg":{"error":{"code":1,"message":"m"},"id":null}}]"#;
    let log: Vec<Logged> = serde_json::from_str(text).unwrap();
    assert!(matches!(&log[0], Logged::C2s(ClientMessage::Request { .. })));
    assert!(
        matches!(&log[2], Logged::S2c(ServerMessage::Request { message, .. }) if message.body.is_unknown())
    );
    assert!(matches!(&log[3], Logged::S2c(ServerMessage::Error(_))));
    assert_eq!(serde_json::to_string(&log).unwrap(), text);
    let error = from_str::<Vec<ServerMessage>>(r#"[{"method":"a"},{"id":1}]"#).unwrap_err();
    assert_eq!((error.is_syntax(), error.path()), (false, "[1]"));
}

#[test]
fn a_response_of_the_server_is_written_by_its_request() {
    let text = r#"{"cwd":"/src","thread":{"id":"t"}}"#;
    let response: ThreadStartResponse = from_str(text).unwrap();
    let line = encode_server_response::<ThreadStartParams>(&"a".into(), &response).unwrap();
    assert_eq!(line, format!(r#"{{"id":"a","result":{text}}}"#));
}

/// Whether a request is of this type, and what it becomes as that.
fn as_request<R: ClientRequest + Decode>(line: &str) -> Option<Value> {
    let ClientMessage::Request { call, .. } = ClientMessage::from_line(line.to_owned()).unwrap()
    else {
        return None;
    };
    let params = call.decode::<R>().ok()??;
    assert_eq!(call.method(), R::METHOD);
    serde_json::to_value(&params).ok()
}

/// Whether an answer is as the requests of this type want it.
fn answers<P: ServerRequestParams>(line: &str) -> bool {
    let ClientMessage::Response(response) = ClientMessage::from_line(line.to_owned()).unwrap()
    else {
        return false;
    };
    response
        .decode::<P::Response>()
        .is_ok_and(|answer| answer.is_ok_and(|it| encode_response::<P>(&response.id, &it).is_ok()))
}

/// The params type of a notification: its method, all of its methods, whether it is experimental.
type NotificationType = (&'static str, &'static [&'static str], bool);

struct Types {
    requests: Vec<fn(&str) -> Option<Value>>,
    answers: Vec<fn(&str) -> bool>,
    notifications: Vec<NotificationType>,
}

macro_rules! types_of {
    (
        ClientRequest: [$($request:ident),*],
        ServerRequest: [$($asked:ident),*],
        ServerNotification: [$($notification:ident),*]
    ) => {
        Types {
            requests: vec![$(as_request::<codex_app_protocol::$request>),*],
            answers: vec![$(answers::<codex_app_protocol::$asked>),*],
            notifications: vec![$(notification::<codex_app_protocol::$notification>()),*],
        }
    };
}

fn notification<N: ServerNotificationParams>() -> NotificationType {
    (N::METHOD, N::METHODS, N::EXPERIMENTAL)
}

fn types() -> Types {
    codex_app_protocol::for_each_stable_method!(types_of)
}

#[test]
fn what_a_client_sends_is_read_by_the_type_of_its_method() {
    let types = types();
    let (mut n_requests, mut n_answers, mut n_unread) = (0, 0, 0);
    for line in lines(false) {
        let (header, message) = (Header::read(&line), ClientMessage::from_line(line.clone()));
        assert_eq!(header.is_ok(), message.is_ok(), "{line}");
        let Ok(header) = header else { continue };
        match header.kind {
            HeaderKind::Request => {
                let read: Vec<_> = types.requests.iter().filter_map(|it| it(&line)).collect();
                n_unread += usize::from(read.is_empty());
                n_requests += read.len();
                for params in read {
                    let sent = header.params.map_or(Value::Null, value);
                    assert!(is_part(&params, &sent) || sent.is_null(), "{line} became {params}");
                }
            }
            HeaderKind::Response => {
                n_answers += usize::from(types.answers.iter().any(|it| it(&line)));
            }
            _ => {}
        }
    }
    println!("{n_requests} requests, {n_unread} unread, {n_answers} answers");
    assert!(n_requests >= 400 && n_answers >= 20 && n_unread <= 20);
}

#[test]
fn params_of_notifications_say_their_methods() {
    for (method, methods, experimental) in types().notifications {
        assert_eq!(Some(&method), methods.first());
        let info = METHODS.iter().find(|it| it.name == method).unwrap();
        assert_eq!(info.experimental, experimental, "{method}");
    }
}

#[test]
fn a_request_that_is_changed_as_text_loses_nothing() {
    let line = r#"{"id":7,"method":"turn/start","params":{"threadId":"t","input":[],"collaborationMode":{"mode":"plan"},"new":-0}}"#;
    let mut message = Json::from_text(line.to_owned()).unwrap();
    message.set(&["params", "model"], "mock").unwrap();
    assert_eq!(message.get(), line.replace("-0}", r#"-0,"model":"mock"}"#));
    assert!(message.remove(&["params", "model"]));
    assert_eq!(message.get(), line);
}
