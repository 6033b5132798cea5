//! Threads: what another connection finds of them, and what is done with them as a whole.

use codex_app_client::protocol::ThreadListParams;

use crate::setup::{Way, setup};

pub(crate) async fn a_thread_is_resumed_over_another_connection_with_its_history(way: Way) {
    let mut it = setup(way).await;
    it.thread.run("Hello.").await.unwrap();
    it.connect_again().await;
    assert!(it.thread.run("late").await.unwrap_err().is_closed());
    let resumed = it.codex.resume_thread(it.thread.id()).await.unwrap();
    resumed.run("Where were we?").await.unwrap();
    let sent = it.model.requests().pop().unwrap().body().to_string();
    assert!(sent.contains("Hello.") && sent.contains("You said: Hello."), "{sent}");
    it.end().await;
}

pub(crate) async fn a_fork_has_the_history_and_an_id_of_its_own(way: Way) {
    let it = setup(way).await;
    it.thread.run("Hello.").await.unwrap();
    let fork = it.thread.fork().await.unwrap();
    assert_ne!(fork.id(), it.thread.id());
    fork.run("And now?").await.unwrap();
    assert!(it.model.requests().pop().unwrap().body().to_string().contains("Hello."));
    assert_eq!(it.thread.turns().collect_all().await.unwrap().len(), 1);
    assert_eq!(fork.turns().collect_all().await.unwrap().len(), 2);
    it.end().await;
}

pub(crate) async fn a_thread_is_named_listed_and_archived(way: Way) {
    let it = setup(way).await;
    it.thread.run("Hello.").await.unwrap();
    it.thread.set_name("Greetings").await.unwrap();
    it.thread.archive().await.unwrap();
    let params = ThreadListParams::default().archived(true);
    let listed = it.codex.threads(params).collect_all().await.unwrap();
    let names: Vec<_> = listed.iter().map(|it| (&*it.id, it.name.as_deref())).collect();
    assert_eq!(names, [(it.thread.id(), Some("Greetings"))]);
    it.end().await;
}
