//! Servers of other versions, and what they do not know.

use codex_app_client::protocol::{
    AccountRateLimitsUpdatedNotification, ModelListParams, SCHEMA_VERSION,
    TurnCompletedNotification,
};
use codex_app_client::{Client, Codex, Compat, Error, Options, VersionReq};
use serde_json::json;

use crate::script::{Server, connected};

#[tokio::test(start_paused = true)]
async fn a_server_of_another_version_than_required_is_let_go() {
    let (transport, mut server) = Server::new();
    let serve = async {
        server.serve("initialize", json!({"userAgent": "t/0.140.0 (Linux)"})).await;
        assert!(server.is_at_end().await);
    };
    let options = Options::new().require_version(VersionReq::parse(">=0.150").unwrap());
    let (codex, ()) = tokio::join!(Codex::connect(transport, options), serve);
    let error = codex.unwrap_err();
    assert_eq!(error.to_string(), "server 0.140.0 does not satisfy the required version >=0.150");
}

#[tokio::test(start_paused = true)]
async fn a_server_of_any_version_is_used_if_none_is_required() {
    for (version, expected) in
        [("0.139.0", Compat::Older), ("9.0.0", Compat::Newer), ("home-made", Compat::Unknown)]
    {
        let (transport, mut server) = Server::new();
        let serve = async {
            let agent = format!("t/{version} (Linux)");
            server.serve("initialize", json!({ "userAgent": agent })).await;
            server.expect("initialized").await;
        };
        let (codex, ()) = tokio::join!(Codex::connect(transport, Options::new()), serve);
        assert_eq!(codex.unwrap().server_info().await.unwrap().compat(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn what_turns_are_followed_by_cannot_be_declined() {
    let (transport, mut server) = Server::new();
    let options = Options::new().opt_out::<TurnCompletedNotification>();
    let serve = async { assert!(server.is_at_end().await, "nothing is written") };
    let (codex, ()) = tokio::join!(Codex::connect(transport, options), serve);
    assert!(matches!(codex.unwrap_err(), Error::OptOutRefused { method: "turn/completed" }));
}

#[tokio::test(start_paused = true)]
async fn what_is_declined_is_told_to_the_server() {
    let (transport, mut server) = Server::new();
    let options = Options::new().opt_out::<AccountRateLimitsUpdatedNotification>();
    let client = Client::connect(transport, options);
    let serve = async {
        let user_agent = format!("t/{SCHEMA_VERSION}");
        let request = server.serve("initialize", json!({"userAgent": user_agent})).await;
        assert_eq!(
            request["params"]["capabilities"],
            json!({"optOutNotificationMethods": ["account/rateLimits/updated"]})
        );
        server.expect("initialized").await;
    };
    let (info, ()) = tokio::join!(client.initialize(), serve);
    assert_eq!(info.unwrap().compat(), Compat::Exact);
}

#[tokio::test(start_paused = true)]
async fn a_method_that_the_server_does_not_know_is_unsupported() {
    let (codex, _client, mut server) = connected().await;
    let serve = async {
        let request = server.expect("model/list").await;
        let message = "Invalid request: unknown variant `model/list`, expected one of `initialize`";
        server.refuse(&request, message).await;
    };
    let (models, ()) = tokio::join!(codex.request(ModelListParams::default()), serve);
    let error = models.unwrap_err();
    let Error::Unsupported { method, server_version, .. } = error.clone() else {
        panic!("{error:?}")
    };
    assert_eq!(&*method, "model/list");
    assert!(server_version.is_some());
    assert!(error.rpc().is_some());
    assert!(error.to_string().contains("available in 0.140.0"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_experimental_method_is_not_sent_without_the_opt_in() {
    let (codex, _client, mut server) = connected().await;
    let refused = codex.request_raw("mock/experimentalMethod", json!({})).await.unwrap_err();
    assert!(refused.to_string().contains("Options::experimental_api(true)"), "{refused}");
    assert!(refused.rpc().is_none());
    // The next that the server hears is the next request.
    let serve = async { server.serve("model/list", json!({"data": []})).await };
    let (models, _) = tokio::join!(codex.request(ModelListParams::default()), serve);
    models.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_experimental_member_is_not_sent_without_the_opt_in() {
    let (codex, _client, mut server) = connected().await;
    let params = json!({"dynamicTools": [], "cwd": "/"});
    let refused = codex.request_raw("thread/start", params).await.unwrap_err();
    assert!(refused.to_string().contains("for `dynamicTools`, opt in"), "{refused}");
    assert!(refused.rpc().is_none());
    // Null says nothing.
    let call = codex.request_raw("thread/start", json!({"dynamicTools": null}));
    let serve = async { server.serve("thread/start", json!({})).await };
    tokio::join!(call, serve).0.unwrap();
}
