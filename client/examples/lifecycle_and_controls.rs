//! The life of a thread: run, rename, interrupt, fork, compact, archive, unarchive, resume, delete.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use codex_app_client::protocol::{ThreadListParams, TurnStatus};
use codex_app_client::{Codex, Error, ThreadOptions};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let codex = Codex::spawn().await?;
    let thread = codex.start_thread(ThreadOptions::default()).await?;
    thread.run("Say hello.").await?;
    thread.set_name("Greetings").await?;

    // A turn is controlled while it runs.
    let mut turn = thread.start_turn("Count to a thousand.").await?;
    turn.interrupt().await?;
    match turn.wait().await?.status {
        TurnStatus::Interrupted => println!("interrupted"),
        status => println!("it was faster: {status}"),
    }

    // A fork goes its own way.
    let fork = thread.fork().await?;
    fork.run("Say goodbye.").await?;
    println!("{} turns here, {} there", n_turns(&thread).await?, n_turns(&fork).await?);

    thread.compact().await?.wait().await?;
    fork.archive().await?;
    let archived = codex.threads(ThreadListParams::default().archived(true)).collect_all().await?;
    println!("{} in the archive", archived.len());
    fork.unarchive().await?;
    let fork = codex.resume_thread(fork.id()).await?;
    fork.delete().await?;
    codex.shutdown().await;
    Ok(())
}

async fn n_turns(thread: &codex_app_client::Thread) -> Result<usize, Error> {
    Ok(thread.turns().collect_all().await?.len())
}
