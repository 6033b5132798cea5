//! Servers that let nobody in, or are not there.

use codex_app_client::{Codex, Error, Options, Transport, WebSocketOptions};

use crate::listening::{Server, Way};

#[tokio::test]
async fn a_server_with_a_token_wants_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "the-capability-token").unwrap();
    let arguments = ["--ws-auth", "capability-token", "--ws-token-file", file.to_str().unwrap()];
    let server = Server::start_with(Way::WebSocket, &arguments).await;
    let wrong = server.options().bearer_token("another-token".to_owned());
    for (options, expected) in [(server.options(), "missing"), (wrong, "invalid")] {
        let error = Transport::websocket(&options).await.unwrap_err();
        let Error::Unauthorized { reason } = &error else { panic!("{error:?}") };
        assert!(reason.contains(expected), "{reason}");
        assert!(!format!("{error} {error:?}").contains("another-token"));
    }
    let right = server.options().bearer_token("the-capability-token".to_owned());
    let codex = Codex::connect(Transport::websocket(&right).await.unwrap(), Options::new()).await;
    let codex = codex.unwrap();
    codex.models().await.unwrap();
    codex.shutdown().await;
}

#[tokio::test]
async fn nobody_listens_there() {
    let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let options = WebSocketOptions::new(format!("ws://{unused}"));
    let error = Transport::websocket(&options).await.unwrap_err();
    assert!(matches!(error, Error::Connect { .. }), "{error:?}");
    for url in ["http://127.0.0.1", "wss://127.0.0.1", "127.0.0.1:1", ""] {
        let error = Transport::websocket(&WebSocketOptions::new(url)).await.unwrap_err();
        assert!(matches!(error, Error::InvalidUrl { .. }), "{url}: {error:?}");
    }
}

#[tokio::test]
async fn what_answers_there_is_no_app_server() {
    // The model speaks HTTP.
    let server = Server::start(Way::Stdio).await;
    let url = format!("ws://{}/v1/nothing", server.model.address());
    let error = Transport::websocket(&WebSocketOptions::new(url)).await.unwrap_err();
    assert!(matches!(error, Error::Handshake { status: Some(_), .. }), "{error:?}");
}
