//! What holds whichever way a server is reached.

use codex_app_client::protocol::TurnStatus;
use codex_app_client::testing::{Gate, Reply};
use codex_app_client::{CloseReason, Error, ThreadOptions};

use crate::setup::{WAYS, held, setup};

#[tokio::test]
async fn turns_run_one_after_the_other() {
    for way in WAYS {
        let it = setup(*way).await;
        for input in ["one", "two"] {
            let result = it.thread.run(input).await.unwrap();
            assert_eq!(result.final_response, Some(format!("You said: {input}")), "{way:?}");
        }
        it.end().await;
    }
}

#[tokio::test]
async fn turns_run_side_by_side() {
    for way in WAYS {
        let it = setup(*way).await;
        let gate = Gate::new();
        it.model.push(held(&gate, "A."));
        it.model.push(held(&gate, "B."));
        let other = it.codex.start_thread(ThreadOptions::default()).await.unwrap();
        let mut one = it.thread.start_turn("one").await.unwrap();
        let mut two = other.start_turn("two").await.unwrap();
        gate.reached(2).await;
        gate.open();
        let (one, two) = tokio::join!(one.wait(), two.wait());
        let mut answers = [one.unwrap().final_response, two.unwrap().final_response];
        answers.sort();
        assert_eq!(answers, [Some("A.".to_owned()), Some("B.".to_owned())], "{way:?}");
        it.end().await;
    }
}

#[tokio::test]
async fn a_second_turn_is_refused_and_the_first_can_be_interrupted() {
    for way in WAYS {
        let it = setup(*way).await;
        let gate = Gate::new();
        it.model.push(held(&gate, "Never said."));
        let mut turn = it.thread.start_turn("Wait.").await.unwrap();
        gate.reached(1).await;
        let error = it.thread.start_turn("Me too.").await.unwrap_err();
        assert!(matches!(error, Error::TurnActive { .. }), "{way:?}: {error:?}");
        turn.interrupt_and_wait().await.unwrap();
        assert_eq!(turn.wait().await.unwrap().status, TurnStatus::Interrupted);
        gate.open();
        it.end().await;
    }
}

#[tokio::test]
async fn big_messages_pass_both_ways() {
    for way in WAYS {
        let it = setup(*way).await;
        let text = "x".repeat(3_000_000);
        it.model.push(Reply::message(&text).phase("final_answer"));
        let result = it.thread.run("y".repeat(900_000)).await.unwrap();
        assert_eq!(result.final_response.map(|it| it.len()), Some(text.len()), "{way:?}");
        it.end().await;
    }
}

#[tokio::test]
async fn a_shutdown_ends_what_waits() {
    for way in WAYS {
        let it = setup(*way).await;
        let gate = Gate::new();
        it.model.push(held(&gate, "Never heard."));
        let mut turn = it.thread.start_turn("Wait.").await.unwrap();
        gate.reached(1).await;
        it.codex.shutdown().await;
        let error = turn.wait().await.unwrap_err();
        assert_eq!(error.closed().unwrap().reason, CloseReason::Shutdown, "{way:?}");
        assert!(it.thread.run("late").await.unwrap_err().is_closed());
        gate.open();
        it.end().await;
    }
}
