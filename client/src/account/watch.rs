//! Waits for the end of one login among all events. It starts before the login is requested, since
//! the end may be announced before the response is read.

use codex_app_protocol::{AccountLoginCompletedNotification, ServerNotification};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use crate::error::Error;
use crate::event::{Event, Events};

pub(super) type Outcome = Result<(), Error>;

/// A watch that was started for a login whose id is not known yet.
pub(super) struct Watch {
    id: oneshot::Sender<String>,
    ending: Ending,
}

/// The future outcome of a login. Dropping it stops the watch.
#[derive(Debug)]
pub(super) struct Ending {
    outcome: watch::Receiver<Option<Outcome>>,
    task: JoinHandle<()>,
}

impl Watch {
    pub(super) fn begin(events: Events) -> Self {
        let (id, login_id) = oneshot::channel();
        let (result, outcome) = watch::channel(None);
        let task = tokio::spawn(look(events, login_id, result));
        Self { id, ending: Ending { outcome, task } }
    }

    pub(super) fn of(self, login_id: &str) -> Ending {
        // Without a receiver the connection has ended, and the outcome says so.
        let _ = self.id.send(login_id.to_owned());
        self.ending
    }
}

impl Ending {
    pub(super) async fn wait(&mut self) -> Outcome {
        let outcome = self.outcome.wait_for(Option::is_some).await;
        let outcome = outcome.ok().and_then(|it| it.clone());
        // Without an outcome the runtime was shut down under the task.
        outcome.unwrap_or(Err(Error::LoginFailed { login_id: None, message: None }))
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn look(
    mut events: Events,
    mut login_id: oneshot::Receiver<String>,
    result: watch::Sender<Option<Outcome>>,
) {
    let mut early = Vec::new();
    let login_id = loop {
        tokio::select! {
            biased;
            id = &mut login_id => match id {
                Ok(id) => break id,
                // The login was refused.
                Err(_) => return,
            },
            event = events.next() => match completed(event) {
                Ok(Some(it)) => early.push(it),
                Ok(None) => {}
                Err(error) => {
                    result.send_replace(Some(Err(error)));
                    return;
                }
            },
        }
    };
    let is_ours =
        |it: &AccountLoginCompletedNotification| it.login_id.as_deref() == Some(login_id.as_str());
    let mut ours = early.into_iter().find(is_ours);
    while ours.is_none() {
        match completed(events.next().await) {
            Ok(it) => ours = it.filter(is_ours),
            Err(error) => {
                result.send_replace(Some(Err(error)));
                return;
            }
        }
    }
    result.send_replace(ours.map(outcome));
}

fn completed(
    event: Option<Result<Event, Error>>,
) -> Result<Option<AccountLoginCompletedNotification>, Error> {
    let gone = || Error::LoginFailed { login_id: None, message: None };
    let event = event.ok_or_else(gone)??;
    Ok(match event.into_notification().map(|it| it.body) {
        Some(ServerNotification::AccountLoginCompleted(completed)) => Some(*completed),
        _ => None,
    })
}

fn outcome(completed: AccountLoginCompletedNotification) -> Outcome {
    let AccountLoginCompletedNotification { login_id, error: message, success, .. } = completed;
    match success {
        Some(true) => Ok(()),
        _ => Err(Error::LoginFailed { login_id, message }),
    }
}
