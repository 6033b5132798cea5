//! Behaviour 1: a server that does not introduce itself is let go.

use codex_app_client::{Client, Codex, Error, Options};
use serde_json::json;

use crate::script::{Server, connected};

#[tokio::test(start_paused = true)]
async fn missing_metadata_fails_and_closes_the_connection() {
    let (transport, mut server) = Server::new();
    let serve = async {
        server.serve("initialize", json!({})).await;
        // Nothing more is written, not even `initialized`.
        assert!(server.is_at_end().await);
    };
    let (codex, ()) = tokio::join!(Codex::connect(transport, Options::new()), serve);
    let error = codex.unwrap_err();
    assert!(matches!(error, Error::MissingMetadata { .. }));
    assert!(error.to_string().starts_with("initialize response missing required metadata"));
    assert!(error.to_string().contains("name and version"));
}

#[tokio::test(start_paused = true)]
async fn a_refused_initialize_closes_the_connection() {
    let (transport, mut server) = Server::new();
    let serve = async {
        let request = server.expect("initialize").await;
        server.refuse(&request, "no").await;
        assert!(server.is_at_end().await);
    };
    let (codex, ()) = tokio::join!(Codex::connect(transport, Options::new()), serve);
    assert_eq!(codex.unwrap_err().rpc().unwrap().message, "no");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_is_given_up() {
    let (transport, mut server) = Server::new();
    let serve = async {
        server.expect("initialize").await;
        assert!(server.is_at_end().await);
    };
    let (codex, ()) = tokio::join!(Codex::connect(transport, Options::new()), serve);
    assert!(matches!(codex.unwrap_err(), Error::Timeout { .. }));
}

#[tokio::test(start_paused = true)]
async fn the_client_says_who_it_is_and_learns_who_the_server_is() {
    let (transport, mut server) = Server::new();
    let options = Options::new().client_info("my-tool", "1.2.3");
    let client = Client::connect(transport, options);
    let serve = async {
        let result = json!({"userAgent": "my-tool/0.169.0 (Debian)", "codexHome": "/home/c"});
        let request = server.serve("initialize", result).await;
        assert_eq!(request["params"]["clientInfo"], json!({"name": "my-tool", "version": "1.2.3"}));
        server.expect("initialized").await;
    };
    let (info, ()) = tokio::join!(client.initialize(), serve);
    let info = info.unwrap();
    assert_eq!(info.version, "0.169.0");
    assert_eq!(info.codex_home.as_deref(), Some("/home/c"));
}

#[tokio::test(start_paused = true)]
async fn the_server_is_known_afterwards() {
    let (codex, ..) = connected().await;
    assert_eq!(codex.server_info().await.unwrap().version, "0.169.0");
}
