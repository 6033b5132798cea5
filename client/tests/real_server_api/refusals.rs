//! Why a thread cannot be used, as the server says it.

use codex_app_client::protocol::{ReviewTarget, ThreadResumeParams};
use codex_app_client::{Error, Thread, ThreadOptions, ThreadRefusal};

use crate::{setup, spawn};

const NO_SUCH: &str = "01a20690-2c46-7780-8472-a23bab8dab7c";

#[track_caller]
fn check<T: std::fmt::Debug>(outcome: Result<T, Error>, expected: ThreadRefusal) {
    let error = outcome.unwrap_err();
    assert_eq!(error.thread_refusal(), Some(expected), "{error:?}");
}

/// Whichever way it is asked for.
async fn check_no_history(thread: &Thread) {
    check(thread.read(true).await, ThreadRefusal::Unsupported);
    check(thread.turns().collect_all().await, ThreadRefusal::Unsupported);
    check(thread.items().collect_all().await, ThreadRefusal::Unsupported);
}

#[tokio::test]
async fn a_thread_that_is_not_there_is_not_found() {
    let it = setup().await;
    check(it.codex.resume_thread(NO_SUCH).await, ThreadRefusal::NotFound);
    check(it.codex.resume_thread("no id").await, ThreadRefusal::NotFound);
    check(it.codex.fork_thread(NO_SUCH.into()).await, ThreadRefusal::NotFound);
    check(it.codex.archive_thread(NO_SUCH).await, ThreadRefusal::NotFound);
    check(it.codex.unarchive_thread(NO_SUCH).await, ThreadRefusal::NotFound);
    check(it.codex.delete_thread(NO_SUCH).await, ThreadRefusal::NotFound);
    let thread = it.codex.thread(NO_SUCH).await.unwrap();
    check(thread.read(false).await, ThreadRefusal::NotLoaded);
    check(thread.run("Hi.").await, ThreadRefusal::NotLoaded);
    let target = ReviewTarget::UncommittedChanges;
    check(thread.start_review(target).await, ThreadRefusal::NotLoaded);
    // Nothing of a thread is kept before its first turn.
    let fresh = it.thread().await;
    check(it.codex.resume_thread(fresh.id()).await, ThreadRefusal::NotFound);
    check_no_history(&fresh).await;
    it.codex.shutdown().await;
}

#[tokio::test]
async fn an_archived_thread_is_told_from_a_lost_one() {
    let it = setup().await;
    let thread = it.kept_thread().await;
    thread.archive().await.unwrap();
    check(it.codex.resume_thread(thread.id()).await, ThreadRefusal::Archived);
    thread.unarchive().await.unwrap();
    it.codex.resume_thread(thread.id()).await.unwrap();
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_thread_that_another_server_has_open_is_owned_elsewhere() {
    let it = setup().await;
    let thread = it.kept_thread().await;
    let other = spawn(&it.home).await;
    let params = ThreadResumeParams::new(thread.id()).exclude_turns(true);
    check(other.resume_thread(params.clone()).await, ThreadRefusal::OwnedElsewhere);
    it.codex.shutdown().await;
    // Nobody has it any more.
    let resumed = other.resume_thread(params).await.unwrap();
    assert_eq!(resumed.id(), thread.id());
    other.shutdown().await;
}

#[tokio::test]
async fn a_damaged_thread_is_unreadable() {
    let it = setup().await;
    let thread = it.kept_thread().await;
    let path = thread.read(false).await.unwrap().path.unwrap();
    it.codex.shutdown().await;
    std::fs::write(path, "no history\n").unwrap();
    let codex = spawn(&it.home).await;
    check(codex.resume_thread(thread.id()).await, ThreadRefusal::Unreadable);
    codex.shutdown().await;
}

#[tokio::test]
async fn an_ephemeral_thread_has_no_goals_and_no_history() {
    let it = setup().await;
    let options = ThreadOptions::default().ephemeral(true);
    let thread = it.codex.start_thread(options).await.unwrap();
    check(thread.start_goal("Be kept.").await, ThreadRefusal::Unsupported);
    check(thread.set_name("Kept").await, ThreadRefusal::Unsupported);
    check_no_history(&thread).await;
    thread.run("Hi.").await.unwrap();
    check_no_history(&thread).await;
    it.codex.shutdown().await;
}
