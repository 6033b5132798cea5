//! Lists in pages, as iterators.

use std::time::Duration;

use codex_app_client::protocol::{ThreadListParams, ThreadLoadedListParams};
use serde_json::{Value, json};

use super::is_wait_timeout;
use crate::script::Server;
use crate::served::{connected, meet, with_thread};

fn page(ids: &[&str], next: Option<&str>) -> Value {
    json!({"data": ids, "nextCursor": next})
}

#[test]
fn a_page_is_asked_for_when_an_item_of_it_is_wanted() {
    let (codex, _serving) = connected(async |server: &mut Server| {
        server.meet().await;
        let request = server.serve("thread/loaded/list", page(&["a", "b"], Some("1"))).await;
        assert_eq!(request["params"], json!({"limit": 2}));
        server.meet().await;
        let request = server.serve("thread/loaded/list", page(&[], Some("2"))).await;
        assert_eq!(request["params"], json!({"cursor": "1", "limit": 2}));
        server.serve("thread/loaded/list", page(&["c"], None)).await;
        server.meet().await;
    });
    let client = codex.client().unwrap();
    let mut ids = codex.loaded_threads(ThreadLoadedListParams::default().limit(2));
    meet(&client);
    assert_eq!(ids.next().unwrap().unwrap(), "a");
    assert_eq!(ids.next().unwrap().unwrap(), "b");
    assert_eq!(ids.cursor(), Some("1"));
    meet(&client);
    assert_eq!(ids.next().unwrap().unwrap(), "c");
    assert!(ids.next().is_none() && ids.next_page().unwrap().is_none());
    meet(&client);
}

#[test]
fn a_page_that_was_given_up_or_failed_is_asked_for_again() {
    let (codex, _serving) = connected(async |server: &mut Server| {
        let request = server.expect("thread/loaded/list").await;
        server.meet().await;
        server.refuse(&request, "not now").await;
        server.serve("thread/loaded/list", page(&["a"], Some("1"))).await;
        server.serve("thread/loaded/list", page(&["b", "c"], None)).await;
    });
    let mut ids = codex.loaded_threads(ThreadLoadedListParams::default());
    let late = ids.next_within(Duration::from_millis(5)).unwrap();
    assert!(is_wait_timeout(&late.unwrap_err()));
    meet(&codex.client().unwrap());
    assert!(ids.next().unwrap().unwrap_err().rpc().is_some());
    assert_eq!(ids.next_page().unwrap().unwrap(), ["a"]);
    assert_eq!(ids.collect_all().unwrap(), ["b", "c"]);
}

#[test]
fn threads_turns_and_items_are_listed() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        let threads = json!({"data": [{"id": "t"}, {"id": "s"}]});
        let request = server.serve("thread/list", threads).await;
        assert_eq!(request["params"], json!({"archived": true}));
        let request = server.serve("thread/turns/list", json!({"data": [{"id": "u"}]})).await;
        assert_eq!(request["params"], json!({"threadId": "t"}));
        let request = server.serve("thread/turns/list", page(&[], None)).await;
        assert_eq!(request["params"], json!({"limit": 1, "threadId": "t"}));
        let request = server.serve("thread/items/list", page(&[], None)).await;
        assert_eq!(request["params"], json!({"threadId": "t"}));
        let request = server.serve("thread/items/list", page(&[], None)).await;
        assert_eq!(request["params"], json!({"threadId": "t", "turnId": "u"}));
    });
    let client = thread.client();
    let codex_threads = {
        // The list is the connection's, whoever has it.
        let params = ThreadListParams::default().archived(true);
        client.request(params).unwrap().data.unwrap()
    };
    assert_eq!(codex_threads.len(), 2);
    let turns: Result<Vec<_>, _> = thread.turns().map(|it| it.map(|it| it.id)).collect();
    assert_eq!(turns.unwrap(), ["u"]);
    assert_eq!(thread.turns_with(|it| it.limit(1)).count(), 0);
    assert_eq!(thread.items().count(), 0);
    assert_eq!(thread.items_with(|it| it.turn_id("u")).count(), 0);
}
