//! A turn on the real app-server with a scripted model: no account, no network.
//!
//! `cargo xtask demo ["prompt"]` obtains the server and runs this.

#![expect(clippy::print_stdout, reason = "a demonstration shows what it does")]

use std::error::Error;
use std::io::Write as _;

use codex_app_client::protocol::{ServerNotification, ThreadItem};
use codex_app_client::testing::{MockModel, Reply, TestHome, server_path};
use codex_app_client::{Codex, Options, ThreadOptions};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let prompt = match words.as_slice() {
        [] => "What is in this directory?".to_owned(),
        words => words.join(" "),
    };
    let model = MockModel::start().await?;
    script(&model);
    let home = TestHome::new(&model)?;

    let codex = Codex::spawn_with(home.process_options(server_path()?), Options::new()).await?;
    println!("server     codex app-server {}", codex.server_info().await?.version);
    let thread = codex.start_thread(ThreadOptions::default()).await?;
    println!("prompt     {prompt}");
    let mut turn = thread.start_turn(prompt).await?;
    while let Some(event) = turn.next().await {
        show(&event?.body);
    }
    let result = turn.wait().await?;
    println!("status     {}", result.status);
    println!("response   {}", result.final_response.unwrap_or_default());
    if let Some(usage) = result.usage {
        let turn = usage.turn;
        println!("usage      {} tokens: {} in, {} out", turn.total, turn.input, turn.output);
    }
    codex.shutdown().await;
    Ok(())
}

/// What the model will say: a thought, a command, and an answer in pieces.
fn script(model: &MockModel) {
    model.push(
        Reply::reasoning(["Look before answering."])
            .then(Reply::message("I will have a look.").phase("commentary"))
            .then(Reply::command("echo README.md; echo src")),
    );
    let answer = ["There is a README ", "and a source ", "folder: a small ", "project."];
    model.push(Reply::streamed(answer).phase("final_answer"));
}

/// One line an event, the text of the answer as it comes.
fn show(event: &ServerNotification) {
    match event {
        ServerNotification::ItemAgentMessageDelta(delta) => {
            println!("delta      {:?}", delta.delta.as_deref().unwrap_or_default());
        }
        ServerNotification::ItemCompleted(completed) => match &completed.item {
            ThreadItem::CommandExecution(command) => {
                println!("command    {}", command.command.as_deref().unwrap_or_default());
                let output = command.aggregated_output.as_deref().unwrap_or_default();
                output.lines().for_each(|line| println!("           | {line}"));
            }
            ThreadItem::AgentMessage(message) => {
                println!("message    {}", message.text.as_deref().unwrap_or_default());
            }
            _ => println!("event      {}", event.method()),
        },
        _ => println!("event      {}", event.method()),
    }
    // A closed stdout is the reader's choice.
    let _ = std::io::stdout().flush();
}
