//! TLS below WebSocket, on loopback: who is trusted, and what is said of those who are not.

use std::io;
use std::sync::Arc;

use codex_app_client::{Error, Transport, WebSocketOptions};
use futures_util::StreamExt as _;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::{accept_async, accept_hdr_async};

/// A certificate authority of our own.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// A server with a certificate for this host.
    fn server(&self, host: &str, change: impl Fn(&mut CertificateParams)) -> TlsAcceptor {
        let mut params = CertificateParams::new([host.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder().with_no_client_auth();
        let config = config.with_single_cert(vec![certificate.der().clone()], key).unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// Serves one connection, and tells the `authorization` that it was shown.
#[expect(clippy::result_large_err, reason = "the signature is of tungstenite")]
async fn serve(acceptor: TlsAcceptor) -> (u16, JoinHandle<io::Result<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        let stream = acceptor.accept(listener.accept().await?.0).await?;
        let mut shown = String::new();
        let look = |request: &Request, response: Response| {
            let header = request.headers().get("authorization");
            shown = header.and_then(|it| it.to_str().ok()).unwrap_or_default().to_owned();
            Ok(response)
        };
        let mut socket = accept_hdr_async(stream, look).await.map_err(io::Error::other)?;
        while let Some(Ok(_)) = socket.next().await {}
        Ok(shown)
    });
    (port, serving)
}

fn at(port: u16) -> WebSocketOptions {
    WebSocketOptions::new(format!("wss://127.0.0.1:{port}")).bearer_token("sesame")
}

/// What is the matter with a certificate, in the words of the error. The server was shown nothing.
async fn distrust(server: TlsAcceptor, trusted: &Authority) -> String {
    let (port, serving) = serve(server).await;
    let options = at(port).root_certificates(trusted.pem.as_str());
    let error = Transport::websocket(&options).await.unwrap_err();
    serving.await.unwrap().unwrap_err();
    let Error::UntrustedCertificate { address, reason } = error else { panic!("{error:?}") };
    assert_eq!(address, format!("127.0.0.1:{port}"));
    reason
}

#[tokio::test]
async fn a_server_whose_issuer_is_trusted_is_talked_to_and_gets_the_token() {
    let authority = Authority::new("ours");
    let (port, serving) = serve(authority.server("127.0.0.1", |_| {})).await;
    let others = Authority::new("others").pem;
    // Any number of them, in any number of files.
    let options = at(port).root_certificates(others).root_certificates(authority.pem.clone());
    drop(Transport::websocket(&options).await.unwrap());
    assert_eq!(serving.await.unwrap().unwrap(), "Bearer sesame");
    let (port, serving) = serve(authority.server("127.0.0.1", |_| {})).await;
    let bundle = format!("{}{}", Authority::new("others").pem, authority.pem);
    drop(Transport::websocket(&at(port).root_certificates(bundle)).await.unwrap());
    serving.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_host_may_be_a_name() {
    let authority = Authority::new("ours");
    let (port, serving) = serve(authority.server("localhost", |_| {})).await;
    let options = WebSocketOptions::new(format!("wss://localhost:{port}"));
    drop(Transport::websocket(&options.root_certificates(authority.pem)).await.unwrap());
    serving.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_server_that_is_not_trusted_is_refused_with_the_reason_and_gets_no_token() {
    let authority = Authority::new("ours");
    let unknown = Authority::new("others").server("127.0.0.1", |_| {});
    assert_eq!(distrust(unknown, &authority).await, "its issuer is unknown here");
    let other_host = authority.server("codex.example.com", |_| {});
    let reason = distrust(other_host, &authority).await;
    assert!(reason.contains("not valid for name \"127.0.0.1\""), "{reason}");
    let expired = authority.server("127.0.0.1", |it| it.not_after = date_time_ymd(2020, 1, 1));
    let reason = distrust(expired, &authority).await;
    assert!(reason.contains("certificate expired"), "{reason}");
    let early = authority.server("127.0.0.1", |it| it.not_before = date_time_ymd(4000, 1, 1));
    let reason = distrust(early, &authority).await;
    assert!(reason.contains("not valid yet"), "{reason}");
}

#[tokio::test]
async fn what_is_no_certificate_is_refused_before_anything_is_sent() {
    for pem in ["", "sesame", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let options = at(listener.local_addr().unwrap().port()).root_certificates(pem);
        let error = Transport::websocket(&options).await.unwrap_err();
        assert!(matches!(error, Error::InvalidWebSocketOptions { .. }), "{error:?}");
        assert_eq!(listener.accept().await.unwrap().0.read(&mut [0; 1]).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_server_without_tls_cannot_be_connected_to_by_wss() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let options =
        at(listener.local_addr().unwrap().port()).root_certificates(Authority::new("others").pem);
    let serve = async {
        let mut stream = listener.accept().await.unwrap().0;
        let mut received = [0; 64];
        let n_bytes = stream.read(&mut received).await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        assert!(!received[..n_bytes].starts_with(b"GET"));
    };
    let (opened, ()) = tokio::join!(Transport::websocket(&options), serve);
    let error = opened.unwrap_err();
    assert!(matches!(error, Error::Connect { .. }), "{error:?}");
    // And the other way round: TLS is not begun by itself.
    let (port, serving) = self::serve(Authority::new("others").server("127.0.0.1", |_| {})).await;
    let options = WebSocketOptions::new(format!("ws://127.0.0.1:{port}"));
    let error = Transport::websocket(&options).await.unwrap_err();
    assert!(matches!(error, Error::Handshake { .. } | Error::Connect { .. }), "{error:?}");
    serving.await.unwrap().unwrap_err();
}

#[tokio::test]
async fn a_stream_that_is_connected_already_is_used_as_it_is() {
    let (ours, theirs) = tokio::io::duplex(4096);
    let options = WebSocketOptions::new("wss://codex.example.com");
    let opened = tokio::join!(Transport::websocket_over(ours, &options), accept_async(theirs));
    opened.0.unwrap();
    opened.1.unwrap();
}
