//! Whole connections.

use std::sync::{Arc, Mutex};

use codex_app_client::{Options, ReconnectPolicy, Supervisor, Transport};

use crate::leaves_nothing;
use crate::script::{Server, connected, start, turn_started};

pub(crate) async fn leave_nothing() {
    leaves_nothing("connections that were shut down", async |_| {
        let (codex, client, mut server) = connected().await;
        let thread = codex.thread("t").await.unwrap();
        let mut turn = start(&thread, &mut server, "u").await;
        let events = client.events();
        server.send(turn_started("t", "u")).await;
        let end = async {
            assert!(server.is_at_end().await);
            drop(server);
        };
        tokio::join!(codex.shutdown(), end);
        turn.wait().await.unwrap_err();
        drop(events);
    })
    .await;
    leaves_nothing("connections that were cut", async |_| {
        let (codex, _client, mut server) = connected().await;
        let thread = codex.thread("t").await.unwrap();
        let mut turn = start(&thread, &mut server, "u").await;
        drop(server);
        turn.wait().await.unwrap_err();
    })
    .await;
    made_anew().await;
}

async fn made_anew() {
    let (first, mut server) = Server::new();
    let next: Arc<Mutex<Option<Transport>>> = Arc::new(Mutex::new(Some(first)));
    let connect = {
        let next = Arc::clone(&next);
        move || std::future::ready(Ok(next.lock().unwrap().take().unwrap()))
    };
    let opened = Supervisor::connect_with(Options::new(), ReconnectPolicy::new(), connect);
    let mut supervisor = tokio::join!(opened, server.initialize()).0.unwrap();
    supervisor.follow("t");
    leaves_nothing("connections that were made anew", async |_| {
        let thread = supervisor.codex().thread("t").await.unwrap();
        let mut turn = start(&thread, &mut server, "u").await;
        let (transport, ours) = Server::new();
        *next.lock().unwrap() = Some(transport);
        // Which cuts the one before.
        server = ours;
        turn.wait().await.unwrap_err();
        tokio::join!(supervisor.reconnected(), server.initialize()).0.unwrap();
    })
    .await;
}
