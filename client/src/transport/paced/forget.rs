//! Streams that the runtime can be made to forget for a while. As long as it knows one, it is woken
//! for every piece that comes, whether somebody reads or not.

use std::io::{self, Read};
use std::process::ChildStdout as StdChildStdout;

use tokio::process::ChildStdout;

/// Out of the runtime and back into it. A forgotten stream does not block: it says that there is
/// nothing.
pub(in crate::transport) trait Forget: Sized {
    type Forgotten: Read;

    fn forget(self) -> io::Result<Self::Forgotten>;
    fn remember(forgotten: Self::Forgotten) -> io::Result<Self>;
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
