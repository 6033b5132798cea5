//! Goals: sets a goal, and follows the turns that the server starts for it by itself.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use codex_app_client::protocol::ThreadGoalStatus;
use codex_app_client::{Codex, Error, ThreadOptions};

/// More than this, and it is stopped.
const MOST_TURNS: usize = 5;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let codex = Codex::spawn().await?;
    let thread = codex.start_thread(ThreadOptions::default()).await?;
    let mut goal = thread.start_goal_with("All tests pass.", |it| it.token_budget(200_000)).await?;
    let mut n_turns = 0;
    while let Some(turn) = goal.next_turn().await {
        println!("{}", turn?.final_response.unwrap_or_default());
        n_turns += 1;
        if n_turns == MOST_TURNS {
            // Pauses, interrupts, and waits.
            goal.stop().await?;
        }
    }
    let result = goal.wait().await?;
    match result.status() {
        Some(ThreadGoalStatus::Complete) => println!("reached in {} turns", result.turn_count),
        Some(ThreadGoalStatus::Paused) => println!("stopped after {} turns", result.turn_count),
        Some(status) => println!("not reached: {status}"),
        None => println!("cleared"),
    }
    codex.shutdown().await;
    Ok(())
}
