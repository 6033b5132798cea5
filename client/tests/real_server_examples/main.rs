//! Every example, as the program that it is, against the real server.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use codex_app_client::testing::{MockModel, Reply, TestHome, TestHomeBuilder, server_path};

/// What an example needs, and what it prints.
struct Case {
    name: &'static str,
    args: &'static [&'static str],
    home: fn(TestHomeBuilder) -> TestHomeBuilder,
    script: fn(&MockModel),
    /// Whether this is what it is to print.
    prints: fn(&str) -> bool,
}

/// An example without arguments, and a model that only echoes.
const PLAIN: Case =
    Case { name: "", args: &[], home: |home| home, script: |_| {}, prints: |_| false };

const CASES: [Case; 7] = [
    Case { name: "blocking", prints: |it| it == "You said: Say hello.\n", ..PLAIN },
    Case {
        name: "demo",
        args: &["What", "now?"],
        prints: |it| {
            it.starts_with("server     codex app-server 0.")
                && it.contains("\nprompt     What now?\n")
                && it.contains(
                    "\nresponse   There is a README and a source folder: a small project.\n",
                )
                && it.ends_with(" out\n")
        },
        ..PLAIN
    },
    Case {
        name: "interrupt",
        // The words after the first never come.
        script: |model| {
            let gate = codex_app_client::testing::Gate::new();
            model.push(Reply::message("One, two").deltas(["One"]).hold(&gate));
        },
        prints: |it| it == "Interrupted, 1 items left open\n",
        ..PLAIN
    },
    Case {
        name: "one_turn",
        args: &["Say goodbye."],
        prints: |it| it == "You said: Say goodbye.\n(120 tokens)\n",
        ..PLAIN
    },
    Case {
        name: "steer",
        script: |model| {
            model.answer_with(|request| {
                Reply::message(format!("A poem. {}", request.last_user_text()))
            });
        },
        prints: |it| it == "A poem. Make it about the mountains.\n",
        ..PLAIN
    },
    Case {
        name: "stream_events",
        prints: |it| {
            it.starts_with("[turn/started]\n")
                && it.contains("You said: Summarise this directory.")
                && it.ends_with("[turn/completed]\n2 items\n")
        },
        ..PLAIN
    },
    Case {
        name: "two_threads",
        prints: |it| {
            it == "Some(\"You said: Name a colour.\") Some(\"You said: Name an animal.\")\n"
        },
        ..PLAIN
    },
];

#[tokio::test]
async fn every_example_runs_and_prints_what_it_should() {
    for name in examples() {
        let case = CASES.iter().find(|it| it.name == name);
        let case = case.unwrap_or_else(|| panic!("the example {name} has no case in this test"));
        check(case).await;
    }
}

#[test]
fn every_case_has_its_example() {
    let examples = examples();
    for case in CASES {
        assert!(examples.contains(&case.name.to_owned()), "there is no example {}", case.name);
    }
}

async fn check(case: &Case) {
    let model = MockModel::start().await.unwrap();
    let home = (case.home)(TestHome::builder(&model)).build().unwrap();
    (case.script)(&model);
    let programs = programs(&home);
    let mut command = Command::new(built(case.name));
    for name in home.removed_variables() {
        command.env_remove(name);
    }
    command
        .args(case.args)
        .envs(home.environment())
        .env("PATH", with_front(&programs))
        .current_dir(home.workspace())
        .stdin(Stdio::null());
    let name = case.name;
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{name}: {stdout}{stderr}");
    assert!((case.prints)(&stdout), "{name} prints:\n{stdout}{stderr}");
}

/// The names of all examples in the source.
fn examples() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let paths = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let mut names: Vec<_> = paths
        .filter(|it| it.extension().is_some_and(|it| it == "rs") || it.join("main.rs").exists())
        .map(|it| it.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

/// Where cargo has put an example: beside the folder of this test.
fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let path = test.parent().unwrap().parent().unwrap().join("examples").join(name);
    assert!(path.exists(), "{name} is not built: run `cargo test`, which builds examples");
    path
}

/// A folder in which `codex` is the server.
fn programs(home: &TestHome) -> PathBuf {
    let folder = home.codex_home().with_file_name("programs");
    std::fs::create_dir(&folder).unwrap();
    std::os::unix::fs::symlink(server_path().unwrap(), folder.join("codex")).unwrap();
    folder
}

fn with_front(folder: &Path) -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
    std::env::join_paths(folders).unwrap()
}
