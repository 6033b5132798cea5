//! What a thread has been through, page by page. It keeps nothing of it.

use codex_app_protocol::{ThreadItemsListParams, ThreadTurnsListParams};

use crate::pages::{Paged, Pages};
use crate::thread::Thread;

impl Thread {
    /// The turns of the thread, the latest first: `thread/turns/list`.
    ///
    /// Each comes with a summary of its items: the user's first message and the last answer. For all
    /// items of a turn, commands and file changes included, use [`items`](Self::items), or
    /// [`turns_with`](Self::turns_with) with `items_view(TurnItemsView::Full)`.
    ///
    /// The server lists what it has stored. Of an ephemeral thread that is nothing, and of a new thread
    /// nothing until its first message is stored, shortly after the first turn has begun. The first page
    /// then fails with [`Error::ThreadRefused`](crate::Error::ThreadRefused) and
    /// [`ThreadRefusal::Unsupported`](crate::ThreadRefusal::Unsupported), and so does the first page of
    /// [`items`](Self::items). It is not an empty list, since there may have been turns: whoever has
    /// just started the thread can take it for one.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
    /// use codex_app_client::ThreadRefusal;
    ///
    /// let turns = match thread.turns().all().await {
    ///     // Nothing is stored yet.
    ///     Err(error) if error.thread_refusal() == Some(ThreadRefusal::Unsupported) => Vec::new(),
    ///     outcome => outcome?,
    /// };
    /// # Ok(()) }
    /// ```
    pub fn turns(&self) -> Pages<ThreadTurnsListParams> {
        self.turns_with(|params| params)
    }

    /// The turns of the thread in another order, from a cursor on, or with more of their items:
    /// `thread/turns/list`.
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

    /// The items of the thread, the earliest first: `thread/items/list`. A new or ephemeral thread has no
    /// such list; see [`turns`](Self::turns).
    pub fn items(&self) -> Pages<ThreadItemsListParams> {
        self.items_with(|params| params)
    }

    /// The items of the thread in another order, from a cursor on, or of one turn:
    /// `thread/items/list`.
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
