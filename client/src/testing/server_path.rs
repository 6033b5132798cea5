//! Finds the real app-server for tests.

use std::ffi::OsString;
use std::path::PathBuf;

/// The environment variable with the path of the app-server.
const VARIABLE: &str = "CODEX_APP_SERVER";

/// Returns the path of the app-server program, from the environment variable `CODEX_APP_SERVER`.
/// Start it with the argument `app-server`.
///
/// # Errors
///
/// Fails if the variable is not set, or does not name a file.
///
/// # Examples
///
/// ```no_run
/// use codex_app_client::testing::server_path;
///
/// let program = server_path()?;
/// # Ok::<(), codex_app_client::testing::ServerPathError>(())
/// ```
pub fn server_path() -> Result<PathBuf, ServerPathError> {
    from_variable(std::env::var_os(VARIABLE))
}

fn from_variable(value: Option<OsString>) -> Result<PathBuf, ServerPathError> {
    let path = value.filter(|it| !it.is_empty()).map(PathBuf::from);
    match path {
        Some(path) if path.is_file() => Ok(path),
        path => Err(ServerPathError { path }),
    }
}

/// Why [`server_path`] found no app-server.
#[derive(Debug, thiserror::Error)]
#[error("{} (run `cargo xtask test`, which provides an app-server)", self.problem())]
pub struct ServerPathError {
    path: Option<PathBuf>,
}

impl ServerPathError {
    fn problem(&self) -> String {
        match &self.path {
            Some(path) => format!("{VARIABLE} names {}, which is not a file", path.display()),
            None => format!("{VARIABLE} is not set"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_server_the_error_says_what_to_run() {
        for value in [None, Some(""), Some("/nowhere/codex")] {
            let error = from_variable(value.map(OsString::from)).unwrap_err().to_string();
            assert!(error.contains("CODEX_APP_SERVER"), "{error}");
            assert!(error.contains("cargo xtask test"), "{error}");
        }
    }

    #[test]
    fn the_variable_names_the_server() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = from_variable(Some(file.path().into())).unwrap();
        assert_eq!(path, file.path());
    }
}
