//! Settings of a turn: short for the members of `turn/start`. What is not set is not sent.

use codex_app_protocol::{
    ApprovalsReviewer, AskForApproval, Personality, ReasoningEffort, ReasoningSummary,
    SandboxPolicy,
};
use serde_json::Value;

use crate::presets::{ApprovalMode, SetApprovalMode as _};
use crate::turn_input::TurnInput;

impl TurnInput {
    /// The model, for this turn and those after it.
    #[must_use]
    pub fn model(self, model: impl Into<String>) -> Self {
        self.params(|params| params.model(model.into()))
    }

    /// How much the model reasons, for this turn and those after it.
    #[must_use]
    pub fn effort(self, effort: impl Into<ReasoningEffort>) -> Self {
        self.params(|params| params.effort(effort.into()))
    }

    /// How the model sums up its reasoning, for this turn and those after it.
    #[must_use]
    pub fn summary(self, summary: impl Into<ReasoningSummary>) -> Self {
        self.params(|params| params.summary(summary.into()))
    }

    /// The folder to work in, for this turn and those after it.
    #[must_use]
    pub fn cwd(self, cwd: impl Into<String>) -> Self {
        self.params(|params| params.cwd(cwd.into()))
    }

    /// Who decides about approvals, for this turn and those after it.
    #[must_use]
    pub fn approval_mode(self, mode: ApprovalMode) -> Self {
        self.params(|params| params.approval_mode(mode))
    }

    /// When an approval is asked for, for this turn and those after it.
    #[must_use]
    pub fn approval_policy(self, policy: impl Into<AskForApproval>) -> Self {
        self.params(|params| params.approval_policy(policy.into()))
    }

    /// Who is asked for approvals, for this turn and those after it.
    #[must_use]
    pub fn approvals_reviewer(self, reviewer: impl Into<ApprovalsReviewer>) -> Self {
        self.params(|params| params.approvals_reviewer(reviewer.into()))
    }

    /// What commands may touch, for this turn and those after it: a whole policy, or a
    /// [`Sandbox`](crate::Sandbox).
    #[must_use]
    pub fn sandbox(self, policy: impl Into<SandboxPolicy>) -> Self {
        self.params(|params| params.sandbox_policy(policy.into()))
    }

    /// How the model speaks, for this turn and those after it.
    #[must_use]
    pub fn personality(self, personality: impl Into<Personality>) -> Self {
        self.params(|params| params.personality(personality.into()))
    }

    /// The service tier, for this turn and those after it.
    #[must_use]
    pub fn service_tier(self, tier: impl Into<String>) -> Self {
        self.params(|params| params.service_tier(tier.into()))
    }

    /// The service tier of this turn alone.
    #[must_use]
    pub fn service_tier_for_turn(self, tier: impl Into<String>) -> Self {
        self.params(|params| params.service_tier_for_turn(tier.into()))
    }

    /// The JSON Schema of the answer, for this turn alone. The answer is text all the same, and the
    /// server does not check it.
    #[must_use]
    pub fn output_schema(self, schema: impl Into<Value>) -> Self {
        self.params(|params| params.output_schema(schema))
    }

    /// What has set off this turn, for the record.
    #[must_use]
    pub fn trigger(self, trigger: impl Into<String>) -> Self {
        self.params(|params| params.turn_trigger(trigger.into()))
    }

    /// An id of your own for the message, which comes back in its item.
    #[must_use]
    pub fn client_message_id(self, id: impl Into<String>) -> Self {
        self.params(|params| params.client_user_message_id(id.into()))
    }
}
