//! Behaviours 17 and 18: however the connection ends, everybody is told at once.

#![cfg_attr(not(unix), expect(unused_imports, reason = "many of these tests are for Unix alone"))]

use codex_app_client::protocol::ServerNotification;
use codex_app_client::testing::{Gate, MockModel, Reply, TestHome, server_path};
use codex_app_client::{
    Client, CloseReason, Codex, Error, Event, InvalidLineReason, Options, ProcessOptions,
    ThreadOptions, Transport,
};

use crate::setup::{answer, begun, filtered, held, setup_with};
#[cfg(unix)]
use crate::signals::{self, Signal};

#[cfg(unix)]
#[tokio::test]
async fn a_server_that_is_killed_ends_its_turns_at_once() {
    use std::os::unix::process::ExitStatusExt as _;

    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let process = home.process_options(server_path().unwrap());
    let codex = Codex::spawn_with(process, Options::new()).await.unwrap();
    let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
    let gate = Gate::new();
    model.push(held(&gate, "Never said."));
    let mut turn = thread.start_turn("Wait.").await.unwrap();
    begun(&mut turn).await;
    signals::send(Signal::KILL, codex.process_id());
    let error = turn.wait().await.unwrap_err();
    assert_eq!(error.closed().unwrap().exit_status.unwrap().signal(), Some(9));
    assert!(thread.run("late").await.unwrap_err().is_closed());
    gate.open();
}

#[tokio::test]
async fn a_server_is_started_and_shut_down_again_and_again() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    for _ in 0..10 {
        let process = home.process_options(server_path().unwrap());
        let codex = Codex::spawn_with(process, Options::new()).await.unwrap();
        codex.shutdown().await;
        assert!(codex.models().await.unwrap_err().is_closed());
    }
}

/// The server in a script of the shell, in which it is `$0`.
#[cfg(unix)]
fn scripted(home: &TestHome, script: &str) -> ProcessOptions {
    let server = server_path().unwrap().into_os_string();
    home.process_options("sh").args(["-c".into(), script.into(), server])
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_end_reaches_every_pending_call_and_stream_and_later_call_as_one_error() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let process = home.process_options(server_path().unwrap());
    let codex = Codex::spawn_with(process, Options::new()).await.unwrap();
    let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
    let gate = Gate::new();
    model.push(held(&gate, "Never said."));
    let mut turn = thread.start_turn("Wait.").await.unwrap();
    begun(&mut turn).await;
    let mut streams = [codex.events().await.unwrap(), thread.events()];
    let next = codex.thread("01a20000-0000-7000-8000-000000000000").await.unwrap().next_turn();
    let process_id = codex.process_id();
    // Stopped first, so that the calls are pending when it dies.
    signals::send(Signal::STOP, process_id);
    crate::processes::stopped(process_id.unwrap());
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let codex = codex.clone();
            let params = serde_json::json!({});
            tokio::spawn(async move { codex.request_raw("thread/loaded/list", params).await })
        })
        .collect();
    tokio::task::yield_now().await;
    signals::send(Signal::KILL, process_id);
    let mut errors = vec![turn.wait().await.unwrap_err(), next.await.unwrap_err()];
    for call in calls {
        errors.push(call.await.unwrap().unwrap_err());
    }
    for stream in &mut streams {
        let mut last = stream.next().await.unwrap();
        while last.is_ok() {
            last = stream.next().await.unwrap();
        }
        errors.push(last.unwrap_err());
    }
    errors.push(codex.models().await.unwrap_err());
    errors.push(thread.run("late").await.unwrap_err());
    for error in &errors {
        let closed = error.closed().unwrap_or_else(|| panic!("{error:?}"));
        assert_eq!(closed.reason, CloseReason::EndOfStream);
        assert!(closed.exit_status.is_some(), "{closed:?}");
    }
    gate.open();
}

#[cfg(unix)]
#[tokio::test]
async fn an_output_that_closes_ends_the_connection() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    // The filter goes away when a thread has been started; the server stays, and so does the shell,
    // neither of which has our pipe.
    let script = "exec 3>&1 4<&0 1>&-
        \"$0\" app-server <&4 3>&- | sed -u '/thread\\/started/q' >&3 3>&- &
        exec 3>&- 4<&-; wait";
    let codex = Codex::spawn_with(scripted(&home, script), Options::new()).await.unwrap();
    let client = codex.client().await.unwrap();
    let mut events = client.events();
    // Its answer may be lost: it comes before or after what the filter waits for.
    let _ = codex.start_thread(ThreadOptions::default()).await;
    let mut last = events.next().await.unwrap();
    while last.is_ok() {
        last = events.next().await.unwrap();
    }
    assert!(last.unwrap_err().is_closed());
    assert!(codex.models().await.unwrap_err().is_closed());
    codex.shutdown().await;
    #[cfg(target_os = "linux")]
    crate::processes::none_left(&home);
}

#[cfg(unix)]
#[tokio::test]
async fn an_input_that_breaks_ends_the_connection() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    // Three lines come through: the introduction, its confirmation, and the start of a thread.
    let script = "sed -u 3q | \"$0\" app-server";
    let codex = Codex::spawn_with(scripted(&home, script), Options::new()).await.unwrap();
    let thread = codex.start_thread(ThreadOptions::default()).await;
    let error = match thread {
        Ok(thread) => thread.run("Nobody reads this.").await.unwrap_err(),
        Err(error) => error,
    };
    assert!(error.is_closed(), "{error:?}");
    codex.shutdown().await;
    #[cfg(target_os = "linux")]
    crate::processes::none_left(&home);
}

#[cfg(unix)]
#[tokio::test]
async fn junk_among_the_servers_lines_is_counted_and_told_and_ends_nothing() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let script = "printf 'junk\\n\\377\\n{}\\n'; exec \"$0\" app-server";
    let client =
        Client::connect(Transport::spawn(&scripted(&home, script)).unwrap(), Options::new());
    let mut events = client.events();
    client.initialize().await.unwrap();
    assert_eq!(client.stats().invalid_lines, 3);
    let mut reasons = Vec::new();
    while reasons.len() < 3 {
        if let Event::InvalidLine(line) = events.next().await.unwrap().unwrap() {
            reasons.push(line.reason);
        }
    }
    let expected = [
        InvalidLineReason::NotAMessage,
        InvalidLineReason::NotUtf8,
        InvalidLineReason::NotAMessage,
    ];
    assert_eq!(reasons, expected);
    client.shutdown().await;
}

#[tokio::test]
async fn a_line_over_the_limit_is_an_error_and_not_a_silent_gap() {
    let limit = 64 * 1024;
    let it = setup_with(|home| home, Options::new().max_line_bytes(limit)).await;
    let mut events = it.codex.events().await.unwrap();
    // The whole text is told again with the item's end, and with the turn's.
    it.model.push(Reply::many_deltas(200, 1000));
    let error = it.thread.run("Talk.").await.unwrap_err();
    assert!(matches!(error, Error::TurnEndTooLong { limit: l, .. } if l == limit), "{error:?}");
    let mut n_told = 0;
    while n_told < 2 {
        if let Event::InvalidLine(line) = events.next().await.unwrap().unwrap() {
            assert_eq!(line.reason, InvalidLineReason::TooLong { limit });
            n_told += 1;
        }
    }
    let error = it.thread.read(true).await.unwrap_err();
    assert!(matches!(error, Error::ResponseTooLong { .. }), "{error:?}");
    assert!(it.thread.run("Go on.").await.is_ok());
    it.codex.shutdown().await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_turn_whose_answer_is_spoilt_on_its_way_is_no_success() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    // The answer's line breaks off in the middle of a string.
    let spoil = r#"sed -u '/"method":"item.completed".*agentMessage/s/Spoilt/\x01/'"#;
    let codex = Codex::spawn_with(filtered(&home, spoil), Options::new()).await.unwrap();
    let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
    model.push(answer("Spoilt."));
    match thread.run("Say it.").await {
        Err(Error::ItemsLost { result, lost_count: 1 }) => {
            assert_eq!(result.final_response, None);
            assert!(!result.items.is_empty());
        }
        other => panic!("{other:?}"),
    }
    model.push(answer("Whole."));
    let result = thread.run("Again.").await.unwrap();
    assert_eq!(result.final_response.as_deref(), Some("Whole."));
    codex.shutdown().await;
}

#[tokio::test]
async fn a_line_of_some_megabytes_is_read() {
    let it = setup_with(|home| home, Options::new()).await;
    it.model.push(Reply::many_deltas(400, 10_000));
    let mut turn = it.thread.start_turn("Talk.").await.unwrap();
    let mut text = String::new();
    while let Some(event) = turn.next().await {
        if let ServerNotification::ItemAgentMessageDelta(delta) = event.unwrap().body {
            text.push_str(&delta.delta.unwrap());
        }
    }
    assert_eq!(text.len(), 4_000_000);
    assert_eq!(turn.wait().await.unwrap().final_response, Some(text));
    it.codex.shutdown().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_shutdown_in_the_middle_of_a_command_leaves_nothing_behind() {
    let it = setup_with(|home| home, Options::new()).await;
    it.model.push(Reply::command("sleep 600"));
    let mut turn = it.thread.start_turn("Sleep.").await.unwrap();
    crate::setup::until(&mut turn, is_command).await;
    assert!(!crate::processes::of_home(&it.home).is_empty());
    it.codex.shutdown().await;
    assert!(turn.wait().await.unwrap_err().is_closed());
    crate::processes::none_left(&it.home);
}

#[cfg(target_os = "linux")]
#[test]
fn a_runtime_that_goes_away_in_the_middle_of_a_command_leaves_nothing_behind() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (it, turn) = runtime.block_on(async {
        let it = setup_with(|home| home, Options::new()).await;
        it.model.push(Reply::command("sleep 600"));
        let mut turn = it.thread.start_turn("Sleep.").await.unwrap();
        crate::setup::until(&mut turn, is_command).await;
        (it, turn)
    });
    assert!(crate::processes::of_home(&it.home).iter().any(|it| it.contains("sleep 600")));
    drop(runtime);
    assert!(turn.is_finished());
    // The command dies with its server, but the system takes a moment over it.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !crate::processes::of_home(&it.home).is_empty() {
        assert!(std::time::Instant::now() < deadline, "{:?}", crate::processes::of_home(&it.home));
        std::thread::yield_now();
    }
}

#[cfg(target_os = "linux")]
fn is_command(event: &ServerNotification) -> bool {
    matches!(event, ServerNotification::ItemStarted(started)
        if matches!(started.item, codex_app_client::protocol::ThreadItem::CommandExecution(_)))
}
