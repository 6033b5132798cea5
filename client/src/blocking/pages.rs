//! Lists that the server returns in pages, as one iterator. The async one decides when to request a
//! page.

use std::convert::identity;
use std::time::Duration;

use crate::blocking::runtime::{Iter, Runtime};
use crate::error::Error;
use crate::pages::Paged;

/// A blocking iterator over the items of a list that the server returns in pages; see
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
#[must_use = "an iterator requests no page unless it is used"]
pub struct Pages<P: Paged> {
    iter: Iter<crate::Pages<P>>,
}

impl<P: Paged> Pages<P> {
    pub(crate) fn new(pages: crate::Pages<P>, runtime: &Runtime) -> Self {
        Self { iter: Iter::new(pages, runtime) }
    }

    /// Returns the next item, with a timeout; `None` after the last. No item is lost: call it
    /// again.
    ///
    /// # Errors
    ///
    /// [`Error::WaitTimeout`] if none arrives in time; [`Error::InsideRuntime`] in an async
    /// runtime. Otherwise as [`Client::request`](crate::Client::request).
    pub fn next_within(&mut self, timeout: Duration) -> Option<Result<P::Item, Error>> {
        self.iter.next_within(timeout).map(|it| it.and_then(identity))
    }

    /// Returns the items of the next page; `None` after the last. See
    /// [`Pages::next_page`](crate::Pages::next_page).
    ///
    /// # Errors
    ///
    /// As [`Pages::next_page`](crate::Pages::next_page), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn next_page(&mut self) -> Result<Option<Vec<P::Item>>, Error> {
        self.iter.runtime.wait(self.iter.stream.next_page())
    }

    /// Requests all remaining pages and returns all remaining items. See
    /// [`Pages::collect_all`](crate::Pages::collect_all).
    ///
    /// # Errors
    ///
    /// As [`Pages::collect_all`](crate::Pages::collect_all), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn collect_all(self) -> Result<Vec<P::Item>, Error> {
        self.iter.runtime.wait(self.iter.stream.collect_all())
    }

    /// Returns the cursor of the next page, to continue the list later. See
    /// [`Pages::cursor`](crate::Pages::cursor).
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
