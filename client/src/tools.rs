//! Tools of the client that the model can call, made of asynchronous functions. It answers calls; it
//! starts no thread.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use codex_app_protocol::{
    DynamicToolCallOutputContentItem, DynamicToolSpec, FunctionDynamicToolSpec,
    InputImageDynamicToolCallOutputContentItem, InputTextDynamicToolCallOutputContentItem,
};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::error::Error;
use crate::options::Options;
use crate::server_request::{Answered, Panicked, ToolCallRequest, caught};
use crate::structured::SchemaProblem;

type Calling = Pin<Box<dyn Future<Output = Result<ToolOutput, String>> + Send>>;

/// A tool: a name, what it does, and an asynchronous function with one argument, whose type tells the
/// model what to call it with.
///
/// What the function returns goes to the model, and so does the text of its error. If it panics, takes
/// too long, or is called with arguments of another type, the call has failed, and the model is told.
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
    call: Arc<dyn Fn(Value) -> Calling + Send + Sync>,
    timeout: Option<Duration>,
}

impl Tool {
    /// A tool. Its name may have letters, digits, `_` and `-`.
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
        let call = move |arguments: Value| -> Calling {
            match decode::<A>(arguments) {
                Ok(arguments) => {
                    let called = function(arguments);
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

    /// How long a call may take, by default as long as the turn.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    async fn run(&self, arguments: Value) -> Result<ToolOutput, String> {
        // Called in here, so that a panic of the function itself is caught too.
        let called = caught(async { (self.call)(arguments).await });
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

/// What a tool has for the model.
#[derive(Clone, Debug, Default)]
pub struct ToolOutput(Vec<DynamicToolCallOutputContentItem>);

impl ToolOutput {
    /// Nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.0.push(InputTextDynamicToolCallOutputContentItem::new(text).into());
        self
    }

    /// Adds an image, by its address: a `data:` URL has the image in it.
    #[must_use]
    pub fn image_url(mut self, url: impl Into<String>) -> Self {
        self.0.push(InputImageDynamicToolCallOutputContentItem::new(url).into());
        self
    }

    /// Adds anything that the protocol has for this.
    #[must_use]
    pub fn item(mut self, item: impl Into<DynamicToolCallOutputContentItem>) -> Self {
        self.0.push(item.into());
        self
    }
}

impl From<&str> for ToolOutput {
    fn from(text: &str) -> Self {
        Self::new().text(text)
    }
}

impl From<String> for ToolOutput {
    fn from(text: String) -> Self {
        Self::new().text(text)
    }
}

/// As JSON text.
impl From<Value> for ToolOutput {
    fn from(value: Value) -> Self {
        Self::new().text(value.to_string())
    }
}

/// Tools, to be told to a thread when it is started and to be called by the server.
///
/// The server takes tools only at the start of a thread, and only from clients that have opted in to
/// the experimental API. A thread that is resumed still has its tools: connect with the same set.
///
/// # Examples
///
/// ```no_run
/// # async fn example(tool: codex_app_client::Tool) -> Result<(), codex_app_client::Error> {
/// use codex_app_client::{Codex, Options, ProcessOptions, ThreadOptions, ToolSet};
///
/// let tools = ToolSet::new().tool(tool);
/// let options = Options::new().tools(&tools);
/// let codex = Codex::spawn_with(ProcessOptions::new(), options).await?;
/// let thread = codex.start_thread(ThreadOptions::default().dynamic_tools(tools.specs()?)).await?;
/// thread.run("What is the state of T-1?").await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default)]
pub struct ToolSet(Arc<BTreeMap<String, Tool>>);

impl ToolSet {
    /// No tools.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a tool; it replaces another of the same name.
    #[must_use]
    pub fn tool(mut self, tool: Tool) -> Self {
        Arc::make_mut(&mut self.0).insert(tool.name.clone(), tool);
        self
    }

    /// What a thread is told of the tools when it is started.
    ///
    /// # Errors
    ///
    /// [`Error::SchemaNotStrict`] if the argument of a tool is no object.
    pub fn specs(&self) -> Result<Vec<DynamicToolSpec>, Error> {
        let spec = |tool: &Tool| {
            let schema = tool.schema.clone().map_err(|(type_name, problem)| {
                Error::SchemaNotStrict { type_name, path: "the root".to_owned(), problem }
            })?;
            Ok(FunctionDynamicToolSpec::new(&*tool.description, schema, &*tool.name).into())
        };
        self.0.values().map(spec).collect()
    }

    /// Answers a call. When the server waits for the answer no more, the function's future is dropped.
    ///
    /// # Errors
    ///
    /// Fails if the answer cannot be encoded.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the function's future is too, and the call has failed.
    pub async fn answer(&self, request: ToolCallRequest) -> Result<Answered, Error> {
        let name = request.params.tool.as_deref().unwrap_or_default();
        let Some(tool) = self.0.get(name).filter(|_| request.params.namespace.is_none()) else {
            return request.fail("this client has no such tool");
        };
        let arguments = request.params.arguments.clone().unwrap_or_default();
        let outcome = tokio::select! {
            outcome = tool.run(arguments) => outcome,
            () = request.cancelled() => return request.fail("nobody waits for it any more"),
        };
        match outcome {
            Ok(output) => request.finish(output.0, true),
            Err(text) => request.fail(text),
        }
    }
}

impl Options {
    /// Has these tools answer when the model calls them, each call in a task of its own, and opts in
    /// to the experimental API, which they belong to.
    #[must_use]
    pub fn tools(self, tools: &ToolSet) -> Self {
        let tools = tools.clone();
        self.experimental_api(true).on_tool_call(move |request| {
            let tools = tools.clone();
            async move { tools.answer(request).await }
        })
    }
}

/// What a tool is called with. Models leave out nothing, but have only objects.
fn schema<A: JsonSchema>() -> Result<Value, (String, SchemaProblem)> {
    let settings = SchemaSettings::draft2020_12().with(|it| {
        it.meta_schema = None;
        it.inline_subschemas = true;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<A>().to_value();
    match schema.get("type").and_then(Value::as_str) {
        Some("object") => {
            if let Value::Object(members) = &mut schema {
                members.remove("title");
                members.entry("properties").or_insert_with(|| json!({}));
            }
            Ok(schema)
        }
        Some("null") => Ok(json!({"type": "object", "properties": {}})),
        _ => Err((A::schema_name().into(), SchemaProblem::NotAnObject)),
    }
}

fn decode<A: DeserializeOwned>(arguments: Value) -> Result<A, String> {
    let wrong = |error: serde_json::Error| format!("wrong arguments: {error}");
    match &arguments {
        // A function without arguments has the unit type.
        Value::Object(members) if members.is_empty() => serde_json::from_value(arguments)
            .or_else(|error| serde_json::from_value(Value::Null).map_err(|_| wrong(error))),
        _ => serde_json::from_value(arguments).map_err(wrong),
    }
}
