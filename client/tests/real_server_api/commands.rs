//! Commands that a program has the server execute, without a thread and without the model.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use codex_app_client::protocol::{
    CommandExecParams, CommandExecTerminateParams, CommandExecWriteParams, ServerNotification,
};
use codex_app_client::testing::server_path;
use codex_app_client::{Codex, Event, Events, Options};

use crate::setup;

#[tokio::test]
async fn a_variable_can_be_set_and_unset() {
    let it = setup().await;
    let command = ["/bin/sh", "-c", "echo ${HOME-unset} ${OWN-unset}; exit 3"];
    let env =
        BTreeMap::from([("HOME".to_owned(), None), ("OWN".to_owned(), Some("set".to_owned()))]);
    let outcome = it.codex.request(CommandExecParams::new(command).env(env)).await.unwrap();
    assert_eq!((outcome.exit_code, outcome.stdout.as_deref()), (Some(3), Some("unset set\n")));
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_command_is_written_to_and_read_from_while_it_runs() {
    let it = setup().await;
    let mut events = it.codex.events().await.unwrap();
    let talk = async {
        assert_eq!(written(&it.codex, "Hello\n", &mut events).await, "Hello\n");
        assert_eq!(written(&it.codex, "again\n", &mut events).await, "again\n");
        let end = CommandExecWriteParams::new("p1").close_stdin(true);
        it.codex.request(end).await.unwrap();
    };
    assert_eq!(tokio::join!(cat(&it.codex), talk).0, Some(0));
    it.codex.shutdown().await;
}

/// On a server of its own: one that has told the end of a command may hold its id for a moment.
#[tokio::test]
async fn a_command_is_terminated_while_it_runs() {
    let it = setup().await;
    let mut events = it.codex.events().await.unwrap();
    let talk = async {
        assert_eq!(written(&it.codex, "once more\n", &mut events).await, "once more\n");
        it.codex.request(CommandExecTerminateParams::new("p1")).await.unwrap();
    };
    assert_ne!(tokio::join!(cat(&it.codex), talk).0, Some(0));
    it.codex.shutdown().await;
}

#[tokio::test]
async fn commands_are_controlled_though_no_more_requests_may_be_in_flight() {
    let it = setup().await;
    let process = it.home.process_options(server_path().unwrap());
    let options = Options::new().max_in_flight(1);
    let codex = Codex::spawn_with(process, options).await.unwrap();
    let mut events = codex.events().await.unwrap();
    let talk = async {
        assert_eq!(written(&codex, "Hello\n", &mut events).await, "Hello\n");
        codex.request(CommandExecTerminateParams::new("p1")).await.unwrap();
    };
    assert_ne!(tokio::join!(cat(&codex), talk).0, Some(0));
    codex.shutdown().await;
    it.codex.shutdown().await;
}

/// Runs to the end of the command, and tells how it ended.
async fn cat(codex: &Codex) -> Option<i32> {
    let params = CommandExecParams::new(["cat"])
        .process_id("p1")
        .stream_stdin(true)
        .stream_stdout_stderr(true);
    codex.request(params).await.unwrap().exit_code
}

/// What the command says next when it is written to. It may be about to start.
async fn written(codex: &Codex, text: &str, events: &mut Events) -> String {
    let params = || CommandExecWriteParams::new("p1").delta_base64(STANDARD.encode(text));
    while codex.request(params()).await.is_err() {
        tokio::task::yield_now().await;
    }
    let mut said = String::new();
    while said.len() < text.len() {
        if let Event::Notification(event) = events.next().await.unwrap().unwrap()
            && let ServerNotification::CommandExecOutputDelta(delta) = event.body
        {
            let bytes = STANDARD.decode(delta.delta_base64.unwrap()).unwrap();
            said.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }
    said
}
