//! Lists that the server hands out in pages, as one stream. It asks for a page when somebody wants
//! an item of it, and never before.

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

/// A request that is answered with one page of a list.
///
/// It is implemented for the params of the protocol's lists, and is not meant for others.
pub trait Paged: ClientRequest + Clone + Send + Sync + Unpin + sealed::Sealed + 'static {
    /// What the list is of.
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

/// A list that the server hands out in pages.
///
/// It is a [`Stream`] of the list's items. A page is asked for when an item of it is wanted; what the
/// params say about size, order and filters goes for every page. After an error it goes on with the
/// page that failed.
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

    /// The next item; none after the last.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Result<P::Item, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// The next item; none after the last.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn try_next(&mut self) -> Result<Option<P::Item>, Error> {
        self.next().await.transpose()
    }

    /// The items of the next page, or what is left of the one that was begun; none after the last.
    /// A page may be empty.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn next_page(&mut self) -> Result<Option<Vec<P::Item>>, Error> {
        if self.items.is_empty() {
            if self.is_at_end {
                return Ok(None);
            }
            std::future::poll_fn(|cx| self.poll_page(cx)).await?;
        }
        Ok(Some(self.items.drain(..).collect()))
    }

    /// All items that are left.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses what it had read.
    pub async fn all(mut self) -> Result<Vec<P::Item>, Error> {
        let mut items = Vec::new();
        while let Some(page) = self.next_page().await? {
            items.extend(page);
        }
        Ok(items)
    }

    /// The cursor of the page that comes next; none at the beginning and at the end. A list can be
    /// taken up there later, with this in its params.
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
