//! Slow readers: the server cuts off who does not read, and a consumer that takes nothing is none.

use codex_app_client::testing::{Gate, MockModel, Reply, TestHome};
use codex_app_client::{CloseReason, Codex, Options, ThreadOptions, Transport, WebSocketOptions};
use serde_json::json;
use tokio::net::TcpStream;

use crate::held::{Brake, Held};
use crate::setup::{LISTENING, Listening, Way, setup};

const N_DELTAS: usize = 200_000;
/// The server keeps 32,768 messages for a client, and the system some megabytes more.
const TOO_MANY: usize = 90_000;
const LONG: usize = 200;

fn is_complaint(line: &str) -> bool {
    line.contains("slow connection")
}

async fn held(server: &Listening, way: Way, brake: &Brake) -> Codex {
    let options = WebSocketOptions::new("ws://localhost");
    let brake = brake.clone();
    let transport = match way {
        #[cfg(unix)]
        Way::Unix => {
            let path = server.url.trim_start_matches("unix://");
            let stream = tokio::net::UnixStream::connect(path).await.unwrap();
            Transport::websocket_over(Held { stream, brake }, &options).await
        }
        _ => {
            let address = server.url.trim_start_matches("ws://");
            let stream = TcpStream::connect(address).await.unwrap();
            Transport::websocket_over(Held { stream, brake }, &options).await
        }
    };
    Codex::connect(transport.unwrap(), Options::new()).await.unwrap()
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut_off_and_its_turn_goes_on() {
    for &way in LISTENING {
        let model = MockModel::start().await.unwrap();
        let home = TestHome::new(&model).unwrap();
        let mut server = Listening::start(&home, way, &[]).await;
        let brake = Brake::default();
        let codex = held(&server, way, &brake).await;
        let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
        let (begin, end) = (Gate::new(), Gate::new());
        let flood = Reply::many_deltas(TOO_MANY, LONG).phase("final_answer").hold(&end);
        model.push(Reply::hold(&begin).then(flood));
        let mut turn = thread.start_turn("Say much.").await.unwrap();
        begin.reached(1).await;
        brake.hold();
        begin.open();
        while !is_complaint(&server.stderr.recv().await.unwrap()) {}
        brake.release();
        let error = turn.wait().await.unwrap_err();
        assert_eq!(error.closed().unwrap().reason, CloseReason::AbnormalClosure, "{way:?}");
        assert!(error.to_string().contains("the client too slow"), "{error}");
        // The server has only lost a client.
        let codex = server.connect().await.unwrap();
        let resumed = codex.resume_thread(thread.id()).await.unwrap();
        let mut same = resumed.active_turn().unwrap();
        assert_eq!(same.id(), turn.id());
        end.open();
        let result = same.wait().await.unwrap();
        assert!(result.final_response.unwrap().len() >= LONG * TOO_MANY);
        codex.shutdown().await;
        server.process.kill().await.unwrap();
    }
}

#[tokio::test]
async fn a_consumer_that_takes_nothing_of_a_flood_is_not_cut_off() {
    let mut it = setup(Way::WebSocket).await;
    let end = Gate::new();
    let flood = Reply::many_deltas(N_DELTAS, 8).phase("final_answer").hold(&end);
    it.model.push(flood);
    let mut turn = it.thread.start_turn("Say much.").await.unwrap();
    let client = it.codex.client().await.unwrap();
    // Nothing is taken until all of it is here.
    while client.stats().received_lines < N_DELTAS as u64 {
        client.request_raw("thread/loaded/list", json!({})).await.unwrap();
    }
    end.open();
    let result = turn.wait().await.unwrap();
    assert!(result.final_response.unwrap().len() >= 8 * N_DELTAS);
    let stderr = &mut it.server.as_mut().unwrap().stderr;
    while let Ok(line) = stderr.try_recv() {
        assert!(!is_complaint(&line), "{line}");
    }
    it.end().await;
}
