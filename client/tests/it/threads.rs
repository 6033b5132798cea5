//! What is done with threads, as it is written, and why the server refuses it.

use codex_app_client::protocol::{
    Nullable, ReviewTarget, SandboxMode, ThreadForkParams, ThreadMetadataGitInfoUpdateParams,
    ThreadResumeParams,
};
use codex_app_client::{Codex, Error, Options, ThreadRefusal};
use serde_json::{Value, json};

use crate::script::{connected, start, turn_started, with_thread};

#[tokio::test]
async fn threads_are_managed_under_their_ids() {
    let (thread, _client, mut server) = with_thread("t").await;
    let empty = || json!({});
    macro_rules! check {
        ($call:expr, $method:expr, $answer:expr, $params:expr) => {
            let (outcome, request) = tokio::join!($call, server.serve($method, $answer));
            outcome.unwrap();
            assert_eq!(request["params"], $params);
        };
    }
    let data = || json!({"thread": {"id": "t"}});
    let only = || json!({"threadId": "t"});
    check!(thread.set_name("n"), "thread/name/set", empty(), json!({"name": "n", "threadId": "t"}));
    check!(thread.archive(), "thread/archive", empty(), only());
    check!(thread.unarchive(), "thread/unarchive", data(), only());
    check!(thread.delete(), "thread/delete", empty(), only());
    let before = json!({"beforeTurnId": "u", "threadId": "t"});
    check!(thread.revert("u"), "thread/revert", data(), before);
    let items = json!({"items": [{"type": "message"}], "threadId": "t"});
    let item = json!({"type": "message"});
    check!(thread.inject_items([item]), "thread/inject_items", empty(), items);
    let git = ThreadMetadataGitInfoUpdateParams::default().branch("b").sha(Nullable::Null);
    let update = thread.update_metadata(|params| params.git_info(git));
    let expected = json!({"gitInfo": {"branch": "b", "sha": null}, "threadId": "t"});
    check!(update, "thread/metadata/update", data(), expected);
    let fork = thread.fork_with(|it| it.ephemeral(true));
    let expected = json!({"ephemeral": true, "excludeTurns": true, "threadId": "t"});
    check!(fork, "thread/fork", data(), expected);
    check!(thread.unsubscribe(), "thread/unsubscribe", json!({"status": "unsubscribed"}), only());
}

#[tokio::test]
async fn threads_are_resumed_and_forked_with_settings() {
    let (codex, _client, mut server) = connected().await;
    let params =
        ThreadResumeParams::new("t").model("m").sandbox(SandboxMode::ReadOnly).exclude_turns(false);
    let serve = server.serve("thread/resume", json!({"thread": {"id": "t"}}));
    let (thread, request) = tokio::join!(codex.resume_thread(params), serve);
    assert_eq!(thread.unwrap().id(), "t");
    let expected =
        json!({"excludeTurns": false, "model": "m", "sandbox": "read-only", "threadId": "t"});
    assert_eq!(request["params"], expected);
    let serve = server.serve("thread/fork", json!({"thread": {"id": "t2"}}));
    let params = ThreadForkParams::new("t").last_turn_id("u");
    let (thread, request) = tokio::join!(codex.fork_thread(params), serve);
    assert_eq!(thread.unwrap().id(), "t2");
    let expected = json!({"excludeTurns": true, "lastTurnId": "u", "threadId": "t"});
    assert_eq!(request["params"], expected);
}

#[tokio::test]
async fn an_old_server_is_not_asked_to_leave_turns_out() {
    let (transport, mut server) = crate::script::Server::new();
    let initialize = server.initialize_as("0.150.0");
    let (codex, ()) = tokio::join!(Codex::connect(transport, Options::new()), initialize);
    let codex = codex.unwrap();
    for method in ["thread/resume", "thread/fork"] {
        let serve = server.serve(method, json!({"thread": {"id": "t"}}));
        let call = async {
            match method {
                "thread/resume" => codex.resume_thread("t").await,
                _ => codex.fork_thread(ThreadForkParams::new("t")).await,
            }
        };
        let (thread, request) = tokio::join!(call, serve);
        thread.unwrap();
        assert_eq!(request["params"], json!({"threadId": "t"}));
    }
}

#[tokio::test]
async fn a_refusal_names_what_is_the_matter_with_the_thread() {
    let (codex, _client, mut server) = connected().await;
    for (message, expected) in [
        ("no rollout found for thread id t", Some(ThreadRefusal::NotFound)),
        ("thread t already has an active writer", Some(ThreadRefusal::OwnedElsewhere)),
        ("session t is archived. Run `codex unarchive t` first.", Some(ThreadRefusal::Archived)),
        ("something else", None),
    ] {
        let refuse = async {
            let request = server.expect("thread/resume").await;
            server.refuse(&request, message).await;
        };
        let (outcome, ()) = tokio::join!(codex.resume_thread("t"), refuse);
        let error = outcome.unwrap_err();
        assert_eq!(error.thread_refusal(), expected, "{error:?}");
        assert_eq!(error.rpc().unwrap().message, message);
        assert!(!error.to_string().contains(message), "{error}");
    }
}

#[tokio::test]
async fn a_refused_start_frees_the_thread() {
    let (thread, client, mut server) = with_thread("t").await;
    for _ in 0..2 {
        let refuse = async {
            let request = server.expect("turn/start").await;
            server.refuse(&request, "thread not found: t").await;
        };
        let (outcome, ()) = tokio::join!(thread.start_turn("x"), refuse);
        let error = outcome.unwrap_err();
        let expected = ThreadRefusal::NotLoaded;
        assert!(matches!(&error, Error::ThreadRefused { thread_id, refusal, .. }
            if thread_id == "t" && *refusal == expected));
    }
    server.barrier(&client).await;
}

#[tokio::test]
async fn a_refused_review_names_what_is_the_matter_with_the_thread() {
    let (thread, client, mut server) = with_thread("t").await;
    for _ in 0..2 {
        let refuse = async {
            let request = server.expect("review/start").await;
            server.refuse(&request, "thread not found: t").await;
        };
        let target = ReviewTarget::UncommittedChanges;
        let (outcome, ()) = tokio::join!(thread.start_review(target), refuse);
        let error = outcome.unwrap_err();
        assert_eq!(error.thread_refusal(), Some(ThreadRefusal::NotLoaded), "{error:?}");
    }
    server.barrier(&client).await;
}

#[tokio::test(start_paused = true)]
async fn a_turn_of_a_thread_that_is_not_loaded_cannot_be_controlled() {
    let (thread, _client, mut server) = with_thread("t").await;
    let turn = start(&thread, &mut server, "u").await;
    server.send(turn_started("t", "u")).await;
    let control = turn.control();
    assert_eq!((control.thread_id(), control.id()), ("t", "u"));
    let refuse = async {
        for method in ["turn/steer", "turn/interrupt"] {
            let request = server.expect(method).await;
            server.refuse(&request, "thread not found: t").await;
        }
    };
    let control = async { [control.steer("more").await, control.interrupt().await] };
    let (outcomes, ()) = tokio::join!(control, refuse);
    for outcome in outcomes {
        let error = outcome.unwrap_err();
        assert_eq!(error.thread_refusal(), Some(ThreadRefusal::NotLoaded), "{error:?}");
    }
}

#[tokio::test]
async fn configuration_is_written_value_by_value() {
    let (codex, _client, mut server) = connected().await;
    let serve = server.serve("config/value/write", json!({"status": "ok", "version": "1"}));
    let (outcome, request) = tokio::join!(codex.write_config("a.b", json!([1])), serve);
    assert_eq!(outcome.unwrap().version.as_deref(), Some("1"));
    let expected = json!({"keyPath": "a.b", "mergeStrategy": "replace", "value": [1]});
    assert_eq!(request["params"], expected);
    let serve = server.serve("config/value/write", json!({"status": "ok"}));
    let (outcome, request) = tokio::join!(codex.write_config("a.b", Value::Null), serve);
    outcome.unwrap();
    assert_eq!(request["params"]["value"], Value::Null);
    assert!(request["params"].as_object().unwrap().contains_key("value"));
}
