//! The result of a turn, collected from its events. It decides what counts as success; it waits for
//! nothing.

mod failure;

use std::sync::Arc;

use codex_app_protocol::{
    Json, ServerNotification, ThreadItem, ThreadTokenUsageUpdatedNotification, Turn, TurnError,
    TurnStatus, decode,
};
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::turn::final_response::final_response;
pub use crate::turn::result::failure::TurnFailure;
use crate::turn::usage::{TurnUsage, UsageMeter};

/// The result of a turn: status, items, final response, token usage.
///
/// Returned by [`Thread::run`](crate::Thread::run) and
/// [`TurnHandle::wait`](crate::TurnHandle::wait).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TurnResult {
    /// The id of the thread.
    pub thread_id: String,
    /// The id of the turn.
    pub id: String,
    /// How the turn ended: [`TurnStatus::Completed`] or [`TurnStatus::Interrupted`]. Other values
    /// occur only in a result that is part of an error.
    pub status: TurnStatus,
    /// The server's error object, if the turn failed.
    pub error: Option<TurnError>,
    /// The completed items: messages, commands, file changes and so on, in the order in which they
    /// were completed.
    ///
    /// For the output of a command, read `aggregated_output`: its output deltas lack what it
    /// printed in its first moments.
    pub items: Vec<ThreadItem>,
    /// The items that were started and never completed. The server leaves items open when a turn is
    /// interrupted or steered, or when the model's stream breaks.
    pub open_items: Vec<ThreadItem>,
    /// The final response: the agent's answer to the input. `None` if there is none, for example
    /// because the turn was interrupted. See [`final_response`](fn@crate::final_response) for how it
    /// is selected.
    pub final_response: Option<String>,
    /// The token usage, if the server reported it.
    pub usage: Option<TurnUsage>,
    /// When the turn started, in seconds since the Unix epoch.
    pub started_at: Option<i64>,
    /// When the turn ended, in seconds since the Unix epoch.
    pub completed_at: Option<i64>,
    /// The duration of the turn in milliseconds.
    pub duration_ms: Option<i64>,
    /// Whether the input joined a turn that was already running. Then [`items`](Self::items) has
    /// only the items since.
    pub joined: bool,
}

impl TurnResult {
    /// Parses the final response as JSON, for turns that were started with an [output
    /// schema](crate::TurnInput::output_schema).
    ///
    /// # Errors
    ///
    /// [`Error::NoFinalResponse`] if there is no final response, for example after an interruption.
    /// [`Error::InvalidOutput`] if it does not match the type.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
    /// use codex_app_client::TurnInput;
    /// use serde_json::{Value, json};
    ///
    /// let schema = json!({
    ///     "type": "object",
    ///     "properties": { "files": { "type": "integer" } },
    ///     "required": ["files"],
    ///     "additionalProperties": false,
    /// });
    /// let input = TurnInput::from("How many files are here?").output_schema(schema);
    /// let answer: Value = thread.run(input).await?.parse()?;
    /// println!("{}", answer["files"]);
    /// # Ok(()) }
    /// ```
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let result = || Arc::new(self.clone());
        match &self.final_response {
            Some(text) => serde_json::from_str(text)
                .map_err(|error| Error::InvalidOutput { result: result(), error: Arc::new(error) }),
            None => Err(Error::NoFinalResponse { result: result() }),
        }
    }
}

/// Collects what a turn's events tell. Until one tells something, it takes no room.
#[derive(Clone, Debug, Default)]
pub(crate) struct Collector(Option<Box<Collected>>);

#[derive(Clone, Debug, Default)]
struct Collected {
    items: Vec<ThreadItem>,
    open_items: Vec<ThreadItem>,
    meter: UsageMeter,
    /// How many items were in lines that could not be used.
    n_lost: usize,
    /// The end of the turn; none in it if it was told in a shape that is not known.
    end: Option<Option<End>>,
}

/// What is told at the end of a turn, but for its items: those were told one by one.
#[derive(Clone, Debug)]
struct End {
    id: String,
    status: Option<TurnStatus>,
    error: Option<TurnError>,
    started_at: Option<i64>,
    completed_at: Option<i64>,
    duration_ms: Option<i64>,
}

impl From<&Turn> for End {
    fn from(turn: &Turn) -> Self {
        Self {
            id: turn.id.clone(),
            status: turn.status.clone(),
            error: turn.error.clone(),
            started_at: turn.started_at,
            completed_at: turn.completed_at,
            duration_ms: turn.duration_ms,
        }
    }
}

impl Collector {
    /// What the thread had used before: params of the notification.
    pub(crate) fn baseline(&mut self, params: &str) {
        let usage = decode::from_str::<ThreadTokenUsageUpdatedNotification>(params);
        if let Ok(Some(usage)) = usage.map(|it| it.token_usage) {
            self.collected().meter.baseline(&usage);
        }
    }

    /// An event that others get too.
    pub(crate) fn event(&mut self, event: &ServerNotification) {
        match event {
            ServerNotification::ItemStarted(started) => self.item_started(started.item.clone()),
            ServerNotification::ItemCompleted(completed) => {
                self.item_completed(completed.item.clone());
            }
            ServerNotification::ThreadTokenUsageUpdated(updated) => {
                if let Some(usage) = &updated.token_usage {
                    self.collected().meter.update(usage);
                }
            }
            ServerNotification::TurnCompleted(completed) => {
                self.collected().end = Some(Some(End::from(&completed.turn)));
            }
            ServerNotification::Unknown { method, .. } if &**method == "turn/completed" => {
                self.collected().end = Some(None);
            }
            _ => {}
        }
    }

    /// An item was completed in a line that could not be used.
    pub(crate) fn item_lost(&mut self) {
        self.collected().n_lost += 1;
    }

    /// An event that nobody else gets: an item may be megabytes, and is not copied.
    pub(crate) fn take(&mut self, event: ServerNotification) {
        match event {
            ServerNotification::ItemStarted(started) => self.item_started(started.item),
            ServerNotification::ItemCompleted(completed) => self.item_completed(completed.item),
            other => self.event(&other),
        }
    }

    /// The result, if the end was told; it can be asked for again.
    pub(crate) fn result(
        &self,
        thread_id: &str,
        turn_id: &str,
        joined: bool,
    ) -> Option<Result<TurnResult, Error>> {
        self.0.as_ref()?.end.as_ref()?;
        self.clone().into_result(thread_id, turn_id, joined)
    }

    /// The result, if the end was told.
    pub(crate) fn into_result(
        self,
        thread_id: &str,
        turn_id: &str,
        joined: bool,
    ) -> Option<Result<TurnResult, Error>> {
        let Collected { items, open_items, meter, n_lost, end } = *self.0?;
        let end = end?;
        let id = end.as_ref().map_or(turn_id, |it| &it.id).to_owned();
        let mut result = TurnResult {
            thread_id: thread_id.to_owned(),
            joined: joined || id != turn_id,
            id,
            status: TurnStatus::Unknown(Json::string("")),
            error: None,
            final_response: final_response(&items).map(Into::into),
            items,
            open_items,
            usage: meter.usage(),
            started_at: None,
            completed_at: None,
            duration_ms: None,
        };
        if let Some(end) = end {
            result.status = end.status.unwrap_or(result.status);
            result.error = end.error;
            (result.started_at, result.completed_at) = (end.started_at, end.completed_at);
            result.duration_ms = end.duration_ms;
        }
        Some(match &result.status {
            TurnStatus::Completed | TurnStatus::Interrupted if n_lost > 0 => {
                Err(Error::ItemsLost { result: Arc::new(result), lost_count: n_lost })
            }
            TurnStatus::Completed | TurnStatus::Interrupted => Ok(result),
            TurnStatus::Failed => Err(Error::TurnFailed(Arc::new(failure(result)))),
            _ => Err(Error::UnexpectedTurnStatus { result: Arc::new(result) }),
        })
    }

    fn item_started(&mut self, item: ThreadItem) {
        self.close_item(&item);
        self.collected().open_items.push(item);
    }

    fn item_completed(&mut self, item: ThreadItem) {
        self.close_item(&item);
        self.collected().items.push(item);
    }

    fn close_item(&mut self, item: &ThreadItem) {
        if let (Some(id), Some(collected)) = (item.id(), &mut self.0) {
            collected.open_items.retain(|it| it.id() != Some(id));
        }
    }

    fn collected(&mut self) -> &mut Collected {
        self.0.get_or_insert_default()
    }
}

fn failure(result: TurnResult) -> TurnFailure {
    let error = result.error.as_ref();
    let message = error.and_then(|it| it.message.clone()).filter(|it| !it.is_empty());
    TurnFailure {
        message: message.unwrap_or_else(|| "turn failed with status failed".to_owned()),
        info: error.and_then(|it| it.codex_error_info.clone()),
        additional_details: error.and_then(|it| it.additional_details.clone()),
        result,
    }
}
