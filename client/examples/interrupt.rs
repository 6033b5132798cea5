//! Cancellation: interrupts a turn after its first words, and reads its result.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use codex_app_client::protocol::ServerNotification;
use codex_app_client::{Codex, Error, ThreadOptions};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let codex = Codex::spawn().await?;
    let thread = codex.start_thread(ThreadOptions::default()).await?;
    let mut turn = thread.start_turn("Count to a thousand.").await?;
    while let Some(event) = turn.next().await {
        if matches!(event?.body, ServerNotification::ItemAgentMessageDelta(_)) {
            turn.interrupt().await?;
            break;
        }
    }
    let result = turn.wait().await?;
    println!("{:?}, {} items left open", result.status, result.open_items.len());
    codex.shutdown().await;
    Ok(())
}
