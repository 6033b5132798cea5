//! Lists that the server hands out in pages, as one iterator. When a page is asked for is decided
//! elsewhere.

use std::convert::identity;
use std::time::Duration;

use crate::blocking::runtime::{Iter, Runtime};
use crate::error::Error;
use crate::pages::Paged;

/// A list that the server hands out in pages, as an iterator over its items; see
/// [`Pages`](crate::Pages).
///
/// # Examples
///
/// ```no_run
/// # fn example(codex: codex_app_client::blocking::Codex) -> Result<(), codex_app_client::Error> {
/// use codex_app_client::protocol::ThreadListParams;
///
/// for thread in codex.threads(ThreadListParams::default().limit(50)) {
///     let thread = thread?;
///     println!("{} {}", thread.id, thread.name.unwrap_or_default());
/// }
/// # Ok(()) }
/// ```
#[derive(Debug)]
#[must_use = "an iterator asks for nothing unless it is used"]
pub struct Pages<P: Paged> {
    iter: Iter<crate::Pages<P>>,
}

impl<P: Paged> Pages<P> {
    pub(crate) fn new(pages: crate::Pages<P>, runtime: &Runtime) -> Self {
        Self { iter: Iter::new(pages, runtime) }
    }

    /// The next item, if it comes within this time; none after the last. Called again, it goes on
    /// where it was.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request), and [`Error::WaitTimeout`] if none comes.
    pub fn next_within(&mut self, after: Duration) -> Option<Result<P::Item, Error>> {
        self.iter.next_within(after).map(|it| it.and_then(identity))
    }

    /// See [`Pages::next_page`](crate::Pages::next_page).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn next_page(&mut self) -> Result<Option<Vec<P::Item>>, Error> {
        self.iter.runtime.wait(self.iter.stream.next_page())
    }

    /// See [`Pages::all`](crate::Pages::all).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn all(self) -> Result<Vec<P::Item>, Error> {
        self.iter.runtime.wait(self.iter.stream.all())
    }

    /// See [`Pages::cursor`](crate::Pages::cursor).
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        self.iter.stream.cursor()
    }
}

impl<P: Paged> Iterator for Pages<P> {
    type Item = Result<P::Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.iter.next().map(|it| it.and_then(identity))
    }
}
