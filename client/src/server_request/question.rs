//! How questions, tool calls, elicitations, and requests for tokens, attestations and the time are
//! answered.

use std::collections::BTreeMap;

use codex_app_protocol::{
    AttestationGenerateResponse, ChatgptAuthTokensRefreshResponse,
    DynamicToolCallOutputContentItem, DynamicToolCallResponse,
    InputTextDynamicToolCallOutputContentItem, McpServerElicitationAction,
    McpServerElicitationRequestResponse, ToolRequestUserInputAnswer, ToolRequestUserInputResponse,
};
use serde_json::Value;

use crate::error::Error;
use crate::server_request::call::Answered;
use crate::server_request::request::{
    Attestation, Elicitation, TokenRefreshRequest, ToolCallRequest, UserInputRequest,
};

impl UserInputRequest {
    /// Answers questions by id, each with the label of an option or with text of the user.
    ///
    /// Several answers to one question are sent together. Questions that are left out stay
    /// unanswered.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    ///
    /// # Examples
    ///
    /// ```
    /// use codex_app_client::Options;
    ///
    /// let options = Options::new().on_user_input(|request| async move {
    ///     let questions = request.params.questions.iter().flatten();
    ///     let answers: Vec<_> = questions
    ///         .filter_map(|it| {
    ///             let first = it.options.as_ref()?.first()?;
    ///             Some((it.id.clone()?, first.label.clone()?))
    ///         })
    ///         .collect();
    ///     request.answer(answers)
    /// });
    /// ```
    pub fn answer(
        self,
        answers: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Result<Answered, Error> {
        let mut by_question = BTreeMap::<String, ToolRequestUserInputAnswer>::new();
        for (question, answer) in answers {
            let none: [String; 0] = [];
            let entry = by_question.entry(question.into());
            let known = entry.or_insert_with(|| ToolRequestUserInputAnswer::new(none));
            known.answers.push(answer.into());
        }
        self.respond(ToolRequestUserInputResponse::new(by_question))
    }

    /// Leaves all questions unanswered. The turn continues.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn decline(self) -> Result<Answered, Error> {
        self.respond(ToolRequestUserInputResponse::new(BTreeMap::new()))
    }
}

impl ToolCallRequest {
    /// Reports that the tool call succeeded, with this text as output for the model.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn succeed(self, text: impl Into<String>) -> Result<Answered, Error> {
        self.finish([InputTextDynamicToolCallOutputContentItem::new(text)], true)
    }

    /// Reports that the tool call failed, with this text as output for the model.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn fail(self, text: impl Into<String>) -> Result<Answered, Error> {
        self.finish([InputTextDynamicToolCallOutputContentItem::new(text)], false)
    }

    /// Reports that the tool call succeeded or failed, with texts, images or audio as output for
    /// the model.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn finish(
        self,
        content: impl IntoIterator<Item = impl Into<DynamicToolCallOutputContentItem>>,
        success: bool,
    ) -> Result<Answered, Error> {
        self.respond(DynamicToolCallResponse::new(content, success))
    }
}

impl Elicitation {
    /// Accepts, with the requested content in the form that the request's schema describes.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn accept(self, content: impl Into<Value>) -> Result<Answered, Error> {
        let accept = McpServerElicitationAction::Accept;
        self.respond(McpServerElicitationRequestResponse::new(accept).content(content))
    }

    /// Declines (action `decline`): the user refuses.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn decline(self) -> Result<Answered, Error> {
        self.respond(McpServerElicitationRequestResponse::new(McpServerElicitationAction::Decline))
    }

    /// Dismisses the request without a decision of the user (action `cancel`).
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn cancel(self) -> Result<Answered, Error> {
        self.respond(McpServerElicitationRequestResponse::new(McpServerElicitationAction::Cancel))
    }
}

impl TokenRefreshRequest {
    /// Replies with new tokens of an account.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn provide(self, tokens: ChatgptAuthTokensRefreshResponse) -> Result<Answered, Error> {
        self.respond(tokens)
    }
}

impl Attestation {
    /// Replies with an attestation.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn provide(self, attestation: AttestationGenerateResponse) -> Result<Answered, Error> {
        self.respond(attestation)
    }
}

#[cfg(feature = "experimental")]
impl crate::server_request::request::CurrentTimeRequest {
    /// Replies with the current time, in whole seconds since the Unix epoch.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn tell(self, unix_seconds: i64) -> Result<Answered, Error> {
        self.respond(codex_app_protocol::CurrentTimeReadResponse::new(unix_seconds))
    }
}
