//! Like `one_turn`, with the blocking API: no async runtime.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use codex_app_client::blocking::Codex;
use codex_app_client::{Error, ThreadOptions};

fn main() -> Result<(), Error> {
    let codex = Codex::spawn()?;
    let thread = codex.start_thread(ThreadOptions::default())?;
    let result = thread.run("Say hello.")?;
    println!("{}", result.final_response.unwrap_or_default());
    codex.shutdown()
}
