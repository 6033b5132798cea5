//! One turn, and its answer. There is no call that waits for the end: the notifications are read.

use codex_codes::{AsyncClient, Notification, ServerMessage, ThreadStartParams, TurnStartParams};
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut client = AsyncClient::start().await?;
    let params: ThreadStartParams = serde_json::from_value(json!({}))?;
    let thread = client.thread_start(&params).await?;
    let input = json!([{"type": "text", "text": "Say hello."}]);
    let params = json!({"threadId": thread.thread.id, "input": input});
    let params: TurnStartParams = serde_json::from_value(params)?;
    client.turn_start(&params).await?;
    let mut answer = String::new();
    while let Some(message) = client.next_message().await? {
        match message {
            ServerMessage::Notification(Notification::AgentMessageDelta(it)) => {
                answer.push_str(&it.delta);
            }
            ServerMessage::Notification(Notification::TurnCompleted(_)) => break,
            _ => {}
        }
    }
    println!("{answer}");
    client.shutdown().await?;
    Ok(())
}
