//! Every operation that waits, to be dropped at each of its waits. They say what is done; what is to
//! hold afterwards is checked elsewhere.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use codex_app_protocol::{
    ModelListParams, ReviewTarget, ThreadForkParams, ThreadListParams, ThreadResumeParams,
};
use serde_json::{Value, json};

use crate::client::Client;
use crate::codex::{Codex, ThreadOptions};
use crate::retry::{RetryPolicy, retry_on_overload};
use crate::thread::Thread;
use crate::turn::input::TurnInput;

/// What an operation is done with.
#[derive(Clone)]
pub(super) struct Ground {
    pub(super) codex: Codex,
    pub(super) client: Client,
    pub(super) thread: Thread,
}

pub(super) type Operation = fn(Ground) -> Pin<Box<dyn Future<Output = ()>>>;

macro_rules! operations {
    ($($name:literal: $ground:ident => $body:expr),* $(,)?) => {
        &[$(($name, |$ground: Ground| Box::pin(async move {
            let _outcome = $body;
        }))),*]
    };
}

/// With their names.
pub(super) const OPERATIONS: &[(&str, Operation)] = operations! {
    "request": g => g.client.request(ModelListParams::default()).await,
    "request_within": g => {
        let limit = Some(Duration::from_secs(1));
        g.client.request_within(ModelListParams::default(), limit).await
    },
    "request_raw": g => g.client.request_raw("test/any", Value::Null).await,
    "retry_on_overload": g => {
        let policy = RetryPolicy::default();
        retry_on_overload(&policy, || g.client.request(ModelListParams::default())).await
    },
    "next_notification": g => {
        let begin = g.client.request_raw("test/begin", json!({"threadId": "t"})).await;
        (begin, g.client.next_notification().await)
    },
    "client start_turn": g => g.client.start_turn("t", "hello").await,
    "start_turn": g => g.thread.start_turn("hello").await,
    "start_turn, interrupted": g => {
        g.thread.start_turn(TurnInput::from("hold").interrupt_on_drop(true)).await
    },
    "start_turn, joined": g => {
        let first = g.thread.start_turn("hold").await;
        (first, g.thread.start_turn(TurnInput::from("more").join()).await)
    },
    "start_review": g => g.thread.start_review(ReviewTarget::UncommittedChanges).await,
    "run": g => g.thread.run("hello").await.unwrap(),
    "wait": g => {
        let mut turn = g.thread.start_turn("hello").await.unwrap();
        turn.wait().await.unwrap()
    },
    "next": g => {
        let mut turn = g.thread.start_turn("hello").await.unwrap();
        while turn.next().await.is_some() {}
    },
    "steer": g => {
        let turn = g.thread.start_turn("hold").await.unwrap();
        turn.steer("more").await
    },
    "interrupt": g => {
        let turn = g.thread.start_turn("hold").await.unwrap();
        turn.interrupt().await
    },
    "interrupt_and_wait": g => {
        let turn = g.thread.start_turn("hold").await.unwrap();
        turn.interrupt_and_wait().await
    },
    "next_turn": g => {
        let next = g.thread.next_turn();
        let begin = g.client.request_raw("test/begin", json!({"threadId": "t"})).await;
        let mut turn = next.await.unwrap();
        (begin, turn.wait().await.unwrap())
    },
    "events of the connection": g => {
        let mut events = g.client.events();
        let begin = g.client.request_raw("test/begin", json!({"threadId": "t"})).await;
        (begin, events.next().await)
    },
    "events of the thread": g => {
        let mut events = g.thread.events();
        let begin = g.client.request_raw("test/begin", json!({"threadId": "t"})).await;
        (begin, events.next().await, events.next_line().await)
    },
    "codex client": g => g.codex.client().await,
    "server_info": g => g.codex.server_info().await,
    "codex events": g => g.codex.events().await,
    "server_requests": g => g.codex.server_requests().await,
    "codex request": g => g.codex.request(ModelListParams::default()).await,
    "models": g => g.codex.models().await,
    "threads": g => g.codex.threads(ThreadListParams::default()).collect_all().await,
    "next_page": g => {
        let mut pages = g.codex.threads(ThreadListParams::default());
        (pages.next_page().await, pages.try_next().await)
    },
    "start_thread": g => g.codex.start_thread(ThreadOptions::default()).await,
    "resume_thread": g => g.codex.resume_thread(ThreadResumeParams::new("t")).await,
    "fork_thread": g => g.codex.fork_thread(ThreadForkParams::new("t")).await,
    "archive_thread": g => g.codex.archive_thread("t").await,
    "read": g => g.thread.read(true).await,
    "fork": g => g.thread.fork().await,
    "set_name": g => g.thread.set_name("n").await,
    "compact": g => g.thread.compact().await.unwrap().wait().await,
    "shell_command": g => g.thread.shell_command("ls").await.unwrap().wait().await,
    "start_goal": g => {
        let mut goal = g.thread.start_goal("o").await.unwrap();
        goal.next_turn().await;
        goal.wait().await.unwrap()
    },
    "stop a goal": g => {
        let mut goal = g.thread.start_goal("o").await.unwrap();
        goal.stop().await
    },
    "follow_goal": g => g.thread.follow_goal().await,
    "pause a goal": g => g.thread.clear_goal().await,
    "login_chatgpt": g => {
        let mut login = g.codex.login_chatgpt().await.unwrap();
        login.wait().await.unwrap();
    },
    "cancel a login": g => {
        let login = g.codex.login_chatgpt().await.unwrap();
        login.cancel().await
    },
    "login_api_key": g => g.codex.login_api_key("key").await,
    "account": g => g.codex.account().await,
    "ensure_auth": g => g.codex.ensure_auth().await,
    "logout": g => g.codex.logout().await,
};
