//! What is done with a thread as a whole.

use codex_app_client::protocol::{
    SandboxMode, SandboxPolicy, ThreadForkParams, ThreadItem, ThreadListParams,
    ThreadMetadataGitInfoUpdateParams, TurnStatus,
};
use codex_app_client::{Error, ThreadOptions, ThreadRefusal};
use serde_json::json;

use crate::{answer, setup, spawn};

#[tokio::test]
async fn a_thread_is_resumed_by_another_server_with_its_history() {
    let it = setup().await;
    let thread = it.kept_thread().await;
    it.codex.shutdown().await;
    let codex = spawn(&it.home).await;
    let resumed = codex.resume_thread(thread.id()).await.unwrap();
    // Nobody has asked for the history, so that the server has no reason to complain.
    it.model.push(answer("We were at hello."));
    let result = resumed.run("Where were we?").await.unwrap();
    assert_eq!(result.final_response.as_deref(), Some("We were at hello."));
    let sent = it.model.requests().pop().unwrap().body().to_string();
    assert!(sent.contains("Hello.") && sent.contains("Hi."), "{sent}");
    codex.shutdown().await;
}

#[tokio::test]
async fn a_fork_has_the_history_and_an_id_of_its_own() {
    let it = setup().await;
    let thread = it.kept_thread().await;
    let fork = thread.fork().await.unwrap();
    assert_ne!(fork.id(), thread.id());
    it.model.push(answer("Forked."));
    fork.run("And now?").await.unwrap();
    assert!(it.model.requests().pop().unwrap().body().to_string().contains("Hello."));
    assert_eq!(thread.turns().collect_all().await.unwrap().len(), 1);
    assert_eq!(fork.turns().collect_all().await.unwrap().len(), 2);
    let aside = thread.fork_with(|params| params.ephemeral(true)).await;
    aside.unwrap().run("Aside.").await.unwrap();
    // As the server has it, an ephemeral fork must not ask for its turns.
    let params = ThreadForkParams::new(thread.id()).ephemeral(true).exclude_turns(false);
    let error = it.codex.fork_thread(params).await.unwrap_err();
    assert_eq!(error.thread_refusal(), Some(ThreadRefusal::Unsupported), "{error:?}");
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_thread_is_named_archived_taken_out_and_deleted() {
    let it = setup().await;
    let thread = it.kept_thread().await;
    thread.set_name("Greetings").await.unwrap();
    assert_eq!(thread.read(false).await.unwrap().name.as_deref(), Some("Greetings"));
    let listed = async |archived: bool| {
        let params = ThreadListParams::default().archived(archived);
        let threads = it.codex.threads(params).collect_all().await.unwrap();
        threads.into_iter().map(|it| it.id).collect::<Vec<_>>()
    };
    thread.archive().await.unwrap();
    assert_eq!((listed(true).await, listed(false).await), (vec![thread.id().to_owned()], vec![]));
    let data = it.codex.unarchive_thread(thread.id()).await.unwrap();
    assert_eq!(data.id, thread.id());
    assert_eq!((listed(true).await, listed(false).await), (vec![], vec![thread.id().to_owned()]));
    let thread = it.codex.resume_thread(thread.id()).await.unwrap();
    thread.delete().await.unwrap();
    assert_eq!(listed(false).await, Vec::<String>::new());
    let error = it.codex.resume_thread(thread.id()).await.unwrap_err();
    assert_eq!(error.thread_refusal(), Some(ThreadRefusal::NotFound));
    it.codex.shutdown().await;
}

#[tokio::test]
async fn metadata_is_updated_member_by_member() {
    let it = setup().await;
    let thread = it.kept_thread().await;
    let git = ThreadMetadataGitInfoUpdateParams::default().branch("topic").sha("abc123");
    let data = thread.update_metadata(|params| params.git_info(git)).await.unwrap();
    let git = data.git_info.unwrap();
    assert_eq!((git.branch.as_deref(), git.sha.as_deref()), (Some("topic"), Some("abc123")));
    let git = ThreadMetadataGitInfoUpdateParams::default().branch("main");
    let data = thread.update_metadata(|params| params.git_info(git)).await.unwrap();
    let git = data.git_info.unwrap();
    assert_eq!((git.branch.as_deref(), git.sha.as_deref()), (Some("main"), Some("abc123")));
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_thread_is_taken_back_to_before_a_turn() {
    let it = setup().await;
    let thread = it.kept_thread().await;
    it.model.push(answer("A mistake."));
    let second = thread.run("Do it wrong.").await.unwrap();
    thread.revert(&*second.id).await.unwrap();
    assert_eq!(thread.turns().collect_all().await.unwrap().len(), 1);
    it.model.push(answer("Better."));
    thread.run("Do it right.").await.unwrap();
    assert!(!it.model.requests().pop().unwrap().body().to_string().contains("A mistake."));
    it.codex.shutdown().await;
}

#[tokio::test]
async fn injected_items_reach_the_model() {
    let it = setup().await;
    let thread = it.kept_thread().await;
    let item = json!({"type": "message", "role": "user",
        "content": [{"type": "input_text", "text": "Remember the milk."}]});
    thread.inject_items([item]).await.unwrap();
    thread.run("Go on.").await.unwrap();
    let sent = it.model.requests().pop().unwrap().body().to_string();
    assert!(sent.contains("Remember the milk."), "{sent}");
    it.codex.shutdown().await;
}

#[tokio::test]
async fn compaction_and_shell_commands_are_turns_that_can_be_followed() {
    let it = setup().await;
    let thread = it.kept_thread().await;
    let result = thread.shell_command("echo hello").await.unwrap().wait().await.unwrap();
    assert_eq!(result.status, TurnStatus::Completed);
    assert!(matches!(&result.items[..], [ThreadItem::CommandExecution(_)]), "{result:?}");
    it.model.push(answer("A summary."));
    let result = thread.compact().await.unwrap().wait().await.unwrap();
    assert!(matches!(&result.items[..], [ThreadItem::ContextCompaction(_)]), "{result:?}");
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_handle_knows_what_the_thread_was_opened_with() {
    let it = setup().await;
    let options = ThreadOptions::default().sandbox(SandboxMode::ReadOnly);
    let thread = it.codex.start_thread(options).await.unwrap();
    it.model.push(answer("Kept."));
    thread.run("Keep this.").await.unwrap();
    let resumed = it.codex.resume_thread(thread.id()).await.unwrap();
    let fork = thread.fork().await.unwrap();
    for opened in [&thread, &resumed, &fork] {
        let snapshot = opened.snapshot().unwrap();
        assert_eq!(snapshot.thread.id, opened.id());
        assert_eq!(snapshot.model.as_deref(), Some("mock-model"));
        let cwd = std::path::Path::new(&snapshot.cwd.as_ref().unwrap().0);
        assert_eq!(cwd, it.home.workspace().canonicalize().unwrap());
        assert!(matches!(snapshot.sandbox, Some(SandboxPolicy::ReadOnly(_))), "{snapshot:?}");
        assert_eq!(snapshot.thread.turns.as_deref(), Some(&[][..]));
    }
    assert!(it.codex.thread(thread.id()).await.unwrap().snapshot().is_none());
    // What was said is not printed with the handle.
    assert!(!format!("{resumed:?}").contains("Keep this"));
    it.codex.shutdown().await;
}

#[tokio::test]
async fn an_unsubscribed_thread_is_heard_no_more() {
    let it = setup().await;
    let thread = it.kept_thread().await;
    let gate = codex_app_client::testing::Gate::new();
    it.model.push(codex_app_client::testing::Reply::hold(&gate).then(answer("Unheard.")));
    let mut turn = thread.start_turn("Wait.").await.unwrap();
    gate.reached(1).await;
    thread.unsubscribe().await.unwrap();
    assert!(matches!(turn.wait().await, Err(Error::ThreadClosed { .. })));
    gate.open();
    it.codex.shutdown().await;
}
