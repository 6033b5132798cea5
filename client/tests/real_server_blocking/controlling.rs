//! Behaviours 13, 14 and 16: turns are steered and interrupted from other threads.

use std::time::Duration;

use codex_app_client::Error;
use codex_app_client::protocol::TurnStatus;
use codex_app_client::testing::{Gate, Reply};

use crate::{answer, begun, held, reached, setup};

#[test]
fn a_turn_is_interrupted_as_soon_as_it_was_promised_and_in_the_midst_of_a_command() {
    let it = setup();
    let thread = it.thread();
    it.model.push(Reply::command("sleep 600"));
    let mut turn = thread.start_turn("Wait.").unwrap();
    crate::until(&mut turn, |it| {
        it.method() == "item/started" && format!("{it:?}").contains("sleep")
    });
    turn.interrupt_and_wait().unwrap();
    assert!(turn.is_finished());
    assert_eq!(turn.wait().unwrap().status, TurnStatus::Interrupted);
    // It is over, and this does nothing.
    turn.interrupt().unwrap();

    let gate = Gate::new();
    it.model.push(held(&gate, "Never said."));
    let mut turn = thread.start_turn("Wait.").unwrap();
    turn.interrupt_and_wait().unwrap();
    assert_eq!(turn.wait().unwrap().status, TurnStatus::Interrupted);
    gate.open();
    it.codex.shutdown().unwrap();
}

#[test]
fn another_thread_interrupts_the_turn_that_this_one_waits_for() {
    let it = setup();
    let gate = Gate::new();
    it.model.push(held(&gate, "Never said."));
    let mut turn = it.thread().start_turn("Wait.").unwrap();
    let control = turn.control();
    let interrupting = std::thread::spawn(move || {
        reached(&gate);
        control.interrupt_and_wait().unwrap();
    });
    assert_eq!(turn.wait().unwrap().status, TurnStatus::Interrupted);
    interrupting.join().unwrap();
    it.codex.shutdown().unwrap();
}

#[test]
fn a_turn_is_steered_and_refuses_when_it_is_over() {
    let it = setup();
    let gate = Gate::new();
    it.model.push(held(&gate, "Cut off."));
    it.model.push(answer("Steered."));
    let mut turn = it.thread().start_turn("first").unwrap();
    begun(&mut turn);
    reached(&gate);
    turn.steer("second").unwrap();
    gate.open();
    turn.wait().unwrap();
    assert!(matches!(turn.steer("third"), Err(Error::NoActiveTurn { .. })));
    let said = it.model.requests().pop().unwrap();
    assert!(said.body().to_string().contains("second"), "the steered input reaches the model");
    it.codex.shutdown().unwrap();
}

#[test]
fn a_run_that_is_given_up_interrupts_its_turn() {
    let it = setup();
    let thread = it.thread();
    let gate = Gate::new();
    it.model.push(held(&gate, "Never heard."));
    let next = thread.next_turn();
    let error = thread.run_within("Wait.", Duration::from_millis(500)).unwrap_err();
    assert!(matches!(error, Error::WaitTimeout { .. }), "{error:?}");
    assert_eq!(next.wait().unwrap().wait().unwrap().status, TurnStatus::Interrupted);
    gate.open();
    it.codex.shutdown().unwrap();
}

#[test]
fn a_wait_that_is_given_up_leaves_the_turn_alone() {
    let it = setup();
    let gate = Gate::new();
    it.model.push(held(&gate, "Done."));
    let mut turn = it.thread().start_turn("Wait.").unwrap();
    reached(&gate);
    let error = turn.wait_within(Duration::from_millis(50)).unwrap_err();
    assert!(matches!(error, Error::WaitTimeout { .. }), "{error:?}");
    gate.open();
    assert_eq!(turn.wait().unwrap().final_response.as_deref(), Some("Done."));
    it.codex.shutdown().unwrap();
}
