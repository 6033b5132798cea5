//! Sessions with the real server, recorded and fed back: what the program sees is the same.
#![expect(clippy::unwrap_used, reason = "what fails in a test may panic, in its helpers too")]

use std::path::PathBuf;

use codex_app_client::testing::{
    MockModel, ModelUsage, Recorder, Recording, Redaction, Reply, TestHome, server_path,
};
use codex_app_client::{
    ApprovalMode, Codex, Error, IncomingRequest, Options, SetApprovalMode as _, ThreadOptions,
};

/// What a program has seen of a session.
#[derive(Debug, PartialEq)]
struct Seen {
    /// The events of all turns, as the server sent them.
    events: Vec<String>,
    /// The results of all turns, as they are printed.
    results: Vec<String>,
    /// The commands that it was asked to approve.
    approvals: Vec<String>,
}

/// A program: two turns, one of which wants a command approved.
async fn session(codex: &Codex, cwd: &str) -> Result<Seen, Error> {
    let mut seen = Seen { events: Vec::new(), results: Vec::new(), approvals: Vec::new() };
    let mut requests = codex.server_requests().await?;
    let options = ThreadOptions::default().cwd(cwd).approval_mode(ApprovalMode::AskUser);
    let thread = codex.start_thread(options).await?;
    for text in ["run it", "and then?"] {
        let mut turn = thread.start_turn(text).await?;
        loop {
            tokio::select! {
                biased;
                Some(request) = requests.next() => {
                    let IncomingRequest::CommandApproval(request) = request else {
                        panic!("another kind");
                    };
                    seen.approvals.push(request.params.command.clone().unwrap());
                    request.accept()?;
                }
                event = turn.next() => match event {
                    Some(event) => seen.events.push(event?.raw().to_owned()),
                    None => break,
                },
            }
        }
        seen.results.push(format!("{:?}", turn.wait().await?));
    }
    Ok(seen)
}

fn script(model: &MockModel) {
    model.push(
        Reply::reasoning(["**Planning**"])
            .then(Reply::message("Let me see.").phase("commentary"))
            .then(Reply::escalated_command("echo hello", "to greet")),
    );
    let answer = Reply::message("It says hello.").deltas(["It says ", "hello."]);
    model.push(Reply::usage(ModelUsage::new(9, 3)).then(answer.phase("final_answer")));
    model.push(Reply::message("Nothing.").phase("final_answer"));
}

/// Runs the session on the real server, recorded; gives what was seen, and the recording.
async fn recorded(redaction: impl FnOnce(&TestHome) -> Redaction) -> (Seen, String, TestHome) {
    let model = MockModel::start().await.unwrap();
    script(&model);
    let home = TestHome::builder(&model)
        .approval_policy("on-request")
        .sandbox_mode("read-only")
        .build()
        .unwrap();
    let path = home.workspace().join("session.jsonl");
    let recorder = Recorder::create(&path, redaction(&home)).unwrap();
    let process = home.process_options(server_path().unwrap());
    let codex = Codex::spawn_with(process, recorder.attach(Options::new())).await.unwrap();
    let seen = session(&codex, home.workspace().to_str().unwrap()).await.unwrap();
    codex.shutdown().await;
    recorder.finish().unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    (seen, text, home)
}

async fn replayed(recording: &str) -> Seen {
    let scenario = recording.parse::<Recording>().unwrap().replay().unwrap();
    let (transport, run) = scenario.run();
    let codex = Codex::connect(transport, Options::new()).await.unwrap();
    let seen = session(&codex, "/elsewhere").await.unwrap();
    run.finish().await.unwrap();
    codex.shutdown().await;
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_recorded_is_seen_again() {
    let (seen, recording, _home) = recorded(|_| Redaction::new()).await;
    assert_eq!(seen.approvals.len(), 1, "{seen:#?}");
    assert_eq!(seen.results.len(), 2);
    assert!(seen.results[0].contains("It says hello."), "{}", seen.results[0]);
    assert!(seen.events.len() > 10, "{}", seen.events.len());
    assert_eq!(replayed(&recording).await, seen);
    // And again: a recording is not used up.
    assert_eq!(replayed(&recording).await, seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_redacted_replays_to_the_same_session_without_it() {
    let folder = |home: &TestHome| -> PathBuf { home.codex_home().parent().unwrap().into() };
    let (seen, recording, home) = recorded(|home| {
        Redaction::new()
            .replace(folder(home).to_str().unwrap(), "/home/user")
            // The server says it as deltas, as an item, and again at the end of the turn.
            .member("text")
            .member("delta")
    })
    .await;
    assert!(!recording.contains(folder(&home).to_str().unwrap()));
    assert!(!recording.contains("It says"), "{recording}");
    let again = replayed(&recording).await;
    let methods = |seen: &Seen| {
        let method = |raw: &String| {
            serde_json::from_str::<serde_json::Value>(raw).unwrap()["method"].clone()
        };
        seen.events.iter().map(method).collect::<Vec<_>>()
    };
    assert_eq!(methods(&again), methods(&seen));
    assert_eq!(again.approvals, seen.approvals);
}
