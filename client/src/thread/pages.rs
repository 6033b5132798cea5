//! The stored history of a thread, page by page. It keeps nothing of it.

use codex_app_protocol::{ThreadItemsListParams, ThreadTurnsListParams};

use crate::pages::{Paged, Pages};
use crate::thread::Thread;

impl Thread {
    /// Lists the stored turns of the thread, the latest first: `thread/turns/list`. Returns a
    /// paginated stream.
    ///
    /// Each turn comes with a summary of its items: the user's first message and the final
    /// response. To get all items, such as commands and file changes, use [`items`](Self::items),
    /// or [`turns_with`](Self::turns_with) and `items_view(TurnItemsView::Full)`.
    ///
    /// # Errors of the stream
    ///
    /// The server lists only what it has stored: nothing of an ephemeral thread, and nothing of a
    /// new thread until its first message is stored, shortly after the first turn has begun. Then
    /// the first page fails with [`Error::ThreadRefused`](crate::Error::ThreadRefused) and
    /// [`ThreadRefusal::Unsupported`](crate::ThreadRefusal::Unsupported). This is not reported as
    /// an empty list, because the thread may have had turns. A program that has just started the
    /// thread can treat it as empty.
    ///
    /// Otherwise as [`Client::request`](crate::Client::request).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
    /// use codex_app_client::ThreadRefusal;
    ///
    /// let turns = match thread.turns().collect_all().await {
    ///     // Nothing is stored yet.
    ///     Err(error) if error.thread_refusal() == Some(ThreadRefusal::Unsupported) => Vec::new(),
    ///     outcome => outcome?,
    /// };
    /// # Ok(()) }
    /// ```
    pub fn turns(&self) -> Pages<ThreadTurnsListParams> {
        self.turns_with(|params| params)
    }

    /// Lists the stored turns of the thread with other params, such as another order, a cursor, or
    /// more of their items: `thread/turns/list`. Otherwise like [`turns`](Self::turns).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
    /// use codex_app_client::protocol::SortDirection;
    ///
    /// let mut turns = thread.turns_with(|params| params.sort_direction(SortDirection::Asc));
    /// while let Some(turn) = turns.try_next().await? {
    ///     println!("{}", turn.id);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn turns_with(
        &self,
        change: impl FnOnce(ThreadTurnsListParams) -> ThreadTurnsListParams,
    ) -> Pages<ThreadTurnsListParams> {
        self.pages(change(ThreadTurnsListParams::new(self.id())))
    }

    /// Lists the stored items of the thread (messages, commands, file changes and so on), the
    /// earliest first: `thread/items/list`. Returns a paginated stream.
    ///
    /// It fails for a new or ephemeral thread, as [`turns`](Self::turns) does.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
    /// use codex_app_client::protocol::ThreadItem;
    ///
    /// let mut items = thread.items();
    /// while let Some(entry) = items.try_next().await? {
    ///     if let ThreadItem::AgentMessage(message) = entry.item {
    ///         println!("{}", message.text.unwrap_or_default());
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    pub fn items(&self) -> Pages<ThreadItemsListParams> {
        self.items_with(|params| params)
    }

    /// Lists the stored items of the thread with other params, such as another order, a cursor, or
    /// the items of one turn only: `thread/items/list`. Otherwise like [`items`](Self::items).
    pub fn items_with(
        &self,
        change: impl FnOnce(ThreadItemsListParams) -> ThreadItemsListParams,
    ) -> Pages<ThreadItemsListParams> {
        self.pages(change(ThreadItemsListParams::new(self.id())))
    }

    fn pages<P: Paged>(&self, params: P) -> Pages<P> {
        let thread = self.clone();
        Pages::new(params, move |params| {
            let thread = thread.clone();
            async move { thread.ask(params).await }
        })
    }
}
