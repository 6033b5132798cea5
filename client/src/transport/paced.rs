//! Reads a stream that is written in many small pieces without being woken for each of them: while
//! they come thick and fast, it is let alone for four milliseconds, and then read in one go. It changes
//! neither the bytes nor their order, and leaves alone what comes at its leisure or may be an answer.
//!
//! A server writes each notification by itself. To be woken and to read takes longer than to decode
//! what was read, and it is the system's time, which nothing else in this crate could save.

mod asking;
mod forget;
mod pace;

use std::future::Future as _;
use std::io::{self, Read as _};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

#[cfg(feature = "ws")]
use tokio::io::AsyncWrite;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Instant, Sleep};

use crate::transport::paced::asking::{Asked, Asking};
use crate::transport::paced::forget::Forget;
use crate::transport::paced::pace::{Pace, REST};

/// A stream that is read at the pace of what comes.
pub(super) struct Paced<S: Forget> {
    source: Source<S>,
    pace: Pace,
    sleep: Pin<Box<Sleep>>,
    /// Whether a write waits for room in the same stream.
    is_writing: bool,
    asked: Arc<Asked>,
}

enum Source<S: Forget> {
    Awake(S),
    Resting(S::Forgotten),
    /// The system has refused to let it go, or to take it back, and has said so.
    Lost,
}

impl<S: Forget> Paced<S> {
    /// Inside a runtime.
    pub(super) fn new(stream: S) -> Self {
        let pace = Pace::new(Instant::now(), stream.make_room());
        let sleep = Box::pin(tokio::time::sleep(REST));
        let asked = Arc::default();
        Self { source: Source::Awake(stream), pace, sleep, is_writing: false, asked }
    }

    /// The stream to write to, where that is another one.
    pub(super) fn asked_by<W>(&self, stream: W) -> Asking<W> {
        Asking::new(stream, Arc::clone(&self.asked))
    }

    /// Lets the runtime forget the stream or remember it, as the pace has it.
    fn settle(&mut self) -> io::Result<()> {
        // Whoever waits to write would be forgotten too.
        let rests = self.pace.rests && !self.is_writing;
        self.source = match (std::mem::replace(&mut self.source, Source::Lost), rests) {
            (Source::Awake(stream), true) => Source::Resting(stream.forget()?),
            (Source::Resting(stream), false) => Source::Awake(S::remember(stream)?),
            (settled, _) => settled,
        };
        Ok(())
    }
}

#[cfg(feature = "ws")]
impl<S: AsyncWrite + Forget + Unpin> Paced<S> {
    /// Writes, awake: an answer may come at once, and somebody waits for it.
    fn write<T>(
        &mut self,
        write: impl FnOnce(Pin<&mut S>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let (has_rested, now) = (self.pace.rests, Instant::now());
        self.pace.asked(now);
        if has_rested {
            self.sleep.as_mut().reset(now);
            self.settle()?;
        }
        let Source::Awake(stream) = &mut self.source else {
            return Poll::Ready(Err(io::ErrorKind::NotConnected.into()));
        };
        let written = write(Pin::new(stream));
        self.is_writing = written.is_pending();
        written
    }
}

#[cfg(feature = "ws")]
impl<S: AsyncWrite + Forget + Unpin> AsyncWrite for Paced<S>
where
    S::Forgotten: Unpin,
{
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.write(|it| it.poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.write(|it| it.poll_write_vectored(cx, parts))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// A socket keeps nothing back.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.write(|it| it.poll_shutdown(cx))
    }
}

impl<S: AsyncRead + Forget + Unpin> AsyncRead for Paced<S>
where
    S::Forgotten: Unpin,
{
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let (before, space) = (buffer.filled().len(), buffer.remaining());
        loop {
            this.settle()?;
            match &mut this.source {
                Source::Awake(stream) => {
                    ready!(Pin::new(stream).poll_read(cx, buffer))?;
                    let n_bytes = buffer.filled().len() - before;
                    let now = Instant::now();
                    if this.asked.take() {
                        this.pace.asked(now);
                    }
                    if this.pace.has_read(n_bytes, n_bytes < space, now) {
                        this.sleep.as_mut().reset(now + REST);
                    }
                    return Poll::Ready(Ok(()));
                }
                Source::Resting(stream) => {
                    if this.sleep.as_mut().poll(cx).is_pending() {
                        ready!(this.asked.poll(cx));
                        this.pace.asked(Instant::now());
                        continue;
                    }
                    match stream.read(buffer.initialize_unfilled()) {
                        Ok(n_bytes) => {
                            buffer.advance(n_bytes);
                            this.pace.gathers(n_bytes);
                            return Poll::Ready(Ok(()));
                        }
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                            if this.pace.has_gathered() {
                                this.sleep.as_mut().reset(Instant::now() + REST);
                            } else {
                                this.pace.begin();
                            }
                        }
                        Err(error) => return Poll::Ready(Err(error)),
                    }
                }
                Source::Lost => return Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{PipeWriter, Write as _};
    use std::os::fd::OwnedFd;
    use std::time::Duration;

    use futures_util::FutureExt as _;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::process::ChildStdout;

    use super::*;
    use crate::transport::paced::pace::N_QUICK;

    fn pipe() -> (Paced<ChildStdout>, PipeWriter) {
        let (reader, writer) = io::pipe().unwrap();
        let stdout = ChildStdout::from_std(OwnedFd::from(reader).into()).unwrap();
        (Paced::new(stdout), writer)
    }

    async fn read(paced: &mut (impl AsyncRead + Unpin)) -> String {
        let mut bytes = [0; 4096];
        let n_bytes = paced.read(&mut bytes).await.unwrap();
        String::from_utf8(bytes[..n_bytes].to_vec()).unwrap()
    }

    /// Small pieces, each read as it comes; the clock stands still.
    async fn until_it_rests<S>(paced: &mut Paced<S>, writer: &mut impl io::Write)
    where
        S: AsyncRead + Forget + Unpin,
        S::Forgotten: Unpin,
    {
        for _ in 0..N_QUICK {
            assert!(!paced.pace.rests);
            writer.write_all(b"a").unwrap();
            assert_eq!(read(paced).await, "a");
        }
        assert!(paced.pace.rests);
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_thick_and_fast_is_gathered() {
        let (mut paced, mut writer) = pipe();
        until_it_rests(&mut paced, &mut writer).await;
        for pieces in [["first", "second"], ["third", "fourth"]] {
            assert_eq!(read(&mut paced).now_or_never(), None);
            let before = Instant::now();
            writer.write_all(pieces[0].as_bytes()).unwrap();
            assert_eq!(read(&mut paced).await, pieces[0]);
            assert!(before.elapsed() >= REST && before.elapsed() <= 2 * REST);
            // What comes as soon as there is room for it belongs to the same.
            let before = Instant::now();
            writer.write_all(pieces[1].as_bytes()).unwrap();
            assert_eq!(read(&mut paced).await, pieces[1]);
            assert_eq!(before.elapsed(), Duration::ZERO);
        }
        drop(writer);
        assert_eq!(read(&mut paced).await, "");
        assert_eq!(read(&mut paced).await, "");
    }

    #[tokio::test(start_paused = true)]
    async fn once_it_is_quiet_everything_is_heard_at_once() {
        let (mut paced, mut writer) = pipe();
        until_it_rests(&mut paced, &mut writer).await;
        // Nothing comes during the rest, and something after it.
        let (text, ()) = tokio::join!(read(&mut paced), async {
            tokio::time::sleep(5 * REST).await;
            writer.write_all(b"late").unwrap();
        });
        assert_eq!((text.as_str(), paced.pace.rests), ("late", false));
        drop(writer);
        assert_eq!(read(&mut paced).await, "");
    }

    #[tokio::test(start_paused = true)]
    async fn a_read_that_is_given_up_loses_nothing() {
        let (mut paced, mut writer) = pipe();
        until_it_rests(&mut paced, &mut writer).await;
        writer.write_all(b"everything").unwrap();
        assert_eq!(read(&mut paced).now_or_never(), None);
        assert_eq!(read(&mut paced).await, "everything");
    }

    #[tokio::test(start_paused = true)]
    async fn what_does_not_fit_is_read_on_without_a_rest() {
        let (mut paced, mut writer) = pipe();
        until_it_rests(&mut paced, &mut writer).await;
        writer.write_all(&[b'x'; 10_000]).unwrap();
        assert_eq!(read(&mut paced).await.len(), 4096);
        let before = Instant::now();
        assert_eq!(read(&mut paced).await.len() + read(&mut paced).await.len(), 10_000 - 4096);
        assert_eq!((before.elapsed(), paced.pace.rests), (Duration::ZERO, true));
        // So much that the server may have waited for room.
        let much = paced.pace.much;
        writer.write_all(&vec![b'x'; much]).unwrap();
        let mut n_bytes = 0;
        while n_bytes < much {
            n_bytes += read(&mut paced).await.len();
        }
        assert_eq!(read(&mut paced).now_or_never(), None);
        assert!(!paced.pace.rests);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_reads_on_and_on_lets_others_have_their_turn() {
        let (mut paced, mut writer) = pipe();
        until_it_rests(&mut paced, &mut writer).await;
        writer.write_all(&[b'x'; 10_000]).unwrap();
        let mut byte = [0];
        paced.read_exact(&mut byte).await.unwrap();
        assert!(paced.pace.rests);
        tokio::task::yield_now().await;
        let mut n_bytes = 0;
        while paced.read(&mut byte).now_or_never().is_some() {
            n_bytes += 1;
        }
        assert!((1..1000).contains(&n_bytes), "{n_bytes} bytes in one go");
        tokio::task::yield_now().await;
        assert!(paced.read(&mut byte).now_or_never().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn between_a_question_and_its_answer_there_is_no_rest() {
        let (mut paced, mut writer) = pipe();
        let mut asking = paced.asked_by(tokio::io::sink());
        for _ in 0..10 * N_QUICK {
            asking.write_all(b"question").await.unwrap();
            writer.write_all(b"answer").unwrap();
            assert_eq!(read(&mut paced).await, "answer");
            assert!(!paced.pace.rests);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_question_ends_the_rest() {
        let (mut paced, mut writer) = pipe();
        let mut asking = paced.asked_by(tokio::io::sink());
        until_it_rests(&mut paced, &mut writer).await;
        let before = Instant::now();
        let (text, ()) = tokio::join!(read(&mut paced), async {
            asking.write_all(b"question").await.unwrap();
            writer.write_all(b"answer").unwrap();
        });
        assert_eq!((text.as_str(), before.elapsed()), ("answer", Duration::ZERO));
        assert!(!paced.pace.rests);
    }

    #[cfg(feature = "ws")]
    #[tokio::test(start_paused = true)]
    async fn a_write_to_the_same_stream_ends_the_rest() {
        let (ours, mut theirs) = std::os::unix::net::UnixStream::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        let ours = tokio::net::UnixStream::from_std(ours).unwrap();
        let mut paced = Paced::new(ours);
        until_it_rests(&mut paced, &mut theirs).await;
        let before = Instant::now();
        let (mut reader, mut writer) = tokio::io::split(&mut paced);
        let (text, ()) = tokio::join!(read(&mut reader), async {
            writer.write_all(b"question").await.unwrap();
            let mut question = [0; 8];
            io::Read::read_exact(&mut theirs, &mut question).unwrap();
            io::Write::write_all(&mut theirs, b"answer").unwrap();
        });
        assert_eq!((text.as_str(), before.elapsed()), ("answer", Duration::ZERO));
    }
}
