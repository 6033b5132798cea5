//! A temporary home directory for an app-server that uses a model server on loopback.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use crate::testing::config_toml::ConfigToml;
use crate::testing::mock_model::MockModel;
use crate::transport::ProcessOptions;

/// Variables that would make an app-server use another host or an account.
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

/// A temporary home directory for an app-server that uses a [`MockModel`], with a workspace for
/// threads.
///
/// The directory is removed when this value is dropped: shut the server down first.
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
    /// Creates a home with the defaults: the approval policy `never`, no sandbox, no retries.
    ///
    /// # Errors
    ///
    /// As [`TestHomeBuilder::build`].
    pub fn new(model: &MockModel) -> io::Result<Self> {
        Self::builder(model).build()
    }

    /// Returns a builder for a home with other settings.
    pub fn builder(model: &MockModel) -> TestHomeBuilder {
        TestHomeBuilder { config: ConfigToml::new(model.base_url()) }
    }

    /// Returns the server's `CODEX_HOME`, with its configuration and its data.
    #[must_use]
    pub fn codex_home(&self) -> PathBuf {
        self.folder.path().join("codex")
    }

    /// Returns an empty directory for threads to work in.
    #[must_use]
    pub fn workspace(&self) -> PathBuf {
        self.folder.path().join("workspace")
    }

    /// Returns the environment variables to start the server with.
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

    /// Returns the environment variables that the server must not inherit: proxies and API keys.
    #[must_use]
    pub fn removed_variables(&self) -> &'static [&'static str] {
        &REMOVED
    }

    /// Returns the options to start this program as the server, with the
    /// [workspace](Self::workspace) as its working directory.
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

/// Builds a [`TestHome`].
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `build`"]
pub struct TestHomeBuilder {
    config: ConfigToml,
}

impl TestHomeBuilder {
    /// Sets the model. Default: `mock-model`. The name decides which tools the server offers.
    pub fn model(mut self, model: impl Into<String>) -> Self {
        self.config.model = model.into();
        self
    }

    /// Sets the approval policy. Default: `never`. With `on-request`, the server asks for approval.
    pub fn approval_policy(mut self, policy: impl Into<String>) -> Self {
        self.config.approval_policy = policy.into();
        self
    }

    /// Sets the sandbox mode: `read-only`, `workspace-write` or `danger-full-access`, the default.
    pub fn sandbox_mode(mut self, mode: impl Into<String>) -> Self {
        self.config.sandbox_mode = mode.into();
        self
    }

    /// Sets how many times the server retries a request to the model that failed
    /// (`request_max_retries`). Default: 0.
    pub fn request_retries(mut self, n_retries: u32) -> Self {
        self.config.request_retries = n_retries;
        self
    }

    /// Sets how many times the server retries a request to the model whose stream broke
    /// (`stream_max_retries`). Default: 0.
    pub fn stream_retries(mut self, n_retries: u32) -> Self {
        self.config.stream_retries = n_retries;
        self
    }

    /// Sets how long the server waits for the next event of the model's stream
    /// (`stream_idle_timeout_ms`). Default: 60 seconds.
    pub fn stream_idle_timeout(mut self, timeout: Duration) -> Self {
        self.config.stream_idle_timeout_ms = timeout.as_millis();
        self
    }

    /// Enables or disables a feature of the server.
    ///
    /// By default, `apps`, `plugin_sharing`, `plugins` and `remote_plugin` are disabled, because
    /// they use the network. Other features are as the server has them.
    pub fn feature(mut self, name: impl Into<String>, is_on: bool) -> Self {
        self.config.features.insert(name.into(), is_on);
        self
    }

    /// Adds lines to the configuration: keys first, then tables, of MCP servers for example.
    pub fn extra_toml(mut self, toml: &str) -> Self {
        self.config.extra.push_str(toml);
        self.config.extra.push('\n');
        self
    }

    /// Creates the directories and writes the configuration.
    ///
    /// # Errors
    ///
    /// Fails if these cannot be written, or if the path of the temporary directory is not UTF-8.
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
