//! A model server on loopback, so that programs can be tested against the real app-server with no
//! account and no network. With the feature `testing`.
//!
//! [`MockModel`] answers the app-server's requests to the model with what a test has scripted;
//! [`TestHome`] is the scratch home whose configuration sends the app-server there; [`server_path`]
//! is the app-server to start.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use codex_app_client::testing::{MockModel, Reply, TestHome, server_path};
//!
//! let model = MockModel::start().await?;
//! let home = TestHome::new(&model)?;
//! let process = home.process_options(server_path()?); // to start an app-server with
//!
//! model.push(Reply::command("ls"));
//! model.push(Reply::message("There are three files.").phase("final_answer"));
//! # Ok(()) }
//! ```
//!
//! Without a script, the model says what it was told: `You said: …`.
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
