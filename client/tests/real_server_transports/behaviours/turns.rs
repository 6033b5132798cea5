//! What turns come to, and what is told of them.

use codex_app_client::ThreadOptions;
use codex_app_client::protocol::{CodexErrorInfo, ServerNotification};
use codex_app_client::testing::{Gate, ModelError, Reply};

use crate::setup::{Way, held, setup};

pub(crate) async fn turns_run_one_after_the_other(way: Way) {
    let it = setup(way).await;
    for input in ["one", "two"] {
        let result = it.thread.run(input).await.unwrap();
        assert_eq!(result.final_response, Some(format!("You said: {input}")));
    }
    it.end().await;
}

pub(crate) async fn turns_run_side_by_side(way: Way) {
    let it = setup(way).await;
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
    assert_eq!(answers, [Some("A.".to_owned()), Some("B.".to_owned())]);
    it.end().await;
}

pub(crate) async fn the_events_of_a_turn_come_in_order_and_none_is_lost(way: Way) {
    let it = setup(way).await;
    let expected: String = (0..3000).map(|n| format!("{n},")).collect();
    let message = Reply::message(&expected).phase("final_answer");
    it.model.push(message.deltas((0..3000).map(|n| format!("{n},"))));
    let mut turn = it.thread.start_turn("Count.").await.unwrap();
    let (mut methods, mut text) = (Vec::new(), String::new());
    while let Some(event) = turn.next().await {
        let event = event.unwrap().body;
        if let ServerNotification::ItemAgentMessageDelta(delta) = &event {
            text.push_str(delta.delta.as_deref().unwrap());
        }
        methods.push(event.method().to_owned());
    }
    assert!(text == expected, "the text differs");
    methods.dedup();
    let known = |it: &String| it.starts_with("item/") || it.starts_with("turn/");
    methods.retain(known);
    let (user, answer) = (["item/started", "item/completed"], "item/agentMessage/delta");
    let in_order = ["turn/started", user[0], user[1], user[0], answer, user[1], "turn/completed"];
    assert_eq!(methods, in_order);
    assert_eq!(turn.wait().await.unwrap().final_response, Some(expected));
    it.end().await;
}

pub(crate) async fn phases_decide_the_final_response(way: Way) {
    let it = setup(way).await;
    it.model.push(Reply::message("Thinking.").phase("commentary"));
    let result = it.thread.run("a").await.unwrap();
    assert_eq!((result.final_response, result.items.len()), (None, 2));
    let answer = Reply::message("The answer.").phase("final_answer");
    it.model.push(answer.then(Reply::message("By the way.").phase("commentary")));
    let result = it.thread.run("b").await.unwrap();
    assert_eq!(result.final_response.as_deref(), Some("The answer."));
    it.end().await;
}

pub(crate) async fn a_failed_turn_says_why_and_the_next_one_runs(way: Way) {
    let it = setup(way).await;
    it.model.push(Reply::error(ModelError::UsageLimitReached));
    let error = it.thread.run("Fail.").await.unwrap_err();
    let failure = error.turn_failure().unwrap_or_else(|| panic!("{error:?}"));
    assert_eq!(failure.info, Some(CodexErrorInfo::UsageLimitExceeded));
    let result = it.thread.run("Again.").await.unwrap();
    assert_eq!(result.final_response.as_deref(), Some("You said: Again."));
    it.end().await;
}

pub(crate) async fn big_messages_pass_both_ways(way: Way) {
    let it = setup(way).await;
    let text = "x".repeat(3_000_000);
    it.model.push(Reply::message(&text).phase("final_answer"));
    let result = it.thread.run("y".repeat(900_000)).await.unwrap();
    assert_eq!(result.final_response.map(|it| it.len()), Some(text.len()));
    it.end().await;
}
