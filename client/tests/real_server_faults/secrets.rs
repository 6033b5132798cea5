//! A key given to a real server, in every way there is: nothing that is printed on this side has it.

use std::fmt::Write as _;

use codex_app_client::testing::{MockModel, TestHome, server_path};
use codex_app_client::{Codex, Options, ThreadOptions};
use serde_json::json;

use crate::ALONE;
use crate::captured::Captured;

const CANARY: &str = "sk-canary-55d0a7";

#[tokio::test]
async fn a_key_given_to_a_server_is_printed_nowhere() {
    let _alone = ALONE.lock().await;
    let (captured, _guard) = Captured::begin();
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let process = home
        .process_options(server_path().unwrap())
        .env("CODEX_API_KEY", CANARY)
        .env("RUST_LOG", "trace")
        .config("model_providers.spare.experimental_bearer_token", &format!("\"{CANARY}\""))
        .config("model_providers.spare.name", "\"spare\"");
    let mut printed = format!("{process:?}");
    let codex = Codex::spawn_with(process, Options::new()).await.unwrap();
    write!(printed, "{codex:?}").unwrap();
    codex.login_api_key(CANARY).await.unwrap();
    let account = codex.account().await.unwrap();
    write!(printed, "{account:?}").unwrap();
    let written = codex.write_config("model_providers.spare.env_key", json!("SPARE_KEY")).await;
    write!(printed, "{written:?}").unwrap();
    // Refused: the error says so, and not what was refused.
    let params = json!({"type": "apiKey", "apiKey": [CANARY]});
    let error = codex.request_raw("account/login/start", params).await.unwrap_err();
    write!(printed, "{error}").unwrap();
    let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
    let result = thread.run("Hello.").await.unwrap();
    write!(printed, "{thread:?} {result:?}").unwrap();
    codex.logout().await.unwrap();
    let client = codex.client().await.unwrap();
    codex.shutdown().await;
    let error = client.request_raw("thread/loaded/list", json!({})).await.unwrap_err();
    write!(printed, "{error} {error:?} {client:?}").unwrap();
    assert!(!printed.contains(CANARY), "{printed}");
    assert!(captured.text().contains("codex_app_client"), "nothing was traced");
    assert!(!captured.text().contains(CANARY), "{}", captured.text());
}
