//! Logging in and out, with no account and no network.

use std::time::Duration;

use codex_app_client::testing::{MockModel, TestHome};
use codex_app_client::{Codex, Error};

use crate::{Setup, setup, spawn};

/// A server whose model needs an account.
async fn setup_with_account() -> Setup {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let path = home.codex_home().join("config.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    let needy = "wire_api = \"responses\"\nrequires_openai_auth = true";
    let config = config.replacen("wire_api = \"responses\"", needy, 1);
    assert!(config.contains("requires_openai_auth"), "{config}");
    std::fs::write(path, config).unwrap();
    let codex = spawn(&home).await;
    Setup { model, codex, home }
}

async fn is_logged_in(codex: &Codex) -> bool {
    codex.account().await.unwrap().account.is_some()
}

#[tokio::test]
async fn a_key_logs_in_and_is_used_until_the_logout() {
    let it = setup_with_account().await;
    assert!(matches!(it.codex.ensure_auth().await, Err(Error::AuthRequired)));
    it.codex.login_api_key("sk-no-key").await.unwrap();
    it.codex.ensure_auth().await.unwrap();
    assert!(is_logged_in(&it.codex).await);
    // A login would change nothing: this is for other accounts.
    let needs_chatgpt = |it: Error| matches!(it, Error::ChatgptAccountRequired { .. });
    assert!(it.codex.rate_limits().await.is_err_and(needs_chatgpt));
    assert!(it.codex.account_usage().await.is_err_and(needs_chatgpt));
    it.thread().await.run("Hi.").await.unwrap();
    let request = it.model.requests().pop().unwrap();
    assert_eq!(request.header("authorization"), Some("Bearer sk-no-key"));
    it.codex.refresh_account().await.unwrap();
    it.codex.logout().await.unwrap();
    assert!(!is_logged_in(&it.codex).await);
    assert!(matches!(it.codex.ensure_auth().await, Err(Error::AuthRequired)));
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_provider_that_needs_no_account_is_ready() {
    let it = setup().await;
    assert_eq!(it.codex.ensure_auth().await.unwrap().account, None);
    assert!(matches!(it.codex.rate_limits().await, Err(Error::AuthRequired)));
    assert!(matches!(it.codex.account_usage().await, Err(Error::AuthRequired)));
    it.codex.shutdown().await;
}

/// One test, since the server listens for browsers on one fixed port.
#[tokio::test]
async fn a_browser_login_waits_for_its_own_end() {
    let it = setup_with_account().await;
    let mut first = it.codex.login_chatgpt().await.unwrap();
    assert!(first.auth_url().starts_with("https://"));
    assert!(!format!("{first:?}").contains("https://"));
    let short = Duration::from_millis(50);
    assert!(matches!(first.wait_within(short).await, Err(Error::Timeout { .. })));
    assert!(first.cancel().await.unwrap());
    let ended = first.wait().await.unwrap_err();
    assert!(
        matches!(&ended, Error::LoginFailed { login_id: Some(id), message: Some(_) }
            if id == first.login_id()),
        "{ended:?}"
    );
    assert!(!first.cancel().await.unwrap());

    // A second login takes the place of the first.
    let mut second = it.codex.login_chatgpt().await.unwrap();
    let third = it.codex.login_chatgpt().await.unwrap();
    assert!(matches!(second.wait().await, Err(Error::LoginFailed { .. })));
    let control = third.control();
    let waiting = tokio::spawn(async move {
        let mut third = third;
        third.wait().await
    });
    assert!(control.cancel().await.unwrap());
    assert!(matches!(waiting.await.unwrap(), Err(Error::LoginFailed { .. })));
    it.codex.shutdown().await;
}
