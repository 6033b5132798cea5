//! Lists in pages.

use codex_app_client::protocol::{
    SortDirection, ThreadItem, ThreadListParams, ThreadLoadedListParams,
};

use crate::{answer, setup};

#[tokio::test]
async fn threads_are_listed_page_by_page_each_once() {
    let it = setup().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(it.kept_thread().await.id().to_owned());
    }
    let mut threads = it.codex.threads(ThreadListParams::default().limit(2));
    let mut listed = Vec::new();
    while let Some(thread) = threads.try_next().await.unwrap() {
        listed.push(thread.id);
    }
    listed.sort();
    ids.sort();
    assert_eq!(listed, ids);
    assert!(threads.try_next().await.unwrap().is_none());

    let mut pages = it.codex.threads(ThreadListParams::default().limit(3));
    assert_eq!(pages.next_page().await.unwrap().unwrap().len(), 3);
    // What is left is taken up elsewhere.
    let cursor = pages.cursor().unwrap().to_owned();
    let rest = it.codex.threads(ThreadListParams::default().limit(3).cursor(cursor));
    assert_eq!(rest.collect_all().await.unwrap().len(), 2);

    let loaded = it.codex.loaded_threads(ThreadLoadedListParams::default().limit(2));
    assert_eq!(loaded.collect_all().await.unwrap().len(), 5);
    let error = it.codex.threads(ThreadListParams::default().cursor("nonsense")).try_next().await;
    assert!(error.unwrap_err().rpc().is_some());
    it.codex.shutdown().await;
}

#[tokio::test]
async fn turns_and_items_are_listed_in_either_order() {
    let it = setup().await;
    let thread = it.thread().await;
    let mut ids = Vec::new();
    for n in 0..3 {
        it.model.push(answer(&format!("Answer {n}.")));
        ids.push(thread.run("Ask.").await.unwrap().id);
    }
    let asc = thread.turns_with(|it| it.limit(2).sort_direction(SortDirection::Asc));
    let asc: Vec<_> = asc.collect_all().await.unwrap().into_iter().map(|it| it.id).collect();
    assert_eq!(asc, ids);
    ids.reverse();
    let desc: Vec<_> =
        thread.turns().collect_all().await.unwrap().into_iter().map(|it| it.id).collect();
    assert_eq!(desc, ids);

    let items = thread.items_with(|it| it.limit(2)).collect_all().await.unwrap();
    let texts: Vec<_> = items
        .into_iter()
        .filter_map(|it| match it.item {
            ThreadItem::AgentMessage(message) => message.text,
            _ => None,
        })
        .collect();
    assert_eq!(texts, ["Answer 0.", "Answer 1.", "Answer 2."]);
    let of_one = thread.items_with(|it| it.turn_id(&*ids[0])).collect_all().await.unwrap();
    assert_eq!(of_one.len(), 2);
    it.codex.shutdown().await;
}
