//! Answers of a type, and tools of the client, with the real server.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod answers;
mod tools;

use codex_app_client::testing::{MockModel, TestHome, server_path};
use codex_app_client::{Codex, Options};

async fn start(options: Options) -> (MockModel, TestHome, Codex) {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let codex = spawn(&home, options).await;
    (model, home, codex)
}

async fn spawn(home: &TestHome, options: Options) -> Codex {
    Codex::spawn_with(home.process_options(server_path().unwrap()), options).await.unwrap()
}
