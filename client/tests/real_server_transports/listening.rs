//! What only a server that listens does: it is killed apart from its clients, it asks for a token,
//! and it has several clients.

use codex_app_client::protocol::{ServerNotification, ThreadResumeParams};
use codex_app_client::testing::{Gate, MockModel, TestHome};
use codex_app_client::{CloseReason, Error, ThreadOptions, WebSocketOptions};

use crate::setup::{LISTENING, Listening, Way, held, setup};

#[tokio::test]
async fn a_killed_server_ends_what_waits() {
    for way in LISTENING {
        let mut it = setup(*way).await;
        let gate = Gate::new();
        it.model.push(held(&gate, "Never heard."));
        let mut turn = it.thread.start_turn("Wait.").await.unwrap();
        gate.reached(1).await;
        it.server.as_mut().unwrap().process.kill().await.unwrap();
        let error = turn.wait().await.unwrap_err();
        let reason = &error.closed().unwrap().reason;
        assert_eq!(reason, &CloseReason::AbnormalClosure, "{way:?}");
        gate.open();
        let error = it.server.as_ref().unwrap().connect().await.unwrap_err();
        assert!(matches!(error, Error::Connect { .. }), "{error:?}");
        it.end().await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_server_that_is_told_to_stop_cuts_off_its_clients_once_its_turns_are_over() {
    use crate::signals::{self, Signal};

    for way in LISTENING {
        let mut it = setup(*way).await;
        let gate = Gate::new();
        it.model.push(held(&gate, "Just in time."));
        let mut turn = it.thread.start_turn("Wait.").await.unwrap();
        gate.reached(1).await;
        let process = &mut it.server.as_mut().unwrap().process;
        signals::send(Signal::TERM, process.id());
        gate.open();
        assert!(process.wait().await.unwrap().success());
        // Whether the end of the turn is still told is up to the server.
        match turn.wait().await {
            Ok(result) => assert_eq!(result.final_response.as_deref(), Some("Just in time.")),
            Err(error) => assert_eq!(error.closed().unwrap().reason, CloseReason::AbnormalClosure),
        }
        let error = it.thread.run("late").await.unwrap_err();
        assert_eq!(error.closed().unwrap().reason, CloseReason::AbnormalClosure, "{way:?}");
        it.end().await;
    }
}

#[tokio::test]
async fn a_wrong_token_is_refused_with_the_reason() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let file = home.codex_home().join("token");
    std::fs::write(&file, "sesame-sesame-sesame-sesame-sesame").unwrap();
    let file = file.to_str().unwrap();
    let args = ["--ws-auth", "capability-token", "--ws-token-file", file];
    let mut server = Listening::start(&home, Way::WebSocket, &args).await;
    let address = server.address.clone();
    let refused = |error: Error| match error {
        Error::Unauthorized { reason } => reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(server.connect().await.unwrap_err()), "missing websocket bearer token");
    server.address = address.clone().bearer_token("another");
    assert_eq!(refused(server.connect().await.unwrap_err()), "invalid websocket bearer token");
    server.address = address.bearer_token("sesame-sesame-sesame-sesame-sesame");
    let codex = server.connect().await.unwrap();
    let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
    thread.run("hello").await.unwrap();
    codex.shutdown().await;
    server.process.kill().await.unwrap();
}

#[tokio::test]
async fn the_turn_of_another_client_holds_the_guard() {
    let it = setup(Way::WebSocket).await;
    it.thread.run("There is something to resume.").await.unwrap();
    let codex = it.server.as_ref().unwrap().connect().await.unwrap();
    let params = ThreadResumeParams::new(it.thread.id());
    let theirs = codex.resume_thread(params).await.unwrap();
    let mut events = theirs.events();
    let gate = Gate::new();
    it.model.push(held(&gate, "For one."));
    let mut turn = it.thread.start_turn("Wait.").await.unwrap();
    gate.reached(1).await;
    let mut has_started = false;
    while !has_started {
        let event = events.next().await.unwrap().unwrap().into_notification();
        let body = event.map(|it| it.body);
        has_started = matches!(body, Some(ServerNotification::TurnStarted(_)));
    }
    let error = theirs.start_turn("Me too.").await.unwrap_err();
    assert!(
        matches!(&error, Error::TurnActive { turn_id: Some(id), .. } if id == turn.id()),
        "{error:?}"
    );
    gate.open();
    assert_eq!(turn.wait().await.unwrap().final_response.as_deref(), Some("For one."));
    codex.shutdown().await;
    it.end().await;
}

#[tokio::test]
async fn a_server_without_a_socket_there_cannot_be_connected_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nobody.sock");
    let options = WebSocketOptions::new(format!("unix://{}", path.display()));
    let error = codex_app_client::Transport::websocket(&options).await.unwrap_err();
    assert!(matches!(error, Error::Connect { .. }), "{error:?}");
}
