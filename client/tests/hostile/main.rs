//! Floods from a server that does not obey the protocol: what they cost is bounded. In a process of
//! its own, one after the other, since it is this process's memory that is looked at.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "what fails in a test may panic, in its helpers too")]

#[path = "../it/script.rs"]
#[expect(dead_code, unused_imports, reason = "shared with the other tests of the client")]
mod script;

use std::pin::Pin;
use std::task::{Context, Poll};

use codex_app_client::{Client, CloseReason, Event, InvalidLineReason, Options, Transport};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, ReadBuf};

use crate::script::{connected, connected_with, with_thread};

/// Resident memory in KiB.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|it| it.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// A line of so many bytes, which nobody holds, and then the end.
struct Endless(usize);

impl AsyncRead for Endless {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let n_bytes = self.0.min(buffer.remaining());
        buffer.initialize_unfilled_to(n_bytes).fill(b'x');
        buffer.advance(n_bytes);
        self.0 -= n_bytes;
        Poll::Ready(Ok(()))
    }
}

/// In this order: the memory of one is the ground of the next.
#[tokio::test]
async fn floods_cost_a_bounded_amount_of_memory() {
    a_line_of_a_gibibyte().await;
    a_million_notifications_that_nobody_knows().await;
    turns_that_never_end().await;
    answers_to_nobody().await;
    questions_that_are_answered_but_not_read().await;
    questions_that_are_not_answered().await;
}

async fn a_line_of_a_gibibyte() {
    let before = resident();
    let transport = Transport::new(Endless(1 << 30), tokio::io::sink());
    let client = Client::connect(transport, Options::new().max_line_bytes(1 << 20));
    let mut events = client.events();
    let Event::InvalidLine(line) = events.next().await.unwrap().unwrap() else { panic!() };
    assert_eq!(line.reason, InvalidLineReason::TooLong { limit: 1 << 20 });
    let error = events.next().await.unwrap().unwrap_err();
    assert_eq!(error.closed().unwrap().reason, CloseReason::LineTooLong { limit: 1 << 20 });
    let grown = resident().saturating_sub(before);
    assert!(grown < 8 * 1024, "{grown} KiB for a line of a gibibyte");
}

async fn a_million_notifications_that_nobody_knows() {
    let (thread, client, mut server) = with_thread("t").await;
    let line = json!({"method": "no/such", "params": {"threadId": "t", "turnId": "u", "x": 1}});
    let chunk = format!("{line}\n").repeat(1000);
    let before = resident();
    for _ in 0..1000 {
        server.send_bytes(chunk.as_bytes()).await;
    }
    server.barrier(&client).await;
    let grown = resident().saturating_sub(before);
    assert!(grown < 8 * 1024, "{grown} KiB for a million notifications");
    assert!(thread.active_turn().is_none());
}

async fn turns_that_never_end() {
    let (_codex, client, mut server) = connected().await;
    let before = resident();
    for thread in 0..200 {
        let mut chunk = String::new();
        for turn in 0..1000 {
            // Half of them on one thread, half on threads of their own.
            let thread_id = if turn % 2 == 0 { String::new() } else { format!("{thread}-{turn}") };
            let turn = json!({"id": format!("u{thread}-{turn}")});
            let params = json!({"threadId": format!("t{thread_id}"), "turn": turn});
            chunk.push_str(&format!("{}\n", json!({"method": "turn/started", "params": params})));
        }
        server.send_bytes(chunk.as_bytes()).await;
    }
    server.barrier(&client).await;
    let grown = resident().saturating_sub(before);
    assert!(grown < 16 * 1024, "{grown} KiB for 200,000 turns");
}

async fn answers_to_nobody() {
    let (_codex, client, mut server) = connected().await;
    let before = resident();
    for first in (0..1_000_000).step_by(1000) {
        let answers = (first..first + 1000).map(|id| json!({"id": id + 1000, "result": {}}));
        let chunk: String = answers.map(|it| format!("{it}\n")).collect();
        server.send_bytes(chunk.as_bytes()).await;
    }
    let call = client.request_raw("test/any", Value::Null);
    let (outcome, _) = tokio::join!(call, server.serve("test/any", json!({})));
    outcome.unwrap();
    let grown = resident().saturating_sub(before);
    assert!(grown < 8 * 1024, "{grown} KiB for a million answers");
}

fn question(id: usize) -> String {
    let params = json!({"threadId": "t", "turnId": "u", "itemId": "i"});
    let method = "item/commandExecution/requestApproval";
    format!("{}\n", json!({"id": id, "method": method, "params": params}))
}

async fn questions_that_are_answered_but_not_read() {
    let (_codex, client, mut server) = connected().await;
    let before = resident();
    for first in (0..100_000).step_by(1000) {
        let chunk: String = (first..first + 1000).map(question).collect();
        server.send_bytes(chunk.as_bytes()).await;
    }
    // The server reads only now: each question was answered, in order, with no.
    for id in 0..100_000 {
        assert_eq!(server.receive().await, declined(id));
    }
    server.barrier(&client).await;
    let grown = resident().saturating_sub(before);
    assert!(grown < 48 * 1024, "{grown} KiB for answers that are not read");
}

async fn questions_that_are_not_answered() {
    let (_codex, client, mut server) = connected_with(Options::new()).await;
    let requests = client.server_requests();
    let before = resident();
    for first in (0..100_000).step_by(1000) {
        let chunk: String = (first..first + 1000).map(question).collect();
        server.send_bytes(chunk.as_bytes()).await;
    }
    // The first are open; the others were declined at once, in order.
    for id in 1024..100_000 {
        assert_eq!(server.receive().await, declined(id));
    }
    assert_eq!(client.stats().pending_server_requests, 1024);
    let grown = resident().saturating_sub(before);
    assert!(grown < 48 * 1024, "{grown} KiB for questions that are not answered");
    // Whoever took the requests is gone: these are declined too.
    drop(requests);
    for id in 0..1024 {
        assert_eq!(server.receive().await, declined(id));
    }
}

fn declined(id: usize) -> Value {
    json!({"id": id, "result": {"decision": "decline"}})
}
