//! Image input: asks about an image from a file of this program, or from memory.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use codex_app_client::{Codex, Error, ThreadOptions, TurnInput};

/// A grey pixel.
const PIXEL: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, 0x49, 0x44, 0x41, 0x54,
    0x78, 0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0xf0, 0x1f, 0, 5, 0, 1, 0xff, 0x89, 0x99, 0x3d, 0x1d, 0, 0,
    0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let question = TurnInput::from("What is in this image?");
    let input = match std::env::args().nth(1) {
        // Read when the turn is started, and sent whole.
        Some(path) => question.image_file(path),
        None => question.image_bytes(PIXEL),
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
