//! A server that wants signed tokens: which it takes, what it says to the others, and a connection
//! that is made again after its first token has expired.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use codex_app_client::testing::{MockModel, TestHome};
use codex_app_client::{
    Error, Options, ReconnectPolicy, Supervisor, ThreadOptions, WebSocketOptions,
};
use data_encoding::BASE64URL_NOPAD;
use ring::hmac;
use serde_json::{Value, json};

use crate::proxy::Proxy;
use crate::setup::{Listening, Way};

/// The server wants at least 32 bytes.
const SECRET: &str = "not-so-secret-not-so-secret-not-so-secret";
const FLAGS: [&str; 6] =
    ["--ws-issuer", "tests", "--ws-audience", "codex", "--ws-max-clock-skew-seconds", "0"];

/// A JSON Web Token.
fn signed(secret: &str, claims: &Value) -> String {
    let part = |it: &Value| BASE64URL_NOPAD.encode(it.to_string().as_bytes());
    let text = format!("{}.{}", part(&json!({"alg": "HS256", "typ": "JWT"})), part(claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signature = hmac::sign(&key, text.as_bytes());
    format!("{text}.{}", BASE64URL_NOPAD.encode(signature.as_ref()))
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn claims() -> Value {
    json!({"iss": "tests", "aud": "codex", "exp": now() + 300})
}

/// Those claims, but for one.
fn with(name: &str, value: impl Into<Value>) -> Value {
    let mut claims = claims();
    claims[name] = value.into();
    claims
}

fn without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

async fn listening(home: &TestHome, more: &[&str]) -> Listening {
    let file = home.codex_home().join("secret");
    std::fs::write(&file, SECRET).unwrap();
    let file = file.to_str().unwrap();
    let mut args = vec!["--ws-auth", "signed-bearer-token", "--ws-shared-secret-file", file];
    args.extend(more);
    Listening::start(home, Way::WebSocket, &args).await
}

#[tokio::test]
async fn a_good_token_is_let_in_and_every_other_is_refused_with_the_reason() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let mut server = listening(&home, &FLAGS).await;
    let address = server.address.clone();
    let invalid = "invalid websocket jwt";
    let (issuer, audience) = ("websocket jwt issuer mismatch", "websocket jwt audience mismatch");
    let cases = [
        (signed(SECRET, &with("exp", now() - 60)), "expired websocket jwt"),
        (signed(SECRET, &with("nbf", now() + 120)), "websocket jwt is not valid yet"),
        (signed(SECRET, &with("iss", "others")), issuer),
        (signed(SECRET, &without("iss")), issuer),
        (signed(SECRET, &with("aud", "others")), audience),
        (signed(SECRET, &without("aud")), audience),
        (signed(SECRET, &without("exp")), invalid),
        (signed(&SECRET.to_uppercase(), &claims()), invalid),
        ("sesame".to_owned(), invalid),
    ];
    for (token, expected) in cases {
        server.address = address.clone().bearer_token(token);
        let error = server.connect().await.unwrap_err();
        assert!(
            matches!(&error, Error::Unauthorized { reason } if reason == expected),
            "{error:?}"
        );
    }
    for audience in [json!("codex"), json!(["others", "codex"])] {
        server.address = address.clone().bearer_token(signed(SECRET, &with("aud", audience)));
        let codex = server.connect().await.unwrap();
        let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
        thread.run("hello").await.unwrap();
        codex.shutdown().await;
    }
    server.process.kill().await.unwrap();
}

#[tokio::test]
async fn a_connection_is_made_again_after_its_token_has_expired_if_the_next_is_fresh() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let mut server = listening(&home, &["--ws-max-clock-skew-seconds", "0"]).await;
    let proxy = Proxy::start(&server.url).await;
    let address = WebSocketOptions::new(proxy.url());
    let first = signed(SECRET, &json!({"exp": now() + 3}));
    let fixed = address.clone().bearer_token(first.as_str());
    let n_made = Arc::new(AtomicUsize::new(0));
    let (counter, expiring) = (Arc::clone(&n_made), first.clone());
    let fresh = address.bearer_token_with(move || match counter.fetch_add(1, Ordering::Relaxed) {
        0 => expiring.clone(),
        _ => signed(SECRET, &json!({"exp": now() + 300})),
    });
    let policy = ReconnectPolicy::new;
    let mut stale = Supervisor::connect_ws(fixed, Options::new(), policy()).await.unwrap();
    let mut kept = Supervisor::connect_ws(fresh, Options::new(), policy()).await.unwrap();
    let thread = kept.codex().start_thread(ThreadOptions::default()).await.unwrap();
    server.address = server.address.clone().bearer_token(first);
    while let Ok(codex) = server.connect().await {
        codex.shutdown().await;
    }
    // The token has expired, and its connection goes on.
    thread.run("hello").await.unwrap();
    proxy.cut();
    let error = stale.reconnected().await.unwrap_err();
    assert!(matches!(error, Error::Unauthorized { .. }), "{error:?}");
    kept.follow(thread.id());
    let again = kept.reconnected().await.unwrap();
    assert_eq!((again.epoch, n_made.load(Ordering::Relaxed)), (1, 2));
    let thread = again.resume().await.pop().unwrap().1.unwrap();
    thread.run("hello again").await.unwrap();
    again.codex.shutdown().await;
    server.process.kill().await.unwrap();
}
