//! Requests both ways, and lines that are no use.

use std::time::Duration;

use codex_app_client::protocol::ModelListParams;
use codex_app_client::server_request::ApprovalPolicy;
use codex_app_client::{Client, IncomingRequest, Options};
use serde_json::{Value, json};

use crate::script::{
    Server, connected, connected_with, item_started, notification, turn_completed, turn_started,
};
use crate::{id, leaves_nothing};

pub(crate) async fn leave_nothing() {
    of_the_client().await;
    of_the_server().await;
    useless_lines().await;
}

async fn of_the_client() {
    let (_codex, client, mut server) = connected().await;
    leaves_nothing("requests that were dropped, and answered", async |n| {
        let request = dropped_request(&client, &mut server, n).await;
        server.answer(&request, json!({})).await;
        server.barrier(&client).await;
    })
    .await;
    leaves_nothing("requests that were dropped, and never answered", async |n| {
        dropped_request(&client, &mut server, n).await;
        tokio::time::advance(Duration::from_secs(1)).await;
    })
    .await;
    leaves_nothing("requests whose time was up", async |_| {
        let call = client.request_within(ModelListParams::default(), Some(Duration::from_secs(5)));
        let (outcome, _) = tokio::join!(call, server.expect("model/list"));
        outcome.unwrap_err();
    })
    .await;
    leaves_nothing("requests that were refused", async |_| {
        let serve = async {
            let request = server.expect("model/list").await;
            server.refuse(&request, "no").await;
        };
        let (outcome, ()) = tokio::join!(client.request(ModelListParams::default()), serve);
        outcome.unwrap_err();
    })
    .await;
}

async fn dropped_request(client: &Client, server: &mut Server, n: u64) -> Value {
    let task = tokio::spawn({
        let client = client.clone();
        async move { client.request_raw("test/slow", json!({"id": id('r', n)})).await }
    });
    let request = server.expect("test/slow").await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    request
}

async fn of_the_server() {
    let (_codex, client, mut server) = connected().await;
    leaves_nothing("questions that nobody takes", async |n| {
        server.send(approval(n)).await;
        server.receive().await;
    })
    .await;
    leaves_nothing("questions that nobody can know", async |n| {
        server.send(json!({"id": n, "method": id('m', n), "params": {}})).await;
        server.receive().await;
    })
    .await;
    let mut requests = client.server_requests();
    leaves_nothing("questions that were answered", async |n| {
        server.send(approval(n)).await;
        let IncomingRequest::CommandApproval(request) = requests.next().await.unwrap() else {
            panic!("another kind");
        };
        request.accept().unwrap();
        server.receive().await;
    })
    .await;
    leaves_nothing("questions that were resolved elsewhere", async |n| {
        server.send(approval(n)).await;
        let request = requests.next().await.unwrap();
        let params = json!({"threadId": id('t', n), "requestId": n});
        server.send(notification("serverRequest/resolved", params)).await;
        server.barrier(&client).await;
        drop(request);
    })
    .await;
    leaves_nothing("questions and changes of a turn that has ended", async |n| {
        let (thread_id, turn_id) = (id('t', n), id('u', n));
        let change =
            json!({"type": "fileChange", "id": "i", "changes": [], "status": "inProgress"});
        server.send(turn_started(&thread_id, &turn_id)).await;
        server.send(item_started(&thread_id, &turn_id, change)).await;
        server.send(approval(n)).await;
        let request = requests.next().await.unwrap();
        server.send(turn_completed(&thread_id, &turn_id)).await;
        server.barrier(&client).await;
        drop(request);
    })
    .await;
    let options = Options::new().approvals(ApprovalPolicy::dangerously_accept_all());
    let (_codex, _client, mut server) = connected_with(options).await;
    leaves_nothing("questions that a policy answers", async |n| {
        server.send(approval(n)).await;
        server.receive().await;
    })
    .await;
}

fn approval(n: u64) -> Value {
    let params =
        json!({"threadId": id('t', n), "turnId": id('u', n), "itemId": "i", "command": "ls"});
    json!({"id": n, "method": "item/commandExecution/requestApproval", "params": params})
}

async fn useless_lines() {
    let (_codex, client, mut server) = connected().await;
    leaves_nothing("lines that are of no use", async |n| {
        let (method, thread_id, item_id) = (id('m', n), id('t', n), id('i', n));
        let params = json!({"threadId": thread_id, "turnId": id('u', n), "itemId": item_id});
        server.send(notification(&method, params)).await;
        server.send(json!({"id": 1_000_000_000 + n, "result": {}})).await;
        server.send(json!({"id": id('r', n), "result": {}})).await;
        server.send_bytes(b"{\"method\":\n").await;
        server.barrier(&client).await;
    })
    .await;
    leaves_nothing("notifications that are asked for one by one", async |n| {
        let sent = server.send(notification(&id('m', n), json!({})));
        let (received, ()) = tokio::join!(client.next_notification(), sent);
        received.unwrap();
    })
    .await;
}
