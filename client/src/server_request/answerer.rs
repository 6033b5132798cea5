//! Passes a request to what replies to it: a stream, or closures, policies and a handler. Handlers
//! run in a task for each request: one that waits for a human delays no other, and one that panics
//! affects only its own request.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use tokio::sync::mpsc;

use crate::connection::Shared;
use crate::server_request::call::Call;
use crate::server_request::default_answer::Why;
use crate::server_request::handler::HandlerResult;
use crate::server_request::handlers::Handlers;
use crate::server_request::incoming::Asked;
use crate::server_request::incoming_request::IncomingRequest;
use crate::server_request::stream::Waiting;

/// What replies to a request.
#[derive(Debug)]
pub(crate) enum Answerer {
    /// The program, which reads a stream.
    Stream(mpsc::UnboundedSender<Waiting>),
    /// Closures, policies and a handler of the program.
    Handlers(Handlers),
}

impl Answerer {
    /// Passes a request on, without waiting.
    pub(crate) fn ask(self, shared: &Arc<Shared>, asked: Asked) {
        match self {
            Self::Stream(stream) => {
                if let Err(mpsc::error::SendError(Waiting::Received(asked))) =
                    stream.send(Waiting::Received(asked))
                {
                    drop(Call::new(Arc::clone(shared), asked));
                }
            }
            Self::Handlers(handlers) => {
                let shared = Arc::clone(shared);
                tokio::spawn(async move {
                    if let Some(request) = IncomingRequest::decode(&shared, asked) {
                        run(&shared, &handlers, request).await;
                    }
                });
            }
        }
    }
}

/// Runs the handlers of a request. If they drop it unanswered, that sends the default reply.
async fn run(shared: &Arc<Shared>, handlers: &Handlers, request: IncomingRequest) {
    let (kind, method) = (request.call().kind, request.method().to_owned());
    match caught(answer(shared, handlers, request)).await {
        Ok(Ok(())) => return,
        Ok(Err(error)) => {
            tracing::error!(request = kind.name(), method, %error, "a request handler failed");
        }
        // The message was printed by the panic hook.
        Err(Panicked) => {
            tracing::error!(request = kind.name(), method, "a request handler panicked");
        }
    }
    shared.with(|session, _| session.requests.n_failed += 1);
}

async fn answer(
    shared: &Arc<Shared>,
    handlers: &Handlers,
    mut request: IncomingRequest,
) -> HandlerResult {
    let kind = request.call().kind;
    if let Some(closure) = handlers.closure(kind) {
        return closure(request).await;
    }
    let mut is_passed_on = false;
    for policy in handlers.policies(kind) {
        match policy.rule(request).await? {
            Some(passed) => request = passed,
            None => return Ok(()),
        }
        is_passed_on = true;
    }
    if is_passed_on
        && let Some(stream) =
            shared.with(|session, _| session.requests.streams.of(request.thread_id()))
    {
        match stream.send(Waiting::Passed(Box::new(request))) {
            // The stream was dropped meanwhile.
            Err(mpsc::error::SendError(Waiting::Passed(back))) => request = *back,
            _ => return Ok(()),
        }
    }
    match handlers.handler() {
        Some(handler) => handler.handle(request).await,
        None => {
            if is_passed_on {
                request.call().decline(Why::NotListed);
            }
            Ok(())
        }
    }
}

/// A future panicked.
pub(crate) struct Panicked;

/// Runs a future until it completes or panics. After a panic it is not polled again.
pub(crate) async fn caught<T>(future: impl Future<Output = T>) -> Result<T, Panicked> {
    let mut future = pin!(future);
    std::future::poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(poll) => poll.map(Ok),
        Err(_) => Poll::Ready(Err(Panicked)),
    })
    .await
}
