//! Behaviours 1, 2 and 18: how a server is begun, once, and got rid of.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use codex_app_client::blocking::{Client, Codex};
use codex_app_client::{Error, Options, ProcessOptions};
use serde_json::json;

use crate::script::Server;
use crate::served::{Serving, connected};

#[test]
fn missing_metadata_fails_and_closes_the_connection() {
    let (connect, serving) = Serving::start(async |mut servers| {
        let mut server: Server = servers.recv().await.unwrap();
        server.serve("initialize", json!({})).await;
        // Nothing more is written, not even `initialized`.
        assert!(server.is_at_end().await);
    });
    let error = Codex::connect(connect, Options::new()).unwrap_err();
    assert!(error.to_string().starts_with("initialize response missing required metadata"));
    assert!(matches!(error, Error::MissingMetadata { .. }));
    serving.join();
}

#[test]
fn a_refused_initialize_closes_the_connection() {
    let (connect, serving) = Serving::start(async |mut servers| {
        let mut server: Server = servers.recv().await.unwrap();
        let request = server.expect("initialize").await;
        server.refuse(&request, "no").await;
        assert!(server.is_at_end().await);
    });
    let error = Codex::connect(connect, Options::new()).unwrap_err();
    assert_eq!(error.rpc().unwrap().message, "no");
    serving.join();
}

#[test]
fn a_server_is_known_once_it_is_initialised() {
    let (connect, _serving) = Serving::start(async |mut servers| {
        let mut server: Server = servers.recv().await.unwrap();
        server.initialize().await;
        server
    });
    let client = Client::connect(connect, Options::new()).unwrap();
    assert_eq!(client.initialize().unwrap().version, "0.169.0");
    let (codex, _serving) = connected(async |_| {});
    assert_eq!(codex.server_info().unwrap().name, "codex");
    // It is no process of ours.
    assert_eq!((codex.process_id(), client.process_id()), (None, None));
}

#[test]
fn many_threads_that_use_a_lazy_server_first_start_it_once() {
    let n_attempts = Arc::new(AtomicUsize::new(0));
    let (connect, _serving) = Serving::start(async |mut servers| {
        let mut server: Server = servers.recv().await.unwrap();
        server.initialize().await;
        for _ in 0..8 {
            server.serve("model/list", json!({"data": []})).await;
        }
        server
    });
    let counter = Arc::clone(&n_attempts);
    let codex = Codex::connect_lazy(Options::new(), move || {
        counter.fetch_add(1, Ordering::Relaxed);
        connect()
    })
    .unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(codex.models().unwrap(), []));
        }
    });
    assert_eq!(n_attempts.load(Ordering::Relaxed), 1);
}

#[test]
fn a_failed_start_is_told_and_the_next_use_tries_again() {
    let (connect, _serving) = Serving::start(async |mut servers| {
        let mut first: Server = servers.recv().await.unwrap();
        first.serve("initialize", json!({})).await;
        drop(first);
        let mut second: Server = servers.recv().await.unwrap();
        second.initialize().await;
        second
    });
    let codex = Codex::connect_lazy(Options::new(), connect).unwrap();
    assert!(matches!(codex.server_info(), Err(Error::MissingMetadata { .. })));
    assert_eq!(codex.server_info().unwrap().name, "codex");
}

#[test]
fn what_was_never_used_is_never_started() {
    let n_attempts = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&n_attempts);
    let codex = Codex::connect_lazy(Options::new(), move || {
        counter.fetch_add(1, Ordering::Relaxed);
        Err(Error::ProgramNotFound { program: "codex".to_owned(), tried: Vec::new() })
    })
    .unwrap();
    codex.shutdown().unwrap();
    assert_eq!(n_attempts.load(Ordering::Relaxed), 0);
    assert!(matches!(codex.models(), Err(Error::ProgramNotFound { .. })));
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let process = ProcessOptions::new().program("/nowhere/codex");
    let error = Codex::spawn_with(process, Options::new()).unwrap_err();
    assert!(
        matches!(&error, Error::ProgramNotFound { program, .. } if program == "/nowhere/codex")
    );
}

#[cfg(unix)]
mod process {
    use codex_app_client::blocking::Codex;
    use serde_json::json;

    use crate::process::{exists, gone_soon};
    use crate::shell::{ANSWER_ALL, quick, shell};

    fn spawn() -> (Codex, String) {
        let codex = Codex::spawn_with(shell(ANSWER_ALL), quick()).unwrap();
        let pid = codex.process_id().unwrap().to_string();
        (codex, pid)
    }

    #[test]
    fn a_shutdown_leaves_no_process() {
        let (codex, pid) = spawn();
        assert!(exists(&pid));
        codex.shutdown().unwrap();
        assert!(!exists(&pid));
        assert!(codex.request_raw("late", json!({})).unwrap_err().is_closed());
    }

    #[test]
    fn a_process_that_dies_tells_its_status_and_its_last_words() {
        let script = r#"
            read -r initialize
            echo '{"id":1,"result":{"userAgent":"sh/1.0"}}'
            read -r initialized; read -r request
            echo 'Error: gone' >&2; exit 3
        "#;
        let codex = Codex::spawn_with(shell(script), quick()).unwrap();
        let error = codex.request_raw("die", json!({})).unwrap_err();
        let closed = error.closed().unwrap();
        assert_eq!(closed.exit_status.unwrap().code(), Some(3));
        assert_eq!(closed.stderr_tail, "Error: gone\n");
    }

    #[test]
    fn dropping_the_last_handle_gets_rid_of_the_process() {
        let (codex, pid) = spawn();
        drop(codex);
        gone_soon(&pid);
    }
}
