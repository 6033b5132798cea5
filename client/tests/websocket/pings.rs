//! What is a sign of life, and what ends a connection that gives none.

use std::time::Duration;

use codex_app_client::CloseReason;
use serde_json::Value;
use tokio_tungstenite::tungstenite::Message;

use super::{ends, introduced, local, open};

#[tokio::test(start_paused = true)]
async fn limits_may_be_as_long_as_can_be() {
    for options in [
        local().ping_timeout(Duration::MAX),
        local().ping_interval(Duration::MAX),
        local().ping_interval(Duration::MAX).ping_timeout(Duration::MAX),
    ] {
        let (client, mut server) = open(&options).await;
        introduced(&client, &mut server, |it| vec![Message::text(it)]).await;
        let waiting = client.request_raw("test/wait", Value::Null);
        assert!(tokio::time::timeout(Duration::from_secs(86_400), waiting).await.is_err());
        drop(server);
        assert_eq!(ends(&client).await, CloseReason::Cut);
    }
}
