//! A server that does not obey the protocol: whatever it sends, only what it spoils is lost.

use codex_app_client::{Error, Event, InvalidLineReason};
use serde_json::{Value, json};

use crate::script::{connected, start, turn_completed, turn_started, with_thread};

#[tokio::test(start_paused = true)]
async fn answers_that_nobody_waits_for_change_nothing() {
    let (_codex, client, mut server) = connected().await;
    let call = tokio::spawn({
        let client = client.clone();
        async move { client.request_raw("test/slow", Value::Null).await }
    });
    let request = server.expect("test/slow").await;
    let id = request["id"].as_i64().unwrap();
    for other in [json!(id + 1), json!(-1), json!(0), json!(i64::MAX), json!(id.to_string())] {
        server.send(json!({"id": other, "result": {"is": "not yours"}})).await;
        server.send(json!({"id": other, "error": {"code": 1, "message": "nor this"}})).await;
    }
    server.answer(&request, json!({"is": "yours"})).await;
    // Answered again, twice: the first answer counts.
    server.answer(&request, json!({"is": "late"})).await;
    server.refuse(&request, "late").await;
    assert_eq!(call.await.unwrap().unwrap(), json!({"is": "yours"}));
    server.barrier(&client).await;
    assert_eq!(client.stats().invalid_lines, 0);
}

#[tokio::test(start_paused = true)]
async fn a_start_that_is_answered_twice_starts_one_turn() {
    let (thread, client, mut server) = with_thread("t").await;
    let starting = tokio::spawn({
        let thread = thread.clone();
        async move { thread.start_turn("hello").await }
    });
    let request = server.expect("turn/start").await;
    for turn_id in ["u1", "u2"] {
        server.answer(&request, crate::script::turn_response(turn_id)).await;
    }
    let mut turn = starting.await.unwrap().unwrap();
    assert_eq!(turn.id(), "u1");
    server.send(turn_started("t", "u1")).await;
    server.send(turn_completed("t", "u1")).await;
    turn.wait().await.unwrap();
    server.barrier(&client).await;
    drop(start(&thread, &mut server, "u3").await);
}

#[tokio::test(start_paused = true)]
async fn ids_of_the_wrong_type_spoil_only_their_line() {
    let (_codex, client, mut server) = connected().await;
    let mut events = client.events();
    let ids = [json!(null), json!(true), json!(1.5), json!([]), json!({}), json!([[1]])];
    for id in &ids {
        server.send(json!({"id": id, "result": {}})).await;
        server.send(json!({"id": id, "error": {"code": 1, "message": ""}})).await;
        server.send(json!({"id": id, "error": "text"})).await;
    }
    for id in ["1e400", "-1e400", "99999999999999999999", "0x1", "01"] {
        server.send_bytes(format!("{{\"id\":{id},\"result\":{{}}}}\n").as_bytes()).await;
    }
    server.barrier(&client).await;
    // Each is either reported, or an answer that nobody waits for.
    let n_invalid = client.stats().invalid_lines;
    assert!(n_invalid > 0);
    for _ in 0..n_invalid {
        let Event::InvalidLine(line) = events.next().await.unwrap().unwrap() else {
            panic!("an event that nobody sent");
        };
        assert_eq!(line.reason, InvalidLineReason::NotAMessage);
    }
}

#[tokio::test(start_paused = true)]
async fn params_of_the_wrong_type_spoil_only_their_event() {
    let (thread, client, mut server) = with_thread("t").await;
    let mut turn = start(&thread, &mut server, "u").await;
    let odd = [json!(null), json!(1), json!([]), json!("t"), json!({}), json!({"threadId": 1})];
    let methods = ["turn/started", "turn/completed", "thread/closed", "thread/tokenUsage/updated"];
    for method in methods {
        for params in &odd {
            server.send(json!({"method": method, "params": params})).await;
        }
        server.send(json!({"method": method})).await;
        server.send(json!({"method": method, "params": {"threadId": "t", "turn": 7}})).await;
        server.send(json!({"method": 7, "params": {"threadId": "t"}})).await;
    }
    // `thread/closed` of another thread, and of none, has not closed this one.
    server.send(json!({"method": "thread/closed", "params": {"threadId": "other"}})).await;
    server.barrier(&client).await;
    let closed = turn.is_finished();
    server.send(turn_completed("t", "u")).await;
    match turn.wait().await {
        Ok(_) => assert!(!closed),
        // A line that names the thread closes it, whatever else is in it.
        Err(error) => assert!(closed && matches!(error, Error::ThreadClosed { .. }), "{error:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn nesting_without_end_is_no_message_and_no_overflow() {
    let (_codex, client, mut server) = connected().await;
    let mut n_sent = 0;
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
        let deep = |depth| format!("{}1{}", open.repeat(depth), close.repeat(depth));
        for text in [deep(50_000), open.repeat(50_000), close.repeat(50_000)] {
            for line in [
                format!("{text}\n"),
                format!("{{\"method\":\"m\",\"params\":{text}}}\n"),
                format!("{{\"id\":77,\"result\":{text}}}\n"),
            ] {
                server.send_bytes(line.as_bytes()).await;
                n_sent += 1;
            }
        }
    }
    server.barrier(&client).await;
    assert!(client.stats().invalid_lines > 0 && client.stats().invalid_lines <= n_sent);
    // The answer that somebody waits for fails its call only.
    let call = client.request_raw("test/deep", Value::Null);
    let serve = async {
        let request = server.expect("test/deep").await;
        let deep = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
        let line = format!("{{\"id\":{},\"result\":{deep}}}\n", request["id"]);
        server.send_bytes(line.as_bytes()).await;
    };
    let limit = std::time::Duration::from_secs(5);
    let (outcome, ()) = tokio::join!(tokio::time::timeout(limit, call), serve);
    assert!(matches!(outcome, Ok(Err(Error::Decode { .. }))), "{outcome:?}");
    server.barrier(&client).await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_read_fails_its_call() {
    let (_codex, client, mut server) = connected().await;
    let broken: [&[u8]; 6] = [
        b"{\"id\":ID,\"result\":{\"a\":tru}}\n",
        b"{\"id\":ID,\"result\":\"\xff\"}\n",
        b"{\"id\":ID,\"result\":{}}\xff\n",
        b"{\"id\":ID,\"result\":{}} and more\n",
        b"{\"id\":ID,\"neither\":1}\n",
        b"{\"id\":ID,\"result\":{\"a\"\n",
    ];
    for line in broken {
        let call = client.request_raw("test/any", Value::Null);
        let serve = async {
            let id = server.expect("test/any").await["id"].to_string();
            let place = line.windows(2).position(|it| it == b"ID").unwrap();
            server.send_bytes(&[&line[..place], id.as_bytes(), &line[place + 2..]].concat()).await;
        };
        let limit = std::time::Duration::from_secs(5);
        let (outcome, ()) = tokio::join!(tokio::time::timeout(limit, call), serve);
        assert!(matches!(outcome, Ok(Err(Error::Decode { .. }))), "{outcome:?}");
    }
    server.barrier(&client).await;
    assert_eq!(client.stats().invalid_lines, 6);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_turn_that_cannot_be_read_ends_the_turn_with_an_error() {
    let (thread, client, mut server) = with_thread("t").await;
    for (turn_id, rest) in [("u1", &b"\"\xff\"}}}\n"[..]), ("u2", b"tru\n"), ("u3", b"\n")] {
        let mut turn = start(&thread, &mut server, turn_id).await;
        server.send(turn_started("t", turn_id)).await;
        let begin = r#"{"method":"turn/completed","params":{"threadId":"t","turn":{"id":"#;
        server.send_bytes(format!("{begin}\"{turn_id}\",\"status\":").as_bytes()).await;
        server.send_bytes(rest).await;
        let error = turn.wait().await.unwrap_err();
        assert!(matches!(error, Error::InvalidTurnEnd { .. }), "{error:?}");
    }
    server.barrier(&client).await;
    drop(start(&thread, &mut server, "u4").await);
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_in_a_line_that_cannot_be_read_is_declined() {
    let (_codex, client, mut server) = connected().await;
    let deep = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
    let method = "item/commandExecution/requestApproval";
    let line = format!("{{\"method\":\"{method}\",\"id\":7,\"params\":{deep}}}\n");
    server.send_bytes(line.as_bytes()).await;
    let answer = json!({"id": 7, "result": {"decision": "decline"}});
    assert_eq!(server.receive().await, answer);
    server.barrier(&client).await;
}
