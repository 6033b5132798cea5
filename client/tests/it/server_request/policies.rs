//! Ready answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use codex_app_client::server_request::{
    AllowList, ApprovalDecision, ApprovalPolicy, ApprovalSubject,
};
use codex_app_client::{IncomingRequest, Options};
use serde_json::{Value, json};

use super::{accepted, approval, asked, command, declined, mcp_tool};
use crate::captured::Captured;
use crate::script::{Server, connected_with, item_started, turn_ended};

fn file_change(id: Value, item_id: &str) -> Value {
    json!({"id": id, "method": "item/fileChange/requestApproval", "params": {
        "threadId": "t", "turnId": "u", "itemId": item_id}})
}

async fn changes_begin(server: &mut Server, item_id: &str, path: &str) {
    let change = json!({"path": path, "kind": {"type": "add"}, "diff": "+x"});
    let item = json!({"type": "fileChange", "id": item_id, "changes": [change],
        "status": "inProgress"});
    server.send(item_started("t", "u", item)).await;
}

#[tokio::test(start_paused = true)]
async fn all_is_accepted_but_mcp_tools_and_questions() {
    let policy = ApprovalPolicy::dangerously_accept_all();
    let (_codex, _client, mut server) = connected_with(Options::new().approvals(policy)).await;
    assert_eq!(asked(&mut server, approval(json!(0))).await, accepted(json!(0)));
    assert_eq!(asked(&mut server, file_change(json!(1), "i")).await, accepted(json!(1)));
    let permissions = json!({"id": 2, "method": "item/permissions/requestApproval", "params": {
        "threadId": "t", "turnId": "u", "itemId": "i",
        "permissions": {"network": {"enabled": true}}}});
    let granted = json!({"permissions": {"network": {"enabled": true}}, "scope": "turn"});
    assert_eq!(asked(&mut server, permissions).await, json!({"id": 2, "result": granted}));
    let tool = asked(&mut server, mcp_tool(json!(3), json!(null))).await;
    assert_eq!(tool["result"]["action"], "decline");
}

#[tokio::test(start_paused = true)]
async fn mcp_tools_have_a_policy_of_their_own() {
    let list = AllowList::new().mcp_tool("docs", "search");
    let (_codex, _client, mut server) =
        connected_with(Options::new().mcp_tool_approvals(list)).await;
    let tool = asked(&mut server, mcp_tool(json!(0), json!(null))).await;
    assert_eq!(tool["result"]["action"], "accept");
    let mut other = mcp_tool(json!(1), json!(null));
    other["params"]["_meta"]["tool_name"] = json!("delete");
    assert_eq!(asked(&mut server, other).await["result"]["action"], "decline");
    assert_eq!(asked(&mut server, approval(json!(2))).await, declined(json!(2)));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_on_the_list_is_left_to_the_next() {
    // On Windows, what begins with a slash has no drive, and is not absolute.
    let root = if cfg!(windows) { "C:/" } else { "/" };
    let list = AllowList::new().command(["git", "status"]).path(format!("{root}p/docs"));
    let (_codex, client, mut server) = connected_with(Options::new().approvals(list)).await;
    let status = "/bin/bash -lc 'git status --short'";
    assert_eq!(asked(&mut server, command(json!(0), status)).await, accepted(json!(0)));
    assert_eq!(asked(&mut server, command(json!(1), "git push")).await, declined(json!(1)));
    changes_begin(&mut server, "i1", &format!("{root}p/docs/a.md")).await;
    assert_eq!(asked(&mut server, file_change(json!(2), "i1")).await, accepted(json!(2)));
    changes_begin(&mut server, "i2", &format!("{root}etc/passwd")).await;
    assert_eq!(asked(&mut server, file_change(json!(3), "i2")).await, declined(json!(3)));
    // Which files it is about is not known.
    assert_eq!(asked(&mut server, file_change(json!(4), "i3")).await, declined(json!(4)));
    let mut requests = client.server_requests();
    server.send(command(json!(5), "git push")).await;
    let IncomingRequest::CommandApproval(passed) = requests.next().await.unwrap() else {
        panic!("another kind");
    };
    passed.accept().unwrap();
    assert_eq!(server.receive().await, accepted(json!(5)));
}

#[tokio::test(start_paused = true)]
async fn a_list_with_mcp_tools_is_for_them_too() {
    let list = AllowList::new().command(["ls"]).mcp_tool("docs", "search");
    let others = AllowList::new().mcp_tool("docs", "read");
    let read = |id: u8| {
        let mut other = mcp_tool(json!(id), json!(null));
        other["params"]["_meta"]["tool_name"] = json!("read");
        other
    };
    for (options, reads) in [
        (Options::new().approvals(list.clone()), "decline"),
        // Whichever of them has it.
        (Options::new().approvals(list.clone()).mcp_tool_approvals(others), "accept"),
    ] {
        let (_codex, _client, mut server) = connected_with(options).await;
        let search = asked(&mut server, mcp_tool(json!(0), json!(null))).await;
        assert_eq!(search["result"]["action"], "accept");
        assert_eq!(asked(&mut server, read(1)).await["result"]["action"], reads);
        assert_eq!(asked(&mut server, command(json!(2), "ls")).await, accepted(json!(2)));
    }
    // What one of them decides, the other is not asked.
    let options = Options::new().approvals(list).mcp_tool_approvals(ApprovalPolicy::decline_all());
    let (_codex, _client, mut server) = connected_with(options).await;
    let search = asked(&mut server, mcp_tool(json!(0), json!(null))).await;
    assert_eq!(search["result"]["action"], "decline");
}

#[tokio::test(start_paused = true)]
async fn what_is_not_on_the_list_is_traced_as_that_with_what_would_put_it_there() {
    let (captured, _guard) = Captured::begin();
    let list = AllowList::new().command(["ls"]).mcp_tool("docs", "read");
    let (_codex, client, mut server) = connected_with(Options::new().approvals(list)).await;
    for (request, setting) in [
        (approval(json!(0)), "AllowList::command or Options::on_command_approval"),
        (file_change(json!(1), "i"), "AllowList::path or Options::on_file_change_approval"),
        (mcp_tool(json!(2), json!(null)), "AllowList::mcp_tool or Options::on_mcp_tool_approval"),
    ] {
        asked(&mut server, request).await;
        server.barrier(&client).await;
        let text = captured.text();
        let line = text.lines().rfind(|it| it.contains("declined by default")).unwrap();
        assert!(line.contains("it is not on the AllowList") && line.contains(setting), "{line}");
    }
    // Whoever comes after the list has it now, and drops it.
    let mut requests = client.server_requests();
    server.send(approval(json!(3))).await;
    drop(requests.next().await.unwrap());
    assert_eq!(server.receive().await, declined(json!(3)));
    let text = captured.text();
    let line = text.lines().rfind(|it| it.contains("declined by default")).unwrap();
    assert!(line.contains("dropped without a reply") && !line.contains("AllowList"), "{line}");
    assert_eq!(client.stats().default_replies, 4);
}

#[tokio::test(start_paused = true)]
async fn a_listed_command_that_wants_more_is_not_accepted() {
    let list = AllowList::new().command(["ls"]);
    let (_codex, _client, mut server) = connected_with(Options::new().approvals(list)).await;
    for (member, value) in [
        ("networkApprovalContext", json!({"host": "example.com", "protocol": "https"})),
        ("additionalPermissions", json!({"network": {"enabled": true}})),
        ("kind", json!("humanCommand")),
    ] {
        let mut request = command(json!(0), "ls");
        request["params"][member] = value;
        assert_eq!(asked(&mut server, request).await, declined(json!(0)), "{member}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_function_decides_and_is_told_all() {
    let policy = ApprovalPolicy::ask(Duration::from_secs(60), |approval| async move {
        assert_eq!(approval.thread_id.as_deref(), Some("t"));
        match approval.subject {
            ApprovalSubject::Command { command: Some(it), .. } if it == "ls" => {
                ApprovalDecision::AcceptForSession
            }
            ApprovalSubject::FileChange { changes: Some(changes) } if changes.len() == 1 => {
                ApprovalDecision::Cancel
            }
            _ => ApprovalDecision::Decline,
        }
    });
    let (_codex, _client, mut server) = connected_with(Options::new().approvals(policy)).await;
    let decision = |answer: Value| answer["result"]["decision"].clone();
    let first = asked(&mut server, command(json!(0), "ls")).await;
    assert_eq!(decision(first), "acceptForSession");
    changes_begin(&mut server, "i1", "/p/a").await;
    assert_eq!(decision(asked(&mut server, file_change(json!(1), "i1")).await), "cancel");
    assert_eq!(decision(asked(&mut server, approval(json!(2))).await), "decline");
}

#[tokio::test(start_paused = true)]
async fn nobody_decides_in_time() {
    let policy = ApprovalPolicy::ask(Duration::from_secs(60), |_| std::future::pending());
    let (_codex, client, mut server) = connected_with(Options::new().approvals(policy)).await;
    let before = tokio::time::Instant::now();
    assert_eq!(asked(&mut server, approval(json!(0))).await, declined(json!(0)));
    assert_eq!(before.elapsed().as_secs(), 60);
    server.barrier(&client).await;
}

#[tokio::test(start_paused = true)]
async fn a_decision_that_is_not_needed_any_more_is_given_up() {
    struct Told(Arc<AtomicBool>);
    impl Drop for Told {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    let is_dropped = Arc::new(AtomicBool::new(false));
    let inner = Arc::clone(&is_dropped);
    let policy = ApprovalPolicy::ask(Duration::from_secs(3600), move |_| {
        let told = Told(Arc::clone(&inner));
        async move {
            std::future::pending::<()>().await;
            drop(told);
            ApprovalDecision::Accept
        }
    });
    let (_codex, client, mut server) = connected_with(Options::new().approvals(policy)).await;
    server.send(approval(json!(0))).await;
    server.barrier(&client).await;
    server.send(turn_ended("t", "u", "interrupted")).await;
    server.barrier(&client).await;
    while !is_dropped.load(Ordering::SeqCst) {
        tokio::task::yield_now().await;
    }
    server.barrier(&client).await;
}
