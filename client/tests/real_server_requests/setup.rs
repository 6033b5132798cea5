//! A server that asks before it does anything, and the model behind it.

use codex_app_client::testing::{MockModel, TestHome, TestHomeBuilder, server_path};
use codex_app_client::{Codex, Options, Thread, ThreadOptions};

pub(crate) struct Setup {
    pub(crate) model: MockModel,
    pub(crate) codex: Codex,
    pub(crate) thread: Thread,
    // Last: the server has to be gone before its home.
    pub(crate) home: TestHome,
}

pub(crate) async fn setup(options: Options) -> Setup {
    setup_with(|home| home, options).await
}

pub(crate) async fn setup_with(
    configure: impl FnOnce(TestHomeBuilder) -> TestHomeBuilder,
    options: Options,
) -> Setup {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::builder(&model).approval_policy("on-request").sandbox_mode("read-only");
    let home = configure(home).build().unwrap();
    let process = home.process_options(server_path().unwrap());
    let codex = Codex::spawn_with(process, options).await.unwrap();
    let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
    Setup { model, codex, thread, home }
}

impl Setup {
    /// What the tools have told the model since the last time it was asked by the user.
    pub(crate) fn last_tool_outputs(&self) -> Vec<String> {
        self.model.requests().last().unwrap().tool_outputs()
    }
}
