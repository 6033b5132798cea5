//! Error handling: distinguishes the errors of a turn, and retries only where that is safe.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use codex_app_client::protocol::{CodexErrorInfo, TurnStatus};
use codex_app_client::{Codex, Error, RetryPolicy, ThreadOptions, retry_on_overload};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let codex = Codex::spawn().await?;
    let thread = codex.start_thread(ThreadOptions::default()).await?;

    // Only a server that is too busy is asked again: it has not taken the request.
    let run = || thread.run("Say hello.");
    match retry_on_overload(&RetryPolicy::new(), run).await {
        Ok(result) if result.status == TurnStatus::Interrupted => println!("interrupted"),
        Ok(result) => println!("{}", result.final_response.unwrap_or_default()),
        Err(Error::TurnFailed(failure)) => {
            assert_eq!(failure.result.status, TurnStatus::Failed);
            match failure.info {
                Some(CodexErrorInfo::UsageLimitExceeded) => println!("come back later"),
                Some(CodexErrorInfo::ContextWindowExceeded) => {
                    let compacted = thread.compact().await?.wait().await?;
                    println!("compacted: {}", compacted.status);
                }
                _ => println!("failed: {failure}"),
            }
        }
        Err(Error::TurnActive { turn_id, .. }) => println!("busy with {turn_id:?}"),
        Err(Error::Overloaded { .. }) => println!("still too busy"),
        Err(Error::Closed(closed)) => println!("the server is gone: {closed}"),
        Err(error) => return Err(error),
    }
    codex.shutdown().await;
    Ok(())
}
