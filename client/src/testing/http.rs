//! The part of HTTP/1.1 that a model server needs: one request for each connection, of known
//! length.

use std::io;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// The maximum length of the head of a request.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// The maximum number of headers.
const MAX_HEADERS: usize = 100;

/// The maximum length of the body.
const MAX_BODY_BYTES: usize = 256 * 1024 * 1024;

/// A complete request.
#[derive(Debug)]
pub(crate) struct HttpRequest {
    pub(crate) method: String,
    /// Without the query.
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// Reads one request.
pub(crate) async fn read_request(read: &mut (impl AsyncRead + Unpin)) -> io::Result<HttpRequest> {
    let mut bytes = Vec::new();
    let (mut request, n_head) = loop {
        if let Some(head) = parse_head(&bytes)? {
            break head;
        }
        if bytes.len() >= MAX_HEAD_BYTES {
            return Err(invalid("the head of the request is too long"));
        }
        if read.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    };
    let n_body = content_length(&request.headers)?;
    let mut body = bytes.split_off(n_head);
    let n_missing = n_body.saturating_sub(body.len());
    read.take(n_missing as u64).read_to_end(&mut body).await?;
    if body.len() != n_body {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    request.body = body;
    Ok(request)
}

/// The head and its length, once it is complete.
fn parse_head(bytes: &[u8]) -> io::Result<Option<(HttpRequest, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut head = httparse::Request::new(&mut headers);
    let status =
        head.parse(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    let httparse::Status::Complete(n_bytes) = status else { return Ok(None) };
    let path = head.path.unwrap_or_default();
    let request = HttpRequest {
        method: head.method.unwrap_or_default().to_owned(),
        path: path.split_once('?').map_or(path, |(path, _)| path).to_owned(),
        headers: head.headers.iter().map(text_header).collect(),
        body: Vec::new(),
    };
    Ok(Some((request, n_bytes)))
}

/// With its name in lower case.
fn text_header(header: &httparse::Header<'_>) -> (String, String) {
    let value = String::from_utf8_lossy(header.value).into_owned();
    (header.name.to_ascii_lowercase(), value)
}

fn content_length(headers: &[(String, String)]) -> io::Result<usize> {
    if headers.iter().any(|(name, _)| name == "transfer-encoding") {
        return Err(invalid("the length of the request is unknown"));
    }
    let Some((_, value)) = headers.iter().find(|(name, _)| name == "content-length") else {
        return Ok(0);
    };
    let length = value.parse().map_err(|_| invalid("the length of the request is not a number"))?;
    if length > MAX_BODY_BYTES {
        return Err(invalid("the request is too long"));
    }
    Ok(length)
}

/// The head of an event stream, which ends with the connection.
pub(crate) fn stream_head(headers: &[(String, String)]) -> String {
    let mut head = String::from(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\n",
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("connection: close\r\n\r\n");
    head
}

/// A complete response with a JSON body.
pub(crate) fn json_response(status: u16, headers: &[(String, String)], body: &Value) -> String {
    let body = body.to_string();
    let mut text = format!("HTTP/1.1 {status} {}\r\n", reason(status));
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    let length = body.len();
    text.push_str(&format!(
        "content-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    ));
    text
}

/// The reason phrase. The app-server ignores it; it is for reading captured traffic.
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Status",
    }
}

fn invalid(message: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(text: &str) -> io::Result<HttpRequest> {
        read_request(&mut text.as_bytes()).await
    }

    #[tokio::test]
    async fn a_request_is_its_method_path_headers_and_body() {
        let text = "POST /v1/responses?a=b HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
        let request = read(text).await.unwrap();
        assert_eq!(request.method, "POST");
        assert_eq!(request.path, "/v1/responses");
        assert_eq!(request.headers[0], ("host".to_owned(), "x".to_owned()));
        assert_eq!(request.body, b"{}");
    }

    #[tokio::test]
    async fn a_request_in_single_bytes_is_read_too() {
        let (mut ours, mut theirs) = tokio::io::duplex(1);
        let reading = tokio::spawn(async move { read_request(&mut theirs).await });
        let text = "POST /a HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc";
        tokio::io::AsyncWriteExt::write_all(&mut ours, text.as_bytes()).await.unwrap();
        assert_eq!(reading.await.unwrap().unwrap().body, b"abc");
    }

    #[tokio::test]
    async fn what_is_no_whole_request_is_an_error() {
        for text in [
            "",
            "POST /a HTTP/1.1\r\n",
            "POST /a HTTP/1.1\r\ncontent-length: 3\r\n\r\nab",
            "POST /a HTTP/1.1\r\ncontent-length: x\r\n\r\n",
            "POST /a HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n",
            "{\"not\":\"http\"}\r\n\r\n",
        ] {
            assert!(read(text).await.is_err(), "{text}");
        }
        assert!(read(&"a".repeat(MAX_HEAD_BYTES)).await.is_err());
    }

    #[test]
    fn a_response_says_how_long_its_body_is() {
        let headers = [("retry-after".to_owned(), "1".to_owned())];
        let text = json_response(429, &headers, &serde_json::json!({ "a": 1 }));
        assert!(text.starts_with("HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\n"));
        assert!(text.ends_with("content-length: 7\r\nconnection: close\r\n\r\n{\"a\":1}"));
    }
}
