//! Threads, options, inputs, accounts and goals against the real app-server, in front of a scripted
//! model.
#![expect(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod account;
mod catalog;
mod commands;
mod examples;
mod goals;
mod inputs;
mod lifecycle;
mod listing;
mod refusals;
mod settings;
mod streaming;

use codex_app_client::testing::{MockModel, Reply, TestHome, server_path};
use codex_app_client::{Codex, Options, Thread, ThreadOptions};

/// A server and the model behind it.
struct Setup {
    model: MockModel,
    codex: Codex,
    // Last: the server has to be gone before its home.
    home: TestHome,
}

async fn setup() -> Setup {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let codex = spawn(&home).await;
    Setup { model, codex, home }
}

/// Starts a server; several may share a home.
async fn spawn(home: &TestHome) -> Codex {
    let process = home.process_options(server_path().unwrap());
    Codex::spawn_with(process, Options::new()).await.unwrap()
}

impl Setup {
    async fn thread(&self) -> Thread {
        self.codex.start_thread(ThreadOptions::default()).await.unwrap()
    }

    /// A thread that the server keeps, since a turn was run.
    async fn kept_thread(&self) -> Thread {
        let thread = self.thread().await;
        self.model.push(answer("Hello."));
        thread.run("Hi.").await.unwrap();
        thread
    }
}

fn answer(text: &str) -> Reply {
    Reply::message(text).phase("final_answer").into()
}
