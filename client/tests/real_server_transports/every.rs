//! The same over every way.

use codex_app_client::protocol::TurnStatus;
use codex_app_client::testing::{Gate, Reply};
use codex_app_client::{Error, ThreadOptions};

use crate::listening::{Server, WAYS};

#[tokio::test]
async fn turns_run_side_by_side_and_each_stream_has_its_own() {
    for way in WAYS {
        let server = Server::start(*way).await;
        let codex = server.connect().await;
        let mut running = Vec::new();
        for number in 0..4 {
            let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
            let turn = thread.start_turn(format!("number {number}")).await.unwrap();
            running.push((number, thread, turn));
        }
        for (number, thread, mut turn) in running {
            while let Some(event) = turn.next().await {
                assert_eq!(event.unwrap().body.thread_id(), Some(thread.id()), "{way:?}");
            }
            let answer = turn.wait().await.unwrap().final_response;
            assert_eq!(answer, Some(format!("You said: number {number}")), "{way:?}");
        }
        codex.shutdown().await;
    }
}

#[tokio::test]
async fn a_busy_thread_is_guarded_and_its_turn_interrupted() {
    for way in WAYS {
        let server = Server::start(*way).await;
        let codex = server.connect().await;
        let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
        let gate = Gate::new();
        server.model.push(Reply::hold(&gate));
        let mut turn = thread.start_turn("Wait.").await.unwrap();
        let error = thread.run("Not now.").await.unwrap_err();
        assert!(matches!(error, Error::TurnActive { .. }), "{way:?}: {error:?}");
        turn.interrupt_and_wait().await.unwrap();
        assert_eq!(turn.wait().await.unwrap().status, TurnStatus::Interrupted, "{way:?}");
        gate.open();
        assert_eq!(thread.run("Now.").await.unwrap().status, TurnStatus::Completed, "{way:?}");
        codex.shutdown().await;
    }
}

#[tokio::test]
async fn a_message_of_a_megabyte_arrives_whole() {
    for way in WAYS {
        let server = Server::start(*way).await;
        let codex = server.connect().await;
        let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
        let text = "x".repeat(1_000_000);
        server.model.push(Reply::message(&*text).without_deltas());
        let answer = thread.run("y".repeat(900_000)).await.unwrap().final_response.unwrap();
        assert_eq!(answer.len(), text.len(), "{way:?}");
        codex.shutdown().await;
    }
}

#[tokio::test]
async fn the_end_is_told_to_all_that_wait() {
    for way in WAYS {
        let mut server = Server::start(*way).await;
        let codex = server.connect().await;
        let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
        let gate = Gate::new();
        server.model.push(Reply::hold(&gate));
        let mut turn = thread.start_turn("Wait.").await.unwrap();
        gate.reached(1).await;
        if server.process.is_some() {
            server.kill().await;
        } else {
            codex.shutdown().await;
        }
        assert!(turn.wait().await.unwrap_err().is_closed(), "{way:?}");
        assert!(codex.models().await.unwrap_err().is_closed(), "{way:?}");
    }
}

#[tokio::test]
async fn a_client_that_goes_leaves_a_listening_server_alone() {
    for way in &WAYS[1..] {
        let server = Server::start(*way).await;
        let codex = server.connect().await;
        codex.start_thread(ThreadOptions::default()).await.unwrap();
        codex.shutdown().await;
        let codex = server.connect().await;
        let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
        assert_eq!(thread.run("Again.").await.unwrap().status, TurnStatus::Completed, "{way:?}");
        codex.shutdown().await;
    }
}
