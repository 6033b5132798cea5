//! A scratch home for an app-server that talks to a model server on loopback.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use crate::testing::config_toml::ConfigToml;
use crate::testing::mock_model::MockModel;
use crate::transport::ProcessOptions;

/// Variables that would lead an app-server elsewhere, or to an account.
const REMOVED: [&str; 11] = [
    "ALL_PROXY",
    "CODEX_API_KEY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "all_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// The folders of an app-server in a temporary folder, which is removed when this is dropped: end the
/// server first.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> std::io::Result<()> {
/// use codex_app_client::testing::{MockModel, TestHome};
///
/// let model = MockModel::start().await?;
/// let home = TestHome::builder(&model)
///     .model("gpt-5.5")
///     .approval_policy("on-request")
///     .sandbox_mode("read-only")
///     .build()?;
/// let process = home.process_options("codex");
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct TestHome {
    folder: TempDir,
}

impl TestHome {
    /// A home with the defaults: nothing is asked, nothing is sandboxed, nothing is tried again.
    ///
    /// # Errors
    ///
    /// Fails if the folders or the configuration cannot be written.
    pub fn new(model: &MockModel) -> io::Result<Self> {
        Self::builder(model).build()
    }

    /// A home to be configured.
    pub fn builder(model: &MockModel) -> TestHomeBuilder {
        TestHomeBuilder { config: ConfigToml::new(model.base_url()) }
    }

    /// The `CODEX_HOME`: the configuration, and what the server keeps.
    #[must_use]
    pub fn codex_home(&self) -> PathBuf {
        self.folder.path().join("codex")
    }

    /// An empty folder for threads to work in.
    #[must_use]
    pub fn workspace(&self) -> PathBuf {
        self.folder.path().join("workspace")
    }

    /// The variables of the environment to start the server with.
    #[must_use]
    pub fn environment(&self) -> Vec<(String, String)> {
        let path = |name: &str| self.folder.path().join(name).to_string_lossy().into_owned();
        let mut variables = vec![
            ("CODEX_APP_SERVER_DISABLE_MANAGED_CONFIG", "1".to_owned()),
            ("CODEX_HOME", path("codex")),
            // Not the user's: a shell profile can delay every command.
            ("HOME", path("home")),
            ("NO_COLOR", "1".to_owned()),
            ("RUST_LOG", "warn".to_owned()),
            // Not above `CODEX_HOME`, where the server would refuse to put its helpers.
            ("TMPDIR", path("tmp")),
        ];
        if cfg!(windows) {
            variables.push(("TEMP", path("tmp")));
            variables.push(("TMP", path("tmp")));
            variables.push(("USERPROFILE", path("home")));
        }
        variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// The variables that the server must not inherit: proxies and keys.
    #[must_use]
    pub fn removed_variables(&self) -> &'static [&'static str] {
        &REMOVED
    }

    /// How to start this program as the server, in the [workspace](Self::workspace).
    #[must_use]
    pub fn process_options(&self, program: impl Into<PathBuf>) -> ProcessOptions {
        let mut options = ProcessOptions::new().program(program).current_dir(self.workspace());
        for (name, value) in self.environment() {
            options = options.env(name, value);
        }
        for name in self.removed_variables() {
            options = options.env_remove(name);
        }
        options
    }
}

/// How a [`TestHome`] is configured.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `build`"]
pub struct TestHomeBuilder {
    config: ConfigToml,
}

impl TestHomeBuilder {
    /// The model, by default `mock-model`. Its name decides which tools the server offers.
    pub fn model(mut self, model: impl Into<String>) -> Self {
        self.config.model = model.into();
        self
    }

    /// The approval policy, by default `never`; `on-request` makes the server ask.
    pub fn approval_policy(mut self, policy: impl Into<String>) -> Self {
        self.config.approval_policy = policy.into();
        self
    }

    /// The sandbox mode: `read-only`, `workspace-write`, or, by default, `danger-full-access`.
    pub fn sandbox_mode(mut self, mode: impl Into<String>) -> Self {
        self.config.sandbox_mode = mode.into();
        self
    }

    /// How often a request that was refused is made again, by default never.
    pub fn request_retries(mut self, n_retries: u32) -> Self {
        self.config.request_retries = n_retries;
        self
    }

    /// How often a request whose answer broke off is made again, by default never.
    pub fn stream_retries(mut self, n_retries: u32) -> Self {
        self.config.stream_retries = n_retries;
        self
    }

    /// How long the model may be silent in the middle of an answer, by default a minute.
    pub fn stream_idle_timeout(mut self, timeout: Duration) -> Self {
        self.config.stream_idle_timeout_ms = timeout.as_millis();
        self
    }

    /// Turns a feature of the server on or off. Those that reach for the network are off.
    pub fn feature(mut self, name: impl Into<String>, is_on: bool) -> Self {
        self.config.features.insert(name.into(), is_on);
        self
    }

    /// Adds lines to the configuration: keys first, then tables, such as those of MCP servers.
    pub fn extra_toml(mut self, toml: &str) -> Self {
        self.config.extra.push_str(toml);
        self.config.extra.push('\n');
        self
    }

    /// Makes the folders and writes the configuration.
    ///
    /// # Errors
    ///
    /// Fails if that is not possible, or if the temporary folder's path is not UTF-8.
    pub fn build(self) -> io::Result<TestHome> {
        let folder = tempfile::Builder::new().prefix("codex-test-").tempdir()?;
        check_utf8(folder.path())?;
        for name in ["codex", "home", "tmp", "workspace"] {
            fs::create_dir(folder.path().join(name))?;
        }
        let home = TestHome { folder };
        fs::write(home.codex_home().join("config.toml"), self.config.text())?;
        Ok(home)
    }
}

fn check_utf8(path: &Path) -> io::Result<()> {
    let message = "the path of the temporary folder is not UTF-8";
    path.to_str().map(|_| ()).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_leads_to_the_model_and_is_removed_when_dropped() {
        let model = MockModel::start_blocking().unwrap();
        let home =
            TestHome::builder(&model).extra_toml("hide_agent_reasoning = true").build().unwrap();
        let config = fs::read_to_string(home.codex_home().join("config.toml")).unwrap();
        assert!(config.contains(&format!("base_url = \"{}\"", model.base_url())));
        assert!(config.contains("hide_agent_reasoning = true\n"));
        assert!(home.workspace().is_dir());
        let codex_home = home.codex_home();
        drop(home);
        assert!(!codex_home.exists());
    }

    #[test]
    fn the_temporary_folder_of_the_server_is_not_above_its_home() {
        let model = MockModel::start_blocking().unwrap();
        let home = TestHome::new(&model).unwrap();
        let environment = home.environment();
        let value = |name: &str| {
            let variable = environment.iter().find(|(it, _)| it == name);
            PathBuf::from(&variable.unwrap().1)
        };
        assert!(value("TMPDIR").is_dir());
        assert!(!value("CODEX_HOME").starts_with(value("TMPDIR")));
    }
}
