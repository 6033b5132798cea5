//! Streams that can be let alone for a while: the runtime forgets them, and the system keeps what comes.
//! As long as the runtime knows one, it is woken for every piece, whether somebody reads or not.

use std::io::{self, Read};
use std::process::ChildStdout as StdChildStdout;

use tokio::process::ChildStdout;

/// How much the system keeps for a pipe or a socket that nobody reads, if nothing is done about it.
const USUAL_ROOM: usize = 64 * 1024;
/// How much it is asked to keep for a pipe.
#[cfg(any(target_os = "linux", target_os = "android"))]
const ROOM: usize = 256 * 1024;

/// Out of the runtime and back into it. A forgotten stream does not block: it says that there is
/// nothing.
pub(in crate::transport) trait Forget: Sized {
    type Forgotten: Read;

    fn forget(self) -> io::Result<Self::Forgotten>;
    fn remember(forgotten: Self::Forgotten) -> io::Result<Self>;

    /// Makes room for what comes and is not read yet, as far as the system does that. Returns how much
    /// there is in bytes: with more, the other end would wait.
    fn make_room(&self) -> usize {
        USUAL_ROOM
    }
}

impl Forget for ChildStdout {
    type Forgotten = StdChildStdout;

    fn forget(self) -> io::Result<StdChildStdout> {
        let fd = self.into_owned_fd()?;
        // On its way out of the runtime it was made blocking.
        rustix::io::ioctl_fionbio(&fd, true)?;
        Ok(fd.into())
    }

    fn remember(forgotten: StdChildStdout) -> io::Result<Self> {
        Self::from_std(forgotten)
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn make_room(&self) -> usize {
        // It refuses to users who have very many pipes.
        rustix::pipe::fcntl_setpipe_size(self, ROOM).unwrap_or(USUAL_ROOM)
    }
}

#[cfg(feature = "ws")]
impl Forget for tokio::net::TcpStream {
    type Forgotten = std::net::TcpStream;

    fn forget(self) -> io::Result<std::net::TcpStream> {
        self.into_std()
    }

    fn remember(forgotten: std::net::TcpStream) -> io::Result<Self> {
        Self::from_std(forgotten)
    }

    /// What there is no room for here waits with the sender.
    fn make_room(&self) -> usize {
        4 * USUAL_ROOM
    }
}

#[cfg(feature = "ws")]
impl Forget for tokio::net::UnixStream {
    type Forgotten = std::os::unix::net::UnixStream;

    fn forget(self) -> io::Result<std::os::unix::net::UnixStream> {
        self.into_std()
    }

    fn remember(forgotten: std::os::unix::net::UnixStream) -> io::Result<Self> {
        Self::from_std(forgotten)
    }
}
