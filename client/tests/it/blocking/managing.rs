//! What is done with threads, models and settings, as it is written.

use codex_app_client::protocol::{
    AppsListParams, ConfigBatchWriteParams, ConfigEdit, ConfigReadParams,
    ListMcpServerStatusParams, ModelListParams, PluginInstalledParams, PluginListParams,
    SkillsListParams, ThreadForkParams, ThreadListParams,
};
use codex_app_client::{Error, ThreadOptions, ThreadRefusal};
use serde_json::{Value, json};

use crate::script::Server;
use crate::served::{connected, with_thread};

/// Serves these requests in this order: method, expected params, answer.
async fn serve(server: &mut Server, requests: Vec<(&str, Value, Value)>) {
    for (method, params, answer) in requests {
        let request = server.serve(method, answer).await;
        let sent = request.get("params").cloned().unwrap_or_default();
        assert_eq!(sent, params, "{method}");
    }
}

#[test]
fn a_thread_is_managed_under_its_id() {
    let only = || json!({"threadId": "t"});
    let data = || json!({"thread": {"id": "t"}});
    let (thread, _serving) = with_thread(async move |server: &mut Server| {
        let items = json!({"items": [{"type": "message"}], "threadId": "t"});
        let fork = json!({"excludeTurns": true, "threadId": "t"});
        let ephemeral = json!({"ephemeral": true, "excludeTurns": true, "threadId": "t"});
        let read = json!({"includeTurns": false, "threadId": "t"});
        let requests = vec![
            ("thread/read", read, data()),
            ("thread/name/set", json!({"name": "n", "threadId": "t"}), json!({})),
            ("thread/archive", only(), json!({})),
            ("thread/unarchive", only(), data()),
            ("thread/metadata/update", only(), data()),
            ("thread/revert", json!({"beforeTurnId": "u", "threadId": "t"}), data()),
            ("thread/inject_items", items, json!({})),
            ("thread/fork", fork, json!({"thread": {"id": "f"}})),
            ("thread/fork", ephemeral, json!({"thread": {"id": "g"}})),
            ("thread/unsubscribe", only(), json!({"status": "unsubscribed"})),
            ("thread/delete", only(), json!({})),
        ];
        serve(server, requests).await;
    });
    assert_eq!(thread.read(false).unwrap().id, "t");
    thread.set_name("n").unwrap();
    thread.archive().unwrap();
    thread.unarchive().unwrap();
    thread.update_metadata(|params| params).unwrap();
    thread.revert("u").unwrap();
    thread.inject_items([json!({"type": "message"})]).unwrap();
    assert_eq!(thread.fork().unwrap().id(), "f");
    assert_eq!(thread.fork_with(|it| it.ephemeral(true)).unwrap().id(), "g");
    thread.unsubscribe().unwrap();
    thread.delete().unwrap();
}

#[test]
fn threads_are_started_found_and_put_away() {
    let only = || json!({"threadId": "t"});
    let without_turns = || json!({"excludeTurns": true, "threadId": "t"});
    let data = || json!({"thread": {"id": "t"}});
    let (codex, _serving) = connected(async move |server: &mut Server| {
        let requests = vec![
            ("thread/start", json!({"model": "m"}), data()),
            ("thread/resume", without_turns(), data()),
            ("thread/fork", without_turns(), json!({"thread": {"id": "f"}})),
            ("thread/list", json!({}), json!({"data": [{"id": "t"}]})),
            ("thread/archive", only(), json!({})),
            ("thread/unarchive", only(), data()),
            ("thread/delete", only(), json!({})),
        ];
        serve(server, requests).await;
    });
    assert_eq!(codex.start_thread(ThreadOptions::default().model("m")).unwrap().id(), "t");
    assert_eq!(codex.resume_thread("t").unwrap().id(), "t");
    assert_eq!(codex.fork_thread(ThreadForkParams::new("t")).unwrap().id(), "f");
    assert_eq!(codex.threads(ThreadListParams::default()).collect_all().unwrap().len(), 1);
    codex.archive_thread("t").unwrap();
    assert_eq!(codex.unarchive_thread("t").unwrap().id, "t");
    codex.delete_thread("t").unwrap();
}

#[test]
fn a_refusal_names_what_is_the_matter_with_the_thread() {
    let (codex, _serving) = connected(async |server: &mut Server| {
        for method in ["thread/resume", "thread/archive"] {
            let request = server.expect(method).await;
            server.refuse(&request, "no rollout found for thread id t").await;
        }
    });
    for error in [codex.resume_thread("t").unwrap_err(), codex.archive_thread("t").unwrap_err()] {
        assert_eq!(error.thread_refusal(), Some(ThreadRefusal::NotFound));
        assert!(matches!(error, Error::ThreadRefused { .. }));
    }
}

#[test]
fn what_a_server_has_to_offer_is_listed_from_all_pages() {
    let (codex, _serving) = connected(async move |server: &mut Server| {
        let (page, last) = (json!({"data": [], "nextCursor": "1"}), json!({"data": []}));
        let (first, second) = (json!({}), json!({"cursor": "1"}));
        let mut requests = Vec::new();
        for method in ["model/list", "app/list", "mcpServerStatus/list"] {
            requests.push((method, first.clone(), page.clone()));
            requests.push((method, second.clone(), last.clone()));
            requests.push((method, first.clone(), last.clone()));
        }
        requests.push(("skills/list", first.clone(), last.clone()));
        requests.push(("plugin/list", first.clone(), json!({})));
        requests.push(("plugin/installed", first, json!({})));
        requests.push(("config/mcpServer/reload", Value::Null, json!({})));
        serve(server, requests).await;
    });
    assert!(codex.models().unwrap().is_empty());
    assert_eq!(codex.model_pages(ModelListParams::default()).count(), 0);
    assert!(codex.apps().unwrap().is_empty());
    assert_eq!(codex.app_pages(AppsListParams::default()).count(), 0);
    assert!(codex.mcp_servers().unwrap().is_empty());
    assert_eq!(codex.mcp_server_pages(ListMcpServerStatusParams::default()).count(), 0);
    assert!(codex.skills(SkillsListParams::default()).unwrap().is_empty());
    codex.plugins(PluginListParams::default()).unwrap();
    codex.installed_plugins(PluginInstalledParams::default()).unwrap();
    codex.reload_mcp_servers().unwrap();
}

#[test]
fn configuration_is_read_and_written() {
    let (codex, _serving) = connected(async move |server: &mut Server| {
        let write = json!({"keyPath": "a.b", "mergeStrategy": "replace", "value": [1]});
        let written = || json!({"status": "ok", "version": "1"});
        let requests = vec![
            ("config/read", json!({}), json!({"config": {}})),
            ("config/value/write", write, written()),
            ("config/batchWrite", json!({"edits": []}), written()),
        ];
        serve(server, requests).await;
    });
    codex.read_config(ConfigReadParams::default()).unwrap();
    assert_eq!(codex.write_config("a.b", json!([1])).unwrap().version.as_deref(), Some("1"));
    codex.write_config_values(ConfigBatchWriteParams::new(Vec::<ConfigEdit>::new())).unwrap();
}
