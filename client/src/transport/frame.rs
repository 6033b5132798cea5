//! Cuts received bytes into lines, with a limit. It does not look into a line, and never fails
//! because of what is in one.

use std::io;
use std::pin::Pin;

use tokio::io::{AsyncBufRead as _, AsyncBufReadExt as _, AsyncRead, BufReader};

/// How much is kept of both ends of a line that is too long, to tell whom it was for.
const KEPT_OF_LONG_LINE: usize = 4096;
const READ_SIZE: usize = 64 * 1024;

/// One line, or what came instead.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Frame {
    Line(String),
    /// The bytes of a line that is not UTF-8.
    InvalidUtf8(Vec<u8>),
    /// The beginning and the end of a line that was longer than the limit. The rest was skipped.
    TooLong(Vec<u8>, Vec<u8>),
}

impl Frame {
    /// What was received, or its beginning.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Line(line) => line.as_bytes(),
            Self::InvalidUtf8(bytes) | Self::TooLong(bytes, _) => bytes,
        }
    }
}

/// The lines of a stream of bytes.
pub(crate) struct Lines<R> {
    source: BufReader<R>,
    line: Vec<u8>,
    limit: usize,
    /// The end of a line that is too long, as far as it was received.
    skipped: Option<Vec<u8>>,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    pub(crate) fn new(source: R, limit: usize) -> Self {
        let source = BufReader::with_capacity(READ_SIZE, source);
        Self { source, line: Vec::new(), limit, skipped: None }
    }

    /// The next line that is not empty, or none at the end. The last line may lack its line feed.
    ///
    /// Cancel safe: what was read is kept in `self`.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Frame>> {
        loop {
            if let Some(frame) = self.received() {
                return Ok(Some(frame));
            }
            if self.source.fill_buf().await?.is_empty() {
                return Ok(self.take());
            }
        }
    }

    /// The next line that is not empty, if all of it has been received.
    pub(crate) fn received(&mut self) -> Option<Frame> {
        loop {
            let bytes = self.source.buffer();
            if bytes.is_empty() {
                return None;
            }
            let end = memchr::memchr(b'\n', bytes);
            let part = &bytes[..end.unwrap_or(bytes.len())];
            let n_used = end.map_or(bytes.len(), |it| it + 1);
            match &mut self.skipped {
                Some(end) => keep_end(end, part),
                None => {
                    self.line.extend_from_slice(part);
                    if self.line.len() > self.limit {
                        let end = self.skipped.insert(Vec::new());
                        keep_end(end, &self.line);
                        self.line.truncate(KEPT_OF_LONG_LINE);
                        self.line.shrink_to_fit();
                    }
                }
            }
            Pin::new(&mut self.source).consume(n_used);
            end?;
            if let Some(frame) = self.take() {
                return Some(frame);
            }
        }
    }

    fn take(&mut self) -> Option<Frame> {
        let mut line = std::mem::take(&mut self.line);
        if let Some(end) = self.skipped.take() {
            return Some(Frame::TooLong(line, end));
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            return None;
        }
        Some(
            String::from_utf8(line)
                .map_or_else(|error| Frame::InvalidUtf8(error.into_bytes()), Frame::Line),
        )
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

/// Keeps the last bytes of what is received part by part.
fn keep_end(end: &mut Vec<u8>, part: &[u8]) {
    end.extend_from_slice(&part[part.len().saturating_sub(KEPT_OF_LONG_LINE)..]);
    let n_excess = end.len().saturating_sub(KEPT_OF_LONG_LINE);
    end.drain(..n_excess);
}

#[cfg(test)]
mod tests {
    use super::{Frame, KEPT_OF_LONG_LINE, Lines};

    async fn frames(bytes: &[u8], limit: usize) -> Vec<Frame> {
        let mut lines = Lines::new(bytes, limit);
        let mut frames = Vec::new();
        while let Some(frame) = lines.next().await.unwrap() {
            frames.push(frame);
        }
        frames
    }

    fn line(text: &str) -> Frame {
        Frame::Line(text.to_owned())
    }

    #[tokio::test]
    async fn lines_end_with_a_line_feed_or_with_the_stream() {
        assert_eq!(frames(b"a\n\n \r\nb\r\nc", 9).await, [line("a"), line("b"), line("c")]);
        assert_eq!(frames(b"", 9).await, []);
    }

    #[tokio::test]
    async fn a_line_that_is_not_utf8_is_handed_out_as_bytes() {
        let expected = [line("a"), Frame::InvalidUtf8(vec![b'x', 0xff]), line("b")];
        assert_eq!(frames(b"a\nx\xff\nb\n", 9).await, expected);
    }

    #[tokio::test]
    async fn a_line_longer_than_the_limit_is_skipped_and_told() {
        let too_long = |beginning: &[u8], end: &[u8]| Frame::TooLong(beginning.into(), end.into());
        let expected = [line("a"), too_long(b"123456", b"123456"), line("12345")];
        assert_eq!(frames(b"a\n123456\n12345\n", 5).await, expected);
        let mut long = vec![b'x'; 1_000_000];
        long[500_000..].fill(b'y');
        long.extend_from_slice(b"\nok\n");
        let ends = too_long(&[b'x'; KEPT_OF_LONG_LINE], &[b'y'; KEPT_OF_LONG_LINE]);
        let expected = [ends, line("ok")];
        assert_eq!(frames(&long, 10_000).await, expected);
    }

    #[tokio::test]
    async fn a_line_may_come_in_many_parts() {
        let (client, mut server) = tokio::io::duplex(3);
        let write = tokio::spawn(async move {
            tokio::io::AsyncWriteExt::write_all(&mut server, b"one line\nand another\n").await
        });
        let mut lines = Lines::new(client, 100);
        assert_eq!(lines.next().await.unwrap(), Some(line("one line")));
        assert_eq!(lines.next().await.unwrap(), Some(line("and another")));
        write.await.unwrap().unwrap();
        assert_eq!(lines.next().await.unwrap(), None);
    }
}
