//! Structured output: gets the final response as a Rust type.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use codex_app_client::{Codex, Error, ThreadOptions};
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Debug, Deserialize, JsonSchema)]
struct Review {
    verdict: Verdict,
    findings: Vec<Finding>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Good,
    NeedsWork,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Finding {
    /// Relative to the repository.
    file: String,
    line: Option<u32>,
    summary: String,
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let codex = Codex::spawn().await?;
    let thread = codex.start_thread(ThreadOptions::default()).await?;
    match thread.run_as::<Review>("Review the last commit.").await {
        Ok(review) => {
            println!("{:?}", review.verdict);
            for Finding { file, line, summary } in review.findings {
                println!("{file}:{} {summary}", line.unwrap_or_default());
            }
        }
        Err(Error::InvalidOutput { result, .. }) => {
            println!("not a review: {}", result.final_response.clone().unwrap_or_default());
        }
        Err(Error::NoFinalResponse { result }) => println!("no review: {}", result.status),
        Err(error) => return Err(error),
    }
    codex.shutdown().await;
    Ok(())
}
