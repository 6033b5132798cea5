//! Streaming: prints the text of a turn while it is written, and the names of all other events.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::io::Write as _;

use codex_app_client::protocol::ServerNotification;
use codex_app_client::{Codex, Error, ThreadOptions};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let codex = Codex::spawn().await?;
    let thread = codex.start_thread(ThreadOptions::default()).await?;
    let mut turn = thread.start_turn("Summarise this directory.").await?;
    while let Some(event) = turn.next().await {
        match event?.body {
            ServerNotification::ItemAgentMessageDelta(delta) => {
                print!("{}", delta.delta.unwrap_or_default());
                // Whoever reads this may be gone; the turn goes on.
                let _ = std::io::stdout().flush();
            }
            other => println!("[{}]", other.method()),
        }
    }
    let result = turn.wait().await?;
    println!("{} items", result.items.len());
    codex.shutdown().await;
    Ok(())
}
