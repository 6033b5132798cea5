//! Recordings of the real server, fed back.

#[cfg(feature = "experimental")]
use std::fs;
use std::path::Path;

use codex_app_client::testing::{Recording, ScriptErrorKind};
use codex_app_client::{Codex, Options, ThreadOptions};

fn trace(name: &str) -> Recording {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/tests/traces");
    Recording::read(folder.join(name).with_extension("jsonl")).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_turn_of_a_real_server_is_replayed() {
    let (transport, run) = trace("a_simple_turn").replay().unwrap().run();
    let codex = Codex::connect(transport, Options::new()).await.unwrap();
    let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
    let result = thread.run("whatever").await.unwrap();
    assert!(result.final_response.is_some_and(|it| !it.is_empty()));
    run.finish().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_something_else_is_told_where() {
    let (transport, run) = trace("a_simple_turn").replay().unwrap().run();
    let codex = Codex::connect(transport, Options::new()).await.unwrap();
    assert!(codex.resume_thread("t").await.is_err());
    let error = run.finish().await.unwrap_err();
    assert!(matches!(error.kind(), ScriptErrorKind::Unexpected { .. }), "{error}");
    let expected = "the script expects thread/start, but the client sent";
    assert!(error.to_string().starts_with(expected), "{error}");
}

#[cfg(feature = "experimental")]
#[test]
fn what_a_real_server_says_is_let_through_but_for_what_no_schema_has() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/tests/traces");
    let (mut n_traces, mut refused) = (0, Vec::new());
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let recording = Recording::read(&path).unwrap();
        if let Err(error) = recording.replay() {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            refused.push((name, error.to_string()));
            let _ = recording.replay_raw().unwrap();
        }
        n_traces += 1;
    }
    assert!(n_traces > 50, "{n_traces}");
    let [(name, error)] = &refused[..] else { panic!("{refused:#?}") };
    assert_eq!(name, "a_simple_turn_experimental");
    assert!(error.contains("unknown method: {\"method\":\"rawResponseItem/completed\""), "{error}");
}
