//! Threads, lists and settings of the real server, from a plain program.

use codex_app_client::protocol::{
    ConfigReadParams, ModelListParams, SortDirection, ThreadListParams, ThreadLoadedListParams,
};
use codex_app_client::{Error, ThreadRefusal};
use serde_json::json;

use crate::{answer, setup};

#[test]
fn threads_are_listed_forked_put_away_and_resumed() {
    let it = setup();
    let mut ids = Vec::new();
    for n in 0..3 {
        let thread = it.thread();
        thread.run("Hi.").unwrap();
        thread.set_name(format!("number {n}")).unwrap();
        ids.push(thread.id().to_owned());
    }
    let listed = |archived: bool| {
        let params = ThreadListParams::default().limit(1).archived(archived);
        let threads: Result<Vec<_>, _> = it.codex.threads(params).collect();
        let mut ids: Vec<_> = threads.unwrap().into_iter().map(|it| it.id).collect();
        ids.sort();
        ids
    };
    ids.sort();
    assert_eq!(listed(false), ids);
    let mut loaded =
        it.codex.loaded_threads(ThreadLoadedListParams::default()).collect_all().unwrap();
    loaded.sort();
    assert_eq!(loaded, ids);

    it.codex.archive_thread(&ids[0]).unwrap();
    assert_eq!((listed(false), listed(true)), (ids[1..].to_vec(), ids[..1].to_vec()));
    let error = it.codex.resume_thread(&*ids[0]).unwrap_err();
    assert_eq!(error.thread_refusal(), Some(ThreadRefusal::Archived), "{error:?}");
    it.codex.unarchive_thread(&ids[0]).unwrap();
    let thread = it.codex.resume_thread(&*ids[0]).unwrap();
    assert_eq!(thread.read(true).unwrap().turns.unwrap().len(), 1);
    let fork = thread.fork().unwrap();
    assert_ne!(fork.id(), thread.id());
    fork.run("Go on.").unwrap();
    it.codex.delete_thread(fork.id()).unwrap();
    assert_eq!(listed(false), ids);
    it.codex.shutdown().unwrap();
}

#[test]
fn turns_and_items_of_a_thread_are_listed_and_taken_back() {
    let it = setup();
    let thread = it.thread();
    let mut ids = Vec::new();
    for text in ["One.", "Two.", "Three."] {
        it.model.push(answer(text));
        ids.push(thread.run(text).unwrap().id);
    }
    let turns = || -> Vec<_> {
        let order = SortDirection::Asc;
        let turns = thread.turns_with(|params| params.limit(2).sort_direction(order));
        turns.map(|it| it.unwrap().id).collect()
    };
    assert_eq!(turns(), ids);
    assert!(thread.turns().count() == 3 && thread.items().count() >= 6);
    thread.revert(&*ids[1]).unwrap();
    assert_eq!(turns(), ids[..1]);
    it.codex.shutdown().unwrap();
}

#[test]
fn models_and_settings_are_read_and_written() {
    let it = setup();
    let models = it.codex.models().unwrap();
    assert!(!models.is_empty());
    let pages = it.codex.model_pages(ModelListParams::default().limit(1));
    assert_eq!(pages.count(), models.len());
    it.codex.write_config("model_reasoning_effort", "low").unwrap();
    let config = it.codex.read_config(ConfigReadParams::default()).unwrap().config;
    assert_eq!(serde_json::to_value(config).unwrap()["model_reasoning_effort"], "low");
    assert!(it.codex.mcp_servers().unwrap().is_empty());
    let error = it.codex.request_raw("no/such/method", json!({})).unwrap_err();
    assert!(matches!(error, Error::Unsupported { .. }), "{error:?}");
    it.codex.shutdown().unwrap();
}
