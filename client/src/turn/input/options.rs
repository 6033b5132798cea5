//! Settings of a turn: shorthand for fields of `turn/start`. What is not set is not sent.

use codex_app_protocol::{
    ApprovalsReviewer, AskForApproval, Personality, ReasoningEffort, ReasoningSummary,
    SandboxPolicy,
};
use serde_json::Value;

use crate::presets::{ApprovalMode, SetApprovalMode as _};
use crate::turn::input::TurnInput;

impl TurnInput {
    /// Sets the model, for this turn and later ones.
    #[must_use]
    pub fn model(self, model: impl Into<String>) -> Self {
        self.params(|params| params.model(model.into()))
    }

    /// Sets the reasoning effort of the model, for this turn and later ones.
    #[must_use]
    pub fn effort(self, effort: impl Into<ReasoningEffort>) -> Self {
        self.params(|params| params.effort(effort.into()))
    }

    /// Sets how the model summarizes its reasoning, for this turn and later ones.
    #[must_use]
    pub fn summary(self, summary: impl Into<ReasoningSummary>) -> Self {
        self.params(|params| params.summary(summary.into()))
    }

    /// Sets the working directory, for this turn and later ones.
    #[must_use]
    pub fn cwd(self, cwd: impl Into<String>) -> Self {
        self.params(|params| params.cwd(cwd.into()))
    }

    /// Sets when the server asks for approval and who decides, for this turn and later ones.
    #[must_use]
    pub fn approval_mode(self, mode: ApprovalMode) -> Self {
        self.params(|params| params.approval_mode(mode))
    }

    /// Sets when the server asks for approval, for this turn and later ones. For a preset, see
    /// [`approval_mode`](Self::approval_mode).
    #[must_use]
    pub fn approval_policy(self, policy: impl Into<AskForApproval>) -> Self {
        self.params(|params| params.approval_policy(policy.into()))
    }

    /// Sets who is asked for approval, for this turn and later ones.
    #[must_use]
    pub fn approvals_reviewer(self, reviewer: impl Into<ApprovalsReviewer>) -> Self {
        self.params(|params| params.approvals_reviewer(reviewer.into()))
    }

    /// Sets the sandbox policy, for this turn and later ones: a preset
    /// ([`Sandbox`](crate::Sandbox)) or a complete [`SandboxPolicy`].
    #[must_use]
    pub fn sandbox(self, policy: impl Into<SandboxPolicy>) -> Self {
        self.params(|params| params.sandbox_policy(policy.into()))
    }

    /// Sets the style in which the model communicates, for this turn and later ones.
    #[must_use]
    pub fn personality(self, personality: impl Into<Personality>) -> Self {
        self.params(|params| params.personality(personality.into()))
    }

    /// Sets the service tier, for this turn and later ones.
    #[must_use]
    pub fn service_tier(self, tier: impl Into<String>) -> Self {
        self.params(|params| params.service_tier(tier.into()))
    }

    /// Sets the service tier of this turn only.
    ///
    /// Starting the turn fails with [`Error::ServerTooOld`](crate::Error::ServerTooOld) on servers
    /// before 0.151.
    #[must_use]
    pub fn service_tier_for_turn(self, tier: impl Into<String>) -> Self {
        self.params(|params| params.service_tier_for_turn(tier.into()))
    }

    /// Sets the JSON Schema of the final response, for this turn only.
    ///
    /// The final response is still text; parse it with
    /// [`TurnResult::parse`](crate::TurnResult::parse). The server does not validate it. With the
    /// feature `schema`, `Thread::run_as` does both for a Rust type.
    #[must_use]
    pub fn output_schema(self, schema: impl Into<Value>) -> Self {
        self.params(|params| params.output_schema(schema))
    }

    /// Sets what triggered this turn, for the server's records.
    ///
    /// Starting the turn fails with [`Error::ServerTooOld`](crate::Error::ServerTooOld) on servers
    /// before 0.151.
    #[must_use]
    pub fn trigger(self, trigger: impl Into<String>) -> Self {
        self.params(|params| params.turn_trigger(trigger.into()))
    }

    /// Sets an id of your own for the user message. The server returns it in the message's item.
    #[must_use]
    pub fn client_message_id(self, id: impl Into<String>) -> Self {
        self.params(|params| params.client_user_message_id(id.into()))
    }
}
