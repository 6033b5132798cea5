//! Settings of a thread and of single turns. What is not set is taken from the user's configuration.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use codex_app_client::protocol::{ReasoningSummary, WorkspaceWriteSandboxPolicy};
use codex_app_client::{
    ApprovalMode, Codex, Error, Sandbox, SetApprovalMode as _, ThreadOptions, TurnInput,
};
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let codex = Codex::spawn().await?;
    let options = ThreadOptions::default()
        .developer_instructions("Answer in one sentence.")
        .sandbox(Sandbox::ReadOnly)
        .approval_mode(ApprovalMode::DenyAll);
    let thread = codex.start_thread(options).await?;

    let schema = json!({
        "type": "object",
        "properties": {"summary": {"type": "string"}, "files": {"type": "integer"}},
        "required": ["summary", "files"],
        "additionalProperties": false,
    });
    let input = TurnInput::from("Summarise this folder.")
        .effort("low")
        .summary(ReasoningSummary::Concise)
        .output_schema(schema);
    let result = thread.run(input).await?;
    println!("{}", result.final_response.unwrap_or_default());

    // A preset is short for a policy, and a whole policy says more.
    let network = WorkspaceWriteSandboxPolicy::default().network_access(true);
    let input = TurnInput::from("Fetch the dependencies.").sandbox(network);
    let result = thread.run(input).await?;
    println!("{}", result.final_response.unwrap_or_default());
    codex.shutdown().await;
    Ok(())
}
