//! Logging in and out from plain threads.

use std::time::Duration;

use codex_app_client::Error;
use serde_json::{Value, json};

use crate::script::{Server, notification};
use crate::served::{connected, meet};

const SHORT: Duration = Duration::from_millis(5);
const LONG: Duration = Duration::from_secs(60);

fn completed(login_id: &str, error: Option<&str>) -> Value {
    let params = json!({"loginId": login_id, "success": error.is_none(), "error": error});
    notification("account/login/completed", params)
}

fn started(login_id: &str) -> Value {
    json!({"type": "chatgpt", "loginId": login_id, "authUrl": "https://example.com/secret"})
}

#[test]
fn a_login_waits_for_its_own_end() {
    let (codex, _serving) = connected(async |server: &mut Server| {
        let request = server.expect("account/login/start").await;
        server.send(completed("other", None)).await;
        server.answer(&request, started("mine")).await;
        server.meet().await;
        server.send(completed("mine", None)).await;
    });
    let mut login = codex.login_chatgpt().unwrap();
    assert_eq!((login.login_id(), login.auth_url()), ("mine", "https://example.com/secret"));
    assert!(!format!("{login:?}").contains("secret"));
    assert!(matches!(login.wait_within(SHORT), Err(Error::Timeout { after: SHORT, .. })));
    meet(&codex.client().unwrap());
    login.wait_within(LONG).unwrap();
    login.wait().unwrap();
}

#[test]
fn an_end_that_comes_before_the_answer_is_not_missed() {
    let (codex, _serving) = connected(async |server: &mut Server| {
        let request = server.expect("account/login/start").await;
        server.send(completed("mine", None)).await;
        server.answer(&request, started("mine")).await;
    });
    codex.login_chatgpt().unwrap().wait().unwrap();
}

#[test]
fn another_thread_cancels_the_login_that_this_one_waits_for() {
    let (codex, _serving) = connected(async |server: &mut Server| {
        server.serve("account/login/start", started("mine")).await;
        let request = server.serve("account/login/cancel", json!({"status": "canceled"})).await;
        assert_eq!(request["params"], json!({"loginId": "mine"}));
        server.send(completed("mine", Some("Login was not completed"))).await;
        server.serve("account/login/cancel", json!({"status": "notFound"})).await;
    });
    let mut login = codex.login_chatgpt().unwrap();
    let control = login.control();
    let cancelling = std::thread::spawn(move || control.cancel().unwrap());
    let error = login.wait().unwrap_err();
    assert_eq!(error.to_string(), "login failed: Login was not completed");
    assert!(cancelling.join().unwrap());
    assert!(!login.cancel().unwrap());
}

#[test]
fn a_code_is_entered_elsewhere() {
    let (codex, serving) = connected(async |server: &mut Server| {
        let answer = json!({"type": "chatgptDeviceCode", "loginId": "mine", "userCode": "AB-12",
            "verificationUrl": "https://example.com/device"});
        let request = server.serve("account/login/start", answer).await;
        assert_eq!(request["params"], json!({"type": "chatgptDeviceCode"}));
    });
    let mut login = codex.login_device_code().unwrap();
    assert_eq!(
        (login.user_code(), login.verification_url()),
        ("AB-12", "https://example.com/device")
    );
    serving.join();
    assert!(login.wait().unwrap_err().is_closed());
}

#[test]
fn a_key_logs_in_and_an_account_is_needed_or_not() {
    let (codex, _serving) = connected(async |server: &mut Server| {
        let request = server.serve("account/login/start", json!({"type": "apiKey"})).await;
        assert_eq!(request["params"], json!({"type": "apiKey", "apiKey": "sk-1"}));
        let nobody = || json!({"account": null, "requiresOpenaiAuth": true});
        server.serve("account/read", nobody()).await;
        server.serve("account/read", nobody()).await;
        let request = server.serve("account/read", nobody()).await;
        assert_eq!(request["params"], json!({"refreshToken": true}));
        server.serve("account/rateLimits/read", json!({"rateLimits": {}})).await;
        let request = server.expect("account/usage/read").await;
        server.refuse(&request, "codex account authentication required").await;
        server.serve("account/logout", json!({})).await;
    });
    codex.login_api_key("sk-1").unwrap();
    assert_eq!(codex.account().unwrap().account, None);
    assert!(matches!(codex.ensure_auth(), Err(Error::AuthRequired)));
    codex.refresh_account().unwrap();
    codex.rate_limits().unwrap();
    assert!(matches!(codex.account_usage(), Err(Error::AuthRequired)));
    codex.logout().unwrap();
}

#[cfg(feature = "experimental")]
#[test]
fn tokens_from_elsewhere_are_handed_over() {
    use codex_app_client::protocol::ChatgptAuthTokensLoginAccountParams;

    let (codex, _serving) = connected(async |server: &mut Server| {
        let answer = json!({"type": "chatgptAuthTokens"});
        let request = server.serve("account/login/start", answer).await;
        assert_eq!(request["params"]["type"], "chatgptAuthTokens");
    });
    let params = ChatgptAuthTokensLoginAccountParams::new("token", "account");
    codex.login_chatgpt_tokens(params).unwrap();
}
