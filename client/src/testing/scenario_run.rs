//! A scenario that is being played, in a task of its own. It stores the first failure until the
//! test asks for it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::testing::client_line::ClientLine;
use crate::testing::scenario::{Expected, Scenario, Step};
use crate::testing::script_error::{ScriptError, ScriptErrorKind};
use crate::testing::scripted_server::ScriptedServer;
use crate::transport::Transport;

/// How long `finish` waits for the remaining steps.
const PATIENCE: Duration = Duration::from_secs(5);

/// A [`Scenario`] that is being played.
///
/// On a failure the server closes the connection, so that the client does not wait for it, and the
/// error is stored. [`finish`](Self::finish) returns it; dropping this value without `finish`
/// panics with it.
#[must_use = "`finish` returns whether the conversation matched the scenario"]
pub struct ScenarioRun {
    task: Option<JoinHandle<()>>,
    /// Dropping it tells the server that the test is finished.
    finish: Option<oneshot::Sender<()>>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    waits_for: Option<String>,
    /// The lines before that, as they are printed.
    before: Vec<String>,
    outcome: Option<Result<(), ScriptError>>,
}

impl ScenarioRun {
    pub(crate) fn start(scenario: Scenario) -> (Transport, Self) {
        let (transport, mut server) = ScriptedServer::new();
        server.report_nothing();
        if scenario.is_recorded {
            server.allow_unknown_members();
        }
        let state = Arc::<Mutex<State>>::default();
        let (finish, finished) = oneshot::channel();
        let player =
            Player { server, state: Arc::clone(&state), requests: BTreeMap::new(), last: None };
        let outcome = Arc::clone(&state);
        let task = tokio::spawn(async move {
            let played = player.play(scenario.steps, finished).await;
            lock(&outcome).outcome = Some(played);
        });
        (transport, Self { task: Some(task), finish: Some(finish), state })
    }

    /// Waits until all steps have happened, for at most 5 seconds of tokio's clock, and closes the
    /// connection.
    ///
    /// # Errors
    ///
    /// The first failure: a line that was not expected, a line or another step that did not happen
    /// in time, or a line after the end of the scenario.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the outcome is lost.
    pub async fn finish(mut self) -> Result<(), ScriptError> {
        drop(self.finish.take());
        let Some(mut task) = self.task.take() else { return Err(gone()) };
        if tokio::time::timeout(PATIENCE, &mut task).await.is_err() {
            task.abort();
            // It may have completed just now; otherwise it is aborted.
            let _ = task.await;
        }
        let mut state = lock(&self.state);
        match (state.outcome.take(), state.waits_for.take()) {
            (Some(outcome), _) => outcome,
            (None, Some(expected)) => {
                let before = std::mem::take(&mut state.before);
                Err(ScriptError::new(ScriptErrorKind::Timeout { expected }, before))
            }
            (None, None) => Err(gone()),
        }
    }
}

impl Drop for ScenarioRun {
    fn drop(&mut self) {
        let outcome = lock(&self.state).outcome.take();
        if let Some(Err(error)) = outcome
            && !std::thread::panicking()
        {
            panic!("{error:?}");
        }
    }
}

impl fmt::Debug for ScenarioRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScenarioRun").field("state", &*lock(&self.state)).finish_non_exhaustive()
    }
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn gone() -> ScriptError {
    ScriptError::new(ScriptErrorKind::TaskGone, Vec::new())
}

/// Plays the steps.
struct Player {
    server: ScriptedServer,
    state: Arc<Mutex<State>>,
    /// Requests, by the key with which they are answered.
    requests: BTreeMap<String, ClientLine>,
    last: Option<ClientLine>,
}

impl Player {
    async fn play(
        mut self,
        steps: Vec<Step>,
        finished: oneshot::Receiver<()>,
    ) -> Result<(), ScriptError> {
        let mut steps = steps.into_iter().peekable();
        while let Some(step) = steps.next() {
            match step {
                Step::Expect(first) => {
                    let mut group = vec![first];
                    while let Some(Step::Expect(next)) =
                        steps.next_if(|it| matches!(it, Step::Expect(_)))
                    {
                        group.push(next);
                    }
                    self.expect_all(group).await?;
                }
                Step::Answer { key, body } => self.answer(key.as_ref(), body).await?,
                Step::Send(message) => self.server.send(message).await?,
                Step::Raw(bytes) => self.server.send_raw(bytes).await?,
                Step::Hold(gate) => {
                    self.waits_for("a gate to be opened".to_owned());
                    gate.pass().await;
                }
                Step::Pause(duration) => {
                    self.waits_for("a pause to end".to_owned());
                    tokio::time::sleep(duration).await;
                }
                Step::Disconnect => return self.server.disconnect(),
            }
        }
        self.waits_for("the end".to_owned());
        tokio::select! {
            biased;
            // The handle was dropped, or `finish` was called.
            _ = finished => {}
            left = self.server.unforeseen() => match left {
                None => {}
                Some(line) => return Err(self.server.left_over(&line)),
            },
        }
        self.server.finish().await
    }

    /// Receives as many lines as there are expectations, which may be met in any order.
    async fn expect_all(&mut self, mut group: Vec<Expected>) -> Result<(), ScriptError> {
        while !group.is_empty() {
            let names: Vec<_> = group.iter().map(Expected::name).collect();
            let expected = names.join(" or ");
            self.waits_for(expected.clone());
            let line = self.server.take(&expected).await?;
            match group.iter().position(|it| it.is_met_by(&line)) {
                Some(index) => {
                    if let Expected::Method { key, .. } = group.remove(index) {
                        if let Some(key) = key {
                            self.requests.insert(key.to_string(), line.clone());
                        }
                        self.last = Some(line);
                    }
                }
                None => return Err(self.server.unexpected(&expected, &line)),
            }
        }
        Ok(())
    }

    async fn answer(&mut self, key: Option<&Value>, mut body: Value) -> Result<(), ScriptError> {
        let request = match key {
            Some(key) => self.requests.remove(&key.to_string()),
            None => self.last.clone(),
        };
        // Without a request it is not a valid message, and is refused as such.
        if let Some(request) = request {
            body["id"] = request.id().clone();
        }
        self.server.send(body).await
    }

    fn waits_for(&self, expected: String) {
        let mut state = lock(&self.state);
        state.before = self.server.before();
        state.waits_for = Some(expected);
    }
}

impl Expected {
    fn name(&self) -> String {
        match self {
            Self::Method { method, params: None, .. } => method.clone(),
            Self::Method { method, params: Some(params), .. } => format!("{method} with {params}"),
            Self::Answer { id, result: None } => format!("the reply to {id}"),
            Self::Answer { id, result: Some(result) } => format!("the reply {result} to {id}"),
        }
    }

    fn is_met_by(&self, line: &ClientLine) -> bool {
        match self {
            Self::Method { method, params, .. } => {
                line.method() == Some(method)
                    && params.as_ref().is_none_or(|it| contains(line.params(), it))
            }
            Self::Answer { id, result } => {
                line.answers(id) && result.as_ref().is_none_or(|it| contains(line.result(), it))
            }
        }
    }
}

/// Whether a value has at least these members. Values other than objects and arrays have to be
/// equal.
fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            part.iter().all(|(name, part)| whole.get(name).is_some_and(|it| contains(it, part)))
        }
        (Value::Array(whole), Value::Array(part)) => {
            whole.len() == part.len() && whole.iter().zip(part).all(|(it, part)| contains(it, part))
        }
        (whole, part) => whole == part,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::contains;

    #[test]
    fn members_that_are_not_named_may_have_any_value() {
        let whole = json!({"a": [{"b": 1, "c": 2}], "d": null});
        assert!(contains(&whole, &json!({})));
        assert!(contains(&whole, &json!({"a": [{"b": 1}]})));
        assert!(!contains(&whole, &json!({"a": []})));
        assert!(!contains(&whole, &json!({"d": 1})));
        assert!(!contains(&whole, &json!({"e": null})));
    }
}
