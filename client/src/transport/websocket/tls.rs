//! TLS below WebSocket: whom to trust, and what to say of a server that is not trusted. It knows no
//! way to trust everybody.

use std::io;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::error::Error;
use crate::transport::websocket::one_line;
use crate::transport::websocket::options::WebSocketOptions;

/// Goes on once it is certain who is at the other end.
pub(super) async fn secure<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    host: &str,
    options: &WebSocketOptions,
) -> Result<TlsStream<S>, Error> {
    let invalid = |_| options.invalid("the host cannot be in a certificate");
    let name = ServerName::try_from(host.to_owned()).map_err(invalid)?;
    let config = Arc::new(config(options).await?);
    let connected = TlsConnector::from(config).connect(name, stream).await;
    connected.map_err(|error| refused(error, options))
}

async fn config(options: &WebSocketOptions) -> Result<ClientConfig, Error> {
    let roots = roots(options).await?;
    // Not the one that rustls chooses by itself: it panics if a program has two of them.
    let provider = CryptoProvider::get_default().cloned();
    let provider = provider.unwrap_or_else(|| Arc::new(rustls::crypto::ring::default_provider()));
    let unusable = |error| options.cannot_connect(io::Error::other(error));
    let config = ClientConfig::builder_with_provider(provider);
    let config = config.with_safe_default_protocol_versions().map_err(unusable)?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// The certificates of the system and those of the options.
async fn roots(options: &WebSocketOptions) -> Result<RootCertStore, Error> {
    let mut roots = RootCertStore::empty();
    for pem in &options.root_certificates {
        let reason = "a root certificate is not PEM";
        let invalid = || Error::InvalidWebSocketOptions { reason };
        let before = roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            roots.add(certificate.map_err(|_| invalid())?).map_err(|_| invalid())?;
        }
        if roots.len() == before {
            return Err(invalid());
        }
    }
    // Files are read: some hundred, on some systems.
    let loaded = tokio::task::spawn_blocking(rustls_native_certs::load_native_certs).await;
    let loaded = loaded.map_err(|error| options.cannot_connect(io::Error::other(error)))?;
    for error in &loaded.errors {
        tracing::warn!(%error, "cannot load a root certificate of the system");
    }
    // Systems have some that cannot be used, and nobody can do anything about it.
    roots.add_parsable_certificates(loaded.certs);
    if roots.is_empty() {
        let none = io::Error::new(io::ErrorKind::NotFound, "the system has no root certificates");
        return Err(options.cannot_connect(none));
    }
    Ok(roots)
}

fn refused(error: io::Error, options: &WebSocketOptions) -> Error {
    let inner = error.get_ref().and_then(|it| it.downcast_ref());
    match inner {
        Some(rustls::Error::InvalidCertificate(problem)) => {
            let reason = match problem {
                CertificateError::UnknownIssuer => "its issuer is unknown here".to_owned(),
                other => one_line(&other.to_string()),
            };
            Error::UntrustedCertificate { address: options.shown(), reason }
        }
        _ => options.cannot_connect(error),
    }
}
