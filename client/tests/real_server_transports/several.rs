//! Two clients of one server: behaviour 10, with another client's turn.

use codex_app_client::protocol::{ServerNotification, ThreadResumeParams};
use codex_app_client::testing::{Gate, Reply};
use codex_app_client::{Error, Event, ThreadOptions};

use crate::listening::{Server, Way};

#[tokio::test]
async fn the_turn_of_another_client_is_heard_holds_the_thread_and_is_nobody_s_here() {
    let server = Server::start(Way::WebSocket).await;
    let (ours, theirs) = (server.connect().await, server.connect().await);
    let thread = ours.start_thread(ThreadOptions::default()).await.unwrap();
    let first = thread.run("So that it is kept.").await.unwrap();
    let other = theirs.resume_thread(ThreadResumeParams::new(thread.id())).await.unwrap();

    let mut events = thread.events();
    let gate = Gate::new();
    server.model.push(Reply::hold(&gate).then(Reply::message("To them.")));
    let mut turn = other.start_turn("Theirs.").await.unwrap();
    gate.reached(1).await;
    loop {
        let Event::Notification(event) = events.next().await.unwrap().unwrap() else { continue };
        if let ServerNotification::TurnStarted(started) = event.body {
            assert_eq!(started.turn.id, turn.id());
            break;
        }
    }
    let error = thread.run("Ours.").await.unwrap_err();
    assert!(
        matches!(&error, Error::TurnActive { turn_id: Some(it), .. } if it == turn.id()),
        "{error:?}"
    );
    // It can be adopted, like any other.
    let mut adopted = thread.active_turn().unwrap();
    gate.open();
    let answer = Some("To them.".to_owned());
    assert_eq!(turn.wait().await.unwrap().final_response, answer);
    assert_eq!(adopted.wait().await.unwrap().final_response, answer);
    assert_eq!(first.final_response.as_deref(), Some("You said: So that it is kept."));
    let next = thread.run("Ours.").await.unwrap();
    assert_eq!(next.final_response.as_deref(), Some("You said: Ours."));
    ours.shutdown().await;
    theirs.shutdown().await;
}
