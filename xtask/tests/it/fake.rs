//! A folder of its own for each test, with an npm and a server that do as they are told.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// The lists of methods that every bundle has, here of none.
macro_rules! bundle {
    ($definitions:literal) => {
        concat!(
            r#"{"definitions": {"v2": {}, "ClientNotification": {"oneOf": []}, "ClientRequest": "#,
            r#"{"oneOf": []}, "ServerNotification": {"oneOf": []}, "ServerRequest": {"oneOf": []}, "#,
            $definitions,
            "}}"
        )
    };
}

pub(crate) const STABLE: &str = bundle!(r#""Old": {"type": "string"}"#);
pub(crate) const EXPERIMENTAL: &str =
    bundle!(r#""Old": {"type": "string"}, "Trial": {"type": "string"}"#);
/// With a definition more, and one with the old one gone.
pub(crate) const MORE: &str =
    bundle!(r#""Old": {"type": "string"}, "Trial": {"type": "string"}, "New": {"type": "string"}"#);

/// A bundle with one method, whose params have these members.
pub(crate) fn with_method(members: &str) -> String {
    let params = format!(r#""RunParams": {{"type": "object", "properties": {{{members}}}}},"#);
    let method = r##"{"properties": {"method": {"enum": ["run"]},
        "params": {"$ref": "#/definitions/RunParams"}}}"##;
    STABLE
        .replacen(
            r#""ClientRequest": {"oneOf": []"#,
            &format!(r#""ClientRequest": {{"oneOf": [{method}]"#),
            1,
        )
        .replacen(r#""Old""#, &format!("{params} \"Old\""), 1)
}

/// An npm that installs the fake server, and notes each download.
pub(crate) const NPM: &str = r#"
for spec; do :; done
version=${spec##*@}
echo "$version" >> "$FAKE/downloads"
bin=node_modules/@openai/codex-any/vendor/any/bin
mkdir -p $bin && cp "$FAKE/codex" $bin/codex
"#;

/// A server that prints the bundles of the folder, as the version of the folder.
const CODEX: &str = r#"
if [ "$1" = --version ]; then echo "codex-cli $(cat "$FAKE/version")"; exit; fi
bundle=stable; for arg; do [ "$arg" = --experimental ] && bundle=experimental; done
mkdir "$4" && cp "$FAKE/$bundle.json" "$4/codex_app_server_protocol.schemas.json"
"#;

pub(crate) struct Fake {
    folder: TempDir,
    /// How many seconds a server may take.
    pub(crate) patience: &'static str,
}

/// How a run of `xtask` ended.
pub(crate) struct Run {
    code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Fake {
    /// An npm that can install version `0.2.0`, and an empty schema folder.
    pub(crate) fn new() -> Self {
        let fake = Self { folder: tempfile::tempdir().unwrap(), patience: "60" };
        fake.npm(NPM);
        fake.codex(CODEX);
        fake.prints("0.2.0", STABLE, EXPERIMENTAL);
        fs::create_dir(fake.schema()).unwrap();
        fake
    }

    /// The same, with version `0.2.0` pulled.
    pub(crate) fn pulled() -> Self {
        let fake = Self::new();
        fake.pull(&["--version", "0.2.0"]).succeeded();
        fake
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn schema(&self) -> PathBuf {
        self.path("schema")
    }

    /// Where a downloaded release goes.
    pub(crate) fn release(&self, version: &str) -> PathBuf {
        self.path("servers").join(version)
    }

    pub(crate) fn npm(&self, script: &str) {
        write_script(&self.path("npm"), script);
    }

    pub(crate) fn codex(&self, script: &str) {
        write_script(&self.path("codex"), script);
    }

    /// What the server says its version is, and what it prints.
    pub(crate) fn prints(&self, version: &str, stable: &str, experimental: &str) {
        fs::write(self.path("version"), version).unwrap();
        fs::write(self.path("stable.json"), stable).unwrap();
        fs::write(self.path("experimental.json"), experimental).unwrap();
    }

    /// The versions that npm was asked for.
    pub(crate) fn downloads(&self) -> String {
        fs::read_to_string(self.path("downloads")).unwrap_or_default()
    }

    /// Every file of the schema folder.
    pub(crate) fn schema_files(&self) -> BTreeMap<String, String> {
        files(&self.schema())
    }

    /// One file of the schema folder, which may hold folders too.
    pub(crate) fn schema_files_of(&self, name: &str) -> String {
        fs::read_to_string(self.schema().join(name)).unwrap()
    }

    pub(crate) fn pull(&self, args: &[&str]) -> Run {
        let schema = self.schema();
        self.xtask(&[&["schema", "pull", "--out", schema.to_str().unwrap()], args].concat())
    }

    pub(crate) fn check(&self, args: &[&str]) -> Run {
        let schema = self.schema();
        self.xtask(&[&["schema", "check", "--schema", schema.to_str().unwrap()], args].concat())
    }

    pub(crate) fn xtask(&self, args: &[&str]) -> Run {
        self.run(Command::new(env!("CARGO_BIN_EXE_xtask")).args(args))
    }

    /// Runs `xtask` as if the folder were its workspace.
    pub(crate) fn xtask_of_workspace(&self, args: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.env("CARGO_MANIFEST_DIR", self.path("xtask"));
        command.env("CARGO_TARGET_DIR", self.path("target"));
        self.run(command.args(args))
    }

    fn run(&self, command: &mut Command) -> Run {
        let output = command
            .env("XTASK_NPM", self.path("npm"))
            .env("XTASK_SERVERS", self.path("servers"))
            .env("XTASK_PATIENCE", self.patience)
            .env("FAKE", self.folder.path())
            .env("CODEX_HOME", "/the-user/.codex")
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        Run {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Run {
    /// Asserts that it did what it was asked to; gives what it printed.
    #[track_caller]
    pub(crate) fn succeeded(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.stdout, self.stderr);
        assert_eq!(self.stderr, "");
        self.stdout
    }

    /// Asserts that it found what breaks programs, and nothing to complain about; gives what it printed.
    #[track_caller]
    pub(crate) fn found_breaking(self) -> String {
        assert_eq!(self.code, Some(3), "{}{}", self.stdout, self.stderr);
        assert_eq!(self.stderr, "");
        self.stdout
    }

    /// Asserts that it failed with one line on stderr, which says all of this; gives what it printed.
    #[track_caller]
    pub(crate) fn failed(self, parts: &[&str]) -> String {
        assert_eq!(self.code, Some(1), "{}{}", self.stdout, self.stderr);
        assert!(self.stderr.starts_with("error: "), "{}", self.stderr);
        assert_eq!(self.stderr.lines().count(), 1, "{}", self.stderr);
        for part in parts {
            assert!(self.stderr.contains(part), "no {part:?} in {}", self.stderr);
        }
        self.stdout
    }

    /// Asserts that it was not understood.
    #[track_caller]
    pub(crate) fn misused(self, part: &str) {
        assert_eq!(self.code, Some(2), "{}{}", self.stdout, self.stderr);
        assert!(self.stderr.contains(part), "no {part:?} in {}", self.stderr);
    }
}

pub(crate) fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

/// Writes a script in a process of its own: a test that forks in this one while the file is open for
/// writing would hold it open, and running it would fail.
fn write_script(path: &Path, script: &str) {
    let mut shell = Command::new("sh")
        .args(["-c", r#"cat > "$0" && chmod +x "$0""#])
        .arg(path)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    write!(shell.stdin.take().unwrap(), "#!/bin/sh\n{script}").unwrap();
    assert!(shell.wait().unwrap().success());
}
