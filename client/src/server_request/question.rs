//! How questions, tool calls and elicitations are answered.

use std::collections::BTreeMap;

use codex_app_protocol::{
    DynamicToolCallOutputContentItem, DynamicToolCallResponse,
    InputTextDynamicToolCallOutputContentItem, McpServerElicitationAction,
    McpServerElicitationRequestResponse, ToolRequestUserInputAnswer, ToolRequestUserInputResponse,
};
use serde_json::Value;

use crate::error::Error;
use crate::server_request::call::ReplyStatus;
use crate::server_request::request::{Elicitation, ToolCallRequest, UserInputRequest};

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
    ) -> Result<ReplyStatus, Error> {
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
    pub fn decline(self) -> Result<ReplyStatus, Error> {
        self.respond(ToolRequestUserInputResponse::new(BTreeMap::new()))
    }
}

impl ToolCallRequest {
    /// Reports that the tool call succeeded, with this text as output for the model.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn succeed(self, text: impl Into<String>) -> Result<ReplyStatus, Error> {
        self.finish([InputTextDynamicToolCallOutputContentItem::new(text)], true)
    }

    /// Reports that the tool call failed, with this text as output for the model.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn fail(self, text: impl Into<String>) -> Result<ReplyStatus, Error> {
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
    ) -> Result<ReplyStatus, Error> {
        self.respond(DynamicToolCallResponse::new(content, success))
    }
}

impl Elicitation {
    /// Accepts, with the requested content in the form that the request's schema describes.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn accept(self, content: impl Into<Value>) -> Result<ReplyStatus, Error> {
        let accept = McpServerElicitationAction::Accept;
        self.respond(McpServerElicitationRequestResponse::new(accept).content(content))
    }

    /// Declines (action `decline`): the user refuses.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn decline(self) -> Result<ReplyStatus, Error> {
        self.respond(McpServerElicitationRequestResponse::new(McpServerElicitationAction::Decline))
    }

    /// Dismisses the request without a decision of the user (action `cancel`).
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn cancel(self) -> Result<ReplyStatus, Error> {
        self.respond(McpServerElicitationRequestResponse::new(McpServerElicitationAction::Cancel))
    }
}
