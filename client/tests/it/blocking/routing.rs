//! Behaviours 3, 4, 9, 10 and 11: every event reaches whom it belongs to, in whichever thread.

use std::time::Duration;

use codex_app_client::Error;
use codex_app_client::blocking::Thread;
use serde_json::json;

use super::{is_wait_timeout, methods, next_delta, next_method};
use crate::script::{
    Server, delta, item_completed, message, notification, turn_completed, turn_response,
    turn_started,
};
use crate::served::{connected, meet, with_thread};

#[test]
fn streams_side_by_side_yield_only_their_own_events() {
    let (codex, _serving) = connected(async |server: &mut Server| {
        for _ in 0..8 {
            server.serve("turn/start", turn_response("u")).await;
        }
        for n in 0..50 {
            for thread in 0..8 {
                let id = format!("t{thread}");
                server.send(delta(&id, "u", "i", &format!("{id}-{n},"))).await;
            }
        }
        for thread in 0..8 {
            let id = format!("t{thread}");
            server.send(item_completed(&id, "u", message("i", &id, None))).await;
            server.send(turn_completed(&id, "u")).await;
        }
    });
    std::thread::scope(|scope| {
        for n in 0..8 {
            let codex = &codex;
            scope.spawn(move || {
                let id = format!("t{n}");
                let mut turn = codex.thread(&id).unwrap().start_turn("hello").unwrap();
                let mut text = String::new();
                for event in turn.by_ref() {
                    let event = event.unwrap().body;
                    if let codex_app_client::protocol::ServerNotification::ItemAgentMessageDelta(
                        delta,
                    ) = event
                    {
                        text.push_str(&delta.delta.unwrap());
                    }
                }
                let expected: String = (0..50).map(|it| format!("{id}-{it},")).collect();
                assert_eq!(text, expected);
                assert_eq!(turn.wait().unwrap().final_response, Some(id));
            });
        }
    });
}

#[test]
fn streams_are_read_in_turns_by_one_thread() {
    let (codex, _serving) = connected(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        server.serve("turn/start", turn_response("u")).await;
        for n in 0..3 {
            server.send(delta("a", "u", "i", &format!("a{n}"))).await;
            server.send(delta("b", "u", "i", &format!("b{n}"))).await;
            server.meet().await;
        }
    });
    let start = |id| -> Thread { codex.thread(id).unwrap() };
    let mut in_a = start("a").start_turn("hello").unwrap();
    let mut in_b = start("b").start_turn("hello").unwrap();
    for n in 0..3 {
        assert_eq!(next_delta(&mut in_b), format!("b{n}"));
        assert_eq!(next_delta(&mut in_a), format!("a{n}"));
        meet(&codex.client().unwrap());
    }
}

#[test]
fn next_notification_is_refused_while_a_turn_stream_is_open() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        server.meet().await;
        server.send(turn_completed("t", "u")).await;
        server.meet().await;
        server.send(notification("skills/changed", json!({}))).await;
    });
    let client = thread.client();
    let mut turn = thread.start_turn("hello").unwrap();
    let error = client.next_notification().unwrap_err();
    assert!(matches!(&error, Error::TurnStreamActive { thread_id, turn_id }
        if thread_id == "t" && turn_id == "u"));
    // It says what to do instead.
    assert!(error.to_string().contains("'u'"), "{error}");
    meet(&client);
    assert_eq!(methods(&mut turn), ["turn/completed"]);
    let nothing = client.next_notification_within(Duration::from_millis(5));
    assert!(is_wait_timeout(&nothing.unwrap_err()));
    meet(&client);
    assert_eq!(client.next_notification().unwrap().body.method(), "skills/changed");
}

#[test]
fn events_before_the_response_are_delivered_first_and_in_order() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        let request = server.expect("turn/start").await;
        server.send(turn_started("t", "u")).await;
        server.send(item_completed("t", "u", message("i", "one", None))).await;
        server.answer(&request, turn_response("u")).await;
        server.send(item_completed("t", "u", message("j", "two", None))).await;
        server.send(turn_completed("t", "u")).await;
    });
    let mut turn = thread.start_turn("hello").unwrap();
    let expected = ["turn/started", "item/completed", "item/completed", "turn/completed"];
    assert_eq!(methods(&mut turn), expected);
    assert_eq!(turn.wait().unwrap().final_response.as_deref(), Some("two"));
}

#[test]
fn a_turn_that_completes_before_the_response_is_complete() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        let request = server.expect("turn/start").await;
        server.send(item_completed("t", "u", message("i", "done", None))).await;
        server.send(turn_completed("t", "u")).await;
        server.answer(&request, turn_response("u")).await;
        // Nothing is interrupted, and the thread is free.
        server.serve("turn/start", turn_response("u2")).await;
    });
    assert_eq!(thread.run("hello").unwrap().final_response.as_deref(), Some("done"));
    assert_eq!(thread.start_turn("again").unwrap().id(), "u2");
}

#[test]
fn events_of_others_never_reach_a_handle_but_those_who_watch_the_thread() {
    let (codex, _serving) = connected(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        server
            .send_all([
                turn_started("t", "u"),
                turn_started("child", "c"),
                delta("child", "c", "i", "from a subagent"),
                turn_completed("child", "c"),
                delta("t", "other", "i", "of another client"),
                turn_completed("t", "u"),
                delta("t", "u", "i", "late"),
                notification("warning", json!({"threadId": "t", "message": "w"})),
                notification("brand/new", json!({"a": 1})),
            ])
            .await;
        server.meet().await;
    });
    let (thread, child) = (codex.thread("t").unwrap(), codex.thread("child").unwrap());
    let (mut of_thread, mut of_child) = (thread.events(), child.events());
    let mut of_connection = codex.events().unwrap();
    let mut turn = thread.start_turn("hello").unwrap();
    meet(&codex.client().unwrap());
    assert_eq!(methods(&mut turn), ["turn/started", "turn/completed"]);
    for expected in ["turn/started", "item/agentMessage/delta", "turn/completed"] {
        assert_eq!(next_method(&mut of_child), expected);
    }
    for expected in [
        "turn/started",
        "item/agentMessage/delta",
        "turn/completed",
        "item/agentMessage/delta",
        "warning",
    ] {
        assert_eq!(next_method(&mut of_thread), expected);
    }
    for expected in ["warning", "brand/new"] {
        assert_eq!(next_method(&mut of_connection), expected);
    }
    for events in [&mut of_thread, &mut of_child, &mut of_connection] {
        let nothing = events.next_within(Duration::from_millis(1)).unwrap();
        assert!(is_wait_timeout(&nothing.unwrap_err()));
    }
}

#[test]
fn events_can_be_read_as_the_lines_they_came_in() {
    let (codex, serving) = connected(async |server: &mut Server| {
        server.meet().await;
        server.send(notification("brand/new", json!({"a": 1}))).await;
    });
    let mut events = codex.events().unwrap();
    meet(&codex.client().unwrap());
    let line = events.next_line().unwrap().unwrap();
    let expected = notification("brand/new", json!({"a": 1}));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&line).unwrap(), expected);
    serving.join();
    assert!(events.next_line().unwrap().unwrap_err().is_closed());
    assert!(events.next_line().is_none());
}

#[test]
fn many_threads_run_many_turns_at_once() {
    const N: usize = 40;
    let (codex, _serving) = connected(async |server: &mut Server| {
        for n in 0..N * 3 {
            let request = server.expect("turn/start").await;
            let id = request["params"]["threadId"].as_str().unwrap().to_owned();
            let turn = format!("u{n}");
            server.answer(&request, turn_response(&turn)).await;
            server.send(item_completed(&id, &turn, message("i", &id, None))).await;
            server.send(turn_completed(&id, &turn)).await;
        }
    });
    std::thread::scope(|scope| {
        for n in 0..N {
            let thread = codex.thread(&format!("t{n}")).unwrap();
            scope.spawn(move || {
                for _ in 0..3 {
                    let result = thread.run("hello").unwrap();
                    assert_eq!(result.final_response.as_deref(), Some(thread.id()));
                }
            });
        }
    });
}
