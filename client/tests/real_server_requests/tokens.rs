//! New ChatGPT tokens: asked for when the model refuses the old ones. Nothing leaves the machine: what
//! does not go to the model server goes to a proxy that is not there.

use codex_app_client::protocol::{
    ChatgptAuthTokensLoginAccountParams, ChatgptAuthTokensRefreshResponse,
};
use codex_app_client::server_request::ReplyStatus;
use codex_app_client::testing::{MockModel, ModelError, Reply, TestHome, server_path};
use codex_app_client::{Codex, Options, ThreadOptions};

/// The claims that the server looks for: an address, an account and a plan, all made up.
const CLAIMS: &str = concat!(
    "eyJlbWFpbCI6ImFAYi5leGFtcGxlIiwiaHR0cHM6Ly9hcGkub3BlbmFpLmNvbS9hdXRoIjp7ImNo",
    "YXRncHRfYWNjb3VudF9pZCI6ImFjY291bnQiLCJjaGF0Z3B0X3BsYW5fdHlwZSI6ImZyZWUifX0",
);
const NOWHERE: &str = "http://127.0.0.1:9";

/// No secret: it has no signature that anybody would accept.
fn token(signature: &str) -> String {
    format!("eyJhbGciOiJub25lIn0.{CLAIMS}.{signature}")
}

/// Why a turn fails whose request the model has refused.
async fn failure(options: Options) -> String {
    let model = MockModel::start().await.unwrap();
    let provider = format!(
        "chatgpt_base_url = \"{url}\"\n[model_providers.account]\nname = \"account\"\n\
         base_url = \"{url}\"\nwire_api = \"responses\"\nrequires_openai_auth = true\n\
         request_max_retries = 0\nstream_max_retries = 0\nsupports_websockets = false\n",
        url = model.base_url(),
    );
    let home = TestHome::builder(&model).extra_toml(&provider).build().unwrap();
    let mut process = home.process_options(server_path().unwrap());
    for (name, value) in
        [("HTTPS_PROXY", NOWHERE), ("HTTP_PROXY", NOWHERE), ("NO_PROXY", "127.0.0.1")]
    {
        process = process.env(name, value);
    }
    let codex = Codex::spawn_with(process, options.experimental_api(true)).await.unwrap();
    let login = ChatgptAuthTokensLoginAccountParams::new(token("old"), "account");
    codex.login_chatgpt_tokens(login).await.unwrap();
    let options = ThreadOptions::default().model_provider("account".to_owned());
    let thread = codex.start_thread(options).await.unwrap();
    model.push(Reply::error(ModelError::Unauthorized));
    let failure = thread.run("Hello.").await.unwrap_err();
    let bearer = format!("Bearer {}", token("old"));
    let requests = model.requests();
    let first = requests.first().unwrap_or_else(|| panic!("{failure:?}"));
    assert_eq!(first.header("authorization"), Some(bearer.as_str()));
    codex.shutdown().await;
    failure.to_string()
}

#[tokio::test]
async fn new_tokens_are_asked_for_and_taken() {
    let (answered, mut hears) = tokio::sync::mpsc::unbounded_channel();
    let options = Options::new().on_token_refresh(move |request| {
        let answered = answered.clone();
        async move {
            assert_eq!(request.params.previous_account_id.as_deref(), Some("account"));
            let tokens = ChatgptAuthTokensRefreshResponse::new(token("new"), "account");
            answered.send(request.respond(tokens)).unwrap();
        }
    });
    // What comes after is not to be had here: a policy that the server gets elsewhere.
    let failure = failure(options).await;
    assert!(!failure.contains("auth refresh request failed"), "{failure}");
    assert_eq!(hears.try_recv().unwrap().unwrap(), ReplyStatus::Sent);
}

#[tokio::test]
async fn without_new_tokens_the_turn_fails() {
    let failure = failure(Options::new()).await;
    assert!(failure.contains("auth refresh request failed: code=-32601"), "{failure}");
}
