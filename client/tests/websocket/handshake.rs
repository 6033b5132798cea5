//! The server's answer to the handshake, in every shape that it may have.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use codex_app_client::{Error, Transport, WebSocketOptions};
use sha1_smol::Sha1;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

use crate::local;

/// What a server proves itself with.
fn proof(asked: &str) -> String {
    let key = asked.lines().find_map(|it| it.strip_prefix("Sec-WebSocket-Key: ")).unwrap();
    let both = format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    STANDARD.encode(Sha1::from(both).digest().bytes())
}

/// Connects to a server that answers with these parts, one after the other; `PROOF` is put in.
async fn told_by(parts: &[&str], options: &WebSocketOptions) -> Result<String, Error> {
    // Too narrow for more than some bytes at once.
    let (ours, mut theirs) = duplex(16);
    let serve = async {
        let mut asked = Vec::new();
        while !asked.ends_with(b"\r\n\r\n") {
            assert_ne!(theirs.read_buf(&mut asked).await.unwrap(), 0);
        }
        let asked = String::from_utf8(asked).unwrap();
        for part in parts {
            let part = part.replace("PROOF", &proof(&asked));
            // The client may have heard enough.
            if theirs.write_all(part.as_bytes()).await.is_err() {
                break;
            }
        }
        (asked, theirs)
    };
    let (opened, (asked, _theirs)) = tokio::join!(Transport::websocket_over(ours, options), serve);
    opened.map(|_| asked)
}

async fn is_taken(parts: &[&str]) -> bool {
    match told_by(parts, &local()).await {
        Ok(_) => true,
        Err(Error::Handshake { status: None, reason }) => {
            assert_eq!(reason, "the answer is not WebSocket");
            false
        }
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_answer_that_agrees_is_taken_however_it_is_written() {
    let many = "x-more: 1\r\n".repeat(200);
    for parts in [
        &[
            "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n",
            "sec-websocket-accept: PROOF\r\n\r\n",
        ][..],
        &[
            "HTTP/1.1 101\r\n",
            "CONNECTION: keep-alive, upgrade\r\nUPGRADE:WebSocket\r\n",
            "SEC-WEBSOCKET-ACCEPT:  PROOF \r\n\r\n",
        ],
        &[
            "HTTP/1.1 101 Ok\r\n",
            &many,
            "connection: upgrade\r\nupgrade: websocket\r\n",
            "sec-websocket-accept: PROOF\r\n\r\n",
            "\u{1}",
        ],
    ] {
        assert!(is_taken(parts).await, "{parts:?}");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_agree_is_refused() {
    const HEAD: &str = "HTTP/1.1 101 Ok\r\nconnection: upgrade\r\nupgrade: websocket\r\n";
    let long = format!("sec-websocket-accept: {}\r\n\r\n", "A".repeat(4000));
    for parts in [
        &[HEAD, "\r\n"][..],
        &[HEAD, "sec-websocket-accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n"],
        &[HEAD, &long],
        &[
            HEAD,
            "sec-websocket-accept: PROOF\r\nsec-websocket-extensions: permessage-deflate\r\n\r\n",
        ],
        &[HEAD, "sec-websocket-accept: PROOF\r\nsec-websocket-protocol: chat\r\n\r\n"],
        &["HTTP/1.1 101 Ok\r\nupgrade: websocket\r\nsec-websocket-accept: PROOF\r\n\r\n"],
        &["HTTP/1.1 101 Ok\r\nconnection: upgrade\r\nsec-websocket-accept: PROOF\r\n\r\n"],
        &["HTTP/1.1 999999 Ok\r\n\r\n"],
        &["SSH-2.0-OpenSSH_9.9\r\n\r\n"],
        &["\r\n"],
    ] {
        assert!(!is_taken(parts).await, "{parts:?}");
    }
}

#[tokio::test]
async fn an_answer_without_an_end_is_read_up_to_a_limit() {
    let line = format!("x-more: {}\r\n", "x".repeat(1000));
    let lines = vec![line.as_str(); 100];
    let parts = [&["HTTP/1.1 101 Ok\r\n"], &lines[..]].concat();
    assert!(!is_taken(&parts).await);
    let no_lines = vec!["xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"; 4000];
    assert!(!is_taken(&no_lines).await);
}

#[tokio::test]
async fn a_refusal_is_told_as_far_as_its_length_goes() {
    let options = local();
    for (parts, expected) in [
        (
            &["HTTP/1.1 401 No\r\ncontent-length: 11\r\n\r\n", "no ", "good token"][..],
            "no good tok",
        ),
        (&["HTTP/1.1 401 No\r\ncontent-length: 99999999999999999999\r\n\r\n"], "Unauthorized"),
        (&["HTTP/1.1 401 No\r\ncontent-length: 7\r\n\r\n", "\u{1b}[31mno"], "[31mno"),
    ] {
        let error = told_by(parts, &options).await.unwrap_err();
        assert!(
            matches!(&error, Error::Unauthorized { reason } if reason == expected),
            "{error:?}"
        );
    }
    let moved = ["HTTP/1.1 308 Permanent Redirect\r\nlocation: ws://example.com\r\n\r\n"];
    let error = told_by(&moved, &options).await.unwrap_err();
    assert!(matches!(error, Error::Handshake { status: Some(308), .. }), "{error:?}");
}

#[tokio::test]
async fn what_is_asked_for_is_what_the_address_says() {
    let agrees = [
        "HTTP/1.1 101 Ok\r\nconnection: upgrade\r\nupgrade: websocket\r\n",
        "sec-websocket-accept: PROOF\r\n\r\n",
    ];
    for (url, target, host) in [
        ("ws://127.0.0.1:4500", "/", "127.0.0.1:4500"),
        ("ws://[::1]:4500/codex?x=1", "/codex?x=1", "[::1]:4500"),
        ("wss://codex.example.com/a/", "/a/", "codex.example.com"),
        ("unix:///tmp/some.sock", "/", "localhost"),
    ] {
        let asked = told_by(&agrees, &WebSocketOptions::new(url)).await.unwrap();
        let expected = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n");
        assert!(asked.starts_with(&expected), "{asked}");
        assert!(!asked.contains("Authorization"), "{asked}");
    }
}
