//! Resumes a stored thread: the one given by id, or the latest.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use codex_app_client::protocol::ThreadListParams;
use codex_app_client::{Codex, Error, ThreadOptions, ThreadRefusal};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let codex = Codex::spawn().await?;
    let id = match std::env::args().nth(1) {
        Some(id) => Some(id),
        None => codex.threads(ThreadListParams::default()).try_next().await?.map(|it| it.id),
    };
    let thread = match id {
        None => codex.start_thread(ThreadOptions::default()).await?,
        Some(id) => match codex.resume_thread(id).await {
            Ok(thread) => thread,
            Err(error) => {
                let Some(refusal) = error.thread_refusal() else { return Err(error) };
                println!("{}", explain(refusal));
                codex.shutdown().await;
                return Ok(());
            }
        },
    };
    println!("thread {}", thread.id());
    let result = thread.run("Say hello.").await?;
    println!("{}", result.final_response.unwrap_or_default());
    codex.shutdown().await;
    Ok(())
}

fn explain(refusal: ThreadRefusal) -> &'static str {
    match refusal {
        ThreadRefusal::Archived => "it is in the archive",
        ThreadRefusal::NotFound => "there is no such thread",
        ThreadRefusal::OwnedElsewhere => "it is in use",
        _ => "it cannot be resumed",
    }
}
