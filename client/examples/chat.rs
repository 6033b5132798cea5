//! A chat on the terminal: each line is a turn, and the response is streamed.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::io::Write as _;

use codex_app_client::protocol::{ServerNotification, TurnStatus};
use codex_app_client::{Codex, Error, Thread, ThreadOptions};
use tokio::io::{AsyncBufReadExt as _, BufReader};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let codex = Codex::spawn().await?;
    let thread = codex.start_thread(ThreadOptions::default()).await?;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    loop {
        print!("> ");
        std::io::stdout().flush()?;
        match lines.next_line().await?.as_deref().map(str::trim) {
            None | Some("/quit") => break,
            Some("") => {}
            Some(line) => answer(&thread, line).await?,
        }
    }
    codex.shutdown().await;
    Ok(())
}

async fn answer(thread: &Thread, line: &str) -> Result<(), Error> {
    let mut turn = thread.start_turn(line).await?;
    while let Some(event) = turn.next().await {
        if let ServerNotification::ItemAgentMessageDelta(delta) = event?.body {
            print!("{}", delta.delta.unwrap_or_default());
            // A closed stdout is the reader's choice.
            let _ = std::io::stdout().flush();
        }
    }
    println!();
    match turn.wait().await {
        Ok(result) if result.status == TurnStatus::Interrupted => println!("(interrupted)"),
        Ok(_) => {}
        Err(Error::TurnFailed(failure)) => println!("(failed: {failure})"),
        Err(error) => return Err(error),
    }
    Ok(())
}
