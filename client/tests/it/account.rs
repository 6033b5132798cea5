//! Logins, whose ends come when and how they like.

use std::time::Duration;

use codex_app_client::{BrowserLogin, Codex, Error};
use serde_json::{Value, json};

use crate::script::{Server, connected, notification};

fn completed(login_id: Option<&str>, error: Option<&str>) -> Value {
    let params = json!({"loginId": login_id, "success": error.is_none(), "error": error,
        "onboardingEntrypoint": null});
    notification("account/login/completed", params)
}

fn started(login_id: &str) -> Value {
    json!({"type": "chatgpt", "loginId": login_id, "authUrl": "https://example.com/secret"})
}

async fn login(codex: &Codex, server: &mut Server, login_id: &str) -> BrowserLogin {
    let serve = server.serve("account/login/start", started(login_id));
    let (login, request) = tokio::join!(codex.login_chatgpt(), serve);
    assert_eq!(request["params"], json!({"type": "chatgpt"}));
    login.unwrap()
}

#[tokio::test]
async fn a_login_waits_for_its_own_end() {
    let (codex, _client, mut server) = connected().await;
    let mut login = login(&codex, &mut server, "mine").await;
    assert_eq!(login.auth_url(), "https://example.com/secret");
    assert!(!format!("{login:?}").contains("secret"));
    server.send(completed(None, None)).await;
    server.send(completed(Some("other"), Some("no"))).await;
    server.send(completed(Some("mine"), None)).await;
    login.wait().await.unwrap();
    login.wait().await.unwrap();
}

#[tokio::test]
async fn an_end_that_comes_before_the_answer_is_not_missed() {
    let (codex, client, mut server) = connected().await;
    let serve = async {
        let request = server.expect("account/login/start").await;
        server.send(completed(Some("other"), Some("no"))).await;
        server.send(completed(Some("mine"), None)).await;
        server.answer(&request, started("mine")).await;
    };
    let (login, ()) = tokio::join!(codex.login_chatgpt(), serve);
    server.barrier(&client).await;
    login.unwrap().wait().await.unwrap();
}

#[tokio::test]
async fn a_login_that_does_not_succeed_says_why() {
    let (codex, _client, mut server) = connected().await;
    let mut login = login(&codex, &mut server, "mine").await;
    let serve = server.serve("account/login/cancel", json!({"status": "canceled"}));
    let (outcome, request) = tokio::join!(login.cancel(), serve);
    assert!(outcome.unwrap());
    assert_eq!(request["params"], json!({"loginId": "mine"}));
    server.send(completed(Some("mine"), Some("Login was not completed"))).await;
    let error = login.wait().await.unwrap_err();
    assert_eq!(error.to_string(), "login failed: Login was not completed");
    let serve = server.serve("account/login/cancel", json!({"status": "notFound"}));
    let control = login.control();
    let (outcome, _) = tokio::join!(control.cancel(), serve);
    assert!(!outcome.unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_a_login_can_have_a_limit() {
    let (codex, client, mut server) = connected().await;
    let mut login = login(&codex, &mut server, "mine").await;
    let limit = Duration::from_secs(300);
    let error = login.wait_within(limit).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { after, .. } if after == limit), "{error:?}");
    // It goes on, and can be waited for again.
    server.send(completed(Some("mine"), None)).await;
    server.barrier(&client).await;
    login.wait_within(limit).await.unwrap();
}

#[tokio::test]
async fn a_login_ends_with_the_connection() {
    let (codex, client, mut server) = connected().await;
    let mut login = login(&codex, &mut server, "mine").await;
    drop(server);
    assert!(login.wait().await.unwrap_err().is_closed());
    assert!(client.is_closed());
}

#[tokio::test]
async fn nobody_waits_for_a_login_that_was_refused() {
    let (codex, client, mut server) = connected().await;
    let refuse = async {
        let request = server.expect("account/login/start").await;
        server.refuse(&request, "no").await;
    };
    let (outcome, ()) = tokio::join!(codex.login_chatgpt(), refuse);
    assert!(outcome.unwrap_err().rpc().is_some());
    let serve = server.serve("account/login/start", json!({"type": "apiKey"}));
    let (outcome, _) = tokio::join!(codex.login_device_code(), serve);
    assert!(matches!(outcome, Err(Error::LoginFailed { .. })));
    server.barrier(&client).await;
}

#[tokio::test]
async fn a_code_is_entered_elsewhere() {
    let (codex, _client, mut server) = connected().await;
    let answer = json!({"type": "chatgptDeviceCode", "loginId": "mine", "userCode": "AB-12",
        "verificationUrl": "https://example.com/device"});
    let serve = server.serve("account/login/start", answer);
    let (login, request) = tokio::join!(codex.login_device_code(), serve);
    assert_eq!(request["params"], json!({"type": "chatgptDeviceCode"}));
    let mut login = login.unwrap();
    assert_eq!(
        (login.user_code(), login.verification_url(), login.login_id()),
        ("AB-12", "https://example.com/device", "mine")
    );
    assert!(!format!("{login:?}").contains("AB-12"));
    server.send(completed(Some("mine"), None)).await;
    login.wait().await.unwrap();
}

#[tokio::test]
async fn a_key_is_sent_and_not_shown() {
    let (codex, _client, mut server) = connected().await;
    let serve = server.serve("account/login/start", json!({"type": "apiKey"}));
    let (outcome, request) = tokio::join!(codex.login_api_key("sk-1"), serve);
    outcome.unwrap();
    assert_eq!(request["params"], json!({"type": "apiKey", "apiKey": "sk-1"}));
    let serve = server.serve("account/logout", json!({}));
    let (outcome, request) = tokio::join!(codex.logout(), serve);
    outcome.unwrap();
    assert!(request.get("params").is_none());
}

#[tokio::test]
async fn an_account_is_needed_or_not() {
    let (codex, _client, mut server) = connected().await;
    let account = json!({"type": "apiKey"});
    for (answer, is_ready) in [
        (json!({"account": null, "requiresOpenaiAuth": false}), true),
        (json!({"account": null, "requiresOpenaiAuth": true}), false),
        (json!({"account": null}), false),
        (json!({"account": account, "requiresOpenaiAuth": true}), true),
    ] {
        let serve = server.serve("account/read", answer);
        let (outcome, _) = tokio::join!(codex.ensure_auth(), serve);
        match outcome {
            Ok(_) => assert!(is_ready),
            Err(error) => assert!(!is_ready && matches!(error, Error::AuthRequired), "{error:?}"),
        }
    }
    let serve = server.serve("account/read", json!({"account": null, "requiresOpenaiAuth": false}));
    let (outcome, request) = tokio::join!(codex.refresh_account(), serve);
    outcome.unwrap();
    assert_eq!(request["params"], json!({"refreshToken": true}));
}

#[tokio::test]
async fn no_account_is_told_from_one_of_another_kind() {
    let (codex, _client, mut server) = connected().await;
    for (message, is_expected) in [
        (
            "codex account authentication required to read rate limits",
            (|it| matches!(it, Error::AuthRequired)) as fn(&Error) -> bool,
        ),
        ("chatgpt authentication required to read rate limits", |it| {
            matches!(it, Error::ChatgptAccountRequired { .. }) && it.rpc().is_some()
        }),
        ("the second factor is authentication required", |it| matches!(it, Error::Rpc { .. })),
    ] {
        let refuse = async {
            let request = server.expect("account/rateLimits/read").await;
            server.refuse(&request, message).await;
        };
        let (outcome, ()) = tokio::join!(codex.rate_limits(), refuse);
        let error = outcome.unwrap_err();
        assert!(is_expected(&error), "{error:?}");
    }
}
