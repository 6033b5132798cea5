//! Dynamic tools (function calling): gives the model a tool that this program executes.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::time::Duration;

use codex_app_client::{Codex, Error, Options, ProcessOptions, ThreadOptions, Tool, ToolSet};
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Deserialize, JsonSchema)]
struct Ticket {
    /// Such as `T-1`.
    id: String,
}

async fn look_up(ticket: Ticket) -> Result<String, String> {
    match ticket.id.as_str() {
        "T-1" => Ok("T-1: the build fails on Mondays (open)".to_owned()),
        id => Err(format!("there is no ticket {id}")),
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let look_up = Tool::new("look_up_ticket", "Fetches a ticket of our tracker", look_up);
    let tools = ToolSet::new().tool(look_up.timeout(Duration::from_secs(10)));
    let codex = Codex::spawn_with(ProcessOptions::new(), Options::new().tools(&tools)).await?;
    let options = ThreadOptions::default().dynamic_tools(tools.specs()?);
    let thread = codex.start_thread(options).await?;
    let result = thread.run("What is ticket T-1 about?").await?;
    println!("{}", result.final_response.unwrap_or_default());
    codex.shutdown().await;
    Ok(())
}
