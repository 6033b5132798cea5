//! What is set and given for a turn, as it reaches the model.

use std::collections::BTreeMap;

use codex_app_client::protocol::{
    ByteRange, Personality, ReasoningSummary, SandboxPolicy, TextElement, TurnStatus,
    WorkspaceWriteSandboxPolicy,
};
use codex_app_client::testing::ModelRequest;
use codex_app_client::{
    ApprovalMode, Error, Sandbox, SetApprovalMode as _, ThreadOptions, TurnInput,
};
use serde_json::{Value, json};

use crate::{Setup, answer, setup};

/// The least PNG that there is: one pixel.
const PIXEL: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, 0x49, 0x44, 0x41, 0x54,
    0x78, 0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0xf0, 0x1f, 0, 5, 0, 1, 0xff, 0x89, 0x99, 0x3d, 0x1d, 0, 0,
    0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

const PIXEL_URL: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4\
    nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==";

async fn request_of(it: &Setup, options: ThreadOptions, input: TurnInput) -> ModelRequest {
    let thread = it.codex.start_thread(options).await.unwrap();
    it.model.push(answer("Seen."));
    let result = thread.run(input).await.unwrap();
    assert_eq!(result.status, TurnStatus::Completed);
    it.model.requests().pop().unwrap()
}

/// What the model was given of a type, in the last message of the user.
fn given(request: &ModelRequest, kind: &str) -> Vec<Value> {
    let items = request.body()["input"].as_array().unwrap();
    let contents = items.iter().filter_map(|it| it["content"].as_array()).flatten();
    contents.filter(|it| it["type"] == kind).cloned().collect()
}

#[tokio::test]
async fn options_of_a_thread_reach_the_model() {
    let it = setup().await;
    let config = BTreeMap::from([("model_reasoning_effort".to_owned(), json!("low"))]);
    let options = ThreadOptions::default()
        .model("gpt-5.5")
        .base_instructions("You are a test.")
        .developer_instructions("Stay calm.")
        .config(config)
        .sandbox(Sandbox::ReadOnly)
        .approval_mode(ApprovalMode::DenyAll);
    let request = request_of(&it, options, "Hi.".into()).await;
    let body = request.body();
    assert_eq!(request.model(), Some("gpt-5.5"));
    assert_eq!(body["reasoning"]["effort"], "low");
    let body = body.to_string();
    for said in ["You are a test.", "Stay calm.", "read-only"] {
        assert!(body.contains(said), "{said}: {body}");
    }
    it.codex.shutdown().await;
}

#[tokio::test]
async fn what_is_left_unset_is_the_users_own() {
    let it = setup().await;
    let request = request_of(&it, ThreadOptions::default(), "Hi.".into()).await;
    assert_eq!(request.model(), Some("mock-model"));
    let thread = it.thread().await;
    let response = thread.read(false).await.unwrap();
    assert_eq!(response.model_provider.as_deref(), Some("mock"));
    it.codex.shutdown().await;
}

#[tokio::test]
async fn options_of_a_turn_reach_the_model() {
    let it = setup().await;
    let schema = json!({"type": "object", "properties": {"a": {"type": "string"}},
        "required": ["a"], "additionalProperties": false});
    let folder = it.home.workspace().join("inner");
    std::fs::create_dir(&folder).unwrap();
    let policy = WorkspaceWriteSandboxPolicy::default().network_access(true);
    let input = TurnInput::from("Hi.")
        .model("gpt-5.5")
        .effort("high")
        .summary(ReasoningSummary::Detailed)
        .personality(Personality::Friendly)
        .cwd(folder.to_str().unwrap())
        .approval_mode(ApprovalMode::AskUser)
        .sandbox(SandboxPolicy::from(policy))
        .client_message_id("mine")
        .output_schema(schema.clone());
    let request = request_of(&it, ThreadOptions::default(), input).await;
    let body = request.body();
    assert_eq!(request.model(), Some("gpt-5.5"));
    assert_eq!(body["reasoning"]["effort"], "high");
    assert_eq!(body["reasoning"]["summary"], "detailed");
    assert_eq!(body["text"]["format"]["schema"], schema);
    assert!(body.to_string().contains(folder.to_str().unwrap()), "{body}");
    it.codex.shutdown().await;
}

#[tokio::test]
async fn images_reach_the_model() {
    let it = setup().await;
    let path = it.home.workspace().join("pixel.dat");
    std::fs::write(&path, PIXEL).unwrap();
    let input = TurnInput::from("What are these?")
        .image_file(&path)
        .local_image(&path)
        .image_bytes(PIXEL)
        .image_url(PIXEL_URL);
    let request = request_of(&it, ThreadOptions::default(), input).await;
    let images = given(&request, "input_image");
    assert_eq!(images.len(), 4, "{images:?}");
    for image in &images {
        assert_eq!(image["image_url"], PIXEL_URL);
    }
    it.codex.shutdown().await;
}

#[tokio::test]
async fn an_image_that_is_none_is_not_sent() {
    let it = setup().await;
    let thread = it.thread().await;
    let path = it.home.workspace().join("letter.png");
    std::fs::write(&path, "Dear Sir or Madam,").unwrap();
    for input in [
        TurnInput::from("Look.").image_file(&path),
        TurnInput::from("Look.").image_file(it.home.workspace().join("nowhere.png")),
        TurnInput::from("Look.").image_bytes("Dear Sir or Madam,"),
    ] {
        assert!(matches!(thread.run(input).await, Err(Error::InvalidInput(_))));
    }
    // The thread is as free as before.
    thread.run("Never mind.").await.unwrap();
    assert_eq!(it.model.requests().len(), 1);
    it.codex.shutdown().await;
}

#[tokio::test]
async fn an_image_that_would_have_to_be_fetched_is_refused_by_the_server() {
    let it = setup().await;
    let thread = it.thread().await;
    let input = TurnInput::from("Look.").image_url("https://example.com/a.png");
    let error = thread.run(input).await.unwrap_err();
    assert!(matches!(&error, Error::Rpc { .. }), "{error:?}");
    it.codex.shutdown().await;
}

#[tokio::test]
async fn text_with_elements_skills_and_mentions_reach_the_model() {
    let it = setup().await;
    let folder = it.home.codex_home().join("skills/greet");
    std::fs::create_dir_all(&folder).unwrap();
    let skill = "---\nname: greet\ndescription: Says hello.\n---\nSay hello in Latin.\n";
    std::fs::write(folder.join("SKILL.md"), skill).unwrap();
    let element = TextElement::new(ByteRange::new(5, 0)).placeholder("@file");
    let input = TurnInput::default()
        .text_with_elements("@file, please", [element])
        .skill("greet", folder.join("SKILL.md"))
        .mention("notes", "notes.md");
    let request = request_of(&it, ThreadOptions::default(), input).await;
    let body = request.body().to_string();
    assert!(body.contains("@file, please") && body.contains("Say hello in Latin."), "{body}");
    it.codex.shutdown().await;
}

#[tokio::test]
async fn the_output_of_a_tool_starts_a_turn() {
    let it = setup().await;
    let input = TurnInput::tool_output("ci", "The build has failed.");
    let request = request_of(&it, ThreadOptions::default(), input).await;
    assert!(request.body().to_string().contains("The build has failed."));
    it.codex.shutdown().await;
}
