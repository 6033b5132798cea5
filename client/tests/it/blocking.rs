//! Behaviour 21: the same without async. The scripts of the servers run in threads of their own.

mod accounts;
mod closing;
mod goals;
mod guard;
mod handles;
mod inside_runtime;
mod lifecycle;
mod managing;
mod pages;
mod parity;
mod requests;
mod results;
mod routing;
mod server_requests;
mod supervisor;
mod turns;

use codex_app_client::blocking::{Events, TurnHandle};
use codex_app_client::protocol::ServerNotification;
use codex_app_client::{Error, Event};

/// The methods of all events up to the end of the turn.
fn methods(turn: &mut TurnHandle) -> Vec<String> {
    turn.map(|it| it.unwrap().body.method().to_owned()).collect()
}

/// The text of the next event, which has to be a delta.
fn next_delta(turn: &mut TurnHandle) -> String {
    match turn.next().unwrap().unwrap().body {
        ServerNotification::ItemAgentMessageDelta(delta) => delta.delta.unwrap(),
        other => panic!("{other:?}"),
    }
}

fn is_wait_timeout(error: &Error) -> bool {
    matches!(error, Error::WaitTimeout { .. })
}

/// The method of the next event.
fn next_method(events: &mut Events) -> String {
    match events.next().unwrap().unwrap() {
        Event::Notification(notification) => notification.body.method().to_owned(),
        other => panic!("{other:?}"),
    }
}
