//! Logging in and out, with no account and no network.

use codex_app_client::Error;

use crate::{setup, setup_with_config};

#[test]
fn a_key_logs_in_and_is_used_until_the_logout() {
    let it = setup_with_config(|config| {
        let needy = "wire_api = \"responses\"\nrequires_openai_auth = true";
        let config = config.replacen("wire_api = \"responses\"", needy, 1);
        assert!(config.contains("requires_openai_auth"), "{config}");
        config
    });
    assert!(matches!(it.codex.ensure_auth(), Err(Error::AuthRequired)));
    it.codex.login_api_key("sk-no-key").unwrap();
    assert!(it.codex.ensure_auth().unwrap().account.is_some());
    it.thread().run("Hi.").unwrap();
    let request = it.model.requests().pop().unwrap();
    assert_eq!(request.header("authorization"), Some("Bearer sk-no-key"));
    it.codex.refresh_account().unwrap();
    it.codex.logout().unwrap();
    assert!(matches!(it.codex.ensure_auth(), Err(Error::AuthRequired)));
    it.codex.shutdown().unwrap();
}

#[test]
fn a_provider_that_needs_no_account_is_ready() {
    let it = setup();
    assert_eq!(it.codex.ensure_auth().unwrap().account, None);
    assert!(matches!(it.codex.rate_limits(), Err(Error::AuthRequired)));
    assert!(matches!(it.codex.account_usage(), Err(Error::AuthRequired)));
    it.codex.shutdown().unwrap();
}
