//! Paginated lists of the server as streams. A page is requested when somebody wants an item of it,
//! and never before.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use codex_app_protocol::{
    AppInfo, AppsListParams, ClientRequest, ListMcpServerStatusParams, McpServerStatus, Model,
    ModelListParams, Thread, ThreadItemEntry, ThreadItemsListCursor, ThreadItemsListParams,
    ThreadListParams, ThreadLoadedListParams, ThreadTurnsListParams, Turn,
};
use futures_core::Stream;

use crate::error::Error;

type Fetch<P> = Box<dyn Fn(P) -> Fetching<P> + Send + Sync>;
type Fetching<P> =
    Pin<Box<dyn Future<Output = Result<<P as ClientRequest>::Response, Error>> + Send>>;

/// The params of a request whose response is one page of a list.
///
/// Implemented for the params of the protocol's paginated lists, such as [`ThreadListParams`]. It
/// is sealed: other types cannot implement it.
pub trait Paged: ClientRequest + Clone + Send + Sync + Unpin + sealed::Sealed + 'static {
    /// The type of the list's items.
    type Item: Send + Unpin;

    /// Asks for the page at a cursor.
    #[doc(hidden)]
    fn at(self, cursor: String) -> Self;

    /// Where the list begins, if that is said.
    #[doc(hidden)]
    fn starts_at(&self) -> Option<&str>;

    /// The items of a page, and where the next one is.
    #[doc(hidden)]
    fn split(response: Self::Response) -> (Vec<Self::Item>, Option<String>);
}

mod sealed {
    #[expect(unnameable_types, reason = "nobody else may implement it")]
    pub trait Sealed {}
}

/// A paginated list of the server, such as the threads or the models, as a [`Stream`] of its items.
///
/// A page is requested when its first item is wanted. Page size, order and filters of the params
/// apply to every page. After an error, the next call requests the page that failed again, unless
/// the connection has ended.
///
/// Returned by [`Codex::threads`](crate::Codex::threads), [`Thread::turns`](crate::Thread::turns),
/// [`Thread::items`](crate::Thread::items) and similar methods.
///
/// # Examples
///
/// ```no_run
/// # async fn example(codex: codex_app_client::Codex) -> Result<(), codex_app_client::Error> {
/// use codex_app_client::protocol::ThreadListParams;
///
/// let mut threads = codex.threads(ThreadListParams::default().limit(50));
/// while let Some(thread) = threads.try_next().await? {
///     println!("{} {}", thread.id, thread.name.unwrap_or_default());
/// }
/// # Ok(()) }
/// ```
#[must_use = "a stream asks for nothing unless it is polled"]
pub struct Pages<P: Paged> {
    params: P,
    fetch: Fetch<P>,
    fetching: Option<Fetching<P>>,
    items: VecDeque<P::Item>,
    /// The cursor of the page that comes next; none at the beginning.
    cursor: Option<String>,
    is_at_end: bool,
}

impl<P: Paged> Pages<P> {
    pub(crate) fn new<F>(params: P, fetch: impl Fn(P) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<P::Response, Error>> + Send + 'static,
    {
        Self {
            cursor: params.starts_at().map(str::to_owned),
            params,
            fetch: Box::new(move |params| Box::pin(fetch(params))),
            fetching: None,
            items: VecDeque::new(),
            is_at_end: false,
        }
    }

    /// Returns the next item, or `None` after the last one. Requests the next page if necessary.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped, no item is lost, and a request that is in flight is
    /// continued by the next call.
    pub async fn next(&mut self) -> Option<Result<P::Item, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// Like [`next`](Self::next), but returns a `Result` of an `Option`, for use with `?`. Returns
    /// `None` after the last item.
    ///
    /// # Errors
    ///
    /// The same errors as [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, like [`next`](Self::next).
    pub async fn try_next(&mut self) -> Result<Option<P::Item>, Error> {
        self.next().await.transpose()
    }

    /// Returns the items of the next page, or the rest of the current page if it was read in part.
    /// Returns `None` after the last page.
    ///
    /// A page may be empty.
    ///
    /// # Errors
    ///
    /// The same errors as [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, like [`next`](Self::next).
    pub async fn next_page(&mut self) -> Result<Option<Vec<P::Item>>, Error> {
        if self.items.is_empty() {
            if self.is_at_end {
                return Ok(None);
            }
            std::future::poll_fn(|cx| self.poll_page(cx)).await?;
        }
        Ok(Some(self.items.drain(..).collect()))
    }

    /// Requests all remaining pages and returns all remaining items.
    ///
    /// # Errors
    ///
    /// The same errors as [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the items that were read so far are lost.
    pub async fn collect_all(mut self) -> Result<Vec<P::Item>, Error> {
        let mut items = Vec::new();
        while let Some(page) = self.next_page().await? {
            items.extend(page);
        }
        Ok(items)
    }

    /// Returns the cursor of the page that is requested next. `None` after the last page, and
    /// before the first one unless the params had a cursor.
    ///
    /// To continue the list later, put it into the params of a new request. Items of the current
    /// page that were not read yet come before this cursor.
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    fn poll_page(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let fetching = match &mut self.fetching {
            Some(fetching) => fetching,
            None => {
                let params = self.params.clone();
                let params = match &self.cursor {
                    Some(cursor) => params.at(cursor.clone()),
                    None => params,
                };
                self.fetching.insert((self.fetch)(params))
            }
        };
        let response = ready!(fetching.as_mut().poll(cx));
        self.fetching = None;
        let (items, next) = P::split(response?);
        self.items.extend(items);
        // A cursor that comes back would never come to an end.
        self.is_at_end = next.is_none() || next == self.cursor;
        self.cursor = next.filter(|_| !self.is_at_end);
        Poll::Ready(Ok(()))
    }
}

impl<P: Paged> Stream for Pages<P> {
    type Item = Result<P::Item, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.items.pop_front() {
                return Poll::Ready(Some(Ok(item)));
            }
            if self.is_at_end {
                return Poll::Ready(None);
            }
            if let Err(error) = ready!(self.poll_page(cx)) {
                // Nothing comes any more. After other errors, the page can be asked for again.
                self.is_at_end = error.is_closed();
                return Poll::Ready(Some(Err(error)));
            }
        }
    }
}

impl<P: Paged> fmt::Debug for Pages<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("method", &P::METHOD)
            .field("n_ready", &self.items.len())
            .field("is_at_end", &self.is_at_end)
            .finish_non_exhaustive()
    }
}

macro_rules! paged {
    ($($params:ty => $item:ty),* $(,)?) => {
        $(
            impl sealed::Sealed for $params {}

            impl Paged for $params {
                type Item = $item;

                fn at(self, cursor: String) -> Self {
                    self.cursor(cursor)
                }

                fn starts_at(&self) -> Option<&str> {
                    self.cursor.as_option().map(String::as_str)
                }

                fn split(response: Self::Response) -> (Vec<$item>, Option<String>) {
                    (response.data.unwrap_or_default(), response.next_cursor)
                }
            }
        )*
    };
}

paged! {
    AppsListParams => AppInfo,
    ListMcpServerStatusParams => McpServerStatus,
    ModelListParams => Model,
    ThreadListParams => Thread,
    ThreadLoadedListParams => String,
    ThreadTurnsListParams => Turn,
}

impl sealed::Sealed for ThreadItemsListParams {}

impl Paged for ThreadItemsListParams {
    type Item = ThreadItemEntry;

    fn at(self, cursor: String) -> Self {
        self.cursor(ThreadItemsListCursor::String(cursor))
    }

    fn starts_at(&self) -> Option<&str> {
        match self.cursor.as_option() {
            Some(ThreadItemsListCursor::String(cursor)) => Some(cursor),
            _ => None,
        }
    }

    fn split(response: Self::Response) -> (Vec<ThreadItemEntry>, Option<String>) {
        (response.data.unwrap_or_default(), response.next_cursor)
    }
}
