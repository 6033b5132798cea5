//! Connecting again: what is sent then, what is not, and when it is given up.

use std::collections::VecDeque;
use std::sync::Mutex;

use codex_app_client::{CloseReason, Error, Options, ReconnectPolicy, Supervisor, Transport};
use serde_json::{Value, json};

use crate::script::{Server, start};

type Outcomes = Mutex<VecDeque<Result<Transport, Error>>>;

fn unreachable() -> Result<Transport, Error> {
    let source = std::sync::Arc::new(std::io::ErrorKind::ConnectionRefused.into());
    Err(Error::Connect { address: "there".to_owned(), source })
}

async fn supervised(
    server: &mut Server,
    outcomes: impl IntoIterator<Item = Result<Transport, Error>>,
) -> Supervisor {
    let outcomes: Outcomes = Mutex::new(outcomes.into_iter().collect());
    let connect = move || {
        let outcome = outcomes.lock().unwrap().pop_front();
        std::future::ready(outcome.unwrap_or_else(unreachable))
    };
    let policy = ReconnectPolicy::new().max_attempts(3);
    let opened = Supervisor::connect_with(Options::new(), policy, connect);
    tokio::join!(opened, server.initialize()).0.unwrap()
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
    let codex = supervisor.codex().clone();
    tokio::join!(codex.shutdown(), async { drop(server) });
    let error = supervisor.reconnected().await.unwrap_err();
    assert_eq!(error.closed().unwrap().reason, CloseReason::Shutdown);
    assert!(codex.request_raw("test/late", Value::Null).await.unwrap_err().is_closed());
}
