//! What a turn is started with.

use codex_app_protocol::{TurnStartParams, UserInput};

/// What a turn is started with: plain text, several inputs, or those with settings for the turn.
///
/// # Examples
///
/// ```
/// use codex_app_client::TurnInput;
/// use codex_app_client::protocol::UserInput;
///
/// let text = TurnInput::from("Hello");
/// let several = TurnInput::from([UserInput::text("Hello")]);
/// let with_model = TurnInput::from("Hello").params(|params| params.model("gpt-5.5"));
/// ```
#[derive(Clone, Debug)]
pub struct TurnInput {
    pub(crate) params: TurnStartParams,
    pub(crate) join: bool,
    pub(crate) interrupt_on_drop: Option<bool>,
}

impl TurnInput {
    /// Several inputs.
    #[must_use]
    pub fn new(input: impl IntoIterator<Item = impl Into<UserInput>>) -> Self {
        TurnStartParams::new("", input).into()
    }

    /// Changes the settings of the turn. The thread is filled in later.
    #[must_use]
    pub fn params(mut self, change: impl FnOnce(TurnStartParams) -> TurnStartParams) -> Self {
        self.params = change(self.params);
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
    #[must_use]
    pub fn interrupt_on_drop(mut self, interrupt_on_drop: bool) -> Self {
        self.interrupt_on_drop = Some(interrupt_on_drop);
        self
    }
}

impl From<TurnStartParams> for TurnInput {
    fn from(params: TurnStartParams) -> Self {
        Self { params, join: false, interrupt_on_drop: None }
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
