//! A real server behind TLS, as it is where a proxy guards it: turns, tokens, and distrust.

use std::sync::Arc;

use codex_app_client::testing::{MockModel, TestHome};
use codex_app_client::{CloseReason, Codex, Error, Options, ThreadOptions, WebSocketOptions};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use crate::proxy::copy_until;
use crate::setup::{Listening, Way};

const TOKEN: &str = "sesame-sesame-sesame-sesame-sesame";

/// Takes the TLS off what goes to that server. Tells its certificate, and where it listens.
async fn proxy(server: &str, is_cut: Arc<Notify>) -> (String, String) {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("wss://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let server = server.trim_start_matches("ws://").trim_end_matches('/').to_owned();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            // Whoever does not trust it breaks off here.
            let Ok(client) = acceptor.accept(client).await else { continue };
            let server = TcpStream::connect(&server).await.unwrap();
            tokio::spawn(copy_until(client, server, Arc::clone(&is_cut)));
        }
    });
    (made.cert.pem(), url)
}

#[tokio::test]
async fn a_server_behind_tls_is_used_if_it_is_trusted() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let file = home.codex_home().join("token");
    std::fs::write(&file, TOKEN).unwrap();
    let args = ["--ws-auth", "capability-token", "--ws-token-file", file.to_str().unwrap()];
    let mut server = Listening::start(&home, Way::WebSocket, &args).await;
    let cut = Arc::new(Notify::new());
    let (certificate, url) = proxy(&server.url, Arc::clone(&cut)).await;
    let connect = |it: WebSocketOptions| Codex::connect_ws(it, Options::new());
    let address = WebSocketOptions::new(url);

    let error = connect(address.clone().bearer_token(TOKEN)).await.unwrap_err();
    assert!(matches!(error, Error::UntrustedCertificate { .. }), "{error:?}");
    let address = address.root_certificates(certificate);
    let error = connect(address.clone().bearer_token("another")).await.unwrap_err();
    assert!(matches!(error, Error::Unauthorized { .. }), "{error:?}");

    let codex = connect(address.bearer_token(TOKEN)).await.unwrap();
    let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
    // Longer than any record of TLS.
    let result = thread.run("x".repeat(300_000)).await.unwrap();
    assert!(result.final_response.is_some_and(|it| it.len() > 300_000));
    cut.notify_waiters();
    let error =
        codex.client().await.unwrap().request_raw("test/wait", serde_json::Value::Null).await;
    let error = error.unwrap_err();
    assert_eq!(error.closed().unwrap().reason, CloseReason::AbnormalClosure);
    server.process.kill().await.unwrap();
}
