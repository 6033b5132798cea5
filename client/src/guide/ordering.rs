//! Which events reach whom, in which order.
//!
//! One connection carries everything: answers, the events of all turns of all threads, requests of
//! the server, and news that belong to nobody in particular. Each line is put into the queues of those
//! whom it concerns, in the order in which the server sent it.
//!
//! | Who asks | What it gets |
//! |---|---|
//! | [`TurnHandle`](crate::TurnHandle) | The events of its turn, from `turn/started` to `turn/completed`. |
//! | [`Thread::events`](crate::Thread::events) | All events of the thread: of every turn, whoever started it, of its subagents' announcements, and of the thread itself. |
//! | [`Codex::events`](crate::Codex::events) | What belongs to no turn, or to a turn that nobody follows. |
//! | [`Client::next_notification`](crate::Client::next_notification) | The same, for programs that have a single loop; refused while a turn's stream is open. |
//!
//! # What is promised
//!
//! * Each stream has the order of the wire. Between two streams there is no order: their readers are
//!   different tasks.
//! * The stream of a turn begins with the first event of that turn, also if the server sent it before
//!   it answered `turn/start`.
//! * A turn's stream ends after its `turn/completed`. What the server says of that turn later reaches
//!   [`Thread::events`](crate::Thread::events) only.
//! * Several handles of one turn have a place each. A handle made by id
//!   ([`Thread::turn`](crate::Thread::turn)) begins with the next event; one that joined a running turn
//!   begins with what came after its request.
//! * Events of a subagent carry the id of the subagent's thread, and go to that thread. They are never
//!   among those of the parent's turn.
//! * An event is delivered before the answer of the request that came after it.
//!
//! # A consumer that lags
//!
//! The reader waits for no consumer: a dialog that is open for minutes, or a stream that nobody reads,
//! slows no other turn. What waits unread is kept. With more than 32 events waiting, a text delta is
//! joined to the last one of its item, unless another event came in between: the text of each item is
//! the same and in the same order, the number of events is not. Nothing else is ever dropped or joined,
//! so that a million unread deltas take little more memory than their text.
//!
//! `next_notification` is the exception. Before it is called for the first time, only the last
//! thousand or so are kept for it.
//!
//! # What the server leaves open
//!
//! Not every item that starts is completed: a message that is cut off by `steer` or `interrupt` never
//! is. Such items are in [`TurnResult::open_items`](crate::TurnResult::open_items). A turn's answer
//! ([`TurnResult::final_response`](crate::TurnResult::final_response)) comes from completed items, never
//! from deltas: the deltas of a message that is cut off are no answer. For a command, read
//! `aggregated_output` of the completed item; the first moments of its output are in no delta.
//!
//! ```no_run
//! # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
//! use codex_app_client::protocol::ServerNotification;
//!
//! // Everything about the thread, in a task of its own …
//! let mut events = thread.events();
//! let watcher = tokio::spawn(async move {
//!     while let Some(Ok(event)) = events.next().await {
//!         // A line that cannot be used is an event too.
//!         let Some(notification) = event.into_notification() else { continue };
//!         if let ServerNotification::ThreadNameUpdated(renamed) = notification.body {
//!             println!("renamed to {:?}", renamed.thread_name);
//!         }
//!     }
//! });
//! // … takes nothing from the turn.
//! let result = thread.run("Find a name for this thread").await?;
//! println!("{} items, {} left open", result.items.len(), result.open_items.len());
//! # watcher.abort();
//! # Ok(()) }
//! ```
