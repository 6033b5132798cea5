//! Cuts received bytes into lines, with a limit. It does not look into a line, and never fails
//! because of what is in one.

use std::borrow::Cow;
use std::io;
use std::pin::Pin;

use tokio::io::{AsyncBufRead as _, AsyncBufReadExt as _, AsyncRead, BufReader};

/// How much of a line that is too long is kept, to tell whom it was for.
const KEPT_OF_LONG_LINE: usize = 4096;
const READ_SIZE: usize = 64 * 1024;

/// One line, or what came instead. What was received in one go is not copied.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Frame<'a> {
    Line(Cow<'a, str>),
    /// The bytes of a line that is not UTF-8.
    InvalidUtf8(Cow<'a, [u8]>),
    /// The beginning of a line that was longer than the limit. The rest was skipped.
    TooLong(Vec<u8>),
}

impl<'a> Frame<'a> {
    /// What was received, or its beginning.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Line(line) => line.as_bytes(),
            Self::InvalidUtf8(bytes) => bytes,
            Self::TooLong(bytes) => bytes,
        }
    }

    fn borrowed(bytes: &'a [u8]) -> Self {
        std::str::from_utf8(bytes)
            .map_or_else(|_| Self::InvalidUtf8(bytes.into()), |it| Self::Line(it.into()))
    }

    fn owned(bytes: Vec<u8>) -> Self {
        String::from_utf8(bytes).map_or_else(
            |error| Self::InvalidUtf8(error.into_bytes().into()),
            |it| Self::Line(it.into()),
        )
    }
}

/// The lines of a stream of bytes.
pub(crate) struct Lines<R> {
    source: BufReader<R>,
    /// The line that comes next, if one has been found.
    next: Option<Next>,
    /// How much of what is buffered has been handed out.
    n_used: usize,
    /// What has come so far of a line that comes in parts.
    line: Vec<u8>,
    limit: usize,
    skipping: bool,
}

/// Where a line is.
#[derive(Clone, Copy)]
enum Next {
    /// It is so many of the buffered bytes.
    Buffered(usize),
    /// It has come in parts, or is too long.
    Parts,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    pub(crate) fn new(source: R, limit: usize) -> Self {
        let source = BufReader::with_capacity(READ_SIZE, source);
        Self { source, next: None, n_used: 0, line: Vec::new(), limit, skipping: false }
    }

    /// Waits until a line has been received that is not empty. The last one may lack its line feed;
    /// after it there is none.
    ///
    /// Cancel safe: what was read is kept in `self`.
    pub(crate) async fn has_next(&mut self) -> io::Result<bool> {
        while !self.find() {
            if self.source.fill_buf().await?.is_empty() {
                self.end_parts();
                return Ok(self.next.is_some());
            }
        }
        Ok(true)
    }

    /// The next line that is not empty, if all of it has been received.
    pub(crate) fn received(&mut self) -> Option<Frame<'_>> {
        if !self.find() {
            return None;
        }
        Some(match self.next.take()? {
            Next::Buffered(n_bytes) => {
                let line = &self.source.buffer()[..n_bytes];
                Frame::borrowed(line.strip_suffix(b"\r").unwrap_or(line))
            }
            Next::Parts => {
                let mut line = std::mem::take(&mut self.line);
                if std::mem::take(&mut self.skipping) {
                    return Some(Frame::TooLong(line));
                }
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                Frame::owned(line)
            }
        })
    }

    /// Looks for the next line in what has been received.
    fn find(&mut self) -> bool {
        while self.next.is_none() {
            let n_used = std::mem::take(&mut self.n_used);
            self.consume(n_used);
            let bytes = self.source.buffer();
            if bytes.is_empty() {
                return false;
            }
            let end = memchr::memchr(b'\n', bytes);
            let part = &bytes[..end.unwrap_or(bytes.len())];
            let n_used = end.map_or(bytes.len(), |it| it + 1);
            let is_begun = !self.line.is_empty() || self.skipping;
            if end.is_some() && !is_begun && part.len() <= self.limit {
                self.n_used = n_used;
                self.next = (!is_blank(part)).then_some(Next::Buffered(part.len()));
                continue;
            }
            if !self.skipping {
                self.line.extend_from_slice(part);
                if self.line.len() > self.limit {
                    self.skipping = true;
                    self.line.truncate(KEPT_OF_LONG_LINE);
                    self.line.shrink_to_fit();
                }
            }
            self.consume(n_used);
            if end.is_some() {
                self.end_parts();
            }
        }
        true
    }

    fn end_parts(&mut self) {
        if self.skipping || !is_blank(&self.line) {
            self.next = Some(Next::Parts);
        } else {
            self.line.clear();
        }
    }

    fn consume(&mut self, n_bytes: usize) {
        Pin::new(&mut self.source).consume(n_bytes);
    }

    /// Reads on and forgets, until the end.
    pub(crate) async fn drain(&mut self) -> io::Result<()> {
        loop {
            let n_bytes = self.source.fill_buf().await?.len();
            if n_bytes == 0 {
                return Ok(());
            }
            self.source.consume(n_bytes);
        }
    }
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncRead, AsyncWriteExt as _};

    use super::{Frame, KEPT_OF_LONG_LINE, Lines};

    /// They are the same whether they are received at once or in parts.
    async fn frames(bytes: &[u8], limit: usize) -> Vec<Frame<'static>> {
        let mut at_once = Lines::new(bytes, limit);
        let frames = all(&mut at_once).await;
        for n_bytes in [1, 2, 3, 7] {
            let (client, mut server) = tokio::io::duplex(n_bytes);
            let mut in_parts = Lines::new(client, limit);
            let (received, ()) = tokio::join!(all(&mut in_parts), async move {
                server.write_all(bytes).await.unwrap();
            });
            assert_eq!(received, frames, "in parts of {n_bytes}");
        }
        frames
    }

    async fn all(lines: &mut Lines<impl AsyncRead + Unpin>) -> Vec<Frame<'static>> {
        let mut frames = Vec::new();
        while lines.has_next().await.unwrap() {
            while let Some(frame) = lines.received() {
                frames.push(kept(frame));
            }
        }
        frames
    }

    fn kept(frame: Frame<'_>) -> Frame<'static> {
        match frame {
            Frame::Line(line) => Frame::Line(line.into_owned().into()),
            Frame::InvalidUtf8(bytes) => Frame::InvalidUtf8(bytes.into_owned().into()),
            Frame::TooLong(bytes) => Frame::TooLong(bytes),
        }
    }

    fn line(text: &str) -> Frame<'_> {
        Frame::Line(text.into())
    }

    #[tokio::test]
    async fn lines_end_with_a_line_feed_or_with_the_stream() {
        assert_eq!(frames(b"a\n\n \r\nb\r\nc", 9).await, [line("a"), line("b"), line("c")]);
        assert_eq!(frames(b"", 9).await, []);
    }

    #[tokio::test]
    async fn a_line_that_is_not_utf8_is_handed_out_as_bytes() {
        let expected = [line("a"), Frame::InvalidUtf8(b"x\xff".into()), line("b")];
        assert_eq!(frames(b"a\nx\xff\nb\n", 9).await, expected);
    }

    #[tokio::test]
    async fn a_line_longer_than_the_limit_is_skipped_and_told() {
        let expected = [line("a"), Frame::TooLong(b"123456".to_vec()), line("12345")];
        assert_eq!(frames(b"a\n123456\n12345\n", 5).await, expected);
        let mut long = vec![b'x'; 1_000_000];
        long.extend_from_slice(b"\nok\n");
        let expected = [Frame::TooLong(vec![b'x'; KEPT_OF_LONG_LINE]), line("ok")];
        assert_eq!(frames(&long, 10_000).await, expected);
    }

    #[tokio::test]
    async fn a_line_may_come_in_many_parts() {
        let (client, mut server) = tokio::io::duplex(3);
        let write = tokio::spawn(async move { server.write_all(b"one line\nand another\n").await });
        let mut lines = Lines::new(client, 100);
        assert!(lines.has_next().await.unwrap() && lines.has_next().await.unwrap());
        assert_eq!(lines.received(), Some(line("one line")));
        assert!(lines.has_next().await.unwrap());
        assert_eq!(lines.received(), Some(line("and another")));
        write.await.unwrap().unwrap();
        assert_eq!(lines.received(), None);
        assert!(!lines.has_next().await.unwrap());
    }
}
