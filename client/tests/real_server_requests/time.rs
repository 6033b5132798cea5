//! What time it is: asked when the configuration says that the clock is the client's.

use codex_app_client::Options;
use codex_app_client::protocol::{CurrentTimeReadResponse, TurnStatus};

use crate::setup::setup_with;

const CLOCK: &str = "[features.current_time_reminder]\nenabled = true\n\
    clock_source = \"external\"\nreminder_interval_seconds = 1\n";

#[tokio::test]
async fn the_model_is_told_the_time_of_the_client() {
    let options = Options::new().experimental_api(true);
    let options = options.on_current_time(|request| async move {
        request.respond(CurrentTimeReadResponse::new(981_173_106))
    });
    let it = setup_with(|home| home.extra_toml(CLOCK), options).await;
    assert_eq!(it.thread.run("Hello.").await.unwrap().status, TurnStatus::Completed);
    let heard = it.model.requests().last().unwrap().body().to_string();
    assert!(heard.contains("2001-02-03"), "{heard}");
    it.codex.shutdown().await;
}
