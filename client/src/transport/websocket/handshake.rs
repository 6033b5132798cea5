//! The request that begins WebSocket, and the server's answer to it. What a server answers may be
//! anything, of any length; what is sent may be secret, and is shown to nobody else.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use httparse::{EMPTY_HEADER, Response};
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _,
};
use tokio::io::{BufReader, Take};

use crate::error::Error;
use crate::transport::websocket::one_line;
use crate::transport::websocket::options::WebSocketOptions;

/// How long the head of the answer may be. Proxies add some.
const HEAD_LIMIT: u64 = 64 * 1024;
const N_HEADERS: usize = 256;
/// How much is read of what a refusal says.
const BODY_LIMIT: u64 = 4096;
/// A server sends each message by itself, and those that wait are read in one go. Longer ones are read
/// past this buffer.
const READ_SIZE: usize = 64 * 1024;
/// What WebSocket servers prove with that they are some.
const PROOF: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// A stream that may have read ahead.
pub(super) type Buffered<S> = BufReader<S>;

/// Asks for WebSocket, and goes on if the server agrees.
pub(super) async fn shake_hands<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    options: &WebSocketOptions,
) -> Result<Buffered<S>, Error> {
    let failed = |error| options.cannot_connect(error);
    let mut key = [0; 16];
    getrandom::fill(&mut key).map_err(|error| failed(io::Error::other(error)))?;
    let key = STANDARD.encode(key);
    let request = request(options, &key)?;
    let mut stream = BufReader::with_capacity(READ_SIZE, stream);
    stream.write_all(request.as_bytes()).await.map_err(failed)?;
    stream.flush().await.map_err(failed)?;

    let mut limited = (&mut stream).take(HEAD_LIMIT);
    let head = read_head(&mut limited).await.map_err(failed)?;
    let mut headers = [EMPTY_HEADER; N_HEADERS];
    let mut answer = Response::new(&mut headers);
    let is_whole = answer.parse(&head).is_ok_and(|it| it.is_complete());
    let status = answer.code.filter(|_| is_whole);
    let Some(status) = status.and_then(|it| StatusCode::from_u16(it).ok()) else {
        return Err(not_websocket());
    };
    if status != StatusCode::SWITCHING_PROTOCOLS {
        let n_bytes = value(&answer, "content-length").and_then(|it| it.parse().ok());
        let mut limited = stream.take(n_bytes.unwrap_or(0).min(BODY_LIMIT));
        let mut body = Vec::new();
        // As much as there is, in whatever state.
        let _ = limited.read_to_end(&mut body).await;
        return Err(refused(status, &body));
    }
    // We offer neither extensions nor protocols, so it may not choose any.
    let offered = ["sec-websocket-extensions", "sec-websocket-protocol"];
    let agrees = value(&answer, "upgrade").is_some_and(|it| it.eq_ignore_ascii_case("websocket"))
        && value(&answer, "connection").is_some_and(has_upgrade)
        && value(&answer, "sec-websocket-accept") == Some(proof(&key).as_str())
        && !offered.iter().any(|it| value(&answer, it).is_some());
    if agrees { Ok(stream) } else { Err(not_websocket()) }
}

fn request(options: &WebSocketOptions, key: &str) -> Result<String, Error> {
    let uri = options.uri()?;
    let host = uri.authority().map_or("localhost", http::uri::Authority::as_str);
    let target = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let token = match &options.token {
        Some(token) => format!("Authorization: {}\r\n", token.header()?),
        None => String::new(),
    };
    Ok(format!(
        "GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n{token}\r\n"
    ))
}

/// As far as the empty line, or as far as it goes.
async fn read_head<S: AsyncRead + Unpin>(
    stream: &mut Take<&mut Buffered<S>>,
) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    loop {
        let before = head.len();
        stream.read_until(b'\n', &mut head).await?;
        if head.len() == before || matches!(&head[before..], b"\r\n" | b"\n") {
            return Ok(head);
        }
    }
}

fn value<'a>(answer: &Response<'_, 'a>, name: &str) -> Option<&'a str> {
    let header = answer.headers.iter().find(|it| it.name.eq_ignore_ascii_case(name))?;
    std::str::from_utf8(header.value).ok().map(str::trim)
}

fn has_upgrade(connection: &str) -> bool {
    connection.split(',').any(|it| it.trim().eq_ignore_ascii_case("upgrade"))
}

fn proof(key: &str) -> String {
    let mut sha1 = sha1_smol::Sha1::new();
    sha1.update(key.as_bytes());
    sha1.update(PROOF);
    STANDARD.encode(sha1.digest().bytes())
}

fn not_websocket() -> Error {
    Error::Handshake { status: None, reason: "the answer is not WebSocket".into() }
}

fn refused(status: StatusCode, body: &[u8]) -> Error {
    let said = one_line(&String::from_utf8_lossy(body));
    let reason = match said.is_empty() {
        true => status.canonical_reason().unwrap_or("no reason given").to_owned(),
        false => said,
    };
    match status {
        StatusCode::UNAUTHORIZED => Error::Unauthorized { reason },
        _ => Error::Handshake { status: Some(status.as_u16()), reason },
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_server_proves_itself_as_the_standard_says() {
        assert_eq!(super::proof("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }
}
