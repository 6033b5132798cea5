//! Approvals of commands.

use std::time::Duration;

use codex_app_client::protocol::{
    CommandExecutionApprovalDecision, CommandExecutionStatus, ThreadItem, TurnStatus,
};
use codex_app_client::server_request::{
    AllowList, ApprovalDecision, ApprovalPolicy, ApprovalSubject,
};
use codex_app_client::testing::Reply;
use codex_app_client::{ApprovalMode, Options, Sandbox, TurnInput, TurnResult};
#[cfg(unix)]
use serde_json::json;

use crate::setup::setup;

/// How the command of a turn has ended.
fn command_status(result: &TurnResult) -> CommandExecutionStatus {
    let mut statuses = result.items.iter().filter_map(|it| match it {
        ThreadItem::CommandExecution(it) => it.status.clone(),
        _ => None,
    });
    statuses.next_back().unwrap_or_else(|| panic!("no command in {result:?}"))
}

async fn run(options: Options, command: &str) -> (TurnResult, Vec<String>) {
    let it = setup(options).await;
    it.model.push(Reply::escalated_command(command, "to see"));
    let result = it.thread.run("Do it.").await.unwrap();
    let outputs = it.last_tool_outputs();
    it.codex.shutdown().await;
    (result, outputs)
}

#[tokio::test]
async fn an_accepted_command_runs() {
    let options = Options::new().on_command_approval(|request| async move {
        assert!(request.params.command.as_deref().is_some_and(|it| it.contains("echo seen")));
        assert_eq!(request.params.reason.as_deref(), Some("to see"));
        let offered = request.available_decisions();
        assert!(offered.contains(&CommandExecutionApprovalDecision::Accept), "{offered:?}");
        assert!(request.thread_id().is_some() && request.turn_id().is_some());
        request.accept()
    });
    let (result, outputs) = run(options, "echo seen").await;
    assert_eq!(command_status(&result), CommandExecutionStatus::Completed);
    assert!(outputs.concat().contains("seen"), "{outputs:?}");
}

#[tokio::test]
async fn a_declined_command_does_not_run_and_the_turn_goes_on() {
    let options = Options::new().on_command_approval(|request| async move { request.decline() });
    let (result, outputs) = run(options, "echo seen > file").await;
    assert_eq!(result.status, TurnStatus::Completed);
    assert_eq!(command_status(&result), CommandExecutionStatus::Declined);
    assert!(outputs.concat().contains("reject"), "{outputs:?}");
}

#[tokio::test]
async fn with_nobody_to_ask_a_command_is_declined() {
    let (result, _) = run(Options::new(), "echo seen > file").await;
    assert_eq!(result.status, TurnStatus::Completed);
    assert_eq!(command_status(&result), CommandExecutionStatus::Declined);
}

#[tokio::test]
async fn a_dropped_request_is_declined() {
    let options = Options::new().on_command_approval(|request| async move { drop(request) });
    let (result, _) = run(options, "echo seen > file").await;
    assert_eq!(command_status(&result), CommandExecutionStatus::Declined);
}

#[tokio::test]
async fn a_handler_that_panics_declines() {
    let options = Options::new().on_command_approval(|request| async move {
        assert!(request.id() == &"never".to_owned().into(), "a bug of the handler");
    });
    let (result, _) = run(options, "echo seen > file").await;
    assert_eq!(command_status(&result), CommandExecutionStatus::Declined);
}

#[tokio::test]
async fn a_cancelled_command_interrupts_the_turn() {
    let options = Options::new().on_command_approval(|request| async move { request.cancel() });
    let it = setup(options).await;
    it.model.push(Reply::escalated_command("echo seen", "to see"));
    let result = it.thread.run("Do it.").await.unwrap();
    assert_eq!(result.status, TurnStatus::Interrupted);
    it.codex.shutdown().await;
}

#[tokio::test]
async fn what_is_accepted_for_the_session_is_not_asked_again() {
    let (asked, mut hears) = tokio::sync::mpsc::unbounded_channel();
    let options = Options::new().on_command_approval(move |request| {
        asked.send(()).unwrap();
        async move { request.accept_for_session() }
    });
    let it = setup(options).await;
    for _ in 0..2 {
        it.model.push(Reply::escalated_command("echo seen", "to see"));
        let result = it.thread.run("Do it.").await.unwrap();
        assert_eq!(command_status(&result), CommandExecutionStatus::Completed);
    }
    it.codex.shutdown().await;
    hears.try_recv().unwrap();
    assert!(hears.try_recv().is_err(), "asked twice");
}

#[tokio::test]
async fn a_command_on_the_list_runs_and_another_does_not() {
    let list = || Options::new().approvals(AllowList::new().command(["echo", "seen"]));
    let (result, outputs) = run(list(), "echo seen it").await;
    assert_eq!(command_status(&result), CommandExecutionStatus::Completed);
    assert!(outputs.concat().contains("seen it"), "{outputs:?}");
    let (result, _) = run(list(), "echo seen; echo more").await;
    assert_eq!(command_status(&result), CommandExecutionStatus::Declined);
}

#[tokio::test]
async fn everything_is_accepted_if_one_insists() {
    let policy = ApprovalPolicy::dangerously_accept_all();
    let (result, _) = run(Options::new().approvals(policy), "echo seen").await;
    assert_eq!(command_status(&result), CommandExecutionStatus::Completed);
}

#[tokio::test]
async fn with_the_mode_that_denies_all_nobody_is_asked_and_the_sandbox_decides() {
    let (asked, mut hears) = tokio::sync::mpsc::unbounded_channel();
    let policy = ApprovalPolicy::ask(Duration::from_secs(60), move |_| {
        asked.send(()).unwrap();
        std::future::ready(ApprovalDecision::Decline)
    });
    let it = setup(Options::new().approvals(policy)).await;
    let file = it.home.workspace().join("file");
    for (sandbox, mode, is_written) in [
        (Sandbox::ReadOnly, ApprovalMode::DenyAll, false),
        (Sandbox::FullAccess, ApprovalMode::DenyAll, true),
        // Without a sandbox there is nothing to ask about.
        (Sandbox::FullAccess, ApprovalMode::AskUser, true),
    ] {
        it.model.push(Reply::command("echo seen > file"));
        let input = TurnInput::from("Do it.").sandbox(sandbox).approval_mode(mode);
        it.thread.run(input).await.unwrap();
        assert_eq!(file.exists(), is_written, "{sandbox:?} {mode:?}");
        drop(std::fs::remove_file(&file));
    }
    it.codex.shutdown().await;
    assert!(hears.try_recv().is_err(), "the policy was called");
}

#[tokio::test]
async fn a_function_is_asked_and_has_its_time() {
    let policy = ApprovalPolicy::ask(Duration::from_secs(60), |approval| async move {
        match approval.subject {
            ApprovalSubject::Command { command: Some(it), cwd: Some(_) } if it.contains("one") => {
                ApprovalDecision::Accept
            }
            _ => std::future::pending().await,
        }
    });
    let (result, _) = run(Options::new().approvals(policy), "echo one").await;
    assert_eq!(command_status(&result), CommandExecutionStatus::Completed);
    let policy = ApprovalPolicy::ask(Duration::ZERO, |_| std::future::pending());
    let (result, _) = run(Options::new().approvals(policy), "echo two").await;
    assert_eq!(command_status(&result), CommandExecutionStatus::Declined);
}

#[cfg(unix)]
#[tokio::test]
async fn a_list_executes_no_shell_that_lies_in_the_workspace() {
    use std::os::unix::fs::PermissionsExt as _;

    let it = setup(Options::new().approvals(AllowList::new().command(["echo", "seen"]))).await;
    let shell = it.home.workspace().join("sh");
    std::fs::write(&shell, "#!/bin/sh\ntouch harm\n").unwrap();
    std::fs::set_permissions(&shell, std::fs::Permissions::from_mode(0o755)).unwrap();
    // The server takes its own shell instead, and says so in the request.
    let named = json!({"cmd": "echo seen", "shell": shell, "login": false,
        "sandbox_permissions": "require_escalated", "justification": "to see"});
    it.model.push(Reply::tool_call("exec_command", named));
    let result = it.thread.run("Do it.").await.unwrap();
    assert_eq!(command_status(&result), CommandExecutionStatus::Completed);
    assert!(!it.home.workspace().join("harm").exists());
    it.model.push(Reply::escalated_command("./sh -c 'echo seen'", "to see"));
    let result = it.thread.run("Do it.").await.unwrap();
    assert_eq!(command_status(&result), CommandExecutionStatus::Declined);
    assert!(!it.home.workspace().join("harm").exists());
    it.codex.shutdown().await;
}
