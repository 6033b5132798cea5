//! Runs one turn and prints its final response: `cargo run --example one_turn -- "Say hello"`.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use codex_app_client::{Codex, Error, ThreadOptions};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let prompt = std::env::args().nth(1).unwrap_or_else(|| "Say hello.".to_owned());
    let codex = Codex::spawn().await?;
    let thread = codex.start_thread(ThreadOptions::default()).await?;
    let result = thread.run(prompt).await?;
    println!("{}", result.final_response.unwrap_or_default());
    if let Some(usage) = result.usage {
        println!("({} tokens)", usage.turn.total);
    }
    codex.shutdown().await;
    Ok(())
}
