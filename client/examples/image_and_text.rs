//! Asks about an image: one on the web, or a file of this program.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use codex_app_client::{Codex, Error, ThreadOptions, TurnInput};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let question = TurnInput::from("What is in this image?");
    let input = match std::env::args().nth(1) {
        Some(url) if url.starts_with("https://") => question.image_url(url),
        // Read when the turn is started, and sent whole.
        Some(path) => question.image_file(path),
        None => question.image_url("https://www.rust-lang.org/logos/rust-logo-512x512.png"),
    };
    let codex = Codex::spawn().await?;
    let thread = codex.start_thread(ThreadOptions::default()).await?;
    match thread.run(input).await {
        Ok(result) => println!("{}", result.final_response.unwrap_or_default()),
        Err(Error::InvalidInput(invalid)) => println!("not sent: {invalid}"),
        Err(error) => return Err(error),
    }
    codex.shutdown().await;
    Ok(())
}
