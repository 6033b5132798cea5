//! Steering: sends more input to a turn while it is running.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use codex_app_client::{Codex, Error, ThreadOptions};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let codex = Codex::spawn().await?;
    let thread = codex.start_thread(ThreadOptions::default()).await?;
    let mut turn = thread.start_turn("Write a poem about the sea.").await?;
    match turn.steer("Make it about the mountains.").await {
        Ok(()) => {}
        Err(Error::NoActiveTurn { .. }) => println!("too late: the poem is written"),
        Err(error) => return Err(error),
    }
    println!("{}", turn.wait().await?.final_response.unwrap_or_default());
    codex.shutdown().await;
    Ok(())
}
