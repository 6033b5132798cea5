//! A secret that is pushed through every way in is printed by none: not by what is traced, not by an
//! error and its sources, not by the debug output of anything that holds it, not by a panic.

use std::error::Error as _;
use std::fmt::{Debug, Write as _};

use codex_app_client::protocol::{
    ApiKeyLoginAccountParams, ChatgptAuthTokensLoginAccountParams,
    ChatgptAuthTokensRefreshResponse, LoginAccountParams, Secret, ServerMessage,
};
use codex_app_client::{Error, Options, ProcessOptions, Transport};
use serde_json::{Value, json};

use crate::captured::Captured;
use crate::script::{connected, notification, start, with_thread};

const CANARY: &str = "sk-canary-8c1f2e";

/// Everything that was printed.
#[derive(Default)]
struct Printed(String);

impl Printed {
    fn debug(&mut self, what: &str, value: &dyn Debug) {
        writeln!(self.0, "{what}: {value:?} {value:#?}").unwrap();
        assert!(!self.0.contains(CANARY), "{what} prints it: {value:?}");
    }

    fn error(&mut self, what: &str, error: &Error) {
        self.debug(what, error);
        writeln!(self.0, "{what}: {error}").unwrap();
        let mut source = error.source();
        while let Some(error) = source {
            writeln!(self.0, "{what}: {error} {error:?}").unwrap();
            source = error.source();
        }
        assert!(!self.0.contains(CANARY), "{what} tells it");
    }
}

#[tokio::test(start_paused = true)]
async fn a_login_prints_no_secret_whatever_comes_of_it() {
    let (captured, _guard) = Captured::begin();
    let mut printed = Printed::default();
    let (codex, client, mut server) = connected().await;
    let line = |id: &Value| format!("{{\"id\":{id},\"result\":{{\"type\":\"{CANARY}\",\"x\":tru");
    for answer in 0..4 {
        let serve = async {
            let request = server.expect("account/login/start").await;
            assert!(request.to_string().contains(CANARY));
            match answer {
                0 => server.answer(&request, json!({"type": "apiKey"})).await,
                1 => server.answer(&request, json!([CANARY])).await,
                2 => server.send_bytes(format!("{}\n", line(&request["id"])).as_bytes()).await,
                _ => server.refuse(&request, "no").await,
            }
        };
        let (outcome, ()) = tokio::join!(codex.login_api_key(CANARY), serve);
        if let Err(error) = outcome {
            printed.error("login", &error);
        }
    }
    let call = client.request_raw("account/login/start", json!({"apiKey": CANARY}));
    let (outcome, ()) = tokio::join!(call, async {
        let request = server.expect("account/login/start").await;
        server.send_bytes(format!("{}\n", line(&request["id"])).as_bytes()).await;
    });
    printed.error("raw", &outcome.unwrap_err());
    let write = codex.write_config("providers.own.token", json!(CANARY));
    let (outcome, ()) = tokio::join!(write, async {
        let request = server.expect("config/value/write").await;
        server.refuse(&request, "no").await;
    });
    printed.error("config", &outcome.unwrap_err());
    printed.debug("codex", &codex);
    printed.debug("client", &client);
    drop((codex, client));
    assert!(captured.text().contains("codex_app_client"), "nothing was traced");
    assert!(!captured.text().contains(CANARY), "{}", captured.text());
}

#[tokio::test(start_paused = true)]
async fn what_waits_in_a_connection_is_not_printed_with_it() {
    let (captured, _guard) = Captured::begin();
    let mut printed = Printed::default();
    let (thread, client, mut server) = with_thread("t").await;
    let (mut events, of_thread) = (client.events(), thread.events());
    let requests = client.server_requests();
    let turn = start(&thread, &mut server, "u").await;
    let ids = json!({"threadId": "t", "turnId": "u", "itemId": "i", "delta": CANARY});
    let of_no_thread = notification("no/such", json!({"a": CANARY}));
    for _ in 0..100 {
        server.send(notification("item/agentMessage/delta", ids.clone())).await;
        server.send(of_no_thread.clone()).await;
    }
    let usage = json!({"threadId": "t", "turnId": "v", "x": CANARY});
    server.send(notification("thread/tokenUsage/updated", usage)).await;
    server.send_bytes(format!("{CANARY}\n").as_bytes()).await;
    server.send(json!({"id": CANARY, "method": "m", "params": {"x": CANARY}})).await;
    let call = tokio::spawn({
        let (client, params) = (client.clone(), json!({"token": CANARY}));
        async move { client.request_raw("test/slow", params).await }
    });
    server.expect("test/slow").await;
    server.barrier(&client).await;
    printed.debug("client", &client);
    printed.debug("thread", &thread);
    printed.debug("turn", &turn);
    printed.debug("control", &turn.control());
    printed.debug("events", &of_thread);
    printed.debug("requests", &requests);
    let error = loop {
        match events.next().await.unwrap() {
            Ok(codex_app_client::Event::InvalidLine(line)) => {
                printed.debug("invalid line", &line);
                drop(server);
                break events.next().await.map(|it| it.map(drop)).unwrap();
            }
            Ok(_) => {}
            Err(error) => break Err(error),
        }
    };
    if let Err(error) = error {
        printed.error("end", &error);
    }
    printed.error("call", &call.await.unwrap().unwrap_err());
    assert!(!captured.text().contains(CANARY), "{}", captured.text());
}

#[test]
fn what_holds_a_secret_does_not_print_it() {
    let mut printed = Printed::default();
    let process = ProcessOptions::new()
        .args([format!("--token={CANARY}")])
        .config("token", CANARY)
        .env("OPENAI_API_KEY", CANARY);
    printed.debug("process options", &process);
    printed.debug("secret", &Secret::from(CANARY));
    printed.debug("key", &ApiKeyLoginAccountParams::new(CANARY));
    printed.debug("login", &LoginAccountParams::from(ApiKeyLoginAccountParams::new(CANARY)));
    let tokens = ChatgptAuthTokensLoginAccountParams::new(CANARY, "account");
    printed.debug("tokens", &LoginAccountParams::from(tokens));
    printed.debug("refreshed", &ChatgptAuthTokensRefreshResponse::new(CANARY, "account"));
    let options = Options::new().on_token_refresh(|request| async move {
        request.respond(ChatgptAuthTokensRefreshResponse::new(CANARY, "account"))
    });
    printed.debug("options", &options);
    printed.debug("transport", &Transport::new(tokio::io::empty(), tokio::io::sink()));
    // What is written with a line that is no message, and what of it is given back.
    let line = format!("{{\"id\":1,\"result\":\"{CANARY}");
    printed.debug("invalid message", &ServerMessage::from_line(line).unwrap_err());
    // A panic prints the message, and an error in it no more than elsewhere.
    let panic = std::panic::catch_unwind(|| {
        let broken = format!("[\"{CANARY}\", tru]");
        codex_app_client::protocol::decode::from_str::<Vec<bool>>(&broken).unwrap()
    });
    let panic = panic.unwrap_err();
    printed.debug("panic", panic.downcast_ref::<String>().unwrap());
}

#[cfg(unix)]
#[tokio::test]
async fn a_process_that_cannot_be_started_prints_no_secret() {
    let (captured, _guard) = Captured::begin();
    let mut printed = Printed::default();
    for (program, args) in [("/no/such/program", ""), ("/", ""), ("sh", "exit 3")] {
        let process = ProcessOptions::new()
            .program(program)
            .args(["-c", args, CANARY])
            .env("OPENAI_API_KEY", CANARY);
        let outcome = codex_app_client::Codex::spawn_with(process, Options::new()).await;
        printed.error(program, &outcome.unwrap_err());
    }
    assert!(!captured.text().contains(CANARY), "{}", captured.text());
}
