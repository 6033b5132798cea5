//! Behaviours 1 and 20: introducing ourselves, failing to, and many requests at once.

#![cfg_attr(not(unix), expect(unused_imports, reason = "many of these tests are for Unix alone"))]

use codex_app_client::testing::{MockModel, TestHome, server_path};
use codex_app_client::{Client, Codex, Error, Options, ThreadOptions, Transport};

use crate::setup::{filtered, setup};

#[tokio::test]
async fn it_introduces_itself() {
    let it = setup().await;
    let info = it.codex.server_info().await.unwrap();
    assert!(info.version.starts_with("0."), "{info:?}");
    it.codex.models().await.unwrap();
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_server_that_cannot_start_says_why() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let process =
        home.process_options(server_path().unwrap()).config("approval_policy", "\"untrusted\"");
    let error = Codex::spawn_with(process, Options::new()).await.unwrap_err();
    let closed = error.closed().unwrap_or_else(|| panic!("{error:?}"));
    assert_eq!(closed.exit_status.unwrap().code(), Some(1));
    assert!(closed.stderr_tail.contains("untrusted"), "{}", closed.stderr_tail);
}

#[tokio::test]
async fn the_log_of_the_server_is_shown_while_it_runs() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let (lines, mut shown) = tokio::sync::mpsc::unbounded_channel();
    let process = home
        .process_options(server_path().unwrap())
        .env("RUST_LOG", "info")
        .on_stderr_line(move |line| drop(lines.send(line.to_owned())));
    let codex = Codex::spawn_with(process, Options::new()).await.unwrap();
    let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
    thread.run("Hello.").await.unwrap();
    let line = shown.recv().await.unwrap();
    assert!(!line.is_empty() && !line.contains('\n'), "{line:?}");
    #[cfg(target_os = "linux")]
    {
        let id = codex.process_id().unwrap();
        let started = std::fs::read_to_string(format!("/proc/{id}/cmdline")).unwrap();
        assert!(started.contains("app-server"), "{started}");
    }
    codex.shutdown().await;
    assert_eq!(codex.process_id(), None);
}

#[tokio::test]
async fn of_a_setting_the_last_value_counts() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let process = home
        .process_options(server_path().unwrap())
        .config("model", "\"one\"")
        .arg("--config")
        .arg("model_reasoning_effort=\"low\"")
        .config("model", "\"two\"");
    let codex = Codex::spawn_with(process, Options::new()).await.unwrap();
    let read = codex.request_raw("config/read", serde_json::json!({})).await.unwrap();
    let config = &read["config"];
    assert_eq!(
        (&config["model"], &config["model_reasoning_effort"]),
        (&"two".into(), &"low".into())
    );
    codex.shutdown().await;
}

#[tokio::test]
async fn a_burst_of_requests_is_answered_in_full() {
    let it = setup().await;
    let calls: Vec<_> = (0..1000)
        .map(|_| {
            let codex = it.codex.clone();
            let params = serde_json::json!({});
            tokio::spawn(async move { codex.request_raw("thread/loaded/list", params).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    it.codex.shutdown().await;
}

#[tokio::test]
async fn an_initialisation_that_is_refused_closes_the_connection() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let transport = Transport::spawn(&home.process_options(server_path().unwrap())).unwrap();
    // The server wants to send the name in a header.
    let options = Options::new().client_info("two\nlines", "1");
    let error = Codex::connect(transport, options).await.unwrap_err();
    assert!(error.rpc().is_some_and(|it| it.message.contains("clientInfo")), "{error:?}");
    #[cfg(target_os = "linux")]
    assert_eq!(crate::processes::of_home(&home), [""; 0]);
}

#[tokio::test]
async fn a_second_introduction_is_refused_and_ends_nothing() {
    let it = setup().await;
    let client = it.codex.client().await.unwrap();
    let error = client.initialize().await.unwrap_err();
    assert!(error.rpc().is_some_and(|it| it.message == "Already initialized"), "{error:?}");
    it.thread.run("Go on.").await.unwrap();
    it.codex.shutdown().await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_server_that_does_not_say_who_it_is_is_refused_and_ended() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let process = filtered(&home, "sed -u 's/\"userAgent\":\"[^\"]*\"/\"u\":0/'");
    let error = Codex::spawn_with(process, Options::new()).await.unwrap_err();
    assert!(matches!(&error, Error::MissingMetadata { .. }), "{error:?}");
    let said = error.to_string();
    assert!(said.starts_with("initialize response missing required metadata: "), "{said}");
    #[cfg(target_os = "linux")]
    assert_eq!(crate::processes::of_home(&home), [""; 0]);
}

#[tokio::test]
async fn nothing_is_done_before_the_introduction() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let transport = Transport::spawn(&home.process_options(server_path().unwrap())).unwrap();
    let client = Client::connect(transport, Options::new());
    let error = client.request_raw("thread/loaded/list", serde_json::json!({})).await.unwrap_err();
    assert!(error.rpc().is_some_and(|it| it.message == "Not initialized"), "{error:?}");
    client.initialize().await.unwrap();
    client.request_raw("thread/loaded/list", serde_json::json!({})).await.unwrap();
    client.shutdown().await;
}
