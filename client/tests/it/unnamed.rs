//! Requests that make the server begin a turn without naming it in the answer: compactions, and
//! commands of the shell.

use std::time::Duration;

use codex_app_client::protocol::{ThreadCompactStartParams, TurnStartParams};
use codex_app_client::{Error, Event};
use futures_util::FutureExt as _;
use serde_json::{Value, json};

use crate::script::{
    item_started, methods, notification, start, turn_completed, turn_response, turn_started,
    with_thread,
};

const COMPACT: &str = "thread/compact/start";
const SHELL: &str = "thread/shellCommand";

fn is_busy<T: std::fmt::Debug>(outcome: Result<T, Error>) -> bool {
    match outcome {
        Err(Error::TurnActive { .. }) => true,
        other => panic!("{other:?}"),
    }
}

fn shell_item(thread_id: &str, turn_id: &str) -> Value {
    let item = json!({"type": "commandExecution", "id": "c", "source": "userShell"});
    item_started(thread_id, turn_id, item)
}

#[tokio::test(start_paused = true)]
async fn a_compaction_holds_the_thread_from_the_request_to_its_end() {
    let (thread, client, mut server) = with_thread("t").await;
    let serve = async {
        let request = server.expect(COMPACT).await;
        assert_eq!(request["params"], json!({"threadId": "t"}));
        assert!(is_busy(thread.run("too early").await));
        server.answer(&request, json!({})).await;
        server.barrier(&client).await;
        assert!(is_busy(thread.run("too early").await));
        assert!(is_busy(thread.compact().await));
        server.send(turn_started("t", "c")).await;
    };
    let (turn, ()) = tokio::join!(thread.compact(), serve);
    let mut turn = turn.unwrap();
    assert!((turn.id(), turn.is_joined()) == ("c", false));
    assert!(is_busy(thread.run("too early").await));
    server.send(turn_completed("t", "c")).await;
    assert_eq!(methods(&mut turn).await, ["turn/started", "turn/completed"]);
    drop(start(&thread, &mut server, "u").await);
}

#[tokio::test(start_paused = true)]
async fn the_turn_may_begin_before_the_answer() {
    let (thread, _, mut server) = with_thread("t").await;
    let serve = async {
        let request = server.expect(SHELL).await;
        assert_eq!(request["params"], json!({"command": "ls", "threadId": "t"}));
        // As the real server does if two commands come at once.
        server.send(shell_item("t", "c")).await;
        server.send(turn_started("t", "c")).await;
        server.send(turn_completed("t", "c")).await;
        server.answer(&request, json!({})).await;
    };
    let (turn, ()) = tokio::join!(thread.shell_command("ls"), serve);
    let expected = ["item/started", "turn/started", "turn/completed"];
    assert_eq!(methods(&mut turn.unwrap()).await, expected);
}

#[tokio::test(start_paused = true)]
async fn a_shell_command_joins_the_turn_in_which_it_runs() {
    let (thread, client, mut server) = with_thread("t").await;
    let first = start(&thread, &mut server, "u").await;
    server.send(turn_started("t", "u")).await;
    server.barrier(&client).await;
    let serve = async {
        server.serve(SHELL, json!({})).await;
        server.send(shell_item("t", "u")).await;
    };
    let (turn, ()) = tokio::join!(thread.shell_command("ls"), serve);
    let mut turn = turn.unwrap();
    assert!((turn.id(), turn.is_joined(), first.is_joined()) == ("u", true, false));
    server.send(turn_completed("t", "u")).await;
    assert_eq!(methods(&mut turn).await, ["item/started", "turn/completed"]);
    // The turn that ran has ended before the server got to the command.
    let second = start(&thread, &mut server, "v").await;
    let serve = async {
        server.serve(SHELL, json!({})).await;
        server.send(turn_completed("t", "v")).await;
        server.send(turn_started("t", "w")).await;
    };
    let (turn, ()) = tokio::join!(thread.shell_command("ls"), serve);
    let turn = turn.unwrap();
    assert!((turn.id(), turn.is_joined(), second.is_finished()) == ("w", false, true));
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_never_begins_is_given_up() {
    let (thread, _, mut server) = with_thread("t").await;
    let before = tokio::time::Instant::now();
    let (turn, _) = tokio::join!(thread.compact(), server.serve(COMPACT, json!({})));
    let error = turn.unwrap_err();
    assert!(matches!(error, Error::TurnNotStarted { method: COMPACT, .. }), "{error:?}");
    assert_eq!(before.elapsed().as_secs(), 30);
    drop(start(&thread, &mut server, "u").await);
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_or_closed_or_cut_off_ends_the_wait() {
    let (thread, client, mut server) = with_thread("t").await;
    let serve = async {
        let request = server.expect(COMPACT).await;
        server.refuse(&request, "thread not found: t").await;
    };
    let (turn, ()) = tokio::join!(thread.compact(), serve);
    assert!(matches!(turn, Err(Error::ThreadRefused { .. })), "{turn:?}");
    let serve = async {
        server.serve(COMPACT, json!({})).await;
        server.send(notification("thread/closed", json!({"threadId": "t"}))).await;
    };
    let (turn, ()) = tokio::join!(thread.compact(), serve);
    assert!(matches!(turn, Err(Error::TurnNotStarted { .. })), "{turn:?}");
    assert!(client.stats().pending_requests == 0);
    let serve = async move {
        server.serve(COMPACT, json!({})).await;
        drop(server);
    };
    let (turn, ()) = tokio::join!(thread.compact(), serve);
    assert!(matches!(turn, Err(Error::Closed(_))), "{turn:?}");
}

#[tokio::test(start_paused = true)]
async fn a_compaction_that_nobody_waits_for_holds_the_thread_and_is_told_to_all() {
    let (thread, client, mut server) = with_thread("t").await;
    let mut events = client.events();
    // Given up after the request was written.
    let mut compact = Box::pin(thread.compact());
    assert!(compact.as_mut().now_or_never().is_none());
    let request = server.expect(COMPACT).await;
    drop(compact);
    server.answer(&request, json!({})).await;
    server.barrier(&client).await;
    assert!(is_busy(thread.run("too early").await));
    check_told(&mut events, &mut server, "c").await;
    // Asked for by its name.
    let params = ThreadCompactStartParams::new("t");
    let (answer, _) = tokio::join!(client.request(params), server.serve(COMPACT, json!({})));
    answer.unwrap();
    assert!(is_busy(thread.run("too early").await));
    check_told(&mut events, &mut server, "d").await;
    drop(start(&thread, &mut server, "u").await);
}

#[tokio::test(start_paused = true)]
async fn a_turn_without_a_handle_is_told_to_all_from_its_beginning() {
    let (_thread, client, mut server) = with_thread("t").await;
    let mut events = client.events();
    let serve = async {
        // All of it is there before the caller gets to see the answer.
        let request = server.expect("turn/start").await;
        server.send(turn_started("t", "u")).await;
        server.answer(&request, turn_response("u")).await;
        server.send(turn_completed("t", "u")).await;
    };
    let (answer, ()) = tokio::join!(client.request(TurnStartParams::new("t", ["hello"])), serve);
    answer.unwrap();
    assert_eq!(next_method(&mut events).await, "turn/started");
    assert_eq!(next_method(&mut events).await, "turn/completed");
}

async fn check_told(
    events: &mut codex_app_client::Events,
    server: &mut crate::script::Server,
    turn_id: &str,
) {
    server.send(turn_started("t", turn_id)).await;
    server.send(turn_completed("t", turn_id)).await;
    assert_eq!(next_method(events).await, "turn/started");
    assert_eq!(next_method(events).await, "turn/completed");
}

async fn next_method(events: &mut codex_app_client::Events) -> String {
    let event = tokio::time::timeout(Duration::from_secs(1), events.next()).await;
    match event.expect("nobody is told").unwrap().unwrap() {
        Event::Notification(it) => it.body.method().to_owned(),
        other => panic!("{other:?}"),
    }
}
