//! Tools of the client that the model can call, made from async functions. This module answers
//! calls; it starts no thread.

mod arguments;
mod context;
mod name;
mod output;
mod set;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::server_request::{Panicked, caught};
use crate::structured::SchemaProblem;
use crate::tools::arguments::{decode, schema};
pub use crate::tools::context::ToolContext;
pub use crate::tools::name::ToolNameProblem;
pub use crate::tools::output::ToolOutput;
pub use crate::tools::set::ToolSet;

type Calling = Pin<Box<dyn Future<Output = Result<ToolOutput, String>> + Send>>;

/// A tool for the model: a name, a description, and an async function with one argument. The JSON
/// Schema of the argument's type tells the model which arguments to pass.
///
/// The output of the function goes to the model, and so does the text of its error. The call fails,
/// with a message to the model, if the function panics or exceeds its [timeout](Self::timeout), or
/// if the arguments do not match the type.
///
/// # Examples
///
/// ```
/// use codex_app_client::Tool;
/// use schemars::JsonSchema;
/// use serde::Deserialize;
///
/// #[derive(Deserialize, JsonSchema)]
/// struct Ticket {
///     /// Such as `T-1`.
///     id: String,
/// }
///
/// let tool = Tool::new("lookup_ticket", "Fetches a ticket", |ticket: Ticket| async move {
///     match ticket.id.as_str() {
///         "T-1" => Ok("open"),
///         _ => Err("there is no such ticket"),
///     }
/// });
/// ```
#[derive(Clone)]
pub struct Tool {
    name: String,
    description: String,
    schema: Result<Value, (String, SchemaProblem)>,
    call: Arc<dyn Fn(ToolContext, Value) -> Calling + Send + Sync>,
    timeout: Option<Duration>,
}

impl Tool {
    /// Creates a tool from a function of its arguments.
    ///
    /// The argument's type must be an object in JSON, such as a struct, or `()` for a tool without
    /// arguments. The name may have up to 128 characters: ASCII letters, digits, `_` and `-`.
    /// `mcp`, and names that begin with `mcp__`, are reserved. [`ToolSet::specs`] returns an error
    /// for an invalid name or type.
    pub fn new<A, F, O, E>(
        name: impl Into<String>,
        description: impl Into<String>,
        function: impl Fn(A) -> F + Send + Sync + 'static,
    ) -> Self
    where
        A: JsonSchema + DeserializeOwned,
        F: Future<Output = Result<O, E>> + Send + 'static,
        O: Into<ToolOutput>,
        E: fmt::Display,
    {
        Self::with_context(name, description, move |_, arguments| function(arguments))
    }

    /// Creates a tool whose function also receives a [`ToolContext`]: the ids of the thread, the
    /// turn and the call. For name and argument, see [`new`](Self::new).
    ///
    /// # Examples
    ///
    /// A bot with a thread for each of its users:
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use std::sync::{Arc, Mutex};
    ///
    /// use codex_app_client::{Tool, ToolContext};
    ///
    /// // Filled in when a thread is started: `users.insert(thread.id().to_owned(), name)`.
    /// let users = Arc::new(Mutex::new(BTreeMap::<String, String>::new()));
    /// let whoami = move |context: ToolContext, (): ()| {
    ///     let user = users.lock().ok().and_then(|it| it.get(context.thread_id()).cloned());
    ///     async move { user.ok_or("this thread belongs to no user") }
    /// };
    /// let tool = Tool::with_context("whoami", "Tells who the user is", whoami);
    /// ```
    pub fn with_context<A, F, O, E>(
        name: impl Into<String>,
        description: impl Into<String>,
        function: impl Fn(ToolContext, A) -> F + Send + Sync + 'static,
    ) -> Self
    where
        A: JsonSchema + DeserializeOwned,
        F: Future<Output = Result<O, E>> + Send + 'static,
        O: Into<ToolOutput>,
        E: fmt::Display,
    {
        let call = move |context: ToolContext, arguments: Value| -> Calling {
            match decode::<A>(arguments) {
                Ok(arguments) => {
                    let called = function(context, arguments);
                    Box::pin(async move {
                        called.await.map(Into::into).map_err(|error| error.to_string())
                    })
                }
                Err(error) => Box::pin(std::future::ready(Err(error))),
            }
        };
        Self {
            name: name.into(),
            description: description.into(),
            schema: schema::<A>(),
            call: Arc::new(call),
            timeout: None,
        }
    }

    /// Sets how long one call may take. After that, the function's future is dropped and the call
    /// fails. Default: no limit other than the end of the turn.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    async fn run(&self, context: ToolContext, arguments: Value) -> Result<ToolOutput, String> {
        // Called in here, so that a panic before the future is returned is caught too.
        let called = caught(async { (self.call)(context, arguments).await });
        let outcome = match self.timeout {
            None => called.await,
            Some(after) => match tokio::time::timeout(after, called).await {
                Ok(outcome) => outcome,
                Err(_) => return Err(format!("the tool took longer than {after:?}")),
            },
        };
        outcome.unwrap_or_else(|Panicked| Err("the tool failed unexpectedly".to_owned()))
    }
}

impl fmt::Debug for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tool").field("name", &self.name).finish_non_exhaustive()
    }
}
