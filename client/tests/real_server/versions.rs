//! What the real server says of its version, and of what it does not know.

use codex_app_client::protocol::{
    ModelListParams, ServerNotification, ThreadStartedNotification, TurnStartedNotification,
};
use codex_app_client::{Compat, Error, Event, Options, ThreadOptions, VersionReq};
use serde_json::json;

use crate::setup::{setup, setup_with};

#[tokio::test]
async fn it_tells_its_version() {
    let it = setup().await;
    let info = it.codex.server_info().await.unwrap();
    assert!(info.parsed_version().is_some(), "{info:?}");
    assert!(matches!(info.compat(), Compat::Exact | Compat::Within), "{info:?}");
    it.codex.shutdown().await;
}

#[tokio::test]
async fn another_version_than_required_is_not_used() {
    let it = setup().await;
    let process = it.home.process_options(codex_app_client::testing::server_path().unwrap());
    let options = Options::new().require_version(VersionReq::parse("<0.100").unwrap());
    let error = codex_app_client::Codex::spawn_with(process, options).await.unwrap_err();
    assert!(matches!(error, Error::ServerVersionMismatch { .. }), "{error:?}");
    it.codex.shutdown().await;
}

#[tokio::test]
async fn what_it_does_not_know_is_unsupported() {
    let it = setup().await;
    let error = it.codex.request_raw("turn/fly", json!({})).await.unwrap_err();
    let Error::Unsupported { method, server_version, hint, error } = error else {
        panic!("{error:?}")
    };
    assert_eq!(&*method, "turn/fly");
    assert_eq!(server_version, Some(it.codex.server_info().await.unwrap().version));
    assert!(hint.contains("no release"), "{hint}");
    assert!(error.is_some());
    it.codex.shutdown().await;
}

#[tokio::test]
async fn an_experimental_member_without_the_opt_in_is_named() {
    let it = setup().await;
    let params = json!({"dynamicTools": []});
    let error = it.codex.request_raw("thread/start", params).await.unwrap_err();
    assert!(error.to_string().contains("`dynamicTools`"), "{error}");
    it.codex.shutdown().await;
}

#[tokio::test]
async fn an_experimental_method_works_with_the_opt_in() {
    let it = setup_with(|home| home, Options::new().experimental_api(true)).await;
    let answer = it.codex.request_raw("mock/experimentalMethod", json!({})).await;
    assert!(!matches!(answer, Err(Error::Unsupported { .. })), "{answer:?}");
    it.codex.shutdown().await;
}

#[tokio::test]
async fn what_was_declined_is_not_told() {
    let it = setup_with(|home| home, Options::new().opt_out::<ThreadStartedNotification>()).await;
    let mut events = it.codex.events().await.unwrap();
    let thread = it.codex.start_thread(ThreadOptions::default()).await.unwrap();
    thread.run("Hello").await.unwrap();
    it.codex.request(ModelListParams::default()).await.unwrap();
    it.codex.shutdown().await;
    while let Some(Ok(event)) = events.next().await {
        let Event::Notification(event) = event else { continue };
        assert!(!matches!(event.body, ServerNotification::ThreadStarted(_)), "{event:?}");
    }
}

#[tokio::test]
async fn what_turns_are_followed_by_cannot_be_declined() {
    let it = setup().await;
    let process = it.home.process_options(codex_app_client::testing::server_path().unwrap());
    let options = Options::new().opt_out::<TurnStartedNotification>();
    let error = codex_app_client::Codex::spawn_with(process, options).await.unwrap_err();
    assert!(matches!(error, Error::OptOutRefused { method: "turn/started" }), "{error:?}");
    it.codex.shutdown().await;
}
