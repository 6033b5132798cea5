//! Approvals: answers the server's approval requests by asking the user on the terminal.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::time::Duration;

use codex_app_client::server_request::{
    Approval, ApprovalDecision, ApprovalPolicy, ApprovalSubject,
};
use codex_app_client::{Codex, Error, Options, ProcessOptions, ThreadOptions};

#[tokio::main]
async fn main() -> Result<(), Error> {
    // Whoever does not answer within ten minutes has said no.
    let ask = ApprovalPolicy::ask(Duration::from_secs(600), decide);
    let options = Options::new().approvals(ask);
    let codex = Codex::spawn_with(ProcessOptions::new(), options).await?;
    let thread = codex.start_thread(ThreadOptions::default()).await?;
    let result = thread.run("Find out what is in this folder, and tidy up.").await?;
    println!("{}", result.final_response.unwrap_or_default());
    codex.shutdown().await;
    Ok(())
}

async fn decide(approval: Approval) -> ApprovalDecision {
    match &approval.subject {
        ApprovalSubject::Command { command, .. } => {
            println!("execute {}?", command.as_deref().unwrap_or("a command"));
        }
        ApprovalSubject::FileChange { changes } => {
            println!("change {} files?", changes.as_ref().map_or(0, Vec::len));
        }
        other => println!("{other:?}?"),
    }
    if let Some(reason) = &approval.reason {
        println!("  because: {reason}");
    }
    // Reading a line blocks, so it has a thread of its own. Everything else goes on.
    let line = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map(|_| line)
    });
    match line.await.map(Result::unwrap_or_default).unwrap_or_default().trim() {
        "y" => ApprovalDecision::Accept,
        "always" => ApprovalDecision::AcceptForSession,
        "stop" => ApprovalDecision::Cancel,
        _ => ApprovalDecision::Decline,
    }
}
