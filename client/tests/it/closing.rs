//! Behaviour 17: the end of a connection reaches everybody at once, and junk ends nothing.

use std::time::Duration;

use codex_app_client::protocol::InitializedNotification;
use codex_app_client::{
    Client, CloseReason, Codex, Error, Event, InvalidLineReason, Options, Transport, TurnHandle,
};
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

use crate::script::{
    Server, connected, connected_with, delta, item_completed, message, methods, notification,
    start, turn_completed, turn_started, with_thread,
};

fn reason(error: &Error) -> &CloseReason {
    &error.closed().unwrap_or_else(|| panic!("{error:?}")).reason
}

async fn last_error(turn: &mut TurnHandle) -> Error {
    loop {
        if let Err(error) = turn.next().await.expect("a stream ends with the error") {
            assert!(turn.next().await.is_none());
            return error;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_end_reaches_every_call_stream_and_later_call_as_one_error() {
    let (thread, client, mut server) = with_thread("t").await;
    let mut turn = start(&thread, &mut server, "u").await;
    let (mut of_thread, mut of_connection) = (thread.events(), client.events());
    let control = turn.control();
    let interrupt = tokio::spawn(async move { control.interrupt().await });
    let next_turn = thread.next_turn();
    let calls: Vec<_> = (0..10)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.request_raw("slow", json!({})).await })
        })
        .collect();
    for _ in 0..10 {
        server.expect("slow").await;
    }
    server.send(delta("t", "u", "i", "last words")).await;
    drop(server);
    for call in calls {
        assert_eq!(reason(&call.await.unwrap().unwrap_err()), &CloseReason::EndOfStream);
    }
    assert!(interrupt.await.unwrap().unwrap_err().is_closed());
    assert!(next_turn.await.unwrap_err().is_closed());
    // What had come before the end is still handed out.
    assert!(turn.next().await.unwrap().is_ok());
    assert!(last_error(&mut turn).await.is_closed());
    assert!(turn.wait().await.unwrap_err().is_closed());
    assert!(of_thread.next().await.unwrap().is_ok());
    assert!(of_thread.next().await.unwrap().unwrap_err().is_closed());
    assert!(of_connection.next().await.unwrap().unwrap_err().is_closed());
    assert!(of_connection.next().await.is_none());

    assert!(client.is_closed());
    assert!(client.request_raw("late", json!({})).await.unwrap_err().is_closed());
    assert!(client.next_notification().await.unwrap_err().is_closed());
    assert!(thread.run("late").await.unwrap_err().is_closed());
    assert!(thread.turn("u").unwrap_err().is_closed());
    assert!(client.events().next().await.unwrap().unwrap_err().is_closed());
    assert!(thread.next_turn().await.unwrap_err().is_closed());
    client.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn events_or_the_end_before_a_start_is_answered() {
    let (thread, _, mut server) = with_thread("t").await;
    let serve = async {
        server.expect("turn/start").await;
        server.send(turn_started("t", "u")).await;
        drop(server);
    };
    let (turn, ()) = tokio::join!(thread.start_turn("hello"), serve);
    assert!(turn.unwrap_err().is_closed());
}

#[tokio::test(start_paused = true)]
async fn shutting_down_ends_every_wait() {
    let (thread, client, mut server) = with_thread("t").await;
    let mut turn = start(&thread, &mut server, "u").await;
    let call = tokio::spawn({
        let client = client.clone();
        async move { client.request_raw("slow", json!({})).await }
    });
    server.expect("slow").await;
    let (at_end, ()) = tokio::join!(
        async {
            let at_end = server.is_at_end().await;
            drop(server);
            at_end
        },
        client.shutdown()
    );
    assert!(at_end);
    assert_eq!(reason(&call.await.unwrap().unwrap_err()), &CloseReason::Shutdown);
    assert_eq!(reason(&last_error(&mut turn).await), &CloseReason::Shutdown);
    client.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_broken_input_ends_the_connection() {
    let (ours, theirs) = tokio::io::duplex(64);
    let (input, output) = tokio::io::duplex(64);
    // Only the server's input is gone: its output stays open.
    drop(theirs);
    let (_, write) = tokio::io::split(ours);
    let transport = Transport::new(input, write);
    let client = Client::connect(transport, Options::new());
    let error = client.request_raw("any", json!({})).await.unwrap_err();
    assert!(matches!(reason(&error), CloseReason::Write(_)), "{error:?}");
    drop(output);
}

#[tokio::test(start_paused = true)]
async fn what_a_server_has_said_before_it_went_is_heard_though_writing_fails() {
    let (output, mut said) = tokio::io::duplex(1 << 16);
    let (asked, input) = tokio::io::duplex(1 << 16);
    let client = Client::connect(Transport::new(output, input), Options::new());
    let call = |method: &'static str| {
        let client = client.clone();
        tokio::spawn(async move { client.request_raw(method, json!({})).await })
    };
    let first = call("first");
    let mut asked = BufReader::new(asked).lines();
    asked.next_line().await.unwrap().unwrap();
    // The server answers and exits, while the client writes something else.
    drop(asked);
    let second = call("second");
    while !second.is_finished() && client.stats().pending_requests < 2 {
        tokio::task::yield_now().await;
    }
    said.write_all(b"{\"id\":1,\"result\":{\"is\":\"here\"}}\n").await.unwrap();
    drop(said);
    assert_eq!(first.await.unwrap().unwrap(), json!({"is": "here"}));
    // It has ended, which is the reason why nothing can be written.
    assert_eq!(reason(&second.await.unwrap().unwrap_err()), &CloseReason::EndOfStream);
}

#[tokio::test(start_paused = true)]
async fn a_notification_that_was_not_written_is_an_error() {
    let (output, _said) = tokio::io::duplex(64);
    let (asked, input) = tokio::io::duplex(64);
    drop(asked);
    let client = Client::connect(Transport::new(output, input), Options::new());
    let notify = tokio::spawn(async move { client.notify(InitializedNotification).await });
    let error = notify.await.unwrap().unwrap_err();
    assert!(matches!(reason(&error), CloseReason::Write(_)), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_notification_that_nobody_reads_ends_with_the_connection() {
    let (output, said) = tokio::io::duplex(64);
    let (_asked, input) = tokio::io::duplex(1);
    let client = Client::connect(Transport::new(output, input), Options::new());
    let notify = tokio::spawn({
        let client = client.clone();
        async move { client.notify(InitializedNotification).await }
    });
    tokio::task::yield_now().await;
    drop(said);
    assert_eq!(reason(&notify.await.unwrap().unwrap_err()), &CloseReason::EndOfStream);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_waits_for_others_is_told_the_same_reason() {
    for _ in 0..20 {
        let (_codex, client, mut server) = connected_with(Options::new().max_in_flight(1)).await;
        let calls: Vec<_> = (0..100)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { client.request_raw("call", json!({})).await })
            })
            .collect();
        server.expect("call").await;
        drop(server);
        for call in calls {
            assert_eq!(reason(&call.await.unwrap().unwrap_err()), &CloseReason::EndOfStream);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_grace_without_end_is_no_error() {
    let options = Options::new().shutdown_grace(Duration::MAX);
    let (_codex, client, server) = connected_with(options.clone()).await;
    drop(server);
    let error = client.request_raw("any", json!({})).await.unwrap_err();
    assert_eq!(reason(&error), &CloseReason::EndOfStream);
    let (_codex, client, mut server) = connected_with(options).await;
    let end = async {
        assert!(server.is_at_end().await);
        drop(server);
    };
    tokio::join!(client.shutdown(), end);
}

#[tokio::test(start_paused = true)]
async fn junk_is_counted_and_reported_and_ends_nothing() {
    let (thread, client, mut server) = with_thread("t").await;
    let mut turn = start(&thread, &mut server, "u").await;
    let mut events = client.events();
    server.send_bytes(b"WARNING: something\n").await;
    server.send_bytes(b"{\"no\":\"message\"}\n\n").await;
    server.send_bytes(b"[1,2]\n{\"method\":\n").await;
    server.send_bytes(b"{\"method\":\"x\",\"params\":{\"a\":\"\xff\xfe\"}}\n").await;
    server.send(turn_completed("t", "u")).await;
    server.barrier(&client).await;
    assert_eq!(methods(&mut turn).await, ["turn/completed"]);
    assert_eq!(client.stats().invalid_lines, 5);
    let mut reasons = Vec::new();
    for _ in 0..5 {
        let Some(Ok(Event::InvalidLine(line))) = events.next().await else { panic!() };
        // A line may hold anything: it is not printed by accident.
        assert!(!format!("{line:?}").contains("something"));
        reasons.push(line.reason);
    }
    assert_eq!(reasons[..4], [InvalidLineReason::NotAMessage; 4]);
    assert_eq!(reasons[4], InvalidLineReason::NotUtf8);
}

#[tokio::test(start_paused = true)]
async fn odd_answers_end_only_their_call() {
    let (_codex, client, mut server) = connected().await;
    for odd in [json!({"code": null, "message": "x"}), json!("no"), json!({})] {
        let serve = async {
            let request = server.expect("any").await;
            server.send(json!({"id": request["id"], "error": odd})).await;
        };
        let (outcome, ()) = tokio::join!(client.request_raw("any", json!({})), serve);
        assert!(outcome.unwrap_err().rpc().is_some());
    }
    server.send(json!({"id": 9999, "result": {}})).await;
    server.send(json!({"id": "1", "result": {}})).await;
    server.barrier(&client).await;
}

#[tokio::test(start_paused = true)]
async fn a_response_that_is_too_long_fails_its_call_and_no_other() {
    let options = Options::new().max_line_bytes(1000);
    let (_codex, client, mut server) = connected_with(options).await;
    let mut events = client.events();
    let serve = async {
        let request = server.expect("big").await;
        server.answer(&request, json!({"data": "x".repeat(5000)})).await;
    };
    let (outcome, ()) = tokio::join!(client.request_raw("big", json!({})), serve);
    assert!(matches!(outcome, Err(Error::ResponseTooLong { limit: 1000, .. })));
    let Some(Ok(Event::InvalidLine(line))) = events.next().await else { panic!() };
    assert_eq!(line.reason, InvalidLineReason::TooLong { limit: 1000 });
    server.barrier(&client).await;
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_turn_that_is_too_long_ends_the_turn_with_an_error() {
    let options = Options::new().max_line_bytes(1000);
    let (codex, client, mut server) = connected_with(options).await;
    let thread = codex.thread("t").await.unwrap();
    let mut turn = start(&thread, &mut server, "u").await;
    server.send(delta("t", "u", "i", &"x".repeat(5000))).await;
    server
        .send_bytes(
            format!(
                "{{\"method\":\"turn/completed\",\"params\":{{\"threadId\":\"t\",\"turn\":\
                 {{\"id\":\"u\",\"items\":[\"{}\"]}}}}}}\n",
                "x".repeat(5000)
            )
            .as_bytes(),
        )
        .await;
    assert!(matches!(turn.wait().await, Err(Error::TurnEndTooLong { .. })));
    server.barrier(&client).await;
    assert_eq!(client.stats().invalid_lines, 2);
    drop(start(&thread, &mut server, "u2").await);
}

#[tokio::test(start_paused = true)]
async fn a_turn_of_which_an_item_was_lost_is_no_success() {
    let (transport, mut server) = Server::new();
    let connect = Codex::connect(transport, Options::new().max_line_bytes(8000));
    let (codex, ()) = tokio::join!(connect, server.initialize());
    let thread = codex.unwrap().thread("t").await.unwrap();
    // The ids come behind the item, as with the real server.
    for (turn_id, byte, n_bytes) in [("u1", b'x', 20_000), ("u2", 1, 1), ("u3", 0xff, 1)] {
        let item = message("i", &"~".repeat(n_bytes), Some("final_answer"));
        let mut line = item_completed("t", turn_id, item).to_string().into_bytes();
        line.iter_mut().filter(|it| **it == b'~').for_each(|it| *it = byte);
        line.push(b'\n');
        let mut turn = start(&thread, &mut server, turn_id).await;
        server.send(turn_started("t", turn_id)).await;
        server.send(item_completed("t", turn_id, message("h", "Let me think.", None))).await;
        server.send_bytes(&line).await;
        server.send(turn_completed("t", turn_id)).await;
        match turn.wait().await {
            Err(Error::ItemsLost { result, lost_count: 1 }) => assert_eq!(result.items.len(), 1),
            other => panic!("{turn_id}: {other:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_line_too_long_for_nobody_knows_whom_ends_the_connection() {
    let (transport, mut server) = Server::new();
    let client = Client::connect(transport, Options::new().max_line_bytes(1000));
    server.send(notification("skills/changed", json!({}))).await;
    client.next_notification().await.unwrap();
    let call = tokio::spawn({
        let client = client.clone();
        async move { client.request_raw("any", json!({})).await }
    });
    server.expect("any").await;
    server.send_bytes(&[b'x'; 5000]).await;
    server.send_bytes(b"\n").await;
    let error = call.await.unwrap().unwrap_err();
    assert_eq!(reason(&error), &CloseReason::LineTooLong { limit: 1000 });
}
