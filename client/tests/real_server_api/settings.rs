//! What is set for approvals lasts: through a resume, a fork, and the turns after the one that set it.

use codex_app_client::protocol::{AskForApproval, ThreadForkParams, ThreadResumeParams};
use codex_app_client::testing::TestHome;
use codex_app_client::{
    ApprovalMode, Codex, SetApprovalMode as _, Thread, ThreadOptions, TurnInput,
};

use crate::{Setup, answer, setup, spawn};

/// What a thread that is resumed asks for.
async fn policy_of(codex: &Codex, thread_id: &str) -> Option<AskForApproval> {
    codex.request(ThreadResumeParams::new(thread_id)).await.unwrap().approval_policy
}

async fn denying(it: &Setup) -> Thread {
    let options = ThreadOptions::default().approval_mode(ApprovalMode::DenyAll);
    let thread = it.codex.start_thread(options).await.unwrap();
    it.model.push(answer("Hello."));
    thread.run("Hi.").await.unwrap();
    thread
}

/// A second server, since the first would only hand out what it has in its memory.
async fn restarted(it: &Setup, home: &TestHome) -> Codex {
    it.codex.shutdown().await;
    spawn(home).await
}

#[tokio::test]
async fn a_resumed_thread_denies_as_it_did() {
    let it = setup().await;
    let thread = denying(&it).await;
    let codex = restarted(&it, &it.home).await;
    assert_eq!(policy_of(&codex, thread.id()).await, Some(AskForApproval::Never));
    codex.shutdown().await;
}

#[tokio::test]
async fn a_fork_denies_too_unless_it_is_told_otherwise() {
    let it = setup().await;
    let thread = denying(&it).await;
    let params = ThreadForkParams::new(thread.id());
    let fork = it.codex.request(params.clone()).await.unwrap();
    assert_eq!(fork.approval_policy, Some(AskForApproval::Never));
    let params = params.approval_mode(ApprovalMode::AskUser);
    let fork = it.codex.request(params).await.unwrap();
    assert_eq!(fork.approval_policy, Some(AskForApproval::OnRequest));
    it.codex.shutdown().await;
}

#[tokio::test]
async fn what_a_turn_sets_holds_for_later_turns_until_another_sets_it() {
    let it = setup().await;
    let thread = it.kept_thread().await;
    let set = TurnInput::from("Ask nobody.").approval_mode(ApprovalMode::DenyAll);
    let again = TurnInput::from("Ask me.").approval_mode(ApprovalMode::AskUser);
    let turns = [
        (set, AskForApproval::Never),
        (TurnInput::from("More."), AskForApproval::Never),
        (again, AskForApproval::OnRequest),
        (TurnInput::from("And more."), AskForApproval::OnRequest),
    ];
    for (input, expected) in turns {
        it.model.push(answer("Done."));
        thread.run(input).await.unwrap();
        assert_eq!(policy_of(&it.codex, thread.id()).await, Some(expected));
    }
    it.codex.shutdown().await;
}
