//! Behaviours 1, 3 to 7, 10, 15, 21 and 22: turns are run and followed in plain threads.

use codex_app_client::Error;
use codex_app_client::protocol::{ServerNotification, TurnStatus};
use codex_app_client::testing::{Gate, Reply};

use crate::{answer, begun, held, reached, setup};

#[test]
fn a_turn_is_run_on_a_server_that_says_who_it_is() {
    let it = setup();
    assert!(!it.codex.server_info().unwrap().version.is_empty());
    let thread = it.thread();
    it.model.push(answer("Hello."));
    let result = thread.run("Hi.").unwrap();
    assert_eq!((&*result.thread_id, &result.status), (thread.id(), &TurnStatus::Completed));
    assert_eq!(result.final_response.as_deref(), Some("Hello."));
    assert!(result.usage.unwrap().turn.total > 0);
    assert!(result.duration_ms.is_some());
    it.codex.shutdown().unwrap();
}

#[test]
fn a_turn_is_iterated_and_its_text_is_whole() {
    let it = setup();
    it.model.push(Reply::streamed(["Once ", "upon ", "a time."]).phase("final_answer"));
    let mut turn = it.thread().start_turn("Tell me.").unwrap();
    let mut text = String::new();
    let mut last = String::new();
    for event in turn.by_ref() {
        let event = event.unwrap();
        last = event.body.method().to_owned();
        if let ServerNotification::ItemAgentMessageDelta(delta) = event.body {
            text.push_str(&delta.delta.unwrap());
        }
    }
    assert_eq!((&*text, &*last), ("Once upon a time.", "turn/completed"));
    assert_eq!(turn.wait().unwrap().final_response, Some(text));
    it.codex.shutdown().unwrap();
}

#[test]
fn turns_in_two_threads_run_side_by_side() {
    let it = setup();
    let (first, second) = (Gate::new(), Gate::new());
    it.model.push_for("first", held(&first, "One."));
    it.model.push_for("second", held(&second, "Two."));
    let (codex, opening) = (&it.codex, &second);
    std::thread::scope(|scope| {
        let run = |input: &'static str| {
            scope.spawn(move || {
                let thread = codex.start_thread(codex_app_client::ThreadOptions::default());
                let mut turn = thread.unwrap().start_turn(input).unwrap();
                let turn_id = turn.id().to_owned();
                for event in turn.by_ref() {
                    if let ServerNotification::ItemAgentMessageDelta(delta) = event.unwrap().body {
                        assert_eq!(delta.turn_id, turn_id);
                    }
                }
                turn.wait().unwrap().final_response.unwrap()
            })
        };
        let (one, two) = (run("first"), run("second"));
        // Both run at once, and the second ends first.
        reached(&first);
        reached(opening);
        opening.open();
        assert_eq!(two.join().unwrap(), "Two.");
        first.open();
        assert_eq!(one.join().unwrap(), "One.");
    });
    it.codex.shutdown().unwrap();
}

#[test]
fn a_second_turn_is_refused_while_the_first_runs() {
    let it = setup();
    let thread = it.thread();
    let gate = Gate::new();
    it.model.push(held(&gate, "Done."));
    let mut turn = thread.start_turn("Wait.").unwrap();
    begun(&mut turn);
    let error = thread.run("No.").unwrap_err();
    assert!(matches!(&error, Error::TurnActive { turn_id: Some(id), .. } if id == turn.id()));
    let client = thread.client();
    assert!(matches!(client.next_notification(), Err(Error::TurnStreamActive { .. })));
    // A second handle sees the same turn to its end.
    let mut second = thread.active_turn().unwrap();
    assert!(second.is_joined() && second.id() == turn.id());
    gate.open();
    assert_eq!(second.wait().unwrap().final_response.as_deref(), Some("Done."));
    assert_eq!(turn.wait().unwrap().final_response.as_deref(), Some("Done."));
    thread.run("Yes.").unwrap();
    assert_eq!(it.model.requests().len(), 2);
    it.codex.shutdown().unwrap();
}

#[test]
fn a_failed_turn_is_an_error_that_says_why() {
    let it = setup();
    let thread = it.thread();
    it.model.push(Reply::failed("invalid_prompt", "not like that"));
    let error = thread.run("Fail.").unwrap_err();
    assert_eq!(error.turn_failure().unwrap().result.status, TurnStatus::Failed);
    assert!(thread.run("Go on.").is_ok());
    it.codex.shutdown().unwrap();
}

#[test]
fn a_turn_that_the_server_starts_is_followed() {
    let it = setup();
    let thread = it.thread();
    thread.run("Something to shorten.").unwrap();
    let next = thread.next_turn();
    let mut turn = thread.compact().unwrap();
    assert_eq!(turn.wait().unwrap().status, TurnStatus::Completed);
    assert_eq!(next.wait().unwrap().id(), turn.id());
    let result = thread.shell_command("echo hello").unwrap().wait().unwrap();
    assert_eq!(result.status, TurnStatus::Completed);
    it.codex.shutdown().unwrap();
}
