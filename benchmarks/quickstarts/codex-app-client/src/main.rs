//! One turn, and its answer.

use codex_app_client::{Codex, Error, ThreadOptions};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let codex = Codex::spawn().await?;
    let thread = codex.start_thread(ThreadOptions::default()).await?;
    let result = thread.run("Say hello.").await?;
    println!("{}", result.final_response.unwrap_or_default());
    codex.shutdown().await;
    Ok(())
}
