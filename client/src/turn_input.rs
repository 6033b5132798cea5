//! What a turn is started with. It says what goes together; nothing is read or sent before the turn
//! is started.

mod image;
mod invalid;
mod options;
mod parts;

use codex_app_protocol::{FunctionCallOutputBody, TurnStartParams, TurnToolOutput, UserInput};

use crate::pending::Claim;
pub use crate::turn_input::invalid::InvalidInput;
use crate::turn_input::parts::Part;

/// What a turn is started with: plain text, several inputs, or those with settings for the turn.
///
/// Settings that are not set are not sent: the thread's stay as they are. Those that are set hold for
/// the turns after it too, except the output schema and the service tier for the turn.
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
    /// Several inputs.
    #[must_use]
    pub fn new(input: impl IntoIterator<Item = impl Into<UserInput>>) -> Self {
        TurnStartParams::new("", input).into()
    }

    /// The output of a tool that the model has not called: a message from outside, which is the whole
    /// input of the turn and cannot be given to one that runs.
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

    /// Changes the settings of the turn. The thread is filled in later, and the input is not in there.
    #[must_use]
    pub fn params(mut self, change: impl FnOnce(TurnStartParams) -> TurnStartParams) -> Self {
        self.params = change(self.params);
        let input = std::mem::take(&mut self.params.input);
        self.parts.extend(input.into_iter().map(Part::Ready));
        self
    }

    /// Goes into the running turn, if there is one. Settings are then not used.
    #[must_use]
    pub fn join(mut self) -> Self {
        self.join = true;
        self
    }

    /// Whether the turn is interrupted when whatever waits for it is dropped before its end. This is
    /// so for `run`, and not for a handle.
    ///
    /// The interruption is sent in the background, as one of the requests
    /// [in flight](crate::Options::max_in_flight), and again for some minutes while the server cannot
    /// take it. If the connection is shut down meanwhile, it is sent only if there is room for it at
    /// once; a server that was started here ends its turns with itself.
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
