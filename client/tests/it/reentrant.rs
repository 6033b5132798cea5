//! What a user's code does while the client works: it may ask the client something at any moment, and
//! other tasks get their turn.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Wake, Waker};
use std::time::Duration;

use codex_app_client::Client;
use futures_util::{FutureExt as _, Stream as _};
use serde_json::json;

use crate::script::{
    connected, item_started, message, notification, start, turn_completed, turn_started,
    with_thread,
};

/// Runs something that might get stuck, in a thread of its own.
fn gets_done<F: Future<Output = ()>>(something: impl FnOnce() -> F + Send + 'static) {
    let (done, is_done) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(something());
        done.send(()).unwrap();
    });
    is_done.recv_timeout(Duration::from_secs(60)).expect("it is stuck");
}

/// Looks at the client when it is woken.
struct Looks(Mutex<Option<Client>>, AtomicBool);

impl Wake for Looks {
    fn wake(self: Arc<Self>) {
        if let Some(client) = &*self.0.lock().unwrap() {
            let _stats = client.stats();
        }
        self.1.store(true, Ordering::Relaxed);
    }
}

#[test]
fn whoever_is_woken_may_look_at_the_client() {
    gets_done(|| async {
        let (thread, client, mut server) = with_thread("t").await;
        let mut turn = start(&thread, &mut server, "u").await;
        let looks = || Arc::new(Looks(Mutex::new(Some(client.clone())), AtomicBool::new(false)));
        let [event, end, next, idle] = [looks(), looks(), looks(), looks()];
        let wakers = [&event, &end, &next, &idle].map(|it| Waker::from(Arc::clone(it)));
        let mut events = thread.events();
        let mut next_turn = thread.next_turn();
        let mut is_idle = Box::pin(thread.wait_idle());
        let cx = &mut Context::from_waker(&wakers[0]);
        assert!(std::pin::Pin::new(&mut events).poll_next(cx).is_pending());
        let cx = &mut Context::from_waker(&wakers[1]);
        assert!(std::pin::Pin::new(&mut turn).poll_next(cx).is_pending());
        assert!(next_turn.poll_unpin(&mut Context::from_waker(&wakers[2])).is_pending());
        assert!(is_idle.poll_unpin(&mut Context::from_waker(&wakers[3])).is_pending());
        server.send(turn_started("t", "u")).await;
        server.send(turn_completed("t", "u")).await;
        server.send(notification("thread/closed", json!({"threadId": "t"}))).await;
        server.barrier(&client).await;
        for woken in [event, end, next, idle] {
            assert!(woken.1.load(Ordering::Relaxed));
            woken.0.lock().unwrap().take();
        }
    });
}

static CLIENT: OnceLock<Client> = OnceLock::new();

/// Looks at the client for every log record.
struct StatusLine;

impl tracing::Subscriber for StatusLine {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, _: &tracing::Event<'_>) {
        if let Some(client) = CLIENT.get() {
            let _stats = client.stats();
        }
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

#[test]
fn whoever_takes_down_the_log_may_look_at_the_client() {
    gets_done(|| async {
        let _subscribed = tracing::subscriber::set_default(StatusLine);
        let (_codex, client, mut server) = connected().await;
        CLIENT.get_or_init(|| client.clone());
        server.send_bytes(b"junk\n").await;
        server.send(json!({"id": 999, "result": {}})).await;
        server.send(json!({"id": 1, "method": "unknown/ask", "params": {}})).await;
        assert_eq!(server.receive().await["error"]["code"], -32601);
        server.barrier(&client).await;
        drop(server);
        assert!(client.next_notification().await.unwrap_err().is_closed());
    });
}

#[tokio::test(start_paused = true)]
async fn whoever_has_much_to_read_leaves_time_for_others() {
    const N_EVENTS: usize = 10_000;
    let (thread, client, mut server) = with_thread("t").await;
    let mut turn = start(&thread, &mut server, "u").await;
    server.send(turn_started("t", "u")).await;
    let item = item_started("t", "u", message("i", "", None)).to_string() + "\n";
    for _ in 0..N_EVENTS / 100 {
        server.send_bytes(item.repeat(100).as_bytes()).await;
    }
    server.send(turn_completed("t", "u")).await;
    server.barrier(&client).await;
    let n_others = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&n_others);
    let other = tokio::spawn(async move {
        loop {
            counted.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
        }
    });
    turn.wait().await.unwrap();
    other.abort();
    let n_others = n_others.load(Ordering::Relaxed);
    assert!(n_others > N_EVENTS / 1000, "{n_others}");
}
