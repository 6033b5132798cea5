//! For tests of programs that use this crate. With the feature `testing`.
//!
//! | To test | use |
//! |---|---|
//! | a program against the real app-server, without an account and without a network | [`MockModel`], [`TestHome`], [`server_path`] |
//! | a program alone, in memory, on a paused clock | [`Scenario`], or [`ScriptedServer`] line by line |
//! | a program against what a real server has said once | [`Recorder`], [`Recording`] |
//!
//! # Against the real app-server
//!
//! Everything is real but the model: [`MockModel`] listens on loopback and answers as it is scripted,
//! [`TestHome`] is a scratch home whose configuration sends the app-server there, and [`server_path`]
//! is the app-server to start, from the environment variable `CODEX_APP_SERVER`.
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
//! // What the model was told the second time: what the command has printed.
//! assert_eq!(model.requests()[1].tool_outputs().len(), 1);
//!
//! codex.shutdown().await; // before its home goes
//! # Ok(()) }
//! ```
//!
//! Without a script, the model says what it was told: `You said: …`. A script can say more:
//!
//! * [`Reply::message`] with a phase and [deltas](Message::deltas), [`Reply::reasoning`],
//!   [`Reply::tool_call`] and its like; [`Reply::then`] joins them to one response.
//! * [`Reply::error`] and [`Reply::status`] for refusals, [`Reply::cut`] and [`Message::cut`] for
//!   streams that break, [`Reply::bytes`] for what is no stream at all.
//! * [`Gate`]s hold a response until the test has looked: without them a test has to guess how long
//!   something takes. [`Gate::open_after`] goes by the clock of the test.
//! * [`MockModel::push_for`] and [`MockModel::push_if`] where several turns run at once.
//!
//! ```no_run
//! # async fn example(
//! #     model: codex_app_client::testing::MockModel,
//! #     thread: codex_app_client::Thread,
//! # ) -> Result<(), Box<dyn std::error::Error>> {
//! use codex_app_client::protocol::TurnStatus;
//! use codex_app_client::testing::{Gate, Reply};
//!
//! // A user who loses patience in the middle of a sentence.
//! let gate = Gate::new();
//! model.push(Reply::message("Once upon a time").deltas(["Once"]).hold(&gate));
//! let mut turn = thread.start_turn("Tell me a story").await?;
//! gate.reached(1).await; // "Once" was sent
//! turn.interrupt().await?;
//! assert_eq!(turn.wait().await?.status, TurnStatus::Interrupted);
//! # Ok(()) }
//! ```
//!
//! # Which tools a model has
//!
//! A call of a tool that the app-server has not offered fails, and the model is told. What is offered
//! depends on the model's name ([`TestHomeBuilder::model`]); [`ModelRequest::tool_names`] says what
//! was.
//!
//! * `mock-model`, the default, which the app-server warns that it does not know: `exec_command`
//!   ([`Reply::command`]), `write_stdin`, `request_user_input` (in plan mode), `view_image`.
//! * `gpt-5.5`: these and `apply_patch` ([`Reply::patch`]).
//! * Any: the dynamic tools of the thread ([`Reply::tool_call`], [`ToolCall::namespace`]).
//!
//! # Without a server
//!
//! A [`Scenario`] is a server in memory: what the client has to send, and what it hears, in order.
//! Nothing is started and nothing takes time, so that rare events can be tested too.
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
//!     .ask(0, "item/commandExecution/requestApproval", approval)
//!     .expect_answer_with(0, json!({"decision": "decline"}))
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
//! The first line that is not in the scenario ends it. The report says what was expected, what came,
//! and what went before; a program that has put up with the failure fails its test all the same.
//! What no server says is not sent, unless it is sent raw.
//!
//! # From a recording
//!
//! A [`Recorder`] writes a connection down, without its secrets; [`Recording::replay`] makes a
//! scenario of it.

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
pub use crate::testing::script_error::{Refusal, ScriptError, ScriptErrorKind};
pub use crate::testing::scripted_server::ScriptedServer;
pub use crate::testing::server_path::{ServerPathError, server_path};
pub use crate::testing::test_home::{TestHome, TestHomeBuilder};
pub use crate::testing::tool_call::ToolCall;
