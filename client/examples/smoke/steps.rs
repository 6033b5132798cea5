//! The steps in order, each with its outcome. A step that fails ends the run.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::pin::pin;
use std::time::Duration;

use codex_app_client::protocol::{ServerNotification, TurnStatus};
use codex_app_client::testing::{Gate, Message, MockModel, Reply, TestHome};
use codex_app_client::{Codex, Options, ThreadOptions};

use crate::tap::Tap;

/// No step takes so long on a machine that is not ill.
const PATIENCE: Duration = Duration::from_secs(60);

const STEPS: [&str; 5] = ["initialize", "thread", "turn", "interrupt", "resume"];

/// What became of the steps.
pub(crate) struct Report {
    pub(crate) server_version: Option<String>,
    /// Each step's outcome: `passed`, `failed: …` or `not reached`.
    pub(crate) steps: BTreeMap<&'static str, String>,
}

type Outcome<T> = Result<T, Box<dyn Error>>;

pub(crate) async fn run(program: &Path, model: &MockModel, home: &TestHome, tap: &Tap) -> Report {
    let steps = STEPS.map(|step| (step, "not reached".to_owned())).into();
    let mut report = Report { server_version: None, steps };
    let mut passed = "initialize";
    if let Err(error) = all(program, model, home, tap, &mut report, &mut passed).await {
        report.steps.insert(passed, format!("failed: {error}"));
    }
    report
}

/// Runs the steps; `step` is the one that is under way.
async fn all(
    program: &Path,
    model: &MockModel,
    home: &TestHome,
    tap: &Tap,
    report: &mut Report,
    step: &mut &'static str,
) -> Outcome<()> {
    let mut next = |report: &mut Report, next: &'static str| {
        report.steps.insert(*step, "passed".to_owned());
        *step = next;
    };
    let (transport, first) = tap.spawn(program, home)?;
    let codex = timely(Codex::connect(transport, options())).await?;
    report.server_version = Some(timely(codex.server_info()).await?.version);
    next(report, "thread");

    let thread = timely(codex.start_thread(ThreadOptions::default())).await?;
    next(report, "turn");

    model.push(Reply::reasoning(["Look first."]).then(Reply::command("echo here")));
    model.push(answer("Hello."));
    let result = timely(thread.run("Look around and say hello.")).await?;
    expect(result.final_response.as_deref() == Some("Hello."), "the answer is another one")?;
    next(report, "interrupt");

    let gate = Gate::new();
    model.push(Reply::message("one two").deltas(["one "]).hold(&gate).deltas(["two"]));
    let mut turn = timely(thread.start_turn("Count.")).await?;
    while let Some(event) = timely_option(turn.next()).await? {
        if matches!(event?.body, ServerNotification::ItemAgentMessageDelta(_)) {
            timely(turn.interrupt()).await?;
            break;
        }
    }
    let result = timely(turn.wait()).await?;
    expect(result.status == TurnStatus::Interrupted, "the turn was not interrupted")?;
    gate.open();
    next(report, "resume");

    codex.shutdown().await;
    first.ended().await;
    let (transport, second) = tap.spawn(program, home)?;
    let codex = timely(Codex::connect(transport, options())).await?;
    let resumed = timely(codex.resume_thread(thread.id())).await?;
    expect(resumed.id() == thread.id(), "another thread was resumed")?;
    model.push(answer("Again."));
    let result = timely(resumed.run("Say it again.")).await?;
    expect(result.final_response.as_deref() == Some("Again."), "the answer is another one")?;
    next(report, "resume");
    codex.shutdown().await;
    second.ended().await;
    Ok(())
}

fn options() -> Options {
    Options::new().client_info("smoke", "1.0.0")
}

fn answer(text: &str) -> Message {
    Reply::message(text).phase("final_answer")
}

fn expect(holds: bool, otherwise: &str) -> Outcome<()> {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}

async fn timely<T, E: Error + 'static>(step: impl Future<Output = Result<T, E>>) -> Outcome<T> {
    Ok(tokio::time::timeout(PATIENCE, pin!(step)).await??)
}

async fn timely_option<T>(step: impl Future<Output = Option<T>>) -> Outcome<Option<T>> {
    Ok(tokio::time::timeout(PATIENCE, pin!(step)).await?)
}
