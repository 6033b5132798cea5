//! What a turn is given and how it is set, as it is written; and what is never written.

use codex_app_client::protocol::{
    ByteRange, ImageDetail, ImageUserInput, Personality, ReasoningSummary, TextElement,
    TextUserInput, TurnToolOutput, UserInput,
};
use codex_app_client::{Codex, Error, InvalidInput, Options, TurnInput};
use serde_json::{Value, json};

use crate::script::{Server, start, turn_response, turn_started, with_thread};

async fn params_of(input: impl Into<TurnInput>) -> Value {
    let (thread, _client, mut server) = with_thread("t").await;
    let serve = server.serve("turn/start", turn_response("u"));
    let (turn, request) = tokio::join!(thread.start_turn(input), serve);
    turn.unwrap();
    request["params"].clone()
}

async fn check(input: impl Into<TurnInput>, expected: Value) {
    assert_eq!(params_of(input).await["input"], expected);
}

#[tokio::test]
async fn text_comes_in_many_forms() {
    let expected = || json!([{"type": "text", "text": "Hi."}]);
    check("Hi.", expected()).await;
    check("Hi.".to_owned(), expected()).await;
    check(&"Hi.".to_owned(), expected()).await;
    check(UserInput::text("Hi."), expected()).await;
    check([UserInput::text("Hi.")], expected()).await;
    check(vec![UserInput::text("Hi.")], expected()).await;
    check(TurnInput::new(["Hi."]), expected()).await;
    check(TurnInput::default().text("Hi."), expected()).await;
    check(TurnInput::default(), json!([])).await;
}

#[tokio::test]
async fn inputs_of_every_kind_are_written_in_their_order() {
    let element = TextElement::new(ByteRange::new(5, 0)).placeholder("file");
    let input = TurnInput::from("See")
        .text_with_elements("@file, please", [element])
        .image_url("https://example.com/a.png")
        .image_bytes(b"GIF89a")
        .local_image("/b.png")
        .item(ImageUserInput::with_url("https://example.com/c.png").detail(ImageDetail::Low))
        .audio_url("https://example.com/d.wav")
        .local_audio("/e.wav")
        .skill("greet", "/skills/greet/SKILL.md")
        .mention("notes", "app://notes");
    let expected = json!([
        {"type": "text", "text": "See"},
        {"type": "text", "text": "@file, please",
            "text_elements": [{"byteRange": {"start": 0, "end": 5}, "placeholder": "file"}]},
        {"type": "image", "url": "https://example.com/a.png"},
        {"type": "image", "url": "data:image/gif;base64,R0lGODlh"},
        {"type": "localImage", "path": "/b.png"},
        {"type": "image", "url": "https://example.com/c.png", "detail": "low"},
        {"type": "audio", "url": "https://example.com/d.wav"},
        {"type": "localAudio", "path": "/e.wav"},
        {"type": "skill", "name": "greet", "path": "/skills/greet/SKILL.md"},
        {"type": "mention", "name": "notes", "path": "app://notes"},
    ]);
    check(input, expected).await;
}

#[tokio::test]
async fn an_image_file_is_read_when_the_turn_is_started() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("late.txt");
    let input = TurnInput::from("Look.").image_file(&path).text("Well?");
    std::fs::write(&path, b"GIF89a").unwrap();
    let image = json!({"type": "image", "url": "data:image/gif;base64,R0lGODlh"});
    let text = |text: &str| json!({"type": "text", "text": text});
    check(input, json!([text("Look."), image, text("Well?")])).await;
}

#[tokio::test]
async fn every_setting_is_written_under_its_name() {
    let input = TurnInput::from("x")
        .model("m")
        .effort("high")
        .summary(ReasoningSummary::Concise)
        .cwd("/w")
        .personality(Personality::Pragmatic)
        .service_tier("flex")
        .service_tier_for_turn("priority")
        .output_schema(json!({"type": "object"}))
        .trigger("cron")
        .client_message_id("mine")
        .params(|params| params.disabled_plugin_ids(["p".to_owned()]));
    let expected = json!({
        "clientUserMessageId": "mine", "cwd": "/w", "disabledPluginIds": ["p"], "effort": "high",
        "input": [{"type": "text", "text": "x"}], "model": "m", "outputSchema": {"type": "object"},
        "personality": "pragmatic", "serviceTier": "flex", "serviceTierForTurn": "priority",
        "summary": "concise", "threadId": "t", "turnTrigger": "cron",
    });
    assert_eq!(params_of(input).await, expected);
}

#[tokio::test]
async fn the_output_of_a_tool_is_the_whole_input() {
    let expected = json!({"input": [], "threadId": "t",
        "toolOutput": {"name": "ci", "output": "It failed."}});
    assert_eq!(params_of(TurnInput::tool_output("ci", "It failed.")).await, expected);
    let output = TurnInput::tool_output("ci", "x").params(|mut params| {
        params.tool_output = params.tool_output.map(|it| it.namespace("builds"));
        params
    });
    let expected = json!({"name": "ci", "namespace": "builds", "output": "x"});
    assert_eq!(params_of(output).await["toolOutput"], expected);
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_before_anything_is_sent() {
    let (thread, client, mut server) = with_thread("t").await;
    let outside = |start, end| {
        let element = TextElement::new(ByteRange::new(end, start));
        TurnInput::default().text_with_elements("aé", [element])
    };
    let inputs = [
        TurnInput::tool_output("ci", "x").text("and more"),
        TurnInput::tool_output(" ", "x"),
        outside(0, 4),
        outside(0, 2),
        outside(2, 1),
        TurnInput::from("x").image_bytes("no image"),
        TurnInput::from("x").image_file("/there/is/no/such/file.png"),
    ];
    for input in inputs {
        let error = thread.start_turn(input).await.unwrap_err();
        assert!(matches!(error, Error::InvalidInput(_)), "{error:?}");
    }
    server.barrier(&client).await;
    // The thread is as free as before.
    let turn = start(&thread, &mut server, "u").await;
    server.send(turn_started("t", "u")).await;
    let error = turn.steer(TurnInput::tool_output("ci", "x")).await.unwrap_err();
    assert!(matches!(error, Error::InvalidInput(InvalidInput::SteeredToolOutput)), "{error:?}");
    server.barrier(&client).await;
}

#[tokio::test]
async fn what_an_old_server_would_ignore_is_not_sent() {
    let (transport, mut server) = Server::new();
    let introduce = async {
        server.serve("initialize", json!({"userAgent": "codex/0.150.0 (test)"})).await;
        server.expect("initialized").await;
    };
    let (codex, ()) = tokio::join!(Codex::connect(transport, Options::new()), introduce);
    let codex = codex.unwrap();
    let thread = codex.thread("t").await.unwrap();
    for input in [
        TurnInput::tool_output("ci", "x"),
        TurnInput::from("x").trigger("cron"),
        TurnInput::from("x").service_tier_for_turn("flex"),
    ] {
        let error = thread.start_turn(input).await.unwrap_err();
        let Error::ServerTooOld { required, .. } = &error else { panic!("{error:?}") };
        assert_eq!(required.to_string(), "0.151.0");
    }
    server.barrier(&codex.client().await.unwrap()).await;
    start(&thread, &mut server, "u").await;
}

#[tokio::test]
async fn a_running_turn_is_given_images_too() {
    let (thread, _client, mut server) = with_thread("t").await;
    let turn = start(&thread, &mut server, "u").await;
    server.send(turn_started("t", "u")).await;
    let steer = turn.steer(TurnInput::from("Look.").image_bytes(b"GIF89a").model("unused"));
    let (outcome, request) =
        tokio::join!(steer, server.serve("turn/steer", json!({"turnId": "u"})));
    outcome.unwrap();
    let input = json!([{"type": "text", "text": "Look."},
        {"type": "image", "url": "data:image/gif;base64,R0lGODlh"}]);
    let expected = json!({"threadId": "t", "expectedTurnId": "u", "input": input});
    assert_eq!(request["params"], expected);
}

#[test]
fn errors_of_inputs_are_one_line_and_name_the_file() {
    let path = std::path::PathBuf::from("/a/b.png");
    for (error, expected) in [
        (
            InvalidInput::NotAnImage { path: Some(path.clone()) },
            "/a/b.png is not a PNG, JPEG, GIF or WebP image",
        ),
        (InvalidInput::NotAnImage { path: None }, "the data is not a PNG, JPEG, GIF or WebP image"),
        (InvalidInput::FileTooLarge { path, limit: 5 }, "/a/b.png exceeds the limit of 5 bytes"),
    ] {
        assert_eq!(Error::InvalidInput(error).to_string(), expected);
    }
}

#[test]
fn params_of_a_turn_are_an_input() {
    let text = TextUserInput::new("x");
    let params = codex_app_client::protocol::TurnStartParams::new("ignored", [text]).model("m");
    let input = TurnInput::from(params).text("y");
    assert!(format!("{input:?}").contains("\"m\""));
    let output: TurnInput = TurnToolOutput::new(
        "ci",
        codex_app_client::protocol::FunctionCallOutputBody::String("x".to_owned()),
    )
    .into();
    assert!(format!("{output:?}").contains("ci"));
}
