//! Behaviours 7, 8 and 15: what a turn has come to is the same as with async.

use codex_app_client::protocol::TurnStatus;
use codex_app_client::{Error, TurnResult};
use serde_json::{Value, json};

use crate::script::{
    Server, delta, item_completed, item_started, message, notification, turn_completed, turn_ended,
    turn_response, turn_started, usage,
};
use crate::served::with_thread;

fn run(events: impl IntoIterator<Item = Value>) -> Result<TurnResult, Error> {
    let events: Vec<_> = events.into_iter().collect();
    let (thread, _serving) = with_thread(async move |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        server.send(turn_started("t", "u")).await;
        server.send_all(events).await;
    });
    thread.run("hello")
}

fn final_response(messages: impl IntoIterator<Item = Value>) -> Option<String> {
    let messages = messages.into_iter().map(|it| item_completed("t", "u", it));
    run(messages.chain([turn_completed("t", "u")])).unwrap().final_response
}

#[test]
fn the_final_response_is_the_message_that_says_so_or_the_last_one() {
    let check = |messages: &[(&str, Option<&str>)], expected: Option<&str>| {
        let all = messages.iter().map(|(text, phase)| message("i", text, *phase));
        assert_eq!(final_response(all).as_deref(), expected, "{messages:?}");
    };
    let (answer, commentary) = (Some("final_answer"), Some("commentary"));
    check(&[], None);
    check(&[("one", None), ("two", None)], Some("two"));
    check(&[("one", None), ("", None)], Some(""));
    check(&[("one", answer), ("two", commentary), ("three", None)], Some("one"));
    check(&[("one", commentary)], None);
    check(&[("one", Some("partial_answer")), ("two", Some("brand_new"))], None);
    let mut late = message("j", "later", None);
    late["delivery"] = json!("async");
    assert_eq!(final_response([message("i", "now", None), late]).as_deref(), Some("now"));
}

#[test]
fn deltas_and_child_threads_make_no_final_response() {
    let result = run([
        delta("t", "u", "i", "only a delta"),
        item_completed("child", "c", message("j", "of a child", Some("final_answer"))),
        turn_completed("t", "u"),
    ]);
    assert_eq!(result.unwrap().final_response, None);
}

#[test]
fn an_interrupted_turn_is_a_result_and_an_unknown_status_is_neither() {
    let result = run([turn_ended("t", "u", "interrupted")]).unwrap();
    assert_eq!(result.status, TurnStatus::Interrupted);
    let error = run([turn_ended("t", "u", "brandNew")]).unwrap_err();
    assert!(matches!(error, Error::UnexpectedTurnStatus { .. }), "{error:?}");
}

#[test]
fn an_error_that_is_tried_again_ends_nothing() {
    let params = json!({"threadId": "t", "turnId": "u", "willRetry": true,
        "error": {"message": "hiccup"}});
    let result = run([
        notification("error", params),
        item_completed("t", "u", message("i", "after all", None)),
        turn_completed("t", "u"),
    ]);
    assert_eq!(result.unwrap().final_response.as_deref(), Some("after all"));
}

#[test]
fn items_that_never_completed_are_told_apart() {
    let result = run([
        item_started("t", "u", message("i", "", None)),
        item_completed("t", "u", message("j", "done", None)),
        turn_completed("t", "u"),
    ])
    .unwrap();
    assert_eq!(result.items.len(), 1);
    assert_eq!(result.open_items.len(), 1);
}

#[test]
fn usage_is_per_turn_and_the_context_is_separate() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        for (turn, totals) in [("u1", [10, 30]), ("u2", [40, 75])] {
            server.serve("turn/start", turn_response(turn)).await;
            server.send(turn_started("t", turn)).await;
            for total in totals {
                server.send(usage("t", turn, total, 10)).await;
            }
            server.send(turn_completed("t", turn)).await;
        }
    });
    let used = || {
        let usage = thread.run("hello").unwrap().usage.unwrap();
        (usage.turn.total, usage.context_window)
    };
    assert_eq!([used(), used()], [(30, Some(1000)), (45, Some(1000))]);
}
