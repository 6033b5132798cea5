//! Where the workspace, the downloaded servers and the programs are; the only reader of the environment.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// No server takes so long to print its version or its schema.
const PATIENCE: Duration = Duration::from_secs(60);

/// The places and programs that the commands use.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Context {
    /// The workspace.
    pub root: PathBuf,
    /// The folder with one downloaded server a version.
    pub servers: PathBuf,
    /// The npm program.
    pub npm: OsString,
    /// The cargo program.
    pub cargo: OsString,
    /// How long a server may take to print its version or its schema.
    pub patience: Duration,
    /// Whether to keep silent about downloads: what is printed is for a program.
    pub quiet: bool,
}

impl Context {
    /// The workspace that this crate belongs to.
    ///
    /// `XTASK_NPM` names another npm, `XTASK_SERVERS` another folder for the downloaded servers, and
    /// `XTASK_PATIENCE` how many seconds a server may take.
    #[must_use]
    pub fn from_env() -> Self {
        // Cargo says where the package is now; a shared target folder may hold the binary of another
        // checkout, whose path was compiled in.
        let package = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = package.parent().map_or_else(|| package.clone(), Path::to_path_buf);
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        Self {
            servers: env::var_os("XTASK_SERVERS")
                .map_or_else(|| root.join("target/codex"), PathBuf::from),
            npm: env::var_os("XTASK_NPM").unwrap_or_else(|| npm.into()),
            cargo: env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
            patience: env::var("XTASK_PATIENCE")
                .ok()
                .and_then(|it| it.parse().ok())
                .map_or(PATIENCE, Duration::from_secs),
            quiet: false,
            root,
        }
    }

    /// The folder with the schema that is checked in.
    #[must_use]
    pub fn schema(&self) -> PathBuf {
        self.root.join("schema")
    }

    /// A path as a reader of the output wants it: below the workspace, or below where they are.
    pub(crate) fn shown(&self, path: &Path) -> String {
        let here = env::current_dir().unwrap_or_default();
        let shown = path.strip_prefix(&self.root).or_else(|_| path.strip_prefix(&here));
        shown.unwrap_or(path).display().to_string()
    }
}
