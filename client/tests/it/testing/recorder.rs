//! Recordings: complete, in order, and without secrets.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use codex_app_client::testing::{Recorder, Recording, Redaction, Scenario, wire};
use codex_app_client::{Codex, FrameDirection, Options, ThreadOptions};
use serde_json::json;

/// A file in memory.
#[derive(Clone, Default)]
pub(crate) struct Page(Arc<Mutex<Vec<u8>>>);

impl Page {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct FullDisk;

impl Write for FullDisk {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn every_line_is_written_down_both_ways_and_read_again() {
    let page = Page::default();
    let recorder = Recorder::new(page.clone(), Redaction::new());
    let (transport, run) =
        Scenario::new().initialize().thread("t").turn("t", "u", "Hello.").send_raw("junk").run();
    let codex = Codex::connect(transport, recorder.attach(Options::new())).await.unwrap();
    let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
    thread.run("hello").await.unwrap();
    run.finish().await.unwrap();
    codex.shutdown().await;
    recorder.finish().unwrap();
    let recording: Recording = page.text().parse().unwrap();
    let is_sent =
        |it: &&codex_app_client::testing::RecordedLine| it.direction == FrameDirection::Sent;
    let n_sent = recording.lines().iter().filter(is_sent).count();
    // initialize, initialized, thread/start, turn/start; three results, five notifications, junk.
    assert_eq!((n_sent, recording.lines().len()), (4, 13), "{}", page.text());
    assert_eq!(recording.lines()[12].text, "junk");
    assert!(recording.lines().is_sorted_by_key(|it| it.at));
}

#[tokio::test(start_paused = true)]
async fn no_secret_is_written_down() {
    let page = Page::default();
    let redaction = Redaction::new().replace("/home/me", "~").path("params.input.*.text");
    let recorder = Recorder::new(page.clone(), redaction);
    let scenario = Scenario::new()
        .initialize()
        .serve("account/login/start", json!({"type": "apiKey"}))
        .thread("t")
        .serve("turn/start", wire::turn_response("u"))
        .send(wire::agent_message_delta("t", "u", "i", "it is sk-hunter2hunter2hunter2"))
        .send_raw(r#"{"broken": {"apiKey": "hunter2"#)
        .send(wire::turn_completed("t", "u"));
    let (transport, run) = scenario.run();
    let codex = Codex::connect(transport, recorder.attach(Options::new())).await.unwrap();
    let login = json!({"type": "apiKey", "apiKey": "hunter2"});
    codex.request_raw("account/login/start", login).await.unwrap();
    let options = ThreadOptions::default().cwd("/home/me/project");
    let thread = codex.start_thread(options).await.unwrap();
    thread.run("my password is hunter2").await.unwrap();
    run.finish().await.unwrap();
    recorder.finish().unwrap();
    let text = page.text();
    assert!(!text.contains("hunter2") && !text.contains("/home/me"), "{text}");
    assert!(text.contains("it is <redacted>") && text.contains("~/project"), "{text}");
    assert_eq!(text.parse::<Recording>().unwrap().lines().len(), text.lines().count());
}

#[tokio::test(start_paused = true)]
async fn a_recorder_stands_in_the_way_of_no_other_tap() {
    let page = Page::default();
    let seen = Arc::new(Mutex::new(0));
    let inner = Arc::clone(&seen);
    let options = Options::new().on_frame(move |_, _| *inner.lock().unwrap() += 1);
    let recorder = Recorder::new(page.clone(), Redaction::new());
    let (transport, run) = Scenario::new().initialize().run();
    let _codex = Codex::connect(transport, recorder.attach(options)).await.unwrap();
    run.finish().await.unwrap();
    assert_eq!((*seen.lock().unwrap(), page.text().lines().count()), (3, 3));
}

#[tokio::test(start_paused = true)]
async fn a_full_disk_is_told_once_and_harms_nobody() {
    let recorder = Recorder::new(FullDisk, Redaction::new());
    let (transport, run) = Scenario::new().initialize().run();
    let _codex = Codex::connect(transport, recorder.attach(Options::new())).await.unwrap();
    run.finish().await.unwrap();
    assert_eq!(recorder.finish().unwrap_err().kind(), io::ErrorKind::StorageFull);
}
