//! Answers of a type.

use codex_app_client::protocol::{ThreadResumeParams, TurnStatus};
use codex_app_client::testing::{Gate, Reply};
use codex_app_client::{Error, Options, OutputSchema, ThreadOptions, TurnInput};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::{spawn, start};

#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
struct Answer {
    number: u8,
    reason: Option<String>,
}

fn answer(text: &str) -> Reply {
    Reply::message(text).phase("final_answer").into()
}

#[tokio::test]
async fn the_model_is_asked_for_the_type_and_the_answer_is_decoded() {
    let (model, home, codex) = start(Options::new()).await;
    let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
    model.push(answer(r#"{"number": 42, "reason": null}"#));
    let result: Answer = thread.run_as("What is it?").await.unwrap();
    assert_eq!(result, Answer { number: 42, reason: None });
    let asked = &model.requests().last().unwrap().body()["text"]["format"].clone();
    assert_eq!((&asked["type"], &asked["strict"]), (&json!("json_schema"), &json!(true)));
    let schema = OutputSchema::<Answer>::new().unwrap();
    assert_eq!(&asked["schema"], schema.as_value());

    // The same with what the turn has come to.
    model.push(answer(r#"{"number": 43, "reason": null}"#));
    let (result, turn) = thread.run_as_with_result::<Answer>("What is it?").await.unwrap();
    assert_eq!(result.number, 43);
    assert_eq!((&*turn.thread_id, turn.status), (thread.id(), TurnStatus::Completed));
    assert!(turn.items.len() == 2 && turn.usage.is_some());

    // It holds for that turn alone, and works on a thread that was resumed.
    thread.run("And now?").await.unwrap();
    assert!(model.requests().last().unwrap().body()["text"]["format"].is_null());
    let id = thread.id().to_owned();
    codex.shutdown().await;
    let codex = spawn(&home, Options::new()).await;
    let thread = codex.resume_thread(ThreadResumeParams::new(id)).await.unwrap();
    model.push(answer(r#"{"value": ["a", "b"]}"#));
    let list: Vec<String> = thread.run_as("Name two.").await.unwrap();
    assert_eq!(list, ["a", "b"]);
    codex.shutdown().await;
}

#[tokio::test]
async fn another_answer_is_an_error_with_all_there_is() {
    let (model, _home, codex) = start(Options::new()).await;
    let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
    for (text, place) in [
        ("I would rather not.", "not valid JSON, at line 1 column 1"),
        (r#"{"number": 300, "reason": null}"#, "a different shape, at line 1 column 14"),
        ("{}", "a different shape, at line 1 column 2"),
    ] {
        model.push(answer(text));
        let error = thread.run_as::<Answer>("What is it?").await.unwrap_err();
        assert!(error.to_string().contains(place) && !error.to_string().contains("300"), "{error}");
        let Error::InvalidOutput { result, .. } = error else { panic!("{error:?}") };
        assert_eq!(result.final_response.as_deref(), Some(text));
        assert!(result.usage.is_some());
    }
    codex.shutdown().await;
}

#[tokio::test]
async fn an_interrupted_turn_has_no_answer() {
    let (model, _home, codex) = start(Options::new()).await;
    let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
    let gate = Gate::new();
    model.push(Reply::hold(&gate));
    let schema = OutputSchema::<Answer>::new().unwrap();
    let mut turn = thread.start_turn(schema.apply_to("What is it?")).await.unwrap();
    gate.reached(1).await;
    turn.interrupt().await.unwrap();
    let result = turn.wait().await.unwrap();
    assert_eq!(result.status, TurnStatus::Interrupted);
    let error = schema.parse(&result).unwrap_err();
    assert!(matches!(error, Error::NoFinalResponse { .. }), "{error:?}");
    codex.shutdown().await;
}

#[tokio::test]
async fn a_schema_of_ones_own_is_parsed_too() {
    let (model, _home, codex) = start(Options::new()).await;
    let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
    model.push(answer(r#"{"number": 1}"#));
    let schema = json!({"type": "object", "properties": {"number": {"type": "integer"}},
        "required": ["number"], "additionalProperties": false});
    let result = thread.run(TurnInput::from("One.").output_schema(schema)).await.unwrap();
    assert_eq!(result.parse::<Answer>().unwrap(), Answer { number: 1, reason: None });
    codex.shutdown().await;
}
