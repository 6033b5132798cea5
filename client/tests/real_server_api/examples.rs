//! The examples, run as a user would: with the server in `PATH`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use codex_app_client::testing::{Gate, MockModel, Reply, TestHome, server_path};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

/// Cargo puts examples beside the folder of the tests.
fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(|it| it.parent()).unwrap().join("examples");
    let path = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(path.exists(), "the examples are not built: cargo build --all-features --examples");
    path
}

struct Stage {
    model: MockModel,
    home: TestHome,
}

impl Stage {
    async fn new() -> Self {
        let model = MockModel::start().await.unwrap();
        let home = TestHome::new(&model).unwrap();
        Self { model, home }
    }

    /// What an example prints.
    async fn run(&self, name: &str, arguments: &[&str], input: &str) -> String {
        let server = server_path().unwrap();
        assert_eq!(server.file_stem().unwrap(), "codex", "it has to be found under that name");
        let mut path = vec![server.parent().unwrap().to_owned()];
        path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        let mut command = Command::new(example(name));
        for name in self.home.removed_variables() {
            command.env_remove(name);
        }
        let mut child = command
            .args(arguments)
            .envs(self.home.environment())
            .env("PATH", std::env::join_paths(path).unwrap())
            .current_dir(self.home.workspace())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
        let output = child.wait_with_output().await.unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{name}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }
}

#[tokio::test]
async fn each_example_that_asks_once_prints_the_answer() {
    let stage = Stage::new().await;
    for name in ["error_handling_and_retry", "image_and_text", "local_image", "model_selection"] {
        let output = stage.run(name, &[], "").await;
        assert!(output.contains("You said:"), "{name}: {output}");
    }
    let output = stage.run("model_selection", &["gpt-5.5"], "").await;
    assert!(output.contains("gpt-5.5") && output.contains("You said:"), "{output}");
    let output = stage.run("turn_params", &[], "").await;
    assert_eq!(output.matches("You said:").count(), 2, "{output}");
}

#[tokio::test]
async fn the_examples_about_threads_run_on_one_home() {
    let stage = Stage::new().await;
    let first = stage.run("resume_thread", &[], "").await;
    let again = stage.run("resume_thread", &[], "").await;
    assert_eq!(first.lines().next(), again.lines().next());
    let lost = stage.run("resume_thread", &["01a20690-2c46-7780-8472-a23bab8dab7c"], "").await;
    assert_eq!(lost.trim(), "there is no such thread");
    let output = stage.run("lifecycle_and_controls", &[], "").await;
    assert!(output.contains("2 turns here, 3 there\n1 in the archive"), "{output}");
}

#[tokio::test]
async fn the_other_examples_do_what_they_say() {
    let stage = Stage::new().await;
    let output = stage.run("chat", &[], "hello\n\nmore\n/quit\n").await;
    assert!(output.contains("You said: hello") && output.contains("You said: more"), "{output}");
    let output = stage.run("image_and_text", &["nowhere.png"], "").await;
    assert_eq!(output.trim(), "not sent: cannot read nowhere.png");
    let output = stage.run("login", &[], "").await;
    assert!(output.starts_with("no account is needed"), "{output}");
    let output = stage.run("goals", &[], "").await;
    assert!(output.contains("stopped after"), "{output}");
}

#[tokio::test]
async fn the_examples_about_one_turn_print_its_answer() {
    let stage = Stage::new().await;
    let output = stage.run("one_turn", &["Hello"], "").await;
    assert!(output.starts_with("You said: Hello\n("), "{output}");
    let output = stage.run("blocking", &[], "").await;
    assert_eq!(output, "You said: Say hello.\n");
    let output = stage.run("two_threads", &[], "").await;
    assert!(output.contains("Name a colour.") && output.contains("Name an animal."), "{output}");
    stage.model.push(Reply::streamed(["A small ", "project."]));
    let output = stage.run("stream_events", &[], "").await;
    assert!(output.contains("A small project.[item/completed]"), "{output}");
    assert!(output.ends_with("[turn/completed]\n2 items\n"), "{output}");
}

#[tokio::test]
async fn the_examples_about_controls_stop_and_steer_a_turn() {
    let stage = Stage::new().await;
    let gate = Gate::new();
    stage.model.push(Reply::message("one two").deltas(["one "]).hold(&gate).deltas(["two"]));
    let output = stage.run("interrupt", &[], "").await;
    assert_eq!(output, "Interrupted, 1 items left open\n");
    // The steer may come when the first request was answered, or before.
    let output = stage.run("steer", &[], "").await;
    assert!(output.contains("You said:") || output.contains("too late"), "{output}");
}

#[tokio::test]
async fn the_example_about_approvals_asks_and_obeys() {
    let model = MockModel::start().await.unwrap();
    let asking = TestHome::builder(&model).approval_policy("on-request").sandbox_mode("read-only");
    let stage = Stage { home: asking.build().unwrap(), model };
    for (answer, expected) in [("y\n", true), ("n\n", false)] {
        stage.model.push(Reply::escalated_command("echo seen", "to see"));
        let output = stage.run("approvals", &[], answer).await;
        assert!(output.contains("echo seen") && output.contains("because: to see"), "{output}");
        let heard = stage.model.requests().last().unwrap().tool_outputs().concat();
        assert_eq!(heard.contains("seen\n"), expected, "{answer}: {heard}");
    }
}

#[tokio::test]
async fn the_examples_about_types_ask_for_them_and_offer_a_tool() {
    let stage = Stage::new().await;
    let finding = r#"{"file":"a.rs","line":7,"summary":"unclear"}"#;
    let review = format!(r#"{{"verdict":"needs_work","findings":[{finding}]}}"#);
    stage.model.push(Reply::message(review));
    let output = stage.run("structured_output", &[], "").await;
    assert_eq!(output, "NeedsWork\na.rs:7 unclear\n");
    stage.model.push(Reply::message("I see no commit."));
    let output = stage.run("structured_output", &[], "").await;
    assert_eq!(output, "not a review: I see no commit.\n");
    stage.model.push(Reply::tool_call("look_up_ticket", serde_json::json!({"id": "T-1"})));
    stage.model.reply_with(|it| Reply::message(it.tool_outputs().concat()));
    let output = stage.run("dynamic_tools", &[], "").await;
    assert!(output.contains("fails on Mondays"), "{output}");
}

#[tokio::test]
async fn the_demo_brings_its_own_model() {
    let output = Command::new(example("demo")).arg("Look around").output().await.unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for part in ["server     codex app-server ", "prompt     Look around", "status     completed"] {
        assert!(text.contains(part), "{text}");
    }
    assert!(text.contains("a small project."), "{text}");
}

#[tokio::test]
async fn the_smoke_run_passes_every_step_and_decodes_every_message() {
    let output = Command::new(example("smoke")).output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let steps = report["steps"].as_object().unwrap();
    assert_eq!(steps.len(), 5, "{report}");
    assert!(steps.values().all(|it| it == "passed"), "{report}");
    assert!(report["decoded"]["messages"].as_u64().unwrap() > 50, "{report}");
    assert_eq!(report["decoded"]["not_whole"], serde_json::json!({}), "{report}");
}

#[test]
fn every_example_is_run_by_a_test() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let examples: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let tests = include_str!("examples.rs");
    let missing: Vec<_> =
        examples.iter().filter(|it| !tests.contains(&format!("\"{it}\""))).collect();
    assert!(missing.is_empty(), "examples that no test runs: {missing:?}");
}
