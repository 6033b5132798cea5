//! Lists in pages, when the server hands them out in odd ways.

use codex_app_client::protocol::{ThreadListParams, ThreadLoadedListParams};
use serde_json::{Value, json};

use crate::script::{connected, with_thread};

fn page(ids: &[&str], next: Option<&str>) -> Value {
    json!({"data": ids, "nextCursor": next})
}

#[tokio::test]
async fn a_page_is_asked_for_when_an_item_of_it_is_wanted() {
    let (codex, client, mut server) = connected().await;
    let mut ids = codex.loaded_threads(ThreadLoadedListParams::default().limit(2));
    server.barrier(&client).await;
    let serve = server.serve("thread/loaded/list", page(&["a", "b"], Some("1")));
    let (first, request) = tokio::join!(ids.try_next(), serve);
    assert_eq!(first.unwrap().as_deref(), Some("a"));
    assert_eq!(request["params"], json!({"limit": 2}));
    assert_eq!(ids.try_next().await.unwrap().as_deref(), Some("b"));
    server.barrier(&client).await;
    // An empty page is not the end.
    let serve = async {
        let empty = server.serve("thread/loaded/list", page(&[], Some("2"))).await;
        let last = server.serve("thread/loaded/list", page(&["c"], None)).await;
        (empty, last)
    };
    let (third, (empty, last)) = tokio::join!(ids.try_next(), serve);
    assert_eq!(third.unwrap().as_deref(), Some("c"));
    assert_eq!(empty["params"], json!({"cursor": "1", "limit": 2}));
    assert_eq!(last["params"], json!({"cursor": "2", "limit": 2}));
    assert_eq!(ids.try_next().await.unwrap(), None);
    assert_eq!(ids.next_page().await.unwrap(), None);
    server.barrier(&client).await;
}

#[tokio::test]
async fn a_cursor_that_comes_back_ends_the_list() {
    let (codex, client, mut server) = connected().await;
    let ids = codex.loaded_threads(ThreadLoadedListParams::default());
    let serve = async {
        server.serve("thread/loaded/list", page(&["a"], Some("1"))).await;
        server.serve("thread/loaded/list", page(&["b"], Some("1"))).await;
    };
    let (all, ()) = tokio::join!(ids.collect_all(), serve);
    assert_eq!(all.unwrap(), ["a", "b"]);
    server.barrier(&client).await;
}

#[tokio::test]
async fn a_page_that_failed_is_asked_for_again() {
    let (codex, _client, mut server) = connected().await;
    let mut ids = codex.loaded_threads(ThreadLoadedListParams::default().cursor("7"));
    let refuse = async {
        let request = server.expect("thread/loaded/list").await;
        server.refuse(&request, "not now").await;
    };
    let (outcome, ()) = tokio::join!(ids.next(), refuse);
    assert!(outcome.unwrap().unwrap_err().rpc().is_some());
    let serve = server.serve("thread/loaded/list", page(&["a"], None));
    let (outcome, request) = tokio::join!(ids.next(), serve);
    assert_eq!(outcome.unwrap().unwrap(), "a");
    assert_eq!(request["params"], json!({"cursor": "7"}));
    assert!(ids.next().await.is_none());
}

#[tokio::test]
async fn a_page_that_was_given_up_is_still_read() {
    let (codex, client, mut server) = connected().await;
    let mut ids = codex.loaded_threads(ThreadLoadedListParams::default());
    let request = tokio::select! {
        _ = ids.next() => panic!("nobody has answered"),
        request = server.expect("thread/loaded/list") => request,
    };
    server.answer(&request, page(&["a"], None)).await;
    assert_eq!(ids.collect_all().await.unwrap(), ["a"]);
    server.barrier(&client).await;
}

#[tokio::test]
async fn a_list_ends_with_the_connection() {
    let (codex, _client, server) = connected().await;
    let mut threads = codex.threads(ThreadListParams::default());
    drop(server);
    assert!(threads.next().await.unwrap().unwrap_err().is_closed());
    assert!(threads.next().await.is_none());
}

#[tokio::test]
async fn filters_go_for_every_page() {
    let (codex, _client, mut server) = connected().await;
    let threads = codex.threads(ThreadListParams::default().archived(true).search_term("x"));
    let serve = async {
        let first = server.serve("thread/list", page(&[], Some("1"))).await;
        let second = server.serve("thread/list", page(&[], None)).await;
        (first, second)
    };
    let (all, (first, second)) = tokio::join!(threads.collect_all(), serve);
    assert_eq!(all.unwrap(), []);
    assert_eq!(first["params"], json!({"archived": true, "searchTerm": "x"}));
    assert_eq!(second["params"], json!({"archived": true, "cursor": "1", "searchTerm": "x"}));
}

#[tokio::test]
async fn items_of_a_turn_are_listed_from_a_cursor_on() {
    let (thread, _client, mut server) = with_thread("t").await;
    let items = thread.items_with(|params| params.turn_id("u").limit(5));
    let serve = async {
        let first = server.serve("thread/items/list", page(&[], Some("1"))).await;
        let second = server.serve("thread/items/list", page(&[], None)).await;
        (first, second)
    };
    let (all, (first, second)) = tokio::join!(items.collect_all(), serve);
    assert_eq!(all.unwrap(), []);
    assert_eq!(first["params"], json!({"limit": 5, "threadId": "t", "turnId": "u"}));
    let params = json!({"cursor": "1", "limit": 5, "threadId": "t", "turnId": "u"});
    assert_eq!(second["params"], params);
}
