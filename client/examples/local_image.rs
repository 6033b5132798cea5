//! Image input: asks about an image file that the server reads.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use codex_app_client::{Codex, Error, ThreadOptions, TurnInput};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "screenshot.png".to_owned());
    let codex = Codex::spawn().await?;
    let thread = codex.start_thread(ThreadOptions::default()).await?;
    let input = TurnInput::from("What is wrong with this page?").local_image(path);
    let result = thread.run(input).await?;
    println!("{}", result.final_response.unwrap_or_default());
    codex.shutdown().await;
    Ok(())
}
