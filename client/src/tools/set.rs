//! Tools together, as a thread is told of them and the server calls them.

use std::collections::BTreeMap;
use std::sync::Arc;

use codex_app_protocol::{DynamicToolSpec, FunctionDynamicToolSpec};

use crate::error::Error;
use crate::options::Options;
use crate::server_request::{Answered, ToolCallRequest};
use crate::tools::Tool;
use crate::tools::context::ToolContext;
use crate::tools::name::check_name;

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

    /// What a thread is told of the tools when it is started, for
    /// [`ThreadOptions::dynamic_tools`](crate::ThreadOptions::dynamic_tools).
    ///
    /// # Errors
    ///
    /// [`Error::InvalidToolName`] if the server would not take a tool because of its name, and
    /// [`Error::SchemaNotStrict`] if the argument of a tool is no object.
    pub fn specs(&self) -> Result<Vec<DynamicToolSpec>, Error> {
        let spec = |tool: &Tool| {
            check_name(&tool.name)?;
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
        let context = ToolContext::of(&request);
        let outcome = tokio::select! {
            outcome = tool.run(context, arguments) => outcome,
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
