//! Behaviour 19, the memory: in a process of its own, where nobody else needs any.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "what fails in a test may panic, in its helpers too")]

#[path = "../it/script.rs"]
#[expect(dead_code, unused_imports, reason = "shared with the other tests of the client")]
mod script;

use codex_app_client::protocol::ServerNotification;

use crate::script::{delta, start, turn_completed, with_thread};

#[tokio::test]
async fn a_million_unread_deltas_stay_under_32_mib() {
    let resident = || {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|it| it.starts_with("VmRSS:")).unwrap();
        let kib: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        kib / 1024
    };
    let (thread, client, mut server) = with_thread("t").await;
    let mut turn = start(&thread, &mut server, "u").await;
    let line = format!("{}\n", delta("t", "u", "item", "12345678"));
    let chunk = line.repeat(1000);
    let before = resident();
    for _ in 0..1000 {
        server.send_bytes(chunk.as_bytes()).await;
    }
    server.send(turn_completed("t", "u")).await;
    server.barrier(&client).await;
    let grown = resident().saturating_sub(before);
    assert!(grown < 32, "{grown} MiB");
    let mut text = String::new();
    while let Some(event) = turn.next().await {
        if let ServerNotification::ItemAgentMessageDelta(delta) = event.unwrap().body {
            text.push_str(&delta.delta.unwrap());
        }
    }
    assert_eq!(text.len(), 8_000_000);
    assert!(text.as_bytes().chunks(8).all(|it| it == b"12345678"));
}
