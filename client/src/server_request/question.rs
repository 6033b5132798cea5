//! How questions, calls of tools and requests for tokens are answered.

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
    /// Answers questions, each by its id: with a label of its options, or with a text of the user's.
    /// Questions that are left out stay unanswered.
    ///
    /// # Errors
    ///
    /// As [`Responder::respond`](crate::server_request::Responder::respond).
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

    /// Answers nothing. The turn goes on.
    ///
    /// # Errors
    ///
    /// As [`answer`](Self::answer).
    pub fn decline(self) -> Result<Answered, Error> {
        self.respond(ToolRequestUserInputResponse::new(BTreeMap::new()))
    }
}

impl ToolCallRequest {
    /// The tool has done it, with this text for the model.
    ///
    /// # Errors
    ///
    /// As [`Responder::respond`](crate::server_request::Responder::respond).
    pub fn succeed(self, text: impl Into<String>) -> Result<Answered, Error> {
        self.finish([InputTextDynamicToolCallOutputContentItem::new(text)], true)
    }

    /// The tool has failed, with this text for the model.
    ///
    /// # Errors
    ///
    /// As [`succeed`](Self::succeed).
    pub fn fail(self, text: impl Into<String>) -> Result<Answered, Error> {
        self.finish([InputTextDynamicToolCallOutputContentItem::new(text)], false)
    }

    /// The tool has ended, with texts, images or audio for the model.
    ///
    /// # Errors
    ///
    /// As [`succeed`](Self::succeed).
    pub fn finish(
        self,
        content: impl IntoIterator<Item = impl Into<DynamicToolCallOutputContentItem>>,
        success: bool,
    ) -> Result<Answered, Error> {
        self.respond(DynamicToolCallResponse::new(content, success))
    }
}

impl Elicitation {
    /// Answers with what was asked for, in the form that the request describes.
    ///
    /// # Errors
    ///
    /// As [`Responder::respond`](crate::server_request::Responder::respond).
    pub fn accept(self, content: impl Into<Value>) -> Result<Answered, Error> {
        let accept = McpServerElicitationAction::Accept;
        self.respond(McpServerElicitationRequestResponse::new(accept).content(content))
    }

    /// Says no to the MCP server.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub fn decline(self) -> Result<Answered, Error> {
        self.respond(McpServerElicitationRequestResponse::new(McpServerElicitationAction::Decline))
    }

    /// Neither yes nor no: nobody has looked at the question.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub fn cancel(self) -> Result<Answered, Error> {
        self.respond(McpServerElicitationRequestResponse::new(McpServerElicitationAction::Cancel))
    }
}

impl TokenRefreshRequest {
    /// Gives the server new tokens of an account.
    ///
    /// # Errors
    ///
    /// As [`Responder::respond`](crate::server_request::Responder::respond).
    pub fn provide(self, tokens: ChatgptAuthTokensRefreshResponse) -> Result<Answered, Error> {
        self.respond(tokens)
    }
}

impl Attestation {
    /// Gives the server an attestation.
    ///
    /// # Errors
    ///
    /// As [`Responder::respond`](crate::server_request::Responder::respond).
    pub fn provide(self, attestation: AttestationGenerateResponse) -> Result<Answered, Error> {
        self.respond(attestation)
    }
}

#[cfg(feature = "experimental")]
impl crate::server_request::request::CurrentTimeRequest {
    /// Tells the time in whole seconds since 1970.
    ///
    /// # Errors
    ///
    /// As [`Responder::respond`](crate::server_request::Responder::respond).
    pub fn tell(self, unix_seconds: i64) -> Result<Answered, Error> {
        self.respond(codex_app_protocol::CurrentTimeReadResponse::new(unix_seconds))
    }
}
