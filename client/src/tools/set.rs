//! Several tools together: their specifications for a thread, and calling them by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use codex_app_protocol::{DynamicToolSpec, FunctionDynamicToolSpec};

use crate::error::Error;
use crate::options::Options;
use crate::server_request::{ReplyStatus, ToolCallRequest};
use crate::tools::Tool;
use crate::tools::context::ToolContext;
use crate::tools::name::check_name;

/// A set of tools: a thread is started with their specifications, and the server calls them.
///
/// The server accepts tools only in `thread/start`, and only from clients that have opted in to the
/// experimental API. A resumed thread still has its tools: connect with the same set.
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
    /// Creates an empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a tool. Replaces an earlier one of the same name.
    #[must_use]
    pub fn tool(mut self, tool: Tool) -> Self {
        Arc::make_mut(&mut self.0).insert(tool.name.clone(), tool);
        self
    }

    /// Returns the specifications of the tools, for
    /// [`ThreadOptions::dynamic_tools`](crate::ThreadOptions::dynamic_tools).
    ///
    /// # Errors
    ///
    /// [`Error::InvalidToolName`] if the server would reject the name of a tool;
    /// [`Error::SchemaNotStrict`] if the argument of a tool is not an object.
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

    /// Handles a tool call: executes the tool, and replies with its output.
    ///
    /// The call fails if the set has no such tool. If the server stops waiting for the reply, the
    /// function's future is dropped.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, so is the function's future, and the call fails.
    pub async fn handle(&self, request: ToolCallRequest) -> Result<ReplyStatus, Error> {
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
    /// Installs tools that the model can call (`item/tool/call`). Each call runs in a task of its
    /// own.
    ///
    /// Also opts in to the experimental API, which tools are part of. Replaces an earlier set, and
    /// an earlier [`on_tool_call`](Self::on_tool_call).
    #[must_use]
    pub fn tools(self, tools: &ToolSet) -> Self {
        let tools = tools.clone();
        self.experimental_api(true).on_tool_call(move |request| {
            let tools = tools.clone();
            async move { tools.handle(request).await }
        })
    }
}
