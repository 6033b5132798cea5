//! What the server asks, and that it gets its answer.

use codex_app_client::Options;
use codex_app_client::protocol::{CommandExecutionStatus, ThreadItem, TurnStatus};
use codex_app_client::testing::Reply;

use crate::setup::{Way, asking};

/// How a command that needs approval has ended.
async fn command(way: Way, options: Options) -> CommandExecutionStatus {
    let it = asking(way, options).await;
    it.model.push(Reply::escalated_command("echo seen > file", "to see"));
    let result = it.thread.run("Do it.").await.unwrap();
    assert_eq!(result.status, TurnStatus::Completed);
    let status = result.items.iter().find_map(|it| match it {
        ThreadItem::CommandExecution(it) => it.status.clone(),
        _ => None,
    });
    let status = status.unwrap_or_else(|| panic!("no command in {result:?}"));
    let has_run = it.home.workspace().join("file").exists();
    assert_eq!(has_run, status == CommandExecutionStatus::Completed);
    it.end().await;
    status
}

pub(crate) async fn an_accepted_command_runs_and_a_declined_one_does_not(way: Way) {
    let options = Options::new().on_command_approval(|request| async move { request.accept() });
    assert_eq!(command(way, options).await, CommandExecutionStatus::Completed);
    let options = Options::new().on_command_approval(|request| async move { request.decline() });
    assert_eq!(command(way, options).await, CommandExecutionStatus::Declined);
}

pub(crate) async fn with_nobody_to_ask_a_command_is_declined(way: Way) {
    assert_eq!(command(way, Options::new()).await, CommandExecutionStatus::Declined);
}

pub(crate) async fn a_turn_is_interrupted_while_an_approval_is_pending(way: Way) {
    let it = asking(way, Options::new()).await;
    let mut requests = it.codex.server_requests().await.unwrap();
    it.model.push(Reply::escalated_command("echo no", "to see"));
    let mut turn = it.thread.start_turn("Ask.").await.unwrap();
    let request = requests.next().await.unwrap();
    turn.interrupt().await.unwrap();
    assert_eq!(turn.wait().await.unwrap().status, TurnStatus::Interrupted);
    drop(request);
    assert_eq!(it.thread.run("Go on.").await.unwrap().status, TurnStatus::Completed);
    it.end().await;
}
