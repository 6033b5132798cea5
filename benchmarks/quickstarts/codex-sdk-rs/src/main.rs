//! One turn, and its answer.

use codex_sdk_rs::{AsyncCodex, Result};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let codex = AsyncCodex::connect(Default::default()).await?;
    let thread = codex.thread_start().await?;
    let result = thread.run("Say hello.").await?;
    println!("{}", result.final_response.unwrap_or_default());
    codex.close().await
}
