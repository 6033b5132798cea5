//! Events: which stream receives which events, in which order, and what happens to a slow consumer.
//!
//! One connection carries everything: responses, the events of all turns of all threads, requests
//! of the server, and notifications about the server itself. The client puts each line into the
//! queue of every consumer that it concerns, in the order in which the server sent it.
//!
//! # Which stream receives what
//!
//! | Stream | Events |
//! |---|---|
//! | [`TurnHandle`](crate::TurnHandle) | All events of its turn, from `turn/started` to `turn/completed`. |
//! | [`Thread::events`](crate::Thread::events) | All events of the thread: those of every turn, whoever started it, and those of the thread itself. |
//! | [`Codex::events`](crate::Codex::events), [`Client::events`](crate::Client::events) | Events that belong to no turn, including those of threads; and events of turns for which there is neither a handle nor a [`Thread::events`](crate::Thread::events) stream. Also lines that could not be used. |
//! | [`Client::next_notification`](crate::Client::next_notification) | The same notifications, for programs with a single loop. It fails while the stream of a turn is open. |
//!
//! To receive every event of one thread, use [`Thread::events`](crate::Thread::events). To see
//! every line of the connection, use [`Options::on_frame`](crate::Options::on_frame).
//!
//! # Guarantees
//!
//! * Each stream has the order of the wire. There is no order between two streams, because their
//!   readers are different tasks.
//! * The stream of a turn begins with the first event of that turn, even if the server sent it
//!   before the response to `turn/start`.
//! * The stream of a turn ends after its `turn/completed`. Events of the turn that come later go to
//!   [`Thread::events`](crate::Thread::events), or if there is no such stream to
//!   [`Codex::events`](crate::Codex::events).
//! * Several handles of one turn each receive every event. A handle from
//!   [`Thread::turn`](crate::Thread::turn) or [`Thread::active_turn`](crate::Thread::active_turn)
//!   begins with the next event. A handle whose input joined a running turn begins with the first
//!   event after its request.
//! * Events of a subagent carry the thread id of the subagent, and go to that thread. They are not
//!   among the events of the parent's turn. For a handle of that thread, use
//!   [`Codex::thread`](crate::Codex::thread).
//! * Events that the server sent before a response are delivered before that response.
//!
//! # Slow consumers and backpressure
//!
//! The client reads from the server without waiting for any consumer. A dialog that is open for
//! minutes, or a stream that nobody reads, does not delay any other turn. There is no backpressure
//! towards the server.
//!
//! Unread events are kept in memory, without a limit on their number. While 32 or more events wait
//! in a queue, a new text delta is merged into the last delta of the same item, unless another
//! event came in between. The text of each item stays the same and in the same order; only the
//! number of events changes. Nothing else is merged, and nothing is dropped. A million unread
//! deltas therefore take little more memory than their text.
//!
//! The exception is [`next_notification`](crate::Client::next_notification): before its first call,
//! only the last 1024 notifications are kept for it.
//!
//! # Items without an end
//!
//! Not every item that is started is completed: a message that is cut off by
//! [`steer`](crate::TurnHandle::steer) or [`interrupt`](crate::TurnHandle::interrupt) never is.
//! Such items are in [`TurnResult::open_items`](crate::TurnResult::open_items).
//!
//! The final response ([`TurnResult::final_response`](crate::TurnResult::final_response)) comes
//! from completed items, never from deltas: the deltas of a message that was cut off are not a
//! final response.
//!
//! For the output of a command, read `aggregated_output` of the completed item. The output of its
//! first moments is in no delta.
//!
//! # Example
//!
//! ```no_run
//! # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
//! use codex_app_client::protocol::ServerNotification;
//!
//! // Watch all events of the thread in a task of its own …
//! let mut events = thread.events();
//! let watcher = tokio::spawn(async move {
//!     while let Some(Ok(event)) = events.next().await {
//!         // A line that could not be used is an event too.
//!         let Some(notification) = event.into_notification() else { continue };
//!         if let ServerNotification::ThreadNameUpdated(renamed) = notification.body {
//!             println!("renamed to {:?}", renamed.thread_name);
//!         }
//!     }
//! });
//! // … which takes nothing from the stream of the turn.
//! let result = thread.run("Find a name for this thread").await?;
//! println!("{} items, {} left open", result.items.len(), result.open_items.len());
//! # watcher.abort();
//! # Ok(()) }
//! ```
