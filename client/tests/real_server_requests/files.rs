//! Approvals of file changes.

use codex_app_client::protocol::{PatchApplyStatus, ThreadItem, TurnStatus};
use codex_app_client::server_request::AllowList;
use codex_app_client::testing::Reply;
use codex_app_client::{Options, TurnResult};

use crate::setup::{Setup, setup_with};

const PATCH: &str = "*** Begin Patch\n*** Add File: new.txt\n+new\n*** End Patch";

async fn start(options: Options) -> Setup {
    // This model has the tool.
    setup_with(|home| home.model("gpt-5.5"), options).await
}

fn status(result: &TurnResult) -> PatchApplyStatus {
    let mut statuses = result.items.iter().filter_map(|it| match it {
        ThreadItem::FileChange(it) => it.status.clone(),
        _ => None,
    });
    statuses.next_back().unwrap_or_else(|| panic!("no file change in {result:?}"))
}

#[tokio::test]
async fn an_accepted_change_is_made_and_was_told_before() {
    let options = Options::new().on_file_change_approval(|request| async move {
        let changes = request.changes().unwrap();
        assert!(changes[0].path.as_deref().is_some_and(|it| it.ends_with("new.txt")));
        request.accept()
    });
    let it = start(options).await;
    it.model.push(Reply::patch(PATCH));
    let result = it.thread.run("Write.").await.unwrap();
    assert_eq!(status(&result), PatchApplyStatus::Completed);
    let file = it.home.workspace().join("new.txt");
    assert_eq!(std::fs::read_to_string(file).unwrap(), "new\n");
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_declined_change_is_not_made() {
    for options in [
        Options::new(),
        Options::new().on_file_change_approval(|request| async move { request.decline() }),
        Options::new().approvals(AllowList::new().path("/somewhere/else")),
    ] {
        let it = start(options).await;
        it.model.push(Reply::patch(PATCH));
        let result = it.thread.run("Write.").await.unwrap();
        assert_eq!(result.status, TurnStatus::Completed);
        assert_eq!(status(&result), PatchApplyStatus::Declined);
        assert!(!it.home.workspace().join("new.txt").exists());
        it.codex.shutdown().await;
    }
}

#[tokio::test]
async fn a_cancelled_change_interrupts_the_turn() {
    let it = start(Options::new().on_file_change_approval(|it| async move { it.cancel() })).await;
    it.model.push(Reply::patch(PATCH));
    assert_eq!(it.thread.run("Write.").await.unwrap().status, TurnStatus::Interrupted);
    assert!(!it.home.workspace().join("new.txt").exists());
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_change_below_a_listed_path_is_made() {
    let temporary = std::fs::canonicalize(std::env::temp_dir()).unwrap();
    let it = start(Options::new().approvals(AllowList::new().path(temporary))).await;
    it.model.push(Reply::patch(PATCH));
    let result = it.thread.run("Write.").await.unwrap();
    assert_eq!(status(&result), PatchApplyStatus::Completed);
    it.codex.shutdown().await;
}
