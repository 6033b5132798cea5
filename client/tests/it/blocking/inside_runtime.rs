//! Inside an asynchronous runtime nothing waits: every call says so, and nothing is sent.

use std::time::Duration;

use codex_app_client::blocking::{Client, Codex, Thread, TurnHandle, retry_on_overload};
use codex_app_client::protocol::{ModelListParams, ThreadListParams};
use codex_app_client::{Error, Options, RetryPolicy, ThreadOptions, Transport};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

use super::{is_wait_timeout, methods};
use crate::script::{Server, turn_completed, turn_response};
use crate::served::{meet, with_thread};

const LONG: Duration = Duration::from_secs(60);

fn is_refused<T>(outcome: Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::InsideRuntime))
}

fn runtimes() -> [Runtime; 2] {
    let current = Builder::new_current_thread().enable_all().build().unwrap();
    let many = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    [current, many]
}

/// Every way to wait, none of which may send or take anything.
fn check_that_all_is_refused(codex: &Codex, thread: &Thread, turn: &mut TurnHandle) {
    assert!(is_refused(codex.client()));
    assert!(is_refused(codex.server_info()));
    assert!(is_refused(codex.start_thread(ThreadOptions::default())));
    assert!(is_refused(codex.request(ModelListParams::default())));
    assert!(is_refused(codex.request_raw("any", json!({}))));
    assert!(is_refused(codex.events()));
    assert!(is_refused(codex.ensure_auth()));
    assert!(is_refused(codex.login_device_code()));
    assert!(is_refused(codex.shutdown()));
    assert!(is_refused(retry_on_overload(&RetryPolicy::new(), || Ok(()))));
    let mut pages = codex.threads(ThreadListParams::default());
    assert!(is_refused(pages.next_page()));
    assert!(is_refused(pages.next().unwrap()));
    assert!(pages.next().is_none());
    assert!(is_refused(pages.collect_all()));

    let client = thread.client();
    assert!(is_refused(client.request_within(ModelListParams::default(), Some(LONG))));
    assert!(is_refused(client.next_notification()));
    assert!(is_refused(client.next_notification_within(LONG)));
    assert!(is_refused(thread.run("no")));
    assert!(is_refused(thread.run_within("no", LONG)));
    assert!(is_refused(thread.start_turn("no")));
    assert!(is_refused(thread.start_turn_within("no", LONG)));
    assert!(is_refused(thread.start_goal("no")));
    assert!(is_refused(thread.goal_control().stop()));
    assert!(is_refused(thread.next_turn().wait()));

    assert!(is_refused(turn.wait()));
    assert!(is_refused(turn.wait_within(LONG)));
    assert!(is_refused(turn.steer("no")));
    assert!(is_refused(turn.control().interrupt()));
}

#[test]
fn every_call_fails_at_once_and_nothing_is_sent() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        // Were anything sent in between, it would come before this.
        server.meet().await;
        server.send(turn_completed("t", "u")).await;
    });
    let codex = {
        let (connect, _serving) = crate::served::Serving::start(async |_| {});
        Codex::connect_lazy(Options::new(), connect).unwrap()
    };
    let mut turn = thread.start_turn("hello").unwrap();
    for runtime in runtimes() {
        runtime.block_on(async {
            check_that_all_is_refused(&codex, &thread, &mut turn);
        });
    }
    meet(&thread.client());
    // Nothing was lost by it.
    assert_eq!(methods(&mut turn), ["turn/completed"]);
    assert!(turn.wait().is_ok());
}

#[test]
fn an_iterator_says_so_once_and_then_ends_and_goes_on_outside() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        server.meet().await;
        server.send(turn_completed("t", "u")).await;
    });
    let mut turn = thread.start_turn("hello").unwrap();
    let mut events = thread.events();
    let mut requests = thread.client().server_requests();
    for runtime in runtimes() {
        runtime.block_on(async {
            assert!(is_refused(turn.next().unwrap()));
            assert!(turn.next().is_none() && turn.next_within(LONG).is_none());
            assert!(is_refused(events.next_within(LONG).unwrap()));
            assert!(events.next().is_none());
            assert!(is_refused(requests.next().unwrap()));
            assert!(requests.next().is_none());
        });
        assert!(is_wait_timeout(&turn.next_within(Duration::ZERO).unwrap().unwrap_err()));
        assert!(is_wait_timeout(&events.next_within(Duration::ZERO).unwrap().unwrap_err()));
        assert!(is_wait_timeout(&requests.next_within(Duration::ZERO).unwrap().unwrap_err()));
    }
    meet(&thread.client());
    assert_eq!(methods(&mut turn), ["turn/completed"]);
}

#[test]
fn nothing_is_started_inside_a_runtime() {
    for runtime in runtimes() {
        runtime.block_on(async {
            let transport = || -> Result<Transport, Error> { panic!("a transport was made") };
            assert!(is_refused(Codex::connect(transport, Options::new())));
            assert!(is_refused(Client::connect(transport, Options::new())));
            assert!(is_refused(Codex::spawn()));
        });
    }
}

#[test]
fn threads_for_blocking_work_count_as_inside() {
    let (thread, _serving) = with_thread(async |server: &mut Server| server.meet().await);
    let [_, many] = runtimes();
    let there = thread.clone();
    many.block_on(async {
        let elsewhere = tokio::task::spawn_blocking(move || is_refused(there.run("no")));
        assert!(elsewhere.await.unwrap());
        let here = thread.clone();
        let place = async move { tokio::task::block_in_place(|| is_refused(here.run("no"))) };
        assert!(tokio::spawn(place).await.unwrap());
    });
    meet(&thread.client());
}

#[test]
fn a_thread_of_its_own_serves_an_asynchronous_program() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        server.send(turn_completed("t", "u")).await;
    });
    for runtime in runtimes().into_iter().take(1) {
        let thread = thread.clone();
        let id = runtime.block_on(async {
            let (done, outcome) = tokio::sync::oneshot::channel();
            std::thread::spawn(move || done.send(thread.run("hello").map(|it| it.id)));
            outcome.await.unwrap().unwrap()
        });
        assert_eq!(id, "u");
    }
}

#[test]
fn handles_may_be_dropped_inside_a_runtime() {
    for runtime in runtimes() {
        let (thread, serving) = with_thread(async |server: &mut Server| {
            server.serve("turn/start", turn_response("u")).await;
            assert!(server.is_at_end().await);
        });
        let turn = thread.start_turn("hello").unwrap();
        let events = thread.events();
        runtime.block_on(async move { drop((thread, events, turn)) });
        serving.join();
    }
}
