//! Behaviour 21: the same without async.

use codex_app_client::blocking::Codex;
use codex_app_client::protocol::{ServerNotification, TurnStatus};
use codex_app_client::{Error, Options, ThreadOptions};
use serde_json::json;
use tokio::sync::oneshot;

use crate::script::{
    Server, delta, item_completed, message, turn_completed, turn_ended, turn_response, turn_started,
};

/// A blocking client, and a server that is served elsewhere.
fn connected<F>(
    serve: impl FnOnce(Server) -> F + Send + 'static,
) -> (Codex, std::thread::JoinHandle<()>)
where
    F: Future<Output = ()>,
{
    let (to_server, server) = oneshot::channel::<Server>();
    let serving = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut server = server.await.unwrap();
            server.initialize().await;
            serve(server).await;
        });
    });
    let connect = || {
        let (transport, server) = Server::new();
        assert!(to_server.send(server).is_ok());
        Ok(transport)
    };
    (Codex::connect(connect, Options::new()).unwrap(), serving)
}

#[test]
fn a_turn_is_run() {
    let (codex, serving) = connected(async |mut server: Server| {
        server.serve("thread/start", json!({"thread": {"id": "t"}})).await;
        server.serve("turn/start", turn_response("u")).await;
        server.send(item_completed("t", "u", message("i", "Hello.", None))).await;
        server.send(turn_completed("t", "u")).await;
        assert!(server.is_at_end().await);
    });
    let thread = codex.start_thread(ThreadOptions::default()).unwrap();
    let result = thread.run("hello").unwrap();
    assert_eq!(result.final_response.as_deref(), Some("Hello."));
    codex.shutdown().unwrap();
    serving.join().unwrap();
    assert!(thread.run("late").unwrap_err().is_closed());
}

#[test]
fn a_turn_is_iterated_steered_and_interrupted() {
    let (codex, serving) = connected(async |mut server: Server| {
        server.serve("thread/start", json!({"thread": {"id": "t"}})).await;
        server.serve("turn/start", turn_response("u")).await;
        server.send(turn_started("t", "u")).await;
        server.send(delta("t", "u", "i", "a")).await;
        server.serve("turn/steer", json!({"turnId": "u"})).await;
        server.serve("turn/interrupt", json!({})).await;
        server.send(turn_ended("t", "u", "interrupted")).await;
        assert!(server.is_at_end().await);
    });
    let thread = codex.start_thread(ThreadOptions::default()).unwrap();
    let mut turn = thread.start_turn("hello").unwrap();
    assert!(matches!(thread.run("second"), Err(Error::TurnActive { .. })));
    let mut n_deltas = 0;
    for event in turn.by_ref() {
        if let ServerNotification::ItemAgentMessageDelta(_) = event.unwrap().body {
            n_deltas += 1;
            break;
        }
    }
    assert_eq!(n_deltas, 1);
    turn.steer("more").unwrap();
    turn.interrupt_and_wait().unwrap();
    assert_eq!(turn.wait().unwrap().status, TurnStatus::Interrupted);
    assert!(turn.next().is_none());
    // Dropping everything closes the connection.
    drop((turn, thread, codex));
    serving.join().unwrap();
}

#[test]
fn the_end_of_the_connection_is_an_error() {
    let (codex, serving) = connected(async |mut server: Server| {
        server.expect("model/list").await;
    });
    let mut events = codex.events().unwrap();
    assert!(codex.models().unwrap_err().is_closed());
    assert!(events.next().unwrap().unwrap_err().is_closed());
    assert!(events.next().is_none());
    serving.join().unwrap();
}

#[tokio::test]
async fn inside_a_runtime_it_refuses_to_block() {
    let error = Codex::connect(|| Ok(Server::new().0), Options::new()).unwrap_err();
    assert!(matches!(error, Error::InsideRuntime));
}
