//! Concurrency: runs turns on two threads at the same time. Each receives its own events.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use codex_app_client::{Codex, Error, ThreadOptions};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let codex = Codex::spawn().await?;
    let one = codex.start_thread(ThreadOptions::default()).await?;
    let two = codex.start_thread(ThreadOptions::default()).await?;
    let (left, right) = tokio::join!(one.run("Name a colour."), two.run("Name an animal."));
    println!("{:?} {:?}", left?.final_response, right?.final_response);
    codex.shutdown().await;
    Ok(())
}
