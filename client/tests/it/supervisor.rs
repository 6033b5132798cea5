//! Connecting again: what is sent then, what is not, who does it of several, and when it is given up.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::Duration;

use codex_app_client::{
    CloseReason, Error, Options, ReconnectPolicy, Reconnected, Supervisor, Transport,
};
use serde_json::{Value, json};

use crate::script::{Server, start};

/// What comes of the attempts to connect that have not been made yet.
type Outcomes = Arc<Mutex<VecDeque<Result<Transport, Error>>>>;

fn unreachable() -> Result<Transport, Error> {
    let source = Arc::new(std::io::ErrorKind::ConnectionRefused.into());
    Err(Error::Connect { address: "there".to_owned(), source })
}

async fn supervised(
    server: &mut Server,
    outcomes: impl IntoIterator<Item = Result<Transport, Error>>,
) -> Supervisor {
    counted(server, outcomes).await.0
}

/// The same, with the attempts that are left.
async fn counted(
    server: &mut Server,
    outcomes: impl IntoIterator<Item = Result<Transport, Error>>,
) -> (Supervisor, Outcomes) {
    let outcomes: Outcomes = Arc::new(Mutex::new(outcomes.into_iter().collect()));
    let left = Arc::clone(&outcomes);
    let connect = move || {
        let outcome = outcomes.lock().unwrap().pop_front();
        std::future::ready(outcome.unwrap_or_else(unreachable))
    };
    let policy = ReconnectPolicy::new().max_attempts(3);
    let opened = Supervisor::connect_with(Options::new(), policy, connect);
    (tokio::join!(opened, server.initialize()).0.unwrap(), left)
}

/// Waits in a task, as others do at the same time.
fn waiting(server: &Supervisor) -> tokio::task::JoinHandle<Result<Reconnected, Error>> {
    let mut server = server.clone();
    tokio::spawn(async move { server.reconnected().await })
}

async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_connection_is_initialised_and_threads_resumed_and_nothing_sent_again() {
    let (one, mut server) = Server::new();
    let (two, mut next) = Server::new();
    let outcomes = [Ok(one), unreachable(), unreachable(), Ok(two)];
    let mut supervisor = supervised(&mut server, outcomes).await;
    supervisor.follow("t1");
    let thread = supervisor.codex().thread("t1").await.unwrap();
    let mut turn = start(&thread, &mut server, "u1").await;
    drop(server);
    let again = tokio::join!(supervisor.reconnected(), next.initialize()).0.unwrap();
    assert_eq!((again.epoch, supervisor.epoch()), (1, 1));
    assert_eq!(again.closed.reason, CloseReason::EndOfStream);
    assert!(turn.wait().await.unwrap_err().is_closed());
    assert!(thread.run("late").await.unwrap_err().is_closed());

    let mut requests = again.codex.server_requests().await.unwrap();
    let serve = async {
        let request = next.expect("thread/resume").await;
        assert_eq!(request["params"]["threadId"], "t1");
        next.refuse(&request, "no").await;
        let params = json!({"threadId": "t1", "turnId": "u1", "itemId": "i1", "startedAtMs": 1});
        let method = "item/commandExecution/requestApproval";
        next.send(json!({"id": 77, "method": method, "params": params})).await;
    };
    let (threads, ()) = tokio::join!(again.resume(), serve);
    assert!(threads[0].0 == "t1" && threads[0].1.is_err());
    drop(requests.next().await.unwrap());
    // The answer has the id that the request had, and nothing else was sent.
    assert_eq!(next.receive().await["id"], 77);
    next.barrier(&again.codex.client().await.unwrap()).await;
}

#[tokio::test(start_paused = true)]
async fn it_is_given_up_after_the_last_attempt_and_can_be_tried_again() {
    let (one, mut server) = Server::new();
    let (two, mut next) = Server::new();
    let outcomes = [Ok(one), unreachable(), unreachable(), unreachable(), Ok(two)];
    let mut supervisor = supervised(&mut server, outcomes).await;
    drop(server);
    let error = supervisor.reconnected().await.unwrap_err();
    assert!(matches!(error, Error::Connect { .. }), "{error:?}");
    assert_eq!(supervisor.epoch(), 0);
    let again = tokio::join!(supervisor.reconnected(), next.initialize()).0.unwrap();
    assert_eq!(again.epoch, 1);
}

#[tokio::test]
async fn what_does_not_pass_by_itself_is_not_tried_again() {
    let (address, reason) = ("there:443".to_owned(), "expired".to_owned());
    let untrusted = Error::UntrustedCertificate { address, reason: reason.clone() };
    for refused in [Error::Unauthorized { reason }, untrusted] {
        let (one, mut server) = Server::new();
        let message = refused.to_string();
        let mut supervisor = supervised(&mut server, [Ok(one), Err(refused)]).await;
        drop(server);
        // Were it tried again, nobody would be reached.
        assert_eq!(supervisor.reconnected().await.unwrap_err().to_string(), message);
    }
}

#[tokio::test]
async fn a_connection_that_was_shut_down_stays_down() {
    let (one, mut server) = Server::new();
    let (two, _next) = Server::new();
    let mut supervisor = supervised(&mut server, [Ok(one), Ok(two)]).await;
    let codex = supervisor.codex();
    tokio::join!(codex.shutdown(), async { drop(server) });
    let error = supervisor.reconnected().await.unwrap_err();
    assert_eq!(error.closed().unwrap().reason, CloseReason::Shutdown);
    assert!(codex.request_raw("test/late", Value::Null).await.unwrap_err().is_closed());
}

#[tokio::test(start_paused = true)]
async fn of_many_who_wait_one_connects_and_all_get_the_same() {
    let (one, mut server) = Server::new();
    let (two, mut next) = Server::new();
    let (mut supervisor, left) = counted(&mut server, [Ok(one), unreachable(), Ok(two)]).await;
    let waiting: Vec<_> = (0..8).map(|_| waiting(&supervisor)).collect();
    settle().await;
    // While they wait, others name threads.
    supervisor.clone().follow("t1");
    supervisor.follow("t2");
    supervisor.unfollow("t2");
    drop(server);
    next.initialize().await;
    for again in waiting {
        let again = again.await.unwrap().unwrap();
        assert_eq!((again.epoch, &again.thread_ids[..]), (1, &["t1".to_owned()][..]));
        next.barrier(&again.codex.client().await.unwrap()).await;
    }
    next.barrier(&supervisor.codex().client().await.unwrap()).await;
    // Whoever has not waited is told at once, and then waits like the others.
    assert_eq!(supervisor.reconnected().await.unwrap().epoch, 1);
    let mut future = Box::pin(supervisor.reconnected());
    assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    assert!(left.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn nobody_connects_unless_somebody_waits() {
    let (one, mut server) = Server::new();
    let (two, mut next) = Server::new();
    let (three, mut last) = Server::new();
    let (mut supervisor, left) = counted(&mut server, [Ok(one), Ok(two), Ok(three)]).await;
    let mut late = supervisor.clone();
    let client = supervisor.codex().client().await.unwrap();
    drop(server);
    assert!(client.request_raw("test/late", Value::Null).await.unwrap_err().is_closed());
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!((left.lock().unwrap().len(), supervisor.epoch()), (2, 0));
    tokio::join!(supervisor.reconnected(), next.initialize()).0.unwrap();
    drop(next);
    let client = supervisor.codex().client().await.unwrap();
    assert!(client.request_raw("test/late", Value::Null).await.unwrap_err().is_closed());
    // A connection that has ended is told to nobody any more.
    let again = tokio::join!(late.reconnected(), last.initialize()).0.unwrap();
    assert_eq!((again.epoch, supervisor.epoch(), late.epoch()), (2, 2, 2));
    last.barrier(&again.codex.client().await.unwrap()).await;
}

#[tokio::test(start_paused = true)]
async fn when_whoever_connects_gives_it_up_another_goes_on() {
    let (one, mut server) = Server::new();
    let (two, _never_answers) = Server::new();
    let (three, mut next) = Server::new();
    let (supervisor, left) = counted(&mut server, [Ok(one), Ok(two), Ok(three)]).await;
    let first = waiting(&supervisor);
    settle().await;
    let second = waiting(&supervisor);
    drop(server);
    settle().await;
    assert_eq!(left.lock().unwrap().len(), 1);
    first.abort();
    next.initialize().await;
    assert_eq!(second.await.unwrap().unwrap().epoch, 1);
}

#[tokio::test(start_paused = true)]
async fn all_who_wait_hear_that_it_was_given_up() {
    let (one, mut server) = Server::new();
    let (two, mut next) = Server::new();
    let outcomes = [Ok(one), unreachable(), unreachable(), unreachable(), Ok(two)];
    let (mut supervisor, left) = counted(&mut server, outcomes).await;
    let waiting: Vec<_> = (0..4).map(|_| waiting(&supervisor)).collect();
    drop(server);
    for again in waiting {
        let error = again.await.unwrap().unwrap_err();
        assert!(matches!(error, Error::Connect { .. }), "{error:?}");
    }
    // All of it was one round of attempts.
    assert_eq!(left.lock().unwrap().len(), 1);
    let again = tokio::join!(supervisor.reconnected(), next.initialize()).0.unwrap();
    assert_eq!(again.epoch, 1);
}

#[tokio::test(start_paused = true)]
async fn shutting_down_ends_every_wait_and_there_is_no_other_connection() {
    for is_cut in [false, true] {
        let (one, mut server) = Server::new();
        let (two, mut silent) = Server::new();
        let (mut supervisor, left) = counted(&mut server, [Ok(one), Ok(two), unreachable()]).await;
        let waiting: Vec<_> = (0..2).map(|_| waiting(&supervisor)).collect();
        settle().await;
        if is_cut {
            // In the middle of an attempt.
            drop(server);
            silent.expect("initialize").await;
            supervisor.shutdown().await;
        } else {
            tokio::join!(supervisor.shutdown(), async { assert!(server.is_at_end().await) });
        }
        let n_left = left.lock().unwrap().len();
        for again in waiting {
            let error = again.await.unwrap().unwrap_err();
            assert_eq!(error.closed().unwrap().reason, CloseReason::Shutdown, "{is_cut}");
        }
        let error = supervisor.reconnected().await.unwrap_err();
        assert_eq!(error.closed().unwrap().reason, CloseReason::Shutdown);
        assert_eq!((left.lock().unwrap().len(), supervisor.epoch()), (n_left, 0));
        if is_cut {
            assert!(silent.is_at_end().await);
        }
    }
}
