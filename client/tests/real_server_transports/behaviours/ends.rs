//! The end of a connection, from this side.

use codex_app_client::testing::{Gate, Reply};
use codex_app_client::{CloseReason, Options, ThreadOptions};

use crate::setup::{Way, asking, held, setup};

pub(crate) async fn a_shutdown_ends_what_waits(way: Way) {
    let it = setup(way).await;
    let gate = Gate::new();
    it.model.push(held(&gate, "Never heard."));
    let mut turn = it.thread.start_turn("Wait.").await.unwrap();
    let mut events = it.thread.events();
    let next = it.codex.start_thread(ThreadOptions::default()).await.unwrap().next_turn();
    gate.reached(1).await;
    it.codex.shutdown().await;
    let error = turn.wait().await.unwrap_err();
    assert_eq!(error.closed().unwrap().reason, CloseReason::Shutdown);
    assert!(next.await.unwrap_err().is_closed());
    while let Some(event) = events.next().await {
        if event.is_err() {
            break;
        }
    }
    assert!(it.thread.run("late").await.unwrap_err().is_closed());
    gate.open();
    it.end().await;
}

pub(crate) async fn dropping_the_last_handle_ends_the_connection(way: Way) {
    let mut it = setup(way).await;
    let client = it.codex.client().await.unwrap();
    let mut events = client.events();
    it.connect_again().await;
    drop(client);
    // What has come before is still told, and then the end.
    let mut last = None;
    while let Some(event) = events.next().await {
        last = Some(event);
    }
    let error = last.unwrap().unwrap_err();
    assert_eq!(error.closed().unwrap().reason, CloseReason::Shutdown);
    it.end().await;
}

pub(crate) async fn nothing_of_a_whole_session_is_junk(way: Way) {
    let options = Options::new().on_command_approval(|request| async move { request.accept() });
    let it = asking(way, options).await;
    it.model.push(Reply::escalated_command("echo 'å ∂ 🦀'", "to see"));
    it.thread.run("Zeile eins.\nZeile zwei: \u{2028} \r\n\"}{\" 🦀").await.unwrap();
    let sent = it.model.requests().pop().unwrap().body().to_string();
    assert!(sent.contains("å ∂ 🦀"), "{sent}");
    let stats = it.codex.client().await.unwrap().stats();
    assert!(stats.received_lines > 10, "{stats:?}");
    assert_eq!((stats.invalid_lines, stats.unclaimed_responses), (0, 0), "{stats:?}");
    assert_eq!((stats.pending_server_requests, stats.pending_requests), (0, 0), "{stats:?}");
    it.end().await;
}
