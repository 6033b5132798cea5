//! The input and settings that a turn is started with. Nothing is read or sent before the turn is
//! started.

mod image;
mod invalid;
mod options;
mod parts;

use codex_app_protocol::{FunctionCallOutputBody, TurnStartParams, TurnToolOutput, UserInput};

use crate::router::Claim;
pub use crate::turn::input::invalid::InvalidInput;
use crate::turn::input::parts::Part;

/// The input of a turn: text, images, files and mentions, and settings for the turn such as the
/// model.
///
/// Everything that starts a turn accepts `impl Into<TurnInput>`: pass a `&str` or `String` for
/// plain text, or build a `TurnInput` with the methods below.
///
/// Settings that are not set are not sent: those of the thread apply. Settings that are set **also
/// apply to later turns** of the thread, except [`output_schema`](Self::output_schema) and
/// [`service_tier_for_turn`](Self::service_tier_for_turn).
///
/// # Examples
///
/// ```
/// use codex_app_client::TurnInput;
/// use codex_app_client::protocol::UserInput;
///
/// let text = TurnInput::from("Hello");
/// let several = TurnInput::from([UserInput::text("Hello")]);
/// let with_model = TurnInput::from("Hello").model("gpt-5.5");
/// let with_image = TurnInput::from("What is this?").image_file("screenshot.png");
/// ```
#[derive(Clone, Debug)]
pub struct TurnInput {
    /// Its input is empty until the turn is started.
    params: TurnStartParams,
    parts: Vec<Part>,
    invalid: Option<InvalidInput>,
    pub(crate) join: bool,
    pub(crate) interrupt_on_drop: Option<bool>,
}

impl TurnInput {
    /// Creates an input from several parts. For plain text, use `TurnInput::from("…")`.
    #[must_use]
    pub fn new(input: impl IntoIterator<Item = impl Into<UserInput>>) -> Self {
        TurnStartParams::new("", input).into()
    }

    /// Creates an input that is the output of a tool that the model has not called, such as a
    /// message from a CI system.
    ///
    /// It must be the whole input of the turn, and cannot be sent to a running turn. Starting the turn
    /// fails with [`Error::ServerTooOld`](crate::Error::ServerTooOld) on servers before 0.151.
    ///
    /// # Examples
    ///
    /// ```
    /// use codex_app_client::TurnInput;
    ///
    /// let input = TurnInput::tool_output("ci", "The build of main has failed.");
    /// ```
    #[must_use]
    pub fn tool_output(name: impl Into<String>, output: impl Into<String>) -> Self {
        TurnToolOutput::new(name, FunctionCallOutputBody::String(output.into())).into()
    }

    /// Changes any param of `turn/start`, for params that have no method here. The thread id is
    /// filled in later. Input that the closure adds is appended.
    #[must_use]
    pub fn params(mut self, change: impl FnOnce(TurnStartParams) -> TurnStartParams) -> Self {
        self.params = change(self.params);
        let input = std::mem::take(&mut self.params.input);
        self.parts.extend(input.into_iter().map(Part::Ready));
        self
    }

    /// Joins the running turn, if there is one: the input is sent to that turn, instead of failing
    /// with [`Error::TurnActive`](crate::Error::TurnActive). Settings are then ignored.
    ///
    /// [`TurnHandle::is_joined`](crate::TurnHandle::is_joined) returns whether it did. To send input
    /// to a known turn, use [`TurnHandle::steer`](crate::TurnHandle::steer).
    #[must_use]
    pub fn join(mut self) -> Self {
        self.join = true;
        self
    }

    /// Sets whether the turn is interrupted when its handle, or the future that waits for it, is
    /// dropped before the turn has ended.
    ///
    /// Defaults to `true` for [`Thread::run`](crate::Thread::run), and to `false` for
    /// [`Thread::start_turn`](crate::Thread::start_turn).
    ///
    /// The interruption is sent in the background and counts as a request
    /// [in flight](crate::Options::max_in_flight). It is repeated for some minutes while the server
    /// is too busy to accept it. If the connection is shut down meanwhile, it is sent only if there
    /// is room for it at once; a server that was started here ends its turns when it exits.
    #[must_use]
    pub fn interrupt_on_drop(mut self, interrupt_on_drop: bool) -> Self {
        self.interrupt_on_drop = Some(interrupt_on_drop);
        self
    }

    /// What becomes of the turn.
    pub(crate) fn claim(&self) -> Claim {
        match self.interrupt_on_drop {
            Some(true) => Claim::HandleOrInterrupt,
            Some(false) | None => Claim::Handle,
        }
    }
}

impl Default for TurnInput {
    fn default() -> Self {
        Self::new([""; 0])
    }
}

impl From<TurnStartParams> for TurnInput {
    fn from(mut params: TurnStartParams) -> Self {
        let parts = std::mem::take(&mut params.input).into_iter().map(Part::Ready).collect();
        Self { params, parts, invalid: None, join: false, interrupt_on_drop: None }
    }
}

impl From<TurnToolOutput> for TurnInput {
    fn from(output: TurnToolOutput) -> Self {
        Self::default().params(|params| params.tool_output(output))
    }
}

impl From<&str> for TurnInput {
    fn from(text: &str) -> Self {
        Self::new([text])
    }
}

impl From<String> for TurnInput {
    fn from(text: String) -> Self {
        Self::new([text])
    }
}

impl From<&String> for TurnInput {
    fn from(text: &String) -> Self {
        Self::new([text.as_str()])
    }
}

impl From<UserInput> for TurnInput {
    fn from(input: UserInput) -> Self {
        Self::new([input])
    }
}

impl From<Vec<UserInput>> for TurnInput {
    fn from(input: Vec<UserInput>) -> Self {
        Self::new(input)
    }
}

impl<const N: usize> From<[UserInput; N]> for TurnInput {
    fn from(input: [UserInput; N]) -> Self {
        Self::new(input)
    }
}
