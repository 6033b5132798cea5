//! Behaviours 3, 4, 9, 10 and 11: every event reaches whom it belongs to, and nobody else.

use std::time::Duration;

use codex_app_client::protocol::{ServerNotification, UserInput};
use codex_app_client::{Client, Error, Event, Events, Options, TurnHandle};
use serde_json::json;

use crate::script::{
    Server, connected, delta, item_completed, message, methods, notification, start,
    turn_completed, turn_response, turn_started, with_thread,
};

async fn next_delta(turn: &mut TurnHandle) -> String {
    match turn.next().await.unwrap().unwrap().body {
        ServerNotification::ItemAgentMessageDelta(delta) => delta.delta.unwrap(),
        other => panic!("{other:?}"),
    }
}

async fn next_method(events: &mut Events) -> String {
    match events.next().await.unwrap().unwrap() {
        Event::Notification(notification) => notification.body.method().to_owned(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn streams_of_different_threads_yield_only_their_own_events() {
    let (codex, _, mut server) = connected().await;
    let (a, b) = (codex.thread("a").await.unwrap(), codex.thread("b").await.unwrap());
    let mut in_a = start(&a, &mut server, "u").await;
    let mut in_b = start(&b, &mut server, "u").await;
    for n in 0..3 {
        server.send(delta("a", "u", "i", &format!("a{n}"))).await;
        server.send(delta("b", "u", "i", &format!("b{n}"))).await;
    }
    for n in 0..3 {
        assert_eq!(next_delta(&mut in_b).await, format!("b{n}"));
        assert_eq!(next_delta(&mut in_a).await, format!("a{n}"));
    }
    server.send(turn_completed("a", "u")).await;
    assert_eq!(methods(&mut in_a).await, ["turn/completed"]);
    server.send(delta("b", "u", "i", "b3")).await;
    assert_eq!(next_delta(&mut in_b).await, "b3");
}

#[tokio::test(start_paused = true)]
async fn next_notification_is_refused_while_a_turn_stream_is_open() {
    let (transport, mut server) = Server::new();
    let client = Client::connect(transport, Options::new());
    server.send(notification("configWarning", json!({"summary": "s"}))).await;
    // What came before the first call is still there.
    let kept = client.next_notification().await.unwrap();
    assert_eq!(kept.body.method(), "configWarning");

    let (turn, _) = tokio::join!(
        client.start_turn("t", "hello"),
        server.serve("turn/start", turn_response("u"))
    );
    let mut turn = turn.unwrap();
    let error = client.next_notification().await.unwrap_err();
    assert!(matches!(&error, Error::TurnStreamActive { thread_id, turn_id }
        if thread_id == "t" && turn_id == "u"));

    server.send(turn_completed("t", "u")).await;
    server.send(notification("configWarning", json!({"summary": "s"}))).await;
    server.barrier(&client).await;
    // The turn is over, but its stream is not.
    assert!(client.next_notification().await.is_err());
    assert_eq!(methods(&mut turn).await, ["turn/completed"]);
    assert_eq!(client.next_notification().await.unwrap().body.method(), "configWarning");
}

#[tokio::test(start_paused = true)]
async fn everybody_who_waits_for_a_notification_is_told() {
    let (_codex, client, mut server) = connected().await;
    let wait = || {
        let client = client.clone();
        tokio::spawn(async move { client.next_notification().await })
    };
    let waiting = [wait(), wait()];
    // Another looks in for a second, and takes nobody's place.
    let given_up = tokio::time::timeout(Duration::from_secs(1), client.next_notification());
    assert!(given_up.await.is_err());
    for _ in &waiting {
        server.send(notification("configWarning", json!({}))).await;
    }
    for it in waiting {
        it.await.unwrap().unwrap();
    }
    let waiting = [wait(), wait()];
    tokio::task::yield_now().await;
    drop(server);
    for it in waiting {
        assert!(it.await.unwrap().unwrap_err().is_closed());
    }
}

#[tokio::test(start_paused = true)]
async fn next_notification_works_again_once_the_handle_is_dropped() {
    let (thread, client, mut server) = with_thread("t").await;
    let turn = start(&thread, &mut server, "u").await;
    assert!(client.next_notification().await.is_err());
    drop(turn);
    let (next, ()) = tokio::join!(
        client.next_notification(),
        server.send(notification("skills/changed", json!({})))
    );
    assert_eq!(next.unwrap().body.method(), "skills/changed");
}

#[tokio::test(start_paused = true)]
async fn events_before_the_response_are_delivered_first_and_in_order() {
    let (thread, _, mut server) = with_thread("t").await;
    let serve = async {
        let request = server.expect("turn/start").await;
        server.send(turn_started("t", "u")).await;
        server.send(item_completed("t", "u", message("i", "one", None))).await;
        server.answer(&request, turn_response("u")).await;
        server.send(item_completed("t", "u", message("j", "two", None))).await;
        server.send(turn_completed("t", "u")).await;
    };
    let (turn, ()) = tokio::join!(thread.start_turn("hello"), serve);
    let mut turn = turn.unwrap();
    assert!(!turn.is_joined());
    let expected = ["turn/started", "item/completed", "item/completed", "turn/completed"];
    assert_eq!(methods(&mut turn).await, expected);
    assert_eq!(turn.wait().await.unwrap().final_response.as_deref(), Some("two"));
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_completes_before_the_response_is_complete() {
    let (thread, client, mut server) = with_thread("t").await;
    let serve = async {
        let request = server.expect("turn/start").await;
        server.send(turn_started("t", "u")).await;
        server.send(item_completed("t", "u", message("i", "done", None))).await;
        server.send(turn_completed("t", "u")).await;
        server.answer(&request, turn_response("u")).await;
    };
    let (result, ()) = tokio::join!(thread.run("hello"), serve);
    assert_eq!(result.unwrap().final_response.as_deref(), Some("done"));
    // The thread is free, and nothing was interrupted.
    server.barrier(&client).await;
    drop(start(&thread, &mut server, "u2").await);
}

#[tokio::test(start_paused = true)]
async fn what_comes_before_a_response_is_bounded() {
    let (thread, client, mut server) = with_thread("t").await;
    let serve = async {
        let request = server.expect("turn/start").await;
        for n in 0..20_000 {
            server.send(item_completed("t", "u", message(&n.to_string(), "", None))).await;
        }
        server.send(turn_completed("t", "u")).await;
        server.answer(&request, turn_response("u")).await;
    };
    let (turn, ()) = tokio::join!(thread.start_turn("hello"), serve);
    server.barrier(&client).await;
    let result = turn.unwrap().wait().await.unwrap();
    // The latest are kept, the end among them.
    assert!((1000..10_000).contains(&result.items.len()), "{}", result.items.len());
    assert_eq!(result.items.last().unwrap().id(), Some("19999"));
}

#[tokio::test(start_paused = true)]
async fn events_of_others_never_reach_a_handle_but_those_who_watch_the_thread() {
    let (codex, client, mut server) = connected().await;
    let (thread, child) = (codex.thread("t").await.unwrap(), codex.thread("child").await.unwrap());
    let (mut of_thread, mut of_child) = (thread.events(), child.events());
    let mut of_connection = client.events();
    let mut turn = start(&thread, &mut server, "u").await;
    server
        .send_all([
            turn_started("t", "u"),
            turn_started("child", "c"),
            delta("child", "c", "i", "from a subagent"),
            turn_completed("child", "c"),
            delta("t", "other", "i", "of another client"),
            turn_completed("t", "u"),
            delta("t", "u", "i", "late"),
            turn_completed("nobody", "n"),
        ])
        .await;
    server.barrier(&client).await;
    assert_eq!(methods(&mut turn).await, ["turn/started", "turn/completed"]);
    for expected in ["turn/started", "item/agentMessage/delta", "turn/completed"] {
        assert_eq!(next_method(&mut of_child).await, expected);
    }
    for expected in
        ["turn/started", "item/agentMessage/delta", "turn/completed", "item/agentMessage/delta"]
    {
        assert_eq!(next_method(&mut of_thread).await, expected);
    }
    // What nobody else gets is still to be seen.
    assert_eq!(next_method(&mut of_connection).await, "turn/completed");
}

#[tokio::test(start_paused = true)]
async fn what_belongs_to_no_turn_reaches_connection_and_thread() {
    let (thread, client, mut server) = with_thread("t").await;
    let (mut of_thread, mut of_connection) = (thread.events(), client.events());
    let mut turn = start(&thread, &mut server, "u").await;
    server.send(notification("warning", json!({"threadId": "t", "message": "w"}))).await;
    server.send(notification("brand/new", json!({"a": 1}))).await;
    server.send(notification("brand/newInTurn", json!({"threadId": "t", "turnId": "u"}))).await;
    server.send(turn_completed("t", "u")).await;
    assert_eq!(next_method(&mut of_connection).await, "warning");
    assert_eq!(next_method(&mut of_connection).await, "brand/new");
    assert_eq!(next_method(&mut of_thread).await, "warning");
    assert_eq!(methods(&mut turn).await, ["brand/newInTurn", "turn/completed"]);
}

#[tokio::test(start_paused = true)]
async fn a_turn_of_the_server_holds_the_thread_and_can_be_adopted() {
    let (thread, client, mut server) = with_thread("t").await;
    assert!(thread.active_turn().is_none());
    server.send(turn_started("t", "s")).await;
    server.barrier(&client).await;
    let error = thread.start_turn([UserInput::text("no")]).await.unwrap_err();
    assert!(matches!(error, Error::TurnActive { turn_id: Some(id), .. } if id == "s"));
    let mut turn = thread.active_turn().unwrap();
    assert!(turn.is_joined());
    server.send(item_completed("t", "s", message("i", "by myself", None))).await;
    server.send(turn_completed("t", "s")).await;
    assert_eq!(turn.wait().await.unwrap().final_response.as_deref(), Some("by myself"));
    drop(start(&thread, &mut server, "u").await);
}

#[tokio::test(start_paused = true)]
async fn the_next_turn_of_the_server_is_followed_from_its_beginning() {
    let (thread, _, mut server) = with_thread("t").await;
    let next = thread.next_turn();
    server.send(turn_started("t", "c")).await;
    let mut turn = next.await.unwrap();
    server.send(turn_completed("t", "c")).await;
    assert_eq!(methods(&mut turn).await, ["turn/started", "turn/completed"]);
}

#[tokio::test(start_paused = true)]
async fn a_review_is_one_turn_though_the_server_nests_two() {
    let (thread, client, mut server) = with_thread("t").await;
    let serve = async {
        server.serve("review/start", turn_response("outer")).await;
        let turn = json!({"id": "inner", "rootTurnId": "outer", "status": "inProgress"});
        server.send(notification("turn/started", json!({"threadId": "t", "turn": turn}))).await;
    };
    let target = codex_app_client::protocol::ReviewTarget::UncommittedChanges;
    let (turn, ()) = tokio::join!(thread.start_review(target), serve);
    let mut turn = turn.unwrap();
    server.barrier(&client).await;
    assert!(matches!(thread.start_turn("no").await, Err(Error::TurnActive { .. })));
    // The server takes the inner turn for the active one.
    let (outcome, request) =
        tokio::join!(turn.interrupt(), server.serve("turn/interrupt", json!({})));
    outcome.unwrap();
    assert_eq!(request["params"]["turnId"], "inner");
    server.send(item_completed("t", "outer", message("i", "fine", None))).await;
    server.send(turn_completed("t", "outer")).await;
    assert_eq!(methods(&mut turn).await, ["turn/started", "item/completed", "turn/completed"]);
    assert!(thread.active_turn().is_none());
}
