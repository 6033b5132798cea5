//! Test utilities for programs that use this crate: a mock model, a scripted app-server, and
//! recordings. Needs the feature `testing`.
//!
//! | To test a program … | use |
//! |---|---|
//! | against the real app-server, without an account or a network | [`MockModel`], [`TestHome`], [`server_path`] |
//! | in memory, without a server, on a paused clock | [`Scenario`], or [`ScriptedServer`] line by line |
//! | against the messages of a recorded session | [`Recorder`], [`Recording`] |
//!
//! # Against the real app-server
//!
//! Only the model is a mock. [`MockModel`] listens on loopback and replies as scripted.
//! [`TestHome`] is a temporary home directory whose configuration points the app-server at it.
//! [`server_path`] returns the app-server to start, from the environment variable
//! `CODEX_APP_SERVER`.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use codex_app_client::testing::{MockModel, Reply, TestHome, server_path};
//! use codex_app_client::{Codex, Options, ThreadOptions};
//!
//! let model = MockModel::start().await?;
//! let home = TestHome::new(&model)?;
//! let codex = Codex::spawn_with(home.process_options(server_path()?), Options::new()).await?;
//!
//! model.push(Reply::message("Let me look.").phase("commentary").then(Reply::command("ls")));
//! model.push(Reply::message("There are no files.").phase("final_answer"));
//! let thread = codex.start_thread(ThreadOptions::default()).await?;
//! let result = thread.run("Which files are there?").await?;
//! assert_eq!(result.final_response.as_deref(), Some("There are no files."));
//! // The second request to the model contains the output of the command.
//! assert_eq!(model.requests()[1].tool_outputs().len(), 1);
//!
//! codex.shutdown().await; // before its home is removed
//! # Ok(()) }
//! ```
//!
//! Without a script, the model echoes the user: `You said: …`. A script can do more:
//!
//! * [`Reply::message`] with a phase and [deltas](Message::deltas), [`Reply::reasoning`],
//!   [`Reply::tool_call`] and others are steps of a response. [`Reply::then`] joins them.
//! * [`Reply::error`] and [`Reply::status`] fail the request. [`Reply::disconnect`] and
//!   [`Message::disconnect`] break the stream, and [`Reply::bytes`] sends bytes that may be no valid
//!   stream at all.
//! * A [`Gate`] holds a response until the test opens it, so that a test does not depend on timing.
//!   [`Gate::open_after`] uses the clock of the test.
//! * [`MockModel::push_for`] and [`MockModel::push_if`] select a request, where several turns run
//!   at once.
//!
//! ```no_run
//! # async fn example(
//! #     model: codex_app_client::testing::MockModel,
//! #     thread: codex_app_client::Thread,
//! # ) -> Result<(), Box<dyn std::error::Error>> {
//! use codex_app_client::protocol::TurnStatus;
//! use codex_app_client::testing::{Gate, Reply};
//!
//! // The user interrupts the model in the middle of a sentence.
//! let gate = Gate::new();
//! model.push(Reply::message("Once upon a time").deltas(["Once"]).hold(&gate));
//! let mut turn = thread.start_turn("Tell me a story").await?;
//! gate.reached(1).await; // "Once" was sent
//! turn.interrupt().await?;
//! assert_eq!(turn.wait().await?.status, TurnStatus::Interrupted);
//! # Ok(()) }
//! ```
//!
//! # Which tools the model has
//!
//! If the model calls a tool that the app-server did not offer, the call fails and the model gets
//! an error. The offered tools depend on the name of the model ([`TestHomeBuilder::model`]);
//! [`ModelRequest::tool_names`] returns them.
//!
//! * `mock-model`, the default: `exec_command` ([`Reply::command`]), `write_stdin`,
//!   `request_user_input` (in plan mode), `view_image`. The app-server warns that it does not know
//!   this model.
//! * `gpt-5.5`: these and `apply_patch` ([`Reply::patch`]).
//! * Any model: the dynamic tools of the thread ([`Reply::tool_call`], [`ToolCall::namespace`]).
//!
//! # Without a server
//!
//! A [`Scenario`] is a server in memory: it lists what the client has to send and what the server
//! sends, in order. No process is started and nothing takes time, so that rare events can be tested
//! too.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use codex_app_client::testing::{Scenario, wire};
//! use codex_app_client::{Codex, Options, ThreadOptions};
//! use serde_json::json;
//!
//! let approval = wire::command_approval("t1", "u1", "i1", "rm -rf /");
//! let (transport, run) = Scenario::new()
//!     .initialize()
//!     .thread("t1")
//!     .serve("turn/start", wire::turn_response("u1"))
//!     .send(wire::turn_started("t1", "u1"))
//!     .request(0, "item/commandExecution/requestApproval", approval)
//!     .expect_reply_with(0, json!({"decision": "decline"}))
//!     .send(wire::turn_completed("t1", "u1"))
//!     .run();
//!
//! // The program under test, which approves nothing.
//! let codex = Codex::connect(transport, Options::new()).await?;
//! let thread = codex.start_thread(ThreadOptions::default()).await?;
//! thread.run("Clean up").await?;
//!
//! run.finish().await?;
//! # Ok(()) }
//! ```
//!
//! The first line that the scenario does not expect ends it. The error says what was expected, what
//! was received, and which lines came before. The test fails even if the program under test ignores
//! the failure. Messages of the server are checked against the schema, unless they are sent raw.
//!
//! # From a recording
//!
//! A [`Recorder`] writes the messages of a connection to a file, without its secrets.
//! [`Recording::replay`] makes a scenario of them.

mod action;
mod client_line;
mod config_toml;
mod connection;
mod gate;
mod http;
mod ids;
mod journal;
mod message;
mod mock_model;
mod model_error;
mod model_request;
mod model_usage;
mod reasoning;
mod recorder;
mod recording;
mod redaction;
mod reply;
mod response;
mod scenario;
mod scenario_run;
mod schema_check;
mod script;
mod script_error;
mod scripted_server;
mod server_path;
mod sse;
mod test_home;
mod tool_call;
pub mod wire;

pub use crate::testing::client_line::ClientLine;
pub use crate::testing::gate::Gate;
pub use crate::testing::message::Message;
pub use crate::testing::mock_model::MockModel;
pub use crate::testing::model_error::ModelError;
pub use crate::testing::model_request::ModelRequest;
pub use crate::testing::model_usage::ModelUsage;
pub use crate::testing::reasoning::Reasoning;
pub use crate::testing::recorder::Recorder;
pub use crate::testing::recording::{RecordedLine, Recording, RecordingError};
pub use crate::testing::redaction::Redaction;
pub use crate::testing::reply::Reply;
pub use crate::testing::scenario::Scenario;
pub use crate::testing::scenario_run::ScenarioRun;
pub use crate::testing::script_error::{SchemaMismatch, ScriptError, ScriptErrorKind};
pub use crate::testing::scripted_server::ScriptedServer;
pub use crate::testing::server_path::{ServerPathError, server_path};
pub use crate::testing::test_home::{TestHome, TestHomeBuilder};
pub use crate::testing::tool_call::ToolCall;
